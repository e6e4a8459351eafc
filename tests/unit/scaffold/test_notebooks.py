"""The template of goal notebooks: two sentences for authors in each section, which reports leave out."""

import re

from lib.build.exporter import LagesrapportExporter
from lib.data.parameters import read_notebook
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
