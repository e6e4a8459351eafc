"""Takes in a review sheet that came back: who confirms which figure, and comments that must be answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lib.base.errors import WorkbookError, one_line
from lib.base.files import read_yaml
from lib.base.workbook import Workbook
from lib.data.judgements import Confirmation, ReviewComment
from lib.data.reading import read_list
from lib.receive import excel
from lib.receive.merge import replace
from lib.review import compare
from lib.review.compare import HEADS, SHEET_FORM, shown

#: The longest comment.
LONGEST = 1000
TITLE = "# What reviewers have confirmed and commented on. Set resolved: true when a comment is answered, and write the answer.\n"


@dataclass
class Reviewed:
    """What a sheet adds."""

    comments: list[ReviewComment]
    confirmations: list[Confirmation]
    rejected: list[str]


def take_in(workbook: Workbook, data: Path, name: str, path: Path, day: date) -> Reviewed:
    """Add a sheet's comments and confirmations to ``data/reviews/<name>.yaml``; what stands there stays.

    Raises
    ------
    WorkbookError
        If the file is no review sheet, or one of another report, speaks of a figure that the report does not have, or has a
        comment or confirmation without a role.
    """
    built = compare.read(workbook.output / name, name)
    with excel.book(path, formulas=True) as book:
        cells = excel.rows(path, book[book.sheetnames[0]])
        told = _meta(path, book)
    if told != (name, built.record.get("content", "")):
        what = (
            f"the review sheet of {told[0][:60]}, not of {name}"
            if told[0] != name
            else "of another draft than the one that is built"
        )
        raise WorkbookError(f"{path} is {what}; choose the right file, or write the sheet anew.")
    if not cells or cells[0] != list(HEADS):
        raise WorkbookError(
            f"{path}, row 1: the headings were changed; write the sheet anew with lagesrapport compare {name}."
        )
    known = {fact.id: fact for fact in built.facts}
    found = Reviewed([], [], [])
    for number, row in enumerate(cells[1:], 2):
        _line(path, number, row, known, day, found)
    if found.comments or found.confirmations:
        _add(data / "reviews" / f"{name}.yaml", found)
    return found


def _meta(path: Path, book: Any) -> tuple[str, str]:
    try:
        told = json.loads(str(excel.rows(path, book["Om arket"])[0][0])[:500])
        if told["form"] == SHEET_FORM:
            return str(told["report"]), str(told["content"])
    except (KeyError, IndexError, ValueError, TypeError, RecursionError):
        pass
    raise WorkbookError(f"{path} is not a review sheet; write one with lagesrapport compare.")


def _line(path: Path, number: int, cells: list[Any], known: dict, day: date, found: Reviewed) -> None:
    row = {
        head: "" if cell is None else one_line(str(cell))
        for head, cell in zip(HEADS, [*cells, *[None] * len(HEADS)], strict=False)
    }
    anchor, role, confirmed, comment = (row[name] for name in ("Ankare", "Roll", "Bekräftad", "Kommentar"))
    if not (confirmed or comment):
        return
    for column, wrong, message in [
        ("Kommentar", len(cells) > len(HEADS), "something stands to the right of it; move it into the column"),
        ("Ankare", anchor not in known, f"'{anchor[:80]}' is no figure of the report; do not change the column"),
        (
            "Uppgift",
            anchor in known and row["Uppgift"] != one_line(shown(known[anchor])),
            "is not what the report says; do not change it",
        ),
        ("Roll", not role, "whoever confirms or comments must say in which role"),
        ("Bekräftad", confirmed.casefold() not in ("", "ja", "nej"), f"'{confirmed[:40]}' is neither ja nor nej"),
        ("Kommentar", comment.startswith("=") or role.startswith("="), "a formula; write the words themselves"),
        ("Kommentar", len(comment) > LONGEST, f"has more than {LONGEST} characters; shorten it"),
    ]:
        if wrong:
            raise WorkbookError(f"{path}, row {number}, column {column}: {message}.")
    if confirmed.casefold() == "ja":
        value = known[anchor].text or known[anchor].status
        found.confirmations.append(Confirmation(anchor=anchor, role=role, value=value, date=day))
    if confirmed.casefold() == "nej":
        found.rejected.append(anchor)
        comment = comment or "Bekräftas inte."
    if comment:
        found.comments.append(ReviewComment(anchor=anchor, role=role, comment=comment, date=day))


def _add(path: Path, found: Reviewed) -> None:
    stands = (read_yaml(path) or {}) if path.exists() else {}
    if not isinstance(stands, dict) or not set(stands) <= {"comments", "confirmations"}:
        raise WorkbookError(f"{path} holds something else than comments and confirmations; move it away or correct it.")
    comments = read_list(ReviewComment, path, "comments") if "comments" in stands else []
    confirmed = read_list(Confirmation, path, "confirmations") if "confirmations" in stands else []
    said = {(c.anchor, c.role, c.comment) for c in comments}
    comments += [c for c in found.comments if (c.anchor, c.role, c.comment) not in said]
    newest = {(c.anchor, c.role): c for c in [*confirmed, *found.confirmations]}
    content = {
        "comments": [c.model_dump() for c in comments],
        "confirmations": [c.model_dump() for c in newest.values()],
    }
    replace(path, TITLE + yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
