"""Joins executed chapters into one notebook, and that into one page with one pass of nbconvert."""

from __future__ import annotations

import html
from collections.abc import Sequence

import nbformat

from lib.analysis.view import View
from lib.base.swedish import long_date
from lib.build import final
from lib.build.exporter import LagesrapportExporter
from lib.build.run import ChapterRun
from lib.data.records import SupportLine
from lib.show.blocks.block import EXAMPLE
from lib.show.facts import MIME, outputs

HIDDEN_TAGS = {"parameters", "remove-cell"}


def page(view: View, runs: Sequence[ChapterRun], open_points: Sequence[str] = (), *, partial: bool = False) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    view : View
    runs : sequence of ChapterRun
        In reading order; one that failed becomes a named placeholder.
    open_points : sequence of str
        What stands in the way of a final report; a draft says so.
    partial : bool
        A preview of some chapters.
    """
    told = _title_page(view, [*defects(runs), *open_points], partial)
    joined = nbformat.v4.new_notebook(metadata={"lagesrapport": told})
    for run in runs:
        joined.cells += _section(run)
    body, _ = LagesrapportExporter().from_notebook_node(joined)
    return body


def warm() -> None:
    """Load what `page` needs while there is time: nbconvert loads most of itself when it first converts something."""
    cells = [nbformat.v4.new_markdown_cell("# Kapitel"), nbformat.v4.new_code_cell("")]
    LagesrapportExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))


def _title_page(view: View, points: Sequence[str], partial: bool) -> dict[str, object]:
    identity, parameters = view.catalogue.identity, view.parameters
    title = f"{identity.title} {view.year}"
    mark = f"{EXAMPLE}. " if view.synthetic else ""
    return {
        "title": f"{mark}{title} – förhandsvisning" if partial else f"{mark}{title}",
        "example": [EXAMPLE, f"{identity.county} finns inte, och alla uppgifter är påhittade."]
        if view.synthetic
        else [],
        "subtitle": view.strategy.title,
        "platform": f"Uppföljning av {identity.platform}s strategi, {identity.county}",
        "retrospective": f"{identity.retrospective}." if parameters.efterhand else "",
        "disclaimer": identity.disclaimer,
        "description": f"{title}. {identity.disclaimer}",
        "dates": f"Bygger på det som var publicerat senast den {long_date(parameters.cut_off)}. Texten ändrad {long_date(identity.updated)}.",
        "about": _about(view),
        "support": [_support(line) for line in view.catalogue.support.values() if line.publisher],
        "draft": parameters.status == "utkast",
        "partial": partial,
        "defects": list(points) if parameters.status == "utkast" and not partial else [],
        "signed": [] if parameters.status == "utkast" else final.signatures(view),
    }


def _about(view: View) -> list[str]:
    """Say what the report is, and what it is not."""
    identity = view.catalogue.identity
    return [
        f"Rapporten använder uppgifter som gäller {view.year} eller tidigare och var publicerade senast den {long_date(view.parameters.cut_off)}. "
        "Varje tal har en källa och ett datum. Det som saknas visas som saknat och räknas.",
        f"Den följer upp {identity.platform}s strategi: målen, indikatorerna och åtagandena. Den är inte officiell statistik, den mäter inte "
        "hur mycket våld som förekommer, och den rangordnar inte kommuner.",
        "Den är skriven för den som arbetar med frågorna, inte för den som själv behöver stöd.",
    ]


def _support(line: SupportLine) -> dict[str, str]:
    checked = long_date(line.checked) if line.checked else "sidan saknar datum"
    return {
        "name": line.name,
        "number": line.number,
        "text": line.text,
        "publisher": line.publisher,
        "checked": checked,
    }


def defects(runs: Sequence[ChapterRun]) -> list[str]:
    """Return the chapters that are missing, in sentences."""
    return [f"Kapitlet {run.entry.notebook} kunde inte framställas." for run in runs if run.error]


def _section(run: ChapterRun) -> list[nbformat.NotebookNode]:
    stem = run.entry.notebook.rpartition("/")[2]
    number = str(run.entry.number) if run.entry.number else "S"
    key = _key(run) or stem.replace("_", "-")
    opening = f'<section id="{key}" data-notebook="{stem}" data-number="{number}">'
    inner = _placed(run.notebook.cells, stem) if run.notebook else [_placeholder(run)]
    cells = [nbformat.v4.new_raw_cell(opening), *inner, nbformat.v4.new_raw_cell("</section>")]
    for position, cell in enumerate(cells):
        # Notebooks copied from one another share cell ids, which a joined notebook may not.
        cell.id = f"{stem}-{position}"[-64:]
    return cells


def _placed(cells: Sequence[nbformat.NotebookNode], stem: str) -> list[nbformat.NotebookNode]:
    """Return the cells that a reader sees, each with its place: the notebook, and its number as one counts in it."""
    own = [cell for cell in cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(own, start=1):
        first = (cell.source.strip().splitlines() or [""])[0].replace("--", "–")
        cell.metadata["place"] = f"{stem}.ipynb, cell {number} (“{first[:40]}”)"
    return [_light(cell) for cell in own if not HIDDEN_TAGS & set(cell.metadata.get("tags", []))]


def _light(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a cell with what a reader sees of its outputs alone: nbconvert copies and checks all that a notebook holds."""
    shown = [
        o for o in cell.get("outputs", []) if "text/html" in o.get("data", {}) and "chapter" not in o.data.get(MIME, {})
    ]
    light = [nbformat.v4.new_output(o.output_type, {"text/html": o.data["text/html"]}) for o in shown]
    return nbformat.from_dict({**cell, "outputs": light}) if cell.cell_type == "code" else cell


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
