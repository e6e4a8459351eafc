"""The tag tree of a PDF, which is what a reader hears: mended where WeasyPrint leaves it torn, and checked.

WeasyPrint builds the tree page by page. A chapter, a list or a table that goes on over a page break becomes several, headers that
are repeated on the next page become headers anew, and every line is a tag of its own. `repair` reads the tree into plain objects,
makes one of what is one, and writes tree, parent tree and the marks in the pages anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from lib.errors import WorkbookError

HEADINGS = ["H1", "H2", "H3", "H4", "H5", "H6"]
#: Tags that hold blocks; text directly in one of them belongs in a paragraph.
GROUPS = {"Document", "Part", "Art", "Sect", "Div", "NonStruct", "BlockQuote"}
#: Tags that WeasyPrint nests in themselves when blocks and text stand beside each other in one element.
FLOWING = {"P", "Caption", "BlockQuote", "Link", *HEADINGS}
CELLS = {"TH", "TD"}
ROWS = {"THead", "TBody", "TFoot"}
OTHERS = ["TOC", "TOCI", "Index", "Private", "L", "LI", "Lbl", "LBody", "Table", "Span", "Quote", "Note", "Reference"]
STANDARD = {*GROUPS, *FLOWING, *CELLS, *ROWS, *OTHERS, "TR", "Code", "Annot", "Figure", "Formula", "Form"}
#: A picture is drawn in the page's own units; CSS counts in 96ths of an inch and PDF in 72nds.
POINTS = 0.75
#: The least length of an alternative text, as for the page.
ALT_LENGTH = 20
PRINTED = 4
#: What WeasyPrint writes at the end of a line that it breaks within a word; no text of ours has it.
HYPHEN, SOFT_HYPHEN = "\u2010", "\u00ad"
SHOWING = {"Tj", "TJ", "'", '"'}
PAINTING = SHOWING | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"}
OPERATORS = " ".join(["BDC", "BMC", "EMC", "Tf", *sorted(PAINTING)])
#: How WeasyPrint begins a marked sequence. Its texts are numbers of glyphs, so that nothing else in a page looks like this.
SEQUENCE = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
PARAGRAPH_END = re.compile(r"[.!?:;…][\"”’»)\]]*$")


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
        text = ""
        for leaf in self.leaves():
            if isinstance(leaf, Content) and leaf.parent.kind != "Lbl":
                text = _joined(text, leaf.text)
        return " ".join(text.split())

    @property
    def page(self) -> int:
        """The page that it begins on, from 1."""
        return next((leaf.page + 1 for leaf in self.leaves()), 0)

    @property
    def inline(self) -> bool:
        """Whether it holds text and links, but no blocks."""
        return bool(self.kids) and all(map(_is_text, self.kids))


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
        top = _list(pdf.Root.StructTreeRoot.get("/K"))
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
        for kid in _list(item.get("/K")):
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


def _list(value: object) -> list:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]


def _joined(text: str, line: str) -> str:
    if text.endswith((HYPHEN, SOFT_HYPHEN)):
        return text[:-1] + line
    return text + line if re.search(r"\S[-–/]$", text) else f"{text} {line}"


def _letters(text: str) -> str:
    """Return a text as it can be compared: without spaces, hyphens and the difference of cases."""
    return re.sub(rf"[\s{HYPHEN}{SOFT_HYPHEN}-]", "", text).casefold()


# ---------------------------------------------------------------------------------------------------------------- repair


def repair(pdf: pikepdf.Pdf, languages: Mapping[str, str] | None = None) -> None:
    """Make a well-formed tag tree of the one that WeasyPrint writes; a tree that is repaired already is left alone.

    Parameters
    ----------
    languages : mapping of str to str
        Texts in another language than the report's, with its code: a whole section or phrase, as it stands in the page.
        WeasyPrint does not carry the language of an element over.

    Raises
    ------
    WorkbookError
        If one of these texts is not found as a whole.
    """
    structure = pdf.Root.get("/StructTreeRoot")
    if structure is None or "/IDTree" in structure:
        return
    tree = Tree(pdf)
    _leave_out(tree.root, lambda content: not content.painted)
    _hide(tree.root)
    _join_pages(tree.root)
    _set_languages(tree.root, languages or {})
    _decorations(tree)
    _simplify(tree.root)
    _prune(tree.root)
    _tables(tree.root)
    _lists(tree)
    _links(tree.root)
    _gather(tree)
    _hyphens(tree)
    tree.write()


def _leave_out(element: Element, unwanted: Callable[[Content], bool], reason: str = "Layout") -> None:
    for owner in list(element.elements()):
        for kid in [k for k in owner.kids if isinstance(k, Content) and unwanted(k)]:
            owner.kids.remove(kid)
            kid.parent, kid.reason = None, reason


def _hide(root: Element) -> None:
    """Leave out what the page hides from readers (`lib.pdf` makes links without a target of it), if something else is read.

    A symbol that stands alone in its cell is still read: better twice than not at all.
    """
    for link in [e for e in root.elements("Link") if not any(isinstance(leaf, Annotation) for leaf in e.leaves())]:
        beside = [leaf for leaf in link.parent.leaves() if isinstance(leaf, Content)]
        if len(beside) > len(list(link.leaves())):
            _leave_out(link, lambda content: True)
        link.kind = "Span"


def _decorations(tree: Tree) -> None:
    """Leave out pictures without alternative text: the page's own check has made sure that they are decoration."""
    for figure in list(tree.root.elements("Figure")):
        if "/Alt" not in figure.item:
            _leave_out(figure, lambda content: True)
        elif "/BBox" in figure.item.get("/A", {}):
            left, top, right, bottom = (float(edge) * POINTS for edge in figure.item.A.BBox)
            height = float(tree.pdf.pages[figure.page - 1].mediabox[3])
            figure.item.A.BBox = Array([round(edge, 3) for edge in (left, height - bottom, right, height - top)])


def _path(leaf: Content | Annotation) -> list[Element]:
    """Return the tags around something, outermost first."""
    path, element = [], leaf.parent
    while element is not None:
        path.insert(0, element)
        element = element.parent
    return path


def _join_pages(root: Element) -> None:
    """Make one of what goes on over a page break: the last thing on each page and the first on the next are compared."""
    for before, after in pairwise([leaf for leaf in root.leaves() if isinstance(leaf, Content)]):
        if after.page > before.page:
            for one, other in _torn(_path(before), _path(after)):
                _join(one, other)


def _torn(before: list[Element], after: list[Element]) -> list[tuple[Element, Element]]:
    """Return the pairs of tags that were one before the page broke, outermost first.

    Tags without meaning (a div) are joined when something within them is.
    """
    pairs, torn = [], []
    for one, other in zip(before, after, strict=False):
        if one.kind != other.kind:
            break
        if one is other:
            continue
        verdict = _goes_on(one, other)
        if verdict is False:
            break
        pairs.append((one, other))
        torn = list(pairs) if verdict else torn
        if one.kind == "Table":
            break
    return torn


def _goes_on(one: Element, other: Element) -> bool | None:
    """Tell whether a tag at the top of a page goes on with the one that ended the page before; nothing if it cannot be told."""
    kind = one.kind
    if kind in ("Part", "L"):
        return True
    if kind in ("Sect", "Art"):
        return _level(other) > min(_level(one), len(HEADINGS) - 1)
    if kind == "Table":
        # A caption may be broken, too; then the table's rows have yet to come.
        rows = bool(one.children(*ROWS))
        return not other.children("Caption") and _header(one) in ("", _header(other)) if rows else True
    if kind == "LI" and one.children("Lbl"):
        return not other.children("Lbl")
    if kind in ("P", "LBody"):
        # No single line is left on a page (orphans and widows in the print styles), and no paragraph of ours begins like this.
        lines = min(sum(1 for _ in part.leaves()) for part in (one, other))
        return (lines > 1 and not PARAGRAPH_END.search(one.text) and other.text[:1].islower()) or None
    return None


def _level(section: Element) -> int:
    """Return the level of the heading that a section begins with; a great one if it begins with something else."""
    first = next(section.leaves(), None)
    heading = next((e for e in _path(first) if e.kind in HEADINGS), None) if first else None
    return HEADINGS.index(heading.kind) if heading else len(HEADINGS)


def _header(table: Element) -> str:
    return " ".join(_letters(head.text) for head in table.children("THead"))


def _join(one: Element, other: Element) -> None:
    if one.kind == "Table":
        _join_tables(one, other)
    elif one.kind == "LI":
        for body in other.children("LBody"):
            last = one.children("LBody")[-1:]
            last[0].take(body) if last else one.take(other)
        other.drop()
    else:
        one.take(other)


def _join_tables(one: Element, other: Element) -> None:
    """Let a table go on with its rows on the next page, whose repeated header is not read again."""
    for caption in one.children("Caption"):
        for rest in other.children("Caption"):
            caption.take(rest)
    if one.children("THead"):
        for head in other.children("THead"):
            _leave_out(head, lambda content: True, "Pagination")
            head.drop()
    bodies = other.children("TBody")
    if bodies and one.children("TBody") and not _is_group(next(iter(bodies[0].children("TR")), None)):
        _join_rows(one.children("TBody")[-1], bodies[0])
    one.take(other)


def _join_rows(one: Element, other: Element) -> None:
    """Let a group of rows go on; of a row that was broken in two, only one half has text in its header cell."""
    before, after = one.children("TR")[-1:], other.children("TR")[:1]
    halves = [row.children("TH", "TD") for row in (*before, *after)]
    if len(halves) == 2 and len(halves[0]) == len(halves[1]) > 0 and bool(halves[0][0].text) != bool(halves[1][0].text):
        for cell, rest in zip(*halves, strict=True):
            cell.take(rest)
        after[0].drop()
    one.take(other)


def _is_group(row: Element | None) -> bool:
    """Tell whether a row is the heading of those below it: one header cell over all columns."""
    return row is not None and [cell.kind for cell in row.children("TH", "TD")] == ["TH"] and _span(row.kids[0]) > 1


def _set_languages(root: Element, languages: Mapping[str, str]) -> None:
    # Inner before outer, so that of two with the same text the outer one gets the language.
    texts = {_letters(element.text): element for element in reversed(list(root.elements()))} if languages else {}
    for text, language in languages.items():
        if _letters(text) not in texts:
            raise WorkbookError(
                f"The text “{text[:60].strip()}” has a language of its own, but the PDF shows it otherwise than the page; "
                "let print styles hide nothing in it."
            )
        texts[_letters(text)].item.Lang = String(language)


def _simplify(element: Element) -> None:
    """Dissolve the tags that mean nothing, from within: lines, divs, blocks nested in blocks of their own kind."""
    kids = []
    for kid in element.kids:
        if isinstance(kid, Element):
            _simplify(kid)
            kids += kid.kids if _means_nothing(kid) else [kid]
        else:
            kids.append(kid)
    element.hold(kids)


def _means_nothing(element: Element) -> bool:
    """Tell whether a tag can go; one that has a meaning under another name gets that name."""
    if "/Lang" in element.item or "/Alt" in element.item:
        return False
    if element.kind in ("NonStruct", "Div"):
        alone = element.parent.kind in GROUPS and not any(map(_is_text, element.parent.kids))
        if element.inline and (alone or element.kind == "Div"):
            element.kind = "P"
        elif element.children("Caption"):
            # An HTML figure: picture, caption, notes and numbers belong together.
            element.kind = "Div"
        else:
            return True
    return element.kind == "Span" or (element.kind == element.parent.kind and element.kind in FLOWING)


def _prune(element: Element) -> None:
    """Take away tags that hold nothing; an empty cell stays in a row that has something, or the grid would not close."""
    for kid in [k for k in element.kids if isinstance(k, Element)]:
        _prune(kid)
        if kid.kind not in CELLS and not any(kid.leaves()):
            kid.drop()


def _gather(tree: Tree) -> None:
    """Put text beside other tags into a tag of its own: a paragraph in a group, elsewhere a span.

    Readers do not agree on the order of what a tag holds itself and of the tags within it.
    """
    for group in list(tree.root.elements(*GROUPS)):
        _wrap(tree, group, "P", _is_text)
    for element in list(tree.root.elements()):
        if any(isinstance(kid, Element) for kid in element.kids):
            _wrap(tree, element, "Span", lambda kid: isinstance(kid, Content))


def _wrap(tree: Tree, element: Element, kind: str, loose: Callable[[object], bool]) -> None:
    runs = [(wanted, list(kids)) for wanted, kids in groupby(element.kids, loose)]
    element.hold(k for wanted, kids in runs for k in ([tree.add(kind, kids, element)] if wanted else kids))


def _is_text(kid: object) -> bool:
    return not isinstance(kid, Element) or kid.kind in ("Span", "Link")


def _tables(root: Element) -> None:
    """Give every header cell its direction and every cell its headers: of the column, the group of rows and the row."""
    for number, table in enumerate(root.elements("Table"), 1):
        columns: dict[int, list[str]] = {}
        group: list[str] = []
        for index, (row, cells) in enumerate(_grid(table)):
            group = [] if row is row.parent.kids[0] else group
            name = f"t{number:04}r{index:04}"
            if row.parent.kind == "THead":
                _head_columns(cells, name, columns)
            elif _is_group(row):
                group = [_head(row.kids[0], name, Name.Column)]
            else:
                _head_cells(cells, name, columns, group)


def _grid(table: Element) -> Iterator[tuple[Element, list[tuple[int, Element]]]]:
    """Yield the rows of a table, with the column that each cell begins in."""
    taken: Counter[int] = Counter()
    for row in table.elements("TR"):
        # How many rows a cell from above covers, by column: this row, and those after it.
        here, taken = taken, Counter({column: rows - 1 for column, rows in taken.items() if rows > 1})
        cells, column = [], 0
        for cell in row.children("TH", "TD"):
            while here[column]:
                column += 1
            cells.append((column, cell))
            end = column + _span(cell)
            taken.update({place: _span(cell, "/RowSpan") - 1 for place in range(column, end)})
            column = end
        yield row, cells


def _span(cell: Element, key: str = "/ColSpan") -> int:
    return int(cell.item.get("/A", {}).get(key, 1))


def _head_columns(cells: list[tuple[int, Element]], name: str, columns: dict[int, list[str]]) -> None:
    for column, cell in cells:
        if cell.kind == "TH":
            header = _head(cell, f"{name}c{column:03}", Name.Column)
            for place in range(column, column + _span(cell)):
                columns.setdefault(place, []).append(header)


def _head_cells(cells: list[tuple[int, Element]], name: str, columns: dict[int, list[str]], group: list[str]) -> None:
    own = []
    for column, cell in cells:
        above = [header for place in range(column, column + _span(cell)) for header in columns.get(place, [])]
        attributes = cell.item.get("/A", Dictionary(O=Name.Table))
        attributes.Headers = Array([String(header) for header in [*above, *group, *own]])
        if not len(attributes.Headers):
            del attributes.Headers
        cell.item.A = attributes
        if cell.kind == "TH":
            own.append(_head(cell, f"{name}c{column:03}", Name.Row))


def _head(cell: Element, name: str, direction: Name) -> str:
    """Let a header cell say what it heads; return what other cells call it."""
    attributes = cell.item.get("/A", Dictionary(O=Name.Table))
    attributes.Scope = direction
    cell.item.A = attributes
    cell.item.ID = String(name)
    return name


def _lists(tree: Tree) -> None:
    """Give every item one label and one body, inner lists a place in their item's body, and lists their kind of label."""
    for outer in list(tree.root.elements("L")):
        entry = None
        for kid in outer.children("LI", "L"):
            if kid.kind == "LI":
                entry = kid
            elif entry is not None:
                kid.drop()
                entry.hold([*entry.kids, kid])
        for entry in outer.children("LI"):
            labels = entry.children("Lbl")
            bodies = entry.children("LBody")
            parts = [kid.kids if kid in bodies else [kid] for kid in entry.kids if kid not in labels]
            entry.hold([*labels, tree.add("LBody", [kid for part in parts for kid in part], entry)])
        _number(outer)


def _number(element: Element) -> None:
    labels = [label for entry in element.children("LI") for label in entry.children("Lbl")]
    if labels:
        text = "".join(leaf.text for leaf in labels[0].leaves() if isinstance(leaf, Content))
        kinds = {r"\d": "Decimal", r"[a-z]": "LowerAlpha", r"[A-Z]": "UpperAlpha", "[▪■]": "Square", "[◦○]": "Circle"}
        kind = next((kind for pattern, kind in kinds.items() if re.search(pattern, text)), "Disc")
        element.item.A = Dictionary(O=Name.List, ListNumbering=Name("/" + kind))


def _links(root: Element) -> None:
    """Make one link of the parts that a line break made, let it be printed, and name it by its text rather than its anchor."""
    for parent in list(root.elements()):
        kids: list = []
        for kid in list(parent.kids):
            last = kids[-1] if kids else None
            if _is_link(kid) and _is_link(last) and _targets(kid) == _targets(last):
                last.hold([*last.kids, *kid.kids])
            else:
                kids.append(kid)
        parent.hold(kids)
    for link in root.elements("Link"):
        for leaf in link.kids:
            if isinstance(leaf, Annotation):
                leaf.item.F = int(leaf.item.get("/F", 0)) | PRINTED
                if leaf.target.startswith("#"):
                    leaf.item.Contents = String(link.text)


def _is_link(kid: object) -> bool:
    return isinstance(kid, Element) and kid.kind == "Link"


def _targets(link: Element) -> set[str]:
    return {leaf.target for leaf in link.kids if isinstance(leaf, Annotation)}


def _hyphens(tree: Tree) -> None:
    """Let the hyphens that break words at line ends be soft ones, so that the words are read whole."""
    fonts = [font for font in tree.fonts.values() if HYPHEN in font.characters.values()]
    if any(HYPHEN in content.text[:-1] for content in tree.contents.values() if fonts):
        # A font that draws it with the same sign as the common hyphen: compound words would lose theirs.
        return
    for font in fonts:
        table = font.item.ToUnicode
        table.write(re.sub(rb"(<\w+>\s*)<2010>", rb"\1<00ad>", table.read_bytes()))


# ---------------------------------------------------------------------------------------------------------------- check


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
        descendants = _list(font.get("/DescendantFonts")) or [font]
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
    if last is not None and last.children("Caption") and _header(last) == _header(table):
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
    widths = {sum(map(_span, row.children("TH", "TD"))) for row in table.elements("TR")}
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
