"""The frame of a figure: caption, alt text, unit, N, source and data table are required, and the alt text is held to the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from lib.analysis.view import View
from lib.base.swedish import join, number
from lib.show import prose, tables
from lib.show.blocks.block import EXAMPLE, Block, observed_fact
from lib.show.blocks.indicators import UNITS, as_data, source_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NUMBERS = re.compile(r"\d+(?:\u00a0\d{3})*(?:,\d+)?")
#: A line names N for so many values; beyond that they stand in the figure's table.
MOST_SIZES = 4


def frame(
    view: View,
    name: str,
    draw: Callable[[bool], Figure],
    caption: str,
    alt: str,
    rows: pd.DataFrame,
    data_table: str,
    notes: Sequence[str],
) -> Block:
    """Put a figure in its frame.

    Parameters
    ----------
    draw : callable
        Draws the figure, for a narrow place if its argument is true.
    rows : DataFrame
        The observations that are drawn.

    Raises
    ------
    ValueError
        If the alt text does not say what is seen (`check_alt`).
    """
    check_alt(name, alt, caption, rows)
    from lib.show import charts  # slow to import, and many chapters draw nothing

    mark = EXAMPLE if view.synthetic else ""
    wide, narrow = (charts.svg(draw(place), mark) for place in (False, True))
    html = tables.fragments().figure(
        name, caption, source_note(view, rows), wide, narrow, alt, Markup(data_table), [*notes, *_basis(view, rows)]
    )
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(str(html), f"[Figur: {alt}]", facts, {f"figur-{name}": as_data(view, rows)})


def check_alt(name: str, alt: str, caption: str, rows: pd.DataFrame) -> None:
    """Hold an alt text to what it is for.

    Raises
    ------
    ValueError
        If it is too short to say what is seen, too long to listen to, only repeats the caption, or mentions no value of the data.
    """
    if not 40 <= len(alt) <= 700:
        raise ValueError(
            f"The alt text of figure {name} has {len(alt)} characters; say in 40 to 700 what form, what about, and the main thing to see."
        )
    if alt.strip(" .").casefold() == caption.strip(" .").casefold():
        raise ValueError(f"The alt text of figure {name} is its caption; say what form it has and what is seen in it.")
    if not set(NUMBERS.findall(alt)) & _written(rows):
        raise ValueError(f"The alt text of figure {name} mentions no value that is drawn; say the main one.")


def _written(rows: pd.DataFrame) -> set[str]:
    """Return how the values that are drawn may be written, and how many share one (for answers of yes and no)."""
    values = rows["value"].dropna()
    amounts = [*values, *rows["numerator"].dropna(), *values.value_counts()]
    return {number(amount, decimals) for amount in amounts for decimals in (0, 1, 2)}


def _basis(view: View, rows: pd.DataFrame) -> list[str]:
    """Return the line on unit and N: how many each newest value is a share of."""
    unit = "; ".join(dict.fromkeys(UNITS[unit] for unit in rows["unit"]))
    if "procent" not in set(rows["unit"]):
        return [f"Enhet: {unit}."]
    if (rows["denominator"] == 1).all():
        return ["Enhet: varje kommuns eget svar, ja eller nej."]
    newest = rows[rows["year"] == rows["year"].max()].dropna(subset=["value"])
    known = newest.dropna(subset=["denominator"])
    if known.empty:
        return [f"Enhet: {unit}. Källan anger inte N, alltså hur många svar eller ärenden andelen räknas på."]
    what = view.catalogue.indicator(known.iloc[0]["indicator"]).denominator_unit
    if len(known) > MOST_SIZES or known["region"].duplicated().any():
        return [f"Enhet: {unit}. N ({what}) står i figurens tabell."]
    names = view.catalogue.region_names
    sizes = [
        f"{prose.lower_country(names[row['region']].split(' (')[0])} {number(row['denominator'])}"
        for _, row in known.iterrows()
    ]
    return [f"Enhet: {unit}. N ({what}) {newest.iloc[0]['year']}: {join(sizes)}."]
