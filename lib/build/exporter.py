"""The nbconvert exporter ``lagesrapport``: one accessible page from executed notebooks.

``jupyter nbconvert --to lagesrapport notebook.ipynb`` works on a single executed notebook; a build converts all
chapters, joined into one notebook. After nbconvert, `finish` adds everything that needs the whole page: heading levels,
anchors, contents, numbers of figures and tables, links between chapters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import nbformat
from bs4 import BeautifulSoup, Comment, Tag
from nbconvert.exporters import HTMLExporter, TemplateExporter
from traitlets import default
from traitlets.config import Config

from lib.base.errors import WorkbookError
from lib.base.swedish import slug
from lib.show import fonts
from lib.show.tables import TEMPLATES

STYLES = ("page.css", "blocks.css", "print.css")
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
GOAL_TITLE = re.compile(r"^(\S+) (\d+)\. (.+)$")
#: The headings in the contents for the chapters before, on and after the goals.
PARTS = ("Översikt", "Målen", "Samlad uppföljning och metod")
NOTEBOOK_LINK = re.compile(r"^(?:.*/)?([a-z0-9_]+)\.ipynb(?:#.*)?$")


class LagesrapportExporter(HTMLExporter):
    """HTML without code, scripts or remote addresses, in Swedish, on nbconvert's ``basic`` template."""

    export_from_notebook = "Lägesrapport"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]  # nbconvert has not typed it

    @property
    def default_config(self) -> Config:
        """Leave out cells tagged ``remove-cell``: instructions to authors, and cells that only tests read."""
        config = Config(TagRemovePreprocessor={"enabled": True, "remove_cell_tags": {"remove-cell"}})
        config.merge(super().default_config)
        return config

    @default("template_name")
    def _template_name_default(self) -> str:
        return "lagesrapport"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("exclude_anchor_links")
    def _exclude_anchor_links_default(self) -> bool:
        return True

    @default("language_code")
    def _language_code_default(self) -> str:
        return "sv"

    def from_notebook_node(  # type: ignore[override]  # exporters for text return text, as nbconvert's own do
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert, then number and link figures, tables and chapters (`finish`)."""
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]  # nbconvert has not typed it
        styles = [(TEMPLATES / "lagesrapport" / name).read_text(encoding="utf-8") for name in STYLES]
        resources["lagesrapport_css"] = "\n".join(styles)
        # No code is shown, so none is highlighted; nbconvert's base template needs the filters all the same.
        for name in ("highlight_code", "filter_data_type"):
            self.register_filter(name, lambda text, *_, **__: text)  # type: ignore[no-untyped-call]  # as above
        # Not HTMLExporter's method, which parses the whole page once more to mark pictures without alternative text.
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kwargs)
        title_page = nb.metadata.get("lagesrapport", {})
        partial, elsewhere = title_page.get("partial", False), title_page.get("elsewhere", {})
        return finish(html, partial=partial, elsewhere=elsewhere), resources


def finish(html: str, *, partial: bool = False, elsewhere: Mapping[str, str] | None = None) -> str:
    """Complete a converted page: heading levels, anchors, contents, numbers of figures and tables, links.

    Chapters are the ``section`` elements that `lib.build.assemble` puts around each notebook; a page without them (a
    single notebook) becomes one chapter. On a ``partial`` page, links to chapters that are not there become plain text, except to those
    ``elsewhere`` (anchors by notebooks' names), which a preview puts into one page.

    Raises
    ------
    WorkbookError
        For a link to a notebook or an anchor that the report does not have, or an anchor used twice.
    """
    soup = BeautifulSoup(html, "html.parser")
    main = _one(soup, "main")
    joined = list(main.find_all("section", attrs={"data-notebook": True}))
    chapters = joined or [_single(soup, main)]
    for chapter in chapters:
        _headings(chapter, shift=1 if joined else 0)
        _number(chapter)
    _contents(soup, chapters if joined else [])
    for chapter in joined:
        _opening(soup, chapter)
    here = {str(c["data-notebook"]): str(c["id"]) for c in chapters}
    _links(soup, here, partial or not joined, elsewhere or {})
    for chapter in chapters:
        del chapter["data-notebook"]
    page = str(soup)
    return page.replace("/*fonts*/", fonts.css(soup.get_text()), 1)


def _one(tag: Tag, name: str) -> Tag:
    """Return the first element with a tag name, which the templates always write."""
    found = tag.find(name)
    assert found is not None, f"the page has no <{name}>"
    return found


def _single(soup: BeautifulSoup, main: Tag) -> Tag:
    """Wrap the page of a single notebook in a section, like a chapter of a joined page."""
    chapter = soup.new_tag("section", id="kapitel", attrs={"data-notebook": "", "data-number": "1"})
    for child in list(main.contents):
        chapter.append(child.extract())
    main.append(chapter)
    return chapter


def _headings(chapter: Tag, shift: int) -> None:
    """Shift headings down by some levels, and give each an anchor made of the chapter's anchor and its text."""
    seen: set[str] = set()
    for heading in chapter.find_all(HEADINGS):
        heading.name = HEADINGS[min(int(heading.name[1]) - 1 + shift, 5)]
        text = heading.get_text(" ", strip=True)
        base = anchor = f"{chapter['id']}-{slug(text)}"
        repeat = 2
        while anchor in seen:
            anchor, repeat = f"{base}-{repeat}", repeat + 1
        seen.add(anchor)
        heading["id"] = anchor
    title = chapter.find(HEADINGS)
    if title is not None:
        chapter["aria-labelledby"] = title["id"]


def _number(chapter: Tag) -> None:
    """Number figures and tables within the chapter; the table of a figure's data gets the figure's number."""
    counts: Counter[str] = Counter()
    prefix = chapter["data-number"]
    # Only marked labels: an author may have copied a table of the report into a text, and the page's checks say what it lacks.
    for label in chapter.select(".lr-number[data-kind]"):
        kind = str(label["data-kind"])
        if kind == "Tabell" and label.find_parent("figure") is not None:
            label.string = f"Siffrorna i figur {prefix}.{counts['Figur']}. "
        else:
            counts[kind] += 1
            label.string = f"{kind} {prefix}.{counts[kind]}. "
        del label["data-kind"]
    del chapter["data-number"]
    for shown in chapter.select(".lr-table[id], .lr-figure[id]"):
        # The same indicator may be shown in two chapters; the chapter's anchor keeps the ids different.
        shown["id"] = f"{chapter['id']}-{shown['id']}"
    for scroll in chapter.select(".lr-scroll"):
        caption = scroll.find("caption")
        if caption is None or scroll.parent is None or not scroll.parent.get("id"):
            continue
        caption["id"] = f"{scroll.parent['id']}-rubrik"
        # A wide table scrolls sideways on a narrow screen; this makes it possible with the keyboard too.
        scroll.attrs |= {"role": "region", "tabindex": "0", "aria-labelledby": caption["id"]}


def _contents(soup: BeautifulSoup, chapters: list[Tag]) -> None:
    """Put the table of contents where the template marks its position: the chapters by part, with their sections.

    Chapters on goals are listed without sections, because they all have the same ones.
    """
    mark = soup.find(string=lambda text: isinstance(text, Comment) and text.strip() == "contents")
    assert mark is not None, "the page has no mark for the contents"
    if not chapters:
        mark.replace_with("")
        return
    nav = _tag(soup, "nav", attrs={"class": "contents", "aria-labelledby": "innehallsforteckning"})
    nav.append(_tag(soup, "h2", "Innehåll", attrs={"id": "innehallsforteckning"}))
    for part, members in groupby(zip(_parts(chapters), chapters, strict=True), key=itemgetter(0)):
        nav.append(_tag(soup, "p", part, attrs={"class": "part"}))
        nav.append(listed := soup.new_tag("ol"))
        for _, chapter in members:
            entry = _entry(soup, str(chapter["id"]), _title(chapter))
            if part != PARTS[1] and (sections := chapter.find_all("h3")):
                inner = soup.new_tag("ol")
                inner.extend(_entry(soup, str(section["id"]), section) for section in sections)
                entry.append(inner)
            listed.append(entry)
    mark.replace_with(nav)


def _parts(chapters: list[Tag]) -> list[str]:
    """Return the part of the report that each chapter belongs to."""
    parts: list[str] = []
    titled = [bool(GOAL_TITLE.match(_title(chapter).get_text(" ", strip=True))) for chapter in chapters]
    for number, chapter in enumerate(chapters):
        # A chapter that failed has a substitute title; between chapters on goals, it was on a goal itself.
        failed = bool(chapter.select_one(".lr-failed"))
        on_goal = titled[number] or (failed and any(titled[:number]) and any(titled[number:]))
        before = not parts or parts[-1] == PARTS[0]
        parts.append(PARTS[1] if on_goal else PARTS[0] if before else PARTS[2])
    return parts


def _entry(soup: BeautifulSoup, anchor: str, heading: Tag) -> Tag:
    """Return a line of the table of contents."""
    entry = soup.new_tag("li")
    entry.append(_tag(soup, "a", heading.get_text(" ", strip=True), attrs={"href": f"#{anchor}"}))
    return entry


def _title(chapter: Tag) -> Tag:
    """Return a chapter's main heading, or raise `WorkbookError` if it has none."""
    title = chapter.find(HEADINGS)
    if title is None:
        raise WorkbookError(f"The chapter {chapter['id']} has no heading; begin its notebook with “# ” and a title.")
    return title


def _opening(soup: BeautifulSoup, chapter: Tag) -> None:
    """Add to a chapter's beginning a title line that stays on screen, the goal's number in a circle, section links."""
    title = _title(chapter)
    words = title.get_text(" ", strip=True)
    where = _tag(soup, "p", attrs={"class": "where"})
    # Screen readers skip it: it would only repeat the heading.
    where.append(_tag(soup, "span", words, attrs={"aria-hidden": "true"}))
    where.append(_tag(soup, "a", "Till innehållet", attrs={"href": "#innehallsforteckning"}))
    chapter.insert(0, where)
    goal = GOAL_TITLE.match(words)
    if goal:
        title.clear()
        label = _tag(soup, "span", f"{goal[1]} ", attrs={"class": "goal-label"})
        label.append(_tag(soup, "span", goal[2], attrs={"class": "goal-number"}))
        label.append(_tag(soup, "span", ". ", attrs={"class": "lr-vh"}))
        title.extend([label, goal[3]])
    sections = _tag(soup, "ul", attrs={"class": "sections"})
    for section in chapter.find_all("h3"):
        entry = soup.new_tag("li")
        entry.append(_tag(soup, "a", section.get_text(" ", strip=True), attrs={"href": f"#{section['id']}"}))
        sections.append(entry)
    if sections.contents:
        title.insert_after(sections)


def _tag(soup: BeautifulSoup, name: str, text: str = "", attrs: dict[str, str] | None = None) -> Tag:
    tag = soup.new_tag(name, attrs=attrs or {})
    if text:
        tag.string = text
    return tag


def _within(address: str, anchors: Mapping[str, str]) -> bool:
    """Return whether an address is below the anchor of a chapter on another page."""
    return any(address.startswith(f"#{anchor}-") for anchor in anchors.values())


def _links(soup: BeautifulSoup, anchors: Mapping[str, str], partial: bool, elsewhere: Mapping[str, str]) -> None:
    """Turn links between notebooks into links within the page.

    Parameters
    ----------
    anchors : dict
        Each chapter's anchor by the name of its notebook.
    partial : bool
        Whether links to chapters that the page does not have become plain text; otherwise they are an error.
    elsewhere : dict
        The anchors of chapters that a preview puts into the same page.

    Raises
    ------
    WorkbookError
        If an anchor occurs twice, or a link leads to a notebook or an anchor that the report does not have.
    """
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    twice = sorted(anchor for anchor, count in ids.items() if count > 1)
    if twice:
        raise WorkbookError(
            f"The anchor {twice[0]} occurs twice in the report; give one of the figures or tables another name."
        )
    for link in soup.find_all("a", href=True):
        address = str(link["href"])
        target = NOTEBOOK_LINK.match(address)
        anchor = (anchors.get(target[1]) or elsewhere.get(target[1])) if target else None
        if anchor:
            link["href"] = f"#{anchor}"
        elif (target or address.startswith("#")) and address.lstrip("#") not in ids and not _within(address, elsewhere):
            if not partial:
                raise WorkbookError(
                    f"A link leads to {address}, which the report does not have; correct it where the text says “{link.get_text()}”."
                )
            link.unwrap()
