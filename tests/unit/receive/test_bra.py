"""The transcribed tables 300: the committed observations are what Brå printed."""

from pathlib import Path

import pandas as pd
import pytest

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.observations import read_observations
from lib.receive import bra
from tests.conftest import ROOT, change


def test_the_committed_rows_are_the_transcribed_files_number_by_number() -> None:
    order = ["indicator", "source", "group", "sex", "year"]
    observations = read_observations(Catalogue(ROOT / "data"))
    committed = observations[observations["source"].str.startswith("bra_300")].sort_values(order, ignore_index=True)
    made = bra.observations(ROOT / "data").sort_values(order, ignore_index=True)
    assert len(made) == len(committed) == 462 + 358 + 14 + 10
    for column in ("value", "numerator", "denominator"):
        pd.testing.assert_series_equal(made[column].astype(float), committed[column], check_names=False)
    clearance = committed[committed["indicator"].str.startswith("personuppkl") & (committed["denominator"] > 0)]
    recomputed = 100 * clearance["numerator"] / clearance["denominator"]
    assert (recomputed - clearance["value"]).abs().max() < 0.0001


def test_writing_changes_nothing_and_keeps_years_imported_from_excel(workbook: Path) -> None:
    path = workbook / "data/observations/bra.csv"
    imported = path.read_text(encoding="utf-8").splitlines()[1].replace(",2019,", ",2031,")
    path.write_text(path.read_text(encoding="utf-8") + imported + "\n", encoding="utf-8")
    before = path.read_bytes()
    assert bra.write(workbook / "data") == path and path.read_bytes() == before


def test_another_regions_table_is_refused(workbook: Path) -> None:
    path = workbook / "data/raw/bra/handlagda_polisregion_stockholm.csv"
    change(path, ",Rn03,", ",Rn06,")
    with pytest.raises(WorkbookError, match="row 2: region_code must be Rn03"):
        bra.observations(workbook / "data")
