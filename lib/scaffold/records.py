"""New entries of the catalogue: indicators and commitments."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.scaffold.draft import Draft
from lib.scaffold.home import Home, home, require, source_of
from lib.scaffold.yaml_text import with_item

UNITS = {"procent": "andel", "antal": "antal", "index_0_10": "index"}
UNDECIDED = "Källa eller möjlighet till uppföljning är inte fastställd."


def indicator_entry(
    identifier: str,
    goal: int,
    title: str,
    *,
    strategy: str,
    source: str,
    unit: str = "procent",
    direction: str = "none",
    first_year: int | None = None,
) -> dict[str, Any]:
    """Return a development indicator: it has no data yet, and the report shows it as missing."""
    return {
        "id": identifier,
        "title": title,
        "kinds": [{"kind": "utvecklingsindikator"} | ({"first_year": first_year} if first_year else {})],
        "goals": [{"goal": goal, "strategy": strategy}],
        "type": UNITS[unit],
        "unit": unit,
        "direction": direction,
        "source": source,
        "caveat": UNDECIDED,
    }


def indicator_file(data: Path, goal: int) -> Path:
    """Return the file that a goal's indicators stand in."""
    return data / "indicators" / f"mal_{goal}.yaml"


def new_indicator(
    workbook: Workbook,
    identifier: str,
    *,
    goal: int,
    title: str,
    unit: str = "procent",
    direction: str = "none",
    source: str = "",
    report: str = "",
) -> list[str]:
    """Add a development indicator to a goal, and return what to tell.

    Raises
    ------
    WorkbookError
        For an identifier that is taken or malformed, an unknown goal, source or report; nothing is then changed.
    """
    place = home(workbook, report)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", identifier):
        raise WorkbookError(f"'{identifier}' cannot be an indicator's id; use a-z, 0-9 and _, such as hjalp_i_tid.")
    if identifier in place.catalogue.indicators:
        raise WorkbookError(f"data/indicators/: there is an indicator '{identifier}' already; choose another name.")
    strategy = place.strategy
    require("goal", goal, (g.id for g in strategy.goals), f"data/strategy/strategies.yaml, {strategy.id}")
    draft, path = Draft(workbook), indicator_file(place.data, goal)
    entry = indicator_entry(
        identifier,
        goal,
        title,
        strategy=strategy.id,
        source=source_of(draft, place, place.data, source),
        unit=unit,
        direction=direction,
        first_year=place.since,
    )
    draft.write(path, with_item(draft.read(path), path, ["indicators"], entry))
    draft.put()
    since = f" from {place.since} on" if place.since else ""
    return [
        f"{place.name(path)}: {identifier} added as a development indicator of goal {goal}{since}, shown as missing.",
        f'Show it in the goal\'s notebook with the line: chapter.indicator("{identifier}")',
        "When it has figures: their rows in data/observations/<family>.csv, and family, subject and definition in its entry.",
    ]


def new_commitment(
    workbook: Workbook,
    *,
    plan: str,
    text: str,
    actors: list[str],
    goal: int | None = None,
    kind: str = "åtagande",
    source: str = "",
    report: str = "",
) -> list[str]:
    """Add a commitment or a joint measure to a plan, and return what to tell.

    Raises
    ------
    WorkbookError
        For an unknown plan, goal, actor, source or report; nothing is then changed.
    """
    place = home(workbook, report)
    _check_commitment(place, plan, goal, actors)
    draft, path = Draft(workbook), place.data / "strategy" / "plans.yaml"
    entry = {
        "id": _next_id(place, plan),
        "plan": plan,
        "kind": kind,
        "actors": actors,
        "goal": goal,
        "text": text,
        "source": source_of(draft, place, place.data, source),
    }
    draft.write(path, with_item(draft.read(path), path, ["commitments"], entry))
    draft.put()
    return [f"{place.name(path)}: {entry['id']} added; what became of it is shown as missing until follow_ups say so."]


def _check_commitment(place: Home, plan: str, goal: int | None, actors: list[str]) -> None:
    catalogue, folder = place.catalogue, place.name(place.data / "strategy")
    require("plan", plan, catalogue.plans, f"{folder}/plans.yaml")
    strategy = catalogue.strategies[catalogue.plans[plan].strategy]
    if goal is not None:
        require("goal", goal, (g.id for g in strategy.goals), f"data/strategy/strategies.yaml, {strategy.id}")
    for actor in actors:
        require("actor", actor, catalogue.actors, f"{folder}/actors.yaml")


def _next_id(place: Home, plan: str) -> str:
    """Return the identifier after the plan's last: hp2_07 after hp2_06."""
    commitments = place.catalogue.commitments
    own = [c.id.rpartition("_")[0] for c in commitments.values() if c.plan == plan]
    prefix = own[-1] if own and own[-1] else plan
    number = 1 + sum(c.plan == plan for c in commitments.values())
    while f"{prefix}_{number:02d}" in commitments:
        number += 1
    return f"{prefix}_{number:02d}"
