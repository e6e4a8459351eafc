"""The survey as Excel forms with drop-downs, one per municipality, district and agency; `lib.receive.returned` reads them back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from lib.base.errors import WorkbookError
from lib.base.swedish import slug
from lib.data.catalogue import Catalogue
from lib.receive import excel
from lib.receive.survey import ANSWERS, STATUSES, Survey, promised, units

READ_FIRST, META = "Läs först", "Om blanketten"
FORM = "lagesrapport-blankett-1"
SEX = {"T": "Alla", "K": "Kvinnor", "M": "Män"}
#: The row of the headings; above them are the title, the recipient and a line of help.
HEAD_ROW = 4


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


def questions_to(catalogue: Catalogue, survey: Survey, year: int, who: str) -> Questions:
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


def recipients(catalogue: Catalogue, year: int) -> dict[str, str]:
    """Return the names of the units, and after them the agencies, that are asked, by code."""
    agencies = {actor: catalogue.actors[actor].name for actor in promised(catalogue, year)}
    return {unit.code: unit.name for unit in units(catalogue, year)} | agencies


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
    for who, name in recipients(catalogue, year).items():
        questions = questions_to(catalogue, survey, year, who)
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
