"""Tables: the header cells of the page, and those of the PDF."""

from __future__ import annotations

import io

import pikepdf
import pytest
from lxml import etree
from pikepdf import Array, Dictionary, Name

from lib.base.errors import WorkbookError
from lib.build.paper.tables import Cell, cells_of, is_small, widths, with_row_headers

TABLE = (
    "<table><thead><tr><th>Grupp</th><th scope='col'>2022</th></tr></thead>"
    "<tbody><tr><th scope='rowgroup' colspan='2'>Länet</th></tr><tr><th>Kvinnor</th><td>7</td></tr></tbody></table>"
)
CELLS = [[Cell("col", 1), Cell("col", 1)], [Cell("rowgroup", 2)], [Cell("row", 1), Cell("", 1)]]


def tagged() -> bytes:
    """Return a PDF with the tags that Typst gives the table."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()

    def tag(kind: str, *kids: Dictionary) -> Dictionary:
        return pdf.make_indirect(Dictionary(S=Name(f"/{kind}"), K=Array(kids)))

    head = tag("THead", tag("TR", tag("TH"), tag("TH")), tag("TR", tag("TH")))
    table = tag("Table", tag("Caption"), head, tag("TBody", tag("TR", tag("TD"), tag("TD"))))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(K=Array([tag("Document", table)])))
    pdf.save(out)
    return out.getvalue()


def test_a_header_cell_without_a_scope_heads_its_column_or_row() -> None:
    assert cells_of(etree.fromstring(TABLE, etree.HTMLParser()).find(".//table")) == CELLS


def test_short_tables_are_kept_together() -> None:
    row = "<tr><th>Kommun</th><td>1{}</td></tr>"
    count = "<span class='lr-count'>1 av 9</span>"
    tables = [
        f"<table><tbody>{row.format(c) * n}</tbody></table>" for c, n in (("", 22), ("", 23), (count, 11), (count, 12))
    ]
    assert [is_small(etree.fromstring(table)) for table in tables] == [True, False, True, False]


def test_a_table_of_long_texts_has_widths_by_its_letters_others_the_pages() -> None:
    columns = "<colgroup><col style='--w: 60%'/><col style='--w: 40%'/></colgroup>"
    table = "<table>{}<tbody><tr><td>Kommun</td><td>{}</td></tr></tbody></table>"
    assert widths(etree.fromstring(table.format(columns, "Kort"))) == ["60fr", "40fr"]
    assert widths(etree.fromstring(table.format("", "Kort"))) == ["auto", "auto"]
    short, long = (float(width[:-2]) for width in widths(etree.fromstring(table.format(columns, "Lång text " * 20))))
    assert 6 < short < 12 and long > 90


def test_cells_name_their_headers_and_groups_are_bodies() -> None:
    with pikepdf.open(io.BytesIO(with_row_headers(tagged(), [CELLS]))) as pdf:
        table = pdf.Root.StructTreeRoot.K[0].K[0]
        assert [str(part.S) for part in table.K] == ["/Caption", "/THead", "/TBody"]
        label, row = table.K[2].K
        assert [str(cell.A.Scope) for cell in (*table.K[1].K[0].K, label.K[0], row.K[0])] == [
            "/Column", "/Column", "/Column", "/Row",
        ]  # fmt: skip
        assert label.K[0].A.ColSpan == 2 and row.K[0].S == Name.TH
        named = pdf.Root.StructTreeRoot.IDTree.Names
        found = dict(zip(map(str, named[::2]), named[1::2], strict=True))
        heads = [found[str(name)].objgen for name in row.K[1].A.Headers]
        assert heads == [table.K[1].K[0].K[1].objgen, label.K[0].objgen, row.K[0].objgen]


def test_other_tables_than_the_pages_are_an_error() -> None:
    with pytest.raises(WorkbookError, match="not those of the page"):
        with_row_headers(tagged(), [])
