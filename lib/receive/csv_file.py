"""CSV files that Excel or another program has saved, in whatever encoding and with whatever separator."""

from __future__ import annotations

import csv
import io
import re
from itertools import groupby
from pathlib import Path

from lib.base.errors import WorkbookError
from lib.receive.excel import check_size

#: How the names of such files end.
SUFFIXES = (".csv", ".txt", ".tsv")
#: How many characters show which sign separates the columns.
SAMPLE = 4096
#: The columns of the workbook's tables that hold numbers with decimals.
DECIMAL_COLUMNS = {"value", "numerator", "denominator"}
#: The columns of ``data/regions.csv`` that hold codes, of two digits or four.
REGISTER = {"code", "parent"}
LOST_ZEROS = "region codes without their leading zeros"


def read_csv(path: Path) -> tuple[list[list[str]], list[str]]:
    """Return the cells of a CSV file that Excel may have saved, and Excel's habits found in it, such as semicolons.

    Raises
    ------
    WorkbookError
        If the file is missing, empty, too large, not CSV, or neither UTF-8, UTF-16 nor Windows-1252 text.
    """
    check_size(path)
    content = path.read_bytes()
    if not content.strip():
        raise WorkbookError(f"{path} is empty; ask for it again.")
    text, habits = _decoded(path, content)
    # Some programs begin a file with this line for Excel.
    if separator := re.match(r"sep=[;,\t](?:\r\n?|\n)", text):
        text = text[separator.end() :]
        habits.append("a first line sep=…")
    delimiter = _delimiter(text)
    if delimiter != ",":
        habits.append(f"columns are separated by {'a tab' if delimiter == chr(9) else delimiter}")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)), habits
    except csv.Error as error:
        raise WorkbookError(f"{path} is not a CSV file ({error}); save it again as CSV.") from None


def _delimiter(text: str) -> str:
    """Return the sign that divides most lines in a row into equally many cells; the lines around a table are divided otherwise."""
    lines = [line for line in text[:SAMPLE].splitlines() if line.strip()]

    def fits(sign: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
        runs = [(len(list(run)), width) for width, run in groupby(widths)]
        return max((run for run in runs if run[1] > 1), default=(0, 0))

    return max(";\t,", key=fits)


def _decoded(path: Path, content: bytes) -> tuple[str, list[str]]:
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


def repaired(path: Path, regions: set[str]) -> tuple[str, list[str]]:
    """Return a table of ``data/`` that Excel has saved, rewritten in the workbook's format; no value is changed.

    Parameters
    ----------
    regions : set of str
        The codes of ``data/regions.csv``, by which a code that lost its leading zeros is recognised.

    Returns
    -------
    (str, list of str)
        The new text of the file, and which of Excel's habits it showed.

    Raises
    ------
    WorkbookError
        If the file cannot be read as CSV (see `read_csv`).
    """
    cells, habits = read_csv(path)
    head, *body = cells or [[]]
    head = [name.strip() for name in head]
    met: set[str] = set() if all(any(row) for row in body) else {"empty lines"}
    kept = [
        [_repaired_cell(head[i] if i < len(head) else "", cell, regions, met) for i, cell in enumerate(row)]
        for row in body
        if any(row)
    ]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([head, *kept])
    return buffer.getvalue(), [*habits, *sorted(met)]


def _repaired_cell(column: str, cell: str, regions: set[str], met: set[str]) -> str:
    if column in DECIMAL_COLUMNS:
        plain = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})", "", cell.strip())
        if plain != cell:
            met.add("spaces within numbers")
        # Where semicolons separate the columns, a comma within a number can only be the decimal comma.
        if re.fullmatch(r"-?\d+,\d+", plain):
            met.add("decimal commas")
            plain = plain.replace(",", ".")
        return plain
    if column in REGISTER and re.fullmatch("[0-9]|[0-9]{3}", cell):
        met.add(LOST_ZEROS)
        return f"0{cell}"
    if column == "region" and cell not in regions and cell.isdigit():
        for width in (2, 4):
            if cell.zfill(width) in regions:
                met.add(LOST_ZEROS)
                return cell.zfill(width)
    return cell
