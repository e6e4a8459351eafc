"""A block: one thing a chapter shows, with the facts and table data it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from IPython.display import display

from lib.analysis.change import Change
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.show import prose, tables
from lib.show.facts import MIME, Fact, as_record

#: Marks everything that is made of invented figures.
EXAMPLE = "EXEMPELDATA"
#: Columns of the CSV files of a report: an observation, and a 95 per cent interval where there are counts.
FILE_COLUMNS = [
    *("indicator", "year", "region", "sex", "group", "value", "unit", "numerator", "denominator"),
    *("low", "high", "status", "precision", "source", "published", "synthetic"),
]


@dataclass
class Block:
    """HTML for the reader, plain text for a terminal, and facts and data for machines.

    ``data`` maps a file name (without ending) to columns and rows; the build writes each as CSV. ``reads`` names the data
    that the chapter read for it (`lib.analysis.view.View.reads`).
    """

    html: str
    plain: str
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def marked(self) -> Block:
        """Return the block with the mark of an invented county on each table, card and figure, so that every copy has it."""
        from bs4 import BeautifulSoup  # only an example needs it

        soup = BeautifulSoup(self.html, "html.parser")
        for title in soup.select(".lr-caption, figcaption"):
            title.select(".lr-number")[0].insert_after(f"{EXAMPLE}. ")
        for card in soup.select(".lr-card-what"):
            card.insert(0, f"{EXAMPLE}. ")
        for image in soup.select("img"):
            image["alt"] = f"{EXAMPLE}. {image['alt']}"
        facts = [replace(fact, synthetic=True) for fact in self.facts]
        return replace(self, html=str(soup), plain=f"{EXAMPLE}. {self.plain}", facts=facts)

    def show(self) -> None:
        """Display the block in the notebook, facts included."""
        record = {"facts": [as_record(fact) for fact in self.facts], "data": self.data, "reads": self.reads}
        display({"text/html": self.html, "text/plain": self.plain, MIME: record}, raw=True)


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


def items(entries: Sequence[tuple[str, str]], css: str = "", facts: Sequence[Fact] = ()) -> Block:
    """Return a block that is a list: each entry is a text and a detail in smaller print, which may be empty."""
    html = tables.fragments().items([{"text": text, "detail": detail} for text, detail in entries], css)
    return Block(str(html), "\n".join(text for text, _ in entries), list(facts))


def table(
    name: str,
    *,
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]] | Sequence[tables.Group],
    numeric: Sequence[int] = (),
    notes: Sequence[str] = (),
    facts: Sequence[Fact] = (),
) -> Block:
    """Return a block that is one table; ``rows`` are rows or groups of rows, ``numeric`` the numbers of right-aligned columns.

    Without rows it is a sentence that says so.
    """
    if not rows:
        return text(f"{caption.partition('. ')[0].rstrip('.')}: uppgift saknas i arbetsbokens underlag.", facts=facts)
    groups = [row for row in rows if isinstance(row, tables.Group)]
    groups = groups or [tables.Group("", [list(row) for row in rows if not isinstance(row, tables.Group)])]
    aligned = [index in numeric for index in range(len(columns))]
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, numeric=aligned, notes=notes)
    lines = [" | ".join(tables.plain(content) for content in row) for group in groups for row in group.rows]
    return Block(html, "\n".join([caption, *lines]), list(facts))


def csv_data(values: Iterable[Value]) -> dict[str, list[Any]]:
    """Return values as the columns and rows that the build writes as CSV."""
    return {"columns": FILE_COLUMNS, "rows": [_csv_row(value) for value in values]}


def _csv_row(value: Value) -> list[Any]:
    low, high = value.interval or (None, None)
    return [
        *(value.indicator.id, value.year, value.region.code, value.sex, value.group),
        *(_number(value.value), value.indicator.unit, _number(value.numerator), _number(value.denominator)),
        *(low, high, value.status, value.precision, value.source.id, str(value.published), value.synthetic),
    ]


def observed_fact(view: View, value: Value, kind: Literal["observed", "quoted"] = "observed") -> Fact:
    """Return the fact that an observation becomes when a chapter shows it."""
    indicator, year, region, sex, group = value.subject
    # A value may be shown in its series and also be quoted next to another; the two read differently.
    quoted = [] if kind == "observed" else [kind]
    name = [view.chapter, indicator, region, year, sex, group, value.source.id, value.published, *quoted]
    return Fact(
        id="/".join(map(str, name)),
        chapter=view.chapter,
        indicator=indicator,
        year=year,
        region=region,
        sex=sex,
        group=group,
        value=_number(value.value),
        unit=value.indicator.unit,
        status=value.status,
        kind=kind,
        source=value.source.id,
        published=value.published.isoformat(),
        text=prose.with_counts(value) if value.known else "",
        numerator=_number(value.numerator),
        denominator=_number(value.denominator),
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def change_facts(view: View, changes: Iterable[Change | None]) -> list[Fact]:
    """Return a fact for each change between comparable years, with its interval where it was tested."""
    return [_change_fact(view, change) for change in changes if change and change.comparable]


def _change_fact(view: View, change: Change) -> Fact:
    indicator, year, region, sex, group = change.later.subject
    shares = change.later.indicator.unit == "procent" and change.units is None
    name = f"{indicator}/{region}/{sex}/{group}/förändring {change.earlier.year}–{year}"
    difference = change.difference if change.units is None else change.units
    fact = computed_fact(view, name, difference, "procentenheter" if shares else "antal", change.verdict)
    low, high = change.interval or (None, None)
    return replace(fact, indicator=indicator, year=year, region=region, sex=sex, group=group, low=low, high=high)


def computed_fact(view: View, name: str, value: float | None, unit: str | None, text: str) -> Fact:
    """Return a fact that the workbook itself counts, such as how many indicators have data."""
    fact = Fact(id=f"{view.chapter}/{name}", chapter=view.chapter, year=view.year, kind="computed", text=text)
    return replace(fact, value=value, unit=unit)


def counted(view: View, **amounts: int) -> list[Fact]:
    """Return a fact for each amount that a block counts, by a name that is unique in the chapter."""
    return [computed_fact(view, name, amount, "antal", str(amount)) for name, amount in amounts.items()]
