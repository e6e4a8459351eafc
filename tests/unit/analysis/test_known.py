"""What a chapter knows apart from figures is what the report's sections show."""

from __future__ import annotations

from lib.analysis.known import Known
from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from tests.conftest import ROOT


def test_a_goal_chapter_knows_its_goal_and_only_that() -> None:
    view = open_view(Workbook(ROOT), 2022, "mal-3", 3)
    known = Known(view)
    assert known.goals[["goal", "name"]].values.tolist() == [[3, "Upptäcka tidigt"]]
    assert known.indicators["indicator"].tolist() == [i.id for i in view.indicators(3)]
    assert known.statements["text"].tolist() == [s.text for s in view.statements(3)]
    assert known.plan["commitment"].tolist() == [c.id for c in view.commitments(3)]
    assert set(known.plan["status"]) <= {"uppgift saknas", "ej påbörjat", "pågår", "genomfört", "avbrutet"}
    assert set(known.gaps["indicator"]) <= set(known.indicators["indicator"])
    assert "indicators of goal 3" in view.reads and "statements of goal 3" in view.reads


def test_a_chapter_without_a_goal_knows_all() -> None:
    view = open_view(Workbook(ROOT), 2022, "metod")
    known = Known(view)
    assert known.goals["goal"].tolist() == [goal.id for goal in view.strategy.goals]
    assert len(known.statements) == len(view.statements()) and len(known.gaps) > 200


def test_the_units_of_each_year_are_those_of_its_end() -> None:
    units = Known(open_view(Workbook(ROOT), 2025, "likvardighet")).units
    counts = units.groupby(["year", "type"]).size()
    assert [counts[year, "stadsdel"] for year in (2022, 2023)] == [13, 11] and set(counts[:, "kommun"]) == {26}
    assert Known(open_view(Workbook(ROOT), 2022, "likvardighet")).units["year"].max() == 2022
