"""Files that agencies send in, made from the documentation of their form: filled-in survey forms, and Brå's table 300."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lib.receive.bra_excel import SHEET
from tests.conftest import ROOT

HEADS = [
    "Lagrum",
    "Brottstyp",
    "Handlagda brott totalt",
    "Utredda brott",
    "Direktavskrivna brott",
    "Lagföringsprocent (%)",
    "Personuppklaringsprocent (%)",
]


def fill(folder: Path, absent: Sequence[str] = ()) -> None:
    """Answer every form of a folder, but those of ``absent``, which never come back."""
    draw = Random(7)
    for path in sorted(folder.glob("*.xlsx")):
        if any(name in path.name for name in absent):
            path.unlink()
            continue
        book = load_workbook(path)
        for sheet, column, answers in (("Svar", 3, ["Ja", "Ja", "Nej"]), ("Åtaganden", 3, ["pågår", "genomfört"])):
            if sheet in book.sheetnames:
                for row in range(5, book[sheet].max_row + 1):
                    book[sheet].cell(row, column).value = draw.choice(answers)
        if "Antal" in book.sheetnames:
            for row in range(5, book["Antal"].max_row + 1):
                book["Antal"].cell(row, 5).value = draw.randint(8, 30)
        book.save(path)


def bra_table(
    path: Path,
    *,
    area: str = "Polisregion Exempel",
    year: int = 2025,
    edit: Callable[[list[list[Any]]], None] = lambda rows: None,
    sheet: str = SHEET,
) -> Path:
    """Write a file in the layout of table 300 from 2022 on, with the labels of the transcribed tables and drawn figures."""
    draw, labels = Random(3), {}
    with (ROOT / "data/raw/bra/handlagda_polisregion_stockholm.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            labels[row["row_id"]] = (row["lagrum"], row["brottstyp"])
    rows: list[list[Any]] = [
        [f"Tabell 300. Handlagda brott – utredning och beslut, {area}, år {year}"],
        [],
        ["Källa: Brå"],
        HEADS,
    ]
    last = None
    for section, label in labels.values():
        handled = draw.randint(60, 900)
        closed, cleared = draw.randint(0, handled // 4), draw.randint(5, handled // 4)
        shares = [round(100 * cleared / (handled - closed), 8), round(100 * cleared / handled, 8)]
        rows.append([section if section != last else None, label, handled, handled - closed, closed, *shares])
        last = section
    edit(rows)
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    for line in rows:
        page.append(line)
    book.save(path)
    return path
