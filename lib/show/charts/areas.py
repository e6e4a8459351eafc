"""Areas compared: dots on a common axis, two years of the same thing (dumbbells), and maps."""

from __future__ import annotations

import math
import textwrap
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from lib.base.swedish import number, upper_first
from lib.show.charts.style import COLOURS, GREY, STEPS, canvas, number_axis, style, unit_title

TRACK = "#b8bdc3"
#: The colours of answers in words, from the same hue as the classes of numbers.
ANSWERS = {"ja": STEPS[3], "nej": STEPS[0]}
#: A ring of (longitude, latitude), and the polygons of an area, each a list of rings.
Ring = Sequence[tuple[float, float]]
Polygons = Sequence[Sequence[Ring]]


def dots(data: pd.DataFrame, *, unit: str, areas: Sequence[str], narrow: bool = False) -> Figure:
    """Draw one row per label with a dot for each area, on a common axis from zero.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``area``, ``value``, ``low``, ``high`` (an interval, or empty); one row per label and area, labels in the
        order to be drawn.
    unit : str
        Written above the axis.
    areas : sequence of str
        The first is the one the report is about.
    """
    labels = list(dict.fromkeys(data["label"]))
    # Positions are numbers: with words, the first call that draws would decide the order of the axis.
    placed = data.assign(position=data["label"].map(labels.index), order=data["area"].map(areas.index))
    # The report's area is drawn last, so that no other dot hides it.
    placed = placed.sort_values("order", ascending=False)
    with style():
        figure, axes = _rows(labels, narrow)
        ends = placed.groupby("position")["value"].agg(["min", "max"])
        for position, low, high in ends.itertuples():
            axes.plot([low, high], [position] * 2, color=TRACK, linewidth=2, zorder=1)
        known = placed.dropna(subset=["low"])
        axes.hlines(known["position"], known["low"], known["high"], color=COLOURS[0], linewidth=1.1, zorder=1.5)
        sns.scatterplot(
            data=placed,
            x="value",
            y="position",
            hue="area",
            hue_order=areas,
            style="area",
            style_order=areas,
            palette=COLOURS[: len(areas)],
            markers=["o", "D"][: len(areas)],
            s=75,
            ax=axes,
            zorder=2,
        )
        _finish(axes, unit, float(data[["value", "high"]].max().max()))
        _key(figure, axes, columns=1 if narrow else len(areas))
    return figure


def dumbbells(data: pd.DataFrame, *, unit: str, years: tuple[int, int], narrow: bool = False) -> Figure:
    """Draw one row per label with an open marker for the earlier year and a filled one for the later.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``earlier``, ``later``; labels in the order to be drawn.
    unit : str
        Written above the axis.
    years : tuple of int
        The earlier and the later year.
    """
    labels = list(data["label"])
    with style():
        figure, axes = _rows(labels, narrow)
        for position, ends in enumerate(data[["earlier", "later"]].itertuples(index=False)):
            axes.plot(ends, [position] * 2, color=TRACK, linewidth=2.5, zorder=1)
        marks = {"s": 75, "edgecolor": COLOURS[0], "linewidth": 1.8, "zorder": 2, "ax": axes}
        sns.scatterplot(x=data["earlier"], y=range(len(data)), color="white", label=str(years[0]), **marks)
        sns.scatterplot(x=data["later"], y=range(len(data)), color=COLOURS[0], label=str(years[1]), **marks)
        _finish(axes, unit, float(data[["earlier", "later"]].max().max()))
        _key(figure, axes, columns=2)
    return figure


def _rows(labels: Sequence[str], narrow: bool) -> tuple[Figure, Axes]:
    """Return axes with one row per label, named to the left of the row, or above it where the figure is narrow."""
    width = 44 if narrow else 38
    wrapped = ["\n".join(textwrap.fill(part, width) for part in label.split("\n")) for label in labels]
    count = [text.count("\n") + 1 for text in wrapped]
    step = 0.2 * max(count) + 0.24 if narrow else 0
    height = 1.1 + (step * len(labels) if narrow else 0.19 * sum(n + 1.3 for n in count))
    figure = canvas(height, narrow=narrow)
    axes = figure.subplots()
    if narrow:
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for position, text in enumerate(wrapped):
            axes.annotate(
                text,
                (0, position),
                xycoords=axes.get_yaxis_transform(),
                xytext=(0, 9),
                textcoords="offset points",
                va="bottom",
                linespacing=1.05,
                fontsize=10,
            )
        axes.set_ylim(len(labels) - 0.65, -0.95)
    else:
        axes.set_yticks(range(len(labels)), wrapped, linespacing=1.1)
        axes.set_ylim(len(labels) - 0.4, -0.6)
    return figure, axes


def _finish(axes: Axes, unit: str, top: float) -> None:
    axes.set(ylabel="", xlabel="", xlim=(-1.5, max(10, top * 1.06)))
    axes.grid(axis="y", visible=False)
    unit_title(axes, unit)
    number_axis(axes.xaxis, 6)


def _key(figure: Figure, axes: Axes, columns: int) -> None:
    """Move the key above the chart."""
    handles, names = axes.get_legend_handles_labels()
    if legend := axes.get_legend():
        legend.remove()
    figure.legend(
        handles, names, loc="outside upper left", frameon=False, ncols=columns, handletextpad=0.2, borderaxespad=0
    )


def area_map(
    shapes: Mapping[str, Polygons],
    values: Mapping[str, float] | Mapping[str, str],
    *,
    unit: str,
    lacking: str,
    narrow: bool = False,
) -> Figure:
    """Draw areas shaded by value in five classes, or by answer (ja, nej); hatched where there is none.

    Parameters
    ----------
    shapes : mapping
        Area code to polygons, each a list of rings of (longitude, latitude).
    values : mapping
        Area code to number or word; areas without one are hatched.
    unit : str
        Written above the key.
    lacking : str
        What the hatched areas lack.
    """
    classes, colours = _classes(values)
    with style():
        figure = canvas(5.0 if narrow else 5.2, narrow=narrow)
        axes = figure.subplots()
        for code, polygons in shapes.items():
            path = Path.make_compound_path(*(Path(ring, closed=True) for polygon in polygons for ring in polygon))
            axes.add_patch(_patch(path, colours.get(code)))
        axes.autoscale_view()
        north = sum(axes.get_ylim()) / 2
        axes.set_aspect(1 / math.cos(math.radians(north)))
        axes.set_axis_off()
        keys = [_patch(Path([(0, 0)]), colour, label) for label, colour in classes]
        if any(code not in colours for code in shapes):
            keys.append(_patch(Path([(0, 0)]), None, lacking))
        key = figure.legend(
            handles=keys,
            title=upper_first(unit),
            frameon=False,
            loc="outside lower left" if narrow else "outside right upper",
            ncols=2 if narrow else 1,
        )
        key.set_alignment("left")
    return figure


def _patch(path: Path, face: str | None, label: str = "") -> PathPatch:
    """Return an area in a colour, or hatched where it has none."""
    hatch = None if face else "////"
    return PathPatch(path, facecolor=face or "white", edgecolor=GREY, linewidth=0.6, hatch=hatch, label=label)


def _classes(values: Mapping[str, float] | Mapping[str, str]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the classes, each a label and a colour, and the colour of each area."""
    words = {code: value for code, value in values.items() if isinstance(value, str)}
    if words:
        return list(ANSWERS.items()), {code: ANSWERS[word] for code, word in words.items()}
    amounts = {code: value for code, value in values.items() if not isinstance(value, str)}
    low, high = min(amounts.values()), max(amounts.values())
    bounds = [low + i * (high - low) / len(STEPS) for i in range(len(STEPS) + 1)]
    labels = [f"{number(first, 1)}–{number(last, 1)}" for first, last in pairwise(bounds)]
    colours = {code: STEPS[bisect_left(bounds[1:-1], value)] for code, value in amounts.items()}
    return list(zip(labels, STEPS, strict=True)), colours
