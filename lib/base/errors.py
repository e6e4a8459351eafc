"""The one exception that carries a plain sentence to the person at the keyboard."""

from __future__ import annotations

import unicodedata

#: What somebody reads of a message; a file may have put a whole book into it.
LONGEST = 1500


def one_line(text: str) -> str:
    """Make a message one line without control characters, and no longer than one reads.

    >>> one_line("a\\n b\\x1b[31m")
    'a b[31m'
    """
    plain = "".join(c if c.isprintable() or c.isspace() else "" for c in text)
    line = " ".join(unicodedata.normalize("NFC", plain).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


class WorkbookError(Exception):
    """Something in the workbook must be mended: the message says where, what is wrong and what to do.

    The command line prints the message without a traceback and ends with a non-zero exit code; a notebook shows it alone.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback: nothing in ``lib`` is what the author must mend."""
        return [str(self)]
