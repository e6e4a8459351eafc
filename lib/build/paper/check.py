"""The tag tree of a PDF, checked: what a reader would not hear, or hear wrongly, stops the build."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name

from lib.build.paper.pages import header
from lib.build.paper.tree import (
    CELLS,
    FLOWING,
    GROUPS,
    HEADINGS,
    OTHERS,
    PRINTED,
    ROWS,
    Annotation,
    Element,
    Tree,
    as_list,
    span,
)

STANDARD = {*GROUPS, *FLOWING, *CELLS, *ROWS, *OTHERS, "TR", "Code", "Annot", "Figure", "Formula", "Form"}
#: The least length of an alternative text, as for the page.
ALT_LENGTH = 20


def faults(pdf: pikepdf.Pdf) -> list[str]:
    """Say what is wrong with a PDF that everybody shall be able to read: one sentence each, with what and where."""
    document = [*_document_faults(pdf), *_font_faults(pdf)]
    if "/StructTreeRoot" not in pdf.Root:
        return [*document, "The PDF has no tags."]
    tree = Tree(pdf)
    checks = [_kind_faults, _heading_faults, _figure_faults, _table_faults, _list_faults]
    whole = [_content_faults, _parent_faults, _link_faults]
    return [*document, *(f for c in checks for f in c(tree.root)), *(f for c in whole for f in c(tree))]


def _document_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        titled = str(metadata.get("dc:title", "")).strip()
    if not titled:
        yield "The PDF has no title; give the page a <title>."
    if not str(pdf.Root.get("/Lang", "")).strip():
        yield "The PDF does not say its language; give the page's <html> a lang."
    if pdf.Root.get("/MarkInfo", {}).get("/Marked") is not True:
        yield "The PDF does not say that it is tagged."
    if pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        yield "The PDF shows its file name instead of its title."
    if "/First" not in pdf.Root.get("/Outlines", {}):
        yield "The PDF has no bookmarks; they come from the page's headings."


def _font_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    fonts = {font.objgen: font for page in pdf.pages for font in page.get("/Resources", {}).get("/Font", {}).values()}
    for font in fonts.values():
        descendants = as_list(font.get("/DescendantFonts")) or [font]
        descriptors = [d.get("/FontDescriptor", {}) for d in descendants]
        embedded = all(any(f"/FontFile{n}" in d for n in ("", "2", "3")) for d in descriptors)
        if font.get("/Subtype") != Name.Type3 and not embedded:
            yield f"The font {str(font.get('/BaseFont', '/?'))[1:]} is not embedded."


def _kind_faults(root: Element) -> Iterator[str]:
    for element in root.elements():
        if element.kind not in STANDARD:
            yield f"The tag {element.kind} on page {element.page} is none that readers know."


def _heading_faults(root: Element) -> Iterator[str]:
    last = 0
    headings = list(root.elements(*HEADINGS))
    for heading in headings:
        level = HEADINGS.index(heading.kind) + 1
        if level > last + 1:
            yield f"The heading “{heading.text}” on page {heading.page} skips a level."
        last = level
    amount = sum(heading.kind == "H1" for heading in headings)
    if amount != 1:
        yield f"There must be exactly one main heading, but the PDF has {amount}."


def _figure_faults(root: Element) -> Iterator[str]:
    for figure in root.elements("Figure"):
        if len(str(figure.item.get("/Alt", "")).strip()) < ALT_LENGTH:
            yield f"A picture on page {figure.page} has no alternative text that says what it shows."


def _table_faults(root: Element) -> Iterator[str]:
    identifiers = {str(e.item.ID) for e in root.elements("TH") if "/ID" in e.item}
    last = None
    for table in root.elements("Table"):
        captions = table.children("Caption")
        name = (
            f"The table “{captions[0].text[:80]}” on page {table.page}" if captions else f"A table on page {table.page}"
        )
        if not captions:
            yield _without_caption(last, table)
        elif table.kids[0] is not captions[0]:
            yield f"{name} has its caption elsewhere than first."
        yield from (f"{name} {what}." for what in _cell_faults(table, identifiers))
        last = table


def _without_caption(last: Element | None, table: Element) -> str:
    if last is not None and last.children("Caption") and header(last) == header(table):
        caption = last.children("Caption")[0].text[:80]
        return f"The table “{caption}” on page {last.page} goes on as a table of its own on page {table.page}."
    return f"A table on page {table.page} has no caption."


def _cell_faults(table: Element, identifiers: set[str]) -> Iterator[str]:
    cells = list(table.elements("TH", "TD"))
    attributes = [cell.item.get("/A", {}) for cell in cells]
    headers = [a for cell, a in zip(cells, attributes, strict=True) if cell.kind == "TH"]
    if not headers:
        yield "has no header cells"
    if any("/Scope" not in a for a in headers):
        yield "has header cells that do not say whether they head a column or a row"
    if any(str(header) not in identifiers for a in attributes for header in a.get("/Headers", [])):
        yield "has cells whose headers do not exist"
    if any(not isinstance(cell.parent, Element) or cell.parent.kind != "TR" for cell in cells):
        yield "has cells outside rows"
    widths = {sum(map(span, row.children("TH", "TD"))) for row in table.elements("TR")}
    if len(widths) > 1 and not any("/RowSpan" in a for a in attributes):
        yield f"has rows of {min(widths)} and of {max(widths)} columns"


def _list_faults(root: Element) -> Iterator[str]:
    for element in root.elements("L", "LI"):
        parent = element.parent.kind if element.parent else ""
        if element.kind == "L" and not all(
            isinstance(k, Element) and k.kind in ("LI", "Caption") for k in element.kids
        ):
            yield f"A list on page {element.page} holds something else than items."
        if element.kind == "LI" and (parent != "L" or not element.children("LBody")):
            yield f"A list item on page {element.page} stands outside a list or has no body."


def _content_faults(tree: Tree) -> Iterator[str]:
    """Say what is painted without being read, and what would be read but is not there; one sentence for each page."""
    lost = [content for content in tree.contents.values() if content.parent is None]
    for page in sorted(tree.stray):
        yield f"Page {page + 1} paints something that is neither tagged nor an artifact; text must have no opacity."
    for page in sorted({content.page for content in lost}):
        text = " ".join(content.text for content in lost if content.page == page)
        yield f"Page {page + 1} has content that no tag holds: “{text[:60]}”."
    for content in tree.absent:
        yield f"The tag {content.parent.kind} on page {content.page + 1} points to content that does not exist."
    for content in tree.shared:
        yield f"Two tags on page {content.page + 1} point to the same content: “{content.text[:60]}”."


def _parent_faults(tree: Tree) -> Iterator[str]:
    """Say where the way from a page's content back to its tag leads elsewhere; one sentence for each page."""
    parents = _parents(tree.pdf)
    wrong = set()
    for (page, number), content in tree.contents.items():
        owners = parents.get(tree.pdf.pages[page].get("/StructParents"))
        owner = owners[number] if isinstance(owners, Array) and number < len(owners) else None
        if content.parent is not None and not _same(owner, content.parent.item):
            wrong.add(page)
    for page in sorted(wrong):
        yield f"The parent tree leads from content on page {page + 1} to another tag than holds it."


def _parents(pdf: pikepdf.Pdf) -> dict[int, pikepdf.Object]:
    numbers = list(pdf.Root.StructTreeRoot.get("/ParentTree", {}).get("/Nums", []))
    return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))


def _same(one: object, other: pikepdf.Object) -> bool:
    return isinstance(one, Dictionary) and one.objgen == other.objgen


def _link_faults(tree: Tree) -> Iterator[str]:
    parents = _parents(tree.pdf)
    holders = {a.item.objgen: e for e in tree.root.elements("Link") for a in e.kids if isinstance(a, Annotation)}
    for number, page in enumerate(tree.pdf.pages, 1):
        for item in page.get("/Annots", []):
            name = f"The link to {Annotation(number, item).target} on page {number}"
            holder = holders.get(item.objgen)
            if holder is None or not _same(parents.get(item.get("/StructParent")), holder.item):
                yield f"{name} does not belong to a tag."
            if not str(item.get("/Contents", "")).strip():
                yield f"{name} has no description."
            if not int(item.get("/F", 0)) & PRINTED:
                yield f"{name} would not be printed."
