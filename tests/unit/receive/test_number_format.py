"""Numbers of Excel, read as they are shown."""

from __future__ import annotations

import pytest

from lib.receive.number_format import Percent, shown

ACCOUNTS = '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-'


@pytest.mark.parametrize(
    ("number", "form", "seen"),
    [
        (69.3, "# ##0", 69.3),
        (0.693, "0.0\\ %", 69.3),
        (0.693, '0.0" %"', 0.693),
        (69.3, "[<1]0.0%;0.0", 69.3),
        (0.5, "[<1]0.0%;0.0", 50),
        (12345, "#,##0,", 12.345),
        (12345678, "0.0,,", 12.345678),
        (12345, "#,##0.0", 12345),
        (3, '[<5]"..";0', ".."),
        (5, '[<5]"..";0', 5),
        (5, ";;;", None),
        (5, '"x"', "x"),
        (5, '0.0" 2)"', 5),
        (5, "[Red]0.0", 5),
        (5, "[$-41D]0.0", 5),
        (5, '"kr" 0', 5),
        (-5, "0;-0", -5),
        (5, ACCOUNTS, 5),
        (-5, ACCOUNTS, -5),
        (0, ACCOUNTS, 0),
        (0, "0;-0;–", 0),
    ],
)
def test_a_number_is_read_as_it_is_shown(number: float, form: str, seen: object) -> None:
    assert shown(number, form) == seen


@pytest.mark.parametrize(("number", "form"), [(5, '"1"0'), (5, '0"5"'), (5, '"-"0'), (5, "00-00"), (0, "0;-0;")])
def test_a_number_that_looks_like_another_becomes_a_text(number: float, form: str) -> None:
    assert shown(number, form) == f"{number} in the format {form}"


def test_a_number_in_per_cent_is_known_as_such() -> None:
    assert isinstance(shown(0.12, "0%"), Percent) and not isinstance(shown(12.0, "0"), Percent)
