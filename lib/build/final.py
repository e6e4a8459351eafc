"""From draft to final: open points, signatures, and whether the content is the one that was signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import nbformat

from lib.analysis.view import View
from lib.base.files import read_yaml
from lib.base.swedish import join, long_date
from lib.data.commentary import UNDECIDED, ReviewComment, SignOff
from lib.data.entry import read_list

#: The roles that sign a report, in order.
ROLES = ["analytiker", "kvalitetsgranskare", "beslutande"]


def undecided(view: View) -> list[str]:
    """Return what is still undecided in the report's files, in Swedish sentences."""
    parameters = view.parameters
    found = []
    if UNDECIDED in parameters.cut_off_reason:
        found.append(f"Brytdatumet i parameters/{parameters.name}.yaml är inte beslutat.")
    waiting = [str(goal) for goal, entry in view.known.assessments(view.year).items() if not entry.decided]
    if waiting:
        found.append(f"Bedömningen av mål {join(waiting)} är inte beslutad (data/assessments/{view.year}.yaml).")
    return found


def signoffs(view: View) -> list[SignOff]:
    """Return the report's signatures in the order of signing."""
    path = place(view, "signoffs")
    return read_list(SignOff, path, "signoffs") if path.exists() else []


def comments(view: View) -> list[ReviewComment]:
    """Return the reviewers' comments on the report."""
    path = place(view, "reviews")
    return read_list(ReviewComment, path, "comments") if path.exists() and "comments" in (read_yaml(path) or {}) else []


def place(view: View, folder: str) -> Path:
    """Return the path of a report's file in ``data/signoffs`` or ``data/reviews``."""
    return view.known.data / folder / f"{view.parameters.name}.yaml"


def open_points(view: View) -> list[str]:
    """Return everything that keeps a report from being final, except failed chapters, in Swedish sentences."""
    return [*unsettled(view), *unsigned(view)]


def unsettled(view: View) -> list[str]:
    """Return what must be decided, answered or removed before the report can be signed, in Swedish sentences."""
    found = undecided(view)
    unanswered = [comment for comment in comments(view) if not comment.resolved]
    if unanswered:
        amount = "En kommentar" if len(unanswered) == 1 else f"{len(unanswered)} kommentarer"
        found.append(f"{amount} från granskningen är inte {'besvarad' if len(unanswered) == 1 else 'besvarade'}.")
    if not view.synthetic and bool(view.rows["synthetic"].any()):
        found.append("Underlaget innehåller påhittade uppgifter.")
    return found


def unsigned(view: View) -> list[str]:
    """Return which signatures are missing or invalid, in Swedish sentences."""
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
    """Return a signer's title or initials without case, spaces and punctuation, so that two spellings compare equal.

    >>> person("A. B.") == person("a b")
    True
    """
    return re.sub(r"[^a-zåäöéü0-9]", "", holder.casefold())


def content(notebooks: Iterable[nbformat.NotebookNode]) -> str:
    """Return a digest of what a reader sees in executed chapters, the same for draft and final."""
    digest = hashlib.sha256()
    for notebook in notebooks:
        for cell in notebook.cells:
            shown = [cell.source] if cell.cell_type == "markdown" else []
            shown += ["".join(o.data["text/html"]) for o in cell.get("outputs", []) if "text/html" in o.get("data", {})]
            for piece in shown:
                digest.update(piece.encode() + b"\0")
    return digest.hexdigest()[:16]


def signed_otherwise(view: View, digest: str) -> list[str]:
    """Return, in English sentences, which roles signed other content than the one with this digest."""
    newest = {entry.role: entry for entry in signoffs(view)}
    return [
        f"Text or figures have changed since {entry.role} signed on {entry.date}; build the draft and sign it again."
        for entry in newest.values()
        if entry.content != digest
    ]


def signatures(view: View) -> list[str]:
    """Return the title page's sentences on who has signed and when."""
    words = {"analytiker": "Framställd", "kvalitetsgranskare": "Granskad", "beslutande": "Fastställd"}
    newest = {entry.role: entry for entry in signoffs(view)}
    return [
        f"{words[role]} den {long_date(newest[role].date)} av {newest[role].holder} ({role})."
        for role in ROLES
        if role in newest
    ]


def old_numbers(view: View, today: date) -> list[str]:
    """Return at most one warning, in English, on support lines with old sources: their numbers may no longer exist."""
    old = [line for line in view.catalogue.support.values() if line.publisher and line.stale(today)]
    named = [f"{line.id} ({line.checked or 'no date'})" for line in old]
    warning = (
        f"data/support.yaml: the sources of {', '.join(named)} are more than a year old or have no date; "
        "ring the numbers, find newer sources and change the days."
    )
    return [warning] if old else []
