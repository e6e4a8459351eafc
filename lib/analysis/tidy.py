"""Findings as tidy tables for pandas and seaborn, and the way back from the rows of a table to the values they hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lib.analysis.finding import Finding, Line
from lib.analysis.value import UNIT_TYPES, Value, newest
from lib.analysis.view import View
from lib.base.errors import WorkbookError

#: The columns of `tidy` with their types.
COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("indicator", "title"), str),
    "year": np.int64,
    **dict.fromkeys(("region", "region_name", "sex", "group", "label"), str),
    "value": np.float64,
    "unit": str,
    **dict.fromkeys(("numerator", "denominator", "low", "high"), np.float64),
    **dict.fromkeys(("status", "source"), str),
    "published": "datetime64[s]",
}
#: The columns that name what a value is of, for a reader.
NAMES = ["title", "region_name", "label"]
#: The columns that say which value a row holds.
KEY = ["indicator", "year", "region", "sex", "group", "source"]
#: Words for regions that mean the same in every county's workbook.
WHERE = ("home", "country", "units")
#: Where a table notes, in its ``attrs``, which call it was made by; pandas keeps the note in most operations.
ATTRIBUTE = "chapter.data"


def tidy(
    view: View, identifiers: Sequence[str], regions: str | Iterable[str] | None = None, *, units: bool = False
) -> pd.DataFrame:
    """Return the values of indicators, protected and as of the cut-off, one per row.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators' ids.
    regions : iterable of str, optional
        Only these regions, by code or name; ``"home"`` is the county (or its police region), ``"country"`` the country, ``"units"`` the
        municipalities and districts. Without it: home and country, as in the report's lines.
    units : bool
        Also each municipality's and district's newest value.

    Returns
    -------
    DataFrame
        The columns and types of `COLUMNS`; ``value``, ``low`` and ``high`` (a 95 per cent interval) in ``unit``, per cent from 0 to 100;
        NaN where there is none, and ``status`` says why. Of several editions of a value, the newest.

    Raises
    ------
    WorkbookError
        If no indicator is given, or there is no such indicator or region.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> tidy(view, ["mhv_tillfragade"], ["Riket"])[["year", "value"]].values.tolist()[0]
    [2020.0, 93.0]
    """
    if not identifiers:
        raise WorkbookError('chapter.data needs the id of an indicator: chapter.data("mhv_tillfragade").')
    named = [regions] if isinstance(regions, str) else regions
    words = None if named is None else {r if r in WHERE else view.known.region_code(r) for r in named}
    asked = tuple(dict.fromkeys(identifiers)), words, units
    rows = [_row(*placed) for placed in _asked(view, *asked)]
    data = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    data.attrs[ATTRIBUTE] = asked
    return data


def _asked(view: View, ids: Iterable[str], words: set[str] | None, units: bool) -> list[tuple[Value, str]]:
    return [placed for name in ids for placed in _placed(view.finding(name), words, units=units)]


def _placed(finding: Finding, regions: set[str] | None, *, units: bool) -> list[tuple[Value, str]]:
    """Return the values of the lines, and those of other regions that are asked for, each with its region's short name."""
    wanted = regions if regions is not None else {"home", "country"}
    lines = [(line, "home") for line in finding.home] + [(line, "country") for line in finding.comparison]
    kept = [(v, _place(line)) for line, where in lines if {where, line.region.code} & wanted for v in line.values]
    drawn = {line.region.code for line, _ in lines}
    asked, units = wanted - drawn, units or "units" in wanted
    others = newest(v for v in finding.values if v.region.code in asked or (units and v.region.type in UNIT_TYPES))
    return [*kept, *((value, value.area) for value in others)]


def _place(line: Line) -> str:
    return line.place + (", median" if line.median else "")


def _row(value: Value, place: str) -> list[Any]:
    low, high = value.interval or (math.nan, math.nan)
    return [
        *(value.indicator.id, value.indicator.title, value.year, value.region.code, place),
        *(value.sex, value.group, value.label, value.value, value.indicator.unit),
        *(value.numerator, value.denominator, low, high, value.status, value.source.id, value.published),
    ]


def widened(data: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a tidy table as a pivot: a column for each of what one column holds, a row for each of the rest that differ.

    Raises
    ------
    WorkbookError
        If there is no such column.
    """
    if column not in KEY and column not in NAMES:
        raise WorkbookError(f'wide="{column}": chapter.data has no such column; use one of year, {", ".join(NAMES)}.')
    others = [
        name for name in (*NAMES, "year") if name != column and (data[name].nunique() > 1 or name == "region_name")
    ]
    wide = data.pivot(index=others, columns=column, values="value")
    wide.attrs = dict(data.attrs)
    return wide


def values_of(view: View, data: pd.DataFrame) -> list[Value] | None:
    """Return the values that the rows of a table hold, in their order; None if the rows name no indicators.

    Raises
    ------
    WorkbookError
        If a row with the columns of `KEY` is not in the workbook or its value has been changed.
    """
    if not {"indicator", "value"} <= set(data.columns):
        return None
    missing = [column for column in KEY if column not in data.columns]
    if missing:
        raise WorkbookError(
            f"data has the column indicator but not {missing[0]}; keep the columns {', '.join(KEY)} of chapter.data, so that each row is known."
        )
    known = {(*v.subject, v.source.id): v for v in _known(view, data["indicator"].unique())}
    return [_value(known, row) for row in data.to_dict("records")]


def _known(view: View, identifiers: Iterable[str]) -> list[Value]:
    """Return all values of indicators, those of lines last: they have their marks."""
    found: list[Value] = []
    for identifier in identifiers:
        finding = view.finding(str(identifier))
        lines = [value for line in (*finding.home, *finding.comparison) for value in line.values]
        found += [*newest(finding.values), *lines]
    return found


def _value(known: dict[tuple[Any, ...], Value], row: dict[Any, Any]) -> Value:
    value = known.get(tuple(row[column] for column in (*KEY[:5], "source")))
    what = f"{row['indicator']} {row['year']} in {row['region']}"
    if value is None:
        raise WorkbookError(
            f"data has a row for {what} that chapter.data does not have; put new figures into data/observations."
        )
    # NaN differs from itself.
    if not (row["value"] == value.value or (pd.isna(row["value"]) and not value.known)):
        raise WorkbookError(
            f"data says {row['value']:g} for {what}, the workbook {value.value:g}; leave the column value as it is and compute into a new one."
        )
    return value


def noted(view: View, data: pd.DataFrame) -> list[Value]:
    """Return the values of the call of `tidy` that a table notes in its ``attrs``; empty where it notes none."""
    asked = data.attrs.get(ATTRIBUTE)
    return [value for value, _ in _asked(view, *asked)] if asked else []
