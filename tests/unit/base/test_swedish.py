"""Numbers and words as Swedish readers expect them, for any number."""

import string
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lib.base import swedish

numbers = st.floats(-1e9, 1e9, allow_nan=False)


@given(numbers, st.integers(0, 3))
def test_a_written_number_reads_back(value: float, decimals: int) -> None:
    text = swedish.number(value, decimals)
    back = float(text.replace(swedish.MINUS, "-").replace(swedish.NBSP, "").replace(",", "."))
    assert abs(back - value) <= 0.5 * 10**-decimals + 1e-6
    assert "-" not in text and "." not in text and " " not in text


@given(numbers)
def test_zero_has_no_sign(value: float) -> None:
    text = swedish.signed(value, 1)
    assert (text == "0,0") == (abs(value) < 0.05 - 1e-7) or abs(abs(value) - 0.05) < 1e-6


@given(st.text(max_size=40))
def test_an_anchor_is_plain(text: str) -> None:
    assert set(swedish.slug(text)) <= set(string.ascii_lowercase + string.digits + "-")


def test_years_are_never_grouped_but_thousands_are() -> None:
    assert swedish.number(4097) == "4\u00a0097"
    assert swedish.long_date(date(2022, 1, 2)) == "2 januari 2022"
