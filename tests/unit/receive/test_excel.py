"""Files from Excel: damaged and hostile ones are refused in one sentence; written text is never a formula."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from lib.base.errors import WorkbookError
from lib.receive import csv_file, excel
from tests.conftest import Refused
from tests.unit.receive.conftest import EXAMPLE, MAP, one_sentence

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000


WRONG_FILES: dict[str, tuple[bytes | None, str]] = {
    "not there": (None, "is not there"),
    "empty": (b"", "is empty"),
    "locked with a password": (OLE, "locked with a password"),
    "not Excel at all": (b"<html>Inte en tabell</html>", "is not an Excel workbook"),
    "half a file": (b"PK\x03\x04" + b"\0" * 500, "is incomplete or not an Excel workbook"),
}


@pytest.mark.parametrize("kind", WRONG_FILES)
@pytest.mark.parametrize("verb", ["bra", "survey", "table"])
def test_a_file_that_is_no_table_is_one_sentence(
    root: Path, refused: Refused, tmp_path: Path, kind: str, verb: str
) -> None:
    content, message = WRONG_FILES[kind]
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    arguments = {
        "bra": ["bra", str(path)],
        "survey": ["survey", str(folder), "--year", "2025"],
        "table": ["table", str(path), "--map", str(tmp_path / "m.yaml")],
    }[verb]
    error = one_sentence(refused("import", *arguments, "--data", EXAMPLE, "--yes", root=root))
    assert message in error or (verb == "survey" and content is None and "holds no forms" in error)


def test_what_we_write_is_no_formula_in_excel(tmp_path: Path) -> None:
    book = Workbook()
    for row, text in enumerate(["=1+1", "+46", "-1", "@SUM(A1)", "vanlig", "\x07klocka"], 1):
        excel.put(book.worksheets[0], row, 1, text)
    book.save(tmp_path / "x.xlsx")
    again = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert [again.cell(r, 1).data_type for r in range(1, 7)] == ["s"] * 6
    assert all(again.cell(r, 1).quotePrefix for r in range(1, 5)) and again.cell(6, 1).value == "klocka"


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 201_000_000)
    with pytest.raises(WorkbookError, match="unpacks to more than 200 MB"), excel.book(path):
        pass
    evil = tmp_path / "evil.xlsx"
    Workbook().save(evil)
    with zipfile.ZipFile(evil) as source, zipfile.ZipFile(tmp_path / "entity.xlsx", "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + content.split(b"?>", 1)[-1]
            target.writestr(entry, content)
    with pytest.raises(WorkbookError, match="declares XML entities"), excel.book(tmp_path / "entity.xlsx"):
        pass


def test_a_table_that_excel_saved_is_written_back_without_changing_a_value(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("region;year;value\r\n180;2024;1 234,5\r\n;;\r\n01;2024;..\r\n".encode("cp1252"))
    text, habits = csv_file.repaired(path, {"01", "0180"})
    assert text == "region,year,value\n0180,2024,1234.5\n01,2024,..\n"
    assert habits == [
        "columns are separated by ;",
        "decimal commas",
        "empty lines",
        "region codes without their leading zeros",
        "spaces within numbers",
    ]
    (tmp_path / "plain.csv").write_text(text, encoding="utf-8")
    assert csv_file.repaired(tmp_path / "plain.csv", {"01", "0180"}) == (text, [])


WRONG_TEXTS = {
    "an Excel workbook by another name": b"PK\x03\x04",
    "half a UTF-16 file": b"\xff\xfea",
    "not text": b"a\0b",
    "neither UTF-8 nor Windows-1252": b"\x81\x8d",
    "not a CSV file": b'a,"b\n',
}


@pytest.mark.parametrize("message", WRONG_TEXTS)
def test_a_file_that_is_no_csv_is_refused(tmp_path: Path, message: str) -> None:
    (tmp_path / "t.csv").write_bytes(WRONG_TEXTS[message])
    with pytest.raises(WorkbookError, match=message):
        csv_file.read_csv(tmp_path / "t.csv")
