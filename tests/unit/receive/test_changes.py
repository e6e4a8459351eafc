"""What an import changes: an earlier day of publication is a change, a later one is not."""

from __future__ import annotations

import pytest

from lib.receive.changes import EVERY_YEAR, Row, compare

ROW: Row = {
    "indicator": "a", "year": "2024", "region": "01", "sex": "T", "group": "T", "value": "5", "unit": "procent", "numerator": "",
    "denominator": "", "status": "A", "precision": "exakt", "source": "s", "published": "2025-06-01", "published_basis": "känd",
    "note": "", "synthetic": "false",
}  # fmt: skip


def _on(day: str, **fields: str) -> Row:
    return {**ROW, "published": day, **fields}


@pytest.mark.parametrize(("day", "redated"), [("2025-04-01", True), ("2025-06-01", False), ("2025-09-01", False)])
def test_a_value_that_was_public_earlier_gets_that_day(day: str, redated: bool) -> None:
    merge = compare([ROW], [_on(day)])
    assert (merge.new, merge.changed, merge.gone, merge.same) == ([], [], [], 1)
    assert [after["published"] for _, after in merge.redated] == ([day] if redated else [])
    assert any("were published earlier" in line for line in merge.lines()) is redated


def test_no_edition_comes_before_the_one_that_it_replaced() -> None:
    present = [_on("2025-05-01", value="4"), ROW]
    assert not compare(present, [_on("2025-04-01")]).redated
    assert [after["published"] for _, after in compare(present, [_on("2025-05-15")]).redated] == ["2025-05-15"]


def test_a_whole_year_that_is_gone_is_missed_where_every_year_is_asked_for() -> None:
    incoming = [_on("2025-06-01", year="2023")]
    assert not compare([ROW], incoming).gone
    assert compare([ROW], incoming, scope=EVERY_YEAR).gone == [ROW]
