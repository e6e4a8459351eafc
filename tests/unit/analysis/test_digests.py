"""A digest names what a chapter has read, and differs exactly when that differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.analysis.digests import digest
from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from tests.conftest import ROOT


@pytest.fixture
def view() -> View:
    """The view of a chapter on goal 3."""
    return open_view(Workbook(ROOT), 2022, "mal-3", 3)


def test_everything_that_is_read_has_a_digest(view: View) -> None:
    view.finding("mhv_tillfragade")
    list(view.catalogue.statements)
    view.indicators(3), view.statements(3), view.statements(), view.comment(3), len(view.assessments)
    assert view.earlier_assessments.get(3) is None and len(view.observations)
    assert {read.rpartition(" ")[0] for read in view.reads} == {
        *("indicator", "statement", "indicators of goal", "statements of goal", "comment", "assessment"),
        *("earlier assessment", "observation"),
    }
    before = set(view.reads)
    assert len({digest(view, read) for read in view.reads}) > 5
    assert view.reads == before, "computing a digest is not recorded as a read"


def test_another_indicators_figure_changes_no_digest_but_its_own(view: View) -> None:
    rows = view.rows.assign(value=view.rows["value"].where(view.rows["indicator"] != "mhv_tillfragade", 1.0))
    changed = replace(view, rows=rows)
    assert digest(changed, "indicator mhv_tillfragade") != digest(view, "indicator mhv_tillfragade")
    assert digest(changed, "indicator rutin_vid_indikation_vuxen") == digest(
        view, "indicator rutin_vid_indikation_vuxen"
    )
