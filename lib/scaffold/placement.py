"""Placing an indicator that the workbook has, such as one from a table of the whole country, under a goal of its strategy."""

from __future__ import annotations

from pathlib import Path

from lib.base.errors import WorkbookError
from lib.base.files import files_in, read_yaml
from lib.base.workbook import Workbook
from lib.scaffold.draft import Draft, require
from lib.scaffold.yaml_text import index_of


def place_indicator(
    workbook: Workbook, identifier: str, *, goal: int, reason: str, violence_types: list[str], report: str = ""
) -> list[str]:
    """Place an indicator under a goal as a complementary one, and return messages for the terminal.

    Parameters
    ----------
    identifier : str
        An indicator of ``data/indicators/``.
    reason : str
        Why it belongs there, as the report says it.
    violence_types : list of str
        The strategy's types of violence that it is about; they replace those it has, if any is given.

    Raises
    ------
    WorkbookError
        For an unknown indicator, goal, type of violence or report, or an indicator that follows the goal; nothing is then changed.
    """
    draft = Draft(workbook, report)
    indicator = draft.catalogue.indicator(identifier)
    require("goal", goal, (g.id for g in draft.strategy.goals), f"data/strategy/strategies.yaml, {draft.strategy.id}")
    for kind in violence_types:
        require(
            "violence type", kind, draft.strategy.violence_types, f"data/strategy/strategies.yaml, {draft.strategy.id}"
        )
    if any(link.goal == goal and link.strategy == draft.strategy.id for link in indicator.goals):
        raise WorkbookError(f"data/indicators/: {identifier} follows goal {goal} already; change its entry there.")
    path = _file(draft.data, identifier)
    position = index_of(path, "indicators", identifier)
    link = {"goal": goal, "strategy": draft.strategy.id, "basis": "vår placering", "note": reason}
    before = read_yaml(path)["indicators"][position].get("goals", [])
    kinds = {"violence_types": violence_types} if violence_types else {}
    draft.change(path, ["indicators", position], {"goals": [*before, link], "annex_only": None, **kinds})
    draft.put()
    return [
        f"{draft.name(path)}: {identifier} is now a complementary indicator of goal {goal}.",
        f'Its chapter shows it by itself, or where its notebook has the line: chapter.indicator("{identifier}")',
    ]


def _file(data: Path, identifier: str) -> Path:
    """Return the file that holds an indicator's entry."""
    for path in files_in(data / "indicators", "*.yaml"):
        if index_of(path, "indicators", identifier) >= 0:
            return path
    raise WorkbookError(
        f"{data / 'indicators'} does not hold {identifier}, which another folder lends it; place it there."
    )
