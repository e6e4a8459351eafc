"""Charts: seaborn on matplotlib, drawn once as SVG, with the same bytes for the same numbers."""

from __future__ import annotations

import base64
import io
import math
import operator
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from lib.swedish import number

#: Each at least 3:1 against white and told apart under colour-vision deficiency.
COLOURS = ["#12436d", "#b0004e", "#28a197", "#8f7a00"]
MARKERS = ["o", "s", "D", "^"]
GREY = "#6b6b6b"
WARNING = "#8a3c00"
WIDTH = 6.8

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": "#1a1a1a",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "xtick.color": "#1a1a1a",
    "ytick.color": "#1a1a1a",
    "svg.fonttype": "path",
    # Without a fixed salt and without a date the same figure would have other bytes each time.
    "svg.hashsalt": "lagesrapport",
}


def svg(figure: Figure, mark: str = "") -> tuple[str, int, int]:
    """Return a figure as base64 SVG with its width and height in CSS pixels; a ``mark`` is drawn above it."""
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        if mark:
            figure.suptitle(mark, x=0.99, ha="right", fontsize=9, fontweight="bold", color=WARNING)
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    width, height = figure.get_size_inches() * 96
    return base64.b64encode(buffer.getvalue()).decode(), round(width), round(height)


def lines(data: pd.DataFrame, *, unit: str, breaks: Sequence[int] = ()) -> Figure:
    """Draw series over years, labelled at their right ends; never joined across a missing year or a break.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``year``, ``value``; at most four labels.
    unit : str
        Written above the axis.
    breaks : sequence of int
        First years after a break.
    """
    labels = list(dict.fromkeys(data["label"]))
    if len(labels) > len(COLOURS):
        raise ValueError(
            f"{len(labels)} lines in one chart, at most {len(COLOURS)} can be told apart; use small multiples."
        )
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 3.3), layout="constrained")
        axes = figure.subplots()
        sns.lineplot(
            data=data.assign(segment=_segments(data, breaks)),
            x="year",
            y="value",
            hue="label",
            hue_order=labels,
            style="label",
            style_order=labels,
            units="segment",
            estimator=None,
            palette=COLOURS[: len(labels)],
            markers=MARKERS[: len(labels)],
            dashes=False,
            linewidth=2,
            markersize=7,
            legend=False,
            ax=axes,
        )
        axes.set_ylim(_limits(data["value"], unit))
        _mark_breaks(axes, [year for year in breaks if data["year"].min() < year <= data["year"].max()])
        _label_ends(axes, data, labels)
        years = sorted(data["year"].unique())
        axes.set_xticks(years, [str(year) for year in years])
        axes.set(xlabel="", ylabel="")
        axes.grid(axis="x", visible=False)
        axes.set_title(unit.capitalize(), loc="left", fontsize=10, color=GREY)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
    return figure


def _limits(values: pd.Series, unit: str) -> tuple[float, float]:
    top = values.max()
    if unit == "procent":
        return 0, 104 if top > 60 else max(10, top * 1.25)
    return 0, (10 if unit.startswith("index") else top * 1.25)


def _segments(data: pd.DataFrame, breaks: Sequence[int]) -> pd.Series:
    """Number the stretches of a line: a new one after a missing year and at a break."""
    ordered = data.sort_values(["label", "year"])
    gap = ordered.groupby("label")["year"].diff() != 1
    starts = gap | ordered["year"].isin(breaks)
    return starts.cumsum().reindex(data.index)


def _mark_breaks(axes: mpl.axes.Axes, years: Sequence[int]) -> None:
    """Draw a labelled line between the last year before a break and the first after it."""
    for year in years:
        axes.axvline(year - 0.5, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            f"Brott i\nserien {year}",
            (year - 0.5, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(5, -2),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color="#4a4a4a",
            # A line may pass behind the words.
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1},
        )


def _label_ends(axes: mpl.axes.Axes, data: pd.DataFrame, labels: Sequence[str]) -> None:
    ends = {label: data[data["label"] == label].sort_values("year").iloc[-1] for label in labels}
    heights = spread([ends[label]["value"] for label in labels], 0.15 * axes.get_ylim()[1])
    right = data["year"].max()
    for label, height, colour in zip(labels, heights, COLOURS, strict=False):
        axes.annotate(
            textwrap.fill(label, 24),
            (right, height),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            annotation_clip=False,
        )


def spread(positions: Sequence[float], distance: float) -> list[float]:
    """Move positions apart so that neighbours are at least ``distance`` from each other, keeping their order.

    >>> spread([10, 11, 50], 4)
    [8.5, 12.5, 50]
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed = list(positions)
    for _ in range(len(positions)):
        for low, high in zip(order, order[1:], strict=False):
            overlap = distance - (placed[high] - placed[low])
            if overlap > 1e-9:
                placed[low] -= overlap / 2
                placed[high] += overlap / 2
    return placed


def dots(data: pd.DataFrame, *, unit: str, areas: Sequence[str]) -> Figure:
    """Draw one row per label with a dot for each area, on a common axis from zero.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``area``, ``value``, ``low``, ``high`` (an interval, or empty); one row per label and area, labels in the
        order to be drawn.
    areas : sequence of str
        The first is the one the report is about.
    """
    labels = list(dict.fromkeys(data["label"]))
    # Positions are numbers, not words: with words, whichever call draws first would decide the order of the axis.
    placed = data.assign(position=data["label"].map(labels.index), order=data["area"].map(areas.index))
    # The area the report is about is drawn last, so that no other dot hides it.
    placed = placed.sort_values("order", ascending=False)
    with mpl.rc_context(STYLE):
        wrapped = ["\n".join(textwrap.fill(part, 38) for part in label.split("\n")) for label in labels]
        height = 0.9 + 0.22 * sum(text.count("\n") + 1.5 for text in wrapped)
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots()
        for position, values in placed.groupby("position")["value"]:
            axes.plot([values.min(), values.max()], [position] * 2, color="#b8b8b8", linewidth=2, zorder=1)
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
        axes.set_yticks(range(len(labels)), wrapped)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set(xlabel=unit.capitalize(), ylabel="", xlim=(-1.5, max(10, data[["value", "high"]].max().max() * 1.06)))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
        axes.xaxis.set_major_formatter(lambda value, _: number(value))
        axes.legend(
            title=None, frameon=False, ncols=len(areas), loc="lower left", bbox_to_anchor=(0, 1), handletextpad=0.2
        )
    return figure


#: One hue in five steps, light to dark, for values on a map.
STEPS = ["#d6e4f0", "#a6c4dd", "#6f9dc3", "#3a70a3", "#12436d"]


#: The same hue for answers in words.
ANSWERS = {"ja": STEPS[3], "nej": STEPS[0]}


def area_map(shapes: dict[str, list], values: dict[str, float] | dict[str, str], *, unit: str, lacking: str) -> Figure:
    """Draw areas shaded by value in five classes, or by answer (ja, nej); hatched where there is none.

    Parameters
    ----------
    shapes : dict
        Area code to polygons, each a list of rings of (longitude, latitude).
    values : dict
        Area code to number or word; areas without one are hatched.
    unit : str
        Written above the legend.
    lacking : str
        What the hatched areas lack.
    """
    classes = _classes(values)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 5.2), layout="constrained")
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
        axes.legend(handles=keys, title=unit.capitalize(), frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
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
