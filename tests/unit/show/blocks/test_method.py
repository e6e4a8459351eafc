"""The method chapter counts what the report uses and what is missing."""

from __future__ import annotations

import pytest

from lib.analysis import gaps
from lib.base.errors import WorkbookError
from lib.show.blocks import method
from tests.unit.show.blocks.views import view_of


def test_the_annex_holds_every_value_once() -> None:
    view = view_of(2022)
    shown = method.annex(view)
    data = shown.data["databilaga"]
    assert len(data["rows"]) == len(view.observations) == shown.facts[0].value
    assert data["columns"] == list(view.observations.columns)


def test_sources_are_listed_with_how_many_values_they_have() -> None:
    view = view_of(2022)
    assert sum(f.value or 0 for f in method.source_register(view, caption="Rubrik.").facts) == len(view.observations)


def test_states_are_counted_for_county_and_units_and_all_are_in_the_file() -> None:
    view = view_of(2022)
    shown = method.states(view, caption="Rubrik.")
    table = gaps.table(view)
    assert sum(f.value or 0 for f in shown.facts) == (table["år"] == 2022).sum()
    assert len(shown.data["lagen"]["rows"]) == len(table)


def test_gap_counts_agree_with_the_goals() -> None:
    view = view_of(2022)
    facts = {f.id.partition("/")[2]: f.value for f in method.gap_counts(view).facts}
    for goal in view.strategy.goals:
        amounts = facts[f"mål {goal.id}: indikatorer"], facts[f"mål {goal.id}: utvecklingsindikatorer"]
        assert sum(amount or 0 for amount in amounts) == len(view.indicators(goal.id))


def test_without_answers_of_units_it_says_so() -> None:
    assert method.responses(view_of(2022), caption="Rubrik.").plain.startswith("Inga svar per kommun eller stadsdel")
    answered = method.responses(view_of("exempel"), caption="Rubrik.")
    assert answered.facts and all(f.value is not None for f in answered.facts)


def test_rules_are_facts_and_a_name_that_is_unknown_is_met_with_the_nearest() -> None:
    labels = {name: f"Gränsen {name}" for name in method.LIMITS}
    shown = method.rules(view_of(2022), labels, caption="Rubrik.")
    assert len(shown.facts) == 6 and all(f.text in shown.plain for f in shown.facts)
    with pytest.raises(WorkbookError, match="no limit 'few_numerater'; did you mean few_numerator"):
        method.rules(view_of(2022), {"few_numerater": "x"}, caption="Rubrik.")
