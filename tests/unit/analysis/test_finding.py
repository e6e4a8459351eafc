"""Which rows form a line and which are only quoted, and that everything is computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.analysis import change, finding, intervals, value
from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from lib.show.blocks import indicators, lines
from tests.conftest import ROOT


def _view(year: int | str) -> View:
    return open_view(Workbook(ROOT), year, "test")


def test_bra_is_the_series_and_the_status_report_is_quoted() -> None:
    found = _view(2022).finding("personuppkl_grov_kvinnofridskrankning")
    assert [line.region.code for line in found.home] == ["Rn03"]
    newest = found.home[0].latest
    assert (newest.year, newest.numerator, newest.denominator) == (2021, 65, 491)
    assert {quoted.region.code for quoted in found.quoted} == {"01"}
    assert not found.conflicts


def test_a_publisher_that_changes_its_table_has_revised_it_and_two_reports_disagree() -> None:
    view = _view(2022)
    rows = view.rows.query("indicator == 'personuppkl_koppleri' and region == 'Rn03' and year == 2021")
    later = rows.assign(value=20.0, published=date(2023, 1, 1))
    found = replace(view, rows=pd.concat([view.rows, later], ignore_index=True)).finding("personuppkl_koppleri")
    (conflict,) = found.conflicts
    assert [v.value for v in conflict.values][-1] == 20 and conflict.sources == 1
    assert found.home[0].by_year[2021].mark == finding.REVISED
    (reports,) = _view(2023).finding("personuppkl_grov_kvinnofridskrankning").conflicts
    assert reports.families == {finding.REPORTS} and reports.sources == 2


def test_the_change_since_the_first_year_is_tested_only_within_a_stretch_without_break() -> None:
    before, after = (_view(year).finding("personuppkl_kop_av_sexuell_tjanst").home[0] for year in (2024, 2025))
    assert before.stretch[0].year < before.latest.year and before.since_first is not None
    # The newest year of the report for 2025 is the first after a break.
    assert [v.year for v in after.stretch] == [after.latest.year]
    assert after.change is not None and after.change.breaks and not after.change.comparable


def test_a_town_answers_itself_or_through_its_districts() -> None:
    view = _view("exempel")
    responses = view.finding("stod_till_barn_alla_valdstyper").responses
    assert responses[2024] == finding.Response(28, 26)
    assert all(response.answered <= response.asked for response in responses.values())


def test_values_that_are_published_last_count() -> None:
    view = _view("exempel")
    for identifier in view.known.indicators:
        found = view.finding(identifier)
        assert len({v.subject for v in found.answers}) == len(found.answers)
        for line in (*found.home, *found.comparison):
            assert [v.year for v in line.values] == sorted({v.year for v in line.values})


@pytest.mark.parametrize("identifier", ["personuppkl_grov_kvinnofridskrankning", "kontaktforbud_beviljade"])
def test_a_card_and_a_figure_compute_each_interval_and_each_change_once(
    monkeypatch: pytest.MonkeyPatch, identifier: str
) -> None:
    calls: Counter[tuple[str, tuple[object, ...]]] = Counter()
    changes: list[tuple[object, object]] = []

    def counting(module: Any, name: str) -> None:
        original: Callable[..., object] = getattr(module, name)

        def counted(*arguments: object) -> object:
            calls[name, arguments] += 1
            return original(*arguments)

        monkeypatch.setattr(module, name, counted)

    class CountedChange(change.Change):
        def __init__(self, earlier: value.Value, later: value.Value, *rest: Any) -> None:
            changes.append((earlier, later))
            super().__init__(earlier, later, *rest)

    for module, name in ((value, "wilson"), (value, "byar"), (finding, "difference_interval")):
        counting(module, name)
    monkeypatch.setattr(finding, "Change", CountedChange)
    view = _view("exempel")
    indicators.card(view, identifier)
    lines.line_figure(view, identifier)
    found = view.finding(identifier)
    shown = [v for line in (*found.home, *found.comparison) for v in line.values] + found.quoted
    assert sum(n for (name, _), n in calls.items() if name in ("wilson", "byar")) <= len(shown)
    assert len(changes) == len(set(changes)) == sum(line.change is not None for line in found.home)
    # One interval for the change of each line, and one since its first year for the line that is drawn.
    assert max(n for (name, _), n in calls.items() if name == "difference_interval") <= 2
    assert intervals.CONFIDENCE == 95
