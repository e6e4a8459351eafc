"""What people write about a report: assessments of goals, review comments, signatures, and comments on goals.

A comment on a goal is ``data/commentary/<year>/mal-3.md``, in a small safe subset of Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from lib.base.characters import readable
from lib.base.errors import WorkbookError
from lib.base.files import read_text
from lib.data.entry import Day, Entry, Text

#: The placeholder in a new year's files where a person must decide.
UNDECIDED = "ATT BESLUTA"
#: A comment may not be longer.
MOST_CHARACTERS = 20_000
ALLOWED = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}


class Assessment(Entry):
    """A person's written judgement of a goal, never computed. One that is not decided yet counts as none."""

    goal: int
    assessment: Literal["Uppnått", "Nära", "Inte nära", "Går inte att bedöma", "ATT BESLUTA"]
    reason: str = ""
    role: str = ""
    date: Day | None = None

    @property
    def decided(self) -> bool:
        return self.assessment != UNDECIDED

    @model_validator(mode="after")
    def _a_judgement_has_reason_role_and_date(self) -> Assessment:
        for name in ("reason", "role", "date"):
            if self.decided and not getattr(self, name):
                raise ValueError(f"'{name}' is missing: an assessment says why, who and when")
        return self


class SignOff(Entry):
    """A role's signature on a report with exactly this content."""

    role: Literal["analytiker", "kvalitetsgranskare", "beslutande"]
    holder: Text
    date: Day
    content: str = Field(pattern="^[0-9a-f]{16}$")


class ReviewComment(Entry):
    """A reviewer's comment on a figure, which ``anchor`` identifies; ``answer`` is what was done about it."""

    anchor: Text
    role: Text
    comment: Text
    date: Day
    resolved: bool = False
    answer: str = ""


class Confirmation(Entry):
    """A reviewer's confirmation that a figure is right; ``value`` is what it was then."""

    anchor: Text
    role: Text
    value: str
    date: Day


class _ForeignMarkup(HTMLParser):
    """Collects rendered markup that comments may not contain: headings, pictures, tables, code, other links than https."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        target = dict(attributes).get("href") or ""
        if tag not in ALLOWED:
            self.foreign.append(f"<{tag}>")
        elif tag == "a" and not re.match(r"https://[^/@\s]+\.[^/@\s]+(/|$)", target):
            self.foreign.append(f"a link to {target[:60] or 'nothing'}")


def comment_path(data: Path, year: int, goal: int) -> Path:
    """Return the path of the comment on a goal for a year.

    >>> comment_path(Path("data"), 2022, 3).as_posix()
    'data/commentary/2022/mal-3.md'
    """
    return data / "commentary" / str(year) / f"mal-{goal}.md"


def read(data: Path, year: int, goal: int) -> str:
    """Return the comment on a goal for a year in Markdown, empty if there is none.

    Raises
    ------
    WorkbookError
        If it is not a file of UTF-8 text, is too long, or has a note that lacks its ``<!--`` or ``-->``.
    """
    path = comment_path(data, year, goal)
    if not path.exists() and not path.is_symlink():
        return ""
    text = readable(read_text(path))
    if len(text) > MOST_CHARACTERS:
        raise WorkbookError(f"{path} has more than {MOST_CHARACTERS} characters; shorten it.")
    # Notes between <!-- and --> are for the writer only.
    plain = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    if "<!--" in plain or "-->" in plain:
        raise WorkbookError(f"{path}: a note between <!-- and --> has lost one of its ends; correct it.")
    return plain.strip()


def html(text: str, path: Path) -> str:
    """Render a comment as HTML: paragraphs, emphasis, lists and https links. Raw HTML is shown as text.

    Raises
    ------
    WorkbookError
        For a heading, picture, table, code or other link; names the file.

    >>> html("*Bra*", Path("mal-3.md"))
    '<p><em>Bra</em></p>\\n'
    """
    import mistune

    # HTML is escaped. Lines such as "[1]: https://…" are shown: as link definitions they would disappear. Harmful protocols are
    # kept here so that `_ForeignMarkup` can name the link as it was written.
    markdown = mistune.create_markdown(renderer=mistune.HTMLRenderer(escape=True, allow_harmful_protocols=True))
    markdown.block.rules.remove("ref_link")
    rendered = markdown(text)
    markup = _ForeignMarkup()
    markup.feed(str(rendered))
    if markup.foreign:
        raise WorkbookError(
            f"{path}: {markup.foreign[0]} has no place in a comment (paragraphs, lists, emphasis and https links do); remove it."
        )
    return str(rendered)


def faults(data: Path) -> Iterator[str]:
    """Yield what is wrong with a data folder's comments, a sentence per fault; a file that no report would read is a fault, too."""
    for path in sorted(p for p in (data / "commentary").rglob("*") if p.is_file()):
        named = re.fullmatch(r"mal-([1-9][0-9]*)\.md", path.name)
        if path.name.startswith((".", "~")):
            continue
        if not named or not re.fullmatch(r"[0-9]{4}", path.parent.name):
            yield f"{path}: comments are in <year>/mal-<number of the goal>.md; rename or move it."
            continue
        try:
            html(read(data, int(path.parent.name), int(named[1])), path)
        except WorkbookError as error:
            yield str(error)
