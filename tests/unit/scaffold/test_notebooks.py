"""The template of goal notebooks: two sentences for authors in each section, which reports leave out."""

import re
from pathlib import Path

from nbformat import reads, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lib.build.exporter import LagesrapportExporter
from lib.data.parameters import read_notebook
from lib.scaffold.notebooks import common_notebook
from tests.conftest import ROOT
from tests.unit.scaffold.conftest import hints


def test_the_template_says_in_two_sentences_what_belongs_in_each_section() -> None:
    path = ROOT / "notebooks/mall.ipynb"
    headings = [c for c in read_notebook(path).cells if c.source.startswith(("# ", "## "))]
    teaching = hints(path)
    assert len(headings) == len(teaching)
    assert all(len(re.findall(r"\.(?= |\*$)", hint)) == 2 for hint in teaching)


def test_nbconvert_alone_leaves_out_what_the_template_teaches() -> None:
    notebook = read_notebook(ROOT / "notebooks/mall.ipynb")
    html, _ = LagesrapportExporter().from_notebook_node(notebook)
    assert "Indikatorer" in html and "Undvik årtal" not in html and "kursiv" not in html


def test_a_cell_that_needs_a_lost_name_goes_with_the_cell_that_made_it(tmp_path: Path) -> None:
    cells = [
        new_markdown_cell("# Rubrik", id="a"),
        new_code_cell('ids = ["foreign"]', id="b"),
        new_markdown_cell("### Spridning", id="c"),
        new_code_cell("ax = plot(chapter.data(*ids))\nchapter.figure(ax)", id="d"),
        new_code_cell("ax = plot(1)\nprint(ax)", id="e"),
    ]
    write(new_notebook(cells=cells), tmp_path / "10_x.ipynb")
    made = reads(common_notebook(tmp_path / "10_x.ipynb", year=2025, foreign={"foreign"}, prose={}), as_version=4)
    assert [cell.id for cell in made.cells] == ["a", "d", "e"]
    assert "avsnittet ”Spridning”" in made.cells[1].source and 'chapter.figure("…")' in made.cells[1].source
