"""A change is certain only where the interval of the difference leaves no zero, and never judged across a break."""

from __future__ import annotations

from dataclasses import replace

from lib.analysis.change import Change
from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from tests.conftest import ROOT


def _change(year: int, identifier: str) -> Change:
    change = open_view(Workbook(ROOT), year, "test").finding(identifier).home[0].change
    assert change is not None
    return change


def test_a_small_difference_of_counts_is_no_change() -> None:
    change = _change(2022, "personuppkl_grov_kvinnofridskrankning")
    assert change.tested and change.verdict == "ingen säkerställd förändring"


def test_a_clear_difference_of_counts_has_a_direction() -> None:
    change = _change(2023, "personuppkl_grov_kvinnofridskrankning")
    assert change.verdict == "rätt håll" and change.interval is not None and change.interval[0] > 0


def test_without_counts_there_is_a_direction_but_no_test() -> None:
    change = _change(2022, "rutin_vid_indikation_vuxen")
    assert change.verdict == "rätt håll" and not change.tested and change.difference == 22


def test_nothing_is_judged_across_a_break_or_of_an_approximate_figure() -> None:
    assert _change(2025, "personuppkl_kop_av_sexuell_tjanst").verdict == "går inte att bedöma"
    assert _change(2023, "stodsamtal_med_bistandsbeslut").verdict == "går inte att bedöma"


def test_what_has_no_desired_direction_is_never_right_or_wrong() -> None:
    view = open_view(Workbook(ROOT), 2024, "test")
    undirected = [i.id for i in view.catalogue.indicators.values() if i.direction == "none"]
    changes = [line.change for i in undirected for line in view.finding(i).home_known]
    verdicts = {change.verdict for change in changes if change}
    assert "utan entydig tolkning" in verdicts and not verdicts & {"rätt håll", "fel håll"}


def test_few_units_are_compared_only_where_the_same_ones_answered() -> None:
    view = open_view(Workbook(ROOT), "exempel", "test")
    change = view.finding("rutin_vid_indikation_vuxen").home[0].change
    assert change is not None
    assert (change.verdict, change.units) == ("rätt håll", 1) and not change.tested
    # Kommun D answers in place of Kommun B: as many answered, but others.
    rows = view.rows.copy()
    asked = (rows["indicator"] == "rutin_vid_indikation_vuxen") & (rows["year"] == 2024)
    for region, value, status in (("XB", float("nan"), "M"), ("XD", 100.0, "A")):
        rows.loc[asked & (rows["region"] == region), "value"] = value
        rows.loc[asked & (rows["region"] == region), "status"] = status
    other = replace(view, rows=rows).finding("rutin_vid_indikation_vuxen").home[0].change
    assert other is not None and other.other_units and other.verdict == "går inte att bedöma"
