"""The last look at a page before it is published: what an author must mend stops the build."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from lib.errors import WorkbookError

#: What nbconvert puts where an image lacks alt text; an automated check would accept it.
PLACEHOLDER = "No description has been provided for this image"
REMOTE = re.compile(r"^(https?:)?//", re.IGNORECASE)


def check(html: str) -> None:
    """Check a finished page.

    Raises
    ------
    WorkbookError
        Lists everything found: scripts, remote resources, images without alt text, tables without caption, skipped heading
        levels, more than one main heading, TODO marks.
    """
    soup = BeautifulSoup(html, "html.parser")
    faults = [*_resources(soup), *_images(soup), *_tables(soup), *_headings(soup), *_text(soup)]
    if faults:
        raise WorkbookError("The report was not published: " + " ".join(faults))


def _resources(soup: BeautifulSoup) -> list[str]:
    faults = ["It holds a script; remove it." for _ in soup.find_all("script")]
    loaded = [tag.get("src") for tag in soup.find_all(src=True)] + [tag.get("href") for tag in soup.find_all("link")]
    return faults + [
        f"It would load {address}; put the file into the report instead."
        for address in loaded
        if REMOTE.match(address or "")
    ]


def _where(tag) -> str:
    section = tag.find_parent("section")
    return f"in chapter {section.get('id')}" if section else "on the title page"


def _images(soup: BeautifulSoup) -> list[str]:
    bad = [i for i in soup.find_all("img") if len((i.get("alt") or "").strip()) < 20 or PLACEHOLDER in i["alt"]]
    return [f"A picture {_where(image)} has no alt text; show it with chapter.figure." for image in bad]


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
        if level > last + 1:
            faults.append(
                f"The heading “{heading.get_text(strip=True)}” {_where(heading)} skips a level; use one # less."
            )
        last = level
    if sum(h.name == "h1" for h in headings) != 1:
        faults.append("There must be exactly one main heading, the report's title.")
    return faults


def _text(soup: BeautifulSoup) -> list[str]:
    marks = soup.find_all(string=re.compile(r"\bTODO\b"))
    return [f"“{str(mark).strip()[:60]}” {_where(mark)} is marked TODO; write it or remove it." for mark in marks]
