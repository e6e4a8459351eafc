"""What an indicator must say about itself, and how its series are labelled."""

from __future__ import annotations

from typing import Any

import pytest

from lib.data.indicators import Indicator, Threshold


def _indicator(**fields: Any) -> Indicator:
    base = {
        "id": "a", "title": "b", "kinds": [{"kind": "indikator", "first_year": 2020}], "type": "andel", "unit": "procent",
        "direction": "none", "source": "c",
    }  # fmt: skip
    return Indicator.model_validate(base | fields)


def test_an_indicator_exists_from_its_first_year() -> None:
    assert (_indicator().kind(2019), _indicator().kind(2020)) == (None, "indikator")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"unit": "antal"}, "do not belong together"),
        ({"family": "bra"}, "needs 'subject' and 'definition'"),
        ({"kinds": []}, "at least 1 item"),
    ],
)
def test_an_incomplete_indicator_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _indicator(**fields)


def test_series_are_labelled_by_sex_and_group() -> None:
    indicator = _indicator(groups={"barn": "barn", "K/vuxna": "vuxna kvinnor"}, sex_labels={"M": "Pojkar"})
    assert indicator.group_codes == {"barn", "vuxna"}
    assert indicator.label("T", "T") == "Totalt"
    assert indicator.label("K", "T") == "Kvinnor"
    assert indicator.label("T", "barn") == "Barn"
    assert indicator.label("M", "barn") == "Barn, pojkar"
    assert indicator.label("K", "vuxna") == "vuxna kvinnor"


def test_only_shares_of_a_full_count_of_units_count_units() -> None:
    assert _indicator(disclosure="V", level="kommuner").counts_units
    assert not _indicator(level="kommuner").counts_units
    assert not _indicator(disclosure="V", level="län").counts_units


def test_rounding_never_shows_a_count_of_persons_as_zero() -> None:
    with pytest.raises(ValueError, match="would be shown as 0"):
        Threshold(hide_up_to=1, round_to=5)
