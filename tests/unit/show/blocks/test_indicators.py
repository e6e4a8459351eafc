"""The card of an indicator holds all that the report knows of it, in the year when it is followed."""

from __future__ import annotations

from lib.show.blocks import indicators
from tests.unit.show.blocks.views import view_of


def test_a_card_has_sentences_and_a_table_with_its_facts_and_its_file() -> None:
    shown = indicators.card(view_of(2022), "personuppkl_grov_kvinnofridskrankning")
    assert "År 2021 var andelen" in shown.plain and 'id="tabell-personuppkl_grov_kvinnofridskrankning"' in shown.html
    assert set(shown.data) == {
        "tabell-personuppkl_grov_kvinnofridskrankning",
        "tabell-personuppkl_grov_kvinnofridskrankning-citerat",
    }
    assert {fact.kind for fact in shown.facts} == {"observed", "quoted", "computed"}


def test_an_indicator_without_figures_is_recorded_as_missing() -> None:
    shown = indicators.card(view_of(2022), "ntu_misshandel")
    assert [(fact.id, fact.status) for fact in shown.facts] == [("metod/ntu_misshandel/saknas", "M")]


def test_a_chapter_of_another_goal_points_to_the_indicators_own() -> None:
    view = view_of(2022, 1)
    followed = view.goals_of(view.known.indicators["personuppkl_grov_kvinnofridskrankning"])
    assert 1 not in followed
    shown = indicators.card(view, "personuppkl_grov_kvinnofridskrankning")
    assert "och redovisas där." in shown.plain and not shown.facts


def test_an_overview_has_one_row_per_indicator_and_a_column_per_year() -> None:
    view = view_of("exempel")
    names = ["personuppkl_grov_kvinnofridskrankning", "personuppkl_valdtakt"]
    shown = indicators.overview(view, names, name="x", caption="Uppklaring. Procent.")
    lines = shown.plain.split("\n")
    years = {value.year for name in names for line in view.finding(name).wholes for value in line.values}
    assert lines[0] == " | ".join(["Brottstyp", *map(str, sorted(years))]) and len(lines) == 4
    assert indicators.overview(view, ["ntu_misshandel"], name="x", caption="Tomt.").html == ""
