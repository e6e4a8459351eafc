"""A new county has what published tables of the whole country say of its municipalities, and nothing of another county."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lib.data.catalogue import Catalogue
from lib.data.observations import read_observations
from tests.conftest import ROOT
from tests.unit.scaffold.conftest import run

KEYS = {
    "anmald_misshandel_kvinna_inomhus": "N07549",
    "anmalt_vald_barn_inomhus": "N07541",
    "lss_rutin_vald_boende": "U28125",
}


@pytest.mark.parametrize(("county", "code", "municipalities"), [("Skåne län", "12", 33), ("Gotlands län", "09", 1)])
def test_each_value_is_the_national_tables(tmp_path: Path, county: str, code: str, municipalities: int) -> None:
    root = tmp_path / "lan"
    run("new", "workbook", str(root), "--county", county, "--year", "2022", root=ROOT)
    with (ROOT / "data/raw/kolada/kolada-f5ca89d7.csv").open(encoding="utf-8", newline="") as lines:
        raw = {
            (r["kpi"], r["region"].zfill(2), int(r["year"])): float(r["value"])
            for r in csv.DictReader(lines)
            if r["gender"] == "T"
        }
    catalogue = Catalogue(root / "data")
    rows = read_observations(catalogue)
    for indicator, kpi in KEYS.items():
        here = rows[rows["indicator"] == indicator]
        assert {(kpi, row.region, row.year): pytest.approx(row.value, abs=0.000051) for row in here.itertuples()} == {
            key: value
            for key, value in raw.items()
            if key[0] == kpi and (key[1] == "00" or key[1].startswith(code) and len(key[1]) == 4)
        }
        assert len(set(here["region"])) == municipalities + 1


def test_the_table_is_kept_and_what_is_another_strategys_is_left_behind(tmp_path: Path) -> None:
    root = tmp_path / "lan"
    run("new", "workbook", str(root), "--county", "Blekinge län", "--year", "2022", root=ROOT)
    raw = "data/raw/kolada/kolada-f5ca89d7.csv"
    assert (root / raw).read_bytes() == (ROOT / raw).read_bytes()
    assert not list((root / "data/raw").glob("scb/*"))
    catalogue = Catalogue(root / "data")
    brought = [i for i in catalogue.indicators.values() if (i.family or "").startswith(("kolada", "scb"))]
    assert len(brought) == 13 and all(i.annex_only and not i.goals and not i.violence_types for i in brought)
    assert {i.family for i in brought} <= set(catalogue.quality)
