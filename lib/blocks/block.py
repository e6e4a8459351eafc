"""A block: one thing a chapter shows, with the facts and table data it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd
from IPython.display import display

from lib import tables
from lib.facts import MIME, Fact
from lib.prose import value_with_counts
from lib.view import View


@dataclass
class Block:
    """HTML for the reader, plain text for a terminal, and what machines read.

    ``data`` maps a file name (without ending) to columns and rows; the build writes each as CSV.
    """

    html: str
    plain: str
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def show(self) -> None:
        """Display the block in the notebook, facts included."""
        bundle = {"text/html": self.html, "text/plain": self.plain}
        if self.facts or self.data:
            bundle[MIME] = {"facts": [asdict(fact) for fact in self.facts], "data": self.data}
        display(bundle, raw=True)


def join(blocks: Sequence[Block]) -> Block:
    """Make one block of several."""
    return Block(
        html="".join(block.html for block in blocks),
        plain="\n".join(block.plain for block in blocks if block.plain),
        facts=[fact for block in blocks for fact in block.facts],
        data={name: table for block in blocks for name, table in block.data.items()},
    )


def text(*sentences: str, css: str = "", facts: Sequence[Fact] = ()) -> Block:
    """Return a block of paragraphs."""
    return Block(str(tables.fragments().paragraphs(sentences, css)), "\n".join(sentences), list(facts))


def table(
    name: str,
    *,
    caption: str,
    columns: Sequence[str],
    rows: Sequence[list[Any]] | Sequence[tables.Group],
    numeric: Sequence[int] = (),
    notes: Sequence[str] = (),
    facts: Sequence[Fact] = (),
) -> Block:
    """Return a block that is one table; ``rows`` are rows or groups of rows, ``numeric`` the numbers of right-aligned columns."""
    groups = list(rows) if rows and isinstance(rows[0], tables.Group) else [tables.Group("", list(rows))]
    aligned = [index in numeric for index in range(len(columns))]
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, numeric=aligned, notes=notes)
    lines = [" | ".join(tables.plain(content) for content in row) for group in groups for row in group.rows]
    return Block(html, "\n".join([caption, *lines]), list(facts))


def observed_fact(view: View, row: pd.Series, kind: str = "observed") -> Fact:
    """Return the fact that an observation becomes when a chapter shows it."""
    indicator = view.catalogue.indicator(row["indicator"])
    missing = pd.isna(row["value"])
    parts = [
        view.chapter,
        row["indicator"],
        row["region"],
        row["year"],
        row["sex"],
        row["group"],
        row["source"],
        row["published"],
    ]
    return Fact(
        id="/".join(map(str, parts)),
        chapter=view.chapter,
        indicator=row["indicator"],
        year=int(row["year"]),
        region=row["region"],
        sex=row["sex"],
        group=row["group"],
        value=None if missing else float(row["value"]),
        unit=row["unit"],
        status=row["status"],
        kind=kind,
        source=row["source"],
        published=row["published"].isoformat(),
        text="" if missing else value_with_counts(row, indicator),
    )


def computed_fact(view: View, name: str, value: float | None, unit: str | None, text: str) -> Fact:
    """Return a fact that the workbook itself counts, such as how many indicators have data."""
    return Fact(
        f"{view.chapter}/{name}",
        view.chapter,
        None,
        view.year,
        None,
        None,
        None,
        value,
        unit,
        "A",
        "computed",
        None,
        None,
        text,
    )
