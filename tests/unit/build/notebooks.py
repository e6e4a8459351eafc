"""Small notebooks for the tests of builds."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(*cells: str) -> NotebookNode:
    """Return a notebook of code cells, not executed."""
    made: NotebookNode = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    made.metadata["kernelspec"] = KERNEL
    return made


def executed(*shown: str) -> NotebookNode:
    """Return an executed notebook whose cells show these pieces of HTML."""
    made = notebook(*["show()" for _ in shown])
    for number, (cell, html) in enumerate(zip(made.cells, shown, strict=True), 1):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    return made


def write(made: NotebookNode, path: Path) -> Path:
    """Write a notebook, with the folder it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path
