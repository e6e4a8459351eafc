"""Another county's workbook reads Brå's table for its own police region, and has riket's figures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lib.base.files import read_table
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, read_observations
from tests.conftest import ROOT
from tests.forms import bra_table
from tests.unit.scaffold.conftest import run

MAPPINGS = ROOT / "data/mappings"


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_label_of_the_transcribed_tables_is_known() -> None:
    known = {(row["row_id"], row["lagrum"], row["brottstyp"]) for row in _table(MAPPINGS / "bra_labels.csv")}
    mapped = {row["row_id"] for row in _table(MAPPINGS / "bra_handlagda.csv")}
    transcribed = {
        (row["row_id"], row["lagrum"], row["brottstyp"])
        for path in (ROOT / "data/raw/bra").glob("*.csv")
        for row in _table(path)
        if row["row_id"] in mapped
    }
    assert transcribed == known and {row_id for row_id, *_ in known} == mapped


@pytest.mark.parametrize(
    ("county", "region", "area"),
    [
        ("Skåne län", "Rn06", "Polisregion Syd"),
        ("Västra Götalands län", "Rn05", "Region Väst"),
        ("Norrbottens län", "Rn01", "Polisregion Nord"),
    ],
)
def test_one_command_takes_in_the_table_of_any_police_region(
    tmp_path: Path, county: str, region: str, area: str
) -> None:
    root = tmp_path / "lan"
    run("new", "workbook", str(root), "--county", county, "--year", "2024", root=ROOT)
    catalogue = Catalogue(root / "data")
    rows = read_observations(catalogue)
    country = rows[rows["source"] == "bra_300_la"]
    here = [row for row in read_table(ROOT / "data/observations/bra.csv", COLUMNS) if row["source"] == "bra_300_la"]
    assert len(country) == len(here) > 300 and set(country["region"]) == {"00"}
    assert all(i.annex_only and not i.goals for i in catalogue.indicators.values() if i.family == "bra")
    table = bra_table(tmp_path / "bra.xlsx", area=area, year=2024)
    run("import", "bra", str(table), "--published", "2025-03-31", "--yes", root=root)
    after = read_observations(Catalogue(root / "data"))
    own = after[after["region"] == region]
    assert len(own) > 60 and set(own["year"]) == {2024} and set(own["source"]) == {f"bra_300_{region.lower()}"}
    assert len(after) - len(own) == len(rows)
