"""Fits a figure that a notebook drew with matplotlib or seaborn to the report: typeface, Swedish, width of page and telephone."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator, ScalarFormatter

from lib.base.errors import WorkbookError
from lib.base.swedish import number
from lib.show import fonts
from lib.show.charts.style import NARROW, SMALL, STYLE, WIDE

#: A picture is at most this much taller than wide, so that it fits on a sheet with its caption.
TALLEST = 1.3
#: On a telephone: the height of each of several diagrams in inches, the longest line of a label, and the most ticks.
PANEL, LONGEST, MOST_TICKS = 2.0, 18, 4
#: The longest line of a label or title on a page and on a telephone, in characters.
LABEL_WIDE, TITLE_NARROW = 34, 40
#: Characters in a line as wide as the page.
LINE = 88
#: Inches from one line of a label to the next.
LINE_HEIGHT = 0.17
YEARS = range(1900, 2101)
LONG_NUMBER = re.compile(r"^\d{4,}$")
#: The decimal of a whole number that is the name of a category.
WHOLE = re.compile(r"(?<=\d)\.0$")
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


class Numbers(FuncFormatter):
    """Writes the numbers of an axis; matplotlib's own class of this kind also holds names that a notebook has given to ticks."""


def figure_of(drawn: Any) -> Figure:
    """Return the figure of what matplotlib or seaborn returned: axes (or an array of them), a figure, a grid, a plot.

    Raises
    ------
    WorkbookError
        If it is something else, such as a chart of a library that needs scripts.
    """
    library = type(drawn).__module__.partition(".")[0]
    if library in ("altair", "plotly", "bokeh"):
        raise WorkbookError(
            f"A chart by {library} needs scripts, which the report cannot hold; draw it with seaborn or matplotlib."
        )
    if type(drawn).__module__.startswith("seaborn._core"):
        figure = Figure()
        drawn.theme(STYLE).on(figure).plot()
        return figure
    first = drawn.flat[0] if isinstance(drawn, np.ndarray) and drawn.size else drawn
    found = first if isinstance(first, Figure) else getattr(first, "figure", None)
    if not isinstance(found, Figure):
        raise WorkbookError(
            f"chapter.figure cannot show {type(drawn).__name__}; give it the id of an indicator, or what seaborn or matplotlib returned."
        )
    return found


def close(figure: Figure) -> None:
    """Forget a figure, so that JupyterLab does not show it once more below the report's version."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)


def prepare(figure: Figure, words: Mapping[str, str]) -> None:
    """Give a figure the report's typeface, Swedish words and numbers, and the width of a page.

    Parameters
    ----------
    words : mapping
        What to write instead of a column's name: ``{"region_name": "Område", "year": ""}``.
    """
    width, height = figure.get_size_inches()
    figure.set_layout_engine("constrained")
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _numbers(axis)
            _wrap_ticks(axis, LABEL_WIDE)
        _translate(axes, words)
    _one_legend(figure, words)
    _titles(figure)
    figure.set_size_inches(WIDE, max(WIDE * min(height / width, TALLEST), _room(figure)))
    for text in figure.findobj(Text):
        text.set_fontfamily(fonts.SANS)
        text.set_parse_math(False)
        text.set_text(_swedish(text.get_text()))


def _swedish(text: str) -> str:
    """Write a number that stands in a figure in Swedish; one that may be a year stays as it is."""
    if LONG_NUMBER.match(text) and int(text) not in YEARS:
        return number(int(text))
    return DECIMAL_POINT.sub(",", text)


def _translate(axes: Axes, words: Mapping[str, str]) -> None:
    """Replace column names in the titles of the axes and of the diagram ("region_name = Riket", as seaborn writes)."""
    axes.set_xlabel(words.get(axes.get_xlabel(), axes.get_xlabel()))
    axes.set_ylabel(words.get(axes.get_ylabel(), axes.get_ylabel()))
    for side in ("left", "center", "right"):
        parts = [part.partition(" = ") for part in axes.get_title(loc=side).split(" | ")]
        if all(name in words and middle for name, middle, _ in parts):
            axes.set_title(", ".join(content for _, _, content in parts), loc=side)


def _numbers(axis: Axis) -> None:
    """Write an axis's numbers in Swedish; years without a space and without halves."""
    if not isinstance(axis.get_major_formatter(), ScalarFormatter):
        return
    low, high = axis.get_data_interval()
    if low == high and low in YEARS:
        # matplotlib would show a tenth of two thousand years around one.
        (axis.axes.set_xlim if axis is axis.axes.xaxis else axis.axes.set_ylim)(low - 1, high + 1)
    ticks = axis.get_majorticklocs()
    if len(ticks) and all(tick in YEARS for tick in (round(ticks[0]), round(ticks[-1]))):
        axis.set_major_locator(MaxNLocator(integer=True))
        axis.set_major_formatter(Numbers(lambda value, _: str(round(value))))
    else:
        axis.set_major_formatter(Numbers(lambda value, _: _short(value)))


def _short(value: float) -> str:
    decimals = next((d for d in range(4) if abs(round(value, d) - value) < 1e-9), 4)
    return number(value, decimals)


def _wrap_ticks(axis: Axis, longest: int) -> None:
    """Break the labels of categories into lines."""
    if isinstance(axis.get_major_formatter(), Numbers):
        return
    places = axis.get_majorticklocs()
    written = axis.get_major_formatter().format_ticks(places)  # type: ignore[arg-type]
    labels = [WHOLE.sub("", label) for label in written]
    if labels != written or any(len(label) > longest for label in labels):
        axis.set_major_locator(FixedLocator(places))  # type: ignore[arg-type]
        axis.set_major_formatter(FixedFormatter([_wrapped(label, longest) for label in labels]))


def _room(figure: Figure) -> float:
    """Return the height in inches that the labels of the categories on the vertical axes need."""
    needs = [0.0]
    for axes in figure.axes:
        formatter = axes.yaxis.get_major_formatter()
        if not isinstance(formatter, Numbers) and axes.get_visible():
            lines = [label.count("\n") + 1.4 for label in formatter.format_ticks(list(axes.get_yticks()))]
            # Neighbours share the room between them.
            most = max((a + b for a, b in zip(lines, lines[1:], strict=False)), default=0) / 2
            needs.append(len(lines) * most)
    grids = (spec.get_gridspec() for axes in figure.axes if (spec := axes.get_subplotspec()))
    return max((grid.nrows for grid in grids), default=1) * max(needs) * LINE_HEIGHT + 0.6


def _wrapped(text: str, longest: int) -> str:
    return "\n".join(textwrap.wrap(text.replace("\n", " "), longest, break_long_words=False)) or text


def _titles(figure: Figure) -> None:
    """Set the titles of diagrams to the left, in short lines; a diagram without one gets what its values are measured in."""
    shown = [axes for axes in figure.axes if axes.get_visible()]
    grid = next((axes.get_gridspec() for axes in shown if axes.get_subplotspec()), None)
    columns = grid.ncols if grid else 1
    for axes in shown:
        title = axes.get_title() or axes.get_title(loc="left")
        axes.set_title("")
        if not title and isinstance(axes.yaxis.get_major_formatter(), Numbers):
            title, _ = axes.get_ylabel(), axes.set_ylabel("")
        axes.set_title(_wrapped(title, LINE // columns), loc="left", fontsize=SMALL + 0.5)


def _one_legend(figure: Figure, words: Mapping[str, str] | None = None) -> None:
    """Put what all legends of a figure explain into one: above it on a page, below it (without ``words``) on a telephone."""
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    entries: dict[str, Any] = {}
    titles: dict[str, None] = {}
    for legend in filter(None, legends):
        labels = [text.get_text() for text in legend.get_texts()]
        entries = {**dict(zip(labels, legend.legend_handles, strict=True)), **entries}
        titles |= {legend.get_title().get_text(): None}
        if legend in figure.legends:
            figure.legends.remove(legend)
        else:
            legend.remove()
    if not entries:
        return
    line = LINE if words is not None else TITLE_NARROW
    columns = max(1, min(len(entries), line // (max(map(len, entries)) + 6)))
    shown = figure.legend(
        list(entries.values()),
        [_wrapped(label, line - 6) for label in entries],
        loc="outside upper left" if words is not None else "outside lower left",
        ncols=columns,
        frameon=False,
        fontsize=SMALL,
    )
    # seaborn names a legend by its column.
    if own := [title for title in titles if title and title not in (words or {})]:
        shown.set_title(own[0])


def reflow(figure: Figure) -> None:
    """Fit a prepared figure to a telephone: diagrams below each other, the legend below them, few ticks, short lines."""
    _, height = figure.get_size_inches()
    stacked = _stack(figure, [axes for axes in figure.axes if axes.get_visible()])
    _one_legend(figure)
    for axes in figure.axes:
        _few_ticks(axes.xaxis)
        _wrap_ticks(axes.xaxis, LONGEST)
        _wrap_ticks(axes.yaxis, LONGEST)
        axes.set_ylabel(_wrapped(axes.get_ylabel(), TITLE_NARROW // 2))
        axes.set_xlabel(_wrapped(axes.get_xlabel(), TITLE_NARROW))
        axes.set_title(_wrapped(axes.get_title(loc="left"), TITLE_NARROW), loc="left", fontsize=SMALL)
    # A single diagram keeps its height as far as it fits: its rows need the same room.
    wished = PANEL * stacked if stacked > 1 else min(height, 2 * NARROW)
    figure.set_size_inches(NARROW, max(wished, _room(figure)))


def _stack(figure: Figure, visible: Iterable[Axes]) -> int:
    """Put diagrams of a grid with several columns below each other; return how many there are below each other."""
    grid = [axes for axes in visible if axes.get_subplotspec() is not None]
    if not grid:
        return 1
    first = grid[0].get_gridspec()
    assert first is not None
    if first.ncols > 1 and all(axes.get_gridspec() is first for axes in grid):
        rows = figure.add_gridspec(len(grid), 1)
        for place, axes in enumerate(grid):
            axes.set_subplotspec(rows[place])
            axes.tick_params(labelbottom=True, labelleft=True)
        return len(grid)
    return first.nrows


def _few_ticks(axis: Axis) -> None:
    if isinstance(axis.get_major_formatter(), Numbers):
        axis.set_major_locator(MaxNLocator(nbins=MOST_TICKS, integer=True, min_n_ticks=2))
    else:
        places = list(axis.get_majorticklocs())
        labels = axis.get_major_formatter().format_ticks(places)
        if len(places) > MOST_TICKS:
            step = -(-len(places) // MOST_TICKS) if all(label.isdigit() for label in labels) else 1
            axis.set_major_locator(FixedLocator(places[::step]))
            axis.set_major_formatter(FixedFormatter(labels[::step]))
            if step == 1:
                axis.set_tick_params(labelrotation=90)
