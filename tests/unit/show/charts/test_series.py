"""Lines, small multiples and sparklines show every value and are not joined across missing years or breaks."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from lib.show import charts
from tests.unit.show.charts.drawn import LINES, all_points, points

draw_lines = partial(charts.lines, LINES, unit="procent")


def _years(line: list[tuple[float, float]]) -> tuple[int, ...]:
    return tuple(int(x) for x, _ in line)


def test_a_line_is_not_drawn_across_a_missing_year_or_a_break() -> None:
    axes = draw_lines(breaks=[2022]).axes[0]
    drawn = [points(line) for line in axes.lines if len(points(line))]
    marks = [line for line in drawn if {x for x, _ in line} == {2021.5}]
    assert len(marks) == 1 and [t.get_text() for t in axes.texts if "2022" in t.get_text()] == ["Brott i\nserien 2022"]
    stretches = sorted(_years(line) for line in drawn if line not in marks)
    assert stretches == [(2011,), (2019, 2020, 2021), (2020, 2021), (2022,), (2022,)]


def test_lines_show_every_value() -> None:
    axes = draw_lines().axes[0]
    drawn = sorted(point for line in axes.lines for point in points(line))
    assert drawn == sorted(zip(LINES["year"], LINES["value"], strict=True))
    assert axes.get_ylim()[0] == 0


def test_five_lines_are_refused() -> None:
    five = pd.DataFrame({"label": list("abcde"), "year": 2020, "value": 1.0})
    with pytest.raises(ValueError, match="small multiples"):
        charts.lines(five, unit="procent")


def test_a_narrow_drawing_shows_the_same_lines() -> None:
    wide, narrow = draw_lines(), draw_lines(narrow=True)
    assert narrow.get_size_inches()[0] < 0.6 * wide.get_size_inches()[0]
    assert all_points(wide) == all_points(narrow)


def test_small_multiples_share_their_axes_and_lose_no_panel() -> None:
    data = pd.concat([LINES.assign(panel=name) for name in ("x", "y", "z", "v")]).reset_index(drop=True)
    figure = charts.multiples(data, unit="procent", home="a", breaks={"x": [2022], "y": [2030]})
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()]
    assert titles == ["x", "y", "z", "v"]
    assert len({axes.get_ylim() for axes in figure.axes[:4]}) == 1
    marked = [any({x for x, _ in points(line)} == {2021.5} for line in axes.lines) for axes in figure.axes[:4]]
    assert marked == [True, False, False, False]


def test_a_sparkline_ends_at_the_newest_value_and_is_cut_at_a_break() -> None:
    data = pd.DataFrame({"label": "", "year": [2019, 2020, 2021, 2022], "value": [5.0, 6, 9, 8]})
    axes = charts.sparkline(data, breaks=[2021]).axes[0]
    stretches = sorted(_years(points(line)) for line in axes.lines if len(points(line)) > 1)
    assert stretches == [(2019, 2020), (2021, 2022)]
    assert points(axes.lines[-1]) == [(2022, 8)]
    assert [t.get_text() for t in axes.texts] == ["2019", "2022"]
