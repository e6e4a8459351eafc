"""What only the whole page can tell: heading levels, anchors, contents, figure and table numbers, links between chapters."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from lib.errors import WorkbookError
from lib.swedish import slug

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
NOTEBOOK_LINK = re.compile(r"^(?:.*/)?([a-z0-9_]+)\.ipynb(?:#.*)?$")


def finish(html: str, *, partial: bool = False) -> str:
    """Number, anchor and link a joined page.

    Chapters are the ``section`` elements that `lib.assemble` puts around each notebook; a page without them (a single notebook)
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
    _contents(soup, chapters)
    _links(soup, {c["data-notebook"]: c["id"] for c in chapters}, partial or not joined)
    for chapter in chapters:
        del chapter["data-notebook"]
    return str(soup)


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
    nav = soup.new_tag("nav", attrs={"class": "contents", "aria-labelledby": "innehallsforteckning"})
    heading = soup.new_tag("p", id="innehallsforteckning")
    heading.string = "Innehåll"
    entries = soup.new_tag("ol")
    for chapter in chapters:
        title = chapter.find(HEADINGS)
        entry, link = soup.new_tag("li"), soup.new_tag("a", href=f"#{chapter['id']}")
        link.string = title.get_text(" ", strip=True) if title else "Kapitel"
        entry.append(link)
        entries.append(entry)
        if len(chapters) > 1:
            back = BeautifulSoup(
                '<p class="to-contents"><a href="#innehallsforteckning">Till innehållsförteckningen</a></p>',
                "html.parser",
            )
            chapter.append(back)
    nav.extend([heading, entries])
    place = soup.find(string=lambda text: text.strip() == "contents" and type(text).__name__ == "Comment")
    place.replace_with(nav if len(chapters) > 1 else "")


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
