"""Mappings: a long table of the whole country, over several years, is read for the workbook's county alone."""

import json
from datetime import date
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.receive import mapped
from lib.receive.mapping import FIELDS, Mapping, Value, Yearly, check_names, read_mapping, schema
from tests.conftest import ROOT

LONG = """\
source: scb_mhv
published:
  day: 03-31
  years_after: 1
published_basis: antagen
year_column: år
region_column: område
regions:
  '0': '00'
region_types:
  - riket
  - kommun
decimal: "."
values:
  - indicator: mhv_tillfragade
    column: värde
    where:
      mått: A
"""
TABLE = "mått,område,år,värde\nA,0,2021,93.125\nA,0180,2021,90.5\nA,0180,2022,91\nA,1380,2021,80\nA,01,2021,92\nB,0180,2021,5\n"


def _read(folder: Path, mapping: str, table: str = TABLE) -> list[tuple[object, ...]]:
    (folder / "m.yaml").write_text(mapping, encoding="utf-8")
    (folder / "t.csv").write_text(table, encoding="utf-8")
    known, read = Catalogue(ROOT / "data"), read_mapping(folder / "m.yaml")
    check_names(folder / "m.yaml", read, known)
    rows, _ = mapped.observations(folder / "t.csv", read, known)
    return [tuple(row) for row in rows[["region", "year", "value", "published"]].values.tolist()]


def test_a_long_table_gives_the_county_and_the_country_each_year_with_its_day(tmp_path: Path) -> None:
    # Halmstad lies in another county, the county itself is of a type that is not read, B is another measure.
    assert _read(tmp_path, LONG) == [
        ("00", 2021, 93.125, "2022-03-31"),
        ("0180", 2021, 90.5, "2022-03-31"),
        ("0180", 2022, 91.0, "2023-03-31"),
    ]


def test_a_decimal_point_is_read_only_where_the_mapping_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"'93.125' is no number that can be read in one way only.*'decimal'"):
        _read(tmp_path, LONG.replace('decimal: "."\n', ""))
    with pytest.raises(WorkbookError, match="'93,1' is no number"):
        _read(tmp_path, LONG, TABLE.replace("93.125", '"93,1"'))


def test_a_table_without_the_county_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="holds no row that the mapping reads"):
        _read(tmp_path, LONG, "mått,område,år,värde\nA,1380,2021,80\n")


def test_an_unknown_region_is_refused_unless_the_table_is_of_the_whole_country(tmp_path: Path) -> None:
    one = LONG.replace("region_types:\n  - riket\n  - kommun\n", "")
    with pytest.raises(WorkbookError, match="row 5, column område: '9999' is no region"):
        _read(tmp_path, one, TABLE.replace("1380", "9999"))


@pytest.mark.parametrize("day", ["02-30", "3-31", "13-01", "02-29"])
def test_a_day_that_is_not_in_every_year_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(WorkbookError, match="published"):
        _read(tmp_path, LONG.replace("03-31", day))


def test_a_day_of_one_year_is_the_day_of_all_its_rows(tmp_path: Path) -> None:
    one = LONG.replace("published:\n  day: 03-31\n  years_after: 1\n", "published: 2023-05-30\n")
    assert {row[-1] for row in _read(tmp_path, one)} == {date(2023, 5, 30).isoformat()}


WRONG: dict[str, tuple[str, str]] = {
    "no mapping": ("- a\n", "is no mapping, which has a line for each field"),
    "an entry that is a word": (LONG.partition("values:")[0] + "values:\n  - indicator\n", "values, entry 1: "),
    "a year for a heading": (LONG.replace("column: värde", "column: 2023"), "meant as text stands in quotes"),
    "a misspelt field": (LONG.replace("year_column", "yer_column"), "no field of this name; did you mean year_column"),
    "a word for a sex": (
        LONG.replace("    column: värde", "    column: värde\n    sex: Kvinnor"),
        "entry 1, sex: input should be 'T', 'K' or 'M'",
    ),
    "half a date": (
        LONG.replace("published:\n  day: 03-31\n  years_after: 1\n", "published: 2024\n"),
        "Example: published: 2025-03-31",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_with_a_mapping_is_said_in_words_with_an_example(tmp_path: Path, kind: str) -> None:
    text, message = WRONG[kind]
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(WorkbookError) as refused:
        read_mapping(tmp_path / "m.yaml")
    said = str(refused.value)
    assert message in said and "instance of" not in said and "values.0" not in said


def test_every_field_is_explained_and_the_page_and_the_schema_say_the_same() -> None:
    fields = {**Mapping.model_fields, **Value.model_fields, **Yearly.model_fields}
    assert set(FIELDS) == set(fields)
    page = (ROOT / "docs/mappings.md").read_text(encoding="utf-8")
    for name in {**Mapping.model_fields, **Value.model_fields}:
        assert f"| `{name}` | {FIELDS[name][0]} | `{FIELDS[name][1]}` |" in page, name
    assert json.loads((ROOT / "docs/mapping.schema.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(schema())
    )
