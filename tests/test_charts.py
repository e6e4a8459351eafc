"""Charts show the numbers they are given, at the labels they belong to."""

import base64

import matplotlib
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection

from lib import charts

matplotlib.use("Agg")

DOTS = pd.DataFrame(
    [
        ("Zeta\n1 av 2", "Här", 60.0, 40.0, 75.0),
        ("Zeta\n1 av 2", "Riket", 50.0, None, None),
        ("Alfa", "Här", 5.0, None, None),
        ("Mitt", "Här", 20.0, 15.0, 26.0),
        ("Mitt", "Riket", 30.0, None, None),
    ],
    columns=["label", "area", "value", "low", "high"],
)


def test_each_dot_stands_at_its_own_label():
    """The axis once sorted its labels by the alphabet while the text kept another order: every dot had a wrong name."""
    axes = charts.dots(DOTS, unit="procent", areas=["Här", "Riket"]).axes[0]
    labels = [t.get_text() for t in axes.get_yticklabels()]
    dots = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
    drawn = {(labels[round(y)], round(x, 6)) for points in dots for x, y in points.get_offsets()}
    assert drawn == {(row.label, row.value) for row in DOTS.itertuples()}
    assert labels == ["Zeta\n1 av 2", "Alfa", "Mitt"]
    (intervals,) = [drawn for drawn in axes.collections if isinstance(drawn, LineCollection)]
    ends = {(labels[round(y)], round(left, 6), round(right, 6)) for (left, y), (right, _) in intervals.get_segments()}
    assert ends == {("Zeta\n1 av 2", 40, 75), ("Mitt", 15, 26)}


LINES = pd.DataFrame(
    {
        "label": ["a"] * 5 + ["b"] * 3,
        "year": [2011, 2019, 2020, 2021, 2022, 2020, 2021, 2022],
        "value": [31.0, 94, 95, 95, 96, 40, 41, 42],
    }
)


def test_a_line_is_not_drawn_across_a_missing_year_or_a_break():
    axes = charts.lines(LINES, unit="procent", breaks=[2022]).axes[0]
    marks = [line for line in axes.lines if set(line.get_xdata()) == {2021.5}]
    assert len(marks) == 1 and [t.get_text() for t in axes.texts if "2022" in t.get_text()] == ["Brott i\nserien 2022"]
    drawn = [line for line in axes.lines if line not in marks and len(line.get_xdata())]
    stretches = sorted(tuple(int(x) for x in line.get_xdata()) for line in drawn)
    assert stretches == [(2011,), (2019, 2020, 2021), (2020, 2021), (2022,), (2022,)]


def test_lines_show_every_value():
    axes = charts.lines(LINES, unit="procent").axes[0]
    drawn = sorted(
        (int(x), float(y)) for line in axes.lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    )
    assert drawn == sorted(zip(LINES["year"], LINES["value"], strict=True))
    assert axes.get_ylim()[0] == 0


def test_five_lines_are_refused():
    five = pd.DataFrame({"label": list("abcde"), "year": 2020, "value": 1.0})
    with pytest.raises(ValueError, match="small multiples"):
        charts.lines(five, unit="procent")


def test_the_same_numbers_give_the_same_bytes():
    first, second = (charts.svg(charts.dots(DOTS, unit="procent", areas=["Här", "Riket"])) for _ in range(2))
    assert first == second
    assert b"<dc:date>" not in base64.b64decode(first[0])


def test_no_label_leaves_the_picture():
    figure = charts.dots(
        DOTS.assign(label=DOTS["label"] + " med ett mycket långt namn som måste brytas"),
        unit="procent",
        areas=["Här", "Riket"],
    )
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for text in figure.axes[0].get_yticklabels():
        box = text.get_window_extent()
        assert box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1
