"""Joins executed notebooks in a folder into one, as one would with papermill and nbconvert alone."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat


def main(folder: Path) -> None:
    """Write ``joined.ipynb`` into the folder."""
    folder = Path(sys.argv[1])
    joined = nbformat.v4.new_notebook()
    for path in sorted(folder.glob("[0-9]*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        for number, cell in enumerate(cells):
            cell.id = f"{path.stem[:20]}-{number}"
        joined.cells += cells
    nbformat.write(joined, folder / "joined.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
