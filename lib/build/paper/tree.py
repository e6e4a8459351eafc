"""The tag tree of a PDF, which is what a reader hears, read into plain objects and written back.

WeasyPrint builds the tree page by page: every line is a tag of its own, and what goes on over a page break is torn in two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pikepdf
from pikepdf import Array, Dictionary, Name, String

HEADINGS = ["H1", "H2", "H3", "H4", "H5", "H6"]
#: Tags that hold blocks; text directly in one of them belongs in a paragraph.
GROUPS = {"Document", "Part", "Art", "Sect", "Div", "NonStruct", "BlockQuote"}
#: Tags that WeasyPrint nests in themselves when blocks and text stand beside each other in one element.
FLOWING = {"P", "Caption", "BlockQuote", "Link", *HEADINGS}
CELLS = {"TH", "TD"}
ROWS = {"THead", "TBody", "TFoot"}
OTHERS = ["TOC", "TOCI", "Index", "Private", "L", "LI", "Lbl", "LBody", "Table", "Span", "Quote", "Note", "Reference"]
PRINTED = 4
#: What WeasyPrint writes at the end of a line that it breaks within a word; no text of ours has it.
HYPHEN = "\u2010"
SOFT_HYPHEN = "\u00ad"
SHOWING = {"Tj", "TJ", "'", '"'}
PAINTING = SHOWING | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"}
OPERATORS = " ".join(["BDC", "BMC", "EMC", "Tf", *sorted(PAINTING)])
#: How WeasyPrint begins a marked sequence. Its texts are numbers of glyphs, so that nothing else in a page looks like this.
SEQUENCE = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")


@dataclass(eq=False)
class Content:
    """A marked sequence in a page: what it is called there and what it paints."""

    page: int
    number: int
    parent: Element | None = None
    painted: bool = False
    shown: list[tuple[Font, pikepdf.Object]] = field(default_factory=list)
    #: Why it is not read, once it has no tag.
    reason: str = "Pagination"

    @cached_property
    def text(self) -> str:
        return "".join(font.decode(operand) for font, operand in self.shown)


@dataclass(eq=False)
class Annotation:
    """A link's place on a page."""

    page: int
    item: Dictionary
    parent: Element | None = None

    @property
    def target(self) -> str:
        action = self.item.get("/A")
        return str(action.get("/URI", "")) if action is not None else "#" + str(self.item.get("/Dest", ""))


@dataclass(eq=False)
class Element:
    """A tag with what it holds, in reading order."""

    kind: str
    item: Dictionary
    parent: Element | None = None
    kids: list[Element | Content | Annotation] = field(default_factory=list)

    def elements(self, *kinds: str) -> Iterator[Element]:
        """Yield this tag and those below it, outer before inner; of the given kinds, or all."""
        if not kinds or self.kind in kinds:
            yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.elements(*kinds)

    def leaves(self) -> Iterator[Content | Annotation]:
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.leaves()
            else:
                yield kid

    def children(self, *kinds: str) -> list[Element]:
        return [kid for kid in self.kids if isinstance(kid, Element) and kid.kind in kinds]

    def hold(self, kids: Iterable[Element | Content | Annotation]) -> None:
        """Hold exactly these."""
        self.kids = list(kids)
        for kid in self.kids:
            kid.parent = self

    def take(self, other: Element) -> None:
        """Go on with what another tag holds, and put it out of the tree."""
        kids, other.kids = other.kids, []
        self.hold([*self.kids, *kids])
        other.drop()

    def drop(self) -> None:
        """Put this tag with all it still holds out of the tree."""
        if self.parent is not None:
            self.parent.kids = [kid for kid in self.parent.kids if kid is not self]
            self.parent = None

    @property
    def text(self) -> str:
        """What is read, lines joined; the labels of list items are not part of it."""
        lines: list[str] = []
        for leaf in self.leaves():
            if isinstance(leaf, Content) and leaf.parent.kind != "Lbl":
                _go_on(lines, leaf.text)
        return " ".join("".join(lines).split())

    @property
    def page(self) -> int:
        """The page that it begins on, from 1."""
        return next((leaf.page + 1 for leaf in self.leaves()), 0)

    @property
    def inline(self) -> bool:
        """Whether it holds text and links, but no blocks."""
        return bool(self.kids) and all(map(is_text, self.kids))


class Font:
    """What the codes of a font stand for."""

    def __init__(self, item: Dictionary):
        self.item = item
        self.width = 2 if item.get("/Subtype") == Name.Type0 else 1

    @cached_property
    def characters(self) -> dict[int, str]:
        if "/ToUnicode" not in self.item:
            return {}
        table = self.item.ToUnicode.read_bytes().decode("latin-1")
        pairs = [
            pair
            for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL)
            for pair in re.findall(r"<(\w+)>\s*<(\w+)>", part)
        ]
        return {int(code, 16): bytes.fromhex(text).decode("utf-16-be", "replace") for code, text in pairs}

    def decode(self, operand: pikepdf.Object) -> str:
        strings = [s for s in operand if isinstance(s, String)] if isinstance(operand, Array) else [operand]
        codes = b"".join(map(bytes, strings))
        step = range(0, len(codes), self.width)
        return "".join(self.characters.get(int.from_bytes(codes[i : i + self.width]), "") for i in step)


class Tree:
    """The tags of a PDF and the content of its pages, read once.

    Attributes
    ----------
    root : Element
        The outermost tag.
    contents : dict of (int, int) to Content
        Page, from 0, and number of every marked sequence.
    stray : Counter of int
        How often each page paints something that is neither marked nor an artifact.
    absent, shared : list of Content
        What tags point to but no page has; what two tags point to.
    """

    def __init__(self, pdf: pikepdf.Pdf):
        self.pdf = pdf
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self.fonts: dict[tuple[int, int], Font] = {}
        self.contents: dict[tuple[int, int], Content] = {}
        self.stray: Counter[int] = Counter()
        self.absent: list[Content] = []
        self.shared: list[Content] = []
        for number, page in enumerate(pdf.pages):
            self._read_page(number, page)
        top = as_list(pdf.Root.StructTreeRoot.get("/K"))
        self.root = self._read(top[0], None, 0) if top else Element("Document", Dictionary())

    def _read_page(self, number: int, page: pikepdf.Page) -> None:
        inside: list[Content | Name | None] = []
        font = None
        for operands, operator in pikepdf.parse_content_stream(page, OPERATORS):
            name = str(operator)
            if name in ("BDC", "BMC"):
                inside.append(self._sequence(number, operands, inside))
            elif name == "EMC":
                inside.pop()
            elif name == "Tf":
                font = self._font(page, operands[0])
            elif not inside or inside[-1] is None:
                self.stray[number] += 1
            elif isinstance(inside[-1], Content):
                inside[-1].painted = True
                if name in SHOWING:
                    inside[-1].shown.append((font, operands[-1]))

    def _sequence(self, page: int, operands: list, inside: list[Content | Name | None]) -> Content | Name | None:
        """Return what a marked sequence belongs to: content, an artifact, or nothing."""
        if operands[0] == Name.Artifact:
            return Name.Artifact
        marks = operands[1] if len(operands) > 1 and isinstance(operands[1], Dictionary) else Dictionary()
        if "/MCID" in marks:
            content = Content(page, int(marks.MCID))
            return self.contents.setdefault((page, content.number), content)
        return inside[-1] if inside else None

    def _font(self, page: pikepdf.Page, name: Name) -> Font:
        item = page.Resources.Font[str(name)]
        if item.objgen not in self.fonts:
            self.fonts[item.objgen] = Font(item)
        return self.fonts[item.objgen]

    def _read(self, item: Dictionary, parent: Element | None, page: int) -> Element:
        page = self._page(item, page)
        element = Element(str(item.get("/S", Name.NonStruct))[1:], item, parent)
        for kid in as_list(item.get("/K")):
            if isinstance(kid, int):
                self._point(element, page, kid)
            elif "/S" in kid:
                element.kids.append(self._read(kid, element, page))
            elif kid.get("/Type") == Name.OBJR:
                element.kids.append(Annotation(self._page(kid, page), kid.Obj, element))
            elif "/MCID" in kid:
                self._point(element, self._page(kid, page), int(kid.MCID))
        return element

    def _page(self, item: Dictionary, page: int) -> int:
        return self.pages.get(item.Pg.objgen, page) if "/Pg" in item else page

    def _point(self, element: Element, page: int, number: int) -> None:
        content = self.contents.get((page, number))
        if content is None:
            self.absent.append(Content(page, number, element))
        elif content.parent is not None:
            self.shared.append(content)
        else:
            content.parent = element
            element.kids.append(content)

    def add(self, kind: str, kids: Iterable[Element | Content | Annotation], parent: Element) -> Element:
        """Make a tag that WeasyPrint did not; the caller gives it its place among the parent's."""
        item = self.pdf.make_indirect(Dictionary(Type=Name.StructElem))
        element = Element(kind, item, parent)
        element.hold(kids)
        return element

    def write(self) -> None:
        """Write tags, parent tree, identifiers and the marks in the pages as they now are."""
        contents = [[] for _ in self.pdf.pages]
        annotations: list[tuple[Annotation, Element]] = []
        for element in self.root.elements():
            self._write(element)
            for leaf in element.kids:
                if isinstance(leaf, Content):
                    contents[leaf.page].append((leaf.number, element.item))
                elif isinstance(leaf, Annotation):
                    annotations.append((leaf, element))
        self._write_parents(contents, annotations)
        self._write_identifiers()
        for number, page in enumerate(self.pdf.pages):
            self._write_page(number, page)

    def _write(self, element: Element) -> None:
        item = element.item
        item.S = Name("/" + element.kind)
        item.P = element.parent.item if element.parent else self.pdf.Root.StructTreeRoot
        leaf = next(element.leaves(), None)
        if leaf is not None:
            item.Pg = self.pdf.pages[leaf.page].obj
        item.K = Array([self._kid(kid, leaf.page if leaf else 0) for kid in element.kids])

    def _kid(self, kid: Element | Content | Annotation, page: int) -> object:
        if isinstance(kid, Element):
            return kid.item
        if isinstance(kid, Annotation):
            return Dictionary(Type=Name.OBJR, Obj=kid.item, Pg=self.pdf.pages[kid.page].obj)
        if kid.page == page:
            return kid.number
        return Dictionary(Type=Name.MCR, Pg=self.pdf.pages[kid.page].obj, MCID=kid.number)

    def _write_parents(self, contents: list[list], annotations: list[tuple[Annotation, Element]]) -> None:
        numbers = Array()
        for key, (page, owned) in enumerate(zip(self.pdf.pages, contents, strict=True)):
            owners = dict(owned)
            page.StructParents = key
            numbers.extend([key, Array([owners.get(n) for n in range(max(owners, default=-1) + 1)])])
        for key, (annotation, element) in enumerate(annotations, len(contents)):
            annotation.item.StructParent = key
            numbers.extend([key, element.item])
        root = self.pdf.Root.StructTreeRoot
        root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=numbers))
        root.ParentTreeNextKey = len(contents) + len(annotations)

    def _write_identifiers(self) -> None:
        """List the header cells that other cells name; without the list no reader finds them."""
        named = {str(e.item.ID): e.item for e in self.root.elements("TH") if "/ID" in e.item}
        pairs = [part for key in sorted(named) for part in (String(key), named[key])]
        self.pdf.Root.StructTreeRoot.IDTree = Dictionary(Names=Array(pairs))

    def _write_page(self, number: int, page: pikepdf.Page) -> None:
        """Make artifacts of the marked sequences that no tag holds."""

        def mark(found: re.Match) -> bytes:
            content = self.contents[number, int(found[1])]
            return found[0] if content.parent else f"/Artifact <</Type /{content.reason}>> BDC".encode()

        page.contents_coalesce()
        page.Contents.write(SEQUENCE.sub(mark, page.Contents.read_bytes()))


def as_list(value: object) -> list:
    """Return the kids of a tag, which may be none, one or several."""
    return [] if value is None else list(value) if isinstance(value, Array) else [value]


def _go_on(lines: list[str], line: str) -> None:
    """Add a line to a text: after a word that was broken without the hyphen, else after a space."""
    last = lines[-1] if lines else "-"
    if last.endswith((HYPHEN, SOFT_HYPHEN)):
        lines[-1] = last[:-1]
    elif lines and not re.search(r"\S[-–/]$", last[-2:]):
        lines.append(" ")
    lines.append(line)


def letters(text: str) -> str:
    """Return a text as it can be compared: without spaces, hyphens and the difference of cases."""
    return re.sub(rf"[\s{HYPHEN}{SOFT_HYPHEN}-]", "", text).casefold()


def leave_out(element: Element, unwanted: Callable[[Content], bool], reason: str = "Layout") -> None:
    """Let contents below a tag not be read: they become artifacts."""
    for owner in list(element.elements()):
        for kid in [k for k in owner.kids if isinstance(k, Content) and unwanted(k)]:
            owner.kids.remove(kid)
            kid.parent, kid.reason = None, reason


def path(leaf: Content | Annotation) -> list[Element]:
    """Return the tags around something, outermost first."""
    path, element = [], leaf.parent
    while element is not None:
        path.insert(0, element)
        element = element.parent
    return path


def span(cell: Element, key: str = "/ColSpan") -> int:
    """Return how many columns (or rows) a cell takes."""
    return int(cell.item.get("/A", {}).get(key, 1))


def is_text(kid: object) -> bool:
    """Tell whether something stands in running text: words, a phrase, a link."""
    return not isinstance(kid, Element) or kid.kind in ("Span", "Link")
