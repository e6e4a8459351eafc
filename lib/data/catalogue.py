"""What the report speaks of: strategies, goals, actors, plans, indicators, sources, regions and documents.

Everything here is read from ``data/`` and checked once; nothing about one county, year or number of goals is code.
"""

from __future__ import annotations

import difflib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml, refuse_links
from lib.base.swedish import sort_key
from lib.data import references
from lib.data.judgements import Assessment
from lib.data.outlines import read_outlines
from lib.data.policies import HiddenCell, Policy
from lib.data.reading import by_id, check, laid_over, read_items, read_list, read_rows
from lib.data.records import (
    Actor,
    Commitment,
    Document,
    FollowUp,
    FollowUpRow,
    GoodExample,
    Identity,
    Indicator,
    LocalPlan,
    Mandate,
    NationalGoal,
    Plan,
    QualityDeclaration,
    Region,
    Source,
    Statement,
    Strategy,
    SupportLine,
)

if TYPE_CHECKING:
    from lib.data.parameters import Parameters


class Catalogue:
    """All of ``data/`` but the observations, read and checked once.

    Parameters
    ----------
    data : Path
        The data folder.

    Raises
    ------
    WorkbookError
        For a missing or malformed file, a link, an identifier used twice, or a reference to something that does not exist.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        refuse_links(data)
        strategy = data / "strategy"
        self.identity: Identity = check(Identity, read_yaml(data / "report.yaml"), str(data / "report.yaml"))
        self.base = (data / self.identity.base).resolve() if self.identity.base else None
        self.strategies = self._shared(Strategy, "strategy/strategies.yaml", "strategies")
        self.national_goals = self._shared(NationalGoal, "strategy/strategies.yaml", "national_goals")
        self.actors = by_id(read_list(Actor, strategy / "actors.yaml", "actors"), strategy / "actors.yaml")
        self.plans = by_id(read_list(Plan, strategy / "plans.yaml", "plans"), strategy / "plans.yaml")
        self.commitments = by_id(read_list(Commitment, strategy / "plans.yaml", "commitments"), strategy / "plans.yaml")
        self._add_follow_ups(strategy / "follow_ups.csv")
        self.documents = by_id(
            read_list(Document, strategy / "documents.yaml", "documents"), strategy / "documents.yaml"
        )
        self.mandate: list[Mandate] = read_list(Mandate, strategy / "documents.yaml", "mandate")
        self.quality = by_id(
            read_list(QualityDeclaration, data / "quality.yaml", "declarations"), data / "quality.yaml"
        )
        self.policies = self._shared(Policy, "disclosure.yaml", "policies")
        self.hidden_cells: list[HiddenCell] = read_list(HiddenCell, data / "disclosure.yaml", "hidden_cells")
        self.local_plans: list[LocalPlan] = read_rows(LocalPlan, data / "local_plans.csv")
        self.good_examples: list[GoodExample] = read_rows(GoodExample, data / "good_examples.csv")
        self.indicators = {
            name: self._with_strategy(indicator)
            for name, indicator in self._shared(Indicator, "indicators/*.yaml", "indicators").items()
        }
        self.sources = self._shared(Source, "sources.yaml", "sources")
        self.support: dict[str, SupportLine] = self._shared(SupportLine, "support.yaml", "support")
        self.statements = by_id(read_rows(Statement, data / "statements.csv"), data / "statements.csv")
        for folder, suffix in (("indicators", ".yaml"), ("assessments", ".yaml"), ("observations", ".csv")):
            _only(data / folder, suffix)
        references.check(self)
        #: Municipalities' outlines by code; empty where the workbook has no map.
        self.outlines = read_outlines(data / "geo" / "municipalities.geojson", set(self.region_names))

    def _add_follow_ups(self, path: Path) -> None:
        """Add what agencies answered in the survey to what plans.yaml quotes of their commitments."""
        for row in read_rows(FollowUpRow, path) if path.exists() else []:
            known = self.commitments.get(row.commitment)
            if known is None:
                raise WorkbookError(
                    f"{path}: there is no commitment '{row.commitment}' in data/strategy/plans.yaml; correct the name."
                )
            told = FollowUp(**row.model_dump(exclude={"commitment"}))
            self.commitments[row.commitment] = known.model_copy(update={"follow_ups": [*known.follow_ups, told]})

    def _shared(self, kind: Any, pattern: str, key: str) -> dict[str, Any]:
        """Read a list that a base folder may hold too."""
        files = [sorted(folder.glob(pattern)) if folder else [] for folder in (self.data, self.base)]
        if not any(files):
            raise WorkbookError(f"{self.data / pattern} is missing; restore it or create it.")
        own, base = ([entry for path in paths for entry in read_items(path, key)] for paths in files)
        entries = [check(kind, item, where) for where, item in (laid_over(base, own) if base else own)]
        return by_id(entries, self.data / pattern)

    def _with_strategy(self, indicator: Indicator) -> Indicator:
        """Return an indicator whose goals all name their strategy."""
        named = [g.model_copy(update={"strategy": g.strategy or self.identity.strategy}) for g in indicator.goals]
        return indicator.model_copy(update={"goals": named})

    @cached_property
    def regions(self) -> dict[tuple[str, date | None], Region]:
        """Regions by code and first day of validity (a district that was merged keeps its row)."""
        path = self.data / "regions.csv"
        regions = read_rows(Region, path)
        return by_id(regions, path, key=lambda region: (region.code, region.valid_from))

    def units(self, day: date, county: str) -> list[Region]:
        """Return the county's municipalities and their districts as they were on a day, in alphabetical order."""
        municipalities = {r.code for r in self.regions.values() if r.type == "kommun" and r.parent == county}
        own = [
            r
            for r in self.regions.values()
            if (r.code in municipalities or (r.type == "stadsdel" and r.parent in municipalities))
            and (r.valid_from is None or r.valid_from <= day)
            and (r.valid_to is None or day <= r.valid_to)
        ]
        return sorted(own, key=lambda r: (r.type, sort_key(r.name)))

    @cached_property
    def county(self) -> str:
        """The county among the areas that the report is about."""
        return next(code for code in self.identity.home_regions if self.region_types[code] == "län")

    @cached_property
    def region_names(self) -> dict[str, str]:
        return {region.code: region.name for region in self.regions.values()}

    @cached_property
    def region_types(self) -> dict[str, str]:
        return {region.code: region.type for region in self.regions.values()}

    def assessments(self, year: int) -> dict[int, Assessment]:
        """Return the written assessments of a year, by goal; empty where nobody has written any."""
        path = self.data / "assessments" / f"{year}.yaml"
        if not path.exists():
            return {}
        entries = by_id(read_list(Assessment, path, "assessments"), path, key=lambda entry: entry.goal)
        known = {goal.id for strategy in self.strategies.values() for goal in strategy.goals}
        if unknown := sorted(set(entries) - known):
            raise WorkbookError(
                f"{path}: there is no goal {unknown[0]} in data/strategy/strategies.yaml; correct the number."
            )
        return entries

    def indicator(self, identifier: str) -> Indicator:
        """Return an indicator, or raise `WorkbookError` with the nearest names."""
        if identifier in self.indicators:
            return self.indicators[identifier]
        near = difflib.get_close_matches(identifier, self.indicators, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see data/indicators/."
        raise WorkbookError(f"There is no indicator '{identifier}'{hint}")

    def strategy(self, parameters: Parameters) -> Strategy:
        """Return a report's strategy with the goals of its year, or raise `WorkbookError` if it does not cover that year."""
        where = f"parameters/{parameters.name}.yaml"
        if parameters.strategy not in self.strategies:
            known = ", ".join(self.strategies)
            raise WorkbookError(f"{where}, strategy: there is no '{parameters.strategy}' ({known}); correct the name.")
        strategy = self.strategies[parameters.strategy]
        if not strategy.covers(parameters.year):
            raise WorkbookError(
                f"{where}, strategy: {strategy.id} does not cover {parameters.year}; choose the strategy of that year."
            )
        return strategy.in_year(parameters.year)

    def plan(self, year: int, strategy: str) -> Plan | None:
        """Return the action plan in force in ``year``, or None: a year may have no plan."""
        return next((p for p in self.plans.values() if p.strategy == strategy and p.covers(year)), None)


def _only(folder: Path, suffix: str) -> None:
    """Refuse a file with another ending than is read: it would silently count for nothing."""
    for path in sorted(folder.glob("*")):
        if not path.name.startswith((".", "~")) and path.suffix != suffix:
            raise WorkbookError(f"{path}: only {suffix} files are read here; rename or move it.")
