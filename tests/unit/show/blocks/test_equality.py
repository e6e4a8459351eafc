"""The chapters that wait for unit-level answers come alive when there are some."""

from dataclasses import replace

import pandas as pd

from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from lib.show.blocks import equality
from tests.conftest import ROOT


def _view(year: int = 2022) -> View:
    return open_view(Workbook(ROOT), year, "likvardighet")


def _with_answers(view: View, values: dict[str, float]) -> View:
    """Return a view that also holds invented answers of units, marked as such; only a test ever sees them."""
    model = view.observations.query("indicator == 'rutin_vid_indikation_vuxen'").iloc[0]
    rows = pd.DataFrame(
        [
            {**model, "region": code, "value": value, "year": 2022, "synthetic": True, "note": ""}
            for code, value in values.items()
        ]
    )
    return replace(view, rows=pd.concat([view.rows, rows], ignore_index=True))


def test_without_answers_it_says_from_whom_they_lack() -> None:
    shown = equality.spread(_view(), "rutin_vid_indikation_vuxen")
    assert "Svar saknas från 26 kommuner: Botkyrka, Danderyd" in shown.plain
    assert "Svar saknas från 13 stadsdelar: Bromma" in shown.plain
    assert [f.value for f in shown.facts] == [26, 13]


def test_with_answers_it_shows_spread_map_and_who_is_missing() -> None:
    shown = equality.spread(
        _with_answers(_view(), {"0114": 40.0, "0187": 90.0, "0180-bromma": 65.0}), "rutin_vid_indikation_vuxen"
    )
    # The town answers through its districts: 25 municipalities and 13 districts were asked.
    assert "3 av 38 tillfrågade enheter har svarat för 2022." in shown.plain
    assert "Ekerö | .." in shown.plain and "Vaxholm | 90" in shown.plain
    assert 'alt="Karta över 26 kommuner 2022' in shown.html
    assert "Lägst värde har Upplands Väsby, 40, högst Vaxholm, 90. 24 kommuner saknar uppgift." in shown.html


def test_support_per_violence_type_never_fills_in_what_is_not_known() -> None:
    shown = equality.support_matrix(
        _view(),
        "stod_till_barn_alla_valdstyper",
        "stod_till_vuxna_nara_relation",
        "stod_till_vuxna_prostitution",
        caption="Rubrik.",
    )
    assert "Prostitution | .. | 100 år 2022" in shown.plain
    assert "Våld i nära relation | 100 år 2022 | 100 år 2022" in shown.plain
