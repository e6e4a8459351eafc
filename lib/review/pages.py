"""Working pages for the agencies, such as status and comparison: the report's own markup, without its cover."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import nbformat

from lib.base.swedish import slug
from lib.build import gates, leaks
from lib.build.exporter import LagesrapportExporter
from lib.show import tables


@dataclass
class Section:
    """A heading, sentences, and a table if there are rows; ``html`` is markup made elsewhere, escaped there."""

    title: str
    sentences: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    caption: str = ""
    html: str = ""


def page(title: str, sections: Sequence[Section]) -> str:
    """Return an accessible page of sections, checked as a report is."""
    cells = [_shown(f"<h1>{escape(title)}</h1>")]
    for section in sections:
        html = (
            f"<h2>{escape(section.title)}</h2>" + str(tables.fragments().paragraphs(section.sentences)) + section.html
        )
        if section.rows:
            caption, name = section.caption or f"{section.title}.", slug(section.title)
            groups = [tables.Group("", section.rows)]
            numeric = [False] * len(section.columns)
            html += tables.html_table(name, caption=caption, columns=section.columns, groups=groups, numeric=numeric)
        cells.append(_shown(html))
    html, _ = LagesrapportExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=cells), {"metadata": {"name": title}}
    )
    gates.check(html)
    return gates.without_marks(html)


def _shown(html: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    return nbformat.v4.new_code_cell("", outputs=[output])


def write(html: str, path: Path, root: Path) -> Path:
    """Write a page in one step and return its path; one that would leak something is refused."""
    leaks.check(html, path.name, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(html, encoding="utf-8")
    os.replace(beside, path)
    return path


def lines(section: Section, widest: int = 44) -> list[str]:
    """Return a section for the terminal: its sentences, and its table in columns."""
    told = [f"{section.title}", *(f"  {sentence}" for sentence in section.sentences)]
    if section.rows:
        cells = [[tables.plain(cell)[:widest] for cell in row] for row in [section.columns, *section.rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(section.columns))]
        told += [
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
    return [*told, ""]
