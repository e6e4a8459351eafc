"""Returned forms become observations with all sums; a missing answer is never a no; contradictions are listed."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.receive.answers import Answer, Outcome, Returned, changed_answers, merged_follow_ups, outcome
from lib.receive.changes import as_text
from lib.receive.survey import NO, NOT_FOR, UNKNOWN, YES, promised, read_survey, units
from tests.conftest import ROOT

EXAMPLE = Catalogue(ROOT / "data/exempel")
SURVEY = read_survey(EXAMPLE)
QUESTION, COUNT = SURVEY.questions[0].indicator, SURVEY.counts[0]
UNITS = [unit.code for unit in units(EXAMPLE, 2025)]
DAY = date(2026, 3, 20)


def form(who: str, answer: str = "", count: float | None = None, comment: str = "") -> Returned:
    """Return the form of a unit with one answer, and the same count in every cell."""
    counts = {(COUNT.indicator, cell): count for cell in COUNT.cells}
    return Returned(Path(f"{who}.xlsx"), who, 2025, {QUESTION: Answer(answer, comment)}, counts)


def result(*forms: Returned) -> Outcome:
    return outcome(EXAMPLE, SURVEY, 2025, forms, DAY)


def of(rows: pd.DataFrame, indicator: str, region: str) -> dict[str, object]:
    """Return the cells of a region's row for both sexes and all groups."""
    found = rows.query("indicator == @indicator and region == @region and sex == 'T' and group == 'T'")
    return dict(found.iloc[0])


def test_the_county_has_the_share_of_yes_among_those_who_answered() -> None:
    made = result(form("XB", YES), form("XC", NO), form("XD", YES), form("XE", UNKNOWN), form("XF", NOT_FOR))
    rows = made.rows
    county = of(rows, QUESTION, "X1")
    assert county["value"] == pytest.approx(200 / 3) and (county["numerator"], county["denominator"]) == (2, 3)
    assert [of(rows, QUESTION, code)["value"] for code in ("XB", "XC")] == [100, 0]
    statuses = {code: of(rows, QUESTION, code)["status"] for code in ("XE", "XF", "XG")}
    assert statuses == {"XE": "M", "XF": "N", "XG": "M"}
    assert set(rows["published"]) == {"2026-03-20"} and set(rows["synthetic"]) == {"true"}
    assert made.answered == [f"Kommun {letter}" for letter in "BCDEF"] and len(made.silent) > 20


def test_without_any_answer_the_county_has_no_share() -> None:
    assert of(result(form("XB")).rows, QUESTION, "X1")["status"] == "M"


def test_counts_are_summed_and_a_town_without_a_districts_count_has_no_sum() -> None:
    rows = result(*(form(code, count=1) for code in UNITS if code != "XA1")).rows
    per_form = len(COUNT.cells)
    assert of(rows, COUNT.indicator, "XA2")["value"] == per_form
    assert of(rows, COUNT.indicator, "XA")["status"] == of(rows, COUNT.indicator, "XA1")["status"] == "M"
    county = of(rows, COUNT.indicator, "X1")
    assert county["value"] == per_form * (len(UNITS) - 1)
    assert county["note"] == f"1 av {len(UNITS)} lämnade ingen uppgift."


def test_half_the_counts_of_a_question_count_for_nothing_and_are_listed() -> None:
    half = form("XB", count=3)
    half.counts[COUNT.indicator, COUNT.cells[0]] = None
    made = result(half)
    assert of(made.rows, COUNT.indicator, "XB")["status"] == "M"
    assert any("bara en del av antalen" in text for text in made.contradictions)


def test_comments_are_listed_and_never_published() -> None:
    made = result(form("XB", YES, comment="Sedan i maj"))
    assert made.comments == [f"Kommun B (XB.xlsx), {QUESTION}: Sedan i maj"]
    assert not made.rows["note"].str.contains("maj").any()


def test_of_agencies_that_disagree_the_least_advanced_status_counts() -> None:
    by_actor = promised(EXAMPLE, 2025)
    commitment, actors = next((c.id, c.actors[:2]) for cs in by_actor.values() for c in cs if len(c.actors) > 1)
    forms = [Returned(Path(f"{who}.xlsx"), who, 2025) for who in actors]
    for returned, status in zip(forms, ("genomfört", "pågår"), strict=True):
        returned.statuses[commitment] = Answer(status)
    row = result(*forms).follow_ups[0]
    assert (row["commitment"], row["status"]) == (commitment, "pågår")
    assert row["note"] == f"{actors[0]}: genomfört; {actors[1]}: pågår"


def test_two_forms_of_one_unit_and_a_form_of_nobody_are_refused() -> None:
    with pytest.raises(WorkbookError, match=r"are both from the same unit \(XB\)"):
        result(form("XB"), form("XB"))
    with pytest.raises(WorkbookError, match="'9999' is not asked for 2025"):
        result(form("9999"))


def test_changes_since_the_year_before_are_counted_by_question() -> None:
    before = as_text(result(form("XB", YES), form("XC", NO), form("XD", NO)).rows)
    now = outcome(EXAMPLE, SURVEY, 2026, [form("XB", YES), form("XC", YES), form("XD", YES)], DAY)
    line = changed_answers(before, now.rows, SURVEY, 2026)[0]
    assert line == f"{QUESTION}: 2 till ja, 0 till nej, 1 som 2025"


def test_a_follow_up_replaces_the_one_of_the_same_day(tmp_path: Path) -> None:
    row = {
        "commitment": "ex2_01",
        "year": "2025",
        "status": "pågår",
        "note": "",
        "source": "s",
        "published": "2026-03-20",
    }
    (tmp_path / "strategy").mkdir()
    path, text = merged_follow_ups(tmp_path, [row])
    path.write_text(text, encoding="utf-8")
    _, text = merged_follow_ups(tmp_path, [row | {"status": "genomfört"}, row | {"published": "2026-04-01"}])
    assert [line.split(",")[2] for line in text.splitlines()[1:]] == ["genomfört", "pågår"]
