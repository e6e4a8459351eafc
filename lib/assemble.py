"""Joins executed chapters into one notebook, and that into one page with one pass of nbconvert."""

from __future__ import annotations

import html
from collections.abc import Sequence

import nbformat

from lib.blocks.block import EXAMPLE
from lib.exporter import LagesrapportExporter
from lib.facts import outputs
from lib.run import ChapterRun
from lib.swedish import long_date
from lib.view import View

HIDDEN_TAGS = {"parameters", "injected-parameters", "remove-cell"}


def page(view: View, runs: Sequence[ChapterRun], *, partial: bool = False) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    view : View
    runs : sequence of ChapterRun
        In reading order; one that failed becomes a named placeholder.
    partial : bool
        A preview of some chapters.
    """
    joined = nbformat.v4.new_notebook(metadata={"lagesrapport": _title_page(view, runs, partial)})
    for run in runs:
        joined.cells += _section(run)
    body, _ = LagesrapportExporter().from_notebook_node(joined)
    return body


def _title_page(view: View, runs: Sequence[ChapterRun], partial: bool) -> dict[str, object]:
    identity, parameters = view.catalogue.identity, view.parameters
    title = f"{identity.title} {view.year}"
    mark = f"{EXAMPLE}. " if view.synthetic else ""
    cut_off = f"Rapporten använder uppgifter som gäller {view.year} eller tidigare och var publicerade senast den {long_date(parameters.cut_off)}."
    return {
        "title": f"{mark}{title} – förhandsvisning" if partial else f"{mark}{title}",
        "example": f"{EXAMPLE}: {identity.county} finns inte, och alla uppgifter är påhittade."
        if view.synthetic
        else "",
        "subtitle": view.strategy.title,
        "platform": f"Uppföljning av {identity.platform}s strategi, {identity.county}",
        "retrospective": f"{identity.retrospective}." if parameters.efterhand else "",
        "disclaimer": identity.disclaimer,
        "description": f"{title}. {identity.disclaimer}",
        "cut_off": cut_off,
        "draft": parameters.status == "utkast",
        "partial": partial,
        "defects": defects(runs),
    }


def defects(runs: Sequence[ChapterRun]) -> list[str]:
    """Return what a final report would refuse, in sentences."""
    return [f"Kapitlet {run.entry.notebook} kunde inte framställas." for run in runs if run.error]


def _section(run: ChapterRun) -> list[nbformat.NotebookNode]:
    stem = run.entry.notebook.rpartition("/")[2]
    number = str(run.entry.number) if run.entry.number else "S"
    key = _key(run) or stem.replace("_", "-")
    opening = f'<section id="{key}" data-notebook="{stem}" data-number="{number}">'
    inner = (
        [c for c in run.notebook.cells if not HIDDEN_TAGS & set(c.metadata.get("tags", []))]
        if run.notebook
        else [_placeholder(run)]
    )
    cells = [nbformat.v4.new_raw_cell(opening), *inner, nbformat.v4.new_raw_cell("</section>")]
    for position, cell in enumerate(cells):
        # Notebooks copied from one another share cell ids, which a joined notebook may not.
        cell.id = f"{stem}-{position}"[-64:]
    return cells


def _key(run: ChapterRun) -> str | None:
    bundles = outputs(run.notebook) if run.notebook else ()
    return next((bundle["chapter"] for bundle in bundles if "chapter" in bundle), None)


def _placeholder(run: ChapterRun) -> nbformat.NotebookNode:
    """Say in the chapter's place that it is missing and why; it never vanishes."""
    name = html.escape(run.entry.notebook)
    return nbformat.v4.new_raw_cell(
        f"<h1>Kapitel {run.entry.number} saknas</h1>"
        f'<div class="lr-failed"><p>Kapitlet <code>{name}</code> kunde inte framställas: {html.escape(run.error or "")}</p></div>'
    )
