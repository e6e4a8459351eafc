"""From the finished page to Typst mark-up: a walk over the elements that our templates and Markdown write.

Text becomes string literals, so that nothing in data or prose can act as mark-up.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from lib.base.errors import WorkbookError
from lib.build.paper.tables import Cell, cells_of, is_small, lacking_decimals, widths
from lib.show import fonts

#: An element of the page; lxml has no types.
Element = Any
#: The design. A function named after a class of the page draws that class; the names of other functions begin with _.
DESIGN = Path(__file__).with_name("design.typ").read_text(encoding="utf-8")
DRAWN = set(re.findall(r"^#let ([a-z][\w-]*)\(", DESIGN, re.MULTILINE))
#: Classes and elements for screens only: navigation, and the narrow copies of the figures.
SCREEN = {"skip", "where", "sections"}
SCREEN_TAGS = {"colgroup", "script", "source", "style", "summary"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
GROUPS = {"body", "details", "div", "figure", "footer", "header", "main", "nav", "picture", "section"}
#: Elements within a line, with the Typst function of each.
WORDS = {"b": "strong", "code": "_code", "del": "strike", "em": "emph", "i": "emph", "ins": "underline"}
WORDS |= {"strong": "strong", "sub": "sub", "sup": "super"}
INLINE = {*WORDS, "a", "br", "img", "span"}
#: Classes of elements within a line that are shown on a line of their own.
LINES = {"lr-count", "lr-flag", "lr-kind", "support-text", "support-source"}
PICTURES = {"svg+xml": "svg", "png": "png", "jpeg": "jpg"}
#: White space between words, which is joined to one space; non-breaking spaces are kept.
SPACES = re.compile(r"[^\S\u00a0\u2007\u202f]+")
ADDRESS = re.compile(r"(https?://\S*[^\s.,;:)])")
#: A word so long that it may be hyphenated in a column.
LONG_WORD = re.compile(r"(\S*\w{12}\S*)")
#: A figure's largest width and height in points: the text's width, and a height that leaves room for caption and notes;
#: and the size of a CSS pixel in points.
LARGEST = (396.85, 360)
PIXEL = 0.75


@dataclass
class Markup:
    """A page as Typst mark-up.

    Attributes
    ----------
    text : str
        The design and the contents.
    pictures : dict of str to bytes
        The files that the text refers to, by name.
    tables : list of list of list of Cell
        The cells of every table by row.
    """

    text: str
    pictures: dict[str, bytes]
    tables: list[list[list[Cell]]]


def markup(html: str) -> Markup:
    """Return a finished page as Typst mark-up.

    Raises
    ------
    WorkbookError
        For a character that the report's typefaces lack, an element without a form on paper, and a picture without
        alternative text or data; the message names the chapter.
    """
    root = etree.fromstring(html, etree.HTMLParser(huge_tree=True))
    walk = _Walk(root.find("body"))
    walk.refuse_characters()
    classes = _classes(walk.body)
    marks = [mark for mark, name in (("EXEMPELDATA", "invented"), ("UTKAST", "draft")) if name in classes]
    description = next((m.get("content") for m in root.iter("meta") if m.get("name") == "description"), "")
    options = {
        "title": _literal(root.findtext("head/title") or ""),
        "description": _literal(description),
        "lang": _literal(root.get("lang") or ""),
        "marks": f"({''.join(f'{_literal(mark)}, ' for mark in marks)})",
    }
    head = f"#show: _report.with({', '.join(f'{key}: {value}' for key, value in options.items())})"
    return Markup(f"{DESIGN}\n{head}\n{walk.flow(walk.body)}", walk.pictures, walk.tables)


def _literal(text: str) -> str:
    """Return a text as a Typst string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _title(section: Element) -> str:
    """Return the words of the first heading in a section."""
    return next((_text(e) for e in section.iter() if e.tag in HEADINGS), section.get("id") or "")


def _pieces(element: Element) -> Iterator[str | Element]:
    """Yield the texts and elements in an element in their order, without comments."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


@dataclass
class _Walk:
    """Turns elements into mark-up in reading order, and keeps track of its position on the page."""

    body: Element
    pictures: dict[str, bytes] = field(default_factory=dict)
    tables: list[list[list[Cell]]] = field(default_factory=list)
    chapter: str = ""
    #: Whether a line begins here, where spaces are not shown, and whether a space comes before the next word.
    fresh: bool = True
    space: bool = False
    #: Whether addresses in the text are links, as in a list of sources.
    sources: bool = False
    #: Whether long words are hyphenated, as in the cells of a table.
    column: bool = False

    def __post_init__(self) -> None:
        self.headings = {s.get("id"): s.get("aria-labelledby") for s in self.body.iter("section") if s.get("id")}
        self.targets = {self._target(a) for a in self.body.iter("a") if a.get("href").startswith("#")}

    def _target(self, link: Element) -> str:
        """Return the anchor that a link leads to; for a chapter, its heading."""
        anchor: str = link.get("href")[1:]
        return self.headings.get(anchor) or anchor

    def refuse_characters(self) -> None:
        """Raise an error for a character that no typeface of the report has; Typst would not say where it is."""
        lacking = fonts.lacking("".join(self.body.itertext()))
        for element in self.body.iter() if lacking else ():
            for text, place in ((element.text, element), (element.tail, element.getparent())):
                if found := lacking & set(text or ""):
                    section = next(iter(place.xpath("ancestor-or-self::section[parent::main]")), None)
                    self.chapter = _title(section) if section is not None else ""
                    character = min(found)
                    raise self._fault(f"The character “{character}” (U+{ord(character):04X}) is not in its typefaces")

    def _fault(self, what: str) -> WorkbookError:
        place = f"in the chapter “{self.chapter}”" if self.chapter else "before the first chapter"
        return WorkbookError(f"The PDF was not written. {what}, {place}.")

    # ---------------------------------------------------------------------------------------------- blocks

    def flow(self, element: Element, *, bare: bool = False) -> str:
        """Return an element's content: blocks, and words between them as paragraphs or, if ``bare``, as they are."""
        parts: list[str] = []
        words: list[str] = []

        def end_line() -> None:
            if line := "".join(words):
                parts.append(line if bare else f"#par[{line}]\n")
            words.clear()
            self.fresh, self.space = True, False

        end_line()
        for piece in _pieces(element):
            if isinstance(piece, str):
                words.append(self._words(piece))
            elif piece.tag in INLINE:
                words.append(self._inline(piece))
            else:
                end_line()
                parts.append(self.block(piece))
        end_line()
        return "".join(parts)

    def block(self, e: Element) -> str:
        """Return the mark-up of a block of the page; empty if it is for screens only."""
        if e.tag in SCREEN_TAGS or SCREEN & set(_classes(e)):
            return ""
        method = self._heading if e.tag in HEADINGS else getattr(self, f"_{e.tag}", None)
        if method is None and e.tag not in GROUPS:
            raise self._fault(f"The element <{e.tag}> has no form on paper")
        drawn: str = (method or self._group)(e)
        if e.get("id") in self.targets and e.tag not in HEADINGS:
            drawn = f"#[#metadata(none)#label({_literal(e.get('id'))})]{drawn}"
        return f"#[#set text(lang: {_literal(e.get('lang'))})\n{drawn}]\n" if e.get("lang") else drawn

    def _group(self, e: Element) -> str:
        name = next((name for name in _classes(e) if name in DRAWN), "")
        if name == "lr-cards":
            cards = e.findall("div")
            return f"#lr-cards({', '.join(self._card(card, alone=len(cards) == 1) for card in cards)})\n"
        if name == "about":
            return f"#about({', '.join(f'[{self.block(part)}]' for part in e)})\n"
        options = f"(keep: {str(is_small(e)).lower()})" if name == "lr-table" else ""
        return f"#{name}{options}[{self.flow(e)}]\n" if name else self.flow(e)

    def _section(self, e: Element) -> str:
        if e.getparent().tag != "main":
            return self._group(e)
        self.chapter = _title(e)
        before = e.getprevious()
        # The list of what a draft lacks is short: the summary follows it on the same page.
        opening = "" if before is not None and "defects" in _classes(before) else "#_opening()"
        return f"{opening}#_chapter({_literal(self.chapter)})\n{self.flow(e)}"

    def _nav(self, e: Element) -> str:
        return f"#_chapter({_literal(_title(e))})\n{self._group(e)}#_opening()\n"

    def _heading(self, e: Element) -> str:
        label = f"#label({_literal(e.get('id'))})" if e.get("id") in self.targets else ""
        return f"#heading(level: {e.tag[1]})[{self.flow(e, bare=True)}]{label}\n"

    def _p(self, e: Element) -> str:
        name = next((name for name in _classes(e) if name in DRAWN), "par")
        inner = self.flow(e, bare=True)
        drawn = f"#{name}[{inner}]\n" if inner else ""
        following = e.getnext()
        # A paragraph that introduces a list is kept on the same page.
        return f"#_lead[{drawn}]\n" if drawn and following is not None and following.tag in ("ul", "ol") else drawn

    def _blockquote(self, e: Element) -> str:
        return f"#_quotation[{self.flow(e)}]\n"

    def _hr(self, e: Element) -> str:
        return "#_line()\n"

    def _pre(self, e: Element) -> str:
        lines = "".join(e.itertext()).splitlines()
        return f"#par[{'#linebreak()'.join(f'#_code({_literal(line)})' for line in lines)}]\n"

    def _ul(self, e: Element) -> str:
        name = next((name for name in _classes(e) if name in DRAWN), "list")
        self.sources = "lr-sources" in _classes(e)
        items = ", ".join(f"[{self.flow(item, bare=True)}]" for item in e.iterchildren("li"))
        self.sources = False
        return f"#{name}({items})\n"

    def _ol(self, e: Element) -> str:
        if not e.xpath("ancestor::nav"):
            return f"#enum({', '.join(f'[{self.flow(item, bare=True)}]' for item in e.iterchildren('li'))})\n"
        inner = e.getparent().tag == "li"
        entries = ", ".join(self._entry(item, "_entry" if inner else "_main-entry") for item in e.iterchildren("li"))
        return f"#{'_inner-list' if inner else 'list'}({entries})\n"

    def _entry(self, item: Element, name: str) -> str:
        """Return a line of the contents: the link, the page that it leads to, and the lines below it."""
        link = item.find("a")
        inner = "".join(self.block(e) for e in item.iterchildren("ol"))
        return f"[#{name}({_literal(self._target(link))})[{self.flow(link, bare=True)}]{inner}]"

    def _card(self, e: Element, *, alone: bool) -> str:
        picture = e.find("img")
        options = f"picture: {self._picture(picture)[1:]}, " if picture is not None else ""
        words = "".join(self.block(child) for child in e if child is not picture)
        return f"lr-card({options}alone: {str(alone).lower()})[{words}]"

    # ---------------------------------------------------------------------------------------------- figures and tables

    def _figure(self, e: Element) -> str:
        numbers = e.find("details")
        drawn = self._picture(e.find(".//img"), f"caption: [{self.flow(e.find('figcaption'), bare=True)}], ")
        notes = "".join(self.block(note) for note in e.iterchildren("p"))
        return f"#lr-figure[{drawn}{notes}]\n{self.block(numbers) if numbers is not None else ''}"

    def _picture(self, e: Element, caption: str = "") -> str:
        alt, source = (e.get("alt") or "").strip(), e.get("src") or ""
        kind, _, data = source.removeprefix("data:image/").partition(";base64,")
        if not alt:
            raise self._fault("A picture has no alternative text")
        if kind not in PICTURES or not data:
            raise self._fault(f"The picture “{alt[:60]}” is not in the page itself")
        name = f"{len(self.pictures)}.{PICTURES[kind]}"
        self.pictures[name] = base64.b64decode(data)
        width, height = (float(e.get(side) or 0) * PIXEL or LARGEST[0] for side in ("width", "height"))
        scale = min(1, LARGEST[0] / width, LARGEST[1] / height)
        function = f"#_drawing({caption}" if caption else "#image("
        return f"{function}{_literal(name)}, alt: {_literal(alt)}, width: {width * scale:.2f}pt)\n"

    def _table(self, e: Element) -> str:
        if e.xpath(".//*[@rowspan]"):
            raise self._fault("A table has a cell over several rows, which has no form on paper")
        cells = cells_of(e)
        self.tables.append(cells)
        columns = sum(cell.span for cell in cells[0])
        whole = re.search(r"--t: *([\d.]+%)", e.get("style") or "")
        caption = e.find("caption")
        options = [
            f"width: {whole[1] if whole else '100%'}",
            f"columns: ({', '.join(widths(e))},)",
            f"caption: [{self.flow(caption, bare=True) if caption is not None else ''}]",
        ]
        heads, rows = e.findall("thead/tr"), e.findall("tbody/tr")
        lacking = lacking_decimals(rows)
        lines = [f"table.header({', '.join(self._cell(cell) for row in heads for cell in row)})"] if heads else []
        for row in rows:
            if "lr-group" in _classes(row):
                lines.append(f"_group({columns})[{self.flow(row[0], bare=True)}]")
            else:
                lines.append(", ".join(self._cell(cell, lacking.get(cell, "")) for cell in row))
        return f"#_table({', '.join(options)},\n" + ",\n".join(lines) + ")\n"

    def _cell(self, e: Element, lacking: str = "") -> str:
        """Return a cell; a number with fewer decimals leaves room for the others, so that the decimals are aligned."""
        number = ""
        if lacking:
            number, e.text = f"#{_literal(e.text.strip())}#hide[{lacking}]", None
        self.column = True
        inner = number + self.flow(e, bare=True)
        self.column = False
        numeric = "lr-num" in _classes(e)
        heat = next((name[-1] for name in _classes(e) if name.startswith("lr-heat-")), "")
        options = [heat] if heat else []
        options += [f"colspan: {int(e.get('colspan'))}"] if e.get("colspan") else []
        options += ["align: right"] if heat and numeric else []
        head = e.getparent().getparent().tag == "thead"
        function = "_heat" if heat else {(0, 0): "", (0, 1): "_n", (1, 0): "_head", (1, 1): "_head-n"}[head, numeric]
        if options and not function:
            function = "table.cell"
        return f"{function}({', '.join(options)})[{inner}]" if options else f"{function}[{inner}]"

    # ---------------------------------------------------------------------------------------------- words

    def _words(self, text: str) -> str:
        """Return a text with the spaces that a browser shows."""
        core = SPACES.sub(" ", text)
        self.space = self.space or core.startswith(" ")
        if not core.strip(" "):
            return ""
        words = (" " if self.space and not self.fresh else "") + core.strip(" ")
        self.fresh, self.space = False, core.endswith(" ")
        pattern, function = (ADDRESS, "link") if self.sources else (LONG_WORD, "_long")
        if not (self.sources or self.column):
            return f"#{_literal(words)}"
        # Splitting puts the matches of the pattern at the odd positions.
        pieces = enumerate(pattern.split(words))
        return "".join(f"#{function}({_literal(p)})" if i % 2 else f"#{_literal(p)}" for i, p in pieces if p)

    def _inline(self, e: Element) -> str:
        """Return the mark-up of an element within a line, such as emphasis, a link or a line break."""
        classes = set(_classes(e))
        if SCREEN & classes:
            return ""
        if e.tag == "img":
            return self._picture(e)
        if e.tag == "br" or LINES & classes:
            self.fresh, self.space = True, False
        if e.tag == "br":
            return "#linebreak()"
        # The space is put before the element, so that no link or emphasis begins with a space.
        gap = '#" "' if self.space and not self.fresh else ""
        self.fresh, self.space = self.fresh or bool(gap), False
        inner = "".join(self._words(piece) if isinstance(piece, str) else self._inline(piece) for piece in _pieces(e))
        if LINES & classes:
            self.fresh, self.space = True, False
        return gap + self._marked(e, inner) if inner else gap

    def _marked(self, e: Element, inner: str) -> str:
        names = [WORDS[e.tag]] if e.tag in WORDS else []
        names += [name for name in _classes(e) if name in DRAWN]
        names += ["_unread"] if e.get("aria-hidden") == "true" else []
        for name in names:
            inner = f"#{name}[{inner}]"
        if e.tag == "a":
            inside = e.get("href").startswith("#")
            inner = (
                f"#_to({_literal(self._target(e))})[{inner}]"
                if inside
                else f"#link({_literal(e.get('href'))})[{inner}]"
            )
        return f"#text(lang: {_literal(e.get('lang'))})[{inner}]" if e.get("lang") else inner
