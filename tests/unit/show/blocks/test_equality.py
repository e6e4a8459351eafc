"""The chapters that wait for unit-level answers come alive when there are some."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup

from lib.analysis.view import View, open_view
from lib.base.swedish import join
from lib.base.workbook import Workbook
from lib.review.check import check
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
    # The rows are of a publisher's table, so nobody is said to have been asked.
    assert "Källans tabell har uppgift för 3 av 38 kommuner och stadsdelar 2022." in shown.plain
    assert "tillfrågade" not in shown.plain and "svarat" not in shown.plain
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


def test_a_missing_outline_changes_no_count_and_is_said(tmp_path: Path) -> None:
    for folder in ("parameters", "data", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("raw"))
    path = tmp_path / "data/exempel/geo/municipalities.geojson"
    outlines = json.loads(path.read_text(encoding="utf-8"))
    question = "rutin_vid_indikation_vuxen"
    whole = _map_text(Workbook(tmp_path), question)
    gone = [feature["properties"]["region_name"] for feature in outlines["features"][3:6]]
    outlines["features"] = outlines["features"][:3] + outlines["features"][6:]
    path.write_text(json.dumps(outlines), encoding="utf-8")
    part = _map_text(Workbook(tmp_path), question)
    assert (
        part.replace(f"Saknar gräns i arbetsbokens underlag och syns inte på kartan: {join(gone)}.", "").split()
        == whole.split()
    )
    assert part != whole
    found = [finding.text for finding in check(Workbook(tmp_path), ["exempel"], date(2026, 1, 1))]
    assert any(f"has no outline of {join(gone)}" in text for text in found)


def _map_text(workbook: Workbook, question: str) -> str:
    shown = equality.spread(open_view(workbook, "exempel", "likvardighet"), question)
    soup = BeautifulSoup(shown.html, "html.parser")
    figure = soup.select("figure")[0]
    return f"{figure.get_text(' ')} {figure.select('img')[0]['alt']}"
