"""A new goal: its place in the strategy, an indicator that is still to be found, and its chapter in every report that has it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.base.workbook import Workbook
from lib.data.parameters import Parameters, notebook_path, read_notebook, read_parameters
from lib.scaffold.draft import Draft
from lib.scaffold.home import Home, home, source_of
from lib.scaffold.notebooks import free_number, goal_notebook, stem
from lib.scaffold.records import indicator_entry, indicator_file
from lib.scaffold.yaml_text import index_of, with_item

NO_WORDING = "Målets lydelse saknas i arbetsbokens underlag"
NO_CONDITIONS = "Målets förutsättningar och koppling till nationella mål saknas i arbetsbokens underlag."
NO_INDICATOR = "Vad som ska mätas för målet är inte bestämt"


def goal_entry(number: int, title: str, wording: str, *, source: str, first_year: int | None = None) -> dict[str, Any]:
    """Return a goal of a strategy; what is not known of it is said."""
    since = {"first_year": first_year} if first_year else {}
    return {
        "id": number,
        **since,
        "short": title,
        "wording": wording or NO_WORDING,
        "source": source,
        "note": NO_CONDITIONS,
    }


def new_goal(
    workbook: Workbook, number: int, *, title: str, wording: str = "", source: str = "", report: str = ""
) -> list[str]:
    """Add a goal to a report's strategy from the report's year on, with a notebook and an indicator, and return what to tell.

    Every report of the strategy from that year on gets the chapter, after its last goal: its summary lists the goal.

    Raises
    ------
    WorkbookError
        For a goal that exists, or an unknown source or report; nothing is then changed.
    """
    place = home(workbook, report)
    strategy = place.catalogue.strategies[place.parameters.strategy]
    data = _strategy_folder(place)
    path = data / "strategy" / "strategies.yaml"
    if taken := next((g for g in strategy.goals if g.id == number), None):
        raise WorkbookError(
            f"{place.name(path)}, {strategy.id}: there is a goal {number} already (”{taken.short}”); choose another number."
        )
    draft = Draft(workbook)
    source = source_of(draft, place, data, source)
    entry = goal_entry(number, title, wording, source=source, first_year=place.since)
    index = index_of(path, "strategies", strategy.id)
    draft.write(path, with_item(draft.read(path), path, ["strategies", index, "goals"], entry))
    indicator = _add_indicator(draft, place, data, number, source)
    notebook = _add_notebook(draft, number, title, entry["wording"], indicator, place.parameters.year)
    reports = _add_chapters(draft, place, notebook)
    draft.put()
    since = f" from {place.since} on" if place.since else ""
    return [
        f"{place.name(path)}: goal {number} added to {strategy.id}{since}.",
        f"{place.name(indicator_file(data, number))}: {indicator}, a development indicator without a source, shown as missing.",
        f"notebooks/{notebook}.ipynb: its chapter{_why_number(notebook, number)}; write where the italic cells say.",
        f"parameters/: the chapter stands after the last goal in {', '.join(reports)}, whose summaries list the goal.",
        f"Build it with: lagesrapport build {place.parameters.name}",
    ]


def _why_number(notebook: str, goal: int) -> str:
    return "" if int(notebook[:2]) == goal else f" (number {notebook[:2]}: another chapter has {goal:02d})"


def _strategy_folder(place: Home) -> Path:
    """Return the folder where the strategy's goals are written: the report's own, or the one it lies over."""
    own = place.data / "strategy" / "strategies.yaml"
    index = index_of(own, "strategies", place.parameters.strategy)
    if index >= 0 and "goals" in read_yaml(own)["strategies"][index]:
        return place.data
    return place.catalogue.base or place.data


def _add_indicator(draft: Draft, place: Home, data: Path, goal: int, source: str) -> str:
    name, number = f"mal_{goal}_utvecklingsindikator", 1
    while name in place.catalogue.indicators:
        number += 1
        name = f"mal_{goal}_utvecklingsindikator_{number}"
    entry = indicator_entry(
        name, goal, NO_INDICATOR, strategy=place.parameters.strategy, source=source, first_year=place.since
    )
    path = indicator_file(data, goal)
    draft.write(path, with_item(draft.read(path), path, ["indicators"], entry))
    return name


def _add_notebook(draft: Draft, goal: int, title: str, wording: str, indicator: str, year: int) -> str:
    folder = draft.workbook.notebooks
    name = stem(free_number(folder, goal), title)
    text = goal_notebook(folder / "mall.ipynb", goal=goal, title=title, wording=wording, indicator=indicator, year=year)
    draft.write(folder / f"{name}.ipynb", text)
    return name


def _add_chapters(draft: Draft, place: Home, notebook: str) -> list[str]:
    """Put the chapter into every report of the strategy from the goal's first year on, and return their names."""
    workbook, names = draft.workbook, []
    for path in sorted(workbook.parameters.glob("*.yaml")):
        parameters = read_parameters(workbook, path.stem)
        if parameters.strategy == place.parameters.strategy and parameters.year >= place.parameters.year:
            after = _last_goal(workbook, parameters)
            draft.write(path, with_item(draft.read(path), path, ["chapters"], notebook, after))
            names.append(path.stem)
    return names


def _last_goal(workbook: Workbook, parameters: Parameters) -> int | None:
    """Return the number of the last chapter that is about a goal; without one, of the first chapter."""
    about = [i for i, c in enumerate(parameters.chapters) if has_goal(notebook_path(workbook, c.notebook))]
    return about[-1] if about else 0


def has_goal(path: Path) -> bool:
    """Tell whether a notebook is a chapter about a goal."""
    return any(cell.cell_type == "code" and re.search(r"\bgoal=\d", cell.source) for cell in read_notebook(path).cells)
