"""Notebooks for new goals, made from the template, and for a new workbook, made from chapters that every county has."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import nbformat

from lib.base.errors import WorkbookError
from lib.base.swedish import slug
from lib.data.parameters import read_notebook

#: The greatest length of a title in a notebook's name.
LONGEST_NAME = 40
#: The tag of cells for authors, which reports leave out.
TEACHING = "remove-cell"


def stem(number: int, title: str) -> str:
    """Return a chapter's file name without its suffix.

    >>> stem(12, "Värdighet och stöd")
    '12_vardighet_och_stod'
    """
    return f"{number:02d}_{slug(title)[:LONGEST_NAME].strip('-').replace('-', '_')}"


def free_number(folder: Path, goal: int) -> int:
    """Return the number of a goal's chapter: the goal's number, or the first after all notebooks if another has it.

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
        If the template lacks a line to fill in.
    """
    filled = {
        r"\A# Mål \d+\. .+": f"# Mål {goal}. {title}",
        r"(?m)^> .+$": f"> {wording}",
        r"(?m)^year: int = \d+$": f"year: int = {year}",
        r"\bgoal=\d+": f"goal={goal}",
        r'(?<=chapter\.indicator\()"\w+"': f'"{indicator}"',
        r'(?<=chapter\.figure\()"\w+"': f'"{indicator}"',
        r'(?<=chapter\.data\()"\w+"': f'"{indicator}"',
    }
    notebook = read_notebook(template)
    for pattern, text in filled.items():
        hits = 0
        for cell in notebook.cells:
            # A backslash in the text must not act as a reference to a group.
            cell.source, found = re.subn(pattern, text.replace("\\", r"\\"), cell.source)
            hits += found
        if not hits:
            raise WorkbookError(f"{template}: no line fits '{pattern}'; restore the template from git.")
    return dump(notebook)


def renamed(path: Path, *, goal: int, title: str, wording: str) -> str:
    """Return the text of a goal's notebook with another name and wording of the goal."""
    notebook = read_notebook(path)
    filled = {r"\A# Mål \d+\. .+": f"# Mål {goal}. {title}", r"(?m)^> .+$": f"> {wording}"}
    for pattern, text in filled.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = re.sub(pattern, text.replace("\\", r"\\"), cell.source, count=1)
    return dump(notebook)


def common_notebook(path: Path, *, year: int, foreign: Collection[str], prose: Mapping[str, str]) -> str:
    """Return the text of a chapter that every county has, without another county's indicators and sources.

    Parameters
    ----------
    path : Path
        The notebook in the other county's workbook.
    year : int
        The default year, for runs by hand.
    foreign : collection of str
        The other county's indicators: a cell that uses one is replaced by a note to authors on what it can show.
    prose : mapping
        Texts, by cell id, that replace cells about the other county's sources.
    """
    notebook = read_notebook(path)
    cells: list[nbformat.NotebookNode] = []
    lost: set[str] = set()
    for cell in notebook.cells:
        cell.source = prose.get(cell.id, cell.source)
        if cell.cell_type == "code":
            cell.source = re.sub(r"(?m)^year: int = \d+$", f"year: int = {year}", cell.source)
            cell.outputs, cell.execution_count = [], None
        if cell.cell_type == "code" and _uses(cell.source, foreign, lost):
            lost |= _assigned(cell.source)
            if method := re.findall(r"\bchapter(?:\.\w+)+(?=\()", cell.source):
                introduction = cells.pop() if cells and cells[-1].cell_type == "markdown" else None
                cells.append(_note(cell, introduction, method[-1]))
        else:
            cells.append(cell)
    notebook.cells = cells
    return dump(notebook)


def _uses(code: str, texts: Collection[str], names: Collection[str]) -> bool:
    """Return whether code has one of some texts or reads one of some names."""
    nodes = list(ast.walk(ast.parse(code)))
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    said = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return bool(said & set(texts) or (read - _assigned(code)) & set(names))


def _assigned(code: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _note(
    cell: nbformat.NotebookNode, introduction: nbformat.NotebookNode | None, method: str
) -> nbformat.NotebookNode:
    """Return a cell for authors in place of a code cell and the Markdown cell before it."""
    heading = re.search(r"(?m)^#+ (.+)$", introduction.source) if introduction else None
    section = f"avsnittet ”{heading[1]}”" if heading else "en cell"
    text = f'*Här kan {section} stå, när länet har indikatorer att visa. Det visas med {method}("…") och deras namn.*'
    metadata = {"tags": [TEACHING]}
    note: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(text, id=cell.id, metadata=metadata)
    return note


def dump(notebook: nbformat.NotebookNode) -> str:
    """Return the text of a notebook's file."""
    text: str = nbformat.writes(notebook)
    return text.rstrip("\n") + "\n"
