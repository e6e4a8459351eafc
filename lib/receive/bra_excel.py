"""Brå's table 300 as it is published: an Excel file per area and year, in the layout from 2022 on.

Sheet "Samtliga handlagda brott"; two text columns with full labels, then processed offences, investigated, closed without
investigation, prosecution and person-based clearance in per cent. Area and year stand above the heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from lib.base.errors import WorkbookError
from lib.base.files import read_table
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS
from lib.receive import excel
from lib.receive.bra import NONE_HANDLED, PROSECUTION, BraTable, tables
from lib.receive.merge import GONE

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
#: Brå prints per cent with four decimals: the count of cleared offences follows but for this.
ROUNDING = 0.00006
#: No value, or none to speak of.
EMPTY = {"..", "."}


@dataclass(frozen=True)
class Line:
    """A row of the table: where it stands, its label, and its figures."""

    row: int
    label: tuple[str, str]
    figures: dict[str, float | None]


def observations(
    path: Path, data: Path, year: int | None, published: date, basis: str, *, vanished: bool = False
) -> pd.DataFrame:
    """Read a file of table 300 as observations of person-based clearance (and prosecution where the strategy has it).

    Parameters
    ----------
    path : Path
        The Excel file as downloaded.
    data : Path
        The data folder, whose mappings say which rows become which indicators.
    year : int, optional
        The year that is expected; the file's own is asserted.
    vanished : bool
        Whether rows that the table of the year before had may be missing; they are then recorded as missing.

    Returns
    -------
    DataFrame
        Columns as `lib.data.observations.COLUMNS`; ``value`` in per cent, ``numerator`` person-based cleared offences, ``denominator``
        processed offences (handlagda brott).

    Raises
    ------
    WorkbookError
        For another file, area, year or layout, a row that the mapping has and the file lacks, counts that do not add up, and a
        clearance that is no whole number of offences.
    """
    with excel.book(path) as book:
        if SHEET not in book.sheetnames:
            raise WorkbookError(
                f"{path}: there is no sheet “{SHEET}” ({', '.join(book.sheetnames)[:80]}); this is not table 300 in the layout from {FIRST_YEAR}."
            )
    cells = excel.values(path, SHEET)
    start, columns = _heading(path, cells)
    above = " ".join(str(cell) for row in cells[:start] for cell in row if cell is not None)
    table, told = _area(path, above, data), _year(path, above, year)
    if year is not None and told != year:
        raise WorkbookError(f"{path} is about {told}, not {year}; choose the right file.")
    lines = [_line(path, number, row, columns) for number, row in _body(cells, start, columns)]
    rows = _observations(path, lines, table, told, published, basis, labels(data))
    both = pd.concat([rows, _missing(path, rows, table, told, data, vanished)], ignore_index=True)
    synthetic = Catalogue(data).identity.synthetic
    return both.assign(synthetic="true" if synthetic else "false")


def _missing(path: Path, rows: pd.DataFrame, table: BraTable, year: int, data: Path, vanished: bool) -> pd.DataFrame:
    """Return a row without value for each that the year before had: a table that lacks some may be half a file."""
    key = ["indicator", "sex", "group"]
    own = [row for file in sorted((data / "observations").glob("*.csv")) for row in read_table(file, COLUMNS)]
    own = [r for r in own if r["source"] == table.source and r["region"] == table.region and r["year"] == str(year - 1)]
    before = {tuple(row[name] for name in key) for row in own if row["value"]}
    lost = sorted(before - set(rows[key].itertuples(index=False, name=None)))
    if lost and not vanished:
        raise WorkbookError(
            f"{path} lacks {len(lost)} of the {len(before)} rows that the table for {year - 1} had ({' '.join(lost[0])} …): half a file, or "
            "labels that changed? If Brå has ended them, import with --vanished."
        )
    blank = {
        "year": year,
        "region": table.region,
        "value": None,
        "unit": "procent",
        "numerator": None,
        "denominator": None,
    }
    told = {"status": "M", "precision": "exakt", "source": table.source, "note": GONE}
    frame = pd.DataFrame([{**dict(zip(key, each, strict=True)), **blank, **told} for each in lost], columns=COLUMNS)
    return frame.assign(
        published=rows["published"].iloc[0], published_basis=rows["published_basis"].iloc[0], synthetic="false"
    )


def _heading(path: Path, cells: list[list[Any]]) -> tuple[int, dict[str, int]]:
    """Return the row of the headings and the column of each; swapped columns are found by their names."""
    for number, row in enumerate(cells[:20]):
        names = [re.sub(r"\s+", " ", str(cell or "")).strip().casefold() for cell in row]
        found = {key: [i for i, name in enumerate(names) if name.startswith(head)] for key, head in HEADS.items()}
        if found["brottstyp"] and found["handlagda"]:
            missing = [HEADS[key] for key, places in found.items() if len(places) != 1]
            if missing:
                raise WorkbookError(
                    f"{path}, row {number + 1}: the column “{missing[0]}” is missing or stands twice; this is not table 300 in the layout from {FIRST_YEAR}."
                )
            return number, {key: places[0] for key, places in found.items()}
    raise WorkbookError(
        f"{path}: there are no headings such as “Brottstyp” and “Handlagda brott totalt”; this is not table 300."
    )


def _area(path: Path, above: str, data: Path) -> BraTable:
    known = tables(data)
    named = [table for table in known if any(_says(above, name) for name in table.names)]
    if len(named) != 1:
        names = ", ".join(name for table in known for name in table.names)
        what = "names none of the areas" if not named else "names more than one of the areas"
        raise WorkbookError(
            f"{path} {what} {names} above its headings (it says “{above[:100]}”); choose the right file."
        )
    return named[0]


def _says(above: str, name: str) -> bool:
    """Tell whether a text names an area, and not another whose name begins or goes on differently."""
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


def _body(cells: list[list[Any]], start: int, columns: dict[str, int]) -> list[tuple[int, list[Any]]]:
    """Return the rows below the headings with their numbers, the law's section filled down, up to the notes."""
    section, found = "", []
    width = max(columns.values()) + 1
    for number, row in enumerate(cells[start + 1 :], start + 2):
        row = [*row, *[None] * (width - len(row))]
        section = str(row[columns["lagrum"]] or section)
        row[columns["lagrum"]] = section
        if row[columns["brottstyp"]] is not None and row[columns["handlagda"]] is not None:
            found.append((number, row))
    return found


def _line(path: Path, number: int, row: list[Any], columns: dict[str, int]) -> Line:
    figures = {key: _figure(path, number, HEADS[key], row[columns[key]]) for key in list(HEADS)[2:]}
    return Line(number, (_plain(row[columns["lagrum"]]), _plain(row[columns["brottstyp"]])), figures)


def _figure(path: Path, row: int, column: str, cell: Any) -> float | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(r"[\s\u00a0]", "", str(cell if cell is not None else ""))
    if text in EMPTY or not text:
        return None
    if text in ("-", "–"):
        return 0.0
    if not re.fullmatch(r"\d+(,\d+)?", text):
        raise WorkbookError(
            f"{path}, row {row}, column {column}: '{cell}' is no number; correct the file or ask for it again."
        )
    return float(text.replace(",", "."))


def _plain(text: Any) -> str:
    """Return a label without what drifts between years: stray commas, spaces, case."""
    return re.sub(r"[^a-zåäö0-9]+", " ", str(text).casefold()).strip()


def labels(data: Path) -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    """Return by label the row's name and what it becomes: indicator, sex and group.

    The labels are those of the transcribed tables (``data/raw/bra``), whichever year printed them.
    """
    home = data if (data / "mappings" / "bra_handlagda.csv").exists() else data.parent
    mapping = pd.read_csv(home / "mappings" / "bra_handlagda.csv", dtype=str).set_index("row_id")
    known: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}
    for file in sorted((home / "raw" / "bra").glob("*.csv")):
        for row in pd.read_csv(file, dtype=str)[["row_id", "lagrum", "brottstyp"]].itertuples(index=False):
            if row.row_id in mapping.index:
                known[_plain(row.lagrum), _plain(row.brottstyp)] = (row.row_id, mapping.loc[row.row_id].to_dict())
    return known


def _observations(
    path: Path, lines: list[Line], table: BraTable, year: int, published: date, basis: str, known: dict
) -> pd.DataFrame:
    rows, seen = [], set()
    for line in lines:
        _check_counts(path, line)
        if line.label not in known:
            continue
        row_id, key = known[line.label]
        if row_id in seen:
            raise WorkbookError(f"{path}, row {line.row}: “{line.label[1]}” stands there twice; correct the file.")
        seen.add(row_id)
        rows.append({**key, **_clearance(path, line)})
        if row_id in PROSECUTION:
            rows.append({"indicator": PROSECUTION[row_id], "sex": "T", "group": "T", **_prosecution(path, line)})
    if not rows:
        raise WorkbookError(
            f"{path} holds none of the rows that data/mappings/bra_handlagda.csv names; this is not table 300."
        )
    common = {"year": year, "region": table.region, "unit": "procent", "precision": "exakt", "source": table.source}
    frame = pd.DataFrame(rows).assign(
        **common, published=published.isoformat(), published_basis=basis, synthetic="false"
    )
    return frame[COLUMNS]


def _check_counts(path: Path, line: Line) -> None:
    handled, investigated, closed = (line.figures[key] for key in ("handlagda", "utredda", "direktavskrivna"))
    if handled is None:
        return
    if investigated is None or closed is None:
        raise WorkbookError(
            f"{path}, row {line.row}: processed offences without those they are the sum of; the file is damaged."
        )
    if any(value % 1 or value < 0 for value in (handled, investigated, closed)):
        raise WorkbookError(
            f"{path}, row {line.row}: a number of offences is no whole number from 0 up; the columns may be swapped."
        )
    if handled != investigated + closed:
        raise WorkbookError(
            f"{path}, row {line.row}: {handled:.0f} processed offences are not {investigated:.0f} investigated and {closed:.0f} "
            "closed without investigation; the columns may be swapped, or the file is damaged."
        )


def _cleared(path: Path, line: Line) -> float:
    handled, share = line.figures["handlagda"] or 0, line.figures["uppklaring"] or 0
    cleared = handled * share / 100
    if not 0 <= share <= 100:
        raise WorkbookError(f"{path}, row {line.row}: {share} is no share in per cent; the columns may be swapped.")
    if abs(cleared - round(cleared)) > max(handled * ROUNDING / 100, 1e-6):
        raise WorkbookError(
            f"{path}, row {line.row}: {share} per cent of {handled:.0f} offences is no whole number; the column may not be personuppklaringsprocent."
        )
    return float(round(cleared))


def _clearance(path: Path, line: Line) -> dict[str, Any]:
    handled = line.figures["handlagda"]
    if not handled:
        empty = {"value": None, "numerator": 0.0 if handled == 0 else None, "denominator": handled}
        return {**empty, "status": "N" if handled == 0 else "M", "note": NONE_HANDLED if handled == 0 else ""}
    if line.figures["uppklaring"] is None:
        return {"value": None, "numerator": None, "denominator": None, "status": "M", "note": ""}
    cleared = _cleared(path, line)
    return {
        "value": line.figures["uppklaring"],
        "numerator": cleared,
        "denominator": handled,
        "status": "A",
        "note": "",
    }


def _prosecution(path: Path, line: Line) -> dict[str, Any]:
    share = line.figures["lagforing"]
    known = share is not None
    # Brå prints the share but not its base.
    return {
        "value": share,
        "numerator": _cleared(path, line) if known else None,
        "denominator": None,
        "status": "A" if known else "M",
        "note": "",
    }
