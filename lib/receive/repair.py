"""Tables of ``data/`` as Excel saves them, read for what they say, and written back in the workbook's own form."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from lib.base.errors import WorkbookError
from lib.receive.mapped import decoded, without_separator_line

#: Columns that hold numbers with decimals, and those that hold region codes.
NUMBERS = {"value", "numerator", "denominator"}
CODES = {"region"}


def repaired(path: Path, regions: set[str]) -> tuple[str, list[str]]:
    """Return a CSV file's text in the workbook's form, and which of Excel's habits were met; no value is changed.

    Parameters
    ----------
    regions : set of str
        The codes of ``data/regions.csv``: a code that has lost its leading zeros is known again by them.

    Raises
    ------
    WorkbookError
        If the file is no text that can be read.
    """
    text, habits = decoded(path)
    text = without_separator_line(text, habits)
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    if delimiter != ",":
        habits.append("columns separated by " + ("tabs" if delimiter == "\t" else delimiter))
    try:
        head, *rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)) or [[]]
    except csv.Error as error:
        raise WorkbookError(f"{path} is not a CSV file ({error}); save it again as CSV.") from None
    head = [name.strip() for name in head]
    met: set[str] = set() if all(any(row) for row in rows) else {"empty lines"}
    kept = [
        [_cell(head[i] if i < len(head) else "", cell, regions, met) for i, cell in enumerate(row)]
        for row in rows
        if any(row)
    ]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([head, *kept])
    return buffer.getvalue(), [*habits, *sorted(met)]


def _cell(column: str, cell: str, regions: set[str], met: set[str]) -> str:
    if column in NUMBERS:
        plain = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})", "", cell.strip())
        if plain != cell:
            met.add("spaces within numbers")
        # With columns separated by ; a comma can only be the decimal one.
        if re.fullmatch(r"-?\d+,\d+", plain):
            met.add("decimal commas")
            plain = plain.replace(",", ".")
        return plain
    if column in CODES and cell not in regions:
        for width in (2, 4):
            if cell.isdigit() and cell.zfill(width) in regions:
                met.add("region codes without their leading zeros")
                return cell.zfill(width)
    return cell
