"""The records of the shipped data are consistent, and a mistake in them is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from tests.conftest import ROOT, change


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(ROOT / "data")


def test_two_strategies_with_their_own_numbers_of_goals(catalogue: Catalogue) -> None:
    assert {s.id: len(s.goals) for s in catalogue.strategies.values()} == {
        "strategi_2020_2026": 8,
        "strategi_2016_2020": 6,
    }


def test_a_year_may_have_no_plan_and_a_plan_may_outlive_its_strategy(catalogue: Catalogue) -> None:
    plans = {year: catalogue.plan(year, "strategi_2020_2026") for year in range(2020, 2028)}
    last = {year: plan.last_year for year, plan in plans.items() if plan}
    assert 2023 not in last and last[2022] == 2022 and last[2027] == 2027
    assert catalogue.strategies["strategi_2020_2026"].last_year == 2026


def test_an_indicator_moves_between_goals_and_kinds(catalogue: Catalogue) -> None:
    asked = catalogue.indicator("mhv_tillfragade")
    assert [link.goal for link in asked.goal_link("strategi_2020_2026", 2021)] == [1]
    assert [link.goal for link in asked.goal_link("strategi_2020_2026", 2022)] == [3]
    bans = catalogue.indicator("kontaktforbud_beviljade")
    assert (bans.kind(2020), bans.kind(2022)) == ("utvecklingsindikator", "indikator")


def test_districts_merge_and_keep_their_history(catalogue: Catalogue) -> None:
    def districts(day: date) -> int:
        return sum(r.type == "stadsdel" and r.exists(day, day) for r in catalogue.regions.values())

    assert [districts(d) for d in (date(2020, 6, 30), date(2020, 7, 1), date(2023, 6, 30), date(2023, 7, 1))] == [
        14,
        13,
        13,
        11,
    ]
    assert sum(r.type == "kommun" and r.parent == "01" for r in catalogue.regions.values()) == 26


def test_a_text_cut_off_in_the_source_is_marked(catalogue: Catalogue) -> None:
    cut = [c for c in catalogue.commitments.values() if c.incomplete]
    assert len(cut) == 4
    assert all(c.text.endswith("…") for c in cut)


def test_no_assessment_is_invented(catalogue: Catalogue) -> None:
    assert not any(catalogue.assessments(year) for year in range(2019, 2027))


def test_no_living_person_is_named() -> None:
    names = ["Heister", "Österberg", "Kinberg", "Billinger", "Vaziri", "Anstrell", "Wernstedt"]
    for path in [
        *(ROOT / "data").rglob("*.yaml"),
        *(ROOT / "data").rglob("*.csv"),
        *(ROOT / "notebooks").rglob("*.ipynb"),
    ]:
        text = path.read_text(encoding="utf-8")
        assert not [name for name in names if name in text], path


FAULTS = [
    ("data/strategy/plans.yaml", "actors: [storsthlm]", "actors: [storstohlm]", "actor 'storstohlm' does not exist"),
    ("data/strategy/plans.yaml", "kind: åtagande", "kind: löfte", "kind"),
    ("data/indicators/mal_3.yaml", "direction: up", "riktning: up", "riktning"),
    ("data/indicators/mal_3.yaml", "      - goal: 3", "      - goal: 33", "goal 33"),
    ("data/sources.yaml", "id: f1\n", "id: f0\n", "'f0' occurs twice"),
    ("data/strategy/strategies.yaml", "strategies:", "strategies: [", "not valid YAML"),
    ("data/statements.csv", ",framsteg,", ",framgång,", "row 2"),
    ("data/report.yaml", "county:", "lan:", "lan: there is no field of this name"),
    ("data/regions.csv", "code,name", "kod,namn", "row 1: the columns must be"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS)
def test_a_mistake_in_the_records_is_named(workbook: Path, file: str, old: str, new: str, message: str) -> None:
    change(workbook / file, old, new)
    with pytest.raises(WorkbookError) as error:
        _ = Catalogue(workbook / "data").regions
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(workbook: Path) -> None:
    (workbook / "data/sources.yaml").unlink()
    with pytest.raises(WorkbookError, match=r"sources\.yaml is missing"):
        Catalogue(workbook / "data")


def test_yaml_cannot_build_objects(workbook: Path) -> None:
    change(workbook / "data/report.yaml", "title: Regional lägesrapport", "title: !!python/object/apply:os.getcwd []")
    with pytest.raises(WorkbookError, match="has no place in data"):
        Catalogue(workbook / "data")


def test_a_misspelt_indicator_gets_a_hint(catalogue: Catalogue) -> None:
    with pytest.raises(WorkbookError, match="did you mean freda_kortfragor"):
        catalogue.indicator("freda_kortfraga")


def test_the_example_shares_the_records_of_its_base(workbook: Path) -> None:
    base, example = Catalogue(workbook / "data"), Catalogue(workbook / "data/exempel")
    assert set(base.indicators) < set(example.indicators)
    # The example's fields replace the base's, the others stay.
    one, other = (c.indicators["rutin_vid_indikation_vuxen"] for c in (base, example))
    assert one.title == other.title and (one.family, other.family) == ("lagesrapporter", "exempelenkat")
    # An indicator it does not mention has no series: the figures are another county's.
    assert base.indicators["personuppkl_koppleri"].family == "bra"
    assert example.indicators["personuppkl_koppleri"].family is None
    assert example.strategies["strategi_2020_2026"].goals == base.strategies["strategi_2020_2026"].goals
    # Plans, commitments and statements are not shared.
    assert set(example.commitments).isdisjoint(base.commitments)
    assert set(example.statements).isdisjoint(base.statements)


def test_a_mistake_in_the_examples_entries_is_named_there(workbook: Path) -> None:
    change(workbook / "data/exempel/indicators/exempel.yaml", "family: exempelenkat", "famili: exempelenkat")
    with pytest.raises(
        WorkbookError, match=r"data/exempel/indicators/exempel.yaml, indicators \w+, famili: there is no field"
    ):
        Catalogue(workbook / "data/exempel")


def test_without_a_class_an_indicator_is_treated_as_the_most_sensitive(workbook: Path) -> None:
    change(workbook / "data/indicators/mal_2.yaml", "    disclosure: K\n", "")
    catalogue = Catalogue(workbook / "data")
    assert catalogue.indicators["behandlingsprogram_fullfoljda"].disclosure == "S"
