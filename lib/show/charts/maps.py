"""Areas shaded by value in classes, or by answer; hatched where there is none."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from lib.base.swedish import number
from lib.show.charts.style import GREY, STEPS, canvas, style

#: The same hue for answers in words.
ANSWERS = {"ja": STEPS[3], "nej": STEPS[0]}


def area_map(
    shapes: dict[str, list],
    values: dict[str, float] | dict[str, str],
    *,
    unit: str,
    lacking: str,
    narrow: bool = False,
) -> Figure:
    """Draw areas shaded by value in five classes, or by answer (ja, nej); hatched where there is none.

    Parameters
    ----------
    shapes : dict
        Area code to polygons, each a list of rings of (longitude, latitude).
    values : dict
        Area code to number or word; areas without one are hatched.
    unit : str
        Written above the key.
    lacking : str
        What the hatched areas lack.
    """
    classes = _classes(values)
    with style():
        figure = canvas(5.0 if narrow else 5.2, narrow=narrow)
        axes = figure.subplots()
        for code, polygons in shapes.items():
            path = Path.make_compound_path(*(Path(ring, closed=True) for polygon in polygons for ring in polygon))
            face = next((colour for _, colour, holds in classes if code in values and holds(values[code])), None)
            axes.add_patch(_patch(path, face))
        axes.autoscale_view()
        north = sum(axes.get_ylim()) / 2
        axes.set_aspect(1 / math.cos(math.radians(north)))
        axes.set_axis_off()
        keys = [_patch(Path([(0, 0)]), colour, label) for label, colour, _ in classes]
        if len(values) < len(shapes):
            keys.append(_patch(Path([(0, 0)]), None, lacking))
        title = unit[:1].upper() + unit[1:]
        place = "outside lower left" if narrow else "outside right upper"
        key = figure.legend(handles=keys, title=title, frameon=False, loc=place, ncols=2 if narrow else 1)
        key.set_alignment("left")
    return figure


def _patch(path: Path, face: str | None, label: str = "") -> PathPatch:
    """Return an area in a colour, or hatched where there is none to give it."""
    hatch = None if face else "////"
    return PathPatch(path, facecolor=face or "white", edgecolor=GREY, linewidth=0.6, hatch=hatch, label=label)


def _classes(values: dict[str, float] | dict[str, str]) -> list[tuple[str, str, Callable[[Any], bool]]]:
    """Return the label and colour of each class, and what belongs to it."""
    if all(isinstance(value, str) for value in values.values()):
        return [(word, colour, partial(operator.eq, word)) for word, colour in ANSWERS.items()]
    low, high = min(values.values()), max(values.values())
    bounds = [low + i * (high - low) / len(STEPS) for i in range(len(STEPS) + 1)]
    return [
        (f"{number(first, 1)}–{number(last, 1)}", colour, partial(_between, bounds[0], first, last))
        for first, last, colour in zip(bounds[:-1], bounds[1:], STEPS, strict=True)
    ]


def _between(lowest: float, first: float, last: float, value: float) -> bool:
    return first < value <= last or value == first == lowest
