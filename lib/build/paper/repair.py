"""The tag tree of a PDF, mended where WeasyPrint leaves it torn: one tag for one thing, headers with their cells, no empty tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from lib.base.errors import WorkbookError
from lib.build.paper.pages import is_group, join_pages
from lib.build.paper.tree import (
    CELLS,
    FLOWING,
    GROUPS,
    HYPHEN,
    PRINTED,
    Annotation,
    Content,
    Element,
    Tree,
    is_text,
    leave_out,
    letters,
    span,
)

#: A picture is drawn in the page's own units; CSS counts in 96ths of an inch and PDF in 72nds.
POINTS = 0.75


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
    leave_out(tree.root, lambda content: not content.painted)
    _hide(tree.root)
    join_pages(tree.root)
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


def _hide(root: Element) -> None:
    """Leave out what the page hides from readers (`lib.build.paper` makes links without a target of it), if something else is read.

    A symbol that stands alone in its cell is still read: better twice than not at all.
    """
    for link in [e for e in root.elements("Link") if not any(isinstance(leaf, Annotation) for leaf in e.leaves())]:
        beside = [leaf for leaf in link.parent.leaves() if isinstance(leaf, Content)]
        if len(beside) > len(list(link.leaves())):
            leave_out(link, lambda content: True)
        link.kind = "Span"


def _decorations(tree: Tree) -> None:
    """Leave out pictures without alternative text: the page's own check has made sure that they are decoration."""
    for figure in list(tree.root.elements("Figure")):
        if "/Alt" not in figure.item:
            leave_out(figure, lambda content: True)
        elif "/BBox" in figure.item.get("/A", {}):
            left, top, right, bottom = (float(edge) * POINTS for edge in figure.item.A.BBox)
            height = float(tree.pdf.pages[figure.page - 1].mediabox[3])
            figure.item.A.BBox = Array([round(edge, 3) for edge in (left, height - bottom, right, height - top)])


def _set_languages(root: Element, languages: Mapping[str, str]) -> None:
    # Inner before outer, so that of two with the same text the outer one gets the language.
    texts = {letters(element.text): element for element in reversed(list(root.elements()))} if languages else {}
    for text, language in languages.items():
        if letters(text) not in texts:
            raise WorkbookError(
                f"The text “{text[:60].strip()}” has a language of its own, but the PDF shows it otherwise than the page; "
                "let print styles hide nothing in it."
            )
        texts[letters(text)].item.Lang = String(language)


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
        alone = element.parent.kind in GROUPS and not any(map(is_text, element.parent.kids))
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
        _wrap(tree, group, "P", is_text)
    for element in list(tree.root.elements()):
        if any(isinstance(kid, Element) for kid in element.kids):
            _wrap(tree, element, "Span", lambda kid: isinstance(kid, Content))


def _wrap(tree: Tree, element: Element, kind: str, loose: Callable[[object], bool]) -> None:
    runs = [(wanted, list(kids)) for wanted, kids in groupby(element.kids, loose)]
    element.hold(k for wanted, kids in runs for k in ([tree.add(kind, kids, element)] if wanted else kids))


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
            elif is_group(row):
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
            end = column + span(cell)
            taken.update({place: span(cell, "/RowSpan") - 1 for place in range(column, end)})
            column = end
        yield row, cells


def _head_columns(cells: list[tuple[int, Element]], name: str, columns: dict[int, list[str]]) -> None:
    for column, cell in cells:
        if cell.kind == "TH":
            header = _head(cell, f"{name}c{column:03}", Name.Column)
            for place in range(column, column + span(cell)):
                columns.setdefault(place, []).append(header)


def _head_cells(cells: list[tuple[int, Element]], name: str, columns: dict[int, list[str]], group: list[str]) -> None:
    own = []
    for column, cell in cells:
        above = [header for place in range(column, column + span(cell)) for header in columns.get(place, [])]
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
