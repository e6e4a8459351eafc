"""All records of a data folder: strategies, goals, actors, plans, indicators, sources, regions and documents, read and checked once.

No county, year or number of goals is built in: they are data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base.errors import WorkbookError, nearest
from lib.base.files import files_in, read_yaml, refuse_links
from lib.base.swedish import sort_key
from lib.base.workbook import REPORT
from lib.data import records, references
from lib.data.commentary import Assessment
from lib.data.entry import E, Entry, Named, by_id, check, overlay, read_index, read_items, read_list, read_rows
from lib.data.indicators import HiddenCell, Indicator, Policy
from lib.data.references import ACTORS, INDICATORS, PLANS, STRATEGIES, GoalUse
from lib.data.regions import Region, read_outlines

if TYPE_CHECKING:
    from lib.data.parameters import Parameters


class Catalogue:
    """Everything in a data folder except the observations.

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
        self.identity = check(records.Identity, read_yaml(data / REPORT), str(data / REPORT))
        #: The data folder around this one whose strategies, indicators, sources and policies apply here too.
        self.base = (data / self.identity.base).resolve() if self.identity.base else None
        self._read_strategy(data / "strategy")
        self._read_indicators()
        for folder, suffix in (("indicators", ".yaml"), ("assessments", ".yaml"), ("observations", ".csv")):
            _refuse_other_files(data / folder, suffix)
        self._check_references()
        #: Municipalities' outlines by code; empty where the workbook has no map.
        self.outlines = read_outlines(data / "geo" / "municipalities.geojson", set(self.region_names))

    def _read_strategy(self, folder: Path) -> None:
        """Read strategies, and who committed to what under them."""
        plans, documents = folder / "plans.yaml", folder / "documents.yaml"
        self.strategies = self._shared(records.Strategy, "strategy/strategies.yaml", "strategies")
        self.national_goals = self._shared(records.NationalGoal, "strategy/strategies.yaml", "national_goals")
        self.actors = read_index(records.Actor, folder / "actors.yaml", "actors")
        self.plans = read_index(records.Plan, plans, "plans")
        self.commitments = read_index(records.Commitment, plans, "commitments")
        self._add_follow_ups(folder / "follow_ups.csv")
        self.documents = read_index(records.Document, documents, "documents")
        self.mandate = read_list(records.Mandate, documents, "mandate")

    def _read_indicators(self) -> None:
        """Read indicators and their sources, how figures are protected, and what sources say in words."""
        data, statements = self.data, self.data / "statements.csv"
        self.quality = read_index(records.QualityDeclaration, data / "quality.yaml", "declarations")
        self.policies = self._shared(Policy, "disclosure.yaml", "policies")
        self.hidden_cells = read_list(HiddenCell, data / "disclosure.yaml", "hidden_cells")
        self.local_plans = read_rows(records.LocalPlan, data / "local_plans.csv")
        self.good_examples = read_rows(records.GoodExample, data / "good_examples.csv")
        indicators = self._shared(Indicator, "indicators/*.yaml", "indicators")
        self.indicators: Mapping[str, Indicator] = {name: self._with_strategy(i) for name, i in indicators.items()}
        self.sources = self._shared(records.Source, "sources.yaml", "sources")
        self.support = self._shared(records.SupportLine, "support.yaml", "support")
        self.statements: Mapping[str, records.Statement] = by_id(read_rows(records.Statement, statements), statements)

    def _add_follow_ups(self, path: Path) -> None:
        """Add what actors answered in the survey to what plans.yaml quotes about their commitments."""
        for row in read_rows(records.FollowUpRow, path) if path.exists() else []:
            known = self.commitments.get(row.commitment)
            if known is None:
                raise WorkbookError(
                    f"{path}: there is no commitment '{row.commitment}' in data/strategy/plans.yaml; correct the name."
                )
            answer = records.FollowUp(**row.model_dump(exclude={"commitment"}))
            self.commitments[row.commitment] = known.model_copy(update={"follow_ups": [*known.follow_ups, answer]})

    def _shared(self, kind: type[E], pattern: str, key: str) -> dict[str, E]:
        """Read a list that the base folder may have too."""
        files = [files_in(folder, pattern) if folder else [] for folder in (self.data, self.base)]
        if not any(files):
            raise WorkbookError(f"{self.data / pattern} is missing; restore it or create it.")
        here, base = ([entry for path in paths for entry in read_items(path, key)] for paths in files)
        entries = [check(kind, item, where) for where, item in (overlay(base, here) if base else here)]
        return by_id(entries, self.data / pattern)

    def _with_strategy(self, indicator: Indicator) -> Indicator:
        """Return an indicator all of whose goals name their strategy."""
        named = [g.model_copy(update={"strategy": g.strategy or self.identity.strategy}) for g in indicator.goals]
        return indicator.model_copy(update={"goals": named})

    def _check_references(self) -> None:
        known: dict[Named, Collection[str]] = {
            "source": self.sources,
            "family": {source.family for source in self.sources.values()},
            "strategy": self.strategies,
            "national goal": self.national_goals,
            "plan": self.plans,
            "actor": self.actors,
            "indicator": self.indicators,
            # Indicators that share a table share its breaks, so the group of a break may be another indicator's.
            "group": {code for indicator in self.indicators.values() for code in indicator.group_codes},
            "region": self.region_names,
        }
        if types := {kind for strategy in self.strategies.values() for kind in strategy.violence_types}:
            known["violence type"] = types
        references.check_references(self._by_file(), known)
        references.check_county(self.identity, self.region_types)
        references.check_plans(self.plans.values())
        references.check_goals(self._goal_uses())

    def _by_file(self) -> dict[str, Iterable[Entry]]:
        """Return all records that refer to others, by the file that messages name."""
        return {
            f"data/{REPORT}": [self.identity],
            STRATEGIES: [*self.strategies.values(), *self.national_goals.values()],
            ACTORS: self.actors.values(),
            PLANS: [*self.plans.values(), *self.commitments.values()],
            "data/strategy/documents.yaml": [*self.documents.values(), *self.mandate],
            INDICATORS: self.indicators.values(),
            "data/statements.csv": self.statements.values(),
            "data/disclosure.yaml": self.hidden_cells,
            "data/local_plans.csv": self.local_plans,
            "data/good_examples.csv": self.good_examples,
            "data/quality.yaml": self.quality.values(),
        }

    def _goal_uses(self) -> Iterator[GoalUse]:
        """Yield every goal that a record names, with the strategies it may belong to."""
        for indicator in self.indicators.values():
            for link in indicator.goals:
                yield GoalUse(INDICATORS, indicator.id, [self.strategies[link.strategy or ""]], link.goal)
        for commitment in self.commitments.values():
            strategy = self.strategies[self.plans[commitment.plan].strategy]
            yield GoalUse(PLANS, commitment.id, [strategy], commitment.goal)
        for statement in self.statements.values():
            yield GoalUse("data/statements.csv", statement.id, self._covering(statement.year), statement.goal)
        for example in self.good_examples:
            yield GoalUse("data/good_examples.csv", example.unit, self._covering(example.year), example.goal)

    def _covering(self, year: int) -> list[records.Strategy]:
        return [strategy for strategy in self.strategies.values() if strategy.covers(year)]

    @cached_property
    def regions(self) -> dict[tuple[str, date | None], Region]:
        """Regions by code and first day of validity (a district that was merged keeps its row)."""
        path = self.data / "regions.csv"
        regions = read_rows(Region, path)
        return by_id(regions, path, lambda region: (region.code, region.valid_from))

    def units(self, day: date, county: str) -> list[Region]:
        """Return a county's municipalities and their districts as of a day, municipalities first, in alphabetical order."""
        municipalities = {r.code for r in self.regions.values() if r.type == "kommun" and r.parent == county}
        units = [
            r
            for r in self.regions.values()
            if (r.code in municipalities or (r.type == "stadsdel" and r.parent in municipalities))
            and r.exists(day, day)
        ]
        return sorted(units, key=lambda r: (r.type, sort_key(r.name)))

    @cached_property
    def county(self) -> str:
        """The code of the county that the report is about."""
        return next(code for code in self.identity.home_regions if self.region_types[code] == "län")

    @cached_property
    def region_names(self) -> dict[str, str]:
        return {region.code: region.name for region in self.regions.values()}

    @cached_property
    def region_types(self) -> dict[str, str]:
        return {region.code: region.type for region in self.regions.values()}

    def assessments(self, year: int) -> dict[int, Assessment]:
        """Return the written assessments of a year by goal, empty if there are none."""
        path = self.data / "assessments" / f"{year}.yaml"
        if not path.exists():
            return {}
        entries = by_id(read_list(Assessment, path, "assessments"), path, lambda entry: entry.goal)
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
        hint = nearest(identifier, self.indicators) or "see data/indicators/."
        raise WorkbookError(f"There is no indicator '{identifier}'; {hint}")

    def region_code(self, region: str) -> str:
        """Return the code of a region that is given by its code, or its name with or without the explanation in parentheses.

        Raises
        ------
        WorkbookError
            If there is none; names the nearest.
        """
        codes = {name: r.code for r in self.regions.values() for name in (r.name.split(" (")[0], r.name, r.code)}
        if region in codes:
            return codes[region]
        raise WorkbookError(f"There is no region '{region}'; {nearest(region, codes) or 'see data/regions.csv.'}")

    def strategy(self, parameters: Parameters) -> records.Strategy:
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

    def plan(self, year: int, strategy: str) -> records.Plan | None:
        """Return the action plan in force in ``year``, or None: a year may have no plan."""
        return next((p for p in self.plans.values() if p.strategy == strategy and p.covers(year)), None)


def _refuse_other_files(folder: Path, suffix: str) -> None:
    """Refuse a file whose ending is not read: it would silently be ignored."""
    for path in files_in(folder, "*"):
        if not path.name.startswith("~") and path.suffix != suffix:
            raise WorkbookError(f"{path}: only {suffix} files are read here; rename or move it.")
