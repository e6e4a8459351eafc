"""A chapter is taken from the last build only if everything it depends on is the same."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from lib.base.workbook import Workbook
from lib.build import manifest
from lib.build.stale import Former, key, reads
from lib.data.parameters import ChapterEntry, read_parameters
from lib.show.facts import MIME
from tests.conftest import ROOT
from tests.unit.build.notebooks import executed, notebook, write

ENTRY, LAST = ChapterEntry(notebook="03_c"), ChapterEntry(notebook="03_c", runs_last=True)
BRA, SOURCES, LIB = "data/observations/bra.csv", "data/sources.yaml", "lib/show/prose.py"
INPUTS = dict.fromkeys([BRA, SOURCES, LIB, "notebooks/03_c.ipynb", "parameters/2022.yaml", "python"], "1")


def _source(code: str = "chapter.intro()") -> NotebookNode:
    made = notebook("year: int = 2022", code)
    made.cells[0].metadata["tags"] = ["parameters"]
    made.cells.insert(1, nbformat.v4.new_markdown_cell("Ord"))
    return made


class _Built:
    """A workbook of one chapter that was built, and the view of its report; ``digests`` are those of the data now."""

    def __init__(self, root: Path) -> None:
        self.folder, self.path = root / "output/2022", root / "notebooks/03_c.ipynb"
        self.digests = {"indicator freda": "1"}
        parameters = read_parameters(Workbook(ROOT), 2022)
        self.view: Any = SimpleNamespace(workbook=Workbook(root), parameters=parameters, digests=self.digests)
        write(_source(), self.path)
        ran = executed("", "", "<p>1</p>")
        ran.cells[0].metadata["tags"] = ["parameters"]
        ran.cells[1].metadata["tags"] = ["injected-parameters"]
        write(ran, self.folder / "notebooks/03_c.ipynb")
        self.record()

    def record(self, entry: ChapterEntry = ENTRY, **content: Any) -> None:
        chapters = {"03_c": key(self.view, entry, "[]") | {"reads": {"indicator freda": "1"}}}
        written: dict[str, Any] = {"failed": {}, "seconds": {"03_c": 2.5}, "inputs": INPUTS, "chapters": chapters}
        manifest.write(self.folder, **written | content)

    def reason(self, entry: ChapterEntry = ENTRY, facts: str = "[]", **changed: str) -> str:
        return Former(self.folder, INPUTS | {name: "2" for name in changed.values()}).reason(self.view, entry, facts)


@pytest.fixture
def built(tmp_path: Path) -> _Built:
    return _Built(tmp_path)


def test_a_chapter_that_would_show_the_same_is_kept(built: _Built) -> None:
    """Also if data that it did not read have changed."""
    assert built.reason() == "" == built.reason(changed=BRA)
    assert built.reason(LAST) == "other chapters changed"


@pytest.mark.parametrize("name", [SOURCES, LIB, "python", "requirements.lock"])
def test_a_change_of_what_every_chapter_depends_on_makes_it_stale(built: _Built, name: str) -> None:
    assert built.reason(changed=name) == f"{name} changed"


def test_a_change_of_what_it_read_makes_a_chapter_stale(built: _Built) -> None:
    built.digests["indicator freda"] = "2"
    assert built.reason(changed=BRA) == f"{BRA} changed (freda)"


def test_a_change_of_code_or_parameters_makes_a_chapter_stale(built: _Built) -> None:
    write(_source("chapter.other()"), built.path)
    assert built.reason() == "notebooks/03_c.ipynb changed"
    write(_source(), built.path)
    built.view.parameters = built.view.parameters.model_copy(update={"cut_off_reason": "Prov."})
    assert built.reason() == "parameters/2022.yaml changed"


def test_only_a_chapter_that_runs_last_depends_on_the_others(built: _Built) -> None:
    assert built.reason(facts="[1]") == ""
    built.record(LAST)
    assert built.reason(LAST) == "" and built.reason(LAST, facts="[1]") == "other chapters changed"


def test_without_a_usable_record_a_chapter_is_stale(built: _Built) -> None:
    assert Former(built.folder, INPUTS, fresh=True).reason(built.view, ENTRY, "[]") == "no former build"
    (built.folder / "notebooks/03_c.ipynb").write_text("{}")
    assert built.reason() == "its stored notebook is damaged"
    built.record(chapters={"03_c": {"reads": 3}})
    assert built.reason() == "its entry in manifest.json is damaged"
    built.record(chapters={}, failed={"03_c": "cell 3"})
    assert built.reason() == "failed last time"
    built.record(chapters={})
    assert built.reason() == "new"
    (built.folder / manifest.NAME).write_text("{")
    former = Former(built.folder, INPUTS)
    assert former.damaged and former.reason(built.view, ENTRY, "[]") == "no former build"


def test_a_kept_chapter_has_its_outputs_and_the_present_prose(built: _Built) -> None:
    source = _source()
    source.cells[1].source = "Andra ord"
    source.cells.append(nbformat.v4.new_markdown_cell("Ett stycke till"))
    former = Former(built.folder, INPUTS)
    kept = former.notebook(ENTRY, source)
    assert [cell.cell_type for cell in kept.cells] == ["code", "code", "markdown", "code", "markdown"]
    assert kept.cells[2].source == "Andra ord" and kept.cells[3].outputs[0].data["text/html"] == "<p>1</p>"
    assert former.seconds(ENTRY) == 2.5


def test_the_names_of_what_was_read_are_recorded_with_digests(built: _Built) -> None:
    made = executed("<p>1</p>")
    made.cells[0].outputs[0].data[MIME] = {"reads": ["indicator freda"]}
    assert json.dumps(reads(built.view, made)) == '{"indicator freda": "1"}'
