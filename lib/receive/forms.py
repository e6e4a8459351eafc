"""The survey as Excel forms, one per municipality, district and agency: written, with drop-downs, and read back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from lib.base.errors import WorkbookError, one_line
from lib.base.swedish import slug
from lib.data.catalogue import Catalogue
from lib.receive import excel
from lib.receive.answers import Answer, Returned
from lib.receive.survey import ANSWERS, STATUSES, Survey, promised, units

READ_FIRST, META = "Läs först", "Om blanketten"
FORM = "lagesrapport-blankett-1"
SEX = {"T": "Alla", "K": "Kvinnor", "M": "Män"}
#: The row of the headings; above them are the title, the recipient and a line of help.
HEAD_ROW = 4
LONGEST_COMMENT = 1000
MOST_META = 500


@dataclass(frozen=True, eq=False)
class Layout:
    """A sheet with a question per row, answered in the last column but one; without ``choices``, by a whole number."""

    title: str
    heads: Sequence[str]
    widths: Sequence[int]
    choices: Sequence[str] = ()

    @property
    def answer(self) -> int:
        """The position of the answer's column, from 0; the comment's is the next."""
        return len(self.heads) - 2


YES_OR_NO = Layout("Svar", ["Kod", "Fråga", "Svar", "Kommentar"], [26, 80, 16, 50], ANSWERS)
COUNTS = Layout("Antal", ["Kod", "Fråga", "Kön", "Grupp", "Antal", "Kommentar"], [26, 60, 12, 22, 10, 40])
PLAN = Layout("Åtaganden", ["Kod", "Åtagande", "Status", "Kommentar"], [16, 90, 16, 50], STATUSES)

#: The sheets of a form with the cells of each question before its answer.
Questions = Mapping[Layout, Sequence[Sequence[str]]]


def _questions(catalogue: Catalogue, survey: Survey, year: int, who: str) -> Questions:
    """Return the questions to a unit or agency, by sheet: code, text, and for counts also sex and group."""
    if who not in {unit.code for unit in units(catalogue, year)}:
        return {PLAN: [[c.id, c.text] for c in promised(catalogue, year)[who]]}
    counts = []
    for question in survey.counts:
        groups = {"T": "Alla"} | catalogue.indicators[question.indicator].groups | {"T": "Alla"}
        for cell in question.cells:
            sex, group = cell.split("/")
            counts.append([f"{question.indicator} {cell}", question.text, SEX[sex], groups.get(group, "Alla")])
    answers = [[question.indicator, question.text] for question in survey.questions]
    return {YES_OR_NO: answers} | ({COUNTS: counts} if counts else {})


def _recipients(catalogue: Catalogue, year: int) -> dict[str, str]:
    """Return the names of the units, and after them the agencies, that are asked, by code."""
    agencies = {actor: catalogue.actors[actor].name for actor in promised(catalogue, year)}
    return {unit.code: unit.name for unit in units(catalogue, year)} | agencies


# Writing --------------------------------------------------------------------------------------------------------------


def write_forms(catalogue: Catalogue, survey: Survey, year: int, folder: Path) -> list[Path]:
    """Write an empty form for each municipality, district and agency that is asked for a year; return their paths.

    Raises
    ------
    WorkbookError
        If the folder already holds files: returned forms could be lost.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WorkbookError(f"{folder} is not empty; name another folder with --to, or move what is in it.")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for who, name in _recipients(catalogue, year).items():
        questions = _questions(catalogue, survey, year, who)
        paths.append(folder / f"{year}-{'aktor' if PLAN in questions else who}-{slug(name)}.xlsx")
        _form(survey, year, who, name, questions).save(paths[-1])
    return paths


def _form(survey: Survey, year: int, who: str, name: str, questions: Questions) -> Workbook:
    book = Workbook()
    _write_instructions(book.active, survey, year, name)
    for layout, rows in questions.items():
        sheet = book.create_sheet(layout.title)
        _write_head(sheet, layout, name, year)
        _write_questions(sheet, layout, rows)
        sheet.protection.sheet = True
    meta = book.create_sheet(META)
    excel.put(meta, 1, 1, json.dumps({"form": FORM, "year": year, "who": who}))
    meta.sheet_state = "veryHidden"
    book.properties.creator, book.properties.title = survey.sender, f"{survey.title} {year}: {name}"
    # A fixed time: the same form has the same content whenever it is written.
    book.properties.created = book.properties.modified = datetime(year, 1, 1)
    return book


def _write_instructions(sheet: Any, survey: Survey, year: int, name: str) -> None:
    month, day = survey.deadline.split("-")
    lines = [
        f"{survey.title}, {year}",
        f"Blanketten är till {name}.",
        f"Svara för året {year}. Skicka tillbaka filen senast den {int(day)}/{int(month)} {year + 1} till {survey.sender}.",
        "Fyll bara i de vita fälten. Välj svar ur listan; lämna tomt det ni inte kan svara på. Ett tomt fält räknas aldrig som nej.",
        "Skriv aldrig namn, personnummer eller något annat som kan peka ut en enskild person, inte heller i kommentarer.",
        "Antal små nog att röja någon publiceras inte: lägesrapporten döljer och avrundar dem.",
        "Ändra inte filens flikar, rubriker eller koder. De talar om för mottagaren vilket svar som hör till vilken fråga.",
    ]
    sheet.title = READ_FIRST
    sheet.column_dimensions["A"].width = 100
    for number, line in enumerate(lines, 1):
        cell = excel.put(sheet, number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 1, size=14 if number == 1 else 11)
    sheet.protection.sheet = True


def _write_head(sheet: Any, layout: Layout, name: str, year: int) -> None:
    excel.put(sheet, 1, 1, f"{layout.title} {year}").font = Font(bold=True, size=14)
    excel.put(sheet, 2, 1, name)
    choose, count = (
        f"Välj ur listan: {', '.join(layout.choices)}.",
        "Skriv hela tal. Noll är ett svar; tomt betyder att uppgift saknas.",
    )
    excel.put(sheet, 3, 1, choose if layout.choices else count)
    excel.head(sheet, HEAD_ROW, layout.heads, layout.widths)


def _write_questions(sheet: Any, layout: Layout, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows, HEAD_ROW + 1):
        for column, value in enumerate([*row, None, None], 1):
            cell = excel.put(sheet, number, column, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=value is not None)
    if rows:
        rule = _allowed(layout)
        sheet.add_data_validation(rule)
        letter = "ABCDEFGH"[layout.answer]
        rule.add(f"{letter}{HEAD_ROW + 1}:{letter}{HEAD_ROW + len(rows)}")


def _allowed(layout: Layout) -> DataValidation:
    """Return the rule for answers: one of the choices, or a whole number."""
    if layout.choices:
        rule = DataValidation(type="list", formula1=f'"{",".join(layout.choices)}"', allow_blank=True)
        rule.error = "Välj ett av svaren i listan."
    else:
        rule = DataValidation(type="whole", operator="between", formula1="0", formula2="1000000", allow_blank=True)
        rule.error = "Skriv ett helt tal."
    rule.errorTitle, rule.showErrorMessage = "Svaret går inte att läsa", True
    return rule


# Reading --------------------------------------------------------------------------------------------------------------


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
    names = _recipients(catalogue, year)
    with excel.book(path, formulas=True) as book:
        who, form_year = _read_meta(path, book)
        if form_year != year:
            raise WorkbookError(f"{path} is the form for {form_year}, not {year}; choose the right folder or year.")
        if who not in names:
            raise WorkbookError(f"{path}: '{who[:60]}' is not asked for {year}; check which form was sent.")
        form = Returned(path, who, year)
        for layout, questions in _questions(catalogue, survey, year, who).items():
            lines = _read_lines(path, book, layout, names[who], [question[0] for question in questions])
            if layout is COUNTS:
                for code, number, row in lines:
                    indicator, cell = code.split(" ")
                    form.counts[indicator, cell] = _count(path, number, row)
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


def _read_lines(path: Path, book: Any, layout: Layout, name: str, codes: list[str]) -> list[tuple[str, int, list[Any]]]:
    """Return code, row number and cells of each question; each must be there once, under unchanged headings."""
    sheet = layout.title
    if sheet not in book.sheetnames or not hasattr(book[sheet], "iter_rows"):
        raise WorkbookError(f"{path}: the sheet {sheet} is gone or was renamed; ask for the form again.")
    cells = excel.rows(path, book[sheet])
    recipient = str(cells[1][0]) if len(cells) > 1 and cells[1] else ""
    if recipient != name:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row 2: it says '{recipient[:60]}', but the form is that of {name}; ask for it again."
        )
    found = cells[HEAD_ROW - 1][: len(layout.heads)] if len(cells) >= HEAD_ROW else []
    if found != layout.heads:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row {HEAD_ROW}: the headings must be {', '.join(layout.heads)}; the form was changed, ask for it again."
        )
    _refuse_stray_cells(path, layout, cells)
    lines = [
        (str(row[0]).strip(), number, row)
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
    return lines


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
    cells = [*row, None, None, None, None][layout.answer : layout.answer + 2]
    answer, comment = (str(cell).strip() if cell is not None else "" for cell in cells)
    known = {"": ""} | {choice.casefold(): choice for choice in layout.choices}
    if answer.casefold() not in known:
        raise WorkbookError(f"{where}: '{answer[:60]}' is not one of {', '.join(layout.choices)}; correct the answer.")
    if len(comment) > LONGEST_COMMENT:
        raise WorkbookError(f"{where}: the comment has more than {LONGEST_COMMENT} characters; shorten it.")
    return Answer(known[answer.casefold()], one_line(comment))


def _count(path: Path, number: int, row: Sequence[Any]) -> float | None:
    cell = row[COUNTS.answer] if len(row) > COUNTS.answer else None
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    text = re.sub(r"(?<=[0-9])[ \u00a0](?=[0-9]{3}$)", "", text)
    if isinstance(cell, bool) or not re.fullmatch(r"[0-9]{1,6}", text):
        raise WorkbookError(
            f"{path}, sheet {COUNTS.title}, row {number}: '{str(cell)[:60]}' is no whole number; correct the answer."
        )
    return float(text)
