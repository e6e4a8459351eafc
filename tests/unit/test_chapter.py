"""A chapter shows blocks, and records their facts and what was read for them."""

from __future__ import annotations

from typing import Any

import pytest

from lib import chapter
from lib.base.errors import WorkbookError
from lib.chapter import Chapter
from lib.show.blocks import block, goals
from lib.show.facts import MIME
from tests.conftest import ROOT

Bundle = dict[str, Any]


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Bundle]:
    """Everything that chapters display, in order."""
    bundles: list[Bundle] = []
    monkeypatch.chdir(ROOT)
    for module in (chapter, block):
        monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_chapter_records_which_report_it_is_of(displayed: list[Bundle]) -> None:
    Chapter(2022, goal=3)
    assert displayed[0][MIME] == {"chapter": "mal-3", "year": 2022, "report": "2022"}


def test_a_chapter_has_either_a_goal_or_a_name() -> None:
    for arguments in ({}, {"goal": 3, "name": "metod"}):
        with pytest.raises(ValueError, match="either a goal or a name"):
            Chapter(2022, **arguments)  # type: ignore[arg-type]  # the wrong call is what is tested


def test_the_report_must_be_of_the_year(displayed: list[Bundle]) -> None:
    with pytest.raises(WorkbookError, match="not 1999; correct year or report"):
        Chapter(1999, name="metod", report="2022")


def test_what_is_shown_is_recorded_with_what_was_read_once(displayed: list[Bundle]) -> None:
    of_goal = Chapter(2022, goal=3)
    of_goal.goal.assessment()
    of_goal.goal.assessment()
    first, second = (bundle[MIME] for bundle in displayed[1:])
    assert first["facts"] == second["facts"] and "comment 3" in first["reads"] and second["reads"] == []
    assert displayed[1]["text/html"] == goals.assessment(of_goal.view).html


def test_sources_are_those_of_what_the_chapter_has_shown(displayed: list[Bundle]) -> None:
    of_goal = Chapter(2022, goal=3)
    of_goal.sources()
    assert "inga uppgifter ur externa källor" in displayed[-1]["text/plain"]
    of_goal.statements("utmaning")
    of_goal.sources()
    assert "hämtade ur följande källor" in displayed[-1]["text/plain"]


def test_an_invented_county_is_marked(displayed: list[Bundle]) -> None:
    report = Chapter(2024, name="metod", report="exempel")
    report.method.rules({"few_numerator": "Få fall"}, caption="Gränser {year}.")
    assert "Gränser 2024." in displayed[-1]["text/html"]
    assert block.EXAMPLE in displayed[1]["text/html"] and f"{block.EXAMPLE}. " in displayed[-1]["text/html"]
    assert all(fact["synthetic"] for fact in displayed[-1][MIME]["facts"])


def test_key_numbers_are_plain_text(displayed: list[Bundle]) -> None:
    found = Chapter(2022, goal=3).key_numbers("mhv_tillfragade")
    assert found and all(key.startswith("mhv_tillfragade ") and "\u00a0" not in text for key, text in found.items())


def test_a_year_that_papermill_kept_as_text_is_refused_with_the_cure() -> None:
    with pytest.raises(WorkbookError, match=r"must be a number.*-p year 2022"):
        Chapter("2022", goal=1)  # type: ignore[arg-type]
