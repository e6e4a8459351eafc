"""What one chapter of one report may see: its parameters, the catalogue, and the observations as of the cut-off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from lib.catalogue import Catalogue
from lib.errors import WorkbookError
from lib.observations import as_of, read_observations
from lib.parameters import Parameters, read_parameters
from lib.records import Commitment, Goal, Indicator, Plan, Statement, Strategy
from lib.series import IndicatorSeries
from lib.workbook import Workbook


@lru_cache(maxsize=2)
def _read(data: Path) -> tuple[Catalogue, pd.DataFrame]:
    catalogue = Catalogue(data)
    return catalogue, read_observations(catalogue)


@dataclass(frozen=True)
class View:
    """A report's year and cut-off applied to the workbook's data.

    Parameters
    ----------
    workbook : Workbook
    parameters : Parameters
    catalogue : Catalogue
    observations : DataFrame
        Already as of the cut-off (`lib.observations.as_of`).
    chapter : str
        The chapter's key, part of every fact's id: ``mal-3``, ``metod``.
    goal_number : int or None
    """

    workbook: Workbook
    parameters: Parameters
    catalogue: Catalogue
    observations: pd.DataFrame
    chapter: str
    goal_number: int | None = None

    @property
    def year(self) -> int:
        return self.parameters.year

    @cached_property
    def strategy(self) -> Strategy:
        return self.catalogue.strategies[self.parameters.strategy]

    @property
    def goal(self) -> Goal:
        """The goal of a goal chapter."""
        assert self.goal_number is not None, "this chapter has no goal"
        return self.strategy.goal(self.goal_number)

    @property
    def plan(self) -> Plan | None:
        return self.catalogue.plan(self.year, self.strategy.id)

    def series(self, identifier: str) -> IndicatorSeries:
        """Return an indicator with the rows this report may see."""
        indicator = self.catalogue.indicator(identifier)
        return IndicatorSeries(
            indicator, self.observations[self.observations["indicator"] == identifier], self.catalogue
        )

    def goals_of(self, indicator: Indicator) -> list[int]:
        """Return the goals an indicator follows in the report's year."""
        return [link.goal for link in indicator.goal_link(self.strategy.id, self.year)]

    def indicators(self, goal: int) -> list[Indicator]:
        """Return the indicators of a goal in the report's year, decided ones first."""
        own = [i for i in self.catalogue.indicators.values() if goal in self.goals_of(i) and i.kind(self.year)]
        return sorted(own, key=lambda i: i.kind(self.year) != "indikator")

    def has_home_value(self, indicator: Indicator) -> bool:
        """Tell whether the report may see any value for the county (or its police region)."""
        return any(line.has_value for line in self.series(indicator.id).home)

    def commitments(self, goal: int | None = None) -> list[Commitment]:
        """Return the commitments of the plan in force in the report's year, of one goal or of all."""
        if self.plan is None:
            return []
        own = [c for c in self.catalogue.commitments.values() if c.plan == self.plan.id]
        return [c for c in own if goal is None or c.goal == goal]

    def promises(self, goal: int | None = None) -> list[Commitment]:
        """Return the commitments and joint measures that can be followed up, without what is merely mentioned."""
        return [c for c in self.commitments(goal) if c.kind != "omnämnande"]

    def statements(self, goal: int | None = None, kinds: Iterable[str] = ()) -> list[Statement]:
        """Return what sources say in words of the report's year, known at its cut-off; of one goal or of all."""
        wanted = set(kinds)
        return [
            s
            for s in self.catalogue.statements.values()
            if s.year == self.year
            and s.published <= self.parameters.cut_off
            and (goal is None or s.goal == goal)
            and (not wanted or s.kind in wanted)
        ]


def open_view(workbook: Workbook, year: int, chapter: str, goal: int | None = None) -> View:
    """Read parameters and data of a report and apply its year and cut-off.

    Raises
    ------
    WorkbookError
        If the parameters or the data do not pass their checks.
    """
    parameters = read_parameters(workbook, year)
    catalogue, observations = _read(workbook.root / parameters.data)
    if parameters.strategy not in catalogue.strategies:
        known = ", ".join(catalogue.strategies)
        raise WorkbookError(
            f"parameters/{year}.yaml, strategy: there is no '{parameters.strategy}' ({known}); correct the name."
        )
    strategy = catalogue.strategies[parameters.strategy]
    if not strategy.covers(year):
        raise WorkbookError(
            f"parameters/{year}.yaml, strategy: {strategy.id} does not cover {year}; choose the strategy of that year."
        )
    seen = as_of(observations, parameters.year, parameters.cut_off)
    view = View(workbook, parameters, catalogue, seen, chapter, goal)
    if goal is not None:
        view.strategy.goal(goal)
    return view
