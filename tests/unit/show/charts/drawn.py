"""The data that chart tests draw, and what a figure shows of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

Point = tuple[float, float]

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
LINES = pd.DataFrame(
    {
        "label": ["a"] * 5 + ["b"] * 3,
        "year": [2011, 2019, 2020, 2021, 2022, 2020, 2021, 2022],
        "value": [31.0, 94, 95, 95, 96, 40, 41, 42],
    }
)


def points(line: Line2D) -> list[Point]:
    """Return the points of a line."""
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]


def dots(axes: Axes) -> list[list[Point]]:
    """Return the points of each set of dots."""
    drawn = [c for c in axes.collections if isinstance(c, PathCollection)]
    return [[(float(x), float(y)) for x, y in np.asarray(c.get_offsets())] for c in drawn]


def all_points(figure: Figure) -> set[Point]:
    """Return every point that a figure shows."""
    axes = figure.axes[0]
    return {p for line in axes.lines for p in points(line)} | {p for group in dots(axes) for p in group}
