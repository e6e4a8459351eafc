"""A block: one thing a chapter shows, with the facts and table data it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd
from IPython.display import display

from lib.analysis.change import Change
from lib.analysis.series import Line
from lib.analysis.view import View
from lib.show import tables
from lib.show.facts import MIME, Fact
from lib.show.prose import value_with_counts

#: Stands on everything that is made of invented figures.
EXAMPLE = "EXEMPELDATA"


@dataclass
class Block:
    """HTML for the reader, plain text for a terminal, and what machines read.

    ``data`` maps a file name (without ending) to columns and rows; the build writes each as CSV. ``reads`` names what the chapter
    read for it (`lib.analysis.view.View.reads`).
    """

    html: str
    plain: str
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def marked(self) -> Block:
        """Return the block with the mark of an invented county on each table, card and figure, so that no copy goes without it."""
        from bs4 import BeautifulSoup  # only an example needs it

        soup = BeautifulSoup(self.html, "html.parser")
        for title in soup.select(".lr-caption, figcaption"):
            title.select_one(".lr-number").insert_after(f"{EXAMPLE}. ")
        for card in soup.select(".lr-card-what"):
            card.insert(0, f"{EXAMPLE}. ")
        for image in soup.select("img"):
            image["alt"] = f"{EXAMPLE}. {image['alt']}"
        facts = [replace(fact, synthetic=True) for fact in self.facts]
        return replace(self, html=str(soup), plain=f"{EXAMPLE}. {self.plain}", facts=facts)

    def show(self) -> None:
        """Display the block in the notebook, facts included."""
        bundle = {"text/html": self.html, "text/plain": self.plain}
        if self.facts or self.data or self.reads:
            bundle[MIME] = {"facts": [asdict(fact) for fact in self.facts], "data": self.data, "reads": self.reads}
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
    """Return a block that is one table; ``rows`` are rows or groups of rows, ``numeric`` the numbers of right-aligned columns.

    Without rows it is a sentence that says so.
    """
    if not rows:
        return text(f"{caption.partition('. ')[0].rstrip('.')}: uppgift saknas i arbetsbokens underlag.", facts=facts)
    groups = list(rows) if rows and isinstance(rows[0], tables.Group) else [tables.Group("", list(rows))]
    aligned = [index in numeric for index in range(len(columns))]
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, numeric=aligned, notes=notes)
    lines = [" | ".join(tables.plain(content) for content in row) for group in groups for row in group.rows]
    return Block(html, "\n".join([caption, *lines]), list(facts))


def observed_fact(view: View, row: pd.Series, kind: str = "observed") -> Fact:
    """Return the fact that an observation becomes when a chapter shows it."""
    indicator = view.catalogue.indicator(row["indicator"])
    missing = pd.isna(row["value"])
    subject = [row[name] for name in ("indicator", "region", "year", "sex", "group", "source", "published")]
    # A value may be shown in its series and also be quoted beside another; the two read differently.
    subject += [] if kind == "observed" else [kind]
    return Fact(
        id="/".join(map(str, [view.chapter, *subject])),
        chapter=view.chapter,
        indicator=row["indicator"],
        year=int(row["year"]),
        region=row["region"],
        sex=row["sex"],
        group=row["group"],
        value=_number(row["value"]),
        unit=row["unit"],
        status=row["status"],
        kind=kind,
        source=row["source"],
        published=row["published"].isoformat(),
        text="" if missing else value_with_counts(row, indicator),
        numerator=_number(row["numerator"]),
        denominator=_number(row["denominator"]),
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def change_fact(view: View, line: Line, told: Change) -> list[Fact]:
    """Return the fact of a difference between two years, with its interval where it was tested; none where there is none."""
    if told.difference is None:
        return []
    if told.units is not None:
        told = replace(told, difference=told.units)
    row, years = told.later, f"{told.earlier['year']}–{told.later['year']}"
    low, high = told.interval or (None, None)
    unit = "procentenheter" if row["unit"] == "procent" and told.units is None else "antal"
    fact = computed_fact(
        view, f"{'/'.join([row['indicator'], *line.key])}/förändring {years}", told.difference, unit, told.verdict
    )
    return [
        replace(
            fact,
            indicator=row["indicator"],
            year=int(row["year"]),
            region=line.region,
            sex=line.sex,
            group=line.group,
            low=low,
            high=high,
        )
    ]


def computed_fact(view: View, name: str, value: float | None, unit: str | None, text: str) -> Fact:
    """Return a fact that the workbook itself counts, such as how many indicators have data."""
    return Fact(
        id=f"{view.chapter}/{name}",
        chapter=view.chapter,
        indicator=None,
        year=view.year,
        region=None,
        sex=None,
        group=None,
        value=value,
        unit=unit,
        status="A",
        kind="computed",
        source=None,
        published=None,
        text=text,
    )


def counted(view: View, **amounts: int) -> list[Fact]:
    """Return a fact for each amount that a block counts, by a name that is unique in the chapter."""
    return [computed_fact(view, name, amount, "antal", str(amount)) for name, amount in amounts.items()]
