"""Which chapters are stale and must run again, and why; the others are taken from the last build.

An executed notebook records which data it read (`lib.analysis.view.View.reads`), and the build's manifest a digest of
each. A chapter is unchanged if these data, its code and parameters, ``lib``, the lock file and Python are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from lib.analysis.digests import digest
from lib.analysis.view import View
from lib.build import manifest
from lib.data.parameters import ChapterEntry, Parameters, given, notebook_path
from lib.show.facts import outputs

#: Data whose use chapters record, and data that no chapter reads. A change to any other data makes every chapter stale.
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
#: How many files or indicators a reason names.
MOST_NAMED = 2


def key(view: View, entry: ChapterEntry, facts: str) -> dict[str, str]:
    """Return digests of a chapter's particular inputs other than data: code, parameters, other chapters' facts."""
    parameters = view.parameters.model_dump(mode="json", exclude={"chapters", "status"})
    return {
        "code": manifest.code_digest(notebook_path(view.workbook, entry.notebook)),
        "parameters": _digest([parameters, given(view.parameters, entry)]),
        "facts": _digest(facts) if entry.runs_last else "",
    }


def reads(view: View, executed: nbformat.NotebookNode) -> dict[str, str]:
    """Return the names of the data that an executed notebook has read, with a digest of each."""
    names = {name for bundle in outputs(executed) for name in bundle.get("reads", [])}
    return {name: digest(view, name) for name in sorted(names)}


def with_prose(executed: nbformat.NotebookNode, source: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an executed notebook with the prose of its present ``source``, whose code is the same."""
    code = iter([cell for cell in executed.cells if cell.cell_type == "code"])
    cells = []
    for cell in source.cells:
        if cell.cell_type != "code":
            cell.metadata.setdefault("tags", [])
            cells.append(cell)
            continue
        cells.append(next(code))
        if "parameters" in cell.metadata.get("tags", []):
            # The cell that papermill inserted after it.
            cells.append(next(code))
    executed.cells = cells
    return executed


class Former:
    """The last build of a report, from which chapters that are not stale are taken.

    Parameters
    ----------
    folder : Path
        The report's folder.
    inputs : dict
        Hashes of what the present build is made from (`lib.build.manifest.describe_inputs`).
    fresh : bool
        Ignore the last build, so that every chapter is stale.
    """

    def __init__(self, folder: Path, inputs: dict[str, str], *, fresh: bool = False) -> None:
        self.folder, self.inputs = folder, inputs
        self.record: dict[str, Any] = {} if fresh else manifest.read(folder) or {}
        self.damaged = not fresh and not self.record and (folder / manifest.NAME).exists()

    def reason(self, view: View, entry: ChapterEntry, facts: str) -> str:
        """Return why a chapter is stale; empty if it is not."""
        if not self.record:
            return "no former build"
        try:
            return self._reason(view, entry, facts)
        except (KeyError, TypeError, AttributeError, ValueError):
            return f"its entry in {manifest.NAME} is damaged"

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
        if different := [read for read, former in was["reads"].items() if digest(view, read) != former]:
            return _named(self._changed(view.parameters, tracked=True)) + _about(different)
        if was["facts"] != now["facts"]:
            return "other chapters changed"
        return "" if self._executed(name) else "its stored notebook is damaged"

    def notebook(self, entry: ChapterEntry, source: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """Return the executed notebook of a chapter that is not stale, with the prose of its present ``source``."""
        stored = self._executed(entry.notebook)
        assert stored is not None, f"{entry.notebook} is stale"
        return with_prose(stored, source)

    def seconds(self, entry: ChapterEntry) -> float:
        """Return how many seconds a chapter took when it was run."""
        return float(self.record["seconds"][entry.notebook])

    def _executed(self, name: str) -> nbformat.NotebookNode | None:
        """Return the executed notebook of the last build; None if it is missing or damaged."""
        file = f"notebooks/{name}.ipynb"
        try:
            content = (self.folder / file).read_bytes()
        except OSError:
            return None
        whole = hashlib.sha256(content).hexdigest() == self.record["outputs"].get(file)
        return nbformat.reads(content.decode(), as_version=4) if whole else None

    def _changed(self, parameters: Parameters, *, tracked: bool) -> list[str]:
        """Return the inputs that changed since the last build: if ``tracked``, those in `TRACKED`, else the others.

        Notebooks and parameters are never among them: each chapter's `key` covers them.
        """
        folders = [f"{parameters.data}/", f"{Path(parameters.data).parent.as_posix()}/"]
        places = tuple(folder + name for folder in folders for name in TRACKED)
        return [
            name
            for name in manifest.differing(self.record["inputs"], self.inputs)
            if not name.startswith(("notebooks/", "parameters/")) and name.startswith(places) == tracked
        ]


def _named(files: Iterable[str]) -> str:
    names = list(files)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more} changed"


def _about(reads: list[str]) -> str:
    """Return the indicators among what was read, in brackets."""
    ids = [read.partition(" ")[2] for read in reads if read.startswith("indicator ") and not read.endswith("*")]
    return f" ({', '.join(ids[:MOST_NAMED])}{' …' if len(ids) > MOST_NAMED else ''})" if ids else ""


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
