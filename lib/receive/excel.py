"""Excel workbooks from others, read as data and nothing else, and our own, which open safely."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lib.base.errors import WorkbookError
from lib.base.files import FORMULA_STARTS

#: Larger files are not what a publisher or a municipality sends.
MOST_BYTES, MOST_UNPACKED = 20_000_000, 200_000_000
#: Where an XML part may declare a document type: before its first element.
PROLOGUE = 4096
MOST_ROWS, MOST_COLUMNS = 100_000, 200


@contextmanager
def book(path: Path, *, formulas: bool = False) -> Iterator[Any]:
    """Open a workbook for reading; macros, links and formulas are never run.

    Parameters
    ----------
    formulas : bool
        Whether cells with a formula give its text, not the value that Excel computed last.

    Raises
    ------
    WorkbookError
        If the file is missing, empty, locked, too large, or not an Excel workbook.
    """
    _check_file(path)
    from openpyxl import load_workbook

    # openpyxl raises whatever the malformed file leads it into.
    try:
        opened = load_workbook(path, read_only=True, data_only=not formulas, keep_links=False)
    except Exception as error:  # noqa: BLE001
        raise _not_excel(path, error) from None
    try:
        yield opened
    finally:
        opened.close()


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise WorkbookError(f"{path} is not there; check the name.")
    size = path.stat().st_size
    if size == 0:
        raise WorkbookError(f"{path} is empty; ask for it again.")
    if size > MOST_BYTES:
        raise WorkbookError(
            f"{path} is larger than {MOST_BYTES // 1_000_000} MB; this is not the table that is wanted."
        )
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise WorkbookError(f"{path} is locked with a password, or an old .xls; save it without password as .xlsx.")
    if not start.startswith(b"PK"):
        raise WorkbookError(f"{path} is not an Excel workbook; save it as .xlsx.")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            declared = unpacked <= MOST_UNPACKED and any(_declares(archive, entry) for entry in archive.infolist())
    # zipfile raises whatever the damaged archive leads it into.
    except Exception as error:  # noqa: BLE001
        raise _not_excel(path, error) from None
    if unpacked > MOST_UNPACKED:
        raise WorkbookError(f"{path} unpacks to more than {MOST_UNPACKED // 1_000_000} MB; it is not opened.")
    if declared:
        raise WorkbookError(f"{path} declares XML entities, which no Excel workbook does; it is not opened.")


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Tell whether a part begins with a document type: a few lines of entities can unfold to any size."""
    if not entry.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(entry) as part:
        return b"<!DOCTYPE" in part.read(PROLOGUE)


def _not_excel(path: Path, error: Exception) -> WorkbookError:
    reason = (str(error).splitlines() or [type(error).__name__])[0][:100]
    return WorkbookError(f"{path} is half a file or no Excel workbook ({reason}); ask for it again, as .xlsx.")


def rows(path: Path, sheet: Any) -> list[list[Any]]:
    """Return the cells of a sheet, row by row, trailing empty cells and rows left out.

    Raises
    ------
    WorkbookError
        If the sheet is larger than any table that is meant.
    """
    found: list[list[Any]] = []
    try:
        for row in sheet.iter_rows(values_only=True):
            cells = list(row)
            while cells and cells[-1] is None:
                cells.pop()
            if len(found) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise WorkbookError(
                    f"{path}, sheet {sheet.title}: more than {MOST_ROWS} rows or {MOST_COLUMNS} columns; this is not the table that is wanted."
                )
            found.append(cells)
    except WorkbookError:
        raise
    except Exception as error:  # noqa: BLE001
        raise _not_excel(path, error) from None
    while found and not found[-1]:
        found.pop()
    return found


def values(path: Path, sheet: str) -> list[list[Any]]:
    """Return the cells of a sheet (see `rows`): what Excel computed where there are formulas.

    Raises
    ------
    WorkbookError
        If a formula was never computed: its cell would pass for an empty one.
    """
    with book(path) as computed, book(path, formulas=True) as written:
        cells, formulas = rows(path, computed[sheet]), rows(path, written[sheet])
    for number, row in enumerate(formulas):
        for column, cell in enumerate(row):
            known = number < len(cells) and column < len(cells[number]) and cells[number][column] is not None
            if isinstance(cell, str) and cell.startswith("=") and not known:
                raise WorkbookError(
                    f"{path}, sheet {sheet}, row {number + 1}, column {column + 1}: a formula without its value; open the file in "
                    "Excel, save it, and import it again."
                )
    return cells


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write a cell; text that Excel would take for a formula stays text."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = sheet.cell(row=row, column=column, value=value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def head(sheet: Any, row: int, titles: Sequence[str], widths: Sequence[int]) -> None:
    """Write a row of headings, dark on light, with the columns' widths."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        cell = put(sheet, row, column, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(row=row + 1, column=1)
