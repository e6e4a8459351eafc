"""The DataFrame that a notebook gives with a figure or table: the values in it, where they are from, and what is said of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from lib.analysis import known, tidy
from lib.analysis.finding import breaks_within
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.errors import WorkbookError, nearest
from lib.base.swedish import long_date, number, slug, upper_first
from lib.data.records import Source
from lib.show import prose
from lib.show.blocks.block import computed_fact, csv_data, observed_fact
from lib.show.blocks.frame import NUMBERS, written
from lib.show.blocks.indicators import protection_note
from lib.show.facts import Fact

#: Columns that hold a year, which is written without a space and has no unit.
YEARS = {"year", "år"}


@dataclass(frozen=True, eq=False)
class Given:
    """A checked DataFrame.

    Parameters
    ----------
    data : DataFrame
        Without an index, which has become columns, and with one row of column names.
    values : tuple of Value
        The values of `chapter.data` that it holds.
    by_row : bool
        Whether each row holds the value at the same place in ``values``; a pivot's cells hold them in no fixed order.
    source : Source, optional
        Where the data is from, if it did not come through `chapter.data`.
    labels : dict
        What each column is called on each level of a table with several.
    """

    data: pd.DataFrame
    values: tuple[Value, ...]
    by_row: bool
    source: Source | None
    labels: dict[Any, list[Any]]

    @property
    def numeric(self) -> list[Any]:
        """The columns of numbers that are not years."""
        columns = self.data.columns
        kinds = {c: self.data[c] for c in columns if str(c) not in YEARS}
        return [c for c, cells in kinds.items() if is_numeric_dtype(cells) and not is_bool_dtype(cells)]

    @property
    def amounts(self) -> list[float]:
        """All numbers of the data, and those of the values that it holds."""
        amounts = [float(x) for column in self.numeric for x in self.data[column]]
        for value in self.values:
            amounts += [value.value, value.numerator, value.denominator, *(value.interval or ())]
        return [amount for amount in amounts if math.isfinite(amount)]


def read(view: View, data: Any, source: str | None, call: str, rows: pd.DataFrame | None = None) -> Given:
    """Check the data of a figure or table.

    Parameters
    ----------
    source : str or None
        An id of data/sources.yaml; required where the data did not come through `chapter.data`.
    call : str
        The call that messages speak of: ``chapter.table(df, …)``.
    rows : DataFrame, optional
        The rows of `chapter.data` behind the data, where it does not note them itself.

    Raises
    ------
    WorkbookError
        If it is no DataFrame, names no source, holds a value that is not the workbook's, or was collected by the workbook's owner
        and did not come through `chapter.data`, so that it may not be protected.
    """
    if not isinstance(data, pd.DataFrame):
        raise WorkbookError(
            f"{call}: data is {type(data).__name__}; give a DataFrame, such as chapter.data(…) returns."
        )
    flat, labels = _flattened(data)
    found = tidy.values_of(view, flat)
    named = _source(view, source, call) if source is not None else None
    if found is not None:
        return Given(flat, tuple(found), True, named, labels)
    numbers = {_key(x) for column in flat.columns if is_numeric_dtype(flat[column]) for x in flat[column]}
    behind = tidy.noted(view, data) if rows is None else tidy.values_of(view, rows) or tidy.noted(view, rows)
    values = tuple(v for v in behind if rows is not None or _key(v.value) in numbers or not v.known)
    recorded = known.ATTRIBUTE in {**data.attrs, **(rows.attrs if rows is not None else {})}
    if not values and named is None and not recorded and not flat.empty:
        raise WorkbookError(
            f"{call}: the data does not say where it is from; give rows= with the rows of chapter.data behind it, or source= with an id of data/sources.yaml."
        )
    if named is not None and not values and named.family in _collected(view):
        raise WorkbookError(
            f"{call}: figures of {named.id} count persons and must be protected; put them into data/observations and take them from chapter.data."
        )
    return Given(flat, values, False, named, labels)


def _flattened(data: pd.DataFrame) -> tuple[pd.DataFrame, dict[Any, list[Any]]]:
    """Return a table without an index and with one row of column names, and what each column was called on each level."""
    names = {
        " ".join(map(str, c)) if isinstance(c, tuple) else c: [*c] if isinstance(c, tuple) else [c]
        for c in data.columns
    }
    flat = data.copy()
    flat.columns = pd.Index(list(names), dtype=object)
    unnamed = isinstance(data.index, pd.RangeIndex) or not any(data.index.names)
    return flat if unnamed else flat.reset_index(), names


def _key(amount: Any) -> str:
    return f"{amount:.9g}" if isinstance(amount, (int, float, np.number)) else ""


def _source(view: View, source: str, call: str) -> Source:
    if source not in view.known.sources:
        hint = nearest(source, view.known.sources) or "add it there."
        raise WorkbookError(f"{call}: there is no source '{source}' in data/sources.yaml; {hint}")
    return view.known.sources[source]


def _collected(view: View) -> set[str]:
    """Return the families of sources whose figures are protected: what the county itself has collected about persons."""
    policies = view.known.policies
    protected = (i for i in view.known.indicators.values() if policies[i.disclosure].county is not None)
    return {indicator.family for indicator in protected if indicator.family}


def check_name(name: Any, call: str) -> str:
    """Return a name that can be part of an address and of a file's name, or raise `WorkbookError`."""
    if not isinstance(name, str) or not name or slug(name) != name:
        better = slug(str(name)) if name else "stod-per-kommun"
        raise WorkbookError(f'{call} needs a name of small letters, digits and hyphens: name="{better}".')
    return name


def check_numbers(text: str, given: Given, more: Iterable[str], where: str) -> None:
    """Check that each number of a text is in the data: one of its values, years or names, or ``more``.

    Raises
    ------
    WorkbookError
        For the first number that is not.
    """
    allowed = {*more, *written(given.amounts), *map(str, _years(given))}
    allowed |= {found for words in _words(given) for found in NUMBERS.findall(words)}
    if unknown := [found for found in NUMBERS.findall(text) if found not in allowed]:
        raise WorkbookError(
            f"{where} says {unknown[0]}, which is not in the data; correct it, or let a field in braces say it. Numbers are written as in 1 234,5."
        )


def _years(given: Given) -> set[int]:
    found = {value.year for value in given.values}
    found |= {int(year) for c in given.data.columns if str(c) in YEARS for year in given.data[c].dropna().unique()}
    return found | {int(c) for c in given.data.columns if str(c).isdigit()}


def _words(given: Given) -> set[str]:
    words = {v.indicator.title for v in given.values} | {v.indicator.subject or "" for v in given.values}
    words |= {v.indicator.denominator_unit or "" for v in given.values}
    words |= {str(x) for c in given.data.columns if c not in given.numeric for x in given.data[c].unique()}
    return words | {str(c) for c in given.data.columns}


def source_line(given: Given) -> str:
    """Return the line on the sources."""
    line = prose.source_line(given.values) if given.values else ""
    if given.source is None:
        return line
    day = f", publicerad {long_date(given.source.published)}" if given.source.published else ""
    more = f"{given.source.publisher}, {given.source.title}{day}."
    return f"{line[:-1].replace('Källa: ', 'Källor: ')}; {more}" if line else f"Källa: {more}"


def notes(view: View, given: Given) -> list[str]:
    """Return what must be said of the data: breaks in its series, protection, and that it is not in the workbook's data."""
    findings = {value.indicator.id: view.finding(value.indicator.id) for value in given.values}
    said: dict[str, None] = {}
    for name, finding in findings.items():
        shown = [value for value in given.values if value.indicator.id == name]
        subjects = {(value.region.code, value.sex, value.group) for value in shown}
        lines = [x for x in (*finding.home, *finding.comparison) if (x.region.code, x.sex, x.group) in subjects]
        said |= {f"{y}: {text}": None for y, text in breaks_within(lines, [value.year for value in shown]).items()}
        said |= dict.fromkeys(protection_note(finding))
    if given.source is not None:
        said["Siffrorna är införda i kapitlet och finns inte i arbetsbokens dataunderlag."] = None
    return list(said)


def facts(view: View, given: Given, name: str, derived: Mapping[str, float]) -> list[Fact]:
    """Return the facts of the values, and of numbers that the chapter has computed or that another source gives.

    Parameters
    ----------
    derived : mapping
        The numbers that are not values of `chapter.data`, by a name that is unique in the figure or table.
    """
    found, years = [observed_fact(view, value) for value in given.values], set(map(str, _years(given)))
    for what, amount in derived.items():
        fact = computed_fact(view, f"{name}/{what}", amount, None, number(amount, 0 if amount == int(amount) else 1))
        if given.source is not None:
            day = str(given.source.published) if given.source.published else None
            fact = replace(fact, kind="observed", source=given.source.id, published=day)
        # A table by year speaks of more years than the report's.
        year = what.partition(" ")[0]
        found.append(replace(fact, year=int(year)) if year in years else fact)
    return list({fact.id: fact for fact in found}.values())


def csv(given: Given, derived: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the columns and rows of the CSV file: the values with all that is known of them, and the ``derived`` columns.

    Data of which the values are not known row by row is written as it stands.
    """
    if given.values and (given.by_row or not derived):
        table = csv_data(given.values)
        more = [column for column in derived if given.by_row]
        rows = (
            [[*row, *(_plain(x) for x in given.data[more].iloc[i])] for i, row in enumerate(table["rows"])]
            if more
            else table["rows"]
        )
        return {"columns": [*table["columns"], *map(str, more)], "rows": rows}
    plain = [[_plain(x) for x in row] for row in given.data.itertuples(index=False)]
    return {"columns": [str(c) for c in given.data.columns], "rows": plain}


def _plain(content: Any) -> Any:
    if pd.isna(content):
        return None
    if isinstance(content, (datetime, date)):
        return content.strftime("%Y-%m-%d")
    return content.item() if isinstance(content, np.generic) else content


def heading(given: Given, column: Any) -> str:
    """Return what a column is called in Swedish: that of `chapter.data` by what it holds, another by its name."""
    words = {
        **dict.fromkeys(("indicator", "title"), "Indikator"),
        **{"year": "År", "region": "Kod", "region_name": "Område", "sex": "Kön", "group": "Grupp", "label": "Grupp"},
        "value": _common((prose.unit(v.indicator).name for v in given.values), "Värde"),
        "numerator": _common((v.indicator.numerator for v in given.values), "Täljare"),
        "denominator": _common((v.indicator.denominator_unit for v in given.values), "Nämnare"),
        **{"low": "Undre gräns", "high": "Övre gräns", "unit": "Enhet", "status": "Status"},
        **{"source": "Källa", "published": "Publicerad"},
    }
    return upper_first(words.get(str(column), str(column)))


def _common(names: Iterable[str | None], otherwise: str) -> str:
    found = set(names)
    return found.pop() or otherwise if len(found) == 1 else otherwise
