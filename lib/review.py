"""Takes in a review sheet that came back: who confirms which figure, and comments that must be answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lib.compare import HEADS, SHEET_FORM
from lib.errors import WorkbookError
from lib.facts import load
from lib.files import read_yaml
from lib.reading import read_list
from lib.records import Confirmation, ReviewComment
from lib.sources import excel
from lib.sources.merge import replace
from lib.workbook import Workbook

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
    with excel.book(path, formulas=True) as book:
        cells = excel.rows(path, book[book.sheetnames[0]])
        told = _meta(path, book)
    if told != name:
        raise WorkbookError(f"{path} is the review sheet of {told}, not of {name}; choose the right file.")
    if not cells or cells[0][: len(HEADS)] != list(HEADS):
        raise WorkbookError(
            f"{path}, row 1: the headings were changed; write the sheet anew with lagesrapport compare {name}."
        )
    known = {fact.id: fact for fact in load((workbook.output / name / "facts.json").read_text(encoding="utf-8"))}
    found = Reviewed([], [], [])
    for number, row in enumerate(cells[1:], 2):
        _line(path, number, dict(zip(HEADS, [*row, *[None] * len(HEADS)], strict=False)), known, day, found)
    _add(data / "reviews" / f"{name}.yaml", found)
    return found


def _meta(path: Path, book: Any) -> str:
    try:
        told = json.loads(str(excel.rows(path, book["Om arket"])[0][0]))
        if told["form"] == SHEET_FORM:
            return str(told["report"])
    except (KeyError, IndexError, ValueError, TypeError):
        pass
    raise WorkbookError(f"{path} is not a review sheet; write one with lagesrapport compare.")


def _line(path: Path, number: int, row: dict[str, Any], known: dict, day: date, found: Reviewed) -> None:
    anchor, role, confirmed, comment = (
        str(row[name] or "").strip() for name in ("Ankare", "Roll", "Bekräftad", "Kommentar")
    )
    if not (confirmed or comment):
        return
    if anchor not in known:
        raise WorkbookError(
            f"{path}, row {number}, column Ankare: '{anchor[:80]}' is no figure of the report; do not change the column."
        )
    if not role:
        raise WorkbookError(f"{path}, row {number}, column Roll: whoever confirms or comments must say in which role.")
    if confirmed.casefold() not in ("", "ja", "nej"):
        raise WorkbookError(f"{path}, row {number}, column Bekräftad: '{confirmed[:40]}' is neither ja nor nej.")
    if confirmed.casefold() == "ja":
        found.confirmations.append(
            Confirmation(anchor=anchor, role=role, value=known[anchor].text or known[anchor].status, date=day)
        )
    if confirmed.casefold() == "nej":
        found.rejected.append(anchor)
        comment = comment or "Bekräftas inte."
    if comment:
        found.comments.append(ReviewComment(anchor=anchor, role=role, comment=comment[:1000], date=day))


def _add(path: Path, found: Reviewed) -> None:
    stands = (read_yaml(path) or {}) if path.exists() else {}
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
