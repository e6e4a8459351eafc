"""Alt texts are held to the data, and cards say what the sentences beside them say."""

import pandas as pd
import pytest

from lib.analysis.change import between
from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from lib.show.blocks.cards import moved
from lib.show.blocks.frame import check_alt
from tests.conftest import REPORTS, ROOT, report

ROWS = pd.DataFrame({"value": [13.2383, 8.0], "numerator": [65.0, None], "denominator": [491.0, None]})
GOOD = "Linjediagram i procent, 2020–2021, över andelen. Stockholm: 8 år 2020, 13,2 år 2021."


def test_an_alt_text_that_says_what_is_seen_passes():
    check_alt("x", GOOD, "Andelen ökade från 8 till 13,2 procent.", ROWS)


@pytest.mark.parametrize(
    ("alt", "caption", "message"),
    [
        ("", "Andelen ökade.", "has 0 characters"),
        ("Ett diagram", "Andelen ökade.", "has 11 characters"),
        ("x" * 701, "Andelen ökade.", "has 701 characters"),
        (GOOD, GOOD.upper(), "is its caption"),
        ("Linjediagram över hur andelen har ökat i Stockholm, år för år.", "Andelen", "mentions no value"),
        (GOOD.replace("13,2", "14,2").replace(": 8 ", ": 9 "), "Andelen", "mentions no value"),
    ],
)
def test_an_alt_text_that_does_not_is_refused(alt, caption, message):
    with pytest.raises(ValueError, match=message):
        check_alt("x", alt, caption, ROWS)


CHANGES = [
    ("rutin_vid_indikation_vuxen", "↗", "+22 procentenheter sedan 2021: åt rätt håll, utan test"),
    ("mhv_tillfragade", "→", "Ingen säkerställd förändring sedan 2020"),
    ("personuppkl_grov_kvinnofridskrankning", "→", "Ingen säkerställd förändring sedan 2020"),
    ("personuppkl_kop_av_sexuell_tjanst", "↗", "+9,3 procentenheter sedan 2020: utan entydig tolkning"),
]


@pytest.mark.parametrize(("indicator", "arrow", "text"), CHANGES)
def test_a_card_gives_the_change_in_words_and_an_arrow_for_where_the_value_went(indicator, arrow, text):
    series = open_view(Workbook(ROOT), 2022, "rapport").series(indicator)
    told = moved(series, next(line for line in series.home if line.has_value))
    assert (told["arrow"], told["text"].replace("\u00a0", " ")) == (arrow, text)
    # Reported crime and the like have no good or bad direction, and no colour of one.
    assert ("rätt håll" in text) == (told["css"] == "lr-right")


@pytest.mark.parametrize("name", REPORTS)
def test_every_card_has_a_value_and_a_picture_that_names_its_years(built, name):
    cards = report(built, name).select(".lr-card")
    # Of the earlier strategy few figures are known.
    assert len(cards) >= (2 if name == "2019" else 5)
    for card in cards:
        assert any(character.isdigit() for character in card.select_one(".lr-value").get_text())
        if card.img is not None:
            assert card.img["alt"].count(": ") >= 2 and card.img["alt"].rstrip(".").split()[-1]


def test_every_figure_names_unit_n_and_source(built):
    for name in REPORTS:
        for figure in report(built, name).select("figure.lr-figure"):
            words = figure.get_text(" ", strip=True)
            assert "Enhet: " in words and ("Källa: " in words or "Källor: " in words), figure["id"]


def test_a_caption_says_what_has_come_of_it_since_the_first_year_and_by_a_test(built):
    captions = {f["id"]: f.figcaption.get_text().replace("\u00a0", " ") for f in report(built, 2025).select("figure")}
    up = captions["mal-5-figur-personuppkl_grov_kvinnofridskrankning"]
    assert up.endswith("ingen säkerställd förändring. Sedan 2019, då den var 9,2 procent, har den ökat säkerställt.")
    down = captions["mal-6-figur-personuppkl_kontaktforbud_overtradelse"]
    assert down.endswith("Sedan 2020, då den var 31,0 procent, har den minskat säkerställt.")
    # Where the newest value cannot be compared with the year before, nothing is said of the longer run either.
    assert captions["mal-2-figur-stodsamtal_med_bistandsbeslut"].endswith("var 80 procent 2023.")


def test_two_years_are_not_tested_across_a_break():
    series = open_view(Workbook(ROOT), 2025, "rapport").series("personuppkl_kop_av_sexuell_tjanst")
    line = next(line for line in series.home if line.has_value)
    rows = {row["year"]: row for _, row in line.rows.iterrows()}
    assert between(series, line, rows[2024], rows[2019]) is not None
    assert between(series, line, rows[2025], rows[2024]) is None
