"""A first mapping of a publisher's table, guessed from its cells, for an analyst to correct."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lib.base.characters import comparable
from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.receive import csv_file, excel
from lib.receive.amounts import Amounts
from lib.receive.mapping import YEAR, Mapping
from lib.receive.places import Places

#: What stands where only a person can know.
UNKNOWN = "fyll_i"
YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
#: A column is one of a kind if at least this share of its cells is.
MOST = 0.6
#: Texts that mean a missing value by default.
KNOWN_SIGNS = Mapping.model_fields["missing"].default

Column = list[str]


@dataclass
class Guess:
    """What a table seems to be: its sheet, headings and columns."""

    sheet: str
    heading_row: int
    heads: list[str]
    columns: list[Column]
    above: str
    region: int
    year: int | None
    values: list[int]


def new_mapping(path: Path, catalogue: Catalogue) -> str:
    """Return a mapping of a table as commented YAML; what cannot be guessed says `UNKNOWN`.

    Raises
    ------
    WorkbookError
        If no sheet has a column of regions with headings above it and numbers beside it.
    """
    places = Places(catalogue)
    found = [guess for sheet, cells in _sheets(path) if (guess := _guess(sheet, cells, places))]
    if not found:
        raise WorkbookError(
            f"{path}: no column holds regions of data/regions.csv with headings above and numbers next to them; write the mapping by hand "
            "(docs/mappings.md)."
        )
    return _written(path, max(found, key=lambda guess: len(guess.columns[0]) * len(guess.values)))


def _sheets(path: Path) -> Iterator[tuple[str, excel.Cells]]:
    if path.suffix.casefold() in csv_file.SUFFIXES:
        yield "", csv_file.read_csv(path)[0]
        return
    with excel.book(path) as book:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for name in names:
        yield name, excel.values(path, name)


def _guess(sheet: str, cells: excel.Cells, places: Places) -> Guess | None:
    """Return what a sheet seems to hold: the column with most regions, the row above the first of them, and numbers beside it."""
    width = max((len(row) for row in cells), default=0)
    table = [[_text(row[i]) if i < len(row) else "" for i in range(width)] for row in cells]
    regions = [[number for number, row in enumerate(table) if places.code(row[i])] for i in range(width)]
    column = max(range(width), key=lambda i: len(regions[i]), default=None)
    if column is None or len(regions[column]) < 2:
        return None
    first = regions[column][0]
    heading = next((n for n in range(first - 1, -1, -1) if any(table[n])), None)
    if heading is None:
        return None
    body = [table[number] for number in regions[column]]
    columns = [[row[i] for row in body] for i in range(width)]
    heads = table[heading]
    year = next((i for i in range(width) if heads[i] and all(YEARS.fullmatch(cell) for cell in columns[i])), None)
    numbers = [i for i in range(width) if i not in (column, year) and heads[i] and _is_numbers(columns[i])]
    if not numbers or not heads[column]:
        return None
    above = " ".join(cell for row in table[: heading + 1] for cell in row if cell)
    return Guess(sheet, heading + 1, heads, columns, above, column, year, numbers)


def _text(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else comparable(str(int(cell) if whole else cell))


def _is_numbers(column: Column) -> bool:
    cells = [cell for cell in column if cell not in KNOWN_SIGNS]
    numbers = sum(bool(re.match(r"-?\d[\d ,.]*(?![\d ,.]*[^\W\d]{3})", cell)) for cell in cells)
    return bool(cells) and numbers >= MOST * len(cells)


def _written(path: Path, guess: Guess) -> str:
    """Return the mapping's text: each guess with a comment, the lines to correct first."""
    cells = [cell for i in guess.values for cell in guess.columns[i]]
    parts = [
        f"# How to read {path.name}: a first guess by lagesrapport import table --new-map. Correct the lines that say {UNKNOWN},",
        "# and look at the others; lagesrapport import table FILE --map THIS --dry-run shows how the table is read.",
        _line("source", UNKNOWN, "an id in data/sources.yaml"),
        _line(
            "published",
            UNKNOWN,
            "the day of publication, 2025-03-31; or day: 03-31 and years_after: 1 below it, for each year",
        ),
        _line("published_basis", "antagen", "känd if the source says the day, antagen if it is assumed"),
        *([_line("sheet", guess.sheet, "the sheet with the table")] if guess.sheet else []),
        _line("heading_row", guess.heading_row, "the row of the headings, counted from 1"),
        *_years(guess),
        _line("region_column", guess.heads[guess.region], "the heading over the regions"),
        *_signs(cells),
        "# One entry for each indicator: the heading of its column, and whom it is about (sex: T, K or M; group).",
        yaml.safe_dump({"values": list(_values(guess))}, allow_unicode=True, sort_keys=False, width=118),
    ]
    return "\n".join(parts)


def _line(name: str, value: object, why: str) -> str:
    written = yaml.safe_dump({name: value}, allow_unicode=True, width=200).strip()
    return f"{written}  # {why}"


def _in_headings(guess: Guess) -> dict[str, list[int]]:
    """Return the headings that hold a year, by their form with {year}, if a form occurs at least twice or is the only heading."""
    forms: dict[str, list[int]] = {}
    for i in guess.values:
        if len(YEARS.findall(guess.heads[i])) == 1:
            forms.setdefault(YEARS.sub(YEAR, guess.heads[i]), []).append(i)
    return {form: columns for form, columns in forms.items() if len(columns) > 1 or len(guess.values) == 1}


def _years(guess: Guess) -> list[str]:
    if guess.year is not None:
        return [_line("year_column", guess.heads[guess.year], "the heading over the years")]
    if _in_headings(guess):
        return ["# The years stand in the headings, as {year} below."]
    years = sorted(set(YEARS.findall(guess.above)))
    said = int(years[-1]) if years else UNKNOWN
    return [_line("year", said, f"the year that the figures are about{' (the text above says it)' if years else ''}")]


def _signs(cells: Sequence[str]) -> list[str]:
    """Return lines on the decimal sign, missing values and preliminary values, as far as the cells show them."""
    plain = [Amounts(",").unmarked(cell)[0] for cell in cells]
    lines = []
    commas = any(re.fullmatch(r"-?\d+,\d+ ?%?", cell) for cell in plain)
    if not commas and any(re.fullmatch(r"-?\d+\.\d{3}", cell) for cell in plain):
        lines.append(
            _line("decimal", ".", "the numbers have a decimal point; leave the line out if it separates thousands")
        )
    marks = Counter(m[1] for cell in cells if (m := re.fullmatch(r"[\d ,.]+ ?(p|\(?prel\.?\)?)", cell, re.IGNORECASE)))
    if marks:
        written = yaml.safe_dump({"preliminary": list(marks)}, allow_unicode=True).strip()
        lines += ["# Signs of preliminary values.", written]
    words = Counter(cell for cell in plain if cell not in KNOWN_SIGNS and not re.search(r"\d", cell))
    if words:
        known = KNOWN_SIGNS | dict.fromkeys(words, "M")
        lines += ["# Signs for missing values: M missing, Q hidden, L not measured, N cannot occur.", "missing:"]
        lines += [f"  {json.dumps(sign, ensure_ascii=False)}: {letter}" for sign, letter in known.items()]
    return lines


def _values(guess: Guess) -> Iterator[dict[str, str]]:
    forms = _in_headings(guess)
    columns = list(forms) or [guess.heads[i] for i in guess.values]
    for column in columns:
        sex = next((code for code, word in (("K", "kvinn"), ("M", "män")) if word in column.casefold()), "T")
        yield {"indicator": UNKNOWN, "column": column, **({"sex": sex} if sex != "T" else {})}
