"""A figure becomes the same SVG each time, in the report's typeface, with labels as plain text."""

from __future__ import annotations

import base64

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from lib.show import charts
from lib.show.charts.style import spread
from tests.unit.show.charts.drawn import DOTS, LINES


def test_the_same_numbers_give_the_same_bytes() -> None:
    first, second = (charts.svg(charts.dots(DOTS, unit="procent", areas=["Här", "Riket"])) for _ in range(2))
    assert first == second
    assert b"<dc:date>" not in base64.b64decode(first[0])


def test_figures_use_the_reports_typeface() -> None:
    drawing = base64.b64decode(charts.svg(charts.lines(LINES, unit="procent"))[0]).decode()
    # Letters are outlines named after the face: r and s, which only the report's own files become.
    assert 'id="r' in drawing and "DejaVu" not in drawing and "<metadata>" not in drawing


def test_a_label_is_text_and_never_mathematics() -> None:
    data = pd.DataFrame({"label": "$x^2$ och $\\frac{1$", "year": [2020, 2021], "value": [1.0, 2.0]})
    figure = charts.lines(data, unit="procent")
    assert charts.svg(figure)
    labels = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    assert labels and not [text for text in labels if text.get_parse_math()]


@settings(deadline=None)
@given(st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=4), st.floats(0.1, 20))
def test_labels_are_spread_without_changing_order(positions: list[float], distance: float) -> None:
    placed = spread(positions, distance)
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    assert all(placed[b] >= placed[a] - 1e-6 for a, b in zip(order, order[1:], strict=False))
