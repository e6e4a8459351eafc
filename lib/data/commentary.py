"""What people write about a goal for a year: ``data/commentary/<year>/mal-3.md``, in a small safe part of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from lib.base.errors import WorkbookError
from lib.base.files import read_text

#: Longer is a chapter, not a comment.
MOST_CHARACTERS = 20_000
ALLOWED = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}


class _Look(HTMLParser):
    """Looks for what Markdown may have made that a comment does not hold: headings, pictures, tables, code."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        target = dict(attributes).get("href") or ""
        if tag not in ALLOWED:
            self.foreign.append(f"<{tag}>")
        elif tag == "a" and not re.match(r"https://[^/@\s]+\.[^/@\s]+(/|$)", target):
            self.foreign.append(f"a link to {target[:60] or 'nothing'}")


def place(data: Path, year: int, goal: int) -> Path:
    """Return where the comment on a goal of a year stands."""
    return data / "commentary" / str(year) / f"mal-{goal}.md"


def read(data: Path, year: int, goal: int) -> str:
    """Return the comment on a goal of a year as written; empty where there is none.

    Raises
    ------
    WorkbookError
        If it is no file of UTF-8 text, or so long that it is no comment.
    """
    path = place(data, year, goal)
    if not path.exists() and not path.is_symlink():
        return ""
    text = read_text(path).replace("\r\n", "\n").lstrip("\ufeff")
    if len(text) > MOST_CHARACTERS:
        raise WorkbookError(f"{path} has more than {MOST_CHARACTERS} characters; shorten it.")
    # A line in a comment's margin for the writer, such as what must be decided, is not for the reader.
    plain = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    if "<!--" in plain or "-->" in plain:
        raise WorkbookError(f"{path}: a note between <!-- and --> has lost one of its ends; correct it.")
    return "".join(c for c in plain if c.isprintable() or c in "\n\t\u00a0").strip()


def html(text: str, path: Path) -> str:
    """Return a comment as HTML: paragraphs, emphasis, lists and https links; everything else is refused or shown as text.

    Raises
    ------
    WorkbookError
        For a heading, picture, table, code or a link that is not https; names the file.
    """
    import mistune

    # HTML in a comment is text, not markup; and a line such as "[1]: https://…" is shown, where Markdown would swallow it.
    # Links are looked at below, as they were written.
    markdown = mistune.create_markdown(renderer=mistune.HTMLRenderer(escape=True, allow_harmful_protocols=True))
    markdown.block.rules.remove("ref_link")
    made = markdown(text)
    look = _Look()
    look.feed(str(made))
    if look.foreign:
        raise WorkbookError(
            f"{path}: {look.foreign[0]} has no place in a comment (paragraphs, lists, emphasis and https links do); remove it."
        )
    return str(made)


def faults(data: Path) -> Iterator[str]:
    """Return what is wrong with the comments of a data folder, a sentence each; a file that no report would read is wrong, too."""
    for path in sorted(p for p in (data / "commentary").rglob("*") if p.is_file()):
        named = re.fullmatch(r"mal-([1-9][0-9]*)\.md", path.name)
        if path.name.startswith((".", "~")):
            continue
        if not named or not re.fullmatch(r"[0-9]{4}", path.parent.name):
            yield f"{path}: comments stand in <year>/mal-<number of the goal>.md; rename or move it."
            continue
        try:
            html(read(data, int(path.parent.name), int(named[1])), path)
        except WorkbookError as error:
            yield str(error)
