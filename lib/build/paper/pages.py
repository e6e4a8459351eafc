"""What a page break has torn, made one again: sections, lists, paragraphs and tables."""

from __future__ import annotations

import re
from itertools import pairwise

from lib.build.paper.tree import HEADINGS, ROWS, Content, Element, leave_out, letters, path, span

PARAGRAPH_END = re.compile(r"[.!?:;…][\"”’»)\]]*$")


def join_pages(root: Element) -> None:
    """Make one of what goes on over a page break: the last thing on each page and the first on the next are compared."""
    for before, after in pairwise([leaf for leaf in root.leaves() if isinstance(leaf, Content)]):
        if after.page > before.page:
            for one, other in _torn(path(before), path(after)):
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
        return not other.children("Caption") and header(one) in ("", header(other)) if rows else True
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
    heading = next((e for e in path(first) if e.kind in HEADINGS), None) if first else None
    return HEADINGS.index(heading.kind) if heading else len(HEADINGS)


def header(table: Element) -> str:
    """Return what the heads of a table say, as it can be compared."""
    return " ".join(letters(head.text) for head in table.children("THead"))


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
            leave_out(head, lambda content: True, "Pagination")
            head.drop()
    bodies = other.children("TBody")
    if bodies and one.children("TBody") and not is_group(next(iter(bodies[0].children("TR")), None)):
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


def is_group(row: Element | None) -> bool:
    """Tell whether a row is the heading of those below it: one header cell over all columns."""
    return row is not None and [cell.kind for cell in row.children("TH", "TD")] == ["TH"] and span(row.kids[0]) > 1
