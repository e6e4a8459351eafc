"""Series over years: lines with direct labels, small multiples, sparklines; not joined across a missing year or a break."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.show.charts.style import (
    COLOURS,
    GREY,
    INKS,
    MARKERS,
    SMALL,
    SOFT,
    canvas,
    number_axis,
    spread,
    style,
    unit_title,
)

#: A panel lower than this, in inches, has small markers.
LEAST_HEIGHT = 1.5


def lines(data: pd.DataFrame, *, unit: str, breaks: Sequence[int] = (), narrow: bool = False) -> Figure:
    """Draw series over years, labelled at their right ends, or above the chart where it is narrow.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``year``, ``value``; at most four labels.
    unit : str
        Written above the axis.
    breaks : sequence of int
        First years after a break.

    Raises
    ------
    ValueError
        If there are more than four labels.
    """
    labels = list(dict.fromkeys(data["label"]))
    if len(labels) > len(COLOURS):
        raise ValueError(
            f"{len(labels)} lines in one chart, but readers can distinguish at most {len(COLOURS)}; use small multiples."
        )
    with style():
        figure = canvas(3.4, narrow=narrow)
        axes = figure.subplots()
        _draw(axes, data, labels, breaks)
        axes.set_ylim(_limits(data["value"], unit))
        _mark_breaks(axes, data["year"], breaks)
        if narrow:
            _key_above(figure, axes, labels)
        else:
            _label_ends(axes, data, labels)
        _years(axes, data["year"], most=6 if narrow else 14)
        unit_title(axes, unit)
        number_axis(axes.yaxis, 6)
    return figure


def _draw(
    axes: Axes,
    data: pd.DataFrame,
    labels: Sequence[str],
    breaks: Sequence[int],
    colours: Sequence[str] = COLOURS,
    markers: Sequence[str] = MARKERS,
) -> None:
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
        palette=colours[: len(labels)],
        markers=markers[: len(labels)],
        dashes=False,
        linewidth=2.2,
        markersize=7,
        legend=False,
        ax=axes,
    )
    axes.set(xlabel="", ylabel="")
    axes.grid(axis="x", visible=False)


def _years(axes: Axes, years: pd.Series[int], most: int) -> None:
    """Label every year, or as many as fit, the last one always."""
    span = max(1, years.max() - years.min())
    shown: list[int] = []
    for year in sorted(years.unique(), reverse=True):
        if not shown or shown[-1] - year >= span / most:
            shown.append(int(year))
    axes.set_xticks(shown, [str(year) for year in shown])


def _limits(values: pd.Series[float], unit: str) -> tuple[float, float]:
    top = values.max()
    if unit == "procent":
        return 0, 104 if top > 60 else max(10, top * 1.25)
    return 0, (10 if unit.startswith("index") else top * 1.25)


def _segments(data: pd.DataFrame, breaks: Sequence[int]) -> pd.Series[int]:
    """Number the stretches of a line: a new one after a missing year and at a break."""
    ordered = data.sort_values(["label", "year"])
    gap = ordered.groupby("label")["year"].diff() != 1
    starts = gap | ordered["year"].isin(breaks)
    return starts.astype(int).cumsum().reindex(data.index)


def _mark_breaks(axes: Axes, years: pd.Series[int], breaks: Sequence[int], *, labelled: bool = True) -> None:
    """Draw a line between the last year before a break and the first after it, with or without words."""
    for year in breaks:
        if not years.min() < year <= years.max():
            continue
        width = 1.2 if labelled else 1
        axes.axvline(year - 0.5, color=GREY, linewidth=width, linestyle=(0, (4, 3)), zorder=1)
        if labelled:
            axes.annotate(
                f"Brott i\nserien {year}",
                (year - 0.5, 1),
                xycoords=axes.get_xaxis_transform(),
                xytext=(5, -2),
                textcoords="offset points",
                va="top",
                fontsize=SMALL,
                color=SOFT,
                # A line may pass behind the words.
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1},
            )


def _label_ends(axes: Axes, data: pd.DataFrame, labels: Sequence[str]) -> None:
    ends = {label: data[data["label"] == label].sort_values("year").iloc[-1] for label in labels}
    wrapped = [textwrap.fill(label, 22) for label in labels]
    tallest = max(text.count("\n") + 1 for text in wrapped)
    heights = spread([ends[label]["value"] for label in labels], 0.085 * tallest * axes.get_ylim()[1])
    right = data["year"].max()
    for text, height, colour in zip(wrapped, heights, INKS, strict=False):
        axes.annotate(
            text,
            (right, height),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            linespacing=1.0,
            annotation_clip=False,
        )


def _key_above(figure: Figure, axes: Axes, labels: Sequence[str]) -> None:
    """Name the lines above the chart, each with its marker, where a figure is too narrow for labels at their ends."""
    handles = [
        axes.plot([], [], color=colour, marker=marker, linewidth=2.2, markersize=7)[0]
        for colour, marker in zip(COLOURS, MARKERS, strict=False)
    ]
    names = [textwrap.fill(label, 40) for label in labels]
    figure.legend(
        handles[: len(labels)], names, loc="outside upper left", frameon=False, labelcolor=INKS, borderaxespad=0
    )


def multiples(
    data: pd.DataFrame,
    *,
    unit: str,
    home: str,
    breaks: Mapping[str, Sequence[int]],
    columns: tuple[int, int] = (3, 2),
    height: float = 1.75,
    narrow: bool = False,
) -> Figure:
    """Draw one small chart per panel on common axes, the home area in colour and the country in grey.

    Parameters
    ----------
    data : DataFrame
        Columns ``panel``, ``label`` (the area), ``year``, ``value``; panels in the order to be drawn.
    unit : str
        Written in the key.
    home : str
        The label of the area that the report is about.
    breaks : mapping
        Panel to the first years after a break.
    columns : tuple of int
        How many panels stand in a row, on a page and on a telephone.
    height : float
        A panel's height in inches.
    """
    panels = list(dict.fromkeys(data["panel"]))
    areas = [home, *(label for label in dict.fromkeys(data["label"]) if label != home)]
    across = columns[narrow]
    rows = math.ceil(len(panels) / across)
    with style():
        figure = canvas(0.6 + height * rows, narrow=narrow)
        grid = figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False).flatten()
        for axes, panel in zip(grid, panels, strict=False):
            shown = data[data["panel"] == panel].reset_index(drop=True)
            _panel(axes, shown, areas, breaks.get(panel, []), small=height < LEAST_HEIGHT)
            axes.set_title(
                textwrap.fill(panel, (40 if narrow else 84) // across), loc="left", fontsize=SMALL, color=SOFT
            )
            _mark_breaks(axes, shown["year"], breaks.get(panel, []), labelled=False)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        for axes in grid[max(0, len(panels) - across) : len(panels)]:
            axes.tick_params(labelbottom=True)
        grid[0].set_ylim(_limits(data["value"], unit))
        number_axis(grid[0].yaxis, 4)
        _years(grid[0], data["year"], most=2 if narrow else 3)
        _key_of_areas(figure, grid[0], [f"{area}, {unit}" for area in areas], columns=1 if narrow else 2)
    return figure


def _key_of_areas(figure: Figure, axes: Axes, names: Sequence[str], columns: int) -> None:
    handles = [axes.plot([], [], color=colour, linewidth=2.2)[0] for colour in (COLOURS[0], GREY)]
    wrapped = [textwrap.fill(name, 40) for name in names]
    figure.legend(handles[: len(names)], wrapped, loc="outside upper left", frameon=False, ncols=columns)


def _panel(axes: Axes, data: pd.DataFrame, areas: Sequence[str], breaks: Sequence[int], *, small: bool) -> None:
    # The home area is drawn last, so that the country never hides it.
    _draw(axes, data, areas[::-1], breaks, ["#80868c", COLOURS[0]][-len(areas) :], ["s", "o"][-len(areas) :])
    for line in axes.lines:
        line.set_markersize(3.5)
        # In a chart this small, markers would hide the line; a year alone has no line.
        if small and np.size(line.get_xdata()) > 1:
            line.set_marker("")
    axes.tick_params(labelsize=SMALL)
    if small:
        axes.tick_params(length=0)


def sparkline(data: pd.DataFrame, *, breaks: Sequence[int] = (), room: bool = False) -> Figure:
    """Draw one series as a line without axes, with its first and last year labelled and its newest value marked.

    Parameters
    ----------
    data : DataFrame
        Columns ``label`` (one), ``year``, ``value``.
    breaks : sequence of int
        First years after a break.
    room : bool
        Leave space above for a mark (`lib.show.charts.style.svg`).
    """
    ordered = data.sort_values("year")
    with style():
        height = 1.0 if room else 0.75
        figure = Figure(figsize=(2.3, height))
        axes = figure.add_axes((0.06, 0.255 / height, 0.88, 0.435 / height))
        _draw(axes, ordered, list(ordered["label"].unique()), breaks, markers=[""])
        last = ordered.iloc[-1]
        single = ordered.groupby(_segments(ordered, breaks))["year"].transform("size") == 1
        axes.plot(ordered[single]["year"], ordered[single]["value"], "o", color=COLOURS[0], markersize=3)
        axes.plot([last["year"]], [last["value"]], "o", color=COLOURS[0], markersize=6)
        span = ordered["value"].max() - ordered["value"].min()
        margin = max(0.15 * span, 0.5)
        axes.set_ylim(ordered["value"].min() - margin, ordered["value"].max() + margin)
        axes.set_axis_off()
        for year, align in ((int(ordered.iloc[0]["year"]), "left"), (int(last["year"]), "right")):
            axes.annotate(
                str(year),
                (year, 0),
                xycoords=axes.get_xaxis_transform(),
                xytext=(0, -3),
                textcoords="offset points",
                ha=align,
                va="top",
                fontsize=SMALL,
                color=SOFT,
            )
    return figure
