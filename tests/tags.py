"""The tags of a PDF as a reader hears them, and what they lack compared with the page; read by other code than writes them."""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from bs4 import BeautifulSoup

#: What the page shows on screen only, and what it does not let be read aloud.
UNREAD = "head, .skip, .where, .sections, summary, [aria-hidden=true]"
PARTS = {"thead": "THead", "tbody": "TBody"}
SCOPES = {"col": "Column", "row": "Row", "rowgroup": "Column"}
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


@dataclass
class Tag:
    """A tag, with the texts and tags in it in reading order."""

    kind: str
    alt: str = ""
    lang: str = ""
    name: str = ""
    scope: str = ""
    headers: tuple[str, ...] = ()
    kids: list[Tag | str] = field(default_factory=list)

    def all(self, *kinds: str) -> Iterator[Tag]:
        """Yield this tag and those below it, outer before inner; of the given kinds, or all."""
        if not kinds or self.kind in kinds:
            yield self
        for kid in self.kids:
            if isinstance(kid, Tag):
                yield from kid.all(*kinds)

    @property
    def tags(self) -> list[Tag]:
        return [kid for kid in self.kids if isinstance(kid, Tag)]

    @property
    def text(self) -> str:
        """What is heard, without the labels of lists."""
        return "".join(kid if isinstance(kid, str) else kid.text for kid in self.kids if _is_heard(kid))


def _is_heard(kid: Tag | str) -> bool:
    return isinstance(kid, str) or kid.kind != "Lbl"


def letters(text: str) -> str:
    """Return a text as it can be compared: without spaces, hyphens and the difference of cases."""
    # PDFium reads every hyphen at the end of a line as \x02.
    return re.sub(r"[\s\u00ad\x02-]", "", text).casefold()


def read(path: Path) -> tuple[Tag, str]:
    """Return the outermost tag of a PDF, and the text that no tag holds."""
    texts, unheard = _texts(path)
    with pikepdf.open(path) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        top = pdf.Root.StructTreeRoot.K
        root = _tag(top[0] if isinstance(top, pikepdf.Array) else top, 0, pages, texts)
    return root, unheard + "".join(texts.values())


def _tag(item: Any, page: int, pages: dict[tuple[int, int], int], texts: dict[tuple[int, int], str]) -> Tag:
    page = pages[item.Pg.objgen] if "/Pg" in item else page
    tag = Tag(str(item.S)[1:], str(item.get("/Alt", "")), str(item.get("/Lang", "")), str(item.get("/ID", "")))
    for part in _list(item.get("/A")):
        tag.scope = str(part.get("/Scope", ""))[1:] or tag.scope
        tag.headers += tuple(str(name) for name in part.get("/Headers", []))
    for kid in _list(item.get("/K")):
        if isinstance(kid, int):
            tag.kids.append(texts.pop((page, kid), ""))
        elif "/S" in kid:
            tag.kids.append(_tag(kid, page, pages, texts))
        elif "/MCID" in kid:
            tag.kids.append(texts.pop((pages[kid.Pg.objgen] if "/Pg" in kid else page, int(kid.MCID)), ""))
    return tag


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, pikepdf.Array) else [value]


def _texts(path: Path) -> tuple[dict[tuple[int, int], str], str]:
    """Return the text of each marked sequence by page and number, and the text of artifacts."""
    marked: dict[tuple[int, int], str] = defaultdict(str)
    unheard = ""
    buffer = (ctypes.c_ushort * (1 << 15))()
    for number, page in enumerate(pypdfium2.PdfDocument(path)):
        words = page.get_textpage()
        for item in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT]):
            size = pdfium.FPDFTextObj_GetText(item.raw, words.raw, buffer, ctypes.sizeof(buffer))
            text = bytes(buffer)[: size - 2].decode("utf-16-le")
            place = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            if place < 0:
                unheard += f"{text} "
            else:
                marked[number, place] += text
    return dict(marked), unheard


def faults(path: Path, html: str) -> list[str]:
    """Return what a reader of the PDF would not hear as the page says it."""
    root, unheard = read(path)
    page: Any = BeautifulSoup(html, "html.parser")
    return [
        *_document_faults(path, page),
        *_table_faults(root, page),
        *_unheard_faults(unheard, page),
        *_text_faults(root, page),
    ]


def _document_faults(path: Path, page: Any) -> Iterator[str]:
    with pikepdf.open(path) as pdf, pdf.open_metadata() as metadata:
        if metadata.get("dc:title") != page.title.get_text() or pdf.docinfo["/Title"] != page.title.get_text():
            yield "the title is not the page's"
        if metadata.get("pdfuaid:part") != "1":
            yield "it does not say that it is PDF/UA-1"
        if pdf.Root.Lang != page.html["lang"]:
            yield "the language is not the page's"
        if not (pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle):
            yield "it is not marked as tagged, or would show its file name"


def _text_faults(root: Tag, page: Any) -> Iterator[str]:
    for element in page.select(UNREAD):
        element.decompose()
    wanted = [(f"H{heading.name[1]}", letters(heading.get_text())) for heading in page.find_all(HEADINGS)]
    if wanted != [(tag.kind, letters(tag.text)) for tag in root.all("H1", "H2", "H3", "H4", "H5", "H6")]:
        yield "the headings are not the page's"
    if [image["alt"] for image in page.find_all("img")] != [tag.alt for tag in root.all("Figure")]:
        yield "the alternative texts are not the page's"
    foreign = {letters(element.get_text()) for element in page.select("body [lang]")}
    if foreign - {letters("".join(tag.text for tag in root.all() if tag.lang == lang)) for lang in _langs(page)}:
        yield "what is in another language is not marked so"
    _drop_page_numbers(root)
    heard, said = letters(root.text), letters(page.body.get_text())
    if heard != said:
        start = next((i for i, (one, other) in enumerate(zip(heard, said, strict=False)) if one != other), 0)
        yield f"heard is “…{heard[max(0, start - 30) : start + 50]}…” for “…{said[max(0, start - 30) : start + 50]}…”"


def _langs(page: Any) -> set[str]:
    return {element["lang"] for element in page.select("body [lang]")}


def _drop_page_numbers(root: Tag) -> None:
    """Leave out the page numbers after the links of the contents, which the page does not have."""
    for entry in root.all("LBody"):
        for line in (entry, *entry.tags):
            if line.tags and line.tags[0].kind == "Link":
                line.kids = [kid for kid in line.kids if isinstance(kid, Tag) or not kid.strip().isdigit()]


def _table_faults(root: Tag, page: Any) -> Iterator[str]:
    tables, wanted = list(root.all("Table")), page.find_all("table")
    if len(tables) != len(wanted):
        yield f"there are {len(tables)} tables instead of {len(wanted)}"
        return
    for tag, table in zip(tables, wanted, strict=True):
        name = " ".join(table.caption.get_text().split())[:40]
        if tag.tags[0].kind != "Caption" or letters(tag.tags[0].text) != letters(table.caption.get_text()):
            yield f"“{name}” has another caption"
        if [part.kind for part in tag.tags[1:]] != [PARTS[part.name] for part in table.find_all(list(PARTS))]:
            yield f"“{name}” has other parts"
        rows = [row.tags for row in tag.all("TR")]
        if [[(cell.kind, cell.scope) for cell in row] for row in rows] != [
            [_role(cell) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")
        ]:
            yield f"“{name}” has other header cells"
        names = {cell.name: cell for row in rows for cell in row if cell.kind == "TH"}
        for row, heads in zip(rows, _heads(table), strict=True):
            if [[letters(names[n].text) for n in cell.headers] for cell in row if cell.kind == "TD"] != heads:
                yield f"“{name}” has cells that name other headers"


def _role(cell: Any) -> tuple[str, str]:
    return ("TH", SCOPES[cell["scope"]]) if cell.name == "th" else ("TD", "")


def _heads(table: Any) -> Iterator[list[list[str]]]:
    """Yield for each row the headers of its data cells: the column's, the group's and the row's."""
    columns = [_spoken(cell) for cell in table.thead.find_all("th")]
    group: list[str] = []
    for row in table.find_all("tr"):
        cells = row.find_all(["td", "th"])
        if cells[0].get("scope") == "rowgroup":
            group = [_spoken(cells[0])]
        rows = [_spoken(cell) for cell in cells if cell.get("scope") == "row"]
        yield [[columns[i], *group, *rows] for i, cell in enumerate(cells) if cell.name == "td"]


def _spoken(cell: Any) -> str:
    return letters("".join(s for s in cell.strings if not s.find_parent(attrs={"aria-hidden": "true"})))


def _unheard_faults(unheard: str, page: Any) -> Iterator[str]:
    """Yield the words that are shown but not heard and are neither marks, running heads, repeated heads of tables nor symbols."""
    shown = page.select("h2, thead th, [scope=rowgroup], [aria-hidden=true]")
    known = letters("UTKAST EXEMPELDATA. " + " ".join(element.get_text(" ") for element in shown))
    words = {letters(word) for word in unheard.split()}
    if odd := sorted(word for word in words if word not in known and not word.isdigit()):
        yield f"not heard are {odd[:5]}"
