"""What records answer about a year or a day."""

from __future__ import annotations

from datetime import date

import pytest

from lib.base.errors import WorkbookError
from lib.data.records import Commitment, FollowUp, Goal, QualityDeclaration, Strategy, SupportLine


def _goal(number: int, last_year: int | None = None) -> Goal:
    return Goal(id=number, short="a", wording="b", source="c", last_year=last_year)


def test_a_strategy_has_the_goals_of_the_year() -> None:
    strategy = Strategy(id="s", title="a", source="c", goals=[_goal(1, last_year=2020), _goal(2)])
    assert [goal.id for goal in strategy.in_year(2021).goals] == [2]
    assert strategy.goal(2).id == 2
    with pytest.raises(WorkbookError, match="s has no goal 3; its goals are 1, 2"):
        strategy.goal(3)


def test_a_commitment_has_the_status_that_was_known_at_the_cut_off() -> None:
    follow_ups = [
        FollowUp(year=2022, status="genomfört", source="c", published=date(2024, 1, 1)),
        FollowUp(year=2022, status="pågår", source="c", published=date(2023, 1, 1)),
    ]
    commitment = Commitment(
        id="a", plan="p", kind="åtagande", actors=["b"], text="c", source="d", follow_ups=follow_ups
    )
    known = [commitment.status(2022, day) for day in (date(2022, 12, 31), date(2023, 12, 31), date(2024, 12, 31))]
    assert known == ["uppgift saknas", "pågår", "genomfört"]
    assert commitment.status(2021, date(2024, 12, 31)) == "uppgift saknas"


@pytest.mark.parametrize(("due", "day"), [("07-01", date(2023, 7, 1)), (None, None)])
def test_figures_are_due_in_the_following_year(due: str | None, day: date | None) -> None:
    declaration = QualityDeclaration(
        id="a", name="b", relevance="c", accuracy="d", timeliness="e", accessibility="f", comparability="g", due=due
    )
    assert declaration.due_date(2022) == day


def test_a_support_line_is_stale_after_a_year_or_without_a_date() -> None:
    line = SupportLine(id="a", name="b", number="020-50 50 50", text="c", checked=date(2024, 1, 1))
    assert not line.stale(date(2024, 12, 31)) and line.stale(date(2025, 1, 2))
    assert line.model_copy(update={"checked": None}).stale(date(2024, 1, 1))
