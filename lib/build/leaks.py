"""Keep personal and machine identifiers out of ``output/``: remove the expected ones, and refuse to publish any others.

These are paths, the names of the user and the computer, passwords in the environment, e-mail addresses and personal
identity numbers.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from lib.base.errors import WorkbookError

SEARCHED = {".html", ".json", ".csv", ".ipynb"}
SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE", re.IGNORECASE)
#: Fonts and pictures embedded in a page: their encoded text is not searched.
EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
#: Personal identity and co-ordination numbers (Skatteverket): date of birth, three digits, a check digit; the day of a
#: co-ordination number has 60 added. Ten digits without a hyphen or plus sign count only if the century precedes them.
PERSONAL = re.compile(r"(\d{6})[-+](\d{4})(?![\w.])|(?<![\w.])(?:19|20)(\d{6})(\d{4})(?![\w.])")
BIRTH = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])")
#: The fewest characters of a user's or computer's name, and of a secret: shorter ones could be any word.
SHORTEST, SHORTEST_SECRET = 6, 8


def scrub_message(text: str, root: Path) -> str:
    """Return an error message with paths shortened to start at the workbook's root.

    >>> scrub_message("/w/data/report.yaml, title: is missing", Path("/w"))
    'data/report.yaml, title: is missing'
    """
    for folder, sign in _folders(root).items():
        text = text.replace(f"{folder}{os.sep}", f"{sign}/" if sign else "").replace(folder, sign or "the workbook")
    return text


def write_scrubbed(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Remove run times, paths and random ids from an executed notebook, and write it: equal runs give equal files."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        # Warnings contain paths; authors still see them in JupyterLab.
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def check(text: str, name: str, root: Path) -> None:
    """Check a text that is about to be written to ``output/`` as the file ``name``.

    Raises
    ------
    WorkbookError
        If it holds something that identifies a person, this computer or its user.
    """
    if found := next(_identifiers(EMBEDDED.sub("", text), root), None):
        raise WorkbookError(
            f"The report was not published: {name} holds {found}; find where it comes from and remove it."
        )


def check_folder(folder: Path, root: Path) -> None:
    """Check all text files of a report.

    Raises
    ------
    WorkbookError
        For the first file that does not pass `check`.
    """
    for path in sorted(p for p in folder.rglob("*") if p.suffix in SEARCHED):
        check(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix(), root)


def _folders(root: Path) -> dict[str, str]:
    """Return folders of this computer, the innermost first, with the text that replaces each in messages."""
    found = {str(root): "", str(Path.home()): "~", tempfile.gettempdir(): "…"}
    return {folder: sign for folder, sign in found.items() if len(folder) > 1}


def _identifiers(text: str, root: Path) -> Iterator[str]:
    for folder in _folders(root):
        # Not within a web address or another path; on Windows also with the doubled backslashes of JSON.
        for written in {f"{folder}{os.sep}", f"{folder}{os.sep}".replace("\\", "\\\\")}:
            if written in text and re.search(rf"(?<![\w.~-]){re.escape(written)}", text):
                yield f"a path of this computer ({folder})"
    if "@" in text and (found := EMAIL.search(text)):
        yield f"an e-mail address ({found[0]})"
    yield from ("a personal identity number" for found in PERSONAL.finditer(text) if _is_personal_number(found))
    for name in {_user(), socket.gethostname()}:
        # A name without a digit or a hyphen could be any word.
        distinct = len(name) >= SHORTEST and re.search(r"[\d-]", name)
        if distinct and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            yield f"the name of the user or the computer ({name})"
    for name, value in os.environ.items():
        if SECRET.search(name) and len(value) >= SHORTEST_SECRET and value in text:
            yield f"the value of the environment variable {name}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # The process runs under a user id without a name.
        return ""


def _is_personal_number(found: re.Match[str]) -> bool:
    """Return whether date and check digit are right: most numbers of this form are something else."""
    birth, last = (part for part in found.groups() if part)
    doubled = (2 * int(d) if i % 2 == 0 else int(d) for i, d in enumerate(birth + last))
    return bool(BIRTH.fullmatch(birth)) and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
