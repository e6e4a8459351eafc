"""Brå's table 300 as published: one Excel file per area and year, in the layout used since 2022; or a CSV of its columns.

The sheet "Samtliga handlagda brott" has two text columns with full labels, then processed offences, offences
investigated, offences closed without investigation, and prosecution and person-based clearance in per cent. Area and
year are above the headings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from lib.base.characters import comparable
from lib.base.errors import WorkbookError
from lib.base.files import files_in, read_table
from lib.base.workbook import data_root
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS
from lib.receive import csv_file, excel
from lib.receive.amounts import GROUPED
from lib.receive.bra import NONE_HANDLED, PROSECUTION, BraTable, tables
from lib.receive.merge import GONE
from lib.receive.number_format import Percent

SHEET = "Samtliga handlagda brott"
HEADS = {
    "lagrum": "lagrum",
    "brottstyp": "brottstyp",
    "handlagda": "handlagda brott totalt",
    "utredda": "utredda brott",
    "direktavskrivna": "direktavskrivna brott",
    "lagforing": "lagföringsprocent",
    "uppklaring": "personuppklaringsprocent",
}
FIRST_YEAR = 2022
#: The greatest rounding error of a percentage with Brå's four decimals, in percentage points.
ROUNDING = 0.00006
#: Texts that mean that there is no value.
EMPTY = {"..", ".", ""}
#: What looks like a number in a cell, or like one that is missing.
NUMBER = re.compile(r"[0-9][0-9\s,.]*%?|[-–.]{1,2}")
KEY = ["indicator", "sex", "group"]

#: An observation without the columns that are the same for the whole file.
Row = dict[str, object]


@dataclass(frozen=True)
class Line:
    """A row of the table: its file and row number for messages, its label (section of law, offence), its figures."""

    where: str
    label: tuple[str, str]
    figures: dict[str, float | None]


def observations(
    path: Path, data: Path, year: int | None, published: date, basis: str, *, area: str = "", vanished: bool = False
) -> pd.DataFrame:
    """Read a file of table 300 as observations of person-based clearance, and of prosecution where it is an indicator.

    Parameters
    ----------
    data : Path
        The data folder, whose mappings assign rows to indicators.
    year, area : int and str, optional
        The expected year, which the file must be about, and the area; a CSV without text above its headings needs both.
    vanished : bool
        Record as missing the rows that the year before had and this file lacks; without it the file is refused.

    Returns
    -------
    DataFrame
        Columns as `lib.data.observations.COLUMNS`; ``value`` in per cent, ``numerator`` person-based cleared offences,
        ``denominator`` processed offences (handlagda brott).

    Raises
    ------
    WorkbookError
        For another file, area, year or layout, a missing row, counts that do not add up, and a clearance that is not a
        whole number of offences.
    """
    cells = _cells(path)
    start, columns = _heading(path, cells)
    above = " ".join(str(cell) for row in cells[:start] for cell in row if cell is not None)
    if start == 0:
        above = _said(path, area, year)
    table, file_year = _area(path, above, data), _year(path, above, year)
    if year is not None and file_year != year:
        raise WorkbookError(f"{path} is about {file_year}, not {year}; choose the right file.")
    lines = [_line(path, number, row, columns) for number, row in _body(path, cells, start, columns)]
    rows = _rows(path, lines, data)
    rows += _missing(path, rows, table, file_year, data, vanished)
    frame = pd.DataFrame(rows).assign(year=file_year, region=table.region, source=table.source)
    frame = frame.assign(unit="procent", precision="exakt", published=published.isoformat(), published_basis=basis)
    return frame.assign(synthetic="true" if Catalogue(data).identity.synthetic else "false")[COLUMNS]


def _said(path: Path, area: str, year: int | None) -> str:
    """Return what would stand above the headings of a file that begins with them."""
    if not area or year is None:
        raise WorkbookError(
            f"{path} begins with its headings; say with --area and --year which area and year it is about."
        )
    return f"{area}, år {year}"


def _cells(path: Path) -> excel.Cells:
    if path.suffix.casefold() in csv_file.SUFFIXES:
        return csv_file.read_csv(path)[0]
    with excel.book(path) as book:
        sheets = book.sheetnames
    if SHEET not in sheets:
        raise WorkbookError(
            f"{path}: there is no sheet “{SHEET}” ({', '.join(sheets)[:80]}); this is not table 300 in the layout from {FIRST_YEAR}."
        )
    return excel.values(path, SHEET)


def _missing(path: Path, rows: list[Row], table: BraTable, year: int, data: Path, vanished: bool) -> list[Row]:
    """Return a row without value for each row that only the year before had; without ``vanished``, refuse the file."""
    present = [row for file in files_in(data / "observations", "*.csv") for row in read_table(file, COLUMNS)]
    same_table = {"source": table.source, "region": table.region, "year": str(year - 1)}
    before = {tuple(row[k] for k in KEY) for row in present if row["value"] and same_table.items() <= row.items()}
    lost = sorted(before - {tuple(str(row[k]) for k in KEY) for row in rows})
    if lost and not vanished:
        raise WorkbookError(
            f"{path} lacks {len(lost)} of the {len(before)} rows that the table for {year - 1} had ({' '.join(lost[0])} …): half a file, or "
            "labels that changed? If Brå has ended them, import with --vanished."
        )
    return [{**dict(zip(KEY, key, strict=True)), **_figures(None, "M", note=GONE)} for key in lost]


def _figures(
    value: float | None, status: str, numerator: float | None = None, denominator: float | None = None, note: str = ""
) -> Row:
    return {"value": value, "numerator": numerator, "denominator": denominator, "status": status, "note": note}


def _heading(path: Path, cells: excel.Cells) -> tuple[int, dict[str, int]]:
    """Return the row of the headings and the column of each, in whatever order they are."""
    for number, row in enumerate(cells[:20]):
        names = [" ".join(str(cell or "").split()).casefold() for cell in row]
        found = {key: [i for i, name in enumerate(names) if name.startswith(head)] for key, head in HEADS.items()}
        if found["brottstyp"] and found["handlagda"]:
            missing = [HEADS[key] for key, places in found.items() if len(places) != 1]
            if missing:
                raise WorkbookError(
                    f"{path}, row {number + 1}: the column “{missing[0]}” is missing or is there twice; this is not table 300 in the layout from {FIRST_YEAR}."
                )
            return number, {key: places[0] for key, places in found.items()}
    raise WorkbookError(
        f"{path}: there are no headings such as “Brottstyp” and “Handlagda brott totalt”; this is not table 300."
    )


def _area(path: Path, above: str, data: Path) -> BraTable:
    known = tables(data)
    named = [table for table in known if any(_names(above, name) for name in table.names)]
    if len(named) != 1:
        names = ", ".join(name for table in known for name in table.names)
        fault = "names more than one of the areas" if named else "names none of the areas"
        raise WorkbookError(
            f"{path} {fault} {names} above its headings (it says “{above[:100]}”); choose the right file."
        )
    return named[0]


def _names(above: str, name: str) -> bool:
    """Return whether a text names an area, and not one whose longer name contains it.

    >>> _names("Tabell 300. Polisregion Syd, år 2025", "Polisregion Syd")
    True
    >>> _names("Tabell 300. Polisregion Syd Östra, år 2025", "Polisregion Syd")
    False
    """
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?=\s*(?:[,.;:(–-]|år\b|\d|$))", above, re.IGNORECASE))


def _year(path: Path, above: str, wanted: int | None) -> int:
    years = {int(year) for year in re.findall(r"\b(20[0-9]{2})\b", above)}
    if not years:
        raise WorkbookError(f"{path} names no year above its headings; this is not table 300.")
    if len(years) > 1 and wanted not in years:
        raise WorkbookError(
            f"{path} names several years above its headings ({min(years)}–{max(years)}); say with --year which it is about."
        )
    year = wanted if wanted in years else min(years)
    if year < FIRST_YEAR:
        raise WorkbookError(f"{path} is about {year}; the layout before {FIRST_YEAR} is not read.")
    return year


def _body(path: Path, cells: excel.Cells, start: int, columns: dict[str, int]) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows below the headings with their numbers and the section of law filled down; notes are left out."""
    section, width = "", max(columns.values()) + 1
    for number, cells_of_row in enumerate(cells[start + 1 :], start + 2):
        row = [*cells_of_row, *[None] * (width - len(cells_of_row))]
        section = str(row[columns["lagrum"]] or section)
        row[columns["lagrum"]] = section
        label, handled, *others = (row[columns[key]] for key in list(HEADS)[1:])
        moved = label is None and handled is not None and not NUMBER.fullmatch(str(handled))
        if any(NUMBER.fullmatch(str(cell)) for cell in others) and (moved or (label and handled in (None, ""))):
            raise WorkbookError(f"{path}, row {number}: cells are missing or were moved; ask for the file again.")
        if label is not None and handled is not None:
            yield number, row


def _line(path: Path, number: int, row: list[Any], columns: dict[str, int]) -> Line:
    where = f"{path}, row {number}"
    figures = {key: _figure(where, HEADS[key], row[columns[key]]) for key in list(HEADS)[2:]}
    if any(isinstance(row[columns[key]], Percent) for key in ("handlagda", "utredda", "direktavskrivna")):
        raise WorkbookError(f"{where}: a number of offences is in per cent; the columns may be swapped.")
    return Line(where, (_plain(row[columns["lagrum"]]), _plain(row[columns["brottstyp"]])), figures)


def _figure(where: str, column: str, cell: Any) -> float | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(GROUPED, "", comparable(str(cell if cell is not None else "")))
    if text in EMPTY:
        return None
    if text in ("-", "–"):
        return 0.0
    if not re.fullmatch(r"\d+(,\d+)?", text):
        raise WorkbookError(f"{where}, column {column}: '{cell}' is no number; correct the file or ask for it again.")
    return float(text.replace(",", "."))


def _plain(text: Any) -> str:
    """Return a label without the commas, spaces and capitals that differ between years.

    >>> _plain("Misshandel,  totalt")
    'misshandel totalt'
    """
    return re.sub(r"[^a-zåäö0-9]+", " ", comparable(str(text)).casefold()).strip()


def labels(data: Path) -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    """Return the identifier and the indicator, sex and group of each row, by each label that Brå has given it in any year."""
    folder = data_root(data) / "mappings"
    mapping = {row.pop("row_id"): row for row in _dictionaries(folder / "bra_handlagda.csv")}
    return {
        (_plain(row["lagrum"]), _plain(row["brottstyp"])): (row["row_id"], mapping[row["row_id"]])
        for row in _dictionaries(folder / "bra_labels.csv")
    }


def _dictionaries(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _rows(path: Path, lines: list[Line], data: Path) -> list[Row]:
    known = labels(data)
    rows: list[Row] = []
    seen: set[str] = set()
    for line in lines:
        _check_counts(line)
        if line.label not in known:
            continue
        row_id, key = known[line.label]
        if row_id in seen:
            raise WorkbookError(f"{line.where}: “{line.label[1]}” is there twice; correct the file.")
        seen.add(row_id)
        rows.append({**key, **_clearance(line)})
        if row_id in PROSECUTION:
            rows.append({"indicator": PROSECUTION[row_id], "sex": "T", "group": "T", **_prosecution(line)})
    if not rows:
        raise WorkbookError(
            f"{path} holds none of the rows that data/mappings/bra_handlagda.csv names; this is not table 300."
        )
    return rows


def _check_counts(line: Line) -> None:
    handled, investigated, closed = (line.figures[key] for key in ("handlagda", "utredda", "direktavskrivna"))
    if handled is None:
        return
    if investigated is None or closed is None:
        raise WorkbookError(f"{line.where}: processed offences without those they are the sum of; the file is damaged.")
    if any(value % 1 or value < 0 for value in (handled, investigated, closed)):
        raise WorkbookError(
            f"{line.where}: a number of offences is no whole number from 0 up; the columns may be swapped."
        )
    if handled != investigated + closed:
        raise WorkbookError(
            f"{line.where}: {handled:.0f} processed offences are not {investigated:.0f} investigated and {closed:.0f} "
            "closed without investigation; the columns may be swapped, or the file is damaged."
        )


def _cleared(line: Line) -> float:
    """Return the number of cleared offences, which the table gives as a percentage only."""
    handled, share = line.figures["handlagda"] or 0, line.figures["uppklaring"] or 0
    cleared = handled * share / 100
    if not 0 <= share <= 100:
        raise WorkbookError(f"{line.where}: {share} is no share in per cent; the columns may be swapped.")
    if abs(cleared - round(cleared)) > max(handled * ROUNDING / 100, 1e-6):
        raise WorkbookError(
            f"{line.where}: {share} per cent of {handled:.0f} offences is no whole number; the column may not be personuppklaringsprocent."
        )
    return float(round(cleared))


def _clearance(line: Line) -> Row:
    handled, share = line.figures["handlagda"], line.figures["uppklaring"]
    if handled == 0:
        return _figures(None, "N", 0.0, 0.0, NONE_HANDLED)
    if handled is None or share is None:
        return _figures(None, "M")
    return _figures(share, "A", _cleared(line), handled)


def _prosecution(line: Line) -> Row:
    # Brå publishes the share without its denominator.
    share = line.figures["lagforing"]
    return _figures(None, "M") if share is None else _figures(share, "A", _cleared(line))
