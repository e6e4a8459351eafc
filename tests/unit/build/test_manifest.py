"""A manifest says whether a report is up to date, and a damaged one counts as missing."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from lib.base.workbook import Workbook
from lib.build import manifest
from lib.data.parameters import read_parameters
from tests.conftest import ROOT
from tests.unit.build.notebooks import notebook, write

DAMAGED = [
    b"",
    b"[" * 100_000,
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"failed": {}, "inputs": 3}',
    b"NaN",
    b'{"a": ' * 50_000,
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A finished report of one notebook in a workbook."""
    source = write(notebook("1"), tmp_path / "notebooks/01_a.ipynb")
    folder = tmp_path / "output/2022"
    (folder / "preview").mkdir(parents=True)
    (folder / "page.html").write_text("page")
    (folder / "preview/page.html").write_text("preview")
    chapters = {"01_a": {"code": manifest.code_digest(source)}}
    manifest.write(folder, failed={}, seconds={}, inputs=_inputs(tmp_path), chapters=chapters)
    return folder


def _inputs(root: Path) -> dict[str, str]:
    return manifest.describe_inputs(Workbook(root), sorted(root.glob("notebooks/*")))


def test_a_report_is_current_until_an_input_or_an_output_changes(report: Path, tmp_path: Path) -> None:
    inputs = _inputs(tmp_path)
    assert inputs.keys() == {"notebooks/01_a.ipynb", "python"}
    assert manifest.is_current(report, inputs)
    assert not manifest.is_current(report, inputs | {"python": "another"})
    (report / "preview/page.html").write_text("another preview")
    assert manifest.is_current(report, inputs)
    (report / "page.html").write_text("changed")
    assert not manifest.is_current(report, inputs)


def test_a_report_that_lacks_a_chapter_is_never_current(report: Path, tmp_path: Path) -> None:
    record = json.loads((report / manifest.NAME).read_text())
    (report / manifest.NAME).write_text(json.dumps(record | {"failed": {"01_a": "cell 1"}}))
    assert manifest.read(report) is not None and not manifest.is_current(report, _inputs(tmp_path))


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_manifest_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / manifest.NAME).write_bytes(content)
    assert manifest.read(tmp_path) is None and not manifest.is_current(tmp_path, {})


def test_only_prose_changed_until_code_or_anything_else_does(report: Path, tmp_path: Path) -> None:
    made = notebook("1")
    made.cells.append(nbformat.v4.new_markdown_cell("Ord"))
    write(made, tmp_path / "notebooks/01_a.ipynb")
    workbook = Workbook(tmp_path)
    assert manifest.only_prose_changed(report, _inputs(tmp_path), workbook)
    assert not manifest.only_prose_changed(report, _inputs(tmp_path) | {"python": "another"}, workbook)
    write(notebook("2"), tmp_path / "notebooks/01_a.ipynb")
    assert not manifest.only_prose_changed(report, _inputs(tmp_path), workbook)


def test_a_report_is_made_from_its_data_and_not_from_raw_files_or_the_example() -> None:
    workbook = Workbook(ROOT)
    parameters = read_parameters(workbook, 2022)
    names = {workbook.relative(p) for p in manifest.input_files(workbook, parameters, parameters.chapters[:1])}
    assert {"parameters/2022.yaml", f"notebooks/{parameters.chapters[0].notebook}.ipynb"} <= names
    assert {"data/report.yaml", "data/observations/bra.csv", "lib/build/manifest.py", "requirements.lock"} <= names
    assert not any(name.startswith(("data/exempel/", "data/raw/")) for name in names)


def test_outside_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert manifest.commit(tmp_path) == {}
