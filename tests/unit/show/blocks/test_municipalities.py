"""Figures per municipality: words, map, tables and years say the same as the file, and rank nobody."""

import re

import pytest
from bs4 import BeautifulSoup

from lib.analysis.view import View
from lib.show.blocks import municipalities
from lib.show.blocks.indicators import card
from tests.unit.show.blocks.views import view_of

CRIME = "anmald_misshandel_kvinna_inomhus"


@pytest.fixture(scope="module")
def view() -> View:
    return view_of(2022, chapter="likvardighet")


def _words(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_words_give_range_median_together_country_and_chance(view: View) -> None:
    assert _words(municipalities.describe(view, CRIME).plain) == (
        "År 2022 var antalet anmälda brott om misshandel inomhus mot kvinna av bekant mellan 59 och 310 per 100 000 invånare "
        "i länets 26 kommuner; medianen var 196. I alla kommuner tillsammans var det 199 (4 864 anmälda brott), högre än i hela "
        "riket, 185. Tio kommuner låg över rikets nivå och nio under, mer än slumpen kan förklara."
    )


def test_without_cases_no_chance_is_computed(view: View) -> None:
    text = _words(municipalities.describe(view, "lss_rutin_vald_boende").plain)
    assert text.endswith("medianen var 91. I hela riket var det 61 procent.")
    assert "slump" not in text


def test_those_without_a_figure_are_counted_in_words_and_named_in_the_table() -> None:
    later = view_of(2023, chapter="likvardighet")
    text = municipalities.describe(later, "socialtjanst_insats_vald").plain
    assert "i de 13 av länets 26 kommuner som har uppgift" in text
    shown = municipalities.table(later, "socialtjanst_insats_vald", name="t", caption="Uppgifter.")
    assert re.search(r"uppgift saknas för [^.]*Ekerö, Nacka", shown.html)


def test_an_indicator_without_any_figure_is_said_to_have_none(view: View) -> None:
    assert "Inget tal för länets kommuner" in municipalities.describe(view, "socialtjanst_insats_vald").plain
    shown = municipalities.table(view, CRIME, "socialtjanst_insats_vald", name="t", caption="Uppgifter.")
    assert "Inget tal finns i arbetsbokens underlag för 2022 eller tidigare: vuxna med minst en insats" in shown.html
    assert municipalities.table(view, "socialtjanst_insats_vald", name="t", caption="Uppgifter.").html == ""


def test_nobody_is_asked_for_a_publishers_figures(view: View) -> None:
    for shown in (municipalities.area_map(view, CRIME), municipalities.describe(view, CRIME)):
        assert "tillfrågade" not in shown.html and "svarat" not in shown.html


def test_the_map_names_no_municipality_as_highest_and_its_table_is_in_order_of_the_alphabet(view: View) -> None:
    soup = BeautifulSoup(municipalities.area_map(view, CRIME).html, "html.parser")
    image = soup.find("img")
    assert image is not None
    alt = _words(str(image["alt"]))
    assert "Från 59 till 310, median 196" in alt
    towns = [row.find("th").get_text() for row in soup.select("tbody tr")]  # type: ignore[union-attr]
    assert len(towns) == 26 and towns[0] == "Botkyrka" and towns[-1] == "Österåker"
    assert not any(town in alt for town in towns)
    row = next(_words(row.get_text(" ")).split() for row in soup.select("tbody tr") if "Vaxholm" in row.get_text())
    # Seven cases among 11,900 people: Byar's interval is exact below ten.
    assert row == ["Vaxholm", "59", "7", "24–121"]


def test_the_years_are_the_newest_that_fit_a_sheet(view: View) -> None:
    shown = municipalities.development(view, CRIME)
    soup = BeautifulSoup(shown.html, "html.parser")
    heads = [head.get_text() for head in soup.select("thead th")]
    assert heads == ["Kommun", *map(str, range(2014, 2023))]
    assert len(soup.select("tbody tr")) == 27
    assert municipalities.development(view, "socialtjanst_insats_vald").html == ""


def test_the_card_in_a_goal_chapter_is_the_spread_with_its_source() -> None:
    shown = card(view_of(2022, goal=3), CRIME)
    assert "Kompletterande uppgift" in shown.html and "medianen var" in shown.html
    assert "Källa: Kolada (RKA)" in shown.html and "<table" not in shown.html
    repeated = card(view_of(2022, goal=3), CRIME, said=[view_of(2022).known.indicator(CRIME).caveat])
    assert "Så läses uppgiften" in shown.html and "Så läses uppgiften" not in repeated.html
