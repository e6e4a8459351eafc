"""Goal chapters show conditions, assessments, statements, gaps and sources as the data has them, and say when there are none."""

from __future__ import annotations

from lib.show.blocks import goals
from tests.unit.show.blocks.views import view_of


def test_conditions_are_named_as_the_strategy_names_them() -> None:
    earlier, present = goals.conditions(view_of(2019, 5)).plain, goals.conditions(view_of(2022, 5)).plain
    assert earlier.startswith("Strategin anger vilka utfall delmålet ska ge") and "nationella strategin" not in earlier
    assert present.startswith("Strategin anger förutsättningar för att målet ska nås")


def test_without_an_assessment_there_is_none_and_indicators_are_counted() -> None:
    shown = goals.assessment(view_of(2022, 3))
    facts = {f.id.partition("/")[2]: f for f in shown.facts}
    assert facts["bedömning"].text == goals.NO_ASSESSMENT and goals.NO_ASSESSMENT in shown.html
    known, decided = (facts[name].text for name in ("indikatorer med uppgift", "beslutade indikatorer"))
    assert f"{known} av {decided} beslutade indikatorer har någon uppgift" in shown.plain


def test_directions_are_counted_once_per_decided_indicator() -> None:
    view = view_of(2022, 3)
    shown = goals.assessment(view)
    amounts = [f.value for f in shown.facts if "/utveckling " in f.id]
    decided = next(f.value for f in shown.facts if f.id.endswith("/beslutade indikatorer"))
    assert sum(amount or 0 for amount in amounts) == decided


def test_statements_are_quoted_with_source_and_date() -> None:
    view = view_of(2022, 3)
    shown = goals.quoted(view, "utmaning")
    assert len(shown.facts) == len({s.text for s in view.statements(3, ["utmaning"])}) > 0
    first = view.statements(3, ["utmaning"])[0]
    assert f"{first.text} ({goals.attribution(view, first)})" in shown.plain


def test_only_the_whole_report_says_that_there_are_no_statements() -> None:
    assert (
        goals.quoted(view_of(2019), "lucka").plain
        == "Underlaget innehåller inga uttalanden om luckor i uppföljningen 2019."
    )
    empty = [g for g in range(1, 9) if not view_of(2022).statements(g, ["lucka"])]
    assert empty and goals.quoted(view_of(2022, empty[0]), "lucka").html == ""


def test_statements_about_an_indicator_that_no_source_mentions() -> None:
    assert goals.statements_about(view_of(2022), "finns_inte").plain.startswith("Inga källor om 2022")


def test_gaps_are_counted_and_listed_by_kind() -> None:
    shown = goals.gaps(view_of(2022, 3))
    missing, total = (f.value for f in shown.facts)
    assert missing and total and 0 < missing <= total
    assert len(shown.plain.splitlines()) == 1 + missing
    assert "Målets enda indikator saknar uppgift" in goals.gaps(view_of(2019, 6)).plain


def test_sources_are_sorted_and_named_once() -> None:
    view = view_of(2022, 3)
    assert goals.sources(view, []).plain == "Kapitlet redovisar inga uppgifter ur externa källor."
    used = list(view.catalogue.sources)[:3]
    lines = goals.sources(view, used).plain.splitlines()
    assert len(lines) == 4 and lines[1:] == sorted(lines[1:])
