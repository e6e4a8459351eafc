"""What the report speaks of: strategies, goals, actors, plans, indicators, sources, regions and documents.

Everything here is read from ``data/`` and checked once; nothing about one county, year or number of goals is code.
"""

from __future__ import annotations

import difflib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.errors import WorkbookError
from lib.files import read_yaml, refuse_links
from lib.judgements import Assessment
from lib.outlines import read_outlines
from lib.policies import HiddenCell, Policy
from lib.reading import by_id, check, laid_over, read_items, read_list, read_rows
from lib.records import (
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
from lib.swedish import sort_key

if TYPE_CHECKING:
    from lib.parameters import Parameters


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
        self._check_references()
        self._check_regions()
        self._check_plans()
        self._check_goals()

    def _add_follow_ups(self, path: Path) -> None:
        """Add what agencies answered in the survey to what plans.yaml quotes of their commitments."""
        for row in read_rows(FollowUpRow, path) if path.exists() else []:
            known = self.commitments.get(row.commitment)
            _require(known is not None, str(path), row.commitment, "the commitment", "data/strategy/plans.yaml")
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

    @cached_property
    def outlines(self) -> dict[str, list]:
        """Municipalities' outlines by code: polygons as lists of rings; empty where the workbook has no map."""
        return read_outlines(self.data / "geo" / "municipalities.geojson", set(self.region_names))

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
        for goal in entries:
            _require(goal in known, str(path), f"goal {goal}", "the goal", "data/strategy/strategies.yaml")
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

    def _check_references(self) -> None:
        for kind, entries in {
            "data/strategy/plans.yaml": self.commitments.values(),
            "data/indicators/": self.indicators.values(),
            "data/statements.csv": self.statements.values(),
            "data/strategy/actors.yaml": self.actors.values(),
            "data/strategy/documents.yaml": self.documents.values(),
        }.items():
            for entry in entries:
                _require(entry.source in self.sources, kind, entry.id, f"source '{entry.source}'", "data/sources.yaml")
        for kind, owner, entry in [
            *(("data/strategy/documents.yaml", f"mandate {part.id}", part) for part in self.mandate),
            *(("data/strategy/actors.yaml", actor.id, part) for actor in self.actors.values() for part in actor.parts),
        ]:
            _require(entry.source in self.sources, kind, owner, f"source '{entry.source}'", "data/sources.yaml")
            known = entry.strategy in self.strategies
            _require(known, kind, owner, f"strategy '{entry.strategy}'", "data/strategy/strategies.yaml")
        for commitment in self.commitments.values():
            where = "data/strategy/plans.yaml"
            _require(commitment.plan in self.plans, where, commitment.id, f"plan '{commitment.plan}'", where)
            for actor in commitment.actors:
                _require(actor in self.actors, where, commitment.id, f"actor '{actor}'", "data/strategy/actors.yaml")
        for statement in self.statements.values():
            _require(
                statement.indicator is None or statement.indicator in self.indicators,
                "data/statements.csv",
                statement.id,
                f"indicator '{statement.indicator}'",
                "data/indicators/",
            )
        for indicator in self.indicators.values():
            for link in indicator.goals:
                known = link.strategy in self.strategies and any(
                    goal.id == link.goal for goal in self.strategies[link.strategy].goals
                )
                target = f"goal {link.goal} of '{link.strategy}'"
                _require(known, "data/indicators/", indicator.id, target, "data/strategy/strategies.yaml")

    def _check_regions(self) -> None:
        identity = self.identity
        for region in (*identity.home_regions, identity.country):
            _require(
                region in self.region_names,
                "data/report.yaml",
                "home_regions and country",
                f"region '{region}'",
                "data/regions.csv",
            )
        if not any(self.region_types[code] == "län" for code in identity.home_regions):
            raise WorkbookError("data/report.yaml, home_regions: there is no county (län) among them; add its code.")
        if identity.country in identity.home_regions:
            raise WorkbookError(
                "data/report.yaml, home_regions: the country cannot be one of the report's own regions; remove it."
            )
        for indicator in self.indicators.values():
            region = indicator.comparison.region if indicator.comparison else identity.country
            _require(
                region in self.region_names, "data/indicators/", indicator.id, f"region '{region}'", "data/regions.csv"
            )
            known = indicator.family is None or indicator.family in {s.family for s in self.sources.values()}
            _require(known, "data/indicators/", indicator.id, f"family '{indicator.family}'", "data/sources.yaml")
            known = indicator.sum_of is None or indicator.sum_of in self.indicators
            _require(known, "data/indicators/", indicator.id, f"indicator '{indicator.sum_of}'", "data/indicators/")
        for cell in self.hidden_cells:
            known = cell.indicator in self.indicators
            _require(known, "data/disclosure.yaml", "hidden_cells", f"indicator '{cell.indicator}'", "data/indicators/")

    def _check_plans(self) -> None:
        where = "data/strategy/plans.yaml"
        for plan in self.plans.values():
            _require(
                plan.strategy in self.strategies,
                where,
                plan.id,
                f"strategy '{plan.strategy}'",
                "data/strategy/strategies.yaml",
            )
            _require(plan.source in self.sources, where, plan.id, f"source '{plan.source}'", "data/sources.yaml")
            if plan.first_year is None or plan.last_year is None:
                raise WorkbookError(f"{where}, {plan.id}: a plan needs first_year and last_year; add them.")
            for year in range(plan.first_year, plan.last_year + 1):
                if self.plan(year, plan.strategy) is not plan:
                    raise WorkbookError(f"{where}, {plan.id}: two plans cover {year}; correct a period.")
        for commitment in self.commitments.values():
            goals = {g.id for g in self.strategies[self.plans[commitment.plan].strategy].goals}
            _require(
                commitment.goal is None or commitment.goal in goals,
                where,
                commitment.id,
                f"goal {commitment.goal}",
                "data/strategy/strategies.yaml",
            )
            for follow_up in commitment.follow_ups:
                _require(
                    follow_up.source in self.sources,
                    where,
                    commitment.id,
                    f"source '{follow_up.source}'",
                    "data/sources.yaml",
                )

    def _check_goals(self) -> None:
        for statement in self.statements.values():
            current = [s for s in self.strategies.values() if s.covers(statement.year)]
            known = statement.goal is None or any(goal.id == statement.goal for s in current for goal in s.goals)
            _require(
                known, "data/statements.csv", statement.id, f"goal {statement.goal}", "data/strategy/strategies.yaml"
            )
        for strategy in self.strategies.values():
            for goal in strategy.goals:
                for national in goal.national_goals:
                    _require(
                        national in self.national_goals,
                        "data/strategy/strategies.yaml",
                        f"goal {goal.id}",
                        f"national goal '{national}'",
                        "national_goals there",
                    )
                for indicator in goal.key_indicators:
                    where = "data/strategy/strategies.yaml"
                    _require(
                        indicator in self.indicators,
                        where,
                        f"goal {goal.id}",
                        f"indicator '{indicator}'",
                        "data/indicators/",
                    )


def _only(folder: Path, suffix: str) -> None:
    """Refuse a file with another ending than is read: it would silently count for nothing."""
    for path in sorted(folder.glob("*")):
        if not path.name.startswith((".", "~")) and path.suffix != suffix:
            raise WorkbookError(f"{path}: only {suffix} files are read here; rename or move it.")


def _require(known: bool, where: str, identifier: str, what: str, home: str) -> None:
    if not known:
        raise WorkbookError(
            f"{where}, {identifier}: {what} does not exist in {home}; correct the name or add it there."
        )
