"""Cards show the same change as the sentences below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from lib.show.blocks.cards import moved
from tests.conftest import REPORTS, ROOT, report

CHANGES = [
    ("rutin_vid_indikation_vuxen", "↗", "+22 procentenheter sedan 2021: åt rätt håll, utan test"),
    ("mhv_tillfragade", "→", "Ingen säkerställd förändring sedan 2020"),
    ("personuppkl_grov_kvinnofridskrankning", "→", "Ingen säkerställd förändring sedan 2020"),
    ("personuppkl_kop_av_sexuell_tjanst", "↗", "+9,3 procentenheter sedan 2020: utan entydig tolkning"),
]


@pytest.mark.parametrize(("indicator", "arrow", "text"), CHANGES)
def test_a_card_gives_the_change_in_words_and_an_arrow_for_where_the_value_went(
    indicator: str, arrow: str, text: str
) -> None:
    change = open_view(Workbook(ROOT), 2022, "rapport").finding(indicator).home_known[0].change
    assert change is not None
    shown = moved(change)
    assert (shown["arrow"], shown["text"].replace("\u00a0", " ")) == (arrow, text)
    # Reported crime and the like have no good or bad direction, and no colour of one.
    assert ("rätt håll" in text) == (shown["css"] == "lr-right")


@pytest.mark.parametrize("name", REPORTS)
def test_every_card_has_a_value_and_a_picture_that_names_its_years(built: Path, name: str) -> None:
    cards = report(built, name).select(".lr-card")
    # Of the earlier strategy few figures are known.
    assert len(cards) >= (2 if name == "2019" else 5)
    for card in cards:
        assert any(character.isdigit() for character in card.select(".lr-value")[0].get_text())
        if card.img is not None:
            alt = str(card.img["alt"])
            assert alt.count(": ") >= 2 and alt.rstrip(".").split()[-1]
