"""Tables that a notebook makes with pandas, as tables of the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.errors import WorkbookError
from lib.base.swedish import join, long_date, lower_first, number
from lib.data.observations import STATUS
from lib.show import tables
from lib.show.blocks import given as givens
from lib.show.blocks.block import Block, text
from lib.show.blocks.frame import basis
from lib.show.blocks.given import Given, heading

SEXES = {"T": "Totalt", "K": "Kvinnor", "M": "Män"}
#: Columns of `chapter.data` whose numbers are not values by themselves.
PARTS = {"numerator", "denominator", "low", "high"}


def table(
    view: View, given: Given, *, name: str, caption: str, more: Sequence[str] = (), numeric: Sequence[Any] | None = None
) -> Block:
    """Return a DataFrame as a table of the report: marks, counts and symbols of missing values as in the report's other tables.

    Parameters
    ----------
    caption : str
        Its numbers must be in the data.
    more : sequence of str
        Numbers that the caption may also say.
    numeric : sequence, optional
        The columns to align to the right; without it, those of numbers.

    Raises
    ------
    WorkbookError
        If the caption is empty or says a number that the data does not have, or there is no such column.
    """
    where = f"The caption of the table {name}"
    if not caption.strip():
        raise WorkbookError(f"{where} is empty; say what is shown, for whom and in which unit.")
    givens.check_numbers(caption, given, more, where)
    if given.data.empty:
        return text(f"{caption.partition('. ')[0].rstrip('.')}: uppgift saknas i arbetsbokens underlag.")
    grid = Grid(given)
    notes = [*grid.notes(), *givens.notes(view, given), givens.source_line(given)]
    html = grid.html(name, caption, notes, numeric)
    plain = [" | ".join(grid.headings), *(" | ".join(map(tables.plain, row)) for row in grid.rows)]
    data = {f"tabell-{name}": givens.csv(given, list(grid.derived_columns))}
    return Block(html, "\n".join([caption, *plain]), givens.facts(view, given, f"tabell {name}", grid.derived), data)


class Grid:
    """The cells of a DataFrame as a reader sees them.

    ``derived`` holds the numbers that are not values of `chapter.data`, by row and column; ``derived_columns`` where they stand.
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        self.headings = [heading(given, column) for column in given.data.columns]
        self.derived: dict[str, float] = {}
        self.derived_columns: dict[Any, None] = {}
        self._index = _Index(given.values)
        self.rows = [self._row(place, row) for place, row in enumerate(given.data.itertuples(index=False, name=None))]

    def _row(self, place: int, row: tuple[Any, ...]) -> list[Any]:
        columns = list(self.given.data.columns)
        labels = [x for c, x in zip(columns, row, strict=True) if c not in self.given.numeric]
        own = self.given.values[place] if self.given.by_row else None
        return [self._cell(place, c, x, labels, own) for c, x in zip(columns, row, strict=True)]

    def _cell(self, place: int, column: Any, content: Any, labels: Sequence[Any], own: Value | None) -> Any:
        if column not in self.given.numeric:
            return self._words(str(column), content)
        if own is not None and column == "value":
            return tables.value_cell(own)
        found = (
            None if own or column in PARTS else self._index.find([*labels, *self.given.labels.get(column, [])], content)
        )
        if found is not None:
            return tables.value_cell(found)
        if pd.isna(content):
            return tables.value_cell(None)
        if not (own and column in PARTS):
            self.derived[" ".join(map(str, [*(labels or [f"rad {place + 1}"]), column]))] = float(content)
            self.derived_columns[column] = None
        return number(float(content), self._decimals(column))

    def _decimals(self, column: Any) -> int:
        return 0 if all(float(x).is_integer() for x in self.given.data[column].dropna()) else 1

    def _words(self, column: str, content: Any) -> Any:
        if pd.isna(content):
            return tables.value_cell(None)
        if isinstance(content, (bool, np.bool_)):
            return "ja" if content else "nej"
        if isinstance(content, date):
            return long_date(content)
        words = {"sex": SEXES, "status": STATUS, "source": {v.source.id: v.source.title for v in self.given.values}}
        return words.get(column, {}).get(str(content), str(content))

    def notes(self) -> list[str]:
        """Return the unit and N where the table has values, and which columns the chapter has computed."""
        said = [basis(self.given.values, "efter varje andel")] if self.given.values else []
        if self.given.values and self.derived_columns:
            names = join(lower_first(heading(self.given, column)) for column in self.derived_columns)
            said.append(f"Beräknat i kapitlet ur källans tal: {names}.")
        return said

    def html(self, name: str, caption: str, notes: Sequence[str], numeric: Sequence[Any] | None = None) -> str:
        """Return the table as HTML."""
        known = list(self.given.data.columns)
        if unknown := [column for column in numeric or () if column not in known]:
            raise WorkbookError(
                f"chapter.table: numeric names {unknown[0]}, which is no column; {', '.join(map(str, known))} are."
            )
        # The first column names the rows, also where it holds numbers.
        right = [c for c in self.given.numeric if c != known[0]] if numeric is None else numeric
        aligned = [column in right for column in known]
        group = tables.Group("", self.rows)
        return tables.html_table(
            name, caption=caption, columns=self.headings, groups=[group], numeric=aligned, notes=notes
        )


class _Index:
    """Finds the value that a pivot's cell holds by the words of its row and column."""

    def __init__(self, values: Sequence[Value]) -> None:
        self.values = values
        self.places: dict[str, set[int]] = {}
        for place, value in enumerate(values):
            area = value.area
            for word in (
                *map(str, value.subject),
                value.indicator.title,
                area,
                f"{area}, median",
                value.label,
                value.source.id,
            ):
                self.places.setdefault(word, set()).add(place)

    def find(self, labels: Sequence[Any], content: Any) -> Value | None:
        """Return the one value that has all the labels it can have and the number, or None."""
        known = [self.places[word] for word in map(str, labels) if word in self.places]
        if not known:
            return None
        places = [i for i in set.intersection(*known) if _same(self.values[i].value, content)]
        return self.values[places[0]] if len(places) == 1 else None


def _same(one: float, other: Any) -> bool:
    return bool(pd.isna(one) and pd.isna(other)) or bool(np.isclose(one, other, rtol=1e-9, atol=1e-9))
