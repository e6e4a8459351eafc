"""Brå's table 300 as an Excel file: read as it was transcribed; each wrong file is refused in one sentence."""

import csv
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pandas.testing import assert_frame_equal

from lib.base.errors import WorkbookError
from lib.receive import bra, bra_excel
from tests.conftest import ROOT, Refused
from tests.forms import bra_table
from tests.unit.receive.conftest import EXAMPLE, one_sentence

Rows = list[list[Any]]


def _swap(rows: Rows) -> None:
    for row in rows[3:]:
        row[3], row[4] = row[4], row[3]


def _swap_values(rows: Rows) -> None:
    for row in rows[4:]:
        row[2], row[3] = row[3], row[2]


def _half(rows: Rows) -> None:
    del rows[40:]


def _fraction(rows: Rows) -> None:
    rows[5][6] = rows[5][6] + 0.3


def _word(rows: Rows) -> None:
    rows[6][3] = "många"


def _twice(rows: Rows) -> None:
    rows.append(list(rows[7]))
    rows[-1][0] = rows[4][0]


WRONG_TABLES: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "another year": ({"year": 2024}, ["--year", "2025"], "is about 2024, not 2025"),
    "before the layout": ({"year": 2020}, [], "the layout before 2022 is not read"),
    "another region": ({"area": "Polisregion Syd"}, [], "names none of the areas"),
    "another sheet": ({"sheet": "Blad1"}, [], "there is no sheet"),
    "another region whose name begins the same": ({"area": "Polisregion Exempel Norra"}, [], "names none of the areas"),
    "several years": ({"edit": lambda rows: rows[2].__setitem__(0, "Jämför med 2023")}, [], "names several years"),
    "offences below zero": ({"edit": lambda rows: rows[5].__setitem__(slice(2, 5), [10, 14, -4])}, [], "from 0 up"),
    "a sum without its parts": (
        {"edit": lambda rows: rows[5].__setitem__(3, None)},
        [],
        "without those they are the sum of",
    ),
    "values in swapped columns": ({"edit": _swap_values}, [], "the columns may be swapped"),
    "half the rows": ({"edit": _half}, [], "half a file"),
    "no whole number of offences": ({"edit": _fraction}, [], "is no whole number"),
    "a count that is gone": (
        {"edit": lambda rows: rows[5].__setitem__(2, None)},
        [],
        "cells are missing or were moved",
    ),
    "a row moved to the right": ({"edit": lambda rows: rows[5].insert(1, None)}, [], "cells are missing or were moved"),
    "a share split by a space": ({"edit": lambda rows: rows[5].__setitem__(5, "1 2")}, [], "'1 2' is no number"),
    "a word for a number": ({"edit": _word}, [], "'många' is no number"),
}


@pytest.mark.parametrize("kind", WRONG_TABLES)
def test_a_wrong_table_300_is_one_sentence(root: Path, refused: Refused, tmp_path: Path, kind: str) -> None:
    options, arguments, message = WRONG_TABLES[kind]
    if kind == "half the rows":
        # There must be a year before to compare with.
        options = options | {"year": 2024}
    path = bra_table(tmp_path / "300.xlsx", **options)
    error = one_sentence(refused("import", "bra", str(path), *arguments, "--data", EXAMPLE, "--yes", root=root))
    assert message in error


def test_counts_in_per_cent_are_refused(tmp_path: Path) -> None:
    path = bra_table(tmp_path / "300.xlsx")
    book = load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=5, min_col=3, max_col=5):
        for cell in row:
            cell.value, cell.number_format = float(str(cell.value)) / 100, "0%"
    book.save(path)
    with pytest.raises(WorkbookError, match="row 5: a number of offences is in per cent"):
        bra_excel.observations(path, ROOT / EXAMPLE, 2025, date(2026, 7, 1), "känd")


def test_labels_that_only_look_the_same_are_the_same(tmp_path: Path) -> None:
    def other(rows: Rows) -> None:
        for row in rows[4:]:
            row[1] = unicodedata.normalize("NFD", f"{row[1][:3]}\u00ad{row[1][3:]}")

    plain, same = bra_table(tmp_path / "a.xlsx"), bra_table(tmp_path / "b.xlsx", edit=other)
    one, two = (bra_excel.observations(p, ROOT / EXAMPLE, 2025, date(2026, 7, 1), "känd") for p in (plain, same))
    assert_frame_equal(one, two)


def test_swapped_headings_are_found_by_their_names(root: Path, tmp_path: Path) -> None:
    plain, other = bra_table(tmp_path / "a.xlsx"), bra_table(tmp_path / "b.xlsx", edit=_swap)
    one, two = (bra_excel.observations(p, root / EXAMPLE, 2025, date(2026, 7, 1), "känd") for p in (plain, other))
    assert one.equals(two) and len(one) > 60
    share = one[(one["indicator"] == "personuppkl_valdtakt") & (one["group"] == "T")].iloc[0]
    assert share["value"] == pytest.approx(100 * share["numerator"] / share["denominator"], abs=1e-6)


def test_table_300_of_the_county_itself_reads_as_it_was_transcribed(tmp_path: Path) -> None:
    """The reader gives, number by number, what the transcription gave: a file is made from it and read back."""
    path = ROOT / "data/raw/bra/handlagda_polisregion_stockholm.csv"
    own = [r for r in csv.DictReader(path.open(encoding="utf-8")) if r["year"] == "2024"]

    def only_real(rows: Rows) -> None:
        del rows[4:]
        for r in own:
            counts = [int(r[k]) for k in ("handlagda_brott", "utredda_brott", "direktavskrivna_brott")]
            share = 100 * int(r["personuppklarade_brott"]) / counts[0] if counts[0] else 0
            rows.append([r["lagrum"], r["brottstyp"], *counts, float(r["lagforingsprocent"] or 0), round(share, 8)])

    made = bra_table(tmp_path / "300Rn03-2024.xlsx", area="Polisregion Stockholm", year=2024, edit=only_real)
    read = bra_excel.observations(made, ROOT / "data", 2024, date(2025, 7, 1), "antagen", vanished=True)
    key = ["indicator", "sex", "group"]
    held = bra.observations(ROOT / "data").query("source == 'bra_300_rn03' and year == 2024 and value == value")
    both = held.merge(read, on=key, suffixes=("", "_read"))
    assert len(both) == len(held) > 50
    assert (both["numerator"] == both["numerator_read"]).all()
    assert (both["value"] - both["value_read"]).abs().max() < 0.0001


def test_a_csv_of_the_same_columns_is_the_same_table(root: Path, tmp_path: Path, refused: Refused) -> None:
    data = root / EXAMPLE
    table = bra_table(tmp_path / "t.xlsx")
    book = load_workbook(table, read_only=True)
    rows = [["" if cell is None else cell for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    for name, kept in (("all.csv", rows), ("plain.csv", rows[3:])):
        with (tmp_path / name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([[str(c).replace(".", ",") for c in row] for row in kept])
    excel = bra_excel.observations(table, data, 2025, date(2026, 7, 1), "antagen", vanished=True)
    for name, area in (("all.csv", ""), ("plain.csv", "Polisregion Exempel")):
        read = bra_excel.observations(
            tmp_path / name, data, 2025, date(2026, 7, 1), "antagen", area=area, vanished=True
        )
        assert_frame_equal(read, excel)
    error = one_sentence(refused("import", "bra", str(tmp_path / "plain.csv"), "--data", EXAMPLE, "--yes", root=root))
    assert "say with --area and --year" in error
