"""A message is one printable line, and a notebook shows it without a traceback."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lib.base.errors import LONGEST, WorkbookError, one_line


@given(st.text())
def test_a_message_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable() and line == line.strip()


def test_a_long_message_is_cut() -> None:
    assert one_line("a" * (LONGEST + 1)) == "a" * LONGEST + " …"


def test_a_notebook_shows_the_message_alone() -> None:
    assert WorkbookError("data/report.yaml: is missing")._render_traceback_() == ["data/report.yaml: is missing"]
