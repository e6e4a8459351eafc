"""References are found in the types of fields, and one to nothing is named."""

from __future__ import annotations

from typing import Annotated

import pytest

from lib.base.errors import WorkbookError
from lib.data.entry import Entry, Named, Ref, SourceId
from lib.data.records import Plan, Strategy
from lib.data.references import HOME, GoalUse, check_goals, check_plans, check_references


class Inner(Entry):
    source: SourceId


class Outer(Entry):
    id: str = "x"
    region: Annotated[str, Ref("region")] = "01"
    plans: list[Annotated[str, Ref("plan")]] = []
    inner: list[Inner] = []
    one: Inner | None = None
    maybe: SourceId | None = None
    #: Named like a reference, but not one.
    source: str = "nowhere"


KNOWN: dict[Named, list[str]] = {"region": ["01"], "plan": ["p"], "source": ["s"]}


def test_existing_references_pass() -> None:
    record = Outer(plans=["p"], inner=[Inner(source="s")], one=Inner(source="s"), maybe="s")
    check_references({"file": [record]}, KNOWN)


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (Outer(region="99"), "region '99' does not exist in data/regions.csv"),
        (Outer(plans=["p", "q"]), "plan 'q' does not exist in data/strategy/plans.yaml"),
        (Outer(inner=[Inner(source="s"), Inner(source="t")]), "source 't' does not exist in data/sources.yaml"),
        (Outer(one=Inner(source="t")), "source 't' does not exist"),
        (Outer(maybe="t"), "source 't' does not exist"),
    ],
)
def test_a_reference_to_nothing_is_named(record: Outer, missing: str) -> None:
    with pytest.raises(WorkbookError) as error:
        check_references({"file": [record]}, KNOWN)
    assert str(error.value).startswith(f"file, x: {missing}")


def test_kinds_that_are_not_known_are_not_checked() -> None:
    check_references({"file": [Outer(region="99")]}, {})


def test_every_kind_has_a_file() -> None:
    assert set(Named.__args__) == set(HOME)  # type: ignore[attr-defined] # Literal has no typed way to its members


def _plan(identifier: str, first_year: int | None, last_year: int) -> Plan:
    return Plan.model_validate(
        {
            "id": identifier, "title": "a", "strategy": "s", "published": "2020-01-01", "source": "b",
            "first_year": first_year, "last_year": last_year,
        }
    )  # fmt: skip


def test_plans_have_periods_that_do_not_overlap() -> None:
    check_plans([_plan("a", 2020, 2021), _plan("b", 2022, 2023)])
    with pytest.raises(WorkbookError, match="b: two plans cover 2021"):
        check_plans([_plan("a", 2020, 2021), _plan("b", 2021, 2023)])
    with pytest.raises(WorkbookError, match="a: a plan needs first_year and last_year"):
        check_plans([_plan("a", None, 2021)])


def test_a_goal_must_be_one_of_the_strategies() -> None:
    goal = {"id": 1, "short": "a", "wording": "b", "source": "c"}
    strategy = Strategy.model_validate({"id": "s", "title": "t", "source": "c", "goals": [goal]})
    check_goals([GoalUse("file", "x", [strategy], 1), GoalUse("file", "x", [], None)])
    with pytest.raises(WorkbookError, match="file, x: goal 2 does not exist"):
        check_goals([GoalUse("file", "x", [strategy], 2)])
