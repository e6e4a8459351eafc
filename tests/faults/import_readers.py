"""Readers of files that are imported: survey forms, Brå's table 300, and tables by a mapping."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from openpyxl import load_workbook

from lib.data.catalogue import Catalogue
from lib.receive import answers, bra_excel, forms, mapped, returned, survey
from lib.receive.mapping import Mapping, check_names, read_mapping
from tests.faults.accidents import Draw, damaged_workbook, edited
from tests.faults.breaks import YamlBreaks, zip_breaks
from tests.faults.reader import Break, Reader, plain, same, visible
from tests.forms import bra_table

YEAR = 2025


def survey_forms(root: Path, folder: Path) -> Reader:
    known = Catalogue(root / "data/exempel")
    asked = survey.read_survey(known)
    made = forms.write_forms(known, asked, YEAR, folder)
    unit = next(p for p in made if "aktor" not in p.name)
    actor = next(p for p in made if "aktor" in p.name)
    for path in set(made) - {unit, actor}:
        path.unlink()
    for path, sheets in ((unit, (("Svar", 3, "Ja"), ("Antal", 5, 12))), (actor, (("Åtaganden", 3, "pågår"),))):
        book = load_workbook(path)
        for sheet, column, answer in sheets:
            for row in range(5, book[sheet].max_row + 1):
                book[sheet].cell(row, column).value = answer
        book.save(path)
    counts = {
        "a count that is none": _answer(lambda book: "Antal", 5, [-1, 1.5, "många", "1.000", "=2", True, 10**7, "١٢"])
    }
    return Reader(
        "survey forms",
        [unit, actor],
        lambda path: returned.read_form(path, asked, known, YEAR),
        _form_agrees,
        lambda path: {**zip_breaks(), **FORM_BREAKS, **(counts if path == unit else {})},
        damaged_workbook,
    )


def _form_agrees(path: Path, content: bytes, value: answers.Returned) -> None:
    book = load_workbook(io.BytesIO(content))
    for sheet, given in (("Svar", value.answers), ("Åtaganden", value.statuses)):
        rows = _by_code(book, sheet) if given else {}
        for code, (answer, _) in given.items():
            assert answer.casefold() == visible(str(rows[code][2] if rows[code][2] is not None else "")).casefold()
    rows = _by_code(book, "Antal") if value.counts else {}
    for (indicator, cell), count in value.counts.items():
        listed = rows[f"{indicator} {cell}"][4]
        said = re.sub(r"\s", "", visible(str(listed if listed is not None else "")))
        assert (count is None) == (said == "") and (count is None or float(said) == count)


def _answer(sheet: Callable[[Any], str], column: int, values: list[Any]) -> Break:
    def made(draw: Draw, content: bytes) -> bytes:
        def edit(book: Any) -> None:
            name = sheet(book)
            book[name].cell(draw(st.integers(5, book[name].max_row)), column).value = draw(st.sampled_from(values))

        return edited(content, edit)

    return made


def _first(book: Any) -> str:
    return "Svar" if "Svar" in book.sheetnames else "Åtaganden"


def _meta(changed: dict[str, Any]) -> Break:
    def edit(book: Any) -> None:
        cell = book["Om blanketten"]["A1"]
        cell.value = json.dumps(json.loads(cell.value) | changed)

    return lambda draw, content: edited(content, edit)


FORM_BREAKS: dict[str, Break] = {
    "an answer that is none": _answer(
        _first, 3, ["Kanske", "JA NEJ", "1", 1, True, "=A1", "@x", "<b>Ja</b>", "J\u0430"]
    ),
    "a code of nothing": _answer(_first, 1, ["finns_inte", "X", 7]),
    "a formula in a comment": _answer(_first, 4, ["=1+1", " =cmd|' /C calc'!A0"]),
    "a comment like a book": _answer(_first, 4, ["x" * 1001]),
    "another year": _meta({"year": 2024}),
    "a year that is none": _meta({"year": "2025"}),
    "a form of nobody": _meta({"who": "9999"}),
    "another form": _meta({"form": "blankett-2"}),
    "a sheet that is gone": lambda d, c: edited(c, lambda book: book.remove(book[_first(book)])),
    "a heading that is another": lambda d, c: edited(c, lambda book: book[_first(book)].__setitem__("C4", "Värde")),
    "another name": lambda d, c: edited(c, lambda book: book[_first(book)].__setitem__("A2", "Någon annan")),
    "a question that is gone": lambda d, c: edited(c, lambda book: book[_first(book)].delete_rows(5)),
    "a question twice": lambda d, c: edited(c, lambda b: b[_first(b)].append([x.value for x in b[_first(b)][5]])),
    "words beside the questions": lambda d, c: edited(c, lambda b: b[_first(b)].append([None, "och detta", "Ja"])),
}


def _by_code(book: Any, sheet: str) -> dict[str, list[Any]]:
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=5)]
    return {visible(str(row[0])): row for row in rows if row[0] is not None}


def table_300(root: Path, folder: Path) -> Reader:
    data, path = root / "data/exempel", bra_table(folder / "300-2025.xlsx")
    content = path.read_bytes()

    def read(path: Path) -> pd.DataFrame:
        return bra_excel.observations(path, data, YEAR, date(2026, 7, 1), "känd", vanished=True)

    expected = {(r.indicator, r.sex, r.group): r for r in read(path).itertuples() if r.status == "A"}
    pairs = {(row[2], row[6]): row[1] for row in _sheet(content)[4:]}
    names = {key: pairs[r.denominator, r.value] for key, r in expected.items() if (r.denominator, r.value) in pairs}

    def agrees(path: Path, content: bytes, value: pd.DataFrame) -> None:
        listed = Counter(str(row[1]) for row in _sheet(content) if len(row) > 6)
        rows = {str(row[1]): row for row in _sheet(content) if len(row) > 6}
        assert {"Polisregion Exempel", str(YEAR)} <= set(
            re.findall(r"Polisregion Exempel|2025", str(_sheet(content)[:20]))
        )
        for row in value[value["status"] == "A"].itertuples():
            label = names.get((row.indicator, row.sex, row.group))
            # An accident may have put the label on another row, too; where it has not, the figures are this row's.
            if label and listed[label] == 1 and not math.isnan(float(str(row.denominator))):
                cells = [
                    float(re.sub(r"\s", "", str(cell)).replace(",", ".")) for cell in (rows[label][2], rows[label][6])
                ]
                assert cells == [row.denominator, row.value], (label, cells, row)

    def body(column: int, values: Callable[[Any], list[Any]]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            def edit(book: Any) -> None:
                cell = book.active.cell(draw(st.integers(5, book.active.max_row)), column)
                cell.value = draw(st.sampled_from(values(cell.value)))

            return edited(content, edit)

        return made

    def top(text: str) -> Break:
        return lambda draw, content: edited(content, lambda book: book.active.__setitem__("A1", text))

    breaks = {
        **zip_breaks(),
        "a sum that is none": body(3, lambda v: [v + 1, v - 1, v * 10, -v]),
        "parts that are none": body(4, lambda v: [v + 1, -v, v + 0.5]),
        "a count that is a word": body(3, lambda v: ["många", "=1+1", "1e3", "<b>1</b>", "12x"]),
        "a share of no whole number": body(7, lambda v: [v + 0.3, v * 1.01 + 0.17, 100 + v]),
        "another area": top("Tabell 300. Polisregion Syd, år 2025"),
        "two areas": top("Tabell 300. Polisregion Exempel, Hela landet, år 2025"),
        "another year": top("Tabell 300. Polisregion Exempel, år 2024"),
        "no year": top("Tabell 300. Polisregion Exempel"),
        "another sheet": lambda d, c: edited(c, lambda book: setattr(book.active, "title", "Blad1")),
        "a heading that is gone": lambda d, c: edited(c, lambda b: b.active.__setitem__(f"{d(st.sampled_from('ABCDEFG'))}4", "X")),
        "a row twice": lambda d, c: edited(c, lambda b: b.active.append([b.active["A5"].value, *[x.value for x in b.active[5]][1:]])),
    }  # fmt: skip
    return Reader(
        "Brå's table 300", [path], read, agrees, lambda _: breaks, damaged_workbook, also=("table", "rows"), much=1500
    )


def _sheet(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


MAPPING = """source: exempelstatistik
published: 2026-04-01
published_basis: känd
year: 2025
heading_row: 2
must_say: [Exempelmyndigheten]
region_column: Område
values:
  - {indicator: mhv_tillfragade, column: Andel, sex: K, numerator: Ja, denominator: Alla}
missing: {"": M, "..": M, x: Q}
"""
TABLE = "Exempelmyndigheten 2025\nOmråde;Andel;Ja;Alla\nX1;95,0;1 900;2 000\nXA;75;30;40\nXB;..;;\nXC;x;;\n"


def mapped_tables(root: Path, folder: Path) -> Reader:
    known = Catalogue(root / "data/exempel")
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    files = [folder / "table.csv", folder / "map.yaml"]

    def read(_: Path) -> tuple[Mapping, pd.DataFrame]:
        mapping = read_mapping(folder / "map.yaml")
        check_names(folder / "map.yaml", mapping, known)
        return mapping, mapped.observations(folder / "table.csv", mapping, known)[0]

    def agrees(path: Path, content: bytes, value: tuple[Mapping, pd.DataFrame]) -> None:
        mapping, rows = value
        if path.name == "map.yaml":
            return same(plain(content), mapping)
        # Nobody sees characters without width.
        text = "".join(sign for sign in _decoded(content) if unicodedata.category(sign) != "Cf")
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=max(";,\t", key=text.count))]
        if text.partition("\n")[0].startswith("sep="):
            return None
        heads = [re.sub(r"\s+", " ", h).strip() for h in lines[1]]
        listed = [dict(zip(heads, (c.strip() for c in line), strict=False)) for line in lines[2:]]
        listed = [row for row in listed if any(row.values())]
        # A single text that names no region is a note.
        names = {name.casefold() for pair in known.region_names.items() for name in pair}
        notes = [
            row
            for row in listed
            if sum(map(bool, row.values())) == 1
            and not _region(row["Område"], known)
            and row["Område"].casefold() not in names
        ]
        listed = [row for row in listed if row not in notes]
        assert len(listed) == len(rows)
        for row, read in zip(listed, rows.to_dict("records"), strict=True):
            # Numbers may hold spaces and decimal commas; some signs mean that a number is missing.
            if read["status"] == "A":
                got = [read[name] for name in ("value", "numerator", "denominator")]
                assert [_number(row[h]) for h in ("Andel", "Ja", "Alla")] == got
            else:
                assert {"": "M", "..": "M", "x": "Q"}[row.get("Andel", "")] == read["status"] and pd.isna(read["value"])
            name = row["Område"]
            assert (
                read["region"] == _region(name, known)
                or known.region_names[read["region"]].casefold() == name.casefold()
            )
        return None

    cells = [["X1", "1.234", "1", "2"], ["Atlantis", "5", "1", "2"], ["X1", "9 5", "1", "2"], ["X1", "٩٥", "1", "2"],
             ["X1", "95", "5", "2", "9"], ["X1", "=1+1", "1", "2"], ["X1", "5", "1.5", "2"], ["X1", "NaN", "1", "2"],
             ["X1", "5", "1", "50%"], ["", "5", "1", "2"], ["X1", "1e3", "1", "2"], ["X1", "5", "<b>", "2"]]  # fmt: skip
    table = {
        "a cell that cannot be": lambda d, c: c + ";".join(d(st.sampled_from(cells))).encode() + b"\n",
        "another publisher's": lambda d, c: c.replace(b"Exempelmyndigheten", b"Annan"),
        "a column that is gone": lambda d, c: c.replace(
            d(st.sampled_from([b"Andel", b"Ja", b"Alla", "Område".encode()])), b"X", 1
        ),
        "a column twice": lambda d, c: c.replace(b";Alla", b";Alla;Alla", 1),
        "half a file": lambda d, c: c[: d(st.integers(0, c.index(b"X1")))],
        "nothing": lambda d, c: b"",
        "a picture": lambda d, c: b"\x89PNG\r\n\x1a\n\0\0" + c,
        "Excel by another name": lambda d, c: b"PK\x03\x04" + c,
    }
    mapping = YamlBreaks(
        free={"missing"}, references={"source", "indicator"}, words={"published_basis", "sex"}
    ).breaks()
    mapping |= {
        "two years": lambda d, c: c + "year_column: År\n".encode(),
        "no area": lambda d, c: re.sub(rb"region_column: .*\n", b"", c),
        "no values": lambda d, c: re.sub(rb"values:\n.*\n", b"values: []\n", c),
        "another letter for missing": lambda d, c: c.replace(b"x: Q", b"x: Z"),
    }
    both = ("map.yaml", "table.csv")
    return Reader(
        "mapped tables",
        files,
        read,
        agrees,
        lambda path: mapping if path.name == "map.yaml" else table,
        also=both,
        much=4500,
    )


def _region(text: str, known: Catalogue) -> str:
    """Return the code that a text means by itself, with its leading zeros or without."""
    codes = [text, *([text.zfill(2 if len(text) <= 2 else 4)] if text.isdecimal() else [])]
    return next((code for code in codes if code in known.region_names), "")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("no text was taken as one")


def _number(text: str) -> float:
    return float(re.sub(r"[\s\u00a0\u202f]|%$", "", text).replace(",", "."))
