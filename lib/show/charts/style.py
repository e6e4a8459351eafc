"""The style of charts: typeface, colours, sizes, and how a figure becomes SVG."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lib.base.swedish import number, upper_first
from lib.show import fonts

#: Contrast at least 3:1 against white; they differ under colour-vision deficiency too.
COLOURS = ["#12436d", "#b0004e", "#28a197", "#8f7a00"]
#: The same colours for text: contrast at least 4.5:1 against white.
INKS = ["#12436d", "#b0004e", "#1c756e", "#6f5f00"]
MARKERS = ["o", "s", "D", "^"]
INK = "#1b1f24"
GREY = "#6b6b6b"
SOFT = "#4a4f55"
WARNING = "#8a3c00"
#: One hue in five steps, light to dark.
STEPS = ["#d6e4f0", "#a6c4dd", "#6f9dc3", "#3a70a3", "#12436d"]
#: Widths in inches: on a page, and on a telephone, where the wide figure would be too small to read.
WIDE, NARROW = 6.8, 3.3
SMALL = 9.5
#: Replacements that make the SVG smaller: prologue and metadata, decimals beyond the second, line breaks, long glyph names.
SHORTER = [
    (re.compile(rb"^.*?(?=<svg)|<metadata>.*?</metadata>", re.DOTALL), b""),
    # Numbers below one keep their decimals: the scale of the letters is one of them.
    (re.compile(rb"(?<![\d.])([1-9]\d+\.\d)\d+"), rb"\1"),
    (re.compile(rb"(?<![\d.])([1-9]\.\d\d)\d+"), rb"\1"),
    (re.compile(rb"\s*\n\s*"), b" "),
    # Nothing refers to the names of the outer groups.
    (re.compile(rb' id="(?:figure|axes|matplotlib)[^"]*"'), b""),
    # In a path, no space is needed next to a letter.
    (re.compile(rb"(?<=[MLQCHV]) (?=[-\d])|(?<=\d) (?=[MLQCHVz] ?[-\d\"])"), b""),
    (re.compile(rb"SourceSansPro-Regular-"), b"r"),
    (re.compile(rb"SourceSansPro-Semibold-"), b"s"),
]

STYLE: dict[Any, Any] = {
    "figure.figsize": (WIDE, 3.4),
    "axes.prop_cycle": cycler(color=COLOURS),
    "font.family": fonts.SANS,
    "font.size": 11,
    "text.color": INK,
    # Otherwise matplotlib sets a label between two dollar signs as mathematics, or fails.
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dfe3e7",
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "path",
    # A fixed salt (and no date) gives a figure the same bytes each time.
    "svg.hashsalt": "lagesrapport",
}


def style() -> AbstractContextManager[None]:
    """Return the context in which charts are drawn and written."""
    fonts.register()
    return mpl.rc_context(STYLE)


def apply_style() -> None:
    """Draw everything in the report's style from now on, also what a notebook draws itself."""
    fonts.register()
    mpl.rcParams.update(STYLE)


def canvas(height: float, *, narrow: bool = False) -> Figure:
    """Return an empty figure, wide or narrow; ``height`` in inches."""
    return Figure(figsize=(NARROW if narrow else WIDE, height), layout="constrained")


def svg(figure: Figure, mark: str = "") -> tuple[str, int, int]:
    """Return a figure as base64 SVG with its width and height in CSS pixels; a ``mark`` is drawn above it."""
    buffer = io.BytesIO()
    with style():
        if mark:
            figure.suptitle(mark, x=0.99, ha="right", fontsize=SMALL, fontweight="bold", color=WARNING)
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    width, height = figure.get_size_inches() * 96
    drawing = buffer.getvalue()
    for pattern, replacement in SHORTER:
        drawing = pattern.sub(replacement, drawing)
    return base64.b64encode(drawing).decode(), round(width), round(height)


def number_axis(axis: mpl.axis.Axis, most: int) -> None:
    """Give an axis at most ``most`` ticks, at whole numbers written in Swedish."""
    axis.set_major_locator(MaxNLocator(nbins=most, integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda value, _: number(value))


def unit_title(axes: Axes, unit: str) -> None:
    """Write the unit above an axis."""
    axes.set_title(upper_first(unit), loc="left", fontsize=SMALL + 0.5, color=SOFT)


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
