"""Text made comparable or readable: nothing that a reader sees is lost, and doing it twice changes nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.base.characters import comparable, readable


@given(st.text())
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)
    assert readable(readable(text)) == readable(text)


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_no_letter_digit_or_sign_is_lost(text: str) -> None:
    assert len(readable(text)) == len(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("space", [c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\n"])
def test_no_kind_of_space_joins_two_words(space: str) -> None:
    assert comparable(f"ett{space}två") == "ett två"
    assert readable(f"ett{space}två").split() == ["ett", "två"]


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert comparable("Va\u0308sby") == comparable("V\u00e4sby")
