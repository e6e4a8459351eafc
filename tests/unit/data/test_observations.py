"""What a row of observations must be, and which rows a report may see."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, as_of, read_observations
from tests.conftest import ROOT, change

FILE = "data/observations/lagesrapporter.csv"


def _read(root: Path) -> pd.DataFrame:
    return read_observations(Catalogue(root / "data"))


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    return _read(ROOT)


def test_every_figure_has_source_date_and_basis(observations: pd.DataFrame) -> None:
    assert observations[["source", "published", "published_basis"]].notna().all().all()
    assert not observations["synthetic"].any()


def test_assumed_dates_have_their_rule_in_the_sources() -> None:
    catalogue = Catalogue(ROOT / "data")
    assumed = _read(ROOT).query("published_basis == 'antagen'")["source"].unique()
    assert not [s for s in assumed if not catalogue.sources[s].rule]


ROW = "rutin_vid_indikation_vuxen,2022,01,T,T,76,procent,,,A,exakt,ok_m3_22,2023-05-30,antagen"
FAULTS: dict[str, tuple[str, str, str | None]] = {
    "a word for a number": (ROW, ROW.replace("76", "sjuttiosex"), "column value: 'sjuttiosex'"),
    "a decimal comma": (ROW, ROW.replace(",76,", ',"76,5",'), "column value: '76,5'"),
    "a share above hundred": (ROW, ROW.replace("76", "760"), "percentage from 0 to 100"),
    "an unknown indicator": (ROW, ROW.replace("rutin_vid", "rutim_vid"), "is not in data/indicators/"),
    "an unknown region": (ROW, ROW.replace(",01,", ",1,"), "is not in data/regions.csv"),
    "an unknown source": (ROW, ROW.replace("ok_m3_22", "ok_m3_99"), "is not in data/sources.yaml"),
    "another unit": (ROW, ROW.replace("procent", "antal"), "is not the indicator's unit"),
    "a missing value without a status": (ROW, ROW.replace(",76,", ",,"), "must be empty exactly when"),
    "a value despite its status": (ROW, ROW.replace(",A,", ",M,"), "must be empty exactly when"),
    "a sex that is not there": (ROW, ROW.replace(",T,T,", ",X,T,"), "must be T, K or M"),
    "a date the other way round": (ROW, ROW.replace("2023-05-30", "30/5 2023"), "must be a date such as"),
    "a group that is not there": (ROW, ROW.replace(",T,T,", ",T,barn,"), "not among the indicator's groups"),
    "counts that disagree": (ROW, ROW.replace("procent,,", "procent,10,20"), "does not agree with numerator"),
    "infinity": (ROW, ROW.replace(",76,", ",inf,"), "must be a number"),
    "a source of another family": (
        ROW,
        ROW.replace("ok_m3_22", "bra_300_la"),
        "no source of the family 'lagesrapporter'",
    ),
    "published too early": (ROW, ROW.replace("2023-05-30", "2021-05-30"), "lies before the year"),
    "counts that are no whole numbers": (ROW, ROW.replace("procent,,", "procent,7.6,10"), "whole number"),
    "a share of nothing": (ROW, ROW.replace("procent,,", "procent,0,0"), "above zero"),
    "a year of long ago": (ROW, ROW.replace("2023-05-30", "0001-01-01"), "must be a date such as"),
    "a cell too many": (ROW, ROW.replace(",76,", ",76,7,"), None),
    "a year and a half": (ROW, ROW.replace("2022", "2022.5", 1), "must be a number"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_row_is_named_with_file_row_and_column(workbook: Path, fault: str) -> None:
    old, new, message = FAULTS[fault]
    change(workbook / FILE, old, new)
    lines = (workbook / FILE).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(new))
    with pytest.raises(WorkbookError) as error:
        _read(workbook)
    assert f"{FILE}, row {line}" in str(error.value)
    assert message is None or (f"row {line}, column " in str(error.value) and message in str(error.value))
    assert "\n" not in str(error.value)


def test_the_same_row_twice_is_refused(workbook: Path) -> None:
    path = workbook / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[3]]) + "\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match=f"row {len(lines) + 1}: the same observation is already in .* row 4"):
        _read(workbook)


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00", b"indicator;year\n", b"a,b\n1,2,3\n"])
def test_another_kind_of_file_is_refused(workbook: Path, text: bytes) -> None:
    (workbook / FILE).write_bytes(text)
    with pytest.raises(WorkbookError, match="lagesrapporter.csv"):
        _read(workbook)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(2019, 2026),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.lists(st.tuples(st.integers(2015, 2030), st.integers(1, 2000)), max_size=20),
)
def test_later_rows_never_change_an_earlier_report(year: int, cut_off: date, later: list[tuple[int, int]]) -> None:
    rows = _read_once()
    seen = as_of(rows, year, cut_off)
    sample = rows.sample(len(later), replace=True, random_state=1)
    added = sample.assign(
        year=[y for y, _ in later], published=[cut_off + pd.Timedelta(days=d).to_pytimedelta() for _, d in later]
    )
    again = as_of(pd.concat([rows, added], ignore_index=True), year, cut_off)
    pd.testing.assert_frame_equal(seen, again, check_dtype=False)


@cache
def _read_once() -> pd.DataFrame:
    return _read(ROOT)


def test_a_later_publication_is_kept_with_the_one_it_disagrees_with(observations: pd.DataFrame) -> None:
    rows = observations.query(
        "indicator == 'personuppkl_grov_kvinnofridskrankning' and region == '01' and year == 2021"
    )
    assert sorted(rows["value"]) == [13, 14]
    assert as_of(rows, 2022, date(2023, 5, 30))["value"].tolist() == [13]


def test_a_police_region_never_exceeds_the_country(observations: pd.DataFrame) -> None:
    rows = observations[observations["source"].str.startswith("bra_300")]
    wide = rows.pivot_table(index=["indicator", "sex", "group", "year"], columns="region", values="denominator")
    both = wide.dropna()
    assert len(both) > 250
    assert (both["Rn03"] <= both["00"]).all()


def test_the_data_package_describes_every_file() -> None:
    package = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))
    described = {r["path"]: r for r in package["resources"]}
    files = {p.relative_to(ROOT / "data").as_posix() for p in (ROOT / "data").rglob("*.csv")}
    # The invented county has a data package of its own.
    files = {name for name in files if not name.startswith("exempel/")}
    assert set(described) == files
    for path, resource in described.items():
        header = (ROOT / "data" / path).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header, path
        assert resource["licenses"] and resource["sources"]
    assert [f["name"] for f in described["observations/bra.csv"]["schema"]["fields"]] == COLUMNS
