"""What a figure draws can be read back from it, whatever drew it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("Agg")
import seaborn as sns
import seaborn.objects as so
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from lib.show.charts.marks import read

#: seaborn's own, with these versions of pandas and matplotlib.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.filterwarnings("ignore:vert. bool was deprecated"),
]
DATA = pd.DataFrame({"c": list("abc") * 2, "y": [2020] * 3 + [2021] * 3, "v": [1.0, 2, 3, 4, 5, 6]})
WIDE = DATA.pivot(index="c", columns="y", values="v")
HALF = DATA[DATA["y"] == 2020]


def _objects(*marks: Any, **variables: str) -> Figure:
    figure = Figure()
    so.Plot(DATA, **variables).add(*marks).on(figure).plot()
    return figure


@pytest.mark.parametrize(
    ("form", "draw"),
    [
        ("line", lambda: sns.lineplot(DATA, x="y", y="v", hue="c", marker="o")),
        ("line", lambda: sns.relplot(DATA, x="y", y="v", col="c", kind="line")),
        ("line", lambda: sns.pointplot(DATA, x="c", y="v", hue="y")),
        ("line", lambda: WIDE.T.plot()),
        ("line", lambda: _objects(so.Line(marker="o"), x="y", y="v", color="c")),
        ("bar", lambda: sns.barplot(DATA, x="c", y="v", hue="y")),
        ("bar", lambda: sns.barplot(DATA, y="c", x="v", hue="y")),
        ("bar", lambda: sns.catplot(DATA, x="c", y="v", col="y", kind="bar")),
        ("bar", lambda: WIDE.plot.barh()),
        ("bar", lambda: _objects(so.Bar(), so.Dodge(), y="c", x="v", color="y")),
        ("dot", lambda: sns.scatterplot(DATA, x="y", y="v")),
        ("dot", lambda: sns.stripplot(DATA, x="v", y="c")),
        ("dot", lambda: sns.pointplot(DATA, y="c", x="v", hue="y", linestyle="none")),
        ("dot", lambda: _objects(so.Dot(), y="c", x="v")),
    ],
)
def test_form_and_values_are_those_that_were_drawn(form: str, draw: Callable[[], Any]) -> None:
    plt.close("all")
    drawn = draw()
    found = read(drawn if isinstance(drawn, Figure) else drawn.figure, len(DATA))
    assert found.form == form and sorted(found.values) == DATA["v"].tolist()


def test_values_that_were_computed_while_drawing_are_read_too() -> None:
    plt.close("all")
    assert sorted(read(sns.barplot(DATA, y="c", x="v").figure, len(DATA)).values) == [2.5, 3.5, 4.5]


def test_reference_lines_and_error_bars_are_no_values() -> None:
    plt.close("all")
    axes = sns.lineplot(HALF, x="c", y="v")
    axes.axhline(7)
    axes.axvline(1)
    axes.errorbar([0, 1, 2], [1, 2, 3], yerr=0.5, capsize=3)
    assert set(read(axes.figure, len(DATA)).values) == {1, 2, 3}


@pytest.mark.parametrize(
    "draw",
    [
        lambda: sns.boxplot(DATA, x="c", y="v"),
        lambda: sns.regplot(DATA, x="y", y="v"),
        lambda: sns.heatmap(WIDE),
    ],
)
def test_other_forms_are_not_taken_for_lines_bars_or_dots(draw: Callable[[], Any]) -> None:
    plt.close("all")
    assert read(draw().figure, len(DATA)).form is None
