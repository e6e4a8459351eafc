"""Registers show what the data holds at the cut-off."""

from __future__ import annotations

from datetime import date

import pytest

from lib.data.records import GoodExample, LocalPlan
from lib.show.blocks import registers
from tests.unit.show.blocks.views import view_of


def test_local_plans_and_good_examples_fill_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(2022)
    assert "ingen lokal handlingsplan och inget gott exempel" in registers.local_plans(view, caption="Rubrik.").plain
    day = date(2021, 1, 1)
    plan = LocalPlan(unit="0114", title="Plan A", first_year=2021, last_year=2024, source="f4", published=day)
    example = GoodExample(unit="0115", goal=1, year=2021, text="Ett exempel.", source="f4", published=day)
    monkeypatch.setattr(view.catalogue, "local_plans", [plan])
    monkeypatch.setattr(view.catalogue, "good_examples", [example])
    shown = registers.local_plans(view, caption="Rubrik.").plain
    assert "Upplands Väsby | Plan A | .." in shown and "Vallentuna | .. | Ett exempel." in shown
    assert "Underlaget innehåller en lokal handlingsplan och ett gott exempel." in shown


def test_every_indicator_of_the_year_is_registered() -> None:
    view = view_of(2022)
    rows = registers.indicators(view, caption="Rubrik.").plain.splitlines()[1:]
    assert len(rows) == sum(len(view.indicators(goal.id)) for goal in view.strategy.goals)


def test_documents_and_actors_are_those_known_at_the_cut_off() -> None:
    assert "Regional lägesrapport 2020" not in registers.documents(view_of(2019), caption="Rubrik.").plain
    assert "Regional lägesrapport 2020" in registers.documents(view_of(2020), caption="Rubrik.").plain
    assert "Åklagarmyndigheten" not in registers.actors(view_of(2019), caption="Rubrik.").plain
    assert "Åklagarmyndigheten" in registers.actors(view_of(2022), caption="Rubrik.").plain


def test_the_first_strategy_has_none_before_it() -> None:
    assert registers.strategies(view_of(2019), caption="Rubrik.").html == ""
    assert [f.value for f in registers.strategies(view_of(2022), caption="Rubrik.").facts] == [6, 8]


def test_gaps_by_kind_agree_with_the_indicators() -> None:
    view = view_of(2022)
    followed = {i.id: i for goal in view.strategy.goals for i in view.indicators(goal.id)}
    facts = {f.id.partition("/")[2]: f.value for f in registers.gaps_by_kind(view, caption="Rubrik.").facts}
    missing = sum(not view.has_home_value(i) for i in followed.values())
    assert facts["indikatorer utan uppgift i hela rapporten"] == missing
    by_source = [v or 0 for name, v in facts.items() if name.startswith("Källa som anges") and ", utan uppgift" in name]
    assert sum(by_source) == missing
