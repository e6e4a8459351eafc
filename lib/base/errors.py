"""The one exception whose message is a plain sentence for the user."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

#: The most characters of a message that are shown: it may quote a file, which can be of any length.
LONGEST = 1500


def one_line(text: str) -> str:
    """Return a message as one line, without control characters and cut to `LONGEST` characters.

    >>> one_line("a\\n b\\x1b[31m")
    'a b[31m'
    """
    plain = "".join(c if c.isprintable() or c.isspace() else "" for c in text)
    line = " ".join(unicodedata.normalize("NFC", plain).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return "did you mean …?" with the known words that are most like another, or nothing.

    >>> nearest("Solnaa", ["Riket", "Solna"])
    'did you mean Solna?'
    """
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=cutoff)
    return f"did you mean {' or '.join(near)}?" if near else ""


def unforeseen(error: Exception) -> str:
    """Return what is said of an error that nobody thought of.

    >>> unforeseen(KeyError("id"))
    "stopped by an unforeseen error (KeyError: 'id')"
    """
    return f"stopped by an unforeseen error ({type(error).__name__}: {str(error)[:200]})"


class WorkbookError(Exception):
    """An error in the workbook that the user can correct: the message says where it is, what is wrong and what to do.

    The command line prints the message without a traceback and exits with a non-zero code; a notebook shows the message alone.

    >>> raise WorkbookError("data/report.yaml is missing; restore it.")
    Traceback (most recent call last):
    lib.base.errors.WorkbookError: data/report.yaml is missing; restore it.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of a traceback, since the fault is not in ``lib``."""
        return [str(self)]
