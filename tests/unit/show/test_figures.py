"""A chapter gives its values to pandas and sets the report's style for what is drawn from them."""

from __future__ import annotations

import matplotlib as mpl

from lib.show import fonts
from tests.unit.show.blocks.conftest import Shown, shown

__all__ = ["shown"]


def test_values_come_as_a_table_or_a_pivot_and_figures_get_the_reports_style(shown: Shown) -> None:
    with mpl.rc_context({"font.family": "monospace"}):
        data = shown.chapter.data("mhv_tillfragade", regions="home")
        assert mpl.rcParams["font.family"] == [fonts.SANS]
    assert data["value"].tolist() == [92, 93, 94]
    assert shown.chapter.data("mhv_tillfragade", wide="year").values.tolist() == [[92, 93, 94], [93, 94, 95]]


def test_records_come_as_tables(shown: Shown) -> None:
    assert shown.chapter.known.goals["goal"].tolist() == [3]
