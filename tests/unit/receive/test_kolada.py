"""The shipped figures from Kolada and SCB are those of the received files, read by the shipped mappings."""

import csv
from datetime import date
from pathlib import Path

import pytest

from lib.data.catalogue import Catalogue
from lib.receive import mapped
from lib.receive.changes import as_text
from lib.receive.mapping import read_mapping
from tests.conftest import ROOT

DATA = ROOT / "data"
FILES = {"kolada": "kolada/kolada-f5ca89d7.csv", "scb": "scb/folkmangd-351d95e0.csv"}
MAPPINGS = sorted(path for pattern in ("kolada_*", "scb_*") for path in (DATA / "mappings").glob(f"{pattern}.yaml"))
#: The day on which the values were seen at Kolada: none can have been published later.
SEEN = date(2024, 8, 30)


def _written(family: str) -> dict[tuple[str, ...], dict[str, str]]:
    with (DATA / "observations" / f"{family}.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["indicator"], row["region"], row["year"]): row for row in csv.DictReader(lines)}


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_every_value_is_the_received_files(path: Path) -> None:
    mapping, known = read_mapping(path), Catalogue(DATA)
    rows, _ = mapped.observations(DATA / "raw" / FILES[mapping.folder], mapping, known)
    written = _written(known.sources[mapping.source].family)
    assert len(rows)
    for row in as_text(rows):
        assert written[row["indicator"], row["region"], row["year"]] == row


def test_no_row_is_without_its_line_in_the_file_and_its_value_is_unchanged() -> None:
    with (DATA / "raw" / FILES["kolada"]).open(encoding="utf-8", newline="") as lines:
        raw = {
            (r["kpi"], r["region"], r["year"]): float(r["value"]) for r in csv.DictReader(lines) if r["gender"] == "T"
        }
    keys = {
        value.indicator: value.where["kpi"]
        for path in MAPPINGS
        for value in read_mapping(path).values
        if "kpi" in value.where
    }
    checked = 0
    for family in ("kolada_brott", "kolada_lss", "kolada_socialtjanst", "kolada_ntu"):
        for (indicator, region, year), row in _written(family).items():
            place = "0" if region == "00" else region
            assert float(row["value"]) == pytest.approx(raw[keys[indicator], place, year], abs=0.000051)
            assert date.fromisoformat(row["published"]) <= SEEN
            checked += 1
    assert checked == 1812


def test_each_report_sees_only_what_was_public_by_its_cut_off() -> None:
    years = {row["year"]: row["published"] for row in _written("kolada_brott").values()}
    assert years["2022"] == "2023-03-31" and years["2021"] == "2022-03-31"
    assert {row["published"] for row in _written("kolada_socialtjanst").values()} == {"2023-06-05"}
