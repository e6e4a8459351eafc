"""Publishers' tables made from a known truth, written as Excel or CSV; `tests.faults.lies` then makes them look like something else."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

#: What a lie asks of the reader: the truth as if there were no lie, the truth or a refusal, a refusal; or, of a region that nobody
#: knows, a refusal or, in a table of the whole country, a row left out.
SAME, EITHER, REFUSE, UNKNOWN = "same", "either", "refuse", "unknown"
TOWNS = {
    "0114": "Upplands Väsby", "0139": "Upplands-Bro", "0128": "Salem", "0127": "Botkyrka", "0180": "Stockholm", "0117": "Österåker",
    "0162": "Danderyd", "0187": "Vaxholm", "0191": "Sigtuna",
}  # fmt: skip
REGION, YEAR, WOMEN, MEN, YES, ANSWERS, PEOPLE = "Kommun", "År", "Andel kvinnor", "Andel män", "Ja", "Svar", "Folkmängd"
SHARES, COUNTS = (WOMEN, MEN, "Andel 2022", "Andel 2023"), (YES, ANSWERS, PEOPLE)
#: An indicator with counts behind its share, and a count; any other pair would do.
SHARE, COUNT, SOURCE = "personuppkl_misshandel", "folkmangd", "bra_300_la"

#: A region, year, and K, M or T; and the value, numerator and denominator that a person reads.
Key = tuple[str, int, str]
Figure = tuple[float | None, float | None, float | None]
NOTHING: Figure = (None, None, None)


@dataclass(eq=False)
class Row:
    """A row of a table; without a region, one that no figure is read from."""

    cells: dict[str, Any]
    region: str = ""
    year: int = 0

    def keys(self, heads: tuple[str, ...] = SHARES) -> list[Key]:
        """Return what the row's columns of shares are about, or the given columns."""
        about: dict[str, Key] = {
            WOMEN: (self.region, self.year, "K"), MEN: (self.region, self.year, "M"), PEOPLE: (self.region, self.year, "T"),
            "Andel 2022": (self.region, 2022, "K"), "Andel 2023": (self.region, 2023, "K"),
        }  # fmt: skip
        return [about[head] for head in heads if head in self.cells and head in about]


@dataclass(eq=False)
class Table:
    """A table and what it means; lies change it.

    ``lack`` holds what may be missing in the reading; ``shown`` are changes of the workbook before it is saved, ``parts`` of its XML.
    """

    draw: Random
    excel: bool
    wide: bool
    national: bool
    rows: list[Row] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    above: list[list[Any]] = field(default_factory=list)
    below: list[list[Any]] = field(default_factory=list)
    truth: dict[Key, Figure] = field(default_factory=dict)
    lack: set[Key] = field(default_factory=set)
    mapping: dict[str, Any] = field(default_factory=dict)
    refuse: bool = False
    #: How many columns of figures have a heading that the mapping does not know.
    unread: int = 0
    formats: list[tuple[Row | None, str, str]] = field(default_factory=list)
    shown: list[Callable[[Workbook, Any], None]] = field(default_factory=list)
    parts: list[tuple[str, Callable[[str], str]]] = field(default_factory=list)
    #: What becomes of a text's XML where Excel shares texts between cells; openpyxl writes each where it stands.
    share: Callable[[str], str] | None = None
    #: What CSV is written with: the writer's options, and what becomes of the text.
    csv: dict[str, Any] = field(default_factory=lambda: {"delimiter": ";", "lineterminator": "\n"})
    encoded: Callable[[str], bytes] = str.encode
    #: Extra cells of a row, written before the cell in a column.
    pushed: dict[Row, str] = field(default_factory=dict)

    def numbers(self, heads: tuple[str, ...]) -> Iterator[tuple[Row, str]]:
        """Yield the places of the numbers below some headings."""
        for row in self.rows:
            yield from ((row, head) for head in heads if row.region and type(row.cells.get(head)) in (int, float))

    def one(self) -> Row:
        """Return a row with figures that no lie has touched."""
        whole = [r for r in self.rows if r.region and len([*self.numbers_of(r)]) == len(self.heads) - 1]
        return self.draw.choice([row for row in whole if not self.lack & {*row.keys()}])

    def numbers_of(self, row: Row) -> Iterator[str]:
        return (head for head in self.heads if type(row.cells.get(head)) in (int, float))

    def grid(self) -> list[list[Any]]:
        """Return the cells of the sheet, row by row."""
        lines = [*self.above, [re.sub(r"#\d$", "", head) for head in self.heads]]
        for row in self.rows:
            line: list[Any] = []
            for head in self.heads:
                line += ["", row.cells.get(head)] if self.pushed.get(row) == f"+{head}" else [row.cells.get(head)]
                if self.pushed.get(row) == f"-{head}":
                    line.pop()
            lines.append(line if any(cell is not None for cell in line) else [])
        return lines + self.below

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write the table and its mapping; return their paths."""
        mapping = folder / "map.yaml"
        mapping.write_text(
            yaml.safe_dump({**self.mapping, "heading_row": len(self.above) + 1}, allow_unicode=True), "utf-8"
        )
        path = folder / ("table.xlsx" if self.excel else "table.csv")
        path.write_bytes(self._workbook() if self.excel else self._text())
        return path, mapping

    def _text(self) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, **self.csv)
        for line in self.grid():
            writer.writerow([f"{c:.1f}".replace(".", ",") if isinstance(c, float) else c for c in line])
        return self.encoded(out.getvalue())

    def _workbook(self) -> bytes:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Tabell"
        for line in self.grid():
            sheet.append(line)
        for only, head, form in self.formats:
            column = self.heads.index(head) + 1
            for number, row in enumerate(self.rows, len(self.above) + 2):
                if only in (None, row):
                    sheet.cell(number, column).number_format = form
        for change in self.shown:
            change(book, sheet)
        out = io.BytesIO()
        book.save(out)
        number = book.worksheets.index(sheet) + 1
        part = f"xl/worksheets/sheet{number}.xml"
        content = changed(out.getvalue(), [(name.replace("SHEET", part), edit) for name, edit in self.parts])
        return shared(content, self.share) if self.share else content


def changed(content: bytes, edits: list[tuple[str, Callable[[str], str]]]) -> bytes:
    """Return a workbook after edits of its parts, as another program would have written them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for wanted, edit in edits:
                part = edit(part.decode()).encode() if re.fullmatch(wanted, name) else part
            new.writestr(name, part)
    return out.getvalue()


def shared(content: bytes, write: Callable[[str], str] = str) -> bytes:
    """Return a workbook whose texts are in a part of their own, as Excel has them; ``write`` changes the XML of each."""
    texts: list[str] = []

    def keep(match: re.Match[str]) -> str:
        texts.append(f"<si>{write(match[2])}</si>")
        return f'<c{match[1]}t="s"><v>{len(texts) - 1}</v></c>'

    cell, kind = (
        r'<c([^>]*?)t="inlineStr"><is>(.*?)</is></c>',
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
    )
    edits: list[tuple[str, Callable[[str], str]]] = [
        ("xl/worksheets/.*", lambda xml: re.sub(cell, keep, xml, flags=re.DOTALL)),
        (r"\[Content_Types\].xml", lambda xml: xml.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')),
    ]  # fmt: skip
    out = io.BytesIO(changed(content, edits))
    with zipfile.ZipFile(out, "a") as archive:
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{"".join(texts)}</sst>')
    return out.getvalue()


def honest(draw: Random, *, excel: bool, wide: bool, national: bool) -> Table:
    """Return a table that says what it means: a row per municipality and year, or in a wide one a column per year."""
    table = Table(draw, excel, wide, national)
    table.heads = [REGION, "Andel 2022", "Andel 2023"] if wide else [REGION, YEAR, WOMEN, MEN, YES, ANSWERS, PEOPLE]
    table.above = [["Tabell 1. Andelar, procent, 2022–2023"], ["Källa: Exempelmyndigheten"], []][: draw.randint(0, 3)]
    table.below = [[], ["Källa: Exempelmyndigheten, 2024-03-31"]][: draw.randint(0, 2)]
    for code, name in draw.sample(sorted(TOWNS.items()), draw.randint(4, 7)):
        for year in (2022,) if wide else (2022, 2023)[: draw.randint(1, 2)]:
            table.rows.append(filled(table, code, name, year))
    values: list[dict[str, Any]] = [
        {"indicator": SHARE, "column": WOMEN, "sex": "K", "numerator": YES, "denominator": ANSWERS},
        {"indicator": SHARE, "column": MEN, "sex": "M"},
        {"indicator": COUNT, "column": PEOPLE},
    ]
    table.mapping = {
        "source": SOURCE, "published": {"day": "03-31", "years_after": 1}, "published_basis": "antagen", "region_column": REGION,
        "values": [{"indicator": SHARE, "column": "Andel {year}", "sex": "K"}] if wide else values,
        **({} if wide else {"year_column": YEAR}), **({"region_types": ["riket", "län", "kommun"]} if national else {}),
    }  # fmt: skip
    return table


def filled(table: Table, code: str, name: str, year: int) -> Row:
    """Return a new row with drawn figures, and note them as the truth."""
    draw = table.draw
    answers, people = draw.randint(1000, 20_000), draw.randint(1000, 99_999)
    yes = draw.randint(answers // 5, answers - 1)
    women, men = round(100 * yes / answers, 1), draw.randint(101, 999) / 10
    all_cells = {
        REGION: name, YEAR: year, WOMEN: women, MEN: men, YES: yes, ANSWERS: answers, PEOPLE: people, "Andel 2022": women, "Andel 2023": men,
    }  # fmt: skip
    row = Row({head: all_cells[head] for head in table.heads if head in all_cells}, code, year)
    if table.wide:
        table.truth |= {(code, 2022, "K"): (women, None, None), (code, 2023, "K"): (men, None, None)}
    else:
        table.truth |= {
            (code, year, "K"): (women, yes, answers), (code, year, "M"): (men, None, None), (code, year, "T"): (people, None, None),
        }  # fmt: skip
    return row


def column_letter(table: Table, head: str) -> str:
    """Return the letter of a column in Excel."""
    return get_column_letter(table.heads.index(head) + 1)
