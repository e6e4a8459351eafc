"""A new year's report: carried over from the one before, with every decision open; nothing is overwritten."""

from datetime import date
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.commentary import UNDECIDED
from lib.data.parameters import read_parameters
from lib.scaffold.year import new_year
from tests.conftest import change


def test_a_year_is_carried_over_as_a_draft_with_open_decisions(workbook: Path) -> None:
    messages = new_year(Workbook(workbook), 2026)
    assert messages[:2] == ["made parameters/2026.yaml", "made data/assessments/2026.yaml"]
    former, new = (read_parameters(Workbook(workbook), name) for name in ("2025", "2026"))
    assert (new.year, new.status, new.chapters) == (2026, "utkast", former.chapters)
    assert new.cut_off == former.cut_off.replace(year=former.cut_off.year + 1)
    assert UNDECIDED in (workbook / "parameters/2026.yaml").read_text(encoding="utf-8")
    assert not any(assessment.decided for assessment in Catalogue(workbook / "data").assessments(2026).values())
    assert len(list((workbook / "data/commentary/2026").glob("mal-*.md"))) == 8


def test_the_day_after_a_leap_day_is_the_first_of_march(workbook: Path) -> None:
    path = workbook / "parameters/2025.yaml"
    cut_off = read_parameters(Workbook(workbook), "2025").cut_off
    change(path, f"cut_off: {cut_off}", "cut_off: 2028-02-29")
    new_year(Workbook(workbook), 2026)
    assert read_parameters(Workbook(workbook), "2026").cut_off == date(2029, 3, 1)


def test_what_exists_is_not_overwritten_and_unknown_years_are_refused(workbook: Path) -> None:
    for year, message in ((2024, "is already there; nothing was written"), (2035, "does not cover 2035")):
        with pytest.raises(WorkbookError, match=message):
            new_year(Workbook(workbook), year)
    with pytest.raises(WorkbookError, match="cannot be the name of a report for 2026"):
        new_year(Workbook(workbook), 2026, name="2027")
