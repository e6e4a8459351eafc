"""For every indicator, year and unit there is a figure or a reason why there is none."""

from __future__ import annotations

import pytest

from lib.analysis import gaps
from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def example() -> View:
    """The view of the invented county."""
    return open_view(Workbook(ROOT), "exempel", "metod")


def test_every_indicator_year_and_unit_has_one_known_state(example: View) -> None:
    table = gaps.table(example)
    assert list(table.columns) == gaps.COLUMNS and set(table["läge"]) <= set(gaps.STATES)
    assert not table.duplicated(["indikator", "år", "region"]).any()
    assert table["år"].max() == example.year


def test_a_row_goes_before_the_reason_that_the_records_give(example: View) -> None:
    finding = example.finding("stod_till_vuxna_hedersrelaterat_vald")
    assert gaps.states(finding)[2020, "XB"] == "mättes inte"


def test_an_indicator_that_ended_was_not_followed_or_is_late_says_so(example: View) -> None:
    ended = example.finding("rutin_skolgang_skyddat_boende")
    assert gaps.absence(ended, 2024) == gaps.ENDED
    assert gaps.absence(ended, 2022) in (gaps.LACKING, gaps.NOT_YET)
    assert gaps.absence(example.finding("skola_vuxna_gor_tillrackligt"), 1995) == gaps.NOT_FOLLOWED
