"""The review sheet: an Excel workbook with a line per figure, written for reviewers and read when it comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lib.base import atomic
from lib.base.errors import WorkbookError, one_line
from lib.base.files import read_yaml
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.commentary import Confirmation, ReviewComment
from lib.data.entry import read_list
from lib.data.parameters import read_parameters
from lib.receive import excel
from lib.review.built import Built, figure, read_built, subject
from lib.show.facts import Fact

FORM = "lagesrapport-granskning-1"
#: The hidden sheet that says which report and content a review sheet is about.
META = "Om arket"
#: The columns of the review sheet, and their widths.
COLUMNS = {
    "Ankare": 60, "Kapitel": 16, "Indikator": 50, "År": 8, "Område": 30, "Kön och grupp": 16, "Uppgift": 34, "N": 10, "Källa": 22,
    "Publicerad": 12, "Roll": 20, "Bekräftad": 11, "Kommentar": 50,
}  # fmt: skip
#: The most characters of a comment.
LONGEST = 1000
HEADER = "# What reviewers have confirmed and commented on. Set resolved: true when a comment is answered, and write the answer.\n"


def write(workbook: Workbook, report: Built, catalogue: Catalogue) -> Path:
    """Write ``output/review/<name>-granskning.xlsx`` and return its path.

    Reviewers fill in role, confirmation and comment.
    """
    from openpyxl import Workbook as Book
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Book()
    page = book.worksheets[0]
    page.title = "Granskning"
    excel.head(page, 1, list(COLUMNS), list(COLUMNS.values()))
    facts = [fact for fact in report.facts if fact.kind == "observed" and not fact.id.startswith("sammanfattning/")]
    for number, fact in enumerate(facts, 2):
        for column, value in enumerate(_cells(fact, catalogue), 1):
            excel.put(page, number, column, value)
    rule = DataValidation(type="list", formula1='"ja,nej"', allow_blank=True)
    page.add_data_validation(rule)
    column_letter = get_column_letter(list(COLUMNS).index("Bekräftad") + 1)
    rule.add(f"{column_letter}2:{column_letter}{len(facts) + 1}")
    meta = book.create_sheet(META)
    excel.put(meta, 1, 1, json.dumps({"form": FORM, "report": report.name, "content": report.content}))
    meta.sheet_state = "veryHidden"
    path = workbook.output / "review" / f"{report.name}-granskning.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _cells(fact: Fact, catalogue: Catalogue) -> list[object]:
    """Return a figure's cells, up to those that the reviewer fills in."""
    title, year, region, *group = subject(fact, catalogue)
    about = [fact.id, fact.chapter, title, int(year), region, *(group or ["Alla"])]
    return [*about, figure(fact), fact.denominator, fact.source, fact.published]


@dataclass
class Review:
    """What a returned sheet says: comments, confirmations, and the anchors of figures that are not confirmed."""

    comments: list[ReviewComment]
    confirmations: list[Confirmation]
    rejected: list[str]


@dataclass(frozen=True)
class _Line:
    """The cells of a line that are read back; ``extra`` if there are cells beyond the last column."""

    anchor: str
    #: Chapter, indicator, year, area, and sex and group.
    about: list[str]
    figure: str
    role: str
    confirmed: str
    comment: str
    extra: bool


def take_in(workbook: Workbook, name: str, path: Path, day: date) -> Review:
    """Add a returned sheet's comments and confirmations to those in ``reviews/<name>.yaml`` in the data folder.

    Raises
    ------
    WorkbookError
        If the report is not built; the file is not a review sheet of this report and build; or a line names a figure
        that the report does not have, shows another value, or has a comment or confirmation without a role.
    """
    data = workbook.root / read_parameters(workbook, name).data
    report = read_built(workbook.output / name, name)
    with excel.book(path, formulas=True) as book:
        cells = excel.rows(path, book[book.sheetnames[0]])
        _check_origin(path, book, report)
    if not cells or cells[0] != list(COLUMNS):
        raise WorkbookError(
            f"{path}, row 1: the headings were changed; write the sheet again with lagesrapport compare {name}."
        )
    facts, catalogue = {fact.id: fact for fact in report.facts}, Catalogue(data)
    review = Review([], [], [])
    for number, row in enumerate(cells[1:], 2):
        line = _line(row)
        if line.confirmed or line.comment or line.extra:
            fact = facts.get(line.anchor)
            _check_line(f"{path}, row {number}", line, fact, _texts(_cells(fact, catalogue)[1:6]) if fact else [])
            _record(review, line, facts[line.anchor], day)
    if review.comments or review.confirmations:
        _store(data / "reviews" / f"{name}.yaml", review)
    return review


def _check_origin(path: Path, book: Any, report: Built) -> None:
    try:
        meta = json.loads(str(excel.rows(path, book[META])[0][0])[:500])
        if meta["form"] != FORM:
            raise ValueError
        name, content = str(meta["report"]), str(meta["content"])
    except (KeyError, IndexError, ValueError, TypeError, RecursionError):
        raise WorkbookError(f"{path} is not a review sheet; write one with lagesrapport compare.") from None
    if name != report.name:
        raise WorkbookError(
            f"{path} is the review sheet of {name[:60]}, not of {report.name}; choose the right file, or write the sheet again."
        )
    if content != report.content:
        raise WorkbookError(
            f"{path} is of another draft than the one that is built; choose the right file, or write the sheet again."
        )


def _line(cells: list[Any]) -> _Line:
    texts = _texts(cells)
    row = dict(zip(COLUMNS, texts + [""] * len(COLUMNS), strict=False))
    extra = len(cells) > len(COLUMNS)
    about = [row[column] for column in list(COLUMNS)[1:6]]
    return _Line(
        row["Ankare"], about, row["Uppgift"], row["Roll"], row["Bekräftad"].casefold(), row["Kommentar"], extra
    )


def _texts(cells: list[Any]) -> list[str]:
    return ["" if cell is None else one_line(str(cell)) for cell in cells]


def _check_line(where: str, line: _Line, fact: Fact | None, about: list[str]) -> None:
    """Check a line that has a confirmation or a comment; ``about`` is what the figure of its anchor is about.

    Raises
    ------
    WorkbookError
        Names the column and the first fault.
    """
    faults = [
        ("Kommentar", line.extra, "there is something to the right of it; move it into the column"),
        ("Ankare", fact is None, f"'{line.anchor[:80]}' is not a figure of the report; do not change the column"),
        (
            "Kapitel to Kön och grupp",
            line.about != about,
            "this is not what the anchor's figure is about; was a part of the sheet sorted?",
        ),
        (
            "Uppgift",
            fact is not None and line.figure != one_line(figure(fact)),
            "is not what the report says; do not change it",
        ),
        ("Roll", not line.role, "whoever confirms or comments must say in which role"),
        ("Bekräftad", line.confirmed not in ("", "ja", "nej"), f"'{line.confirmed[:40]}' is neither ja nor nej"),
        ("Kommentar", line.comment.startswith("="), "a formula; write the words themselves"),
        ("Roll", line.role.startswith("="), "a formula; write the words themselves"),
        ("Kommentar", len(line.comment) > LONGEST, f"has more than {LONGEST} characters; shorten it"),
    ]
    for column, wrong, message in faults:
        if wrong:
            raise WorkbookError(f"{where}, column {column}: {message}.")


def _record(review: Review, line: _Line, fact: Fact, day: date) -> None:
    comment = line.comment
    if line.confirmed == "ja":
        value = fact.text or fact.status
        review.confirmations.append(Confirmation(anchor=fact.id, role=line.role, value=value, date=day))
    elif line.confirmed == "nej":
        review.rejected.append(fact.id)
        comment = comment or "Bekräftas inte."
    if comment:
        review.comments.append(ReviewComment(anchor=fact.id, role=line.role, comment=comment, date=day))


def _store(path: Path, review: Review) -> None:
    """Merge a review into the file: each comment once, and for each figure and role only the newest confirmation."""
    present = (read_yaml(path) or {}) if path.exists() else {}
    if not isinstance(present, dict) or not set(present) <= {"comments", "confirmations"}:
        raise WorkbookError(
            f"{path} holds something other than comments and confirmations; move it away or correct it."
        )
    comments = read_list(ReviewComment, path, "comments") if "comments" in present else []
    confirmations = read_list(Confirmation, path, "confirmations") if "confirmations" in present else []
    known = {(c.anchor, c.role, c.comment) for c in comments}
    comments += [c for c in review.comments if (c.anchor, c.role, c.comment) not in known]
    newest = {(c.anchor, c.role): c for c in [*confirmations, *review.confirmations]}
    content = {
        "comments": [c.model_dump() for c in comments],
        "confirmations": [c.model_dump() for c in newest.values()],
    }
    atomic.write(path, HEADER + yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
