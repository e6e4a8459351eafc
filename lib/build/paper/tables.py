"""Tables on paper: their cells and widths, read from the page, and the row headers that Typst does not write.

Typst tags header cells of columns only. The header cells of rows are taken from the page and added to the finished PDF.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from lib.base.errors import WorkbookError

#: The scopes of header cells in HTML, and their scopes in PDF, which has none for groups of rows.
SCOPES = {"col": Name.Column, "row": Name.Row, "rowgroup": Name.Column}
#: The text of a cell that holds only a number; the group is its decimals.
NUMBER = re.compile(r"[−–-]?\d[\d\u00a0 ]*(?:,(\d+))?")
#: About how many letters fit on a line of a table, and the most lines of a table that is kept on one page.
LINE_LETTERS, KEPT_LINES = 110, 22
#: A cell with more letters than the first is a long text; words up to the second are not divided in its table.
LONG_TEXT, WORD_LETTERS = 120, 15
SECOND_LINES = ".//td[1]//span[contains(@class, 'lr-count') or contains(@class, 'lr-flag')]"


class Cell(NamedTuple):
    """A cell of a table: the scope of a header cell, or "", and the number of columns that it spans."""

    scope: str
    span: int


def cells_of(table: Any) -> list[list[Cell]]:
    """Return an HTML table's cells by row; a header cell without a scope heads its column or, in the body, its row."""
    rows = [(row, "col") for row in table.findall("thead/tr")] + [(row, "row") for row in table.findall("tbody/tr")]
    return [[_cell(cell, default) for cell in row] for row, default in rows]


def _cell(cell: Any, default: str) -> Cell:
    scope = cell.get("scope") if cell.get("scope") in SCOPES else default
    return Cell(scope if cell.tag == "th" else "", int(cell.get("colspan") or 1))


def is_small(table: Any) -> bool:
    """Return whether an HTML table is so short that it is kept on one page."""
    rows = table.findall(".//tr")
    lines = (1 + len("".join(row.itertext())) // LINE_LETTERS + len(row.xpath(SECOND_LINES)) for row in rows)
    return sum(lines) <= KEPT_LINES


def widths(table: Any) -> list[str]:
    """Return the columns' widths in Typst: the page's shares or, for a table with long texts, shares by content.

    Each column is then at least as wide as its longest word, and gets a part of the rest in proportion to its letters.
    """
    rows = [["".join(cell.itertext()) for cell in row] for row in table.findall(".//tr") if len(row) > 1]
    shares = [re.sub(r"[^\d.]", "", col.get("style") or "") for col in table.iter("col")]
    columns = list(zip(*rows, strict=False))
    if max((len(text) for row in rows for text in row), default=0) > LONG_TEXT:
        least = [
            min(WORD_LETTERS, max(len(word) for text in column for word in text.split() or [""])) for column in columns
        ]
        letters = [sum(map(len, column)) for column in columns]
        rest = max(0, LINE_LETTERS - sum(least))
        shares = [f"{low + rest * own / sum(letters):.1f}" for low, own in zip(least, letters, strict=True)]
    return [f"{share}fr" for share in shares] if len(shares) == len(columns) else ["auto"] * len(columns)


def lacking_decimals(rows: Sequence[Any]) -> dict[Any, str]:
    """Return the cells whose number has fewer decimals than others in its column, with the decimals that it lacks."""
    columns: dict[int, dict[Any, str]] = {}
    for row in rows:
        for column, cell in enumerate(row):
            if number := NUMBER.fullmatch((cell.text or "").strip()):
                columns.setdefault(column, {})[cell] = number[1] or ""
    lacking = {}
    for numbers in columns.values():
        most = max(map(len, numbers.values()))
        for cell, present in numbers.items():
            if len(present) < most:
                lacking[cell] = ("" if present else ",") + "0" * (most - len(present))
    return lacking


def with_row_headers(data: bytes, tables: Sequence[Sequence[Sequence[Cell]]]) -> bytes:
    """Return a PDF with the header cells of the page: each has its scope, and other cells name their header cells.

    Parameters
    ----------
    data : bytes
        The PDF as Typst writes it.
    tables : sequence
        The tables of the page in their order, each as rows of cells.

    Raises
    ------
    WorkbookError
        If the tables of the PDF are not those of the page.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [(table, list(_elements(table, Name.TR))) for table in _elements(pdf.Root.StructTreeRoot, Name.Table)]
        if [[len(row.K) for row in rows] for _, rows in found] != [[len(row) for row in rows] for rows in tables]:
            raise WorkbookError("The PDF was not written: its tables are not those of the page.")
        names: dict[str, Object] = {}
        for number, ((table, rows), cells) in enumerate(zip(found, tables, strict=True)):
            _name_headers(rows, cells, f"t{number:04}", names)
            _regroup(pdf, table, rows, cells)
        pairs = [part for name in sorted(names) for part in (String(name), names[name])]
        pdf.Root.StructTreeRoot.IDTree = Dictionary({"/Names": Array(pairs)})
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _elements(item: Object, kind: Name) -> Iterator[Object]:
    """Yield the PDF tags of a kind below a tag, in reading order, but none that is inside another of the same kind."""
    kids: Any = item.get("/K", [])
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            if kind == kid.S:
                yield kid
            else:
                yield from _elements(kid, kind)


def _name_headers(
    rows: Sequence[Object], cells: Sequence[Sequence[Cell]], prefix: str, names: dict[str, Object]
) -> None:
    """Give header cells their role, scope and name, and the others the names of their headers: column, group, row."""
    columns: dict[int, list[str]] = {}
    group: list[str] = []
    for index, row in enumerate(rows):
        heads: list[str] = []
        column = 0
        for position, (scope, span) in enumerate(cells[index]):
            item, name = row.K[position], f"{prefix}r{index:04}c{column:02}"
            attributes: dict[str, Any] = {"/O": Name.Table} | ({"/ColSpan": span} if span > 1 else {})
            places = range(column, column + span)
            if scope:
                item.S, item.ID, names[name] = Name.TH, String(name), item
                attributes["/Scope"] = SCOPES[scope]
            if scope == "rowgroup":
                group = [name]
            elif scope == "col":
                columns |= {place: [*columns.get(place, []), name] for place in places}
            else:
                above = [head for place in places for head in columns.get(place, [])]
                attributes["/Headers"] = Array([String(head) for head in (*above, *group, *heads)])
                heads += [name] if scope else []
            item.A = Dictionary(attributes)
            column += span


def _regroup(pdf: pikepdf.Pdf, table: Object, rows: Sequence[Object], cells: Sequence[Sequence[Cell]]) -> None:
    """Give a table one head, and a body for each group of rows; Typst puts the first group's heading into the head."""
    parts: list[tuple[Name, list[Object]]] = []
    for row, line in zip(rows, cells, strict=True):
        kind = Name.THead if {cell.scope for cell in line} == {"col"} else Name.TBody
        if not parts or parts[-1][0] != kind or line[0].scope == "rowgroup":
            parts.append((kind, []))
        parts[-1][1].append(row)
    kids = [kid for kid in table.as_dict()["/K"] if kid.S not in (Name.THead, Name.TBody)]
    for kind, held in parts:
        part = pdf.make_indirect(Dictionary({"/Type": Name.StructElem, "/S": kind, "/P": table, "/K": Array(held)}))
        for row in held:
            row.P = part
        kids.append(part)
    table.K = Array(kids)
