"""Tables on paper: every column gets its share, and none is narrower than its longest word needs."""

from hypothesis import given
from hypothesis import strategies as st

from lib.show.tables import SHEET, Group, shaded, widths

TEXTS = st.text("abcåäö 0123,–", max_size=200)


@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.lists(TEXTS, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_the_shares_of_a_tables_columns_are_its_whole_width(rows: list[list[str]]) -> None:
    whole, shares = widths(rows[0], [Group("", rows[1:])])
    assert sum(shares) == 100 and 50 <= whole <= 100
    assert all(share >= 1 for share in shares)


def test_a_date_and_a_long_word_are_not_broken_beside_long_texts() -> None:
    row = ["ord " * 40, "ord " * 60, "högre", "–", "Åklagarmyndigheten", "2026-11-22"]
    whole, shares = widths(["Indikator", "Definition", "Riktning", "Brott", "Källa", "Ändrad"], [Group("", [row])])
    letters = [SHEET * whole / 100 * share / 100 for share in shares]
    assert whole == 100
    assert letters[4] >= len("Åklagarmyndigheten") and letters[5] >= len("2026-11-22")


def test_a_shade_is_beside_the_words_and_never_instead() -> None:
    cell = {"text": "ja", "count": ""}
    assert shaded(cell, 3) == {"text": "ja", "count": "", "heat": 3}
    assert shaded(cell, None) is cell
