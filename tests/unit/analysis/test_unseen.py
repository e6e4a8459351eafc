"""Figures that a report does not show are said, with the line to change."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from lib.analysis import unseen as module
from lib.analysis.unseen import unseen
from lib.analysis.view import View, all_rows
from tests.unit.show.blocks.views import view_of


@pytest.fixture
def view() -> View:
    return view_of(2025)


def _with(view: View, monkeypatch: pytest.MonkeyPatch, **changes: object) -> list[str]:
    row = (
        all_rows(view)[lambda rows: (rows["indicator"] == "mhv_tillfragade") & (rows["region"] == "01")]
        .tail(1)
        .assign(**changes)
    )
    rows = pd.concat([all_rows(view), row])
    monkeypatch.setattr(module, "all_rows", lambda _: rows)
    return unseen(view)


def test_every_figure_of_the_newest_report_is_seen(view: View) -> None:
    assert unseen(view) == []


def test_a_row_after_the_cut_off_is_said_with_the_line_to_change(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    [sentence] = _with(view, monkeypatch, year=2024, published=date(2027, 1, 1))
    assert sentence.startswith("1 rows are published after the cut-off") and "2027-01-01: 1" in sentence
    assert "cut_off in parameters/2025.yaml" in sentence


def test_a_new_edition_of_a_known_value_is_not_missed(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _with(view, monkeypatch, published=date(2027, 1, 1)) == []


def test_an_indicator_without_a_family_is_said(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    [sentence] = _with(view, monkeypatch, indicator="ntu_hot")
    assert "ntu_hot has 1 rows for the county but no family" in sentence and "'family: scb'" in sentence


def test_rows_of_a_later_year_alone_need_a_report(view: View) -> None:
    early = view_of(2019)
    assert (
        "after the year of the report 2019; begin one with lagesrapport new year"
        in unseen(early, ["kolada_socialtjanst"])[-1]
    )
