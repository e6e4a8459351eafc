"""The invented county: its files are what the generator writes, name nothing real, and hold every case that tests need."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lib.analysis import disclosure, disclosure_audit
from lib.analysis.change import Change
from lib.analysis.finding import Response
from lib.analysis.view import View, open_view
from lib.base.files import read_yaml
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, as_of, read_observations
from tests.conftest import ROOT
from tests.example import generate

HOME = ROOT / "data/exempel"
CUT_OFF = date(2025, 5, 31)
MADE = ["egen_insamling", "exempelenkat", "exempelkommuner", "exempelregister"]
BY_HAND = ["exempelstatistik", "lagesrapporter"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(HOME)


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> pd.DataFrame:
    return read_observations(catalogue)


@pytest.fixture(scope="module")
def view() -> View:
    return open_view(Workbook(ROOT), "exempel", "metod")


def of(rows: pd.DataFrame, indicator: str, **wanted: object) -> pd.DataFrame:
    """Return an indicator's rows; for everybody unless a sex or group is named."""
    found = rows[rows["indicator"] == indicator]
    for column, value in {"sex": "T", "group": "T", **wanted}.items():
        found = found[found[column] == value]
    return found


def change_of(view: View, indicator: str) -> Change:
    change = view.finding(indicator).home[0].change
    assert change is not None
    return change


def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    for folder in ("observations", "geo"):
        (tmp_path / folder).mkdir()
    generate.write(read_yaml(HOME / "figures.yaml"), tmp_path)
    written = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert written == ["geo/municipalities.geojson", *(f"observations/{name}.csv" for name in MADE)]
    for name in written:
        assert (tmp_path / name).read_bytes() == (HOME / name).read_bytes(), f"python -m tests.example.generate: {name}"


def test_every_row_is_invented_and_says_so(catalogue: Catalogue, rows: pd.DataFrame, view: View) -> None:
    assert sorted(p.stem for p in (HOME / "observations").iterdir()) == sorted(MADE + BY_HAND)
    assert rows["synthetic"].all() and view.synthetic and catalogue.identity.synthetic
    for path in (HOME / "observations").glob("*.csv"):
        with path.open(encoding="utf-8") as table:
            assert {row["synthetic"] for row in csv.DictReader(table)} == {"true"}
    for source in rows["source"].unique():
        assert "påhittad" in catalogue.sources[source].publisher
    assert "påhittat" in catalogue.identity.disclaimer and "invented" in catalogue.identity.english_disclaimer


def test_no_real_place_or_publisher_is_named() -> None:
    base = Catalogue(ROOT / "data")
    places = {r.name.split(" (")[0] for r in base.regions.values() if r.type != "riket"}
    publishers = {s.publisher.split(" (")[0] for s in base.sources.values()} - {"Polisen", "Publik kodlista"}
    others = {
        "Brå",
        "SCB",
        "NCK",
        "Kriminalvården",
        "Stockholms",
        "Gotlands",
        "Åklagarmyndigheten",
        "Försäkringskassan",
    }
    real = re.compile(r"\b(" + "|".join(map(re.escape, sorted(places | publishers | others))) + r")\b")
    own = [p for p in HOME.rglob("*") if p.is_file()]
    own += [ROOT / "parameters/exempel.yaml", ROOT / "tests/example/generate.py"]
    for path in own:
        assert not real.findall(path.read_text(encoding="utf-8")), path.name


def test_what_has_figures_rests_on_nothing_real(catalogue: Catalogue) -> None:
    sources = {item["id"] for item in read_yaml(HOME / "sources.yaml")["sources"]}
    shown = [i for i in catalogue.indicators.values() if i.family]
    assert len(shown) > 40
    for indicator in shown:
        assert indicator.source in sources and "påhittad" in indicator.source_named.casefold().replace(
            "påhittat", "påhittad"
        )
        told = " ".join([indicator.subject, indicator.definition, indicator.denominator, indicator.caveat])
        told += " ".join(b.text for b in indicator.breaks) + (indicator.comparison.note if indicator.comparison else "")
        assert not re.search(
            r"Stockholm|Gotland|Brå|Socialstyrelsen|SCB|Kvinnofrid|Skolinspektionen|Kriminalvården", told
        )
    for records in (
        catalogue.actors,
        catalogue.plans,
        catalogue.commitments,
        catalogue.documents,
        catalogue.statements,
    ):
        assert {record.source for record in records.values()} <= sources


def test_the_codes_are_no_real_ones(catalogue: Catalogue) -> None:
    real = {r.code for r in Catalogue(ROOT / "data").regions.values()} - {"00"}
    assert not real & set(catalogue.region_names)


def test_the_data_package_describes_every_file() -> None:
    package = json.loads((HOME / "datapackage.json").read_text(encoding="utf-8"))
    described = {r["path"]: r for r in package["resources"]}
    assert set(described) == {p.relative_to(HOME).as_posix() for p in HOME.rglob("*.csv")}
    for path, resource in described.items():
        header = (HOME / path).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header, path
        assert resource["licenses"] and resource["sources"]


def test_26_municipalities_and_districts_of_which_two_merge(catalogue: Catalogue) -> None:
    def districts(day: date) -> list[str]:
        return [u.code for u in catalogue.units(day, "X1") if u.type == "stadsdel"]

    assert districts(date(2023, 6, 30)) == ["XA1", "XA2", "XA3", "XA4"]
    assert districts(date(2023, 7, 1)) == ["XA1", "XA2", "XA5"]
    towns = [r.code for r in catalogue.regions.values() if r.type == "kommun"]
    assert towns == generate.TOWNS and set(catalogue.outlines) == set(towns)
    assert catalogue.region_types["X1G"] == "kommungrupp"


# 1: the survey


def test_each_unit_answers_yes_or_no_and_the_county_is_their_share(rows: pd.DataFrame) -> None:
    for indicator, shares in read_yaml(HOME / "figures.yaml")["survey"].items():
        for year in range(2020, 2020 + len(shares)):
            answers = of(rows, indicator, year=year, source="exempelenkat").set_index("region")
            county = answers.loc["X1"]
            units = answers[answers.index.isin(generate.units(year))]
            assert len(units) == len(generate.units(year)) == (29 if year < 2023 else 28) and "XA" not in answers.index
            given = units[units["status"] == "A"]
            assert set(given["value"]) <= {0, 100} and (given["denominator"] == 1).all()
            assert (given["value"] == 100 * given["numerator"]).all()
            if county["status"] == "A":
                assert (county["numerator"], county["denominator"]) == (given["numerator"].sum(), len(given))


def test_no_answer_not_asked_and_not_applicable_are_three_things(rows: pd.DataFrame) -> None:
    survey = rows[rows["source"] == "exempelenkat"]
    assert len(survey[survey["status"] == "M"]) > 50
    assert set(of(survey, "stod_till_vuxna_hedersrelaterat_vald", year=2020)["status"]) == {"L"}
    only = survey[survey["status"] == "N"]
    assert {*only["indicator"]} == {"standardiserad_bedomningsmetod"} and {*only["region"]} == {"XQ"}


def test_all_may_mean_all_or_all_who_answered(view: View) -> None:
    everybody, answered = view.finding("stod_till_vuxna_nara_relation"), view.finding("stod_till_barn_alla_valdstyper")
    assert everybody.responses[2022] == Response(29, 29) and everybody.responses[2024] == Response(28, 28)
    assert answered.responses[2024] == Response(28, 26)
    for finding in (everybody, answered):
        newest = finding.home[0].latest
        assert newest.value == 100 and newest.in_counts


def test_an_unweighted_mean_stands_beside_the_share(rows: pd.DataFrame) -> None:
    answers = of(rows, "stodsamtal_utan_bistandsbeslut", source="exempelenkat")
    both = answers.pivot(index="year", columns="region", values="value")
    assert ((both["X1G"] - both["X1"]).abs() > 1).all() and len(both) == 5


# 2 and 3: counts of persons


@pytest.mark.parametrize(
    "indicator",
    [
        "exempel_vuxna_stodinsats",
        "exempel_paborjade_program",
        "exempel_barn_hedersvald",
        "exempel_barn_hedersvald_trear",
    ],
)
def test_counts_of_persons_add_up(rows: pd.DataFrame, indicator: str) -> None:
    counts = rows[rows["indicator"] == indicator]
    cube = counts.pivot(index=["year", "region"], columns=["sex", "group"], values="value")
    for sex, group in cube.columns:  # type: ignore[str-unpack]  # a MultiIndex yields tuples
        for year, table in cube[sex, group].groupby("year"):
            table = table.droplevel("year")
            assert table[[town for town in generate.TOWNS if town in table]].sum() == table["X1"], year
            assert table[[unit for unit in table.index if re.fullmatch(r"XA\d", unit)]].sum() == table["XA"], year
    sexes, groups = ({*cube.columns.get_level_values(level)} - {"T"} for level in (0, 1))
    known = cube.dropna()
    for group in {*cube.columns.get_level_values(1)} if sexes else ():
        assert (known["K", group] + known["M", group] == known["T", group]).all()
    for sex in {*cube.columns.get_level_values(0)} if groups else ():
        assert (sum(known[sex, group] for group in groups) == known[sex, "T"]).all()


def test_own_counts_are_small_whole_and_sometimes_missing(rows: pd.DataFrame, catalogue: Catalogue) -> None:
    counts = rows[rows["source"] == "exempel_insamling"]
    classes = {i: catalogue.indicators[i].disclosure for i in counts["indicator"].unique()}
    assert set(classes.values()) == {"K", "S"} and set(counts[counts["status"] == "M"]["region"]) == {"XN", "XQ"}
    support = of(counts, "exempel_vuxna_stodinsats", year=2024)
    towns = support[support["region"].isin(generate.TOWNS)]["value"]
    assert (towns <= 7).sum() > 13 and (towns > 30).sum() == 2
    assert {g for g in counts["group"]} == {"T", "ar_18_29", "ar_30_plus"}
    shares = of(counts, "exempel_fullfoljt_insats")
    assert (shares["unit"] == "procent").all() and "N" in set(shares["status"])
    assert of(counts, "behandlingsprogram_paborjade", year=2023)["value"].item() > 4 * 38


def test_sums_over_three_years_are_of_the_yearly_counts(rows: pd.DataFrame, catalogue: Catalogue) -> None:
    three = catalogue.indicators["exempel_barn_hedersvald_trear"]
    assert (three.disclosure, three.years, three.sum_of, three.direction) == ("S", 3, "exempel_barn_hedersvald", "none")
    yearly = of(rows, "exempel_barn_hedersvald").set_index(["year", "region"])["value"]
    summed = of(rows, three.id)
    for year, region, value in zip(summed["year"], summed["region"], summed["value"], strict=True):
        parts = [region, *(["XA3", "XA4"] if region == "XA5" else [])]
        assert value == sum(yearly.get((year - back, unit), 0) for back in range(3) for unit in parts)


def test_nothing_hidden_can_be_computed_thanks_to_cells_hidden_by_hand(
    rows: pd.DataFrame, catalogue: Catalogue
) -> None:
    protected, _ = disclosure.protect(rows, catalogue)
    assert (protected["status"] == "Q").sum() > 500 and len(catalogue.hidden_cells) == 8
    assert disclosure_audit.audit(rows, protected, catalogue) == []


# 4 to 7: a register that changes its mind, breaks, ended series


def test_the_register_changed_a_value_and_made_a_preliminary_one_final(rows: pd.DataFrame) -> None:
    changed = of(rows, "personuppkl_grov_kvinnofridskrankning", region="RnX", year=2022).sort_values("published")
    assert list(changed["status"]) == ["A", "A"] and changed["value"].is_monotonic_increasing
    final = of(rows, "personuppkl_valdtakt", region="RnX", year=2023).sort_values("published")
    assert list(final["status"]) == ["P", "A"] and final["value"].nunique() == 2


def test_breaks_of_each_kind(rows: pd.DataFrame, catalogue: Catalogue, view: View) -> None:
    def first_breaks(indicator: str) -> list[int]:
        return [b.year for b in catalogue.indicators[indicator].breaks]

    assert first_breaks("standardiserad_bedomningsmetod") == [2022]
    assert set(of(rows, "standardiserad_bedomningsmetod", region="X1")["year"]) == {*range(2020, 2025)}
    assert of(rows, "systematisk_uppfoljning", year=2023)["status"].item() == "B"
    assert first_breaks("overenskommelser_samverkan") == [2024]
    assert change_of(view, "overenskommelser_samverkan").verdict == "går inte att bedöma"
    law = of(rows, "barnarenden_inom_90_dagar").set_index("year")["note"]
    assert all("ny lag" in law[year] for year in (2021, 2022)) and not law[2023]
    assert rows[rows["indicator"] == "skola_vuxna_gor_tillrackligt"]["year"].min() == 2022


def test_a_series_ends_and_another_is_taken_up_again(rows: pd.DataFrame, catalogue: Catalogue) -> None:
    ended = catalogue.indicators["rutin_skolgang_skyddat_boende"]
    assert ended.ended and ended.ended.last_year == 2022 == of(rows, ended.id)["year"].max()
    again = catalogue.indicators["skyddat_boende_bistandsbeslut"]
    real = Catalogue(ROOT / "data").indicators[again.id]
    assert again.ended is None and real.ended and real.ended.last_year == 2019
    assert of(rows, again.id, region="X1")["year"].max() == 2024


def test_the_register_has_the_crimes_with_counts_up_to_the_year_before(
    rows: pd.DataFrame, catalogue: Catalogue, view: View
) -> None:
    crimes = rows[rows["source"] == "exempelregister_brott"]
    assert crimes["indicator"].nunique() >= 9 and set(crimes["region"]) == {"RnX", "00"}
    assert crimes[["numerator", "denominator"]].notna().all().all()
    seen = as_of(crimes, 2024, CUT_OFF)
    assert (seen["year"].min(), seen["year"].max()) == (2020, 2023)
    newest = seen[(seen["year"] == 2023) & (seen["region"] == "RnX")]
    lines = [line for i in newest["indicator"].unique() for line in view.finding(i).home]
    few = [line.by_year[2023].few for line in lines]
    assert few.count(True) > 3 and few.count(False) > 10
    verdicts = {i: change_of(view, i).verdict for i in newest["indicator"].unique()}
    assert verdicts["personuppkl_grov_kvinnofridskrankning"] == "rätt håll"
    assert verdicts["personuppkl_misshandel_nara_relation"] == "fel håll"
    assert verdicts["personuppkl_valdtakt"] == "ingen säkerställd förändring"
    bought = change_of(view, "personuppkl_kop_av_sexuell_tjanst")
    assert bought.verdict == "utan entydig tolkning" and bought.difference > 0 and bought.tested


# 8 to 12


def test_reports_disagree_with_each_other_with_the_figures_and_with_the_area(
    rows: pd.DataFrame, catalogue: Catalogue, view: View
) -> None:
    reports = rows[rows["source"].isin(["exempel_lagesrapport_2022", "exempel_lagesrapport_2023"])]
    twice = of(reports, "personuppkl_grov_kvinnofridskrankning", year=2021)
    assert sorted(twice["value"]) == [16, 17] and set(twice["region"]) == {"X1"}
    assert {line.region.code for line in view.finding("personuppkl_grov_kvinnofridskrankning").home} == {"RnX"}
    assert set(reports["precision"]) == {"exakt", "omkring", "drygt", "knappt"}
    said = catalogue.statements["ex24_stodsamtal"]
    assert (
        said.indicator
        and "fortsatt positiv utveckling" in said.text
        and change_of(view, said.indicator).difference < -10
    )


def test_an_older_reference_year_and_a_neighbour(rows: pd.DataFrame) -> None:
    asked = of(rows, "mhv_tillfragade", sex="K")
    assert set(asked["region"]) == {"X1", "X2", "00"} and asked["year"].max() == 2022


def test_counts_and_shares_change_much_little_and_not_at_all(view: View) -> None:
    calls, others = change_of(view, "valj_att_sluta_samtal_utovare"), change_of(view, "exempel_samtal_stodlinje")
    assert calls.tested and calls.verdict == "utan entydig tolkning"
    assert others.tested and others.verdict == "ingen säkerställd förändring" and others.difference > 0
    assert change_of(view, "fortbildning_handlaggare_vuxna").difference == 1
    assert change_of(view, "fortbildning_handlaggare_barn").difference == 2
    assert change_of(view, "stodsamtal_med_bistandsbeslut").difference == 0


def test_contact_bans_are_of_the_police_region_with_counts(rows: pd.DataFrame) -> None:
    bans = of(rows, "kontaktforbud_beviljade", region="RnX")
    assert bans[["numerator", "denominator"]].notna().all().all() and set(bans["status"]) == {"A", "P"}


def test_what_is_published_after_the_cut_off_is_not_seen(rows: pd.DataFrame, catalogue: Catalogue, view: View) -> None:
    late = rows[rows["published"] > CUT_OFF]
    assert set(late["published"]) == {date(2025, 7, 1)} and set(late["year"]) == {2024}
    assert len(view.observations) == len(rows) - len(late)
    assert view.finding("kontaktforbud_beviljade").home[0].latest.status == "P"
    assert "ex24_for_sent" in catalogue.statements and "ex24_for_sent" not in {s.id for s in view.statements()}


def test_estimated_and_unsure_values(rows: pd.DataFrame) -> None:
    assert of(rows, "valj_att_sluta_samtal_utovare", year=2020)["status"].item() == "E"
    unsure = rows[rows["status"] == "U"]
    assert list(zip(unsure["indicator"], unsure["group"], strict=True)) == [("personuppkl_valdtakt", "slakt")]


def test_one_indicator_is_compared_with_a_median(rows: pd.DataFrame, catalogue: Catalogue) -> None:
    medians = [i.id for i in catalogue.indicators.values() if i.comparison and i.comparison.kind == "median"]
    assert medians == ["rutin_skyddade_personuppgifter"] and len(of(rows, medians[0], region="00")) == 5


# What people write


def test_every_status_of_a_commitment_occurs(view: View) -> None:
    statuses = [c.status(2024, CUT_OFF) for c in view.promises()]
    assert set(statuses) == {"ej påbörjat", "pågår", "genomfört", "avbrutet", "uppgift saknas"}
    assert {c.kind for c in view.commitments()} == {"åtagande", "gemensam satsning", "omnämnande"}
    late = next(c for c in view.promises() if c.id == "ex2_08")
    assert late.status(2024, CUT_OFF) == "uppgift saknas" and late.status(2024, date(2025, 7, 1)) == "genomfört"


def test_the_assessments_use_the_whole_scale_and_leave_one_goal_out(catalogue: Catalogue) -> None:
    assessments = catalogue.assessments(2024)
    assert {a.assessment for a in assessments.values()} == {"Uppnått", "Nära", "Inte nära", "Går inte att bedöma"}
    assert {g.id for g in catalogue.strategies["strategi_2020_2026"].goals} - set(assessments) == {7}
    assert {a.role for a in assessments.values()} == {"Analytiker (påhittad)"} and catalogue.assessments(2023)


def test_the_tables_have_the_columns_of_observations() -> None:
    for path in (HOME / "observations").glob("*.csv"):
        assert path.read_text(encoding="utf-8").splitlines()[0].split(",") == COLUMNS
