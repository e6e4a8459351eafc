"""Nothing identifying leaves: what a build is about to put into ``output/`` is searched for it, whoever wrote it there.

Paths, names of user and computer, passwords in the environment, e-mail addresses and personal identity numbers.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lib.base.errors import WorkbookError

SEARCHED = {".html", ".json", ".csv", ".ipynb"}
SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE", re.IGNORECASE)
#: Typefaces and pictures inside a page, whose letters mean nothing.
PACKED = re.compile(r"base64,[A-Za-z0-9+/=]+")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
#: Personal identity and co-ordination numbers (Skatteverket): date of birth, three digits, a check digit; the day of a
#: co-ordination number has 60 added. Only the century lets ten digits without a sign between them count.
PERSONAL = re.compile(r"(\d{6})[-+](\d{4})(?![\w.])|(?<![\w.])(?:19|20)(\d{6})(\d{4})(?![\w.])")
BIRTH = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])")
#: Shorter ones could be any word: names of user and computer, and secrets.
SHORTEST, SHORTEST_SECRET = 6, 8


def _folders(root: Path) -> dict[str, str]:
    """Return folders of this computer, the innermost first, and what stands in their place where an error names them."""
    found = {str(root): "", str(Path.home()): "~", tempfile.gettempdir(): "…"}
    return {folder: sign for folder, sign in found.items() if len(folder) > 1}


def scrubbed(text: str, root: Path) -> str:
    """Return an error message in which files are named from the workbook's root, not from that of the computer.

    >>> scrubbed("/w/data/report.yaml, title: is missing", Path("/w"))
    'data/report.yaml, title: is missing'
    """
    for folder, sign in _folders(root).items():
        text = text.replace(f"{folder}{os.sep}", f"{sign}/" if sign else "").replace(folder, sign or "the workbook")
    return text


def check(text: str, name: str, root: Path) -> None:
    """Check a text that is about to be put into ``output/``.

    Raises
    ------
    WorkbookError
        If something in it identifies a person, this computer, or who works at it.
    """
    if found := next(_found(PACKED.sub("", text), root), None):
        raise WorkbookError(
            f"The report was not published: {name} holds {found}; find where it comes from and remove it."
        )


def check_folder(folder: Path, root: Path) -> None:
    """Check all text files of a report (`check`)."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix in SEARCHED):
        check(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix(), root)


def _found(text: str, root: Path) -> Iterator[str]:
    for folder in _folders(root):
        # Not as a part of a web address or of another path; with the backslashes of Windows as JSON writes them, too.
        for written in {f"{folder}{os.sep}", f"{folder}{os.sep}".replace("\\", "\\\\")}:
            if written in text and re.search(rf"(?<![\w.~-]){re.escape(written)}", text):
                yield f"a path of this computer ({folder})"
    if "@" in text and (found := EMAIL.search(text)):
        yield f"an e-mail address ({found[0]})"
    yield from ("a personal identity number" for found in PERSONAL.finditer(text) if _checks(found))
    for name in {_user(), socket.gethostname()}:
        # Without a digit or a hyphen it could be any word.
        if (
            len(name) >= SHORTEST
            and re.search(r"[\d-]", name)
            and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
        ):
            yield f"the name of the user or the computer ({name})"
    for name, value in os.environ.items():
        if SECRET.search(name) and len(value) >= SHORTEST_SECRET and value in text:
            yield f"the value of the environment variable {name}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A process without a user's name.
        return ""


def _checks(found: re.Match[str]) -> bool:
    """Tell whether date and check digit are right: most numbers that look like it are something else."""
    birth, last = (part for part in found.groups() if part)
    doubled = (2 * int(d) if i % 2 == 0 else int(d) for i, d in enumerate(birth + last))
    return bool(BIRTH.fullmatch(birth)) and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
