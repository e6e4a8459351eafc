"""Facts and CSV rows carry what a value says, and nothing for what is missing."""

from __future__ import annotations

from dataclasses import replace

from lib.show.blocks import block
from tests.unit.show.blocks.views import view_of


def test_a_fact_and_a_csv_row_of_a_value_agree() -> None:
    view = view_of(2022)
    value = view.finding("personuppkl_grov_kvinnofridskrankning").home[0].latest
    fact = block.observed_fact(view, value)
    row = dict(zip(block.FILE_COLUMNS, block.csv_data([value])["rows"][0], strict=True))
    assert fact.text.replace("\u00a0", " ") == "13,2 procent (65 av 491)"
    for name in ("indicator", "year", "region", "sex", "group", "value", "unit", "status", "source", "published"):
        assert getattr(fact, name) == row[name]
    assert row["low"] < row["value"] < row["high"]
    assert block.observed_fact(view, value, "quoted").id == f"{fact.id}/quoted"


def test_a_missing_value_is_null_and_has_no_text() -> None:
    view = view_of(2022)
    known = view.finding("personuppkl_grov_kvinnofridskrankning").home[0].latest
    missing = replace(known, value=float("nan"), numerator=float("nan"), denominator=float("nan"), status="M")
    fact = block.observed_fact(view, missing)
    assert (fact.value, fact.numerator, fact.denominator, fact.status, fact.text) == (None, None, None, "M", "")
    assert block.csv_data([missing])["rows"][0][5] is None


def test_a_change_is_a_fact_only_where_the_years_are_comparable() -> None:
    changes = [view_of(year).finding("personuppkl_kop_av_sexuell_tjanst").home[0].change for year in (2024, 2025)]
    (fact,) = block.change_facts(view_of(2024), [*changes, None])
    assert fact.unit == "procentenheter" and fact.low is not None and fact.high is not None
    assert fact.value is not None and fact.low < fact.value < fact.high


def test_a_table_without_rows_is_a_sentence_that_says_so() -> None:
    shown = block.table("x", caption="Åtaganden efter status. Antal.", columns=["Status"], rows=[])
    assert shown.plain == "Åtaganden efter status: uppgift saknas i arbetsbokens underlag."


def test_an_invented_county_is_marked_on_every_table_and_fact() -> None:
    shown = block.table("x", caption="Antal.", columns=["A", "B"], rows=[["a", "1"]]).marked()
    assert f"{block.EXAMPLE}. Antal." in shown.html and shown.plain.startswith(block.EXAMPLE)
