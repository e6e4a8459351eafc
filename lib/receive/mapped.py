"""Any publisher's table, Excel or CSV, by a mapping that an analyst writes: which column is what."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.data.catalogue import Catalogue
from lib.data.entry import Day, Entry, Identifier, Text, Year, check
from lib.data.observations import COLUMNS
from lib.receive import excel

MOST_CSV_BYTES = 20_000_000
#: A space within a number, where it parts thousands and nothing else.
GROUPED = r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))"


class Value(Entry):
    """A column that holds an indicator's values; ``numerator`` and ``denominator`` are columns of counts."""

    indicator: Identifier
    column: Text
    sex: Literal["T", "K", "M"] = "T"
    group: str = "T"
    numerator: str = ""
    denominator: str = ""
    #: Words that stand for numbers: {Ja: 100, Nej: 0}.
    words: dict[str, Annotated[float, Field(allow_inf_nan=False)]] = {}
    #: What values are multiplied by: 100 where the publisher writes 0.76 for 76 per cent.
    times: float = Field(default=1, gt=0, allow_inf_nan=False)


class Mapping(Entry):
    """How a table is read: its sheet, the row of its headings, where region and year stand, and which columns hold values.

    ``must_say`` is a word that stands above the headings or among them, so that another table is not taken for this one.
    """

    source: Identifier
    published: Day
    published_basis: Literal["känd", "antagen"]
    sheet: str = ""
    heading_row: int = Field(default=1, ge=1, le=1000)
    must_say: list[Text] = []
    year: Year | None = None
    year_column: str = ""
    region: str = ""
    region_column: str = ""
    #: Codes for what stands in the region's column, where it is neither a code nor a name of data/regions.csv.
    regions: dict[str, str] = {}
    #: Only rows in which these columns hold these values.
    where: dict[str, str] = {}
    values: list[Value] = Field(min_length=1)
    #: What stands for a missing value, and its status letter.
    missing: dict[str, Literal["Q", "M", "L", "N"]] = {"": "M", "..": "M", "-": "M", ".": "N", "x": "Q"}
    note: str = ""


def read_mapping(path: Path) -> Mapping:
    """Read a mapping, or raise `WorkbookError` that names what is wrong in it."""
    mapping: Mapping = check(Mapping, read_yaml(path), str(path))
    if (mapping.year is None) == (not mapping.year_column):
        raise WorkbookError(f"{path}: give either year or year_column; correct it.")
    if bool(mapping.region) == bool(mapping.region_column):
        raise WorkbookError(f"{path}: give either region or region_column; correct it.")
    return mapping


def check_names(path: Path, mapping: Mapping, catalogue: Catalogue) -> None:
    """Refuse a mapping that names a source, indicator, region or group that does not exist; ``path`` is the mapping's."""
    if mapping.source not in catalogue.sources:
        raise WorkbookError(f"{path}: the source '{mapping.source}' is not in data/sources.yaml; add it there first.")
    if mapping.region and mapping.region not in catalogue.region_names:
        raise WorkbookError(f"{path}: the region '{mapping.region}' is not in data/regions.csv; correct the code.")
    for value in mapping.values:
        indicator = catalogue.indicators.get(value.indicator)
        if indicator is None:
            raise WorkbookError(f"{path}: there is no indicator '{value.indicator}'; see data/indicators/.")
        if value.group != "T" and value.group not in indicator.group_codes:
            raise WorkbookError(f"{path}: {value.indicator} has no group '{value.group}'; see data/indicators/.")


def read_cells(path: Path, mapping: Mapping) -> tuple[list[list[Any]], list[str]]:
    """Return the table's cells, and what Excel's habits were understood as."""
    if path.suffix.casefold() in (".csv", ".txt", ".tsv"):
        return _csv(path)
    with excel.book(path) as book:
        sheet = mapping.sheet or book.sheetnames[0]
        if sheet not in book.sheetnames:
            raise WorkbookError(
                f"{path}: there is no sheet “{sheet}” ({', '.join(book.sheetnames)[:120]}); correct 'sheet' in the mapping."
            )
    return excel.values(path, sheet), []


def _csv(path: Path) -> tuple[list[list[Any]], list[str]]:
    text, habits = decoded(path)
    text = without_separator_line(text, habits)
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    if delimiter != ",":
        habits.append(f"columns are separated by {'a tab' if delimiter == chr(9) else delimiter}")
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)], habits
    except csv.Error as error:
        raise WorkbookError(f"{path} is not a CSV file ({error}); save it again as CSV.") from None


def decoded(path: Path) -> tuple[str, list[str]]:
    """Return the text of a file as Excel may have saved it, and which of its habits were met.

    Raises
    ------
    WorkbookError
        If it is missing, empty, too large, or neither UTF-8, UTF-16 nor Windows-1252 text.
    """
    if not path.is_file():
        raise WorkbookError(f"{path} is not there; check the name.")
    content = path.read_bytes()
    if not content.strip():
        raise WorkbookError(f"{path} is empty; ask for it again.")
    if len(content) > MOST_CSV_BYTES:
        raise WorkbookError(
            f"{path} is larger than {MOST_CSV_BYTES // 1_000_000} MB; this is not the table that is wanted."
        )
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise WorkbookError(f"{path} is an Excel workbook by another name; rename it to .xlsx.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").lstrip("\ufeff"), ["the file is UTF-16"]
        except UnicodeDecodeError:
            raise WorkbookError(f"{path} is half a UTF-16 file; ask for it again.") from None
    if b"\0" in content:
        raise WorkbookError(f"{path} is not text; save it again as CSV.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return content.decode("cp1252"), ["the file is Windows-1252, not UTF-8"]
        except UnicodeDecodeError:
            raise WorkbookError(f"{path} is neither UTF-8 nor Windows-1252 text; save it again as UTF-8.") from None
    return text.removeprefix("\ufeff"), ["the file begins with a byte order mark"] if text.startswith("\ufeff") else []


def without_separator_line(text: str, habits: list[str]) -> str:
    """Return a CSV's text without the line ``sep=;`` that some programs write for Excel."""
    found = re.match(r"sep=[;,\t]\r?\n", text)
    if found:
        habits.append("a first line sep=…")
    return text[found.end() :] if found else text


def shown(path: Path, mapping: Mapping, catalogue: Catalogue) -> list[str]:
    """Return, line by line, how the table would be read: the columns with their first values, and what each becomes."""
    cells, habits = read_cells(path, mapping)
    heads = _heads(path, cells, mapping)
    lines = [
        f"{path.name}: headings in row {mapping.heading_row}, {len(cells) - mapping.heading_row} rows below",
        *habits,
    ]
    first = cells[mapping.heading_row] if len(cells) > mapping.heading_row else []
    becomes = {mapping.region_column: "region", mapping.year_column: "year"}
    becomes |= {v.column: f"{v.indicator} {v.sex}/{v.group}" for v in mapping.values}
    becomes |= {
        c: f"{part} of {v.indicator}"
        for v in mapping.values
        for c, part in ((v.numerator, "numerator"), (v.denominator, "denominator"))
    }
    becomes.pop("", None)
    for position, head in enumerate(heads):
        value = first[position] if position < len(first) else None
        lines.append(
            f"  {head[:50]:<52}{str(value if value is not None else '')[:24]:<26}{becomes.get(head, '(not read)')}"
        )
    return lines


def _heads(path: Path, cells: list[list[Any]], mapping: Mapping) -> list[str]:
    if len(cells) < mapping.heading_row:
        raise WorkbookError(
            f"{path} has {len(cells)} rows, the headings should stand in row {mapping.heading_row}: half a file, or another?"
        )
    heads = [
        re.sub(r"\s+", " ", str(cell if cell is not None else "")).strip() for cell in cells[mapping.heading_row - 1]
    ]
    above = " ".join([str(c) for row in cells[: mapping.heading_row] for c in row if c is not None])
    for word in mapping.must_say:
        if word.casefold() not in above.casefold():
            raise WorkbookError(
                f"{path} does not say “{word}” above its table; this is another publisher's table, another year's or another area's."
            )
    columns = [mapping.region_column, mapping.year_column, *mapping.where]
    columns += [c for v in mapping.values for c in (v.column, v.numerator, v.denominator)]
    for column in filter(None, columns):
        if heads.count(column) != 1:
            near = ", ".join(h for h in heads if h)[:160]
            raise WorkbookError(
                f"{path}: the column “{column}” stands there {heads.count(column)} times (there are: {near}); correct the mapping or choose the right file."
            )
    return heads


def observations(path: Path, mapping: Mapping, catalogue: Catalogue) -> tuple[pd.DataFrame, list[str]]:
    """Read a table as observations, by its mapping.

    Returns
    -------
    (DataFrame, list of str)
        The columns of `lib.data.observations.COLUMNS`, and what of Excel's habits was understood.

    Raises
    ------
    WorkbookError
        Names file, row and column of what cannot be read; nothing is guessed.
    """
    cells, habits = read_cells(path, mapping)
    heads = _heads(path, cells, mapping)
    reader = _Reader(path, mapping, catalogue, heads)
    rows = [
        row
        for number, line in enumerate(cells[mapping.heading_row :], mapping.heading_row + 1)
        for row in reader.rows(number, line)
    ]
    if not rows:
        raise WorkbookError(f"{path} holds no row that the mapping reads; check its region, year and where.")
    return pd.DataFrame(rows)[COLUMNS], [*habits, *sorted(reader.habits)]


class _Reader:
    """Turns the rows of a table into observations."""

    def __init__(self, path: Path, mapping: Mapping, catalogue: Catalogue, heads: list[str]) -> None:
        self.path, self.mapping, self.catalogue, self.heads = path, mapping, catalogue, heads
        self.habits: set[str] = set()
        names: dict[str, set[str]] = {}
        for region in catalogue.regions.values():
            names.setdefault(region.name.casefold(), set()).add(region.code)
        self.names = {name: codes.pop() for name, codes in names.items() if len(codes) == 1}

    def rows(self, number: int, line: list[Any]) -> list[dict[str, Any]]:
        if any(_text(cell) for cell in line[len(self.heads) :]):
            raise WorkbookError(
                f"{self.path}, row {number}: more cells than the table has headings; check commas and decimals."
            )
        cells = {head: line[i] if i < len(line) else None for i, head in enumerate(self.heads) if head}
        if all(_text(cell) == "" for cell in cells.values()):
            return []
        if any(_text(cells[column]).casefold() != value.casefold() for column, value in self.mapping.where.items()):
            return []
        region = self._region(number, cells)
        return [self._row(number, cells, value, region) for value in self.mapping.values] if region else []

    def _region(self, number: int, cells: dict[str, Any]) -> str | None:
        if self.mapping.region:
            return self.mapping.region
        told = _text(cells[self.mapping.region_column])
        if told in self.mapping.regions:
            return self.mapping.regions[told] or None
        if told in self.catalogue.region_names:
            return told
        if told.isdigit() and told.zfill(4) in self.catalogue.region_names:
            self.habits.add("region codes had lost their leading zeros")
            return told.zfill(4)
        if told.casefold() in self.names:
            return self.names[told.casefold()]
        raise self._fault(
            number,
            self.mapping.region_column,
            told,
            "is no region of data/regions.csv; name it under 'regions' in the mapping (empty to leave it out)",
        )

    def _row(self, number: int, cells: dict[str, Any], value: Value, region: str) -> dict[str, Any]:
        year = self.mapping.year or self._year(number, cells[self.mapping.year_column])
        told = _text(cells[value.column])
        status, amount = "A", None
        if told in self.mapping.missing:
            status = self.mapping.missing[told]
        elif told in value.words:
            amount = value.words[told]
        else:
            amount = self._number(number, value.column, cells[value.column]) * value.times
        counts = [
            self._whole(number, c, cells[c]) if c and amount is not None else None
            for c in (value.numerator, value.denominator)
        ]
        unit = self.catalogue.indicator(value.indicator).unit
        synthetic = "true" if self.catalogue.identity.synthetic else "false"
        content = [value.indicator, year, region, value.sex, value.group, amount, unit, *counts, status, "exakt"]
        content += [
            self.mapping.source,
            self.mapping.published.isoformat(),
            self.mapping.published_basis,
            self.mapping.note,
            synthetic,
        ]
        return dict(zip(COLUMNS, content, strict=True))

    def _year(self, number: int, cell: Any) -> int:
        if not re.fullmatch(r"(19|20)[0-9]{2}", _text(cell)):
            raise self._fault(number, self.mapping.year_column, _text(cell), "is no year such as 2025")
        return int(_text(cell))

    def _number(self, row: int, column: str, cell: Any) -> float:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return float(cell)
        text = _text(cell)
        plain = re.sub(GROUPED, "", text).removesuffix("%").rstrip(" \u00a0")
        if plain != text:
            self.habits.add("numbers held spaces or a per cent sign")
        if re.fullmatch(r"-?[0-9]+,[0-9]+", plain):
            self.habits.add("numbers had a decimal comma")
            plain = plain.replace(",", ".")
        # A point could be a Swedish thousands separator: 1.234 is either, and nobody guesses.
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", plain) or re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}", plain):
            raise self._fault(
                row,
                column,
                text,
                "is no number that can be read in one way only; correct the cell, or name it under 'missing' or 'words'",
            )
        return float(plain)

    def _whole(self, row: int, column: str, cell: Any) -> int:
        number = self._number(row, column, cell)
        if number % 1 or "%" in _text(cell):
            raise self._fault(row, column, _text(cell), "must be a whole number")
        return int(number)

    def _fault(self, row: int, column: str, content: str, message: str) -> WorkbookError:
        return WorkbookError(f"{self.path}, row {row}, column {column}: '{content[:60]}' {message}.")


def _text(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
