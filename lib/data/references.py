"""Whether what records name exists: sources, strategies, goals, indicators, regions. A name of nothing would show as missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from lib.base.errors import WorkbookError

if TYPE_CHECKING:
    from lib.data.catalogue import Catalogue

SOURCES, STRATEGIES, INDICATORS = "data/sources.yaml", "data/strategy/strategies.yaml", "data/indicators/"
PLANS, REGIONS = "data/strategy/plans.yaml", "data/regions.csv"
#: A record's field, what it names, and where that must stand.
NAMED = {
    "source": ("source", SOURCES),
    "strategy": ("strategy", STRATEGIES),
    "predecessor": ("strategy", STRATEGIES),
    "national_goals": ("national goal", STRATEGIES),
    "plan": ("plan", PLANS),
    "actors": ("actor", "data/strategy/actors.yaml"),
    "indicator": ("indicator", INDICATORS),
    "key_indicators": ("indicator", INDICATORS),
    "sum_of": ("indicator", INDICATORS),
    "region": ("region", REGIONS),
    "home_regions": ("region", REGIONS),
    "country": ("region", REGIONS),
}


def check(catalogue: Catalogue) -> None:
    """Check every name in a catalogue.

    Raises
    ------
    WorkbookError
        Names the file, the record and what does not exist.
    """
    known = {
        "source": catalogue.sources,
        "strategy": catalogue.strategies,
        "national goal": catalogue.national_goals,
        "plan": catalogue.plans,
        "actor": catalogue.actors,
        "indicator": catalogue.indicators,
        "region": catalogue.region_names,
    }
    for where, owner, record in _records(catalogue):
        for field, name in _names(record):
            kind, home = NAMED[field]
            _require(name in known[kind], where, owner or field, f"{kind} '{name}'", home)
    families = {source.family for source in catalogue.sources.values()}
    for name in catalogue.quality:
        _require(name in families, "data/quality.yaml", name, f"family '{name}'", SOURCES)
    # Indicators that share a table share its breaks, so a group need only be one of some indicator's.
    groups = {code for indicator in catalogue.indicators.values() for code in indicator.group_codes}
    types = {kind for strategy in catalogue.strategies.values() for kind in strategy.violence_types}
    for indicator in catalogue.indicators.values():
        known_family = indicator.family is None or indicator.family in families
        _require(known_family, INDICATORS, indicator.id, f"family '{indicator.family}'", SOURCES)
        for group in (group for each in indicator.breaks for group in each.groups):
            _require(group in groups, INDICATORS, indicator.id, f"group '{group}'", INDICATORS)
        for kind in indicator.violence_types:
            _require(not types or kind in types, INDICATORS, indicator.id, f"violence type '{kind}'", STRATEGIES)
    for part in (*catalogue.local_plans, *catalogue.good_examples):
        where = "data/local_plans.csv" if part in catalogue.local_plans else "data/good_examples.csv"
        _require(part.unit in catalogue.region_names, where, part.unit, f"region '{part.unit}'", REGIONS)
    _check_home(catalogue)
    _check_plans(catalogue)
    for where, owner, strategies, goal in _goals(catalogue):
        known_goal = goal is None or any(own.id == goal for strategy in strategies for own in strategy.goals)
        _require(known_goal, where, owner, f"goal {goal}", STRATEGIES)


def _records(catalogue: Catalogue) -> Iterator[tuple[str, str, BaseModel]]:
    """Return every record with its file and what it is called."""
    by_file: dict[str, Iterable[BaseModel]] = {
        "data/report.yaml": [catalogue.identity],
        STRATEGIES: [*catalogue.strategies.values(), *catalogue.national_goals.values()],
        "data/strategy/actors.yaml": catalogue.actors.values(),
        PLANS: [*catalogue.plans.values(), *catalogue.commitments.values()],
        "data/strategy/documents.yaml": [*catalogue.documents.values(), *catalogue.mandate],
        INDICATORS: catalogue.indicators.values(),
        "data/statements.csv": catalogue.statements.values(),
        "data/disclosure.yaml": catalogue.hidden_cells,
        "data/local_plans.csv": catalogue.local_plans,
        "data/good_examples.csv": catalogue.good_examples,
    }
    for where, records in by_file.items():
        for record in records:
            called = [getattr(record, name) for name in ("id", "unit", "indicator") if hasattr(record, name)]
            yield where, str(called[0]) if called else "", record


def _names(record: BaseModel) -> Iterator[tuple[str, str]]:
    """Return the names in a record and in what it holds."""
    for field, value in record:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                yield from _names(one)
            elif field in NAMED and one is not None:
                yield field, one


def _check_home(catalogue: Catalogue) -> None:
    identity = catalogue.identity
    if not any(catalogue.region_types[code] == "län" for code in identity.home_regions):
        raise WorkbookError("data/report.yaml, home_regions: there is no county (län) among them; add its code.")
    if identity.country in identity.home_regions:
        raise WorkbookError(
            "data/report.yaml, home_regions: the country cannot be one of the report's own regions; remove it."
        )


def _check_plans(catalogue: Catalogue) -> None:
    for plan in catalogue.plans.values():
        if plan.first_year is None or plan.last_year is None:
            raise WorkbookError(f"{PLANS}, {plan.id}: a plan needs first_year and last_year; add them.")
        for year in range(plan.first_year, plan.last_year + 1):
            if catalogue.plan(year, plan.strategy) is not plan:
                raise WorkbookError(f"{PLANS}, {plan.id}: two plans cover {year}; correct a period.")


def _goals(catalogue: Catalogue) -> Iterator[tuple[str, str, list[Any], int | None]]:
    """Return every goal that a record names, with the strategies it may be one of."""
    for indicator in catalogue.indicators.values():
        for link in indicator.goals:
            yield INDICATORS, indicator.id, [catalogue.strategies[link.strategy]], link.goal
    for commitment in catalogue.commitments.values():
        strategy = catalogue.strategies[catalogue.plans[commitment.plan].strategy]
        yield PLANS, commitment.id, [strategy], commitment.goal
    for where, owner, record in _records(catalogue):
        if where in ("data/statements.csv", "data/good_examples.csv"):
            covering = [s for s in catalogue.strategies.values() if s.covers(record.year)]
            yield where, owner, covering, record.goal


def _require(known: bool, where: str, owner: str, what: str, home: str) -> None:
    if not known:
        raise WorkbookError(f"{where}, {owner}: {what} does not exist in {home}; correct the name or add it there.")
