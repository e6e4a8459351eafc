"""Which chapters must run again, and why; the others are taken from the last build.

A chapter's notebook says what was read in it (`lib.analysis.view.View.reads`), and the manifest of the build what each of those things was.
A chapter that would read the same, with the same code, parameters, ``lib``, lock file and Python, would show the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from lib.analysis.view import View
from lib.build import manifest
from lib.data.parameters import ChapterEntry, Parameters, given, notebook_path
from lib.show.facts import outputs

#: Folders and files of data of which a chapter knows what it read in them, and those that none reads. Of everything else, any
#: change concerns every chapter.
TRACKED = (
    "observations/",
    "indicators/",
    "assessments/",
    "commentary/",
    "statements.csv",
    "signoffs/",
    "reviews/",
    "survey.yaml",
)
MOST_NAMED = 2


def key(view: View, entry: ChapterEntry, facts: str) -> dict[str, str]:
    """Return what a chapter rests on beside what it reads and what concerns all: its code, its parameters, other chapters' facts."""
    parameters = view.parameters.model_dump(mode="json", exclude={"chapters", "status"})
    return {
        "code": manifest.code(notebook_path(view.workbook, entry.notebook)),
        "parameters": _digest([parameters, given(view.parameters, entry)]),
        "facts": _digest(facts) if entry.runs_last else "",
    }


def reads(view: View, executed: nbformat.NotebookNode) -> dict[str, str]:
    """Return what was read in an executed notebook, with a digest of each."""
    names = {name for bundle in outputs(executed) for name in bundle.get("reads", [])}
    return {name: view.digest(name) for name in sorted(names)}


class Former:
    """The last build of a report: why a chapter cannot be taken from it, and the chapter where it can.

    Parameters
    ----------
    place : Path
        The report's folder.
    inputs : dict
        What the present build is made from (`lib.build.manifest.describe_inputs`).
    fresh : bool
        Take nothing from it.
    """

    def __init__(self, place: Path, inputs: dict[str, str], *, fresh: bool = False) -> None:
        self.place, self.inputs = place, inputs
        self.record = None if fresh else manifest.read(place)
        self.damaged = not fresh and self.record is None and (place / manifest.NAME).exists()

    def reason(self, view: View, entry: ChapterEntry, facts: str) -> str:
        """Say why a chapter must run again; empty if it need not."""
        if self.record is None:
            return "no former build"
        try:
            return self._reason(view, entry, facts)
        except (KeyError, TypeError, AttributeError, ValueError):
            return f"what {manifest.NAME} says of it is damaged"

    def _reason(self, view: View, entry: ChapterEntry, facts: str) -> str:
        name = entry.notebook
        was = self.record["chapters"].get(name)
        if was is None:
            return "failed last time" if name in self.record["failed"] else "new"
        if common := self._changed(view.parameters, tracked=False):
            return _named(common)
        now = key(view, entry, facts)
        if was["code"] != now["code"]:
            return f"notebooks/{name}.ipynb changed"
        if was["parameters"] != now["parameters"]:
            return f"parameters/{view.parameters.name}.yaml changed"
        if different := [read for read, digest in was["reads"].items() if view.digest(read) != digest]:
            return _named(self._changed(view.parameters, tracked=True)) + _about(different)
        if was["facts"] != now["facts"]:
            return "other chapters changed"
        return "" if self._executed(name) else "its stored notebook is damaged"

    def notebook(self, entry: ChapterEntry, source: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """Return a chapter as it was executed, with the prose as it is now."""
        stored = self._executed(entry.notebook)
        code = iter([cell for cell in stored.cells if cell.cell_type == "code"])
        cells = []
        for cell in source.cells:
            if cell.cell_type != "code":
                cell.metadata.setdefault("tags", [])
                cells.append(cell)
                continue
            cells.append(next(code))
            if "parameters" in cell.metadata.get("tags", []):
                # The cell that papermill put behind it.
                cells.append(next(code))
        stored.cells = cells
        return stored

    def seconds(self, entry: ChapterEntry) -> float:
        """Return how long a chapter took when it was run."""
        return self.record["seconds"][entry.notebook]

    def _executed(self, name: str) -> nbformat.NotebookNode | None:
        file = f"notebooks/{name}.ipynb"
        try:
            content = (self.place / file).read_bytes()
        except OSError:
            return None
        whole = hashlib.sha256(content).hexdigest() == self.record["outputs"].get(file)
        return nbformat.reads(content.decode(), as_version=4) if whole else None

    def _changed(self, parameters: Parameters, *, tracked: bool) -> list[str]:
        """Return the inputs that differ from last time: those of which chapters know what they read, or the others."""
        before = self.record["inputs"]
        differ = [n for n in sorted(before.keys() | self.inputs) if before.get(n) != self.inputs.get(n)]
        own = ("notebooks/", "parameters/")
        homes = [f"{parameters.data}/", f"{Path(parameters.data).parent.as_posix()}/"]
        places = tuple(home + name for home in homes for name in TRACKED)
        return [n for n in differ if not n.startswith(own) and n.startswith(places) == tracked]


def _named(files: Iterable[str]) -> str:
    names = list(files)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more} changed"


def _about(reads: list[str]) -> str:
    own = [read.partition(" ")[2] for read in reads if read.startswith("indicator ") and not read.endswith("*")]
    return f" ({', '.join(own[:MOST_NAMED])}{' …' if len(own) > MOST_NAMED else ''})" if own else ""


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
