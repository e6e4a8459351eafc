"""Dots on a common axis: areas beside each other, and two years of the same thing (dumbbells)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.show.charts.style import COLOURS, canvas, number_axis, style, unit_title

TRACK = "#b8bdc3"


def dots(data: pd.DataFrame, *, unit: str, areas: Sequence[str], narrow: bool = False) -> Figure:
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
    with style():
        figure, axes = _rows(labels, narrow)
        for position, values in placed.groupby("position")["value"]:
            axes.plot([values.min(), values.max()], [position] * 2, color=TRACK, linewidth=2, zorder=1)
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
    """
    labels = list(data["label"])
    with style():
        figure, axes = _rows(labels, narrow)
        for position, row in enumerate(data.itertuples()):
            axes.plot([row.earlier, row.later], [position] * 2, color=TRACK, linewidth=2.5, zorder=1)
        marks = {"s": 75, "edgecolor": COLOURS[0], "linewidth": 1.8, "zorder": 2, "ax": axes}
        sns.scatterplot(x=data["earlier"], y=range(len(data)), color="white", label=str(years[0]), **marks)
        sns.scatterplot(x=data["later"], y=range(len(data)), color=COLOURS[0], label=str(years[1]), **marks)
        _finish(axes, unit, float(data[["earlier", "later"]].max().max()))
        _key(figure, axes, columns=2)
    return figure


def _rows(labels: Sequence[str], narrow: bool) -> tuple[Figure, Axes]:
    """Return axes with one named row per label: beside the row, or above it where there is no room beside."""
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
    axes.get_legend().remove()
    figure.legend(
        handles, names, loc="outside upper left", frameon=False, ncols=columns, handletextpad=0.2, borderaxespad=0
    )
