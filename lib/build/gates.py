"""Checks of a finished page before it is published: a fault that an author must correct stops the build."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment
from bs4.element import PageElement, Tag

from lib.base.errors import WorkbookError
from lib.show import fonts
from lib.show.blocks.frame import SHORTEST_ALT

#: The text that nbconvert writes for an image without alt text; an automated check would accept it.
PLACEHOLDER = "No description has been provided for this image"
SCHEMES = ("#", "https://", "http://", "mailto:", "tel:")
FORBIDDEN = ["script", "iframe", "object", "embed", "form", "base", "template", "link", "audio", "video", "applet"]
#: The beginning of an HTML comment that names the notebook and cell of what follows it.
PLACE = "place "
#: Link texts that do not say where the link leads.
EMPTY_LINKS = {"här", "läs mer", "länk", "klicka här", "mer", "se här", "länken", "denna sida"}
#: Attributes that load a file.
LOADING = ["src", "srcset", "data", "poster", "background", "xlink:href"]


def check(html: str) -> None:
    """Check a finished page.

    Raises
    ------
    WorkbookError
        Lists all faults, each with its notebook and cell: scripts, remote resources, images without alt text, tables
        without caption or header cells, skipped or empty headings, more than one main heading, links that do not say
        where they lead, TODO marks, characters that the report's fonts lack.
    """
    soup = BeautifulSoup(html, "html.parser")
    checks = [_resources, _images, _tables, _headings, _links, _text]
    faults = [fault for find in checks for fault in find(soup)]
    if faults:
        raise WorkbookError("The report was not published: " + " ".join(faults))


def _resources(soup: BeautifulSoup) -> list[str]:
    """Find elements and attributes that would run, load or hide something; they can only come from an author's text."""
    faults = [f"The page contains <{tag.name}> {_where(tag)}; remove it." for tag in soup.find_all(FORBIDDEN)]
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            if name in LOADING and not text.startswith("data:"):
                faults.append(f"It would load {text} {_where(tag)}; put the file into the report instead.")
            elif name.startswith("on") or name in ("hidden", "srcdoc") or (name == "style" and "url(" in text):
                faults.append(f"The attribute {name} {_where(tag)} is not allowed; remove it.")
            elif name == "href" and not text.startswith(SCHEMES):
                faults.append(f"A link {_where(tag)} leads to {text}; link to a chapter or a web address.")
    return faults


def without_marks(html: str) -> str:
    """Return the page without the comments that name notebooks and cells for the checks."""
    return re.sub(r"<!--place .*?-->\n?", "", html)


def _where(tag: PageElement) -> str:
    """Return which notebook and cell a piece of the page comes from."""
    inside = tag.find_parent("section", id=True) if tag.find_parent("main") else None
    if inside is None:
        return "on the title page"
    mark = tag.find_previous(string=lambda text: isinstance(text, Comment) and text.startswith(PLACE))
    # A mark before the chapter begins belongs to another chapter.
    if mark is None or mark.find_parent("section", id=True) is not inside:
        return f"in chapter {inside['id']}"
    return f"in {mark.removeprefix(PLACE)}"


def _images(soup: BeautifulSoup) -> list[str]:
    def described(image: Tag) -> bool:
        text = str(image.get("alt", ""))
        return len(text.strip()) >= SHORTEST_ALT and PLACEHOLDER not in text

    bad = [image for image in soup.find_all("img") if not described(image)]
    return [f"A picture {_where(image)} {_described(image)}; show it with chapter.figure." for image in bad]


def _described(image: Tag) -> str:
    """Return what is wrong with a picture's alt text, and what is asked."""
    text = str(image.get("alt", "")).strip()
    asked = f"at least {SHORTEST_ALT} characters that say what it shows"
    return (
        f"has the alt text “{text}”, which is too short: write {asked}" if text else f"has no alt text: write {asked}"
    )


def _tables(soup: BeautifulSoup) -> list[str]:
    bare = [
        t
        for t in soup.find_all("table")
        if not (t.caption and t.caption.get_text(strip=True)) or not t.find("th", scope=True)
    ]
    return [f"A table {_where(table)} has no caption or header cells; show it with chapter.table." for table in bare]


def _headings(soup: BeautifulSoup) -> list[str]:
    faults, last = [], 0
    headings = soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])
    for heading in headings:
        level = int(heading.name[1])
        if not heading.get_text(strip=True):
            faults.append(f"A heading {_where(heading)} is empty; write it or remove it.")
        if level > last + 1:
            faults.append(
                f"The heading “{heading.get_text(strip=True)}” {_where(heading)} skips a level; use one # less."
            )
        last = level
    for section in soup.select("main > section[id]"):
        # A page that is a single chapter, such as the status page, has its main heading inside that chapter.
        if section.h1 is None and len(section.find_all("h2")) > 1:
            faults.append(f"The chapter {section['id']} has more than one main heading; use ## for its sections.")
    if sum(h.name == "h1" for h in headings) != 1:
        faults.append("There must be exactly one main heading, the report's title.")
    return faults


def _links(soup: BeautifulSoup) -> list[str]:
    vague = [a for a in soup.find_all("a") if a.get_text(" ", strip=True).casefold().rstrip(".") in {"", *EMPTY_LINKS}]
    return [
        f"The link “{a.get_text(strip=True)}” {_where(a)} does not say where it leads; let its words name the target."
        for a in vague
    ]


def _text(soup: BeautifulSoup) -> list[str]:
    marks = soup.find_all(string=re.compile(r"\b(TODO|Todo|todo|FIXME|XXX)\b"))
    return [
        f"“{str(mark).strip()[:60]}” {_where(mark)} is marked as unfinished; write it or remove it."
        for mark in marks
        if not isinstance(mark, Comment)
    ] + _characters(soup)


def _characters(soup: BeautifulSoup) -> list[str]:
    """Find characters that the report's fonts lack: each machine would use some other font or show an empty box."""
    foreign = fonts.lacking(soup.get_text())
    pieces = {c: next(s for s in soup.find_all(string=True) if c in s) for c in sorted(foreign)}
    return [
        f"The character “{c}” {_where(piece)} is not in the report's fonts; use another." for c, piece in pieces.items()
    ]
