"""A strategy's title, period and vision where they are still missing, and new actors, action plans and commitments."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import date
from typing import Any

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.scaffold.draft import Draft, require
from lib.scaffold.yaml_text import index_of

#: What a title of a strategy in a new workbook ends with.
NO_TITLE = "(titeln saknas i arbetsbokens underlag)"


def fill_strategy(
    workbook: Workbook,
    *,
    title: str,
    first_year: int | None = None,
    last_year: int | None = None,
    vision: str = "",
    violence_types: Sequence[str] = (),
    source: str = "",
    report: str = "",
) -> list[str]:
    """Give a report's strategy what is missing of it, and return messages for the terminal.

    Raises
    ------
    WorkbookError
        For a strategy that has its title, or an unknown source or report; nothing is then changed.
    """
    draft = Draft(workbook, report)
    path = draft.data / "strategy" / "strategies.yaml"
    strategy = draft.catalogue.strategies[draft.parameters.strategy]
    if not strategy.title.endswith(NO_TITLE):
        raise WorkbookError(
            f"{draft.name(path)}: the strategy {strategy.id} has its title (”{strategy.title}”); change it there, or begin the next by hand."
        )
    known = {"first_year": first_year, "last_year": last_year, "vision": vision, "violence_types": list(violence_types)}
    values: dict[str, Any] = {"title": title} | {name: value for name, value in known.items() if value}
    if source:
        values["source"] = draft.source(draft.data, source)
    draft.change(path, ["strategies", index_of(path, "strategies", strategy.id)], values)
    draft.put()
    return [
        f"{draft.name(path)}: {strategy.id} is now ”{title}”; its goals get their wordings with lagesrapport new goal."
    ]


def new_actor(
    workbook: Workbook,
    identifier: str,
    *,
    name: str,
    role: str = "",
    known_from: date | None = None,
    source: str = "",
    report: str = "",
) -> list[str]:
    """Add an actor of the strategy, and return messages for the terminal.

    Raises
    ------
    WorkbookError
        For an identifier that is taken or malformed, or an unknown source or report; nothing is then changed.
    """
    draft = Draft(workbook, report)
    path = draft.data / "strategy" / "actors.yaml"
    _check_new(identifier, "actor", draft.catalogue.actors, draft.name(path), "polisen")
    known = {"role": role, "known_from": known_from}
    entry = {"id": identifier, "name": name, **{key: value for key, value in known.items() if value}}
    draft.add(path, ["actors"], entry | {"source": draft.source(draft.data, source)})
    draft.put()
    return [f"{draft.name(path)}: {identifier} added; commitments name it with --actor {identifier}."]


def new_plan(
    workbook: Workbook,
    identifier: str,
    *,
    title: str,
    first_year: int,
    last_year: int,
    published: date,
    source: str = "",
    report: str = "",
) -> list[str]:
    """Add an action plan of a report's strategy, and return messages for the terminal.

    Raises
    ------
    WorkbookError
        For an identifier that is taken or malformed, years in the wrong order, or an unknown source or report; nothing is then
        changed.
    """
    draft = Draft(workbook, report)
    path = draft.data / "strategy" / "plans.yaml"
    _check_new(identifier, "plan", draft.catalogue.plans, draft.name(path), "handlingsplan_2024_2027")
    entry = {
        "id": identifier,
        "title": title,
        "first_year": first_year,
        "last_year": last_year,
        "strategy": draft.parameters.strategy,
        "published": published,
        "source": draft.source(draft.data, source),
    }
    draft.add(path, ["plans"], entry)
    draft.put()
    return [
        f"{draft.name(path)}: {identifier} added; its commitments are added with lagesrapport new commitment --plan {identifier}."
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
    """Add a commitment or a joint measure to a plan, and return messages for the terminal.

    Raises
    ------
    WorkbookError
        For an unknown plan, goal, actor, source or report; nothing is then changed.
    """
    draft = Draft(workbook, report)
    _check_commitment(draft, plan, goal, actors)
    path = draft.data / "strategy" / "plans.yaml"
    entry = {
        "id": _next_id(draft, plan),
        "plan": plan,
        "kind": kind,
        "actors": actors,
        "goal": goal,
        "text": text,
        "source": draft.source(draft.data, source),
    }
    draft.add(path, ["commitments"], entry)
    draft.put()
    return [f"{draft.name(path)}: {entry['id']} added; its outcome is shown as missing until follow_ups has one."]


def _check_commitment(draft: Draft, plan: str, goal: int | None, actors: list[str]) -> None:
    catalogue, folder = draft.catalogue, draft.name(draft.data / "strategy")
    require("plan", plan, catalogue.plans, f"{folder}/plans.yaml")
    strategy = catalogue.strategies[catalogue.plans[plan].strategy]
    if goal is not None:
        require("goal", goal, (g.id for g in strategy.goals), f"data/strategy/strategies.yaml, {strategy.id}")
    for actor in actors:
        require("actor", actor, catalogue.actors, f"{folder}/actors.yaml")


def _next_id(draft: Draft, plan: str) -> str:
    """Return the identifier after the plan's last: hp2_07 after hp2_06."""
    commitments = draft.catalogue.commitments
    ids = [c.id for c in commitments.values() if c.plan == plan]
    prefix = (ids[-1].rpartition("_")[0] if ids else "") or plan
    number = 1 + len(ids)
    while f"{prefix}_{number:02d}" in commitments:
        number += 1
    return f"{prefix}_{number:02d}"


def _check_new(identifier: str, kind: str, known: Container[str], where: str, example: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", identifier):
        raise WorkbookError(f"'{identifier}' cannot be a new {kind}'s id; use a-z, 0-9 and _, such as {example}.")
    if identifier in known:
        raise WorkbookError(f"{where}: there is the {kind} '{identifier}' already; choose another id.")
