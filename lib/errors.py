"""The one exception that carries a plain sentence to the person at the keyboard."""

from __future__ import annotations


class WorkbookError(Exception):
    """Something in the workbook must be mended: the message says where, what is wrong and what to do.

    The command line prints the message without a traceback and ends with a non-zero exit code; a notebook shows it alone.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in place of a traceback: nothing in ``lib`` is what the author must mend."""
        return [str(self)]
