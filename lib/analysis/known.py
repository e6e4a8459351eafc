"""What a chapter knows apart from figures, as tables for pandas: goals, indicators, commitments, statements and gaps."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from lib.analysis import gaps
from lib.analysis.view import View

#: Marks, in its ``attrs``, a table of records of the workbook's, which have their sources elsewhere in the report.
ATTRIBUTE = "chapter.known"


class Known:
    """The records of a chapter's report as DataFrames: of the chapter's goal, or of all goals in a chapter without one.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> known = Known(open_view(find_workbook(), 2022, "mal-3", 3))
    >>> known.goals["goal"].tolist(), known.statements.columns[:3].tolist()
    ([3], ['goal', 'year', 'kind'])
    """

    def __init__(self, view: View) -> None:
        self._view = view

    @property
    def goals(self) -> pd.DataFrame:
        """Goals: goal (number), name, wording, strategy (its title), and first_year and last_year of the strategy."""
        view = self._view
        strategy = view.strategy
        rows = [
            (goal.id, goal.short, goal.wording, strategy.title, strategy.first_year, strategy.last_year)
            for goal in strategy.goals
            if view.goal_number in (None, goal.id)
        ]
        return _table(["goal", "name", "wording", "strategy", "first_year", "last_year"], rows)

    @property
    def indicators(self) -> pd.DataFrame:
        """Indicators: indicator (id), goal, kind, title, unit, direction, source (id), and figures: whether there are any here."""
        view = self._view
        rows = [
            (i.id, goal, i.kind(view.year), i.title, i.unit, i.direction, i.source, view.has_home_value(i))
            for goal in self._goals()
            for i in view.indicators(goal)
        ]
        return _table(["indicator", "goal", "kind", "title", "unit", "direction", "source", "figures"], rows)

    @property
    def plan(self) -> pd.DataFrame:
        """Commitments of the plan in force: commitment (id), goal, kind, actors (names), text, status in the year, source (id)."""
        view = self._view
        actors = view.catalogue.actors
        rows = [
            (
                *(c.id, c.goal, c.kind, ", ".join(actors[a].name for a in c.actors), c.text),
                *(c.status(view.year, view.parameters.cut_off), c.source),
            )
            for c in view.commitments(view.goal_number)
        ]
        return _table(["commitment", "goal", "kind", "actors", "text", "status", "source"], rows)

    @property
    def statements(self) -> pd.DataFrame:
        """Statements of the sources on the year: goal, year, kind (framsteg, utmaning, lucka), text, indicator, source, published."""
        rows = [
            (s.goal, s.year, s.kind, s.text, s.indicator, s.source, pd.Timestamp(s.published))
            for s in self._view.statements(self._view.goal_number)
        ]
        return _table(["goal", "year", "kind", "text", "indicator", "source", "published"], rows)

    @property
    def gaps(self) -> pd.DataFrame:
        """State of each indicator, year and unit: indicator, title, year, region, region_name, state (in Swedish)."""
        states = gaps.table(self._view)
        states.columns = pd.Index(["indicator", "title", "year", "region", "region_name", "state"])
        kept = states[states["indicator"].isin(self.indicators["indicator"])].reset_index(drop=True)
        kept.attrs[ATTRIBUTE] = True
        return kept

    @property
    def units(self) -> pd.DataFrame:
        """The county's municipalities and districts at each year's end since the strategy began: year, region, region_name, type, parent."""
        view = self._view
        rows = [
            (year, unit.code, unit.name, unit.type, unit.parent)
            for year in range(view.strategy.first_year or view.year, view.year + 1)
            for unit in view.units(year)
        ]
        return _table(["year", "region", "region_name", "type", "parent"], rows)

    def _goals(self) -> list[int]:
        view = self._view
        return [view.goal_number] if view.goal_number is not None else [goal.id for goal in view.strategy.goals]


def _table(columns: list[str], rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=columns)
    table.attrs[ATTRIBUTE] = True
    return table
