"""House rules for notebooks: they read as essays, can be run by hand, and store nothing from a run."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.parameters import check_notebook, read_parameters
from tests.conftest import REPORTS, ROOT

NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
SECTIONS = ["Målet", "Bedömning", "Indikatorer", "Åtaganden", "Vad återstår", "Brister i underlaget", "Källor"]
GOALS = [p for p in NOTEBOOKS if re.match(r"0[1-8]_", p.name)]
#: Goals without an indicator that has a data source.
WITHOUT = {("strategi_2016_2020", 1), ("strategi_2016_2020", 2)}


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "notebooks").with_suffix("").as_posix()


def _goal(path: Path) -> tuple[str, int]:
    """Return the strategy and goal of a goal's notebook: those of an earlier strategy are in a folder with its name."""
    folder = path.parent.name
    return folder if folder.startswith("strategi_") else "strategi_2020_2026", int(path.name[:2])


def _cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_no_stray_notebook() -> None:
    workbook = Workbook(ROOT)
    named = {c.notebook for name in REPORTS for c in read_parameters(workbook, name).chapters}
    assert {_name(path) for path in NOTEBOOKS} == named | {"mall"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_code_cells_are_short_and_plain(path: Path) -> None:
    for cell in _cells(path, "code"):
        tags = cell["metadata"].get("tags", [])
        tree = ast.parse(_source(cell))
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Try)]
        assert _source(cell).count("\n") < 12
        if "parameters" not in tags:
            assert not re.search(r"\b(19|20)\d\d\b", _source(cell)), "a literal year belongs in the parameters"
        assert not re.search(r"""["'][./~]|\.csv|\.yaml""", _source(cell)), "no paths in notebooks"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_nothing_of_a_run_is_stored_but_key_numbers(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in _cells(path, "code"):
        assert not cell["outputs"] or "keep_output" in cell["metadata"]["tags"]
        assert "papermill" not in cell["metadata"] and "execution" not in cell["metadata"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_the_parameter_cell_is_typed_and_strict(path: Path) -> None:
    assert check_notebook(path, {"year": 2023})


@pytest.mark.parametrize("path", GOALS, ids=_name)
def test_every_goal_has_the_same_sections_and_its_own_wording(path: Path) -> None:
    text = [_source(c) for c in _cells(path, "markdown")]
    headings = [m for t in text for m in re.findall(r"^## (.+)$", t, re.MULTILINE)]
    assert headings == SECTIONS
    strategy, number = _goal(path)
    goal = Catalogue(ROOT / "data").strategies[strategy].goal(number)
    assert text[0].split("\n")[0] == f"# Mål {goal.id}. {goal.short}"
    assert text[0].split("\n> ")[1].rstrip(".") == goal.wording.rstrip(".")


@pytest.mark.parametrize("path", GOALS, ids=_name)
def test_every_indicator_of_a_goal_with_figures_is_shown(path: Path) -> None:
    catalogue = Catalogue(ROOT / "data")
    strategy, goal = _goal(path)
    code = "\n".join(_source(c) for c in _cells(path, "code"))
    with_figures = [
        i.id for i in catalogue.indicators.values()
        if i.family and any(link.goal == goal and link.strategy == strategy for link in i.goals)
    ]  # fmt: skip
    assert bool(with_figures) != (_goal(path) in WITHOUT)
    assert not [i for i in with_figures if f'"{i}"' not in code]


@pytest.mark.parametrize("path", GOALS, ids=_name)
def test_a_full_chapter_has_its_words_and_its_key_numbers(path: Path) -> None:
    prose = " ".join(_source(c) for c in _cells(path, "markdown"))
    assert 250 <= len(re.findall(r"\w+", prose)) <= 700
    checked = [c for c in _cells(path, "code") if "nbval-check-output" in c["metadata"].get("tags", [])]
    if _goal(path) in WITHOUT:
        assert not checked
        return
    numbers = ast.literal_eval("".join(checked[0]["outputs"][0]["data"]["text/plain"]))
    # For the earlier strategy's last goal, only one figure is old enough for its report.
    assert len(numbers) >= (1 if _goal(path) == ("strategi_2016_2020", 6) else 3)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_prose_holds_no_figure_that_belongs_to_a_year(path: Path) -> None:
    """Text in a notebook is true for every year: no percentages typed in, and no years."""
    if path.stem == "mall":
        return
    for cell in _cells(path, "markdown"):
        text = re.sub(r"^# .*$|15 år|0 till 10|10 eller|30\.", "", _source(cell), flags=re.MULTILINE)
        assert not re.search(r"\d+ procent", text)
        assert set(re.findall(r"\b(?:19|20)\d\d\b", text)) == set()
