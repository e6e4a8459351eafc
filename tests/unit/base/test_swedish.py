"""Numbers and words as Swedish readers expect them, for any number."""

import string

from hypothesis import given
from hypothesis import strategies as st

from lib.base import swedish

numbers = st.floats(-1e9, 1e9, allow_nan=False)


@given(numbers, st.integers(0, 3))
def test_a_written_number_reads_back(value, decimals):
    text = swedish.number(value, decimals)
    back = float(text.replace(swedish.MINUS, "-").replace(swedish.NBSP, "").replace(",", "."))
    assert abs(back - value) <= 0.5 * 10**-decimals + 1e-6
    assert "-" not in text and "." not in text and " " not in text


@given(numbers)
def test_zero_has_no_sign(value):
    text = swedish.signed(value, 1)
    assert (text == "0,0") == (abs(value) < 0.05 - 1e-7) or abs(abs(value) - 0.05) < 1e-6


@given(st.text(max_size=40))
def test_an_anchor_is_plain(text):
    assert set(swedish.slug(text)) <= set(string.ascii_lowercase + string.digits + "-")


def test_years_are_never_grouped_but_thousands_are():
    assert swedish.number(4097) == "4\u00a0097"
    assert swedish.long_date(__import__("datetime").date(2022, 1, 2)) == "2 januari 2022"


@given(st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=4), st.floats(0.1, 20))
def test_labels_are_spread_without_changing_order(positions, distance):
    from lib.show.charts.style import spread

    placed = spread(positions, distance)
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    assert all(placed[b] >= placed[a] - 1e-6 for a, b in zip(order, order[1:], strict=False))
