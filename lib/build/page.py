"""What only the whole page can tell: heading levels, anchors, contents, figure and table numbers, links between chapters."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment, Tag

from lib.base.errors import WorkbookError
from lib.base.swedish import slug
from lib.show import fonts

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
GOAL_TITLE = re.compile(r"^(\S+) (\d+)\. (.+)$")
#: What the contents call the chapters before, with and after the goals.
PARTS = ("Översikt", "Målen", "Samlad uppföljning och metod")
NOTEBOOK_LINK = re.compile(r"^(?:.*/)?([a-z0-9_]+)\.ipynb(?:#.*)?$")


def finish(html: str, *, partial: bool = False) -> str:
    """Number, anchor and link a joined page.

    Chapters are the ``section`` elements that `lib.build.assemble` puts around each notebook; a page without them (a single notebook)
    becomes one chapter. On a ``partial`` page, links to chapters that are not there become plain text.

    Raises
    ------
    WorkbookError
        For a link to a notebook or an anchor that the report does not have, or an anchor used twice.
    """
    soup = BeautifulSoup(html, "html.parser")
    main = soup.find("main")
    joined = main.find_all("section", attrs={"data-notebook": True})
    chapters = joined or [_single(soup, main)]
    for chapter in chapters:
        _headings(chapter, shift=1 if joined else 0)
        _number(chapter)
    _contents(soup, chapters if joined else [])
    for chapter in joined:
        _opening(soup, chapter)
    _links(soup, {c["data-notebook"]: c["id"] for c in chapters}, partial or not joined)
    for chapter in chapters:
        del chapter["data-notebook"]
    page = str(soup)
    return page.replace("/*fonts*/", fonts.css(soup.get_text()), 1)


def _single(soup: BeautifulSoup, main: Tag) -> Tag:
    chapter = soup.new_tag("section", id="kapitel", attrs={"data-notebook": "", "data-number": "1"})
    for child in list(main.contents):
        chapter.append(child.extract())
    main.append(chapter)
    return chapter


def _headings(chapter: Tag, shift: int) -> None:
    """Shift headings one level down below the page's h1, and give them anchors of plain letters that begin with the chapter's."""
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
    """Number figures and tables within the chapter; a figure's own data table carries the figure's number."""
    counts: dict[str, int] = {}
    prefix = chapter["data-number"]
    for place in chapter.select(".lr-number"):
        kind = place["data-kind"]
        figure = place.find_parent("figure")
        if kind == "Tabell" and figure is not None:
            place.string = f"Siffrorna i figur {prefix}.{counts['Figur']}. "
        else:
            counts[kind] = counts.get(kind, 0) + 1
            place.string = f"{kind} {prefix}.{counts[kind]}. "
        del place["data-kind"]
    del chapter["data-number"]
    for shown in chapter.select(".lr-table[id], .lr-figure[id]"):
        # The same indicator may stand in two chapters.
        shown["id"] = f"{chapter['id']}-{shown['id']}"
    for table in chapter.select(".lr-scroll"):
        caption = table.find("caption")
        caption["id"] = table.parent["id"] + "-rubrik"
        # A wide table scrolls sideways on a narrow screen; the keyboard must be able to do that too.
        table.attrs |= {"role": "region", "tabindex": "0", "aria-labelledby": caption["id"]}


def _contents(soup: BeautifulSoup, chapters: list[Tag]) -> None:
    """Put the contents in their place: the chapters by part, and the sections of those that do not all have the same."""
    place = soup.find(string=lambda text: isinstance(text, Comment) and text.strip() == "contents")
    if not chapters:
        place.replace_with("")
        return
    nav = _tag(soup, "nav", attrs={"class": "contents", "aria-labelledby": "innehallsforteckning"})
    nav.append(_tag(soup, "h2", "Innehåll", attrs={"id": "innehallsforteckning"}))
    last = None
    about_goals = [bool(GOAL_TITLE.match(_title(chapter).get_text(" ", strip=True))) for chapter in chapters]
    for number, chapter in enumerate(chapters):
        title = _title(chapter)
        # A chapter that is missing between goals was about one.
        missing = bool(chapter.select_one(".lr-failed"))
        goal = about_goals[number] or (missing and any(about_goals[:number]) and any(about_goals[number:]))
        part = PARTS[1] if goal else PARTS[0] if last in (None, PARTS[0]) else PARTS[2]
        if part != last:
            nav.append(_tag(soup, "p", part, attrs={"class": "part"}))
            nav.append(soup.new_tag("ol"))
        entry = _entry(soup, chapter["id"], title)
        if not goal and (sections := chapter.find_all("h3")):
            inner = soup.new_tag("ol")
            inner.extend(_entry(soup, section["id"], section) for section in sections)
            entry.append(inner)
        nav.find_all("ol", recursive=False)[-1].append(entry)
        last = part
    place.replace_with(nav)


def _entry(soup: BeautifulSoup, anchor: str, heading: Tag) -> Tag:
    """Return a line of the contents; on paper its page number stands after the link, where no reader takes it for a link."""
    entry = soup.new_tag("li")
    entry.append(_tag(soup, "a", heading.get_text(" ", strip=True), attrs={"href": f"#{anchor}"}))
    entry.append(_tag(soup, "span", attrs={"class": "page-ref", "data-ref": f"#{anchor}"}))
    return entry


def _title(chapter: Tag) -> Tag:
    title = chapter.find(HEADINGS)
    if title is None:
        raise WorkbookError(f"The chapter {chapter['id']} has no heading; begin its notebook with “# ” and a title.")
    return title


def _opening(soup: BeautifulSoup, chapter: Tag) -> None:
    """Open a chapter: a line that stays on screen and says where one is, the goal's number in a circle, the sections."""
    title = _title(chapter)
    words = title.get_text(" ", strip=True)
    where = _tag(soup, "p", attrs={"class": "where"})
    # Read aloud it would only repeat the heading.
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


def _links(soup: BeautifulSoup, anchors: dict[str, str], partial: bool) -> None:
    """Turn links between notebooks into links within the page, and refuse those that lead nowhere."""
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    twice = {anchor for anchor in ids if ids.count(anchor) > 1}
    if twice:
        raise WorkbookError(
            f"The anchor {sorted(twice)[0]} occurs twice in the report; give one of the figures or tables another name."
        )
    for link in soup.find_all("a", href=True):
        target = NOTEBOOK_LINK.match(link["href"])
        if target and target[1] in anchors:
            link["href"] = f"#{anchors[target[1]]}"
        elif (target or link["href"].startswith("#")) and link["href"].lstrip("#") not in ids:
            if partial:
                link.unwrap()
                continue
            raise WorkbookError(
                f"A link leads to {link['href']}, which the report does not have; correct it where the text says “{link.get_text()}”."
            )
