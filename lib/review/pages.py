"""Working pages for the agencies, such as status and comparison: marked up as a report, without its cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import nbformat

from lib.base import atomic
from lib.base.swedish import slug
from lib.build import gates, leaks
from lib.build.exporter import LagesrapportExporter
from lib.show import tables


@dataclass
class Section:
    """A heading, sentences, and a table if there are rows; ``html`` is further markup, already escaped."""

    title: str
    sentences: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    caption: str = ""
    html: str = ""


def page(title: str, sections: Sequence[Section]) -> str:
    """Return an accessible page of sections that has passed the checks of a report's page."""
    cells = [_cell(f"<h1>{escape(title)}</h1>"), *(_cell(_html(section)) for section in sections)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    html, _ = LagesrapportExporter().from_notebook_node(notebook, {"metadata": {"name": title}})
    gates.check(html)
    return gates.without_marks(html)


def _html(section: Section) -> str:
    html = f"<h2>{escape(section.title)}</h2>{tables.fragments().paragraphs(section.sentences)}{section.html}"
    if not section.rows:
        return html
    return html + tables.html_table(
        slug(section.title),
        caption=section.caption or f"{section.title}.",
        columns=section.columns,
        groups=[tables.Group("", [list(row) for row in section.rows])],
        numeric=[False] * len(section.columns),
    )


def _cell(html: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    cell: nbformat.NotebookNode = nbformat.v4.new_code_cell("", outputs=[output])
    return cell


def write(path: Path, title: str, sections: Sequence[Section], root: Path) -> Path:
    """Write a `page` of the workbook in ``root`` and return its path.

    Raises
    ------
    WorkbookError
        If the page holds personal or machine identifiers.
    """
    html = page(title, sections)
    leaks.check(html, path.name, root)
    return atomic.write(path, html)


def lines(section: Section, widest: int = 44) -> list[str]:
    """Return a section for the terminal: its sentences, and its table in columns of at most ``widest`` characters."""
    sentences = [f"  {sentence}" for sentence in section.sentences]
    cells = [[cell[:widest] for cell in row] for row in [section.columns, *section.rows]] if section.rows else []
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rows = ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    return [section.title, *sentences, *rows, ""]
