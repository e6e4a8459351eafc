"""Notebooks made from the template and from the chapters that every county has."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import nbformat

from lib.base.errors import WorkbookError
from lib.base.swedish import slug
from lib.data.parameters import read_notebook

#: The longest that a title makes a notebook's name.
LONGEST_NAME = 40
TEACHING = "remove-cell"


def stem(number: int, title: str) -> str:
    """Return a chapter's file name without ending.

    >>> stem(12, "Värdighet och stöd")
    '12_vardighet_och_stod'
    """
    return f"{number:02d}_{slug(title)[:LONGEST_NAME].strip('-').replace('-', '_')}"


def free_number(folder: Path, goal: int) -> int:
    """Return the number of a goal's chapter: the goal's own if no notebook has it, else the first after all that have one.

    Raises
    ------
    WorkbookError
        If all numbers are taken: a notebook's name begins with two digits.
    """
    taken = {int(path.name[:2]) for path in folder.rglob("[0-9][0-9]_*.ipynb")}
    number = goal if goal not in taken else max(taken) + 1
    if number > 99:
        raise WorkbookError(f"{folder}: there is no number left for another chapter; rename or remove a notebook.")
    return number


def goal_notebook(template: Path, *, goal: int, title: str, wording: str, indicator: str, year: int) -> str:
    """Return the text of a goal's notebook, made from the template.

    Raises
    ------
    WorkbookError
        If the template lacks a line that is to be filled in.
    """
    filled = {
        r"\A# Mål \d+\. .+": f"# Mål {goal}. {title}",
        r"(?m)^> .+$": f"> {wording}",
        r"(?m)^year: int = \d+$": f"year: int = {year}",
        r"\bgoal=\d+": f"goal={goal}",
        r'(?<=chapter\.indicator\()"\w+"': f'"{indicator}"',
        r'(?<=chapter\.figure\()"\w+"': f'"{indicator}"',
    }
    notebook = read_notebook(template)
    for pattern, text in filled.items():
        hits = 0
        for cell in notebook.cells:
            cell.source, found = re.subn(pattern, lambda _, text=text: text, cell.source)
            hits += found
        if not hits:
            raise WorkbookError(f"{template}: no line fits '{pattern}'; restore the template from git.")
    return dump(notebook)


def common_notebook(path: Path, *, year: int, foreign: Collection[str], prose: Mapping[str, str]) -> str:
    """Return the text of a chapter that every county has, without what shows another county's indicators.

    Parameters
    ----------
    path : Path
        The notebook in the workbook that one begins from.
    year : int
        The year it runs for by hand.
    foreign : collection of str
        That workbook's indicators: a cell that names one gives way to a line, for authors alone, that says what stood there.
    prose : mapping
        What stands in cells instead of what rests on that workbook's sources, by the cells' ids.
    """
    notebook = read_notebook(path)
    cells: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        cell.source = prose.get(cell.id, cell.source)
        if cell.cell_type == "code":
            cell.source = re.sub(r"(?m)^year: int = \d+$", f"year: int = {year}", cell.source)
            cell.outputs, cell.execution_count = [], None
        if cell.cell_type == "code" and _names(cell.source) & set(foreign):
            announced = cells.pop() if cells and cells[-1].cell_type == "markdown" else None
            cells.append(_instead(cell, announced))
        else:
            cells.append(cell)
    notebook.cells = cells
    return dump(notebook)


def _names(code: str) -> set[str]:
    return {n.value for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _instead(cell: nbformat.NotebookNode, announced: nbformat.NotebookNode | None) -> nbformat.NotebookNode:
    heading = re.search(r"(?m)^#+ (.+)$", announced.source) if announced else None
    section = f"avsnittet ”{heading[1]}”" if heading else "en cell"
    method = cell.source.strip().partition("(")[0]
    text = f'*Här kan {section} stå, när länet har indikatorer att visa. Det visas med {method}("…") och deras namn.*'
    return nbformat.v4.new_markdown_cell(text, id=cell.id, metadata={"tags": [TEACHING]})


def dump(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook's text as it is stored."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"
