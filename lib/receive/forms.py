"""The survey as Excel forms: one per municipality, district and agency, with drop-downs and locked headings, out and in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from lib.base.errors import WorkbookError, one_line
from lib.base.swedish import slug
from lib.data.catalogue import Catalogue
from lib.data.records import Commitment
from lib.receive import excel
from lib.receive.survey import ANSWERS, STATUSES, Returned, Survey, promised, units

READ_FIRST, ANSWERS_SHEET, COUNTS_SHEET, PLAN_SHEET, META = "Läs först", "Svar", "Antal", "Åtaganden", "Om blanketten"
FORM = "lagesrapport-blankett-1"
ANSWER_HEADS = ["Kod", "Fråga", "Svar", "Kommentar"]
COUNT_HEADS = ["Kod", "Fråga", "Kön", "Grupp", "Antal", "Kommentar"]
PLAN_HEADS = ["Kod", "Åtagande", "Status", "Kommentar"]
SEX = {"T": "Alla", "K": "Kvinnor", "M": "Män"}
#: The rows above the first question: title, whose form it is, a line of help, headings.
HEAD_ROW = 4
LONGEST_COMMENT = 1000
MOST_META = 500


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
    own = {unit.code: unit.name for unit in units(catalogue, year)}
    paths = [_write(folder, survey, year, code, name, catalogue, unit=True) for code, name in own.items()]
    agencies = promised(catalogue, year)
    return paths + [
        _write(folder, survey, year, actor, catalogue.actors[actor].name, catalogue, commitments=commitments)
        for actor, commitments in agencies.items()
    ]


def _write(
    folder: Path,
    survey: Survey,
    year: int,
    who: str,
    name: str,
    catalogue: Catalogue,
    *,
    unit: bool = False,
    commitments: Iterable[Commitment] = (),
) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    _instructions(book.active, survey, year, name)
    if unit:
        questions = [[q.indicator, q.text, None, None] for q in survey.questions]
        _sheet(book, ANSWERS_SHEET, name, year, ANSWER_HEADS, questions, [26, 80, 16, 50], choices=ANSWERS)
        if survey.counts:
            _sheet(
                book, COUNTS_SHEET, name, year, COUNT_HEADS, _count_rows(survey, catalogue), [26, 60, 12, 22, 10, 40]
            )
    else:
        rows = [[c.id, c.text, None, None] for c in commitments]
        _sheet(book, PLAN_SHEET, name, year, PLAN_HEADS, rows, [16, 90, 16, 50], choices=STATUSES)
    meta = book.create_sheet(META)
    excel.put(meta, 1, 1, json.dumps({"form": FORM, "year": year, "who": who}))
    meta.sheet_state = "veryHidden"
    book.properties.creator, book.properties.title = survey.sender, f"{survey.title} {year}: {name}"
    # The same form gives the same bytes but for zip's own clock.
    book.properties.created = book.properties.modified = datetime(year, 1, 1)
    path = folder / f"{year}-{who if unit else 'aktor'}-{slug(name)}.xlsx"
    book.save(path)
    return path


def _instructions(sheet: Any, survey: Survey, year: int, name: str) -> None:
    from openpyxl.styles import Alignment, Font

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


def _count_rows(survey: Survey, catalogue: Catalogue) -> list[list[Any]]:
    rows = []
    for question in survey.counts:
        groups = catalogue.indicators[question.indicator].groups
        for cell in question.cells:
            sex, group = cell.split("/")
            rows.append(
                [
                    f"{question.indicator} {cell}",
                    question.text,
                    SEX[sex],
                    groups.get(group, "Alla") if group != "T" else "Alla",
                    None,
                    None,
                ]
            )
    return rows


def _sheet(
    book: Any,
    title: str,
    name: str,
    year: int,
    heads: list[str],
    rows: list[list[Any]],
    widths: list[int],
    *,
    choices: list[str] | None = None,
) -> None:
    from openpyxl.styles import Alignment, Font, Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(title)
    excel.put(sheet, 1, 1, f"{title} {year}").font = Font(bold=True, size=14)
    excel.put(sheet, 2, 1, name)
    excel.put(
        sheet,
        3,
        1,
        f"Välj ur listan: {', '.join(choices)}."
        if choices
        else "Skriv hela tal. Noll är ett svar; tomt betyder att uppgift saknas.",
    )
    excel.head(sheet, HEAD_ROW, heads, widths)
    answer = heads.index("Status" if "Status" in heads else "Svar" if "Svar" in heads else "Antal") + 1
    last = HEAD_ROW + len(rows)
    for number, row in enumerate(rows, HEAD_ROW + 1):
        for column, value in enumerate(row, 1):
            cell = excel.put(sheet, number, column, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=column not in (answer, len(heads)))
    if rows:
        where = f"{chr(64 + answer)}{HEAD_ROW + 1}:{chr(64 + answer)}{last}"
        rule = (
            DataValidation(type="list", formula1='"' + ",".join(choices) + '"', allow_blank=True)
            if choices
            else DataValidation(type="whole", operator="between", formula1="0", formula2="1000000", allow_blank=True)
        )
        rule.error, rule.errorTitle, rule.showErrorMessage = (
            "Välj ett av svaren i listan." if choices else "Skriv ett helt tal.",
            "Svaret går inte att läsa",
            True,
        )
        sheet.add_data_validation(rule)
        rule.add(where)
    sheet.protection.sheet = True


def read_forms(folder: Path, catalogue: Catalogue, survey: Survey, year: int) -> list[Returned]:
    """Read all forms of a folder.

    Raises
    ------
    WorkbookError
        For a folder without forms, a file that is no form, is of another year, or whose headings or codes were changed, an answer
        that is not in the list, and a cell with a formula; names file, sheet and row.
    """
    paths = sorted(p for p in folder.glob("*") if not _beside(p)) if folder.is_dir() else []
    for path in paths:
        if path.is_symlink() or not path.is_file() or path.suffix.casefold() != ".xlsx":
            raise WorkbookError(f"{path} is no form (.xlsx); move it away, so that none is overlooked.")
    if not paths:
        raise WorkbookError(f"{folder} holds no forms; name the folder of those that came back.")
    return [read_form(path, survey, catalogue, year) for path in paths]


def _beside(path: Path) -> bool:
    """Tell of what systems put beside people's files."""
    return path.name.startswith((".", "~")) or path.name.casefold() in ("thumbs.db", "desktop.ini")


def read_form(path: Path, survey: Survey, catalogue: Catalogue, year: int) -> Returned:
    """Read one form (see `read_forms`)."""
    names = {unit.code: unit.name for unit in units(catalogue, year)}
    plans = promised(catalogue, year)
    with excel.book(path, formulas=True) as book:
        who, told = _meta(path, book)
        if told != year:
            raise WorkbookError(f"{path} is the form for {told}, not {year}; choose the right folder or year.")
        if who not in names and who not in plans:
            raise WorkbookError(f"{path}: '{who[:60]}' is not asked for {year}; check which form was sent.")
        form, name = Returned(path, who, year), names.get(who) or catalogue.actors[who].name
        if who in names:
            codes = [q.indicator for q in survey.questions]
            lines = _lines(path, book, ANSWERS_SHEET, name, ANSWER_HEADS, codes)
            form.answers = {code: _choice(path, ANSWERS_SHEET, n, row, ANSWERS) for code, n, row in lines}
        if who in names and survey.counts:
            codes = [f"{q.indicator} {cell}" for q in survey.counts for cell in q.cells]
            for code, number, row in _lines(path, book, COUNTS_SHEET, name, COUNT_HEADS, codes):
                indicator, cell = code.split(" ")
                form.counts[indicator, cell] = _count(path, number, row)
        if who in plans and who not in names:
            lines = _lines(path, book, PLAN_SHEET, name, PLAN_HEADS, [c.id for c in plans[who]])
            form.statuses = {code: _choice(path, PLAN_SHEET, n, row, STATUSES) for code, n, row in lines}
    return form


def _meta(path: Path, book: Any) -> tuple[str, int]:
    try:
        told = json.loads(str(excel.rows(path, book[META])[0][0])[:MOST_META])
        if told["form"] == FORM and type(told["year"]) is int:
            return str(told["who"]), told["year"]
    except (KeyError, IndexError, ValueError, TypeError, RecursionError, OverflowError):
        pass
    raise WorkbookError(f"{path} is not a form of this survey; send out forms with lagesrapport import survey --new.")


def _lines(
    path: Path, book: Any, sheet: str, name: str, heads: list[str], codes: list[str]
) -> list[tuple[str, int, list[Any]]]:
    """Return the rows of questions by code; every question must be there, once, under unchanged headings."""
    if sheet not in book.sheetnames or not hasattr(book[sheet], "iter_rows"):
        raise WorkbookError(f"{path}: the sheet {sheet} is gone or was renamed; ask for the form again.")
    cells = excel.rows(path, book[sheet])
    said = str(cells[1][0]) if len(cells) > 1 and cells[1] else ""
    if said != name:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row 2: it says '{said[:60]}', but the form is that of {name}; ask for it again."
        )
    found = cells[HEAD_ROW - 1][: len(heads)] if len(cells) >= HEAD_ROW else []
    if found != heads:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row {HEAD_ROW}: the headings must be {', '.join(heads)}; the form was changed, ask for it again."
        )
    lines = [
        (str(row[0]).strip(), number, row)
        for number, row in enumerate(cells[HEAD_ROW:], HEAD_ROW + 1)
        if row and row[0] is not None
    ]
    _no_stray_cells(path, sheet, heads, cells)
    told = [code for code, _, _ in lines]
    for code in codes:
        if told.count(code) != 1:
            raise WorkbookError(
                f"{path}, sheet {sheet}: the question {code} stands there {told.count(code)} times; half a form? Ask for it again."
            )
    for code, number, _ in lines:
        if code not in codes:
            raise WorkbookError(
                f"{path}, sheet {sheet}, row {number}: {code[:60]} is no question of {sheet}; ask for the form again."
            )
    return lines


def _no_stray_cells(path: Path, sheet: str, heads: list[str], cells: list[list[Any]]) -> None:
    """Refuse what belongs to no question, and formulas."""
    for number, row in enumerate(cells[HEAD_ROW:], HEAD_ROW + 1):
        if any(cell is not None for cell in row) and row[0] is None:
            raise WorkbookError(
                f"{path}, sheet {sheet}, row {number}: something stands there that belongs to no question; move it to its row."
            )
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip().startswith("="):
                head = heads[min(column, len(heads) - 1)]
                raise WorkbookError(
                    f"{path}, sheet {sheet}, row {number}, column {head}: a formula; write the answer itself."
                )


def _choice(path: Path, sheet: str, number: int, row: list[Any], choices: list[str]) -> tuple[str, str]:
    answer, comment = (str(row[i]).strip() if len(row) > i and row[i] is not None else "" for i in (2, 3))
    known = {choice.casefold(): choice for choice in choices}
    if answer and answer.casefold() not in known:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row {number}: '{answer[:60]}' is not one of {', '.join(choices)}; correct the answer."
        )
    if len(comment) > LONGEST_COMMENT:
        raise WorkbookError(
            f"{path}, sheet {sheet}, row {number}: the comment has more than {LONGEST_COMMENT} characters; shorten it."
        )
    return known.get(answer.casefold(), ""), one_line(comment)


def _count(path: Path, number: int, row: list[Any]) -> float | None:
    cell = row[4] if len(row) > 4 else None
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    text = re.sub(r"(?<=[0-9])[ \u00a0](?=[0-9]{3}$)", "", text)
    if isinstance(cell, bool) or not re.fullmatch(r"[0-9]{1,6}", text):
        raise WorkbookError(
            f"{path}, sheet {COUNTS_SHEET}, row {number}: '{str(cell)[:60]}' is no whole number; correct the answer."
        )
    return float(text)
