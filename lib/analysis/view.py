"""The data that one chapter of one report may see: its parameters, the catalogue, and the observations as of the cut-off.

A view notes what is read through it, so that a build knows which chapters a change concerns (`lib.analysis.reads`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from lib.analysis.disclosure import protect
from lib.analysis.finding import Finding
from lib.analysis.reads import ALL, Recorded
from lib.analysis.value import read_values
from lib.base.files import fingerprint
from lib.base.workbook import Workbook, data_root
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.commentary import Assessment
from lib.data.indicators import Indicator
from lib.data.observations import as_of, read_observations
from lib.data.parameters import Parameters, read_parameters
from lib.data.records import Commitment, Goal, Plan, Statement, Strategy
from lib.data.regions import Region


def _read(data: Path) -> tuple[Catalogue, pd.DataFrame]:
    """Return a data folder's contents, read once as long as no file in it (or in its base folder) changes."""
    return _read_once(data, fingerprint(data_root(data)))


@lru_cache(maxsize=2)
def _read_once(data: Path, _: str) -> tuple[Catalogue, pd.DataFrame]:
    catalogue = Catalogue(data)
    return catalogue, read_observations(catalogue)


@dataclass(frozen=True)
class View:
    """A report's year and cut-off applied to the workbook's data.

    Parameters
    ----------
    workbook : Workbook
    parameters : Parameters
    known : Catalogue
    rows : DataFrame
        Observations, already as of the cut-off (`lib.data.observations.as_of`) and protected.
    chapter : str
        The chapter's key, part of every fact's id: ``mal-3``, ``metod``.
    goal_number : int or None
    reads : set of str
        What has been read so far: ``indicator mhv_tillfragade``, ``statement *``.
    """

    workbook: Workbook
    parameters: Parameters
    known: Catalogue
    rows: pd.DataFrame
    chapter: str
    goal_number: int | None = None
    reads: set[str] = field(default_factory=set, compare=False)
    _findings: dict[str, Finding] = field(default_factory=dict, init=False, compare=False)
    digests: dict[str, str] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue; it notes which of its indicators and statements are read."""
        recorded = copy.copy(self.known)
        recorded.indicators = Recorded(self.known.indicators, "indicator", self.reads)
        recorded.statements = Recorded(self.known.statements, "statement", self.reads)
        return recorded

    @cached_property
    def assessments(self) -> Mapping[int, Assessment]:
        """The decided assessments of the report's year, by goal."""
        return self._assessments(self.year, "assessment")

    @cached_property
    def earlier_assessments(self) -> Mapping[int, Assessment]:
        """The decided assessments of the year before, by goal."""
        return self._assessments(self.year - 1, "earlier assessment")

    def _assessments(self, year: int, kind: str) -> Mapping[int, Assessment]:
        decided = {goal: a for goal, a in self.known.assessments(year).items() if a.decided}
        return Recorded(decided, kind, self.reads)

    def comment(self, goal: int) -> str:
        """Return the written comment on a goal for the report's year, or an empty text."""
        self.reads.add(f"comment {goal}")
        return commentary.read(self.known.data, self.year, goal)

    @property
    def observations(self) -> pd.DataFrame:
        """All observations that the report may see; `finding` gives those of one indicator."""
        self.reads.add(f"observation {ALL}")
        return self.rows

    @property
    def year(self) -> int:
        return self.parameters.year

    @property
    def synthetic(self) -> bool:
        """Whether the report is about an openly invented county."""
        return self.catalogue.identity.synthetic

    @cached_property
    def strategy(self) -> Strategy:
        return self.catalogue.strategy(self.parameters)

    @property
    def goal(self) -> Goal:
        """The goal of a goal chapter."""
        assert self.goal_number is not None, "this chapter has no goal"
        return self.strategy.goal(self.goal_number)

    @property
    def plan(self) -> Plan | None:
        return self.catalogue.plan(self.year, self.strategy.id)

    def units(self, year: int | None = None) -> list[Region]:
        """Return the county's municipalities and districts at the end of a year (the report's, if none is given)."""
        return self.known.units(date(year or self.year, 12, 31), self.catalogue.county)

    def unoutlined(self, year: int) -> list[str]:
        """Return the names of the municipalities that existed in a year and that have no outline for a map."""
        towns = [unit for unit in self.units(year) if unit.type == "kommun"]
        return [town.name for town in towns if town.code not in self.known.outlines]

    def finding(self, identifier: str) -> Finding:
        """Return the findings on an indicator, made once.

        Raises
        ------
        WorkbookError
            If there is no such indicator.
        """
        indicator = self.catalogue.indicator(identifier)
        if identifier not in self._findings:
            rows = self.rows[self.rows["indicator"] == identifier]
            values = read_values(indicator, rows, self.known)
            self._findings[identifier] = Finding(indicator, values, self.known, self.year, self.parameters.cut_off)
        return self._findings[identifier]

    def goals_of(self, indicator: Indicator) -> list[int]:
        """Return the goals an indicator follows in the report's year."""
        return [link.goal for link in indicator.goal_link(self.strategy.id, self.year)]

    def goals_ever(self, indicator: Indicator) -> list[int]:
        """Return the goals of the strategy that an indicator follows in any year."""
        return [link.goal for link in indicator.goals if link.strategy == self.strategy.id]

    def indicators(self, goal: int) -> list[Indicator]:
        """Return the indicators of a goal in the report's year, decided ones first."""
        self.reads.add(f"indicators of goal {goal}")
        followed = [i for i in self.known.indicators.values() if goal in self.goals_of(i) and i.kind(self.year)]
        return sorted(followed, key=lambda i: i.kind(self.year) != "indikator")

    def decided(self) -> list[Indicator]:
        """Return the strategy's indicators, without development indicators, each once."""
        followed = {i.id: i for goal in self.strategy.goals for i in self.indicators(goal.id)}
        return [i for i in followed.values() if i.kind(self.year) == "indikator"]

    def surveyed(self) -> list[Indicator]:
        """Return the indicators that municipalities and districts are asked about, not those that a publisher has of each."""
        return [i for i in self.known.indicators.values() if not i.of_each_municipality]

    def known_years(self, indicator: Indicator) -> set[int]:
        """Return the years with any value for the county (or its police region), or for its municipalities where it is of each."""
        finding = self.finding(indicator.id)
        values = finding.answers if indicator.of_each_municipality else [v for x in finding.home_known for v in x.known]
        return {value.year for value in values if value.known}

    def has_home_value(self, indicator: Indicator) -> bool:
        """Return whether there are any `known_years`."""
        return bool(self.known_years(indicator))

    def commitments(self, goal: int | None = None) -> list[Commitment]:
        """Return the commitments of the plan in force in the report's year, of one goal or of all."""
        if self.plan is None:
            return []
        of_plan = [c for c in self.catalogue.commitments.values() if c.plan == self.plan.id]
        return [c for c in of_plan if goal is None or c.goal == goal]

    def promises(self, goal: int | None = None) -> list[Commitment]:
        """Return the commitments and joint measures that can be followed up, not those that are merely mentioned."""
        return [c for c in self.commitments(goal) if c.kind != "omnämnande"]

    def statements(self, goal: int | None = None, kinds: Iterable[str] = ()) -> list[Statement]:
        """Return the sources' statements on the report's year that are known at its cut-off, of one goal or of all."""
        wanted = set(kinds)
        self.reads.add("statement *" if goal is None else f"statements of goal {goal}")
        return [
            s
            for s in self.known.statements.values()
            if s.year == self.year
            and s.published <= self.parameters.cut_off
            and (goal is None or s.goal == goal)
            and (not wanted or s.kind in wanted)
        ]

    def of_chapter(self, key: str) -> View:
        """Return the view of the chapter with a key, such as ``mal-3``, of the same report."""
        goal = key.removeprefix("mal-")
        return self._sharing(replace(self, chapter=key, goal_number=int(goal) if goal.isdigit() else None, reads=set()))

    def unrecorded(self) -> View:
        """Return the same view with an empty `reads`, for look-ups that are not to be recorded here."""
        return self._sharing(replace(self, reads=set()))

    def _sharing(self, other: View) -> View:
        """Return another view of the same data, which does not make the same findings and digests again."""
        for name in ("_findings", "digests"):
            object.__setattr__(other, name, getattr(self, name))
        return other


def open_view(workbook: Workbook, name: str | int, chapter: str, goal: int | None = None) -> View:
    """Read parameters and data of a report and apply its year, its cut-off and the protection of individuals.

    Parameters
    ----------
    name : str or int
        The report's name: its year, or ``exempel``.
    chapter : str
        The chapter's key.

    Raises
    ------
    WorkbookError
        If the parameters or the data do not pass their checks.

    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> view.year, view.finding("mhv_tillfragade").home[0].latest.year
    (2024, 2022)
    """
    parameters = read_parameters(workbook, name)
    catalogue, observations = _read(workbook.root / parameters.data)
    catalogue.strategy(parameters)
    # Notebooks receive only protected rows, so that no code in them can show a hidden figure.
    shown, _ = protect(as_of(observations, parameters.year, parameters.cut_off), catalogue)
    view = View(workbook, parameters, catalogue, shown, chapter, goal)
    if goal is not None:
        view.strategy.goal(goal)
    return view


def all_rows(view: View) -> pd.DataFrame:
    """Return all observations of a report's data folder, also those that it cannot see; they are not protected."""
    return _read(view.workbook.root / view.parameters.data)[1]


def publishable(view: View) -> pd.DataFrame:
    """Return the observations of a report as of its cut-off, not yet protected.

    >>> from lib.base.workbook import find_workbook
    >>> int(publishable(open_view(find_workbook(), 2022, "metod"))["year"].max())
    2022
    """
    return as_of(all_rows(view), view.year, view.parameters.cut_off)


def audited(view: View) -> pd.DataFrame:
    """Audit the rows that a report will publish, and return the log of hidden and rounded cells; it holds no figure.

    Raises
    ------
    WorkbookError
        If a hidden figure can be computed from what is published.

    >>> from lib.base.workbook import find_workbook
    >>> sorted(set(audited(open_view(find_workbook(), 2022, "metod"))["rule"]))
    []
    """
    from lib.analysis.disclosure_cure import check  # slow to import, and only builds need it

    rows = publishable(view)
    shown, log = protect(rows, view.known)
    check(rows, shown, view.known, f"{view.parameters.data}/disclosure.yaml", view.parameters.name)
    return log
