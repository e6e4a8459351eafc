"""Goals are data: a strategy's report has the goals, wordings and records of that strategy and of no other."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from tests.conftest import ROOT, change, facts, lagesrapport, one, report

CUT_OFF = date(2021, 5, 31)
EARLIER, PRESENT = "strategi_2016_2020", "strategi_2020_2026"
OF_YEAR = {2019: EARLIER, 2022: PRESENT}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(ROOT / "data")


def _view(year: int, goal: int | None = None) -> View:
    return open_view(Workbook(ROOT), year, f"mal-{goal}" if goal else "metod", goal)


@pytest.mark.parametrize("year", OF_YEAR)
def test_a_report_has_its_strategys_goals_in_name_wording_and_link(
    built: Path, catalogue: Catalogue, year: int
) -> None:
    soup, strategy = report(built, year), catalogue.strategies[OF_YEAR[year]]
    assert one(soup, "p.subtitle").get_text() == strategy.title
    chapters = soup.select('main > section[id^="mal-"]')
    assert [c["id"] for c in chapters] == [f"mal-{goal.id}" for goal in strategy.goals]
    contents = {a["href"]: " ".join(a.get_text().split()) for a in soup.select("nav.contents a")}
    for goal, chapter in zip(strategy.goals, chapters, strict=True):
        assert contents[f"#mal-{goal.id}"] == f"Mål {goal.id}. {goal.short}"
        assert one(chapter, "blockquote").get_text(strip=True).rstrip(".") == goal.wording.rstrip(".")
        assert soup.select(f'#sammanfattning a[href="#mal-{goal.id}"]')
    rows = soup.select("#sammanfattning-tabell-malen tbody tr")
    assert len(rows) == len(strategy.goals) == {2019: 6, 2022: 8}[year]
    summary = one(soup, '#sammanfattning [lang="en"]').get_text()
    assert f"written assessment: 0 of {len(strategy.goals)}." in summary and all(
        g.english.lower() in summary for g in strategy.goals
    )


def test_no_goal_of_the_later_strategy_is_a_goal_of_the_earlier(built: Path, catalogue: Catalogue) -> None:
    later = catalogue.strategies[PRESENT]
    soup = report(built, 2019)
    headings = " ".join(h.get_text(" ") for h in soup.select("h2, h3, h4, th, caption, nav.contents a"))
    assert not [goal.short for goal in later.goals if goal.short in headings]
    text = soup.get_text(" ")
    assert not [goal.wording for goal in later.goals if goal.wording in text]
    assert later.vision not in text and "Visionen är" not in text
    assert "Det övergripande målet är: Ingen i Stockholms län" in text
    assert {f["chapter"] for f in facts(built, 2019) if f["chapter"].startswith("mal-")} == {
        f"mal-{n}" for n in range(1, 7)
    }


def test_no_row_published_after_the_cut_off_shows(built: Path) -> None:
    late = set()
    for path in (ROOT / "data/observations").glob("*.csv"):
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if int(row["year"]) <= 2019 and row["published"] > CUT_OFF.isoformat():
                    late.add((row["indicator"], int(row["year"]), row["region"], row["sex"], row["group"]))
    # Figures for 2019 of the county's municipalities, and of its antenatal care, came years later.
    assert {i for i, *_ in late} >= {
        "mhv_tillfragade",
        "skyddat_boende_bistandsbeslut",
        "stodsamtal_med_bistandsbeslut",
    }
    shown = {
        (f["indicator"], f["year"], f["region"], f["sex"], f["group"])
        for f in facts(built, 2019)
        if f["kind"] != "computed" and f["indicator"]
    }
    early = {("personuppkl_grov_kvinnofridskrankning", 2019, "Rn03", "T", "T")}
    assert shown >= early and not {key for key in shown & late if key[2] == "01"}
    assert all(f["year"] <= 2019 and (f["published"] or "") <= CUT_OFF.isoformat() for f in facts(built, 2019))
    annex = (built / "output/2019/data/databilaga.csv").read_text(encoding="utf-8")
    assert "mhv_tillfragade" not in annex and "lagesrapporter" not in annex


def test_records_of_one_strategy_do_not_leak_into_another(built: Path) -> None:
    documents = one(report(built, 2019), "#metod-tabell-dokument").get_text(" ")
    assert "2016–2020" in documents and "Regional lägesrapport 2020" not in documents
    assert "Regional lägesrapport 2020" in one(report(built, 2020), "#metod-tabell-dokument").get_text(" ")
    actors = one(report(built, 2019), "#handlingsplan-tabell-aktorer").get_text(" ")
    assert "Kriminalvården" in actors and "Åklagarmyndigheten" not in actors and "rådslag" not in actors.casefold()
    assert "Åklagarmyndigheten" in one(report(built, 2022), "#handlingsplan-tabell-aktorer").get_text(" ")
    mandate = {year: one(report(built, year), "#metod-tabell-uppdrag").get_text(" ") for year in (2019, 2022)}
    assert "evidensbaserad" in mandate[2019] and "evidensbaserad" not in mandate[2022]
    assert "Initiativ Gryning, som ska" not in report(built, 2020).get_text(" ")


def test_every_indicator_is_of_the_earlier_strategy_or_noted_as_placed_there(catalogue: Catalogue) -> None:
    original = [i for i in catalogue.indicators.values() if i.source == "ok_d5"]
    assert len(original) == 4 and sum(i.title_incomplete for i in original) == 1
    for indicator in catalogue.indicators.values():
        for link in indicator.goal_link(EARLIER, 2019):
            assert (link.basis == "källa") == (indicator in original), indicator.id
            assert link.basis == "källa" or link.note, indicator.id


def test_a_link_without_a_strategy_is_of_the_one_that_is_listed_first(catalogue: Catalogue) -> None:
    assert next(iter(catalogue.strategies)) == PRESENT
    assert all(link.strategy in catalogue.strategies for i in catalogue.indicators.values() for link in i.goals)
    assert [link.goal for link in catalogue.indicator("fortbildning_handlaggare_barn").goal_link(PRESENT, 2019)] == [7]


def test_how_an_indicator_is_read_may_differ_between_strategies(built: Path) -> None:
    cards = {
        year: one(report(built, year), "#mal-3").get_text(" ").partition("vid mödrahälsovård tillfrågats")[2]
        for year in OF_YEAR
    }
    assert "målsidan för mål 3" in cards[2022] and "målsidan" not in cards[2019]
    assert "det är inte känt om måttet hörde dit" in cards[2019] and "hörde dit" not in cards[2022]


def test_the_implementation_is_described_as_it_was(built: Path) -> None:
    text = " ".join(one(report(built, 2019), "#handlingsplan").get_text(" ").split())
    for phase in ("Analysera.", "Välja åtgärder.", "Genomföra.", "Följa upp."):
        assert phase in text
    assert "Aktörerna rapporterade inte själva in några data." in text
    assert not re.search(r"Mål\s\d har \d|åtagande \d", text)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("strategy/actors.yaml", "      - strategy: strategi_2016_2020", "      - strategy: strategi_2016", "strategi_2016'"),
        ("strategy/actors.yaml", "source: ok_org", "source: ok_organ", "source 'ok_organ'"),
        ("strategy/documents.yaml", "    strategy: strategi_2016_2020", "    strategy: strategi_16", "strategi_16'"),
        ("indicators/mal_4.yaml", "strategy: strategi_2016_2020", "strategy: strategi_2016", "strategy 'strategi_2016' does not"),
        ("statements.csv", "pol19_initiativ_gryning,6,2019", "pol19_initiativ_gryning,7,2019", "goal 7 does not exist"),
    ],
)  # fmt: skip
def test_a_slip_in_what_belongs_to_a_strategy_is_named(
    workbook: Path, file: str, old: str, new: str, message: str
) -> None:
    change(workbook / "data" / file, old, new)
    with pytest.raises(WorkbookError) as error:
        Catalogue(workbook / "data")
    assert message in str(error.value)


def test_a_goal_of_another_strategy_is_refused_by_number(workbook: Path) -> None:
    change(
        workbook / "parameters/2019.yaml",
        "  - strategi_2016_2020/06_samverkan_och_samordning",
        "  - 08_kunskap_och_forskning",
    )
    done = lagesrapport("build", "2019", root=workbook)
    assert done.returncode == 3
    assert "strategi_2016_2020 has no goal 8; its goals are 1, 2, 3, 4, 5, 6" in done.stderr
    manifest = json.loads((workbook / "output/2019/manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["failed"]) == ["08_kunskap_och_forskning"]
