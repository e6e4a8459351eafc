"""A notebook's figures have number, source, N, data table, alt text, facts and CSV, and show nothing that data does not."""

from __future__ import annotations

import re
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("Agg")
import seaborn as sns
from matplotlib import pyplot as plt

from lib.base.errors import WorkbookError
from tests.unit.show.blocks.conftest import Shown

ASKED = "mhv_tillfragade"
WORDS: dict[str, Any] = {"name": "fragan", "caption": "Andelen som fick frågan om våld. Procent."}


def _lines(data: pd.DataFrame) -> Any:
    plt.close("all")
    return sns.lineplot(data, x="year", y="value", hue="region_name", marker="o")


def test_a_drawn_figure_has_everything_that_a_figure_of_the_report_has(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    shown.chapter.figure(_lines(data), data=data, **WORDS)
    page, text = shown.page, shown.page.get_text(" ", strip=True)
    assert page.select_one("figure#figur-fragan figcaption .lr-number[data-kind=Figur]")
    assert "EXEMPELDATA" in text and "Källa: Exempelmyndigheten" in text and "Källan anger inte N" in text
    wide, narrow = page.select("picture img")[0], page.select("picture source")[0]
    assert (wide["width"], narrow["width"]) == ("653", "317")
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("details tbody tr")]
    assert cells == [["Exempellän", "92", "93", "94"], ["Riket", "93", "94", "95"]]
    rows = shown.record["data"]["figur-fragan"]["rows"]
    assert len(rows) == len(data) == len(shown.record["facts"])
    assert {fact["value"] for fact in shown.record["facts"]} == set(data["value"])
    assert "indicator mhv_tillfragade" in shown.record["reads"]
    assert not plt.get_fignums(), "JupyterLab would show the figure once more"


def test_an_alt_text_is_computed_and_shown_to_the_author(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    shown.chapter.figure(_lines(data), data=data, **WORDS)
    alt = str(shown.page.select("img")[0]["alt"]).removeprefix("EXEMPELDATA. ")
    assert alt.startswith("Linjediagram i procent, 2020–2022, över andelen kvinnor")
    assert alt.endswith("Exempellän: 92 år 2020, 94 år 2022; Riket: 93 år 2020, 95 år 2022.")
    assert alt in shown.bundles[1]["text/plain"] and "text/html" not in shown.bundles[1]


def test_an_alt_text_for_many_bars_names_the_ends(shown: Shown) -> None:
    data = shown.chapter.data("exempel_vuxna_stodinsats", units=True)
    data = data[(data["year"] == data["year"].max()) & data["value"].notna() & (data["region"] != "X1")]
    data = data[(data["sex"] == "T") & (data["group"] == "T")]
    plt.close("all")
    axes = sns.barplot(data, y="region_name", x="value")
    shown.chapter.figure(axes, data=data, name="personer", caption="Antal personer som fick stöd.")
    alt = str(shown.page.select("img")[0]["alt"])
    top = data.loc[data["value"].idxmax()]
    assert f"{len(data)} värden. Högst {top['region_name']}: {top['value']:g}; lägst" in alt


def test_a_given_alt_text_is_held_against_the_data(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    good = "Linjediagram där andelen i Exempellän stiger till 94 procent."
    shown.chapter.figure(_lines(data), data=data, alt=good, **WORDS)
    assert good in str(shown.page.select("img")[0]["alt"]) and len(shown.bundles) == 1
    for bad in ("Kort", good.replace("94", "97"), WORDS["caption"]):
        with pytest.raises(WorkbookError, match="The alt text of figure fragan"):
            shown.chapter.figure(_lines(data), data=data, alt=bad, **WORDS)


def test_another_form_needs_an_alt_text(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    plt.close("all")
    with pytest.raises(WorkbookError, match=r'alt text cannot be computed; write alt="…": at least 20 characters'):
        shown.chapter.figure(sns.heatmap(shown.chapter.data(ASKED, wide="year")), data=data, **WORDS)


def test_a_figure_draws_nothing_and_says_nothing_that_its_data_does_not(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    plt.close("all")
    averaged = sns.lineplot(data, x="year", y="value")
    with pytest.raises(WorkbookError, match=r"draws 92\.5, which its data does not have"):
        shown.chapter.figure(averaged, data=data, **WORDS)
    with pytest.raises(WorkbookError, match="The caption of the figure fragan says 97, which is not in the data"):
        shown.chapter.figure(_lines(data), data=data, name="fragan", caption="Andelen var 97 procent.")
    assert shown.bundles == []


@pytest.mark.parametrize("caption", ["Från 92 till 94 procent, 2020–2022.", "Andelen var 95 procent i riket."])
def test_a_caption_may_say_what_data_says(caption: str, shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    shown.chapter.figure(_lines(data), data=data, name="fragan", caption=caption)
    assert caption in shown.page.select("figcaption")[0].get_text()


def test_the_same_figure_has_the_same_bytes(shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    for _ in range(2):
        shown.chapter.figure(_lines(data), data=data, **WORDS)
    first, second = (re.findall(r"base64,([^\"]+)", b["text/html"]) for b in shown.bundles if "text/html" in b)
    assert first == second and len(first) == 2
