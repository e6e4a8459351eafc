"""From draft to final: what must be decided, who has signed, and that what is published is what was signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from lib.analysis.view import View
from lib.base.files import read_yaml
from lib.base.swedish import join, long_date
from lib.build.run import ChapterRun
from lib.data.judgements import UNDECIDED, ReviewComment, SignOff
from lib.data.reading import read_list

ROLES = ["analytiker", "kvalitetsgranskare", "beslutande"]


def undecided(view: View) -> list[str]:
    """Return what a new year's files leave to be decided, in Swedish sentences."""
    parameters = view.parameters
    found = []
    if UNDECIDED in parameters.cut_off_reason:
        found.append(f"Brytdatumet i parameters/{parameters.name}.yaml är inte beslutat.")
    waiting = [str(goal) for goal, entry in view.known.assessments(view.year).items() if not entry.decided]
    if waiting:
        found.append(f"Bedömningen av mål {join(waiting)} är inte beslutad (data/assessments/{view.year}.yaml).")
    return found


def signoffs(view: View) -> list[SignOff]:
    """Return who has signed the report, in the order of signing."""
    path = place(view, "signoffs")
    return read_list(SignOff, path, "signoffs") if path.exists() else []


def comments(view: View) -> list[ReviewComment]:
    """Return the reviewers' comments on the report."""
    path = place(view, "reviews")
    return read_list(ReviewComment, path, "comments") if path.exists() and "comments" in (read_yaml(path) or {}) else []


def place(view: View, folder: str) -> Path:
    """Return the file of a report in ``data/signoffs`` or ``data/reviews``."""
    return view.known.data / folder / f"{view.parameters.name}.yaml"


def open_points(view: View) -> list[str]:
    """Return everything but its chapters that keeps a report from being final, in Swedish sentences."""
    return [*unsettled(view), *unsigned(view)]


def unsettled(view: View) -> list[str]:
    """Return what must be decided, answered or removed before anybody can sign."""
    found = undecided(view)
    unanswered = [comment for comment in comments(view) if not comment.resolved]
    if unanswered:
        amount = "En kommentar" if len(unanswered) == 1 else f"{len(unanswered)} kommentarer"
        found.append(f"{amount} från granskningen är inte {'besvarad' if len(unanswered) == 1 else 'besvarade'}.")
    if not view.synthetic and bool(view.rows["synthetic"].any()):
        found.append("Underlaget innehåller påhittade uppgifter.")
    return found


def unsigned(view: View) -> list[str]:
    """Return whose signature is missing, or does not count."""
    found = []
    signed = {entry.role: entry for entry in signoffs(view)}
    missing = [role for role in ROLES if role not in signed]
    if missing:
        found.append(f"Underskrift saknas av {join(missing)}.")
    if {"analytiker", "kvalitetsgranskare"} <= signed.keys():
        same = person(signed["analytiker"].holder) == person(signed["kvalitetsgranskare"].holder)
        if same:
            found.append("Analytikern och kvalitetsgranskaren är samma person; granskningen behöver en annan.")
    return found


def person(holder: str) -> str:
    """Return what two writings of one signature have in common."""
    return re.sub(r"[^a-zåäöéü0-9]", "", holder.casefold())


def content(runs: Sequence[ChapterRun]) -> str:
    """Return a digest of what a reader sees in the chapters, the same for draft and final."""
    digest = hashlib.sha256()
    for run in runs:
        for cell in run.notebook.cells if run.notebook else ():
            shown = [cell.source] if cell.cell_type == "markdown" else []
            shown += ["".join(o.data["text/html"]) for o in cell.get("outputs", []) if "text/html" in o.get("data", {})]
            for piece in shown:
                digest.update(piece.encode() + b"\0")
    return digest.hexdigest()[:16]


def signed_otherwise(view: View, digest: str) -> list[str]:
    """Return who has signed another content than this, in English sentences."""
    newest = {entry.role: entry for entry in signoffs(view)}
    return [
        f"Text or figures have changed since {entry.role} signed on {entry.date}; build the draft and sign it again."
        for entry in newest.values()
        if entry.content != digest
    ]


def signatures(view: View) -> list[str]:
    """Return the lines of the title page that say who has signed and when."""
    words = {"analytiker": "Framställd", "kvalitetsgranskare": "Granskad", "beslutande": "Fastställd"}
    newest = {entry.role: entry for entry in signoffs(view)}
    return [
        f"{words[role]} den {long_date(newest[role].date)} av {newest[role].holder} ({role})."
        for role in ROLES
        if role in newest
    ]
