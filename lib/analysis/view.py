"""What one chapter of one report may see: its parameters, the catalogue, and the observations as of the cut-off.

A view notes what is read through it, so that a build can tell which chapters a change concerns (`View.digest`).
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from lib.analysis.disclosure import protect
from lib.analysis.reads import ALL, Recorded
from lib.analysis.series import IndicatorSeries
from lib.base.files import fingerprint
from lib.base.workbook import Workbook
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.judgements import Assessment
from lib.data.observations import as_of, read_observations
from lib.data.parameters import Parameters, read_parameters
from lib.data.records import Commitment, Goal, Indicator, Plan, Region, Statement, Strategy


def _read(data: Path) -> tuple[Catalogue, pd.DataFrame]:
    """Return a data folder's contents, read once as long as no file in it (or in the one it lies over) changes."""
    home = data.parent if (data.parent / "report.yaml").exists() else data
    return _read_once(data, fingerprint(home))


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

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue; which indicators and statements are read in it is noted."""
        own = copy.copy(self.known)
        own.indicators = Recorded(self.known.indicators, "indicator", self.reads)
        own.statements = Recorded(self.known.statements, "statement", self.reads)
        return own

    @cached_property
    def assessments(self) -> Mapping[int, Assessment]:
        """The written assessments of the report's year, by goal; one that is not decided yet is none."""
        decided = {goal: a for goal, a in self.known.assessments(self.year).items() if a.decided}
        return Recorded(decided, "assessment", self.reads)

    @cached_property
    def earlier_assessments(self) -> Mapping[int, Assessment]:
        """The written assessments of the year before, by goal."""
        decided = {goal: a for goal, a in self.known.assessments(self.year - 1).items() if a.decided}
        return Recorded(decided, "earlier assessment", self.reads)

    def comment(self, goal: int) -> str:
        """Return what people have written about a goal for the report's year; empty where nothing is written."""
        self.reads.add(f"comment {goal}")
        return commentary.read(self.known.data, self.year, goal)

    @property
    def observations(self) -> pd.DataFrame:
        """All observations that the report may see; `series` gives those of one indicator."""
        self.reads.add(f"observation {ALL}")
        return self.rows

    @property
    def year(self) -> int:
        return self.parameters.year

    @property
    def synthetic(self) -> bool:
        """Tell whether the report is about an openly invented county."""
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

    def series(self, identifier: str) -> IndicatorSeries:
        """Return an indicator with the rows this report may see."""
        indicator = self.catalogue.indicator(identifier)
        if identifier not in self._series:
            rows = self.rows[self.rows["indicator"] == identifier]
            self._series[identifier] = IndicatorSeries(indicator, rows, self.catalogue)
        return self._series[identifier]

    @cached_property
    def _series(self) -> dict[str, IndicatorSeries]:
        return {}

    def goals_of(self, indicator: Indicator) -> list[int]:
        """Return the goals an indicator follows in the report's year."""
        return [link.goal for link in indicator.goal_link(self.strategy.id, self.year)]

    def indicators(self, goal: int) -> list[Indicator]:
        """Return the indicators of a goal in the report's year, decided ones first."""
        self.reads.add(f"indicators of goal {goal}")
        own = [i for i in self.known.indicators.values() if goal in self.goals_of(i) and i.kind(self.year)]
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
        self.reads.add("statement *" if goal is None else f"statements of goal {goal}")
        return [
            s
            for s in self.known.statements.values()
            if s.year == self.year
            and s.published <= self.parameters.cut_off
            and (goal is None or s.goal == goal)
            and (not wanted or s.kind in wanted)
        ]

    def digest(self, read: str) -> str:
        """Return a digest of something that `reads` names: another one as soon as it would be read differently.

        Raises
        ------
        ValueError
            For a name that `reads` never holds.
        """
        if read not in self._digests:
            self._digests[read] = hashlib.sha256(repr(self._content(read)).encode()).hexdigest()[:32]
        return self._digests[read]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    def _content(self, read: str) -> list:
        kind, _, key = read.rpartition(" ")
        # Looking for a digest is no reading.
        plain = View(self.workbook, self.parameters, self.known, self.rows, self.chapter)
        if kind == "indicator" and key != ALL:
            rows = self.rows[self.rows["indicator"] == key]
            return [self.known.indicators.get(key), rows.to_csv(index=False)]
        if kind == "indicator":
            return list(self.known.indicators.items())
        if kind == "observation":
            return [self.rows.to_csv(index=False)]
        if kind == "statement":
            return [(i, s) for i, s in self.known.statements.items() if key in (ALL, i)]
        if kind == "assessment":
            return [(g, a) for g, a in plain.assessments.items() if key in (ALL, str(g))]
        if kind == "earlier assessment":
            return [(g, a) for g, a in plain.earlier_assessments.items() if key in (ALL, str(g))]
        if kind == "comment":
            return [plain.comment(int(key))]
        if kind == "indicators of goal":
            return plain.indicators(int(key))
        if kind == "statements of goal":
            return plain.statements(int(key))
        raise ValueError(f"'{read}' is nothing that a view reads")


def open_view(workbook: Workbook, name: str | int, chapter: str, goal: int | None = None) -> View:
    """Read parameters and data of a report and apply its year, its cut-off and the protection of individuals.

    ``name`` is the report's: its year, or ``exempel``.

    Raises
    ------
    WorkbookError
        If the parameters or the data do not pass their checks.
    """
    parameters = read_parameters(workbook, name)
    catalogue, observations = _read(workbook.root / parameters.data)
    catalogue.strategy(parameters)
    # Nothing that a notebook does can show what is not in its hands: it only ever gets the protected figures.
    shown, _ = protect(as_of(observations, parameters.year, parameters.cut_off), catalogue)
    view = View(workbook, parameters, catalogue, shown, chapter, goal)
    if goal is not None:
        view.strategy.goal(goal)
    return view


def audited(view: View) -> pd.DataFrame:
    """Audit what a report will publish, and return the log of what was hidden and rounded; it holds no figure.

    Raises
    ------
    WorkbookError
        If somebody who knows all that is published can compute a hidden figure.
    """
    from lib.analysis.disclosure_audit import check  # the build alone needs it

    _, observations = _read(view.workbook.root / view.parameters.data)
    rows = as_of(observations, view.year, view.parameters.cut_off)
    shown, log = protect(rows, view.known)
    check(rows, shown, view.known)
    return log
