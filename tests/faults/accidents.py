"""Accidents that happen to files: text lost, doubled or replaced, and cells, rows and sheets of Excel changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st
from openpyxl import load_workbook

T = TypeVar("T")


class Draw(Protocol):
    """Draws an example of a strategy, as `st.data()` does."""

    def __call__(self, strategy: st.SearchStrategy[T], /) -> T: ...


#: Values that people, programs and attackers put where something else belongs.
NASTY = [
    "", " ", "\u00a0", "-", "–", "..", "0", "-1", "1e999", "NaN", "inf", "1.234", "1,5", "1 234", "007", "0x10", "1_000", "12:30:45",
    "true", "no", "null", "~", "''", '"', "[]", "{}", "#", "%", "2023-02-30", "2023-05-30", "30/5 2023", "=1+1", "@SUM(A1)", "a: b",
    "<script>alert(1)</script>", "!!python/object/apply:os.system [id]", "&a", "*a", "../../etc/passwd", "C:\\x", "\x00", "\x1b[31m",
    "\u202e", "\ufeff", "\u2028", "å" * 300, "9" * 400, "9" * 5000, "[" * 200, "- " * 60, "1,2,3", ";", "\t", "\n", "\r\n", "'; DROP", "{{7*7}}",
]  # fmt: skip
TOKEN = re.compile(r"[^\s,;:\[\]{}\"']+")


def damaged(draw: Draw, content: bytes) -> bytes:
    """Return a text file with one to three accidents in it."""
    for _ in range(draw(st.integers(1, 3))):
        content = draw(st.sampled_from([_token, _insert, _delete, _line_twice, _lines_swapped, _byte, _cut]))(
            draw, content
        )
    return content


def _token(draw: Draw, content: bytes) -> bytes:
    found = list(TOKEN.finditer(content.decode("utf-8", errors="replace")))
    if not found:
        return draw(st.sampled_from(NASTY)).encode()
    one, text = draw(st.sampled_from(found)), content.decode("utf-8", errors="replace")
    return (text[: one.start()] + draw(st.sampled_from(NASTY)) + text[one.end() :]).encode("utf-8", errors="replace")


def _insert(draw: Draw, content: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    return content[:at] + draw(st.sampled_from(NASTY)).encode() + content[at:]


def _delete(draw: Draw, content: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    return content[:at] + content[at + draw(st.integers(1, 60)) :]


def _line_twice(draw: Draw, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    at = draw(st.integers(0, len(lines) - 1))
    return b"".join([*lines[: at + 1], *lines[at:]])


def _lines_swapped(draw: Draw, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    first, second = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    lines[first], lines[second] = lines[second], lines[first]
    return b"".join(lines)


def _byte(draw: Draw, content: bytes) -> bytes:
    at = draw(st.integers(0, max(0, len(content) - 1)))
    return content[:at] + bytes([draw(st.integers(0, 255))]) + content[at + 1 :]


def _cut(draw: Draw, content: bytes) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


def edited(content: bytes, edit: Callable[[Any], None]) -> bytes:
    """Return an Excel file after an edit of its workbook."""
    book = load_workbook(BytesIO(content))
    edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _nasty_cell(draw: Draw, sheet: Any, row: int, column: int) -> None:
    text = draw(st.sampled_from(NASTY))
    if not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        sheet.cell(row, column).value = text


def _other_number(draw: Draw, sheet: Any, row: int, column: int) -> None:
    sheet.cell(row, column).value = draw(st.one_of(st.integers(-10, 10**6), st.floats(-10, 1e6), st.booleans()))


def _other_title(draw: Draw, sheet: Any, row: int, column: int) -> None:
    sheet.title = draw(st.sampled_from(["Blad1", "svar", "X" * 25]))


def _copied(draw: Draw, sheet: Any, row: int, column: int) -> None:
    sheet.cell(row, column).value = sheet.cell(draw(st.integers(1, sheet.max_row)), column).value


#: Mostly of cells, rarely of whole rows, columns and sheets.
ACCIDENTS = [
    *[_nasty_cell] * 3,
    _other_number,
    lambda draw, sheet, row, column: sheet.delete_rows(row),
    lambda draw, sheet, row, column: sheet.insert_rows(row),
    lambda draw, sheet, row, column: sheet.delete_cols(column),
    _other_title,
    _copied,
]


def damaged_workbook(draw: Draw, content: bytes) -> bytes:
    """Return an Excel file with accidents: in its cells, rows and sheets, or in its bytes."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([_byte, _cut, _delete, _insert]))(draw, content)

    def edit(book: Any) -> None:
        for _ in range(draw(st.integers(1, 3))):
            sheet = book[draw(st.sampled_from(book.sheetnames))]
            row, column = draw(st.integers(1, max(1, sheet.max_row))), draw(st.integers(1, sheet.max_column + 1))
            draw(st.sampled_from(ACCIDENTS))(draw, sheet, row, column)

    return edited(content, edit)
