"""Excel workbooks, read as plain data; and cells written so that Excel never runs them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.base.errors import WorkbookError
from lib.base.files import FORMULA_STARTS
from lib.receive.number_format import shown

if TYPE_CHECKING:
    from openpyxl import Workbook

#: The cells of a table, row by row; each a text, a number, a date or None.
Cells = list[list[Any]]

#: The most bytes of a file, and of its unpacked content: no publisher or municipality sends larger ones.
MOST_BYTES, MOST_UNPACKED = 20_000_000, 200_000_000
#: How many bytes of an XML part are searched for a document type, which must precede the first element.
PROLOGUE = 4096
#: What a part names where Excel has saved a workbook in its strict form, which openpyxl does not read.
STRICT = b"http://purl.oclc.org/ooxml/"
MOST_ROWS, MOST_COLUMNS = 100_000, 200
#: A row or a cell of a sheet: the letters and the number of its place; a row has no letters.
PLACE = re.compile(rb"<(?:\w+:)?(?:row|c)\s(?:[^>]*?\s)?r=[\"']([A-Z]*)([0-9]+)[\"']")
#: How many bytes of a sheet are looked at together.
CHUNK = 1 << 20
#: Raised digits, which are signs of footnotes.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "()")


@contextmanager
def book(path: Path, *, formulas: bool = False) -> Iterator[Workbook]:
    """Open a workbook for reading; macros, links and formulas are never run.

    Parameters
    ----------
    formulas : bool
        Read the text of each formula instead of the value that Excel computed last.

    Raises
    ------
    WorkbookError
        If the file is missing, empty, locked, too large, or not an Excel workbook.
    """
    check_size(path)
    _check_archive(path)
    from openpyxl import load_workbook

    # A malformed file can make openpyxl raise any exception.
    try:
        opened = load_workbook(path, read_only=True, data_only=not formulas, keep_links=False, rich_text=True)
    except Exception as error:  # noqa: BLE001
        raise _not_excel(path, error) from None
    try:
        yield opened
    finally:
        opened.close()


def check_size(path: Path, most: int = MOST_BYTES) -> None:
    """Refuse a file that is missing, empty or larger than any expected table."""
    if not path.is_file():
        raise WorkbookError(f"{path} is not there; check the name.")
    size = path.stat().st_size
    if size == 0:
        raise WorkbookError(f"{path} is empty; ask for it again.")
    if size > most:
        raise WorkbookError(f"{path} is larger than {most // 1_000_000} MB; this is not the table that is wanted.")


def _check_archive(path: Path) -> None:
    """Refuse a file that is no zip archive, unpacks to a huge size, or declares XML entities."""
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
            strict = unpacked <= MOST_UNPACKED and STRICT in _part(archive, "xl/workbook.xml")
            odd = next(filter(None, (_oddity(archive, e) for e in archive.infolist())), "") if not declared else ""
    # A damaged archive can make zipfile raise any exception.
    except Exception as error:  # noqa: BLE001
        raise _not_excel(path, error) from None
    if unpacked > MOST_UNPACKED:
        raise WorkbookError(f"{path} unpacks to more than {MOST_UNPACKED // 1_000_000} MB; it is not opened.")
    if strict:
        raise WorkbookError(f"{path} is saved as “Strict Open XML”; save it in Excel as an ordinary workbook (.xlsx).")
    if declared:
        raise WorkbookError(f"{path} declares XML entities, which no Excel workbook does; it is not opened.")
    if odd:
        raise WorkbookError(f"{path}: {odd}; open the file in Excel, save it, and import it again.")


def _oddity(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """Return what openpyxl would leave out or misread of a sheet: cells in disorder, and raised signs in text that is not shared."""
    if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
        return ""
    last, rest = (0, 0, b""), b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            text = rest + chunk
            # The last element may go on in the next chunk.
            end = text.rfind(b"<") if len(chunk) == CHUNK else len(text)
            for letters, digits in PLACE.findall(text[:end]):
                place = int(digits), len(letters), letters
                if place <= last:
                    return f"its cells are not in order in {entry.filename}, or one is there twice"
                last = place
            if b"vertAlign" in text:
                return f"{entry.filename} has raised signs within text"
            rest = text[end:]
    return ""


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the beginning of a part of a workbook, or nothing if it is not there."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(PROLOGUE)


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Return whether a part declares a document type, whose entities could expand to any size."""
    if not entry.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(entry) as part:
        return b"<!DOCTYPE" in part.read(PROLOGUE)


def _not_excel(path: Path, error: Exception) -> WorkbookError:
    reason = (str(error).splitlines() or [type(error).__name__])[0][:100]
    return WorkbookError(f"{path} is incomplete or not an Excel workbook ({reason}); ask for it again, as .xlsx.")


def rows(path: Path, sheet: Any) -> Cells:
    """Return the cells of an openpyxl sheet, row by row, without trailing empty cells and rows.

    Raises
    ------
    WorkbookError
        If the sheet has more rows or columns than any expected table, or is damaged.
    """
    found: Cells = []
    try:
        # A sheet may state a size that is smaller than what it holds.
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            cells = [_value(cell) for cell in row]
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


def _value(cell: Any) -> Any:
    """Return a cell's value as a person sees it: a number as its format shows it, text with raised digits as such."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shown(value, cell.number_format or "")
    if hasattr(value, "ref"):
        # Formulas of several cells are objects of their own.
        return f"={getattr(value, 'text', None) or ''}".replace("==", "=", 1)
    if value is None and cell.data_type == "str":
        # What a formula has computed is an empty text; a formula that was never computed has no type.
        return ""
    # Text with formatting is a list of pieces.
    return "".join(map(_piece, value)) if isinstance(value, list) else value


def _piece(piece: Any) -> str:
    raised = getattr(getattr(piece, "font", None), "vertAlign", None) == "superscript"
    return str(piece).translate(RAISED) if raised else str(piece)


def first_sheet(path: Path, opened: Workbook) -> str:
    """Return the name of the first sheet that a person sees and that holds cells.

    Raises
    ------
    WorkbookError
        If there is none.
    """
    for sheet in opened.worksheets:
        if sheet.sheet_state == "visible":
            return str(sheet.title)
    raise WorkbookError(f"{path} has no sheet that is shown; show the one with the table in Excel, and save it.")


def values(path: Path, sheet: str) -> Cells:
    """Return the cells of a sheet (see `rows`), with the computed values of formulas.

    Raises
    ------
    WorkbookError
        If a formula was never computed: its cell would look empty.
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
    """Write a cell and return it; text that looks like a formula stays text."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = sheet.cell(row=row, column=column, value=value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def head(sheet: Any, row: int, titles: Sequence[str], widths: Sequence[int]) -> None:
    """Write a row of headings, set the columns' widths, and freeze the rows down to the headings."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        cell = put(sheet, row, column, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(row=row + 1, column=1)
