"""Dots, dumbbells and maps show the numbers they are given, at the labels they belong to."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch

from lib.show import charts
from lib.show.charts.areas import Polygons
from lib.show.charts.style import STEPS
from tests.unit.show.charts.drawn import DOTS, all_points, dots

draw_dots = partial(charts.dots, DOTS, unit="procent", areas=["Här", "Riket"])


def test_each_dot_is_at_its_label() -> None:
    """The axis once sorted its labels alphabetically while the text kept another order: every dot had a wrong name."""
    axes = draw_dots().axes[0]
    labels = [t.get_text() for t in axes.get_yticklabels()]
    drawn = {(labels[round(y)], round(x, 6)) for group in dots(axes) for x, y in group}
    assert drawn == set(zip(DOTS["label"], DOTS["value"], strict=True))
    assert labels == ["Zeta\n1 av 2", "Alfa", "Mitt"]
    (intervals,) = [c for c in axes.collections if isinstance(c, LineCollection)]
    segments = [np.asarray(segment) for segment in intervals.get_segments()]
    ends = {(labels[round(left[1])], round(left[0], 6), round(right[0], 6)) for left, right in segments}
    assert ends == {("Zeta\n1 av 2", 40, 75), ("Mitt", 15, 26)}


def test_no_label_leaves_the_picture() -> None:
    long = DOTS.assign(label=DOTS["label"] + " med ett mycket långt namn som måste brytas")
    figure = charts.dots(long, unit="procent", areas=["Här", "Riket"])
    figure.draw_without_rendering()
    width, height = figure.canvas.get_width_height()
    for text in figure.axes[0].get_yticklabels():
        box = text.get_window_extent()
        assert box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1


def test_a_narrow_drawing_shows_the_same_dots() -> None:
    wide, narrow = draw_dots(), draw_dots(narrow=True)
    assert narrow.get_size_inches()[0] < 0.6 * wide.get_size_inches()[0]
    assert all_points(wide) == all_points(narrow)


def test_dumbbells_show_both_years_in_their_order() -> None:
    data = pd.DataFrame({"label": ["a", "b"], "earlier": [10.0, 40.0], "later": [20.0, 30.0]})
    figure = charts.dumbbells(data, unit="procent", years=(2021, 2022))
    first, second = dots(figure.axes[0])
    assert (first, second) == ([(10, 0), (40, 1)], [(20, 0), (30, 1)])
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["2021", "2022"]


def _shapes(*codes: str) -> dict[str, Polygons]:
    """Return a square per code, side by side."""
    return {c: [[[(i, 59), (i + 1, 59), (i + 1, 60), (i, 60)]]] for i, c in enumerate(codes)}


def _faces(shapes: dict[str, Polygons], values: dict[str, float] | dict[str, str]) -> tuple[list[str], list[str]]:
    """Return each area's colour (or hatch) and the words of the key."""
    figure = charts.area_map(shapes, values, unit="procent", lacking="uppgift saknas")
    patches = [p for p in figure.axes[0].patches if isinstance(p, PathPatch)]
    faces = [str(p.get_hatch() or to_hex(p.get_facecolor())) for p in patches]
    return faces, [t.get_text() for t in figure.legends[0].get_texts()]


def test_a_map_shades_by_class_and_hatches_what_is_missing() -> None:
    faces, key = _faces(_shapes("a", "b", "c", "d"), {"a": 0.0, "b": 20.0, "c": 100.0})
    # A value on a bound belongs to the lower class.
    assert faces == [STEPS[0], STEPS[0], STEPS[4], "////"]
    assert key == ["0,0–20,0", "20,0–40,0", "40,0–60,0", "60,0–80,0", "80,0–100,0", "uppgift saknas"]


def test_a_map_of_equal_values_is_of_one_shade() -> None:
    faces, key = _faces(_shapes("a", "b"), {"a": 50.0, "b": 50.0})
    assert faces == [STEPS[0]] * 2 and len(key) == 5


def test_a_map_of_answers_has_one_shade_per_word() -> None:
    faces, key = _faces(_shapes("a", "b", "c"), {"a": "ja", "b": "nej"})
    assert faces == [STEPS[3], STEPS[0], "////"] and key == ["ja", "nej", "uppgift saknas"]
