"""Survey forms that have come back (`lib.receive.forms`), read cell by cell; a damaged one is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lib.base.characters import comparable
from lib.base.errors import WorkbookError, one_line
from lib.data.catalogue import Catalogue
from lib.receive import excel
from lib.receive.answers import Answer, Returned
from lib.receive.forms import COUNTS, FORM, HEAD_ROW, META, YES_OR_NO, Layout, questions_to, recipients
from lib.receive.number_format import Percent
from lib.receive.survey import Survey

LONGEST_COMMENT = 1000
MOST_META = 500


def read_forms(folder: Path, catalogue: Catalogue, survey: Survey, year: int) -> list[Returned]:
    """Read all forms of a folder.

    Raises
    ------
    WorkbookError
        For a folder without forms, a file that is no form or of another year, changed headings or codes, an answer that
        is not in the list, or a formula; names file, sheet and row.
    """
    paths = sorted(p for p in folder.glob("*") if not _is_system_file(p)) if folder.is_dir() else []
    for path in paths:
        if path.is_symlink() or not path.is_file() or path.suffix.casefold() != ".xlsx":
            raise WorkbookError(f"{path} is not a form (.xlsx); move it out of the folder.")
    if not paths:
        raise WorkbookError(f"{folder} holds no forms; name the folder of those that came back.")
    return [read_form(path, survey, catalogue, year) for path in paths]


def _is_system_file(path: Path) -> bool:
    """Return whether a file was put there by an operating system or by Excel, not by a person."""
    return path.name.startswith((".", "~")) or path.name.casefold() in ("thumbs.db", "desktop.ini")


def read_form(path: Path, survey: Survey, catalogue: Catalogue, year: int) -> Returned:
    """Read one form (see `read_forms`)."""
    names = recipients(catalogue, year)
    with excel.book(path, formulas=True) as book:
        who, form_year = _read_meta(path, book)
        if form_year != year:
            raise WorkbookError(f"{path} is the form for {form_year}, not {year}; choose the right folder or year.")
        if who not in names:
            raise WorkbookError(f"{path}: '{who[:60]}' is not asked for {year}; check which form was sent.")
        form = Returned(path, who, year)
        for layout, questions in questions_to(catalogue, survey, year, who).items():
            lines = _read_lines(path, book, layout, names[who], questions)
            if layout is COUNTS:
                for code, number, row in lines:
                    indicator, cell = code.split(" ")
                    form.counts[indicator, cell] = _count(path, number, row)
                    form.remarks[code] = _comment(path, layout, number, row)
            else:
                answers = form.answers if layout is YES_OR_NO else form.statuses
                answers |= {code: _choice(path, layout, number, row) for code, number, row in lines}
    return form


def _read_meta(path: Path, book: Any) -> tuple[str, int]:
    try:
        meta = json.loads(str(excel.rows(path, book[META])[0][0])[:MOST_META])
        if meta["form"] == FORM and type(meta["year"]) is int:
            return str(meta["who"]), meta["year"]
    except (KeyError, IndexError, ValueError, TypeError, RecursionError, OverflowError):
        pass
    raise WorkbookError(f"{path} is not a form of this survey; send out forms with lagesrapport import survey --new.")


def _read_lines(
    path: Path, book: Any, layout: Layout, name: str, questions: Sequence[Sequence[str]]
) -> list[tuple[str, int, list[Any]]]:
    """Return code, row number and cells of each question; each must be there once, under unchanged headings."""
    codes = [question[0] for question in questions]
    sheet = layout.title
    if sheet not in book.sheetnames or not hasattr(book[sheet], "iter_rows"):
        raise WorkbookError(f"{path}: the sheet {sheet} is gone or was renamed; ask for the form again.")
    cells = excel.rows(path, book[sheet])
    recipient = _text(cells[1][0]) if len(cells) > 1 and cells[1] else ""
    if recipient != comparable(name):
        raise WorkbookError(
            f"{path}, sheet {sheet}, row 2: it says '{recipient[:60]}', but the form is that of {name}; ask for it again."
        )
    found = cells[HEAD_ROW - 1][: len(layout.heads)] if len(cells) >= HEAD_ROW else []
    if [_text(cell) for cell in found] != layout.heads:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row {HEAD_ROW}: the headings must be {', '.join(layout.heads)}; the form was changed, ask for it again."
        )
    _refuse_stray_cells(path, layout, cells)
    lines = [
        (_text(row[0]), number, row)
        for number, row in enumerate(cells[HEAD_ROW:], HEAD_ROW + 1)
        if row and row[0] is not None
    ]
    found_codes = [code for code, _, _ in lines]
    for code in codes:
        if found_codes.count(code) != 1:
            raise WorkbookError(
                f"{path}, sheet {sheet}: the question {code} is there {found_codes.count(code)} times; half a form? Ask for it again."
            )
    for code, number, _ in lines:
        if code not in codes:
            raise WorkbookError(
                f"{path}, sheet {sheet}, row {number}: {code[:60]} is no question of {sheet}; ask for the form again."
            )
    for code, number, row in lines:
        _refuse_moved_cells(path, layout, number, row, questions, codes.index(code))
    return lines


def _refuse_moved_cells(
    path: Path, layout: Layout, number: int, row: Sequence[Any], questions: Sequence[Sequence[str]], own: int
) -> None:
    """Refuse a row whose cells are not where its code says: sorted without it, or moved to the left or right.

    A question in other words than ours is no fault.
    """
    where = f"{path}, sheet {layout.title}, row {number}"
    choices = {choice.casefold() for choice in layout.choices}
    for column in range(1, layout.answer):
        text = _text(row[column]) if column < len(row) else ""
        others = {comparable(question[column]) for question in questions} - {comparable(questions[own][column])}
        if not text or text in others or text.casefold() in choices or text.isdigit():
            raise WorkbookError(
                f"{where}, column {layout.heads[column]}: '{text[:60]}' does not belong to the code {questions[own][0]}; cells were moved or "
                "sorted apart from each other, ask for the form again."
            )
    answer, comment, *rest = [*map(_text, row[layout.answer :]), "", ""]
    if any(rest):
        raise WorkbookError(f"{where}: there is text to the right of the last column; move it to its column.")
    if not answer and (comment.casefold() in choices or (not choices and comment.isdigit())):
        raise WorkbookError(
            f"{where}, column {layout.heads[-1]}: '{comment}' is an answer; move it to the column {layout.heads[-2]}."
        )


def _refuse_stray_cells(path: Path, layout: Layout, cells: excel.Cells) -> None:
    """Refuse formulas, and cells in rows without a question."""
    for number, row in enumerate(cells[HEAD_ROW:], HEAD_ROW + 1):
        where = f"{path}, sheet {layout.title}, row {number}"
        if any(cell is not None for cell in row) and row[0] is None:
            raise WorkbookError(f"{where}: there is text that belongs to no question; move it to its row.")
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip().startswith("="):
                head = layout.heads[min(column, len(layout.heads) - 1)]
                raise WorkbookError(f"{where}, column {head}: a formula; write the answer itself.")


def _choice(path: Path, layout: Layout, number: int, row: Sequence[Any]) -> Answer:
    where = f"{path}, sheet {layout.title}, row {number}"
    answer = _text(row[layout.answer]) if len(row) > layout.answer else ""
    known = {"": ""} | {choice.casefold(): choice for choice in layout.choices}
    if answer.casefold() not in known:
        raise WorkbookError(f"{where}: '{answer[:60]}' is not one of {', '.join(layout.choices)}; correct the answer.")
    return Answer(known[answer.casefold()], _comment(path, layout, number, row))


def _comment(path: Path, layout: Layout, number: int, row: Sequence[Any]) -> str:
    place = layout.answer + 1
    comment = str(row[place]).strip() if len(row) > place and row[place] is not None else ""
    if len(comment) > LONGEST_COMMENT:
        where = f"{path}, sheet {layout.title}, row {number}"
        raise WorkbookError(f"{where}: the comment has more than {LONGEST_COMMENT} characters; shorten it.")
    return one_line(comment)


def _text(cell: Any) -> str:
    return "" if cell is None else comparable(str(cell))


def _count(path: Path, number: int, row: Sequence[Any]) -> float | None:
    cell = row[COUNTS.answer] if len(row) > COUNTS.answer else None
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else _text(cell)
    text = re.sub(r"(?<=[0-9]) (?=[0-9]{3}$)", "", text)
    if isinstance(cell, bool | Percent) or not re.fullmatch(r"[0-9]{1,6}", text):
        raise WorkbookError(
            f"{path}, sheet {COUNTS.title}, row {number}: '{str(cell)[:60]}' is no whole number; correct the answer."
        )
    return float(text)
