"""Checks that what records refer to exists. A reference to nothing would otherwise show up as missing data.

The types say which fields are references: ``source: SourceId`` carries `lib.data.entry.Ref` as metadata.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, get_args

from pydantic import BaseModel

from lib.base.errors import WorkbookError
from lib.data.entry import Entry, Named, Ref
from lib.data.records import Identity, Plan, Strategy

SOURCES, STRATEGIES, INDICATORS = "data/sources.yaml", "data/strategy/strategies.yaml", "data/indicators/"
PLANS, ACTORS, REGIONS = "data/strategy/plans.yaml", "data/strategy/actors.yaml", "data/regions.csv"
#: The file in which a record of each kind must be.
HOME: dict[Named, str] = {
    "source": SOURCES,
    "family": SOURCES,
    "strategy": STRATEGIES,
    "national goal": STRATEGIES,
    "violence type": STRATEGIES,
    "plan": PLANS,
    "actor": ACTORS,
    "indicator": INDICATORS,
    "group": INDICATORS,
    "region": REGIONS,
}


class GoalUse(NamedTuple):
    """A goal's number as a record gives it: the record's file and name, and the strategies that may have the goal."""

    where: str
    owner: str
    strategies: list[Strategy]
    goal: int | None


def check_references(records: Mapping[str, Iterable[Entry]], known: Mapping[Named, Collection[str]]) -> None:
    """Check every reference in some records.

    Parameters
    ----------
    records : mapping
        Records by the file they are from.
    known : mapping
        Existing identifiers by kind; references of a kind that is not in it are not checked.

    Raises
    ------
    WorkbookError
        Names the file, the record and what does not exist.
    """
    for where, entries in records.items():
        for entry in entries:
            for field, ref, name in _references(entry):
                if ref.kind in known and name not in known[ref.kind]:
                    raise _missing(where, _owner(entry) or field, f"{ref.kind} '{name}'", HOME[ref.kind])


def check_county(identity: Identity, region_types: Mapping[str, str]) -> None:
    """Check that a report has a county among its regions, and that the country is not one of them, or raise `WorkbookError`."""
    if not any(region_types[code] == "län" for code in identity.home_regions):
        raise WorkbookError("data/report.yaml, home_regions: there is no county (län) among them; add its code.")
    if identity.country in identity.home_regions:
        raise WorkbookError(
            "data/report.yaml, home_regions: the country cannot be one of the report's own regions; remove it."
        )


def check_plans(plans: Collection[Plan]) -> None:
    """Check that every plan has a period and that no two plans of a strategy overlap, or raise `WorkbookError`."""
    for plan in plans:
        if plan.first_year is None or plan.last_year is None:
            raise WorkbookError(f"{PLANS}, {plan.id}: a plan needs first_year and last_year; add them.")
        for year in range(plan.first_year, plan.last_year + 1):
            if next(p for p in plans if p.strategy == plan.strategy and p.covers(year)) is not plan:
                raise WorkbookError(f"{PLANS}, {plan.id}: two plans cover {year}; correct a period.")


def check_goals(uses: Iterable[GoalUse]) -> None:
    """Check that every goal belongs to one of the strategies it may belong to, or raise `WorkbookError`."""
    for use in uses:
        if use.goal is not None and not any(g.id == use.goal for strategy in use.strategies for g in strategy.goals):
            raise _missing(use.where, use.owner, f"goal {use.goal}", STRATEGIES)


def _missing(where: str, owner: str, what: str, home: str) -> WorkbookError:
    return WorkbookError(f"{where}, {owner}: {what} does not exist in {home}; correct the name or add it there.")


def _owner(entry: Entry) -> str:
    """Return what a message calls a record."""
    return next((str(getattr(entry, name)) for name in ("id", "unit", "indicator") if hasattr(entry, name)), "")


def _references(record: BaseModel) -> Iterator[tuple[str, Ref, str]]:
    """Yield the references in a record and in the records it holds: field, reference, identifier."""
    refs = _reference_fields(type(record))
    for field, value in record:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                yield from _references(one)
            elif field in refs and one is not None:
                yield field, refs[field], one


@cache
def _reference_fields(kind: type[BaseModel]) -> dict[str, Ref]:
    found = {name: _ref((field.annotation, *field.metadata)) for name, field in kind.model_fields.items()}
    return {name: ref for name, ref in found.items() if ref}


def _ref(annotation: object) -> Ref | None:
    """Return the reference somewhere in a type such as ``list[Annotated[str, Ref("source")]]``."""
    if isinstance(annotation, Ref):
        return annotation
    parts = annotation if isinstance(annotation, tuple) else get_args(annotation)
    return next((ref for part in parts if (ref := _ref(part))), None)
