"""The page, the facts and the data files of executed chapters."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from lib.build import assemble
from lib.build.run import ChapterRun
from lib.data.parameters import ChapterEntry
from lib.show.facts import MIME
from tests.conftest import ROOT
from tests.unit.build.notebooks import executed


@pytest.fixture(scope="module")
def view() -> View:
    return open_view(Workbook(ROOT), "exempel", "prov")


def _run(name: str, *shown: str) -> ChapterRun:
    return ChapterRun(ChapterEntry(notebook=name), executed(*shown), 1.0)


def test_chapters_are_joined_in_order_and_a_failed_one_is_named(view: View) -> None:
    hidden = _run("02_b", "<h1>B</h1>", "<p>göms</p>")
    assert hidden.notebook is not None
    hidden.notebook.cells[1].metadata["tags"] = ["remove-cell"]
    failed = ChapterRun(ChapterEntry(notebook="03_c"), None, 1.0, "cell 4: KeyError: <x>")
    page = BeautifulSoup(
        assemble.page(view, [_run("01_a", "<h1>A</h1>"), hidden, failed], ["Ej klart."]), "html.parser"
    )
    assert [section["id"] for section in page.select("main > section")] == ["01-a", "02-b", "03-c"]
    place = page.select_one("[id='03-c'] .lr-failed")
    assert place is not None and "Kapitlet 03_c kunde inte framställas: cell 4: KeyError: <x>" in place.get_text()
    assert "göms" not in page.get_text() and "EXEMPELDATA" in page.get_text()
    # A draft lists what keeps it from being final.
    assert "Kapitlet 03_c kunde inte framställas." in page.get_text() and "Ej klart." in page.get_text()


def test_every_cell_of_the_page_says_which_notebook_and_cell_it_is_from(view: View) -> None:
    html = assemble.page(view, [_run("01_a", "<h1>A</h1>", "<p>B</p>")], partial=True)
    assert "<!--place 01_a.ipynb, cell 2 (“show()”)" in html


def test_the_numbers_of_figures_are_written_under_their_chapter(tmp_path: Path) -> None:
    run = _run("03_c", "<p>1</p>")
    assert run.notebook is not None
    tables = {
        name: {"columns": ["år", "andel"], "rows": [[2022, 3.5], ["=1+1", None]]} for name in ("figur-x", "dataset")
    }
    run.notebook.cells[0].outputs[0].data[MIME] = {"data": tables}
    assemble.write_data([run, ChapterRun(run.entry, None, 0.0, "failed")], tmp_path / "data", "EXEMPELDATA-")
    assert {path.name for path in (tmp_path / "data").iterdir()} == {
        "EXEMPELDATA-03-figur-x.csv",
        "EXEMPELDATA-dataset.csv",
    }
    assert (tmp_path / "data/EXEMPELDATA-dataset.csv").read_bytes() == "år,andel\n2022,3.5\n'=1+1,\n".encode()


def test_facts_are_an_empty_list_where_no_chapter_has_any(tmp_path: Path) -> None:
    assert assemble.write_facts([_run("01_a", "<p>1</p>")], tmp_path).read_text() == "[]\n"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@A1", "'@A1"),
        ("-1,5", "-1,5"),
        ("+46 70", "'+46 70"),
        ("-", "'-"),
        (3.5, 3.5),
        (None, None),
    ],
)
def test_text_that_excel_would_take_for_a_formula_stays_text(cell: object, written: object) -> None:
    assert assemble.as_text(cell) == written
