"""Files whose bytes are right and whose meaning is another than they seem: read as a person reads them, or refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from lib.base.errors import WorkbookError
from tests.faults.liars import shared
from tests.unit.receive.test_people import EXPECTED, MAP, _book, _read, _with_part

SHEET = "xl/worksheets/sheet1.xml"
NATIONAL = MAP.replace("values:", "region_types: [kommun]\nvalues:")
COUNTED = MAP.replace("column: Andel\n    sex: K", "column: Andel").replace("mhv_tillfragade", "folkmangd")
SHARED = MAP.replace("sex: K", "sex: K\n    denominator: Svar")


def _table(folder: Path, text: str) -> Path:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return folder / "t.csv"


def _refused(folder: Path, table: Path, mapping: str = MAP) -> str:
    with pytest.raises(WorkbookError) as refusal:
        _read(folder, table, mapping)
    return str(refusal.value)


RAISED = '<r><t>61,5</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{}</t></r>'


@pytest.mark.parametrize("sign", ["2", "12", "2)", "(2)"])
def test_a_raised_digit_is_a_footnote_and_no_decimal(tmp_path: Path, sign: str) -> None:
    path = _book(tmp_path / "t.xlsx", lambda book: book.worksheets[0].__setitem__("B3", "här"))
    path.write_bytes(shared(path.read_bytes(), lambda xml: xml.replace("<t>h&#228;r</t>", RAISED.format(sign))))
    found, habits = _read(tmp_path, path)
    assert found == EXPECTED | {"0162": 61.5} and "signs of footnotes were left out" in habits


def test_raised_digits_that_cannot_be_told_from_others_are_refused(tmp_path: Path) -> None:
    text = f"<is>{RAISED.format(2)}</is>"
    path = _book(tmp_path / "t.xlsx")
    _with_part(
        path,
        SHEET,
        lambda xml: re.sub(r'<c r="B3"[^>]*><v>61</v></c>', f'<c r="B3" t="inlineStr">{text}</c>', xml),
    )
    assert "raised signs within text; open the file in Excel" in _refused(tmp_path, path)


CELLS = r'(<c r="A3".*?</c>)(<c r="B3".*?</c>)'


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (CELLS, r"\2\1"),
        (CELLS, r"\1\2\2"),
        (r'(<row r="3".*?</row>)(<row r="4".*?</row>)', r"\2\1"),
        (r'<row r="4"', '<row r="3"'),
    ],
)
def test_cells_in_disorder_are_not_dropped(tmp_path: Path, pattern: str, new: str) -> None:
    path = _book(tmp_path / "t.xlsx")
    _with_part(path, SHEET, lambda xml: re.sub(pattern, new, xml, count=1))
    assert "its cells are not in order in xl/worksheets/sheet1.xml" in _refused(tmp_path, path)


def test_cells_in_order_are_known_as_such_across_the_pieces_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.receive.excel.CHUNK", 7)
    assert _read(tmp_path, _book(tmp_path / "t.xlsx"))[0] == EXPECTED


@pytest.mark.parametrize("head", ["Kommun;Andel", "Område;Andelen"])
def test_headings_of_a_second_table_are_no_row_of_another_area(tmp_path: Path, head: str) -> None:
    table = _table(tmp_path, f"Kommun;Andel\nEkerö;1\n\n{head}\nSalem;2\n")
    assert "row 4, column Kommun" in _refused(tmp_path, table, NATIONAL) and "second table" in _refused(
        tmp_path, table, NATIONAL
    )


def test_areas_that_nobody_knows_are_named(tmp_path: Path) -> None:
    table = _table(tmp_path, "Kommun;Andel\nEkerö;1\nSаlem;2\nHåbo;3\n")
    found, habits = _read(tmp_path, table, NATIONAL)
    assert found == {"0125": 1}
    assert habits[-1].endswith("left out: 1 of other areas, 1 of areas that data/regions.csv does not have (“Sаlem”)")


@pytest.mark.parametrize("tail", ["", ";"])
def test_a_cell_that_was_lost_shifts_no_value(tmp_path: Path, tail: str) -> None:
    lines = ["Kommun;Andel;Svar", "Ekerö;50;20", "Salem;20", "Haninge;50;10"]
    table = _table(tmp_path, "\n".join(line + tail for line in lines))
    assert "row 3: fewer cells than the table has headings" in _refused(tmp_path, table, SHARED)
    table.write_text(f"Kommun;Andel;Svar;{tail}\nEkerö;50;20\nHaninge;40;10\n", encoding="utf-8")
    assert _read(tmp_path, table, SHARED)[0] == {"0125": 50, "0136": 40}


def test_a_note_may_stand_below_the_figures(tmp_path: Path) -> None:
    table = _table(tmp_path, "Andel;Kommun\n1;Ekerö\n..;Salem\nKälla: Exempel;\n")
    found, habits = _read(tmp_path, table)
    assert found["0125"] == 1 and habits[-1] == "3 rows gave 2 values; left out: 1 with notes"
    assert "is no region" in _refused(tmp_path, _table(tmp_path, "Andel;Kommun\n1;Ekerö\n2;\n"))


@pytest.mark.parametrize("count", ["5.000", "12.345.678", "5,000"])
def test_a_count_has_no_three_decimals(tmp_path: Path, count: str) -> None:
    table = _table(tmp_path, f"Kommun;Andel\nEkerö;{count}\n")
    assert "is no number that can be read in one way" in _refused(tmp_path, table, COUNTED + "decimal: '.'\n")


def _counts_in_per_cent(book: Workbook) -> None:
    book.worksheets[0]["C1"] = "Svar"
    for number, cell in enumerate(list(book.worksheets[0]["C"])[1:], 1):
        cell.value, cell.number_format = number / 100, "0%"


def test_a_count_is_not_shown_in_per_cent(tmp_path: Path) -> None:
    assert "'1 %' is in per cent" in _refused(tmp_path, _book(tmp_path / "t.xlsx", _counts_in_per_cent), SHARED)
    table = _table(tmp_path, "Kommun;Andel\nEkerö;12 %\n")
    assert "'12 %' is no number that can be read in one way" in _refused(tmp_path, table, COUNTED)


def test_lines_may_end_as_on_an_old_mac(tmp_path: Path) -> None:
    table = _table(tmp_path, "sep=;\rKommun;Andel\rEkerö;1,5\r")
    assert _read(tmp_path, table)[0] == {"0125": 1.5}


@pytest.mark.parametrize(
    "formula", ['<f t="array" ref="B3">C3+1</f>', '<f t="dataTable" ref="B3" r1="C3"/>', "<f>C3</f><v/>"]
)
def test_a_formula_of_any_kind_needs_its_value(tmp_path: Path, formula: str) -> None:
    path = _book(tmp_path / "t.xlsx")
    _with_part(path, SHEET, lambda xml: re.sub(r'<c r="B3".*?</c>', f'<c r="B3">{formula}</c>', xml))
    assert "row 3, column 2: a formula without its value" in _refused(tmp_path, path)


def test_a_formula_may_have_computed_an_empty_text(tmp_path: Path) -> None:
    path = _book(tmp_path / "t.xlsx")
    computed = '<c r="B3" t="str"><f>IF(C3="","",C3)</f><v></v></c>'
    _with_part(path, SHEET, lambda xml: re.sub(r'<c r="B3".*?</c>', computed, xml))
    found, _ = _read(tmp_path, path)
    assert str(found.pop("0162")) == "nan" and found == {k: v for k, v in EXPECTED.items() if k != "0162"}
