"""Charts show the numbers they are given, at the labels they belong to."""

import base64
from functools import partial

import matplotlib
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.text import Text

from lib.show import charts

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
    long = DOTS.assign(label=DOTS["label"] + " med ett mycket långt namn som måste brytas")
    figure = charts.dots(long, unit="procent", areas=["Här", "Riket"])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for text in figure.axes[0].get_yticklabels():
        box = text.get_window_extent()
        assert box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1


def test_a_narrow_drawing_shows_the_same():
    for draw in (
        partial(charts.lines, LINES, unit="procent"),
        partial(charts.dots, DOTS, unit="procent", areas=["Här", "Riket"]),
    ):
        wide, narrow = draw(), draw(narrow=True)
        assert narrow.get_size_inches()[0] < 0.6 * wide.get_size_inches()[0]
        assert _drawn(wide) == _drawn(narrow)


def _drawn(figure) -> set[tuple[float, ...]]:
    """Return every point that a figure shows."""
    axes = figure.axes[0]
    lines = {
        (float(x), float(y)) for line in axes.lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }
    dots = {tuple(map(float, p)) for c in axes.collections if isinstance(c, PathCollection) for p in c.get_offsets()}
    return lines | dots


def test_dumbbells_show_both_years_in_their_order():
    data = pd.DataFrame({"label": ["a", "b"], "earlier": [10.0, 40.0], "later": [20.0, 30.0]})
    figure = charts.dumbbells(data, unit="procent", years=(2021, 2022))
    first, second = [c.get_offsets().tolist() for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    assert (first, second) == ([[10, 0], [40, 1]], [[20, 0], [30, 1]])
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["2021", "2022"]


def test_small_multiples_share_their_axes_and_lose_no_panel():
    data = pd.concat([LINES.assign(panel=name) for name in ("x", "y", "z", "v")]).reset_index(drop=True)
    figure = charts.multiples(data, unit="procent", home="a", breaks={"x": [2022], "y": [2030]})
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()]
    assert titles == ["x", "y", "z", "v"]
    assert len({axes.get_ylim() for axes in figure.axes[:4]}) == 1
    marked = [any(set(line.get_xdata()) == {2021.5} for line in axes.lines) for axes in figure.axes[:4]]
    assert marked == [True, False, False, False]


def test_a_sparkline_ends_at_the_newest_value_and_is_cut_at_a_break():
    data = pd.DataFrame({"label": "", "year": [2019, 2020, 2021, 2022], "value": [5.0, 6, 9, 8]})
    axes = charts.sparkline(data, breaks=[2021]).axes[0]
    stretches = [list(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) > 1]
    assert sorted(stretches) == [[2019, 2020], [2021, 2022]]
    assert axes.lines[-1].get_xydata().tolist() == [[2022, 8]]
    assert [t.get_text() for t in axes.texts] == ["2019", "2022"]


def test_figures_use_the_reports_own_typeface():
    drawing = base64.b64decode(charts.svg(charts.lines(LINES, unit="procent"))[0]).decode()
    # Letters are outlines named after the typeface's cut: r and s, which only its own files have.
    assert 'id="r' in drawing and "DejaVu" not in drawing and "<metadata>" not in drawing


def test_a_label_is_text_and_never_mathematics():
    data = pd.DataFrame({"label": "$x^2$ och $\\frac{1$", "year": [2020, 2021], "value": [1.0, 2.0]})
    figure = charts.lines(data, unit="procent")
    assert charts.svg(figure)
    assert not [text.get_text() for text in figure.findobj(Text) if text.get_parse_math()]
