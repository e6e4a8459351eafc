"""The key numbers stored in the notebooks are those of the reports that are built for the notebooks' default years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

NOTEBOOKS = ROOT / "notebooks"


def _checked(path: Path) -> list[Any]:
    """Return the outputs of the cells that nbval checks."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        [output["data"] for output in cell["outputs"]]
        for cell in cells
        if "nbval-check-output" in cell["metadata"].get("tags", [])
    ]


WITH_KEY_NUMBERS = [path for path in sorted(NOTEBOOKS.rglob("*.ipynb")) if _checked(path)]


@pytest.mark.parametrize("path", WITH_KEY_NUMBERS, ids=lambda path: path.stem)
def test_stored_key_numbers_are_current(built: Path, path: Path) -> None:
    place = path.relative_to(NOTEBOOKS)
    year = 2022 if len(place.parts) == 1 else 2019
    assert _checked(built / f"output/{year}/notebooks" / place) == _checked(path)


def test_every_goal_with_figures_is_checked() -> None:
    assert len(WITH_KEY_NUMBERS) == 12
