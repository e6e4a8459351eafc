"""New goals and indicators of a report's strategy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lib.base.errors import WorkbookError
from lib.base.files import files_in, read_yaml
from lib.base.workbook import Workbook
from lib.data.indicators import UNITS
from lib.data.parameters import Parameters, goal_of, notebook_path, read_notebook, read_parameters
from lib.data.records import Goal, Strategy
from lib.scaffold.draft import Draft, require
from lib.scaffold.notebooks import free_number, goal_notebook, renamed, stem
from lib.scaffold.yaml_text import index_of

NO_WORDING = "Målets lydelse saknas i arbetsbokens underlag"
NO_CONDITIONS = "Målets förutsättningar och koppling till nationella mål saknas i arbetsbokens underlag."
NO_INDICATOR = "Vad som ska mätas för målet är inte bestämt"
NO_METHOD = "Källa eller möjlighet till uppföljning är inte fastställd."

Entry = dict[str, Any]


def goal_entry(number: int, title: str, wording: str, *, source: str, first_year: int | None = None) -> Entry:
    """Return the entry of a goal in a strategy, with sentences for what is missing."""
    since = {"first_year": first_year} if first_year else {}
    wording = wording or NO_WORDING
    return {"id": number, **since, "short": title, "wording": wording, "source": source, "note": NO_CONDITIONS}


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
    **known: Any,
) -> Entry:
    """Return the entry of a development indicator, which has no data yet and which the report shows as missing.

    ``known`` are further fields of `lib.data.indicators.Indicator`; those that are empty are left out.
    """
    known = {name: value for name, value in known.items() if value not in ("", None)}
    return {
        "id": identifier,
        "title": title,
        "kinds": [{"kind": "utvecklingsindikator"} | ({"first_year": first_year} if first_year else {})],
        "goals": [{"goal": goal, "strategy": strategy}],
        "type": UNITS[unit],
        "unit": unit,
        "direction": direction,
        "source": source,
        **known,
        **({} if known.get("family") else {"caveat": NO_METHOD}),
    }


def indicator_file(data: Path, goal: int) -> Path:
    """Return the file of a goal's indicators.

    >>> indicator_file(Path("data"), 3).as_posix()
    'data/indicators/mal_3.yaml'
    """
    return data / "indicators" / f"mal_{goal}.yaml"


# Goals ----------------------------------------------------------------------------------------------------------------


def new_goal(
    workbook: Workbook, number: int, *, title: str, wording: str = "", source: str = "", report: str = ""
) -> list[str]:
    """Add a goal to a report's strategy, with an indicator and a notebook, and return messages for the terminal.

    Every report of the strategy from the report's year on gets the chapter, after its last goal. A goal whose wording is still
    missing gets its name and wording instead, in the strategy and in its notebook.

    Raises
    ------
    WorkbookError
        For a goal that exists, or an unknown source or report; nothing is then changed.
    """
    draft = Draft(workbook, report)
    strategy = draft.catalogue.strategies[draft.parameters.strategy]
    data = _strategy_folder(draft)
    path = data / "strategy" / "strategies.yaml"
    if existing := next((g for g in strategy.goals if g.id == number), None):
        if existing.wording == NO_WORDING and wording:
            return _fill_goal(draft, path, strategy, existing, title, wording, source)
        cure = "give --wording to fill in what is missing of it" if existing.wording == NO_WORDING else ""
        raise WorkbookError(
            f"{draft.name(path)}, {strategy.id}: there is a goal {number} already (”{existing.short}”); {cure or 'choose another number'}."
        )
    source = draft.source(data, source)
    entry = goal_entry(number, title, wording, source=source, first_year=draft.since)
    draft.add(path, ["strategies", index_of(path, "strategies", strategy.id), "goals"], entry)
    indicator = _add_indicator(draft, data, number, source)
    notebook = _add_notebook(draft, number, title, entry["wording"], indicator)
    reports = _add_chapters(draft, notebook)
    draft.put()
    other_number = "" if int(notebook[:2]) == number else f" (number {notebook[:2]}: another chapter has {number:02d})"
    return [
        f"{draft.name(path)}: goal {number} added to {strategy.id}{_from_year(draft)}.",
        f"{draft.name(indicator_file(data, number))}: {indicator}, a development indicator without a source, shown as missing.",
        f"notebooks/{notebook}.ipynb: its chapter{other_number}; write where the italic cells say.",
        f"parameters/: the chapter follows the last goal in {', '.join(reports)}, whose summaries list the goal.",
        f"Build it with: lagesrapport build {draft.parameters.name}",
    ]


def _fill_goal(
    draft: Draft, path: Path, strategy: Strategy, goal: Goal, title: str, wording: str, source: str
) -> list[str]:
    """Give a goal of which nothing is known its name and wording."""
    place: list[str | int] = [
        "strategies",
        index_of(path, "strategies", strategy.id),
        "goals",
        strategy.goals.index(goal),
    ]
    values: dict[str, str | None] = {"short": title, "wording": wording}
    if source:
        values["source"] = draft.source(draft.data, source)
    draft.change(path, place, values)
    changed = [draft.name(path)]
    reports = (read_parameters(draft.workbook, p.stem) for p in files_in(draft.workbook.parameters, "*.yaml"))
    chapters = [c.notebook for r in reports if r.strategy == draft.parameters.strategy for c in r.chapters]
    for notebook in (notebook_path(draft.workbook, name) for name in dict.fromkeys(chapters)):
        if goal_of(read_notebook(notebook)) == goal.id:
            draft.texts[notebook] = renamed(notebook, goal=goal.id, title=title, wording=wording)
            changed.append(draft.name(notebook))
    draft.put()
    return [
        f"{' and '.join(changed)}: goal {goal.id} is now ”{title}”.",
        f"Its note still says what else is missing; change it in {draft.name(path)}.",
    ]


def _from_year(draft: Draft) -> str:
    return f" from {draft.since} on" if draft.since else ""


def _strategy_folder(draft: Draft) -> Path:
    """Return the data folder with the strategy's goals: the report's, or the one that it builds on."""
    path = draft.data / "strategy" / "strategies.yaml"
    index = index_of(path, "strategies", draft.parameters.strategy)
    if index >= 0 and "goals" in read_yaml(path)["strategies"][index]:
        return draft.data
    return draft.catalogue.base or draft.data


def _add_indicator(draft: Draft, data: Path, goal: int, source: str) -> str:
    name, number = f"mal_{goal}_utvecklingsindikator", 1
    while name in draft.catalogue.indicators:
        number += 1
        name = f"mal_{goal}_utvecklingsindikator_{number}"
    strategy = draft.parameters.strategy
    entry = indicator_entry(name, goal, NO_INDICATOR, strategy=strategy, source=source, first_year=draft.since)
    draft.add(indicator_file(data, goal), ["indicators"], entry)
    return name


def _add_notebook(draft: Draft, goal: int, title: str, wording: str, indicator: str) -> str:
    folder = draft.workbook.notebooks
    name = stem(free_number(folder, goal), title)
    draft.texts[folder / f"{name}.ipynb"] = goal_notebook(
        folder / "mall.ipynb",
        goal=goal,
        title=title,
        wording=wording,
        indicator=indicator,
        year=draft.parameters.year,
    )
    return name


def _add_chapters(draft: Draft, notebook: str) -> list[str]:
    """Add the chapter to every report of the strategy from the goal's first year on, and return their names."""
    workbook, names = draft.workbook, []
    for path in files_in(workbook.parameters, "*.yaml"):
        parameters = read_parameters(workbook, path.stem)
        if parameters.strategy == draft.parameters.strategy and parameters.year >= draft.parameters.year:
            draft.add(path, ["chapters"], notebook, _last_goal(workbook, parameters))
            names.append(path.stem)
    return names


def _last_goal(workbook: Workbook, parameters: Parameters) -> int:
    """Return the position of the last chapter about a goal, or of the first chapter if there is none."""
    about = [i for i, c in enumerate(parameters.chapters) if has_goal(notebook_path(workbook, c.notebook))]
    return about[-1] if about else 0


def has_goal(path: Path) -> bool:
    """Return whether a notebook is a chapter about a goal."""
    return goal_of(read_notebook(path)) is not None


# Indicators -----------------------------------------------------------------------------------------------------------


def new_indicator(
    workbook: Workbook,
    identifier: str,
    *,
    goal: int,
    title: str,
    source: str = "",
    report: str = "",
    counted: Sequence[str] | None = None,
    **known: Any,
) -> list[str]:
    """Add a development indicator to a goal, and return messages for the terminal.

    Parameters
    ----------
    counted : sequence of str, optional
        What numerator and denominator count, such as "personuppklarade brott" and "handlagda brott"; nothing for shares without counts.
    known : dict
        Further fields of `lib.data.indicators.Indicator`.

    Raises
    ------
    WorkbookError
        For an identifier that is taken or malformed, an unknown goal, family, source or report; nothing is then changed.
    """
    draft = Draft(workbook, report)
    _check_indicator(draft, identifier, goal, known.get("family", ""))
    path = indicator_file(draft.data, goal)
    entry = indicator_entry(
        identifier,
        goal,
        title,
        strategy=draft.strategy.id,
        source=draft.source(draft.data, source),
        first_year=draft.since,
        **known,
        **({"numerator": counted[0], "denominator": counted[1], "denominator_unit": counted[1]} if counted else {}),
    )
    draft.add(path, ["indicators"], entry)
    draft.put()
    return [
        f"{draft.name(path)}: {identifier} added as a development indicator of goal {goal}{_from_year(draft)}, shown as missing.",
        f'Show it in the goal\'s notebook with the line: chapter.indicator("{identifier}")',
        _next_steps(known),
    ]


def _check_indicator(draft: Draft, identifier: str, goal: int, family: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", identifier):
        raise WorkbookError(f"'{identifier}' cannot be an indicator's id; use a-z, 0-9 and _, such as hjalp_i_tid.")
    if identifier in draft.catalogue.indicators:
        raise WorkbookError(f"data/indicators/: there is an indicator '{identifier}' already; choose another name.")
    strategy = draft.strategy
    require("goal", goal, (g.id for g in strategy.goals), f"data/strategy/strategies.yaml, {strategy.id}")
    if family:
        families = dict.fromkeys(s.family for s in draft.catalogue.sources.values())
        require("family", family, families, draft.name(draft.data / "sources.yaml"))


def _next_steps(known: Entry) -> str:
    missing = [name for name in ("family", "subject", "definition") if not known.get(name)]
    rows = f"When it has figures: their rows in data/observations/{known.get('family') or '<family>'}.csv"
    return f"{rows}, and {' and '.join(missing)} in its entry." if missing else f"{rows}."
