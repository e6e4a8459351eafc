"""Read any publisher's table, Excel or CSV, by a mapping (`lib.receive.mapping`)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from lib.base.characters import comparable
from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS
from lib.receive import csv_file, excel
from lib.receive.amounts import Amounts
from lib.receive.mapping import YEAR, Mapping, Value, regions_read, years_of
from lib.receive.number_format import Percent
from lib.receive.places import Places

UNREADABLE = "is no number that can be read in one way only; correct the cell, name it under 'missing' or 'words', or give 'decimal' in the mapping"
NO_REGION = "is no region of data/regions.csv; name it under 'regions' in the mapping (empty to leave it out)"
AGAIN = "is where the region stands, among words: headings of a second table? Import it as a file of its own"
#: How many unknown areas are named.
MOST_NAMED = 3
#: No count is in per cent or has three decimals: its point separates thousands, even where the decimal sign is a point.
NO_COUNT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+|.*%")


class NoRowsError(WorkbookError):
    """A table has no row that the mapping reads: another table, or one without the county."""


def read_cells(path: Path, mapping: Mapping) -> tuple[excel.Cells, list[str]]:
    """Return the table's cells, and which of Excel's habits it shows (`lib.receive.csv_file.read_csv`)."""
    if path.suffix.casefold() in csv_file.SUFFIXES:
        return csv_file.read_csv(path)
    with excel.book(path) as book:
        names = [sheet.title for sheet in book.worksheets]
        sheet = mapping.sheet or excel.first_sheet(path, book)
        if sheet not in names:
            raise WorkbookError(
                f"{path}: there is no sheet “{sheet}” ({', '.join(names)[:120]}); correct 'sheet' in the mapping."
            )
        others = [name for name in names if name != sheet] if not mapping.sheet else []
    said = [f"the sheet “{sheet}” is read, not {', '.join(f'“{name}”' for name in others)}"[:200]] if others else []
    return excel.values(path, sheet), said


def shown(path: Path, mapping: Mapping, catalogue: Catalogue) -> list[str]:
    """Return lines that show how the table would be read: each column, its first value, and what it becomes."""
    cells, habits = read_cells(path, mapping)
    heads = _heads(path, cells, mapping)
    becomes = {mapping.region_column: "region", mapping.year_column: "year"}
    for value in mapping.values:
        several = f" and {len(mapping.values) - 1} more" if value.where and len(mapping.values) > 1 else ""
        for head, _ in years_of(value, heads):
            becomes[head] = f"{value.indicator} {value.sex}/{value.group}{several}"
        becomes |= {value.numerator: f"numerator of {value.indicator}"}
        becomes |= {value.denominator: f"denominator of {value.indicator}"}
    becomes.pop("", None)
    first = cells[mapping.heading_row] if len(cells) > mapping.heading_row else []
    first = [str(cell if cell is not None else "")[:24] for cell in first] + [""] * len(heads)
    return [
        f"{path.name}: headings in row {mapping.heading_row}, {len(cells) - mapping.heading_row} rows below",
        *habits,
        *(
            f"  {head[:50]:<52}{value:<26}{becomes.get(head, '(not read)')}"
            for head, value in zip(heads, first, strict=False)
        ),
    ]


def _heads(path: Path, cells: excel.Cells, mapping: Mapping) -> list[str]:
    if len(cells) < mapping.heading_row:
        raise WorkbookError(
            f"{path} has {len(cells)} rows, the headings should be in row {mapping.heading_row}: half a file, or another?"
        )
    heads = [_text(cell) for cell in cells[mapping.heading_row - 1]]
    above = " ".join([_text(c) for row in cells[: mapping.heading_row] for c in row if c is not None])
    for word in mapping.must_say:
        if word.casefold() not in above.casefold():
            raise WorkbookError(
                f"{path} does not say “{word}” above its table; this is another publisher's table, another year's or another area's."
            )
    columns = [mapping.region_column, mapping.year_column, *mapping.where]
    columns += [c for v in mapping.values for c in (v.numerator, v.denominator, *v.where)]
    columns += [v.column for v in mapping.values if not v.in_years]
    for value in mapping.values:
        if not years_of(value, heads):
            raise WorkbookError(
                f"{path}: no column is called “{value.column}” with a year for {YEAR} (there are: {', '.join(h for h in heads if h)[:160]}); "
                "correct the mapping or choose the right file."
            )
    for column in filter(None, columns):
        if heads.count(column) != 1:
            near = ", ".join(h for h in heads if h)[:160]
            raise WorkbookError(
                f"{path}: the column “{column}” is there {heads.count(column)} times (there are: {near}); correct the mapping or choose the right file."
            )
    return heads


def observations(path: Path, mapping: Mapping, catalogue: Catalogue) -> tuple[pd.DataFrame, list[str]]:
    """Read a table as observations, by its mapping.

    Returns
    -------
    (DataFrame, list of str)
        The columns of `lib.data.observations.COLUMNS`, and which of Excel's habits the table shows.

    Raises
    ------
    WorkbookError
        For a cell that cannot be read in exactly one way; names file, row and column.
    """
    cells, habits = read_cells(path, mapping)
    heads = _heads(path, cells, mapping)
    reader = _Reader(path, mapping, catalogue, heads)
    if path.suffix.casefold() in csv_file.SUFFIXES:
        # In Excel an empty cell at the end of a row is no cell; in CSV it has its separator, as most rows show.
        [(usual, _)] = Counter(map(len, cells[mapping.heading_row :])).most_common(1) or [(0, 0)]
        reader.least = max(reader.width, min(len(heads), usual))
    rows = [
        row
        for number, line in enumerate(cells[mapping.heading_row :], mapping.heading_row + 1)
        for row in reader.rows(number, line)
    ]
    if not rows:
        raise NoRowsError(f"{path} holds no row that the mapping reads; check its region, year and where.")
    return pd.DataFrame(rows)[COLUMNS], [
        *habits,
        *sorted(reader.places.habits | reader.amounts.habits),
        reader.tally(len(rows)),
    ]


class _Reader:
    """Turns the rows of a table into observations."""

    def __init__(self, path: Path, mapping: Mapping, catalogue: Catalogue, heads: list[str]) -> None:
        self.path, self.mapping, self.catalogue, self.heads = path, mapping, catalogue, heads
        # A trailing separator in the headings makes a last heading that is empty.
        self.width = max(place for place, head in enumerate(heads, 1) if head)
        self.least = 0
        self.left_out: Counter[str] = Counter()
        self.seen = 0
        self.unknown: list[str] = []
        self.places, self.amounts = Places(catalogue), Amounts(mapping.decimal, mapping.preliminary)
        self.chosen = regions_read(mapping, catalogue)
        self.columns = [(value, *place) for value in mapping.values for place in years_of(value, heads)]

    def tally(self, taken: int) -> str:
        """Return how many rows there were, how many values they gave, and how many rows were left out, and why."""
        left = [f"{amount} {why}" for why, amount in self.left_out.items()]
        if names := [f"“{name[:30]}”" for name in dict.fromkeys(self.unknown)]:
            listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
            left.append(f"{len(self.unknown)} of areas that data/regions.csv does not have ({listed})")
        rest = f"; left out: {', '.join(left)}" if left else ""
        return f"{self.seen} rows gave {taken} values{rest}"

    def rows(self, number: int, line: list[Any]) -> list[dict[str, Any]]:
        if any(_text(cell) for cell in line[self.width :]):
            raise WorkbookError(
                f"{self.path}, row {number}: more cells than the table has headings; check commas and decimals."
            )
        cells = {head: line[i] if i < len(line) else None for i, head in enumerate(self.heads) if head}
        self.seen += 1
        if why := self._no_row(cells):
            self.left_out[why] += 1
            return []
        columns = [column for column in self.columns if _holds(cells, self.mapping.where | column[0].where)]
        if not columns:
            self.left_out["by 'where'"] += 1
            return []
        region = self._region(number, cells)
        if region is None:
            return []
        if len(line) < self.least:
            raise WorkbookError(
                f"{self.path}, row {number}: fewer cells than the table has headings; has one been lost?"
            )
        return [self._row(number, cells, value, region, head, year) for value, head, year in columns]

    def _no_row(self, cells: dict[str, Any]) -> str:
        """Return what a line is that is no row of the table: empty, or a note below it; an empty text for a row."""
        texts = [_text(cell) for cell in cells.values() if _text(cell)]
        if not texts:
            return "empty"
        region = _text(cells.get(self.mapping.region_column))
        figures = any(self._is_figure(cells[head], value) for value, head, _ in self.columns)
        note = len(texts) == 1 and len(cells) > 1 and not figures and not (region and self._code(region) is not None)
        return "with notes" if note else ""

    def _is_figure(self, cell: Any, value: Value) -> bool:
        """Return whether a cell is a number, or a text that stands for one or for a missing value."""
        text = self.amounts.unmarked(_text(cell))[0]
        known = text in self.mapping.missing or text in value.words or self.amounts.number(text) is not None
        return bool(text) and (known or not isinstance(cell, str))

    def _region(self, number: int, cells: dict[str, Any]) -> str | None:
        if self.mapping.region:
            return self.mapping.region
        text = _text(cells[self.mapping.region_column])
        region = self._code(text)
        if self.mapping.region_types and region is None:
            if all(_text(cells[head]) and not self._is_figure(cells[head], value) for value, head, _ in self.columns):
                raise self._fault(number, self.mapping.region_column, text, AGAIN)
            self.unknown.append(text)
            return None
        if self.mapping.region_types:
            if region in self.chosen:
                return region
            self.left_out["of other areas"] += 1
            return None
        if region is None:
            raise self._fault(number, self.mapping.region_column, text, NO_REGION)
        return region or None

    def _code(self, text: str) -> str | None:
        """Return the code of the region that a cell names, an empty text for one to leave out, or None."""
        if text in self.mapping.regions:
            return self.mapping.regions[text]
        return self.places.code(text)

    def _row(
        self, number: int, cells: dict[str, Any], value: Value, region: str, head: str, year: int | None
    ) -> dict[str, Any]:
        text, preliminary = self.amounts.unmarked(_text(cells[head]))
        status, amount = self.mapping.missing.get(text, "A"), None
        if text in value.words and status == "A":
            amount = value.words[text]
        elif text not in self.mapping.missing:
            cell = cells[head] if text == _text(cells[head]) else text
            counted = self.catalogue.indicator(value.indicator).unit == "antal"
            amount = self._number(number, head, cell, counted=counted) * value.times
            status = "P" if preliminary else status
        numerator, denominator = (
            self._whole(number, column, cells[column]) if column and amount is not None else None
            for column in (value.numerator, value.denominator)
        )
        year = year or self.mapping.year or self._year(number, cells[self.mapping.year_column])
        return {
            "indicator": value.indicator,
            "year": year,
            "region": region,
            "sex": value.sex,
            "group": value.group,
            "value": amount,
            "unit": self.catalogue.indicator(value.indicator).unit,
            "numerator": numerator,
            "denominator": denominator,
            "status": status,
            "precision": "exakt",
            "source": self.mapping.source,
            "published": self.mapping.day(year).isoformat(),
            "published_basis": self.mapping.published_basis,
            "note": self.mapping.note,
            "synthetic": "true" if self.catalogue.identity.synthetic else "false",
        }

    def _year(self, number: int, cell: Any) -> int:
        if not re.fullmatch(r"(19|20)[0-9]{2}", _text(cell)):
            raise self._fault(number, self.mapping.year_column, _text(cell), "is no year such as 2025")
        return int(_text(cell))

    def _number(self, row: int, column: str, cell: Any, *, counted: bool = False) -> float:
        if counted and isinstance(cell, Percent):
            raise self._fault(row, column, f"{_text(cell)} %", "is in per cent, but the column holds counts")
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell)
        number = self.amounts.number(_text(cell))
        if number is None or (counted and NO_COUNT.fullmatch(_text(cell))):
            raise self._fault(row, column, _text(cell), UNREADABLE)
        return number

    def _whole(self, row: int, column: str, cell: Any) -> int:
        number = self._number(row, column, cell, counted=True)
        if number % 1:
            raise self._fault(row, column, _text(cell), "must be a whole number")
        return int(number)

    def _fault(self, row: int, column: str, content: str, message: str) -> WorkbookError:
        return WorkbookError(f"{self.path}, row {row}, column {column}: '{content[:60]}' {message}.")


def _holds(cells: dict[str, Any], where: dict[str, str]) -> bool:
    return all(_text(cells[column]).casefold() == value.casefold() for column, value in where.items())


def _text(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else comparable(str(cell))
