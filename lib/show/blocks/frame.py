"""The frame of a figure: caption, alt text, unit, N, source and data table, all required; the alt text is checked."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from markupsafe import Markup

from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import join, number
from lib.show import prose, tables
from lib.show.blocks.block import EXAMPLE, Block, csv_data, observed_fact

NUMBERS = re.compile(r"\d+(?:\u00a0\d{3})*(?:,\d+)?")
#: The fewest characters of an alt text, since fewer cannot describe a picture, and the most that one can listen to.
SHORTEST_ALT, LONGEST_ALT = 20, 700
#: N is written out for at most this many values; for more it is in the figure's table.
MOST_SIZES = 4
Chart = Literal["lines", "multiples", "dots", "dumbbells", "area_map"]
#: A figure as base64 SVG with its width and height in CSS pixels, for a page and for a telephone.
Drawings = tuple[tuple[str, int, int], tuple[str, int, int]]


def mark(view: View) -> str:
    """Return the mark that is drawn on pictures of an openly invented county, else nothing."""
    return EXAMPLE if view.synthetic else ""


def draw(view: View, chart: Chart, data: Any, **options: Any) -> Drawings:
    """Draw a chart of `lib.show.charts` for a page and for a telephone."""
    from lib.show import charts  # slow to import, and many chapters draw nothing

    wide, narrow = (getattr(charts, chart)(data, **options, narrow=narrow) for narrow in (False, True))
    return charts.svg(wide, mark(view)), charts.svg(narrow, mark(view))


def frame(
    view: View,
    name: str,
    drawings: Drawings,
    *,
    caption: str,
    alt: str,
    values: Sequence[Value],
    data_table: str,
    notes: Sequence[str] = (),
) -> Block:
    """Put a drawn figure in its frame.

    Parameters
    ----------
    values : sequence of Value
        What is drawn.
    data_table : str
        The same values as a table, in HTML.

    Raises
    ------
    ValueError
        If the alt text does not describe the figure (`check_alt`).
    """
    check_alt(name, alt, caption, amounts_of(values))
    source = prose.source_line(values)
    notes = [*notes, basis(values)]
    html = tables.fragments().figure(name, caption, source, *drawings, alt, Markup(data_table), notes)
    facts = [observed_fact(view, value) for value in values]
    return Block(str(html), f"[Figur: {alt}]", facts, {f"figur-{name}": csv_data(values)})


def not_on_map(view: View, year: int) -> list[str]:
    """Return a note on the municipalities that a map cannot show, or nothing."""
    names = view.unoutlined(year)
    return [f"Saknar gräns i arbetsbokens underlag och syns inte på kartan: {join(names)}."] if names else []


def check_alt(name: str, alt: str, caption: str, amounts: Iterable[float]) -> None:
    """Check that an alt text describes a figure.

    Raises
    ------
    ValueError
        If it is too short to describe a figure, too long to listen to, only repeats the caption, or mentions no value of the data.
    """
    if not SHORTEST_ALT <= len(alt.strip()) <= LONGEST_ALT:
        raise ValueError(
            f"The alt text of figure {name} has {len(alt.strip())} characters; say in at least {SHORTEST_ALT} and at most {LONGEST_ALT} what the figure shows."
        )
    if alt.strip(" .").casefold() == caption.strip(" .").casefold():
        raise ValueError(f"The alt text of figure {name} is its caption; say what form it has and what is seen in it.")
    if not set(NUMBERS.findall(alt)) & written(amounts):
        raise ValueError(f"The alt text of figure {name} mentions no value that is drawn; say the main one.")


def amounts_of(values: Sequence[Value]) -> list[float]:
    """Return the drawn values and counts, and how many values are equal (for answers of yes and no)."""
    known = [value.value for value in values if value.known]
    cases = [value.numerator for value in values if not math.isnan(value.numerator)]
    return [*known, *cases, *Counter(known).values()]


def written(amounts: Iterable[float]) -> set[str]:
    """Return how numbers may be written: with no decimal, one or two.

    >>> sorted(written([13.24]))
    ['13', '13,2', '13,24']
    """
    return {number(amount, decimals) for amount in amounts for decimals in (0, 1, 2)}


def basis(values: Sequence[Value], where: str = "i figurens tabell") -> str:
    """Return the line on unit and N: how many each newest value is a share of, or ``where`` that is written."""
    unit = "; ".join(dict.fromkeys(prose.unit(value.indicator).name for value in values))
    if all(value.indicator.unit != "procent" for value in values):
        return f"Enhet: {unit}."
    if all(value.denominator == 1 for value in values):
        return "Enhet: varje kommuns eget svar, ja eller nej."
    year = max(value.year for value in values)
    sized = [v for v in values if v.year == year and v.known and not math.isnan(v.denominator)]
    if not sized:
        return f"Enhet: {unit}. Källan anger inte N, alltså hur många svar eller ärenden andelen räknas på."
    what = sized[0].indicator.denominator_unit
    if len(sized) > MOST_SIZES or len({value.region.code for value in sized}) < len(sized):
        return f"Enhet: {unit}. N ({what}) står {where}."
    sizes = [f"{prose.lower_country(value.area)} {number(value.denominator)}" for value in sized]
    return f"Enhet: {unit}. N ({what}) {year}: {join(sizes)}."
