"""Dots are of one year and one area, and what is not drawn is named."""

from __future__ import annotations

from dataclasses import replace

from lib.show.blocks import dots
from tests.unit.show.blocks.views import view_of

CRIMES = [
    "personuppkl_grov_kvinnofridskrankning",
    "personuppkl_valdtakt",
    "personuppkl_kop_av_sexuell_tjanst",
]


def test_a_dot_chart_shows_the_newest_year_here_and_in_the_country() -> None:
    shown = dots.dot_figure(view_of("exempel"), CRIMES, name="x")
    drawn = [fact for fact in shown.facts if fact.kind == "observed"]
    assert len({fact.year for fact in drawn}) == 1 and {fact.region for fact in drawn} == {"RnX", "00"}
    assert shown.facts[-1].id.endswith("/rader i x") and shown.facts[-1].value == 3
    assert "95-procentiga intervall" in shown.html and "Punktdiagram med tre rader" in shown.plain


def test_fewer_than_two_dots_or_changes_are_no_figure() -> None:
    view = view_of("exempel")
    assert dots.dot_figure(view, CRIMES[:1], name="x").html == ""
    assert dots.dot_figure(view, [], name="x").html == "" == dots.dumbbell_figure(view, name="x").html


def test_dumbbells_are_of_tested_changes() -> None:
    shown = dots.dumbbell_figure(view_of("exempel"), *CRIMES, name="x")
    changes = [fact for fact in shown.facts if "/förändring " in fact.id]
    assert len(changes) == 3 and all(fact.low is not None for fact in changes)


def test_an_indicator_without_the_newest_year_is_named_below_the_figure() -> None:
    view = view_of("exempel")
    lost = (view.rows["indicator"] == CRIMES[-1]) & (view.rows["year"] == 2023)
    less = replace(view, rows=view.rows[~lost])
    assert "Uppgift för 2023 saknas för köp av sexuell tjänst." in dots.dot_figure(less, CRIMES, name="x").html
    assert "Går inte att jämföra med året före: köp av" in dots.dumbbell_figure(less, *CRIMES, name="x").html
