"""A figure of a notebook's gets the report's typeface, Swedish and widths."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("Agg")
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from lib.base.errors import WorkbookError
from lib.show import fonts
from lib.show.charts import adapt, style, svg

DATA = pd.DataFrame(
    {
        "area": ["Ett län med ett långt namn"] * 2 + ["Riket"] * 2,
        "year": [2021, 2022] * 2,
        "value": [1250.5, 2500.0, 3000.0, 4000.5],
    }
)
WORDS = {"area": "", "year": "", "value": "Antal personer"}


@pytest.fixture(autouse=True)
def _no_figures() -> None:
    style.apply_style()
    plt.close("all")


def _texts(figure: Figure) -> list[str]:
    svg(figure)  # ticks are placed when a figure is drawn
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible()]


def _prepared(drawn: Any) -> Figure:
    figure = adapt.figure_of(drawn)
    adapt.prepare(figure, WORDS)
    return figure


def test_numbers_and_words_are_swedish_and_the_typeface_is_the_reports() -> None:
    axes = sns.lineplot(DATA, x="year", y="value", hue="area")
    axes.text(2021, 2000, "12.5")
    axes.text(2021, 2500, "2679")
    axes.text(2021, 2600, "2021")
    texts = _texts(_prepared(axes))
    assert {"2021", "2022", "12,5", "2\u00a0679", "Antal personer"} <= set(texts)
    assert any(text == "2\u00a0500" for text in texts)
    assert not {"year", "value", "area", "2021.5", "2679"} & set(texts)
    assert {t.get_fontname() for t in axes.figure.findobj(Text) if isinstance(t, Text)} == {fonts.SANS}


def test_one_year_is_not_shown_among_centuries() -> None:
    one_year = DATA[DATA["year"] == 2022]
    figure = _prepared(sns.lineplot(one_year, x="year", y="value", hue="area", marker="o"))
    assert {"2021", "2022", "2023"} <= set(_texts(figure)) and figure.axes[0].get_xlim() == (2021, 2023)


def test_the_figure_has_the_widths_of_a_page_and_of_a_telephone() -> None:
    figure = _prepared(sns.relplot(DATA, x="year", y="value", col="area", kind="line"))
    _, wide, _ = svg(figure)
    adapt.reflow(figure)
    _, narrow, height = svg(figure)
    assert (wide, narrow) == (653, 317) and height > narrow
    boxes = [axes.get_position() for axes in figure.axes]
    assert boxes[0].y0 > boxes[1].y1 and boxes[0].x0 == pytest.approx(boxes[1].x0, abs=0.05)
    assert {"Riket", "Ett län med ett långt namn"} <= {" ".join(text.split()) for text in _texts(figure)}


def test_the_legend_is_above_on_a_page_and_below_on_a_telephone() -> None:
    figure = _prepared(sns.lineplot(DATA, x="year", y="value", hue="area"))
    svg(figure)
    top = figure.legends[0].get_window_extent().y0
    assert top > figure.axes[0].get_window_extent().y1 and figure.axes[0].get_legend() is None
    adapt.reflow(figure)
    svg(figure)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Ett län med ett långt namn", "Riket"]
    assert figure.legends[0].get_window_extent().y1 < figure.axes[0].get_window_extent().y0


def test_long_labels_of_many_bars_do_not_overlap() -> None:
    names = [f"Ett långt namn på en brottstyp nummer {chr(97 + number)}" for number in range(9)]
    figure = _prepared(sns.barplot(pd.DataFrame({"area": names, "value": range(9)}), y="area", x="value"))
    adapt.reflow(figure)
    svg(figure)
    boxes = sorted((label.get_window_extent() for label in figure.axes[0].get_yticklabels()), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in zip(boxes, boxes[1:], strict=False))


def test_a_chart_that_needs_scripts_is_refused() -> None:
    for library in ("altair", "plotly"):
        chart = type("Chart", (), {"__module__": ModuleType(f"{library}.charts").__name__})()
        with pytest.raises(WorkbookError, match=f"A chart by {library} needs scripts.*draw it with seaborn"):
            adapt.figure_of(chart)
    with pytest.raises(WorkbookError, match="cannot show int; give it the id of an indicator"):
        adapt.figure_of(3)


def test_names_that_a_notebook_has_given_to_ticks_are_broken_into_lines() -> None:
    axes = sns.barplot(pd.DataFrame({"area": ["a", "b"], "value": [1, 2]}), y="area", x="value")
    axes.set_yticks([0, 1], ["utnyttjande av barn genom köp av sexuell handling", "våldtäkt"])
    figure = _prepared(axes)
    adapt.reflow(figure)
    svg(figure)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0].count("\n") >= 2 and labels[0].replace("\n", " ").endswith("köp av sexuell handling")
    assert axes.get_window_extent().width > 100
