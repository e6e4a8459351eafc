"""The properties of a single figure: few cases, counts instead of a share, and its interval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.analysis.value import Value, disagreeing, newest
from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def share() -> Value:
    """A share of 491 cases."""
    view = open_view(Workbook(ROOT), 2022, "test")
    return view.finding("personuppkl_grov_kvinnofridskrankning").home[0].latest


@pytest.mark.parametrize(("cleared", "handled", "few"), [(9, 500, True), (10, 30, False), (10, 29, True), (0, 0, True)])
def test_few_cases(share: Value, cleared: float, handled: float, few: bool) -> None:
    assert replace(share, numerator=cleared, denominator=handled).few is few


def test_an_interval_needs_counts_and_an_exact_value_that_is_not_protected(share: Value) -> None:
    assert share.interval is not None and share.interval[0] < share.value < share.interval[1]
    for without in ({"numerator": float("nan")}, {"precision": "drygt"}, {"protected": True}, {"value": float("nan")}):
        assert replace(share, **without).interval is None


def test_a_census_of_few_units_is_in_counts_and_has_no_interval() -> None:
    view = open_view(Workbook(ROOT), "exempel", "test")
    newest_share = view.finding("rutin_vid_indikation_vuxen").home[0].latest
    assert newest_share.in_counts and newest_share.interval is None
    assert not replace(newest_share, denominator=30).in_counts


def test_the_newest_publication_counts_and_the_older_one_disagrees(share: Value) -> None:
    older = replace(share, value=share.value + 1, published=share.published.replace(year=share.published.year - 1))
    assert newest([share, older]) == newest([older, share]) == [share]
    assert disagreeing([share, older]) == [(older, share)]
    assert disagreeing([share, replace(older, value=share.value)]) == []
