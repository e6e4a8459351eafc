"""Reads what a figure draws back from it: its form, and the values of its lines, bars and dots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import UnitData
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

Form = Literal["line", "bar", "dot"]


class Marks(NamedTuple):
    """What a figure draws.

    ``form`` is None for a figure of another form or of several; ``values`` are those on the axis of values, all that can be read.
    """

    form: Form | None
    values: list[float]


def read(figure: Figure, most: int) -> Marks:
    """Return the form and the values of a figure.

    Parameters
    ----------
    most : int
        The most points of a line: one with more is a curve that was computed, such as a regression, and has no values to check.
    """
    found = [mark for axes in figure.axes for mark in _marks(axes, most)]
    forms = {form for form, _ in found}
    values = [float(value) for form, drawn in found for value in drawn if form and np.isfinite(value)]
    # Lines with a marker at each point are also read as dots; they are lines.
    only = (forms - {"dot"} if "line" in forms else forms) or {None}
    return Marks(only.pop() if len(only) == 1 else None, values)


def _marks(axes: Axes, most: int) -> Iterator[tuple[Form | None, np.ndarray]]:
    if any(type(container).__name__ == "BoxPlotContainer" for container in axes.containers):
        yield None, np.array([])
        return
    for container in axes.containers:
        if isinstance(container, BarContainer) and len(container.patches):
            lying = container.orientation == "horizontal"
            yield "bar", np.array([p.get_width() if lying else p.get_height() for p in container.patches])
    for line in _lines(axes):
        values = np.asarray(line.get_xdata() if _lying(axes) else line.get_ydata(), dtype=float)
        if len(values) > most:
            yield None, values
        elif np.isfinite(values).any():
            yield ("dot" if line.get_linestyle() in ("None", "", " ") else "line"), values
    for collection in axes.collections:
        if isinstance(collection, PathCollection) and len(offsets := np.asarray(collection.get_offsets(), dtype=float)):
            yield "dot", offsets[:, 0 if _lying(axes) else 1]
        elif isinstance(collection, QuadMesh):
            yield None, np.array([])


def _lines(axes: Axes) -> Iterator[Line2D]:
    """Yield the lines that draw data: no reference lines across the diagram, no error bars and no empty lines for a legend."""
    bars = {line for c in axes.containers if isinstance(c, ErrorbarContainer) and c.lines[1] for line in c.lines[1]}
    for line in axes.lines:
        x, y = (np.asarray(side, dtype=float) for side in (line.get_xdata(), line.get_ydata()))
        upright = len(x) > 1 and (np.ptp(x) == 0 or np.ptp(y) == 0) and line.get_marker() in ("None", "", None)
        if line.get_transform() == axes.transData and len(x) and line not in bars and not (upright and len(x) == 2):
            yield line


def _lying(axes: Axes) -> bool:
    """Return whether the values are on the horizontal axis: the vertical one has categories, and the other does not."""
    return isinstance(axes.yaxis.units, UnitData) and not isinstance(axes.xaxis.units, UnitData)
