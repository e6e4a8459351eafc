"""A notebook's DataFrames are tables with the marks, counts and symbols of the report's other tables."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

from tests.unit.show.blocks.conftest import Shown

ASKED, ROUTINE = "mhv_tillfragade", "rutin_vid_indikation_vuxen"
WORDS: dict[str, Any] = {"name": "fragan", "caption": "Andelen som fick frågan om våld. Procent."}


def test_a_pivot_is_a_table_with_the_marks_and_counts_of_the_values(shown: Shown) -> None:
    shown.chapter.table(
        shown.chapter.data(ROUTINE, wide="year"), name="rutiner", caption="Rutiner. Antal av enheterna."
    )
    finding = shown.chapter.view.finding(ROUTINE)
    text = shown.page.get_text(" ", strip=True).replace("\u00a0", " ")
    latest = finding.home[0].latest
    assert f"{latest.numerator:g} av {latest.denominator:g}" in text
    assert shown.page.select_one("#tabell-rutiner caption .lr-number[data-kind=Tabell]")
    assert "Källa: " in text and len(shown.record["data"]["tabell-rutiner"]["rows"]) == len(finding.home[0].values)


def test_a_hidden_figure_is_shown_as_hidden_also_in_a_pivot(shown: Shown) -> None:
    data = shown.chapter.data("exempel_vuxna_stodinsats", units=True)
    data = data[(data["year"] == data["year"].max()) & (data["sex"] == "T") & (data["group"] == "T")]
    shown.chapter.table(
        data.pivot(index="region_name", columns="year", values="value"),
        rows=data,
        name="personer",
        caption="Antal personer.",
    )
    hidden = data.loc[data["status"] == "Q", "region_name"]
    rows = {row.th.get_text(): row.td.get_text(" ", strip=True) for row in shown.page.select("tbody tr")}  # type: ignore[union-attr]
    assert len(hidden) and {rows[name] for name in hidden} == {"x dold för att skydda enskilda"}
    assert "Antalen är skyddade" in shown.page.get_text()


def test_computed_columns_are_said_to_be_computed_and_recorded(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    wide = data.pivot(index="region_name", columns="year", values="value")
    wide["Skillnad"] = wide[2022] - wide[2020]
    shown.chapter.table(wide, rows=data, **WORDS)
    assert "Beräknat i kapitlet ur källans tal: skillnad." in shown.page.get_text()
    computed = [fact for fact in shown.record["facts"] if fact["kind"] == "computed"]
    assert [fact["value"] for fact in computed] == [2, 2] and "Exempellän Skillnad" in computed[0]["id"]
    assert "Skillnad" in shown.record["data"]["tabell-fragan"]["columns"]


def test_without_rows_nothing_is_drawn_and_a_table_says_so(shown: Shown) -> None:
    empty = shown.chapter.data(ASKED).iloc[:0]
    shown.chapter.figure(plt.figure(), data=empty, **WORDS)
    assert "is not shown: its data has no rows" in shown.bundles[0]["text/plain"]
    shown.bundles.clear()
    shown.chapter.table(empty, **WORDS)
    assert "uppgift saknas i arbetsbokens underlag" in shown.page.get_text()
