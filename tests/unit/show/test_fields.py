"""Fields in prose are written from the data, with their facts, and an unknown one is met with the nearest name."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.show import fields
from lib.show.facts import MIME, collect
from tests.conftest import REPORTS, ROOT


def _view(name: str | int = 2022) -> View:
    return open_view(Workbook(ROOT), name, "mal-3", 3)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("mhv_tillfragade", "95 procent"),
        ("mhv_tillfragade.year", "2021"),
        ("mhv_tillfragade.country", "96 procent"),
        ("mhv_tillfragade.Riket.2011", "47 procent"),
        ("mhv_tillfragade.01.previous.value", "95 procent"),
        ("mhv_tillfragade.2015", "uppgift saknas"),
        ("mhv_tillfragade.change", "var 95 procent 2021, detsamma som 2020"),
        ("mhv_tillfragade.n", "uppgift saknas"),
        ("personuppkl_grov_kvinnofridskrankning.counts", "13,2 procent (65 av 491)"),
        ("personuppkl_grov_kvinnofridskrankning.n", "491"),
        ("personuppkl_grov_kvinnofridskrankning.region", "Polisregion Stockholm"),
        ("year", "2022"),
        ("previous_year", "2021"),
        ("county", "Stockholms län"),
    ],
)
def test_a_field_is_written_as_the_report_writes_figures(field: str, text: str) -> None:
    assert fields.resolve(_view(), field).text.replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("mhv_tillfragad", "no indicator 'mhv_tillfragad'; did you mean mhv_tillfragade"),
        ("yeer", "no indicator 'yeer'; did you mean year"),
        ("mhv_tillfragade.chanje", "no region or word 'chanje'; did you mean change"),
        ("mhv_tillfragade.Solnaa", "no region or word 'Solnaa'; did you mean Solna"),
        ("mhv_tillfragade.country.valu", "'valu' is not known; did you mean value"),
    ],
)
def test_an_unknown_name_is_met_with_the_nearest(field: str, message: str) -> None:
    with pytest.raises(WorkbookError, match=message):
        fields.resolve(_view(), field)


@pytest.mark.parametrize("name", REPORTS)
def test_every_indicator_can_be_a_field_of_every_report(name: str) -> None:
    view = _view(name)
    for indicator in view.known.indicators:
        for word in fields.WORDS:
            filled = fields.resolve(view, f"{indicator}.{word}")
            assert filled.text and "nan" not in filled.text
            assert word == "change" or (filled.text == fields.MISSING) <= (not filled.facts or word == "n")


@pytest.mark.parametrize("name", REPORTS)
def test_every_word_for_a_report_says_something(name: str) -> None:
    view = _view(name)
    for word in (*fields.REPORT, *fields.COUNTS):
        filled = fields.resolve(view, word)
        assert filled.text and "nan" not in filled.text.lower().split()
        assert [fact.text for fact in filled.facts] == ([filled.text] if word in fields.COUNTS else [])


def test_a_report_counts_its_values_goals_and_indicators() -> None:
    view = _view()
    counts = {word: fields.resolve(view, word).facts[0].value or 0 for word in fields.COUNTS}
    assert counts["values"] == len(view.observations)
    assert counts["values_assumed"] == (view.observations["published_basis"] == "antagen").sum()
    assert (counts["goals"], counts["assessments"]) == (8, 0)
    gaps = sum(not view.has_home_value(indicator) for indicator in view.decided())
    assert counts["indicators"] == counts["indicators_known"] + gaps == len(view.decided())


def test_what_is_not_known_of_a_report_is_said_to_be_missing() -> None:
    assert fields.resolve(_view("2022"), "plan_years").text == "2020–2022"
    assert fields.resolve(_view("2019"), "plan_years").text == fields.MISSING


def test_the_checksum_is_of_what_the_report_may_see() -> None:
    first, again, other = (fields.resolve(_view(year), "checksum").text for year in ("2022", "2022", "2023"))
    assert first == again != other and len(first) == 16


def test_the_facts_of_an_invented_county_are_marked() -> None:
    filled = fields.fill(_view("exempel"), "Andelen var {{ mhv_tillfragade }}, och {{ values }} värden finns.")
    assert len(filled.facts) == 2 and all(fact.synthetic for fact in filled.facts)
    assert not any(fact.synthetic for fact in fields.fill(_view(), "{{ mhv_tillfragade }}").facts)


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" \n"), max_size=60))
@example("[länk](javascript:x())")
@example("**fet** och `kod` och $x^2$ <b>html</b> &amp; ![bild](x.png) ~~struket~~ | rad")
@example("se https://example.se/x och <http://example.se>")
@example("# rubrik\n> citat")
def test_what_a_field_puts_into_markdown_is_text(text: str) -> None:
    page = BeautifulSoup(markdown2html_mistune(f"Det är {fields.in_markdown(text)} så."), "html.parser")
    assert {tag.name for tag in page.find_all(True)} <= {"p"}
    assert " ".join(page.get_text().split()) == " ".join(f"Det är {text} så.".split())


def test_a_notebooks_text_is_filled_with_facts_and_what_they_read() -> None:
    text = nbformat.v4.new_markdown_cell("Andelen var {{ mhv_tillfragade }}. {Ingen} {{ year }}")
    made = nbformat.v4.new_notebook(cells=[text, nbformat.v4.new_code_cell("'{{ inte.text }}'")])
    fields.fill_notebook(_view(), made)
    assert (
        made.cells[0].source == "Andelen var 95 procent. {Ingen} 2022" and made.cells[1].source == "'{{ inte.text }}'"
    )
    assert made.cells[0].metadata[MIME]["reads"] == ["indicator mhv_tillfragade"]
    assert [(fact.value, fact.chapter) for fact in collect([made])] == [(95.0, "mal-3")]


def test_a_fault_names_notebook_and_cell() -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("{{ yeer }}")])
    with pytest.raises(WorkbookError, match=r"^notebooks/03_x\.ipynb, cell 0, the field yeer: there is no indicator"):
        fields.check(_view(), made, "notebooks/03_x.ipynb")
