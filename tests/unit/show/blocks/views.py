"""Views of the shipped data for tests of blocks."""

from __future__ import annotations

from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from tests.conftest import ROOT


def view_of(year: int | str, goal: int | None = None, chapter: str = "metod") -> View:
    """Return the view of a report, for a goal chapter if a goal is given."""
    return open_view(Workbook(ROOT), year, f"mal-{goal}" if goal else chapter, goal)
