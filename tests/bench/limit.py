"""The limit: one plain Python program that reads, draws and renders the same as the notebooks, on two cores.

It uses no notebook machinery: the cells' code is run with `exec` in two processes that are forked once everything is
imported and read, and what they show goes straight into the page. Only the page itself is made by nbconvert, as the
report's is.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat

import lib.chapter
from lib.analysis.view import audited, open_view
from lib.base.workbook import Workbook
from lib.build import assemble, gates
from lib.build.run import ChapterRun
from lib.data.parameters import ChapterEntry, Parameters, given
from lib.show import facts
from lib.show.blocks import block
from lib.show.blocks.summary import FACTS_VARIABLE

WORKBOOK = Workbook(Path.cwd())


def chapter(parameters: Parameters, entry: ChapterEntry, environment: dict[str, str]) -> str:
    """Run a notebook's code and return the notebook with its outputs, as JSON."""
    os.environ.update(environment)
    notebook = nbformat.read(WORKBOOK.notebooks / f"{entry.notebook}.ipynb", as_version=4)
    names: dict[str, Any] = {}
    shown: list[dict[str, Any]] = []
    for module in (lib.chapter, block):
        setattr(module, "display", lambda bundle, raw: shown.append(bundle))  # noqa: B010
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= given(parameters, entry)
            cell.outputs = [nbformat.v4.new_output("display_data", json.loads(json.dumps(bundle))) for bundle in shown]
            shown.clear()
    return str(nbformat.writes(notebook))


def main(name: str) -> None:
    """Make the page of a report."""
    view = open_view(WORKBOOK, name, "rapport")
    parameters = view.parameters
    audited(view)
    first = [entry for entry in parameters.chapters if not entry.runs_last]
    # The longest begins first.
    first.sort(key=lambda e: -(WORKBOOK.notebooks / f"{e.notebook}.ipynb").read_text().count('"code"'))
    last = [entry for entry in parameters.chapters if entry.runs_last]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        assemble.preload()
        running = {entry.notebook: pool.submit(chapter, parameters, entry, {}) for entry in first}
        done = {name: nbformat.reads(future.result(), 4) for name, future in running.items()}
        path = WORKBOOK.output / "facts.json"
        path.write_text(facts.dump(facts.collect(done.values())), encoding="utf-8")
        environment = {FACTS_VARIABLE: str(path)}
        for entry in last:
            done[entry.notebook] = nbformat.reads(pool.submit(chapter, parameters, entry, environment).result(), 4)
    runs = [ChapterRun(entry, done[entry.notebook], 0) for entry in parameters.chapters]
    html = assemble.page(view, runs)
    gates.check(html)
    (WORKBOOK.output / "limit.html").write_text(gates.without_marks(html), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
