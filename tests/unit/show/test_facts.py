"""Facts are collected from executed notebooks, each id once."""

from __future__ import annotations

from dataclasses import asdict, replace

import nbformat
import pytest

from lib.base.errors import WorkbookError
from lib.show.facts import MIME, Fact, collect, dump, load

FACT = Fact(id="mal-3/x", chapter="mal-3", year=2022, value=3.0, unit="antal", kind="computed", text="3")


def _notebook(*recorded: Fact) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {MIME: {"facts": [asdict(fact) for fact in recorded]}})
    plain = nbformat.v4.new_output("display_data", {"text/plain": "3"})
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("", outputs=[plain, output])]
    return notebook


def test_facts_survive_a_notebook_and_a_file() -> None:
    other = replace(FACT, id="mal-3/y")
    found = collect([_notebook(FACT, other), _notebook(FACT)])
    assert found == [FACT, other] and load(dump(found)) == found
    assert dump(found).count("\n") == 4


def test_one_id_for_two_facts_is_refused() -> None:
    with pytest.raises(WorkbookError, match="mal-3/x is recorded twice"):
        collect([_notebook(FACT), _notebook(replace(FACT, value=4.0))])
