"""Data of a notebook's says where it is from, and what is missing in a call is asked for."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from lib.base.errors import WorkbookError
from tests.unit.show.blocks.conftest import Shown

ASKED = "mhv_tillfragade"
WORDS: dict[str, Any] = {"name": "fragan", "caption": "Andelen som fick frågan om våld. Procent."}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"data": None}, r"data is NoneType; give a DataFrame, such as chapter\.data"),
        ({"name": None}, r'needs a name of small letters, digits and hyphens: name="stod-per-kommun"'),
        ({"name": "Frågan om våld"}, r'name="fragan-om-vald"'),
        ({"caption": None}, r'needs caption="…"'),
        ({"source": "exempel_statistk"}, r"no source 'exempel_statistk' in data/sources\.yaml; did you mean exempelstatistik"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for(changed: dict[str, Any], message: str, shown: Shown) -> None:
    data = shown.chapter.data(ASKED)
    with pytest.raises(WorkbookError, match=message):
        shown.chapter.figure(Figure(), **{"data": data, **WORDS, **changed})


def test_data_from_elsewhere_names_its_source(shown: Shown) -> None:
    typed = pd.DataFrame({"Verksamhet": ["A", "B"], "Antal samtal": [1200, 340]})
    with pytest.raises(
        WorkbookError, match="does not say where it is from; give rows= .* or source= with an id of data/sources"
    ):
        shown.chapter.table(typed, **WORDS)
    source = next(s for s in shown.chapter.view.known.sources.values() if s.family == "exempelstatistik")
    shown.chapter.table(typed, source=source.id, **WORDS)
    text = shown.page.get_text(" ", strip=True)
    assert (
        f"Källa: {source.publisher}, {source.title}" in text and "införda i kapitlet" in text and "1\u00a0200" in text
    )
    assert {fact["source"] for fact in shown.record["facts"]} == {source.id}
    assert {fact["kind"] for fact in shown.record["facts"]} == {"observed"}
    shown.chapter.sources()
    assert source.title in shown.bundles[-1]["text/plain"]


def test_counts_of_persons_that_are_not_protected_are_refused(shown: Shown) -> None:
    typed = pd.DataFrame({"Kommun": ["Kommun A"], "Antal": [3]})
    source = next(s for s in shown.chapter.view.known.sources.values() if s.family == "egen_insamling")
    with pytest.raises(WorkbookError, match="count persons and must be protected; put them into data/observations"):
        shown.chapter.table(typed, source=source.id, **WORDS)
