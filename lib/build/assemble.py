"""From executed chapters to the report's files: the page (one run of nbconvert), the facts, the data as CSV files."""

from __future__ import annotations

import csv
import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from lib.analysis.view import View
from lib.base.files import FORMULA_STARTS
from lib.base.swedish import long_date
from lib.build import final
from lib.build.exporter import LagesrapportExporter
from lib.build.run import ChapterRun
from lib.data.records import SupportLine
from lib.show import facts
from lib.show.blocks.block import EXAMPLE
from lib.show.facts import MIME, outputs

#: Cells with one of these tags are not on the page.
HIDDEN_TAGS = {"parameters", "remove-cell"}


def page(
    view: View,
    runs: Sequence[ChapterRun],
    open_points: Sequence[str] = (),
    *,
    partial: bool = False,
    elsewhere: Mapping[str, str] | None = None,
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    view : View
    runs : sequence of ChapterRun
        In reading order; one that failed becomes a named placeholder.
    open_points : sequence of str
        Sentences on what keeps the report from being final; a draft lists them.
    partial : bool
        Whether it is a preview of some chapters.
    elsewhere : mapping, optional
        The anchors of chapters that are on another page, by their notebooks' names: links to them stay links.
    """
    failed = [f"Kapitlet {run.entry.notebook} kunde inte framställas." for run in runs if run.error]
    title_page = _title_page(view, [*failed, *open_points], partial)
    joined = nbformat.v4.new_notebook(metadata={"lagesrapport": {**title_page, "elsewhere": dict(elsewhere or {})}})
    for run in runs:
        joined.cells += _section(run)
    body, _ = LagesrapportExporter().from_notebook_node(joined)
    return body


def preload() -> None:
    """Convert a tiny notebook in advance, because nbconvert loads most of its modules at its first conversion."""
    cells = [nbformat.v4.new_markdown_cell("# Kapitel"), nbformat.v4.new_code_cell("")]
    LagesrapportExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))


def write_facts(runs: Sequence[ChapterRun], folder: Path) -> Path:
    """Write the facts of executed chapters to ``facts.json``."""
    path = folder / "facts.json"
    path.write_text(facts.dump(facts.collect(run.notebook for run in runs if run.notebook)), encoding="utf-8")
    return path


def write_data(runs: Sequence[ChapterRun], folder: Path, mark: str) -> None:
    """Write the numbers of each figure and table as CSV (UTF-8, commas, decimal points), named by chapter and figure.

    Tables of the whole report (the data annex, the development areas) are named without a chapter.

    Parameters
    ----------
    mark : str
        The beginning of each file's name, which marks invented figures; empty for real ones.
    """
    folder.mkdir()
    for run in runs:
        for bundle in outputs(run.notebook) if run.notebook else ():
            for name, table in bundle.get("data", {}).items():
                of_chapter = name.startswith(("figur-", "tabell-"))
                file = f"{run.entry.number:02d}-{name}.csv" if of_chapter else f"{name}.csv"
                with (folder / f"{mark}{file}").open("w", encoding="utf-8", newline="") as lines:
                    writer = csv.writer(lines, lineterminator="\n")
                    writer.writerow(table["columns"])
                    writer.writerows([[as_text(cell) for cell in row] for row in table["rows"]])


def as_text(cell: object) -> object:
    """Return a cell with an apostrophe before text that Excel would run as a formula; such text may come from anyone.

    >>> as_text("=1+1"), as_text("-1,5"), as_text(3.5)
    ("'=1+1", '-1,5', 3.5)
    """
    formula = isinstance(cell, str) and cell.startswith(FORMULA_STARTS) and not _is_number(cell)
    return f"'{cell}" if formula else cell


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


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
    """Return the paragraphs on what the report is and is not."""
    identity = view.catalogue.identity
    return [
        f"Rapporten använder uppgifter som gäller {view.year} eller tidigare och var publicerade senast den {long_date(view.parameters.cut_off)}. "
        "Varje tal har en källa och ett datum. Det som saknas visas som saknat och räknas.",
        f"Den följer upp {identity.platform}s strategi: målen, indikatorerna och åtagandena. Den är inte officiell statistik, den mäter inte "
        "hur mycket våld som förekommer, och den rangordnar inte kommuner.",
        "Den är skriven för den som arbetar med frågorna, inte för den som själv behöver stöd.",
    ]


def _support(line: SupportLine) -> dict[str, str]:
    """Return a support line as the title page's template needs it."""
    checked = long_date(line.checked) if line.checked else "sidan saknar datum"
    return {key: getattr(line, key) for key in ("name", "number", "text", "publisher")} | {"checked": checked}


def _section(run: ChapterRun) -> list[nbformat.NotebookNode]:
    """Return a chapter's cells, after a cell that opens its section of the page and before one that closes it."""
    stem = run.entry.notebook.rpartition("/")[2]
    number = str(run.entry.number) if run.entry.number else "S"
    key = facts.chapter_key(run.notebook) if run.notebook else ""
    opening = f'<section id="{key or stem.replace("_", "-")}" data-notebook="{stem}" data-number="{number}">'
    inner = _visible(run.notebook.cells, stem) if run.notebook else [_placeholder(run)]
    cells = [nbformat.v4.new_raw_cell(opening), *inner, nbformat.v4.new_raw_cell("</section>")]
    for position, cell in enumerate(cells):
        # Ids must be unique in the joined notebook, and notebooks copied from one another share theirs.
        cell.id = f"{stem}-{position}"[-64:]
    return cells


def _visible(cells: Sequence[nbformat.NotebookNode], stem: str) -> list[nbformat.NotebookNode]:
    """Return the cells that a reader sees, each labelled for error messages with notebook, number and first words."""
    written = [cell for cell in cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(written, start=1):
        first = (cell.source.strip().splitlines() or [""])[0].replace("--", "–")
        cell.metadata["place"] = f"{stem}.ipynb, cell {number} (“{first[:40]}”)"
    return [_light(cell) for cell in written if not HIDDEN_TAGS & set(cell.metadata.get("tags", []))]


def _light(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a cell with only the outputs that a reader sees: nbconvert would copy and validate the others too."""
    shown = [
        o for o in cell.get("outputs", []) if "text/html" in o.get("data", {}) and "chapter" not in o.data.get(MIME, {})
    ]
    light = [nbformat.v4.new_output(o.output_type, {"text/html": o.data["text/html"]}) for o in shown]
    return nbformat.from_dict({**cell, "outputs": light}) if cell.cell_type == "code" else cell


def _placeholder(run: ChapterRun) -> nbformat.NotebookNode:
    """Return a cell that says in the chapter's place that it is missing, and why."""
    name = html.escape(run.entry.notebook)
    cell: nbformat.NotebookNode = nbformat.v4.new_raw_cell(
        f"<h1>Kapitel {run.entry.number} saknas</h1>"
        f'<div class="lr-failed"><p>Kapitlet <code>{name}</code> kunde inte framställas: {html.escape(run.error)}</p></div>'
    )
    return cell
