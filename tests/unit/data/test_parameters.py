"""A report's parameters and a notebook's parameter cell are checked before anything runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.parameters import ChapterEntry, check_notebook, given, read_parameters

VALID = """year: 2022
strategy: s
cut_off: 2023-05-30
cut_off_basis: känd
cut_off_reason: a
status: utkast
chapters:
  - 01_one
  - {notebook: lokalt/02_two, parameters: {unit: "0180"}}
"""


def _workbook(root: Path, text: str = VALID, name: str = "2022") -> Workbook:
    for path in ("notebooks/01_one.ipynb", "notebooks/lokalt/02_two.ipynb", "notebooks/01_other.ipynb"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("{}")
    (root / "parameters").mkdir()
    (root / f"parameters/{name}.yaml").write_text(text, encoding="utf-8")
    return Workbook(root)


def test_chapters_are_names_or_names_with_parameters(tmp_path: Path) -> None:
    parameters = read_parameters(_workbook(tmp_path), 2022)
    assert [chapter.number for chapter in parameters.chapters] == [1, 2]
    assert given(parameters, parameters.chapters[1]) == {"year": 2022, "unit": "0180"}


def test_a_report_that_is_not_named_by_its_year_is_given_to_its_chapters(tmp_path: Path) -> None:
    parameters = read_parameters(_workbook(tmp_path, name="exempel"), "exempel")
    assert given(parameters, ChapterEntry(notebook="01_one")) == {"year": 2022, "report": "exempel"}


FAULTS = {
    "another year": ("year: 2022", "year: 2021", "does not agree with the file's name"),
    "a chapter twice": ("- 01_one", "- 01_one\n  - 01_one", "01_one occurs twice"),
    "a number twice": ("- 01_one", "- 01_one\n  - 01_other", "two notebooks have the number 1"),
    "a missing notebook": ("01_one", "03_three", "there is no notebooks/03_three.ipynb"),
    "an early cut-off": ("2023-05-30", "2021-05-30", "cut_off lies before the report's year"),
    "the year for a chapter": ("unit:", "year:", "year and report are the report's"),
    "data elsewhere": ("status: utkast", "status: utkast\ndata: ../data", "data: string should match pattern"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_parameters_is_named(tmp_path: Path, fault: str) -> None:
    old, new, message = FAULTS[fault]
    with pytest.raises(WorkbookError) as error:
        read_parameters(_workbook(tmp_path, VALID.replace(old, new)), 2022)
    assert "parameters/2022.yaml" in str(error.value) and message in str(error.value)


def test_a_report_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"there is no report for 2023 \(there are: 2022\)"):
        read_parameters(_workbook(tmp_path), 2023)


def _notebook(path: Path, *sources: str) -> Path:
    shared: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {"tags": ["parameters"]},
        "outputs": [],
        "execution_count": None,
    }
    cells = [{**shared, "id": f"cell-{number}", "source": source} for number, source in enumerate(sources)]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_a_notebook_takes_the_parameters_it_declares(tmp_path: Path) -> None:
    path = _notebook(tmp_path / "a.ipynb", 'year: int = 2022\nunit: str = ""\nshare: float = 0.5\nlong: bool = False')
    assert check_notebook(path, {"year": 2023, "unit": "0180", "share": 1.5, "long": True}).cells


CELLS: dict[str, tuple[list[str], dict[str, Any], str]] = {
    "no cell": ([], {}, "0 cells carry the tag 'parameters'"),
    "two cells": (["year: int = 2022"] * 2, {}, "2 cells carry the tag"),
    "not Python": (["year: int ="], {}, "is not Python"),
    "no type": (["year = 2022"], {}, "may only hold lines such as 'year: int = 2022'; correct 'year = 2022'"),
    "computed": (["year: int = 2000 + 22"], {}, "may only hold lines"),
    "another type": (["year: date = 2022"], {}, "may only hold lines"),
    "a wrong default": (['year: int = "2022"'], {}, "its value is no int"),
    "a name twice": (["year: int = 2022\nyear: int = 2023"], {}, "occurs twice"),
    "no year": (["unit: str = ''"], {}, "lacks 'year: int = …'"),
    "an unknown name": (["year: int = 2022"], {"unit": "0180"}, "there is no parameter 'unit'"),
    "a wrong type": (["year: int = 2022"], {"year": "2022"}, "'2022' must be of type int"),
    "a bool for a number": (["year: int = 2022"], {"year": True}, "True must be of type int"),
}


@pytest.mark.parametrize("fault", CELLS)
def test_a_fault_in_a_parameter_cell_is_named(tmp_path: Path, fault: str) -> None:
    cells, parameters, message = CELLS[fault]
    with pytest.raises(WorkbookError) as error:
        check_notebook(_notebook(tmp_path / "a.ipynb", *cells), parameters)
    assert "a.ipynb" in str(error.value) and message in str(error.value)


@pytest.mark.parametrize(("text", "message"), [(None, "is missing"), ("{", "is not a valid notebook")])
def test_an_unreadable_notebook_is_named(tmp_path: Path, text: str | None, message: str) -> None:
    if text:
        (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(WorkbookError, match=message):
        check_notebook(tmp_path / "a.ipynb", {})
