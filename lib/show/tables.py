"""Tables of a chapter: the contents of their cells, and markup that screen readers read well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from lib.analysis.finding import DISAGREEING, REVISED, Line
from lib.analysis.value import FEW_DENOMINATOR, FEW_NUMERATOR, Value
from lib.base.swedish import NBSP, number
from lib.data.observations import STATUS
from lib.show import prose

TEMPLATES = Path(__file__).parent / "templates"
#: The symbol in a cell without a value; screen readers read the status instead.
SYMBOLS = {"M": "..", "L": "..", "N": ".", "Q": "x"}
#: How many characters a table as wide as a sheet has room for.
SHEET = 115
MARKS = {"P": "preliminär", "E": "beräknad", "U": "osäker"}


@dataclass
class Group:
    """Rows under a common heading (an area, say); an empty label gives no heading."""

    label: str
    rows: list[list[Any]] = field(default_factory=list)


@cache
def fragments() -> Any:
    """Return the module of markup macros; everything put into them is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=False
    )
    return environment.get_template("fragments.html.j2").module


def value_cell(value: Value | None, *, unit: bool = False) -> dict[str, Any]:
    """Return the contents of a cell: value with counts and marks, or a symbol with the words it is read as."""
    if value is None:
        return {"symbol": "..", "spoken": "uppgift saknas"}
    if not value.known:
        return {"symbol": SYMBOLS[value.status], "spoken": STATUS[value.status]}
    flags = [value.mark] if value.mark else []
    flags += [MARKS[value.status]] if value.status in MARKS else []
    counts = "" if value.in_counts else prose.counts(value).replace(f"{NBSP}av", " av")
    flags += ["få fall"] if counts and value.few else []
    return {"text": prose.text(value) if unit else prose.short(value), "count": counts, "flags": flags}


def count_cell(amount: int | None) -> object:
    """Return the contents of a cell for a number that may be unknown."""
    return {"symbol": "..", "spoken": "uppgift saknas"} if amount is None else number(amount)


def plain(content: Any) -> str:
    """Return a cell's contents as text, for CSV and plain output."""
    if not isinstance(content, dict):
        return str(content)
    if "symbol" in content:
        return str(content["symbol"])
    parts = [
        content.get("text", ""),
        content.get("link_text", ""),
        content.get("count") or "",
        *content.get("flags", []),
    ]
    return " ".join(part for part in parts if part)


def html_table(
    name: str,
    *,
    caption: str,
    columns: Sequence[str],
    groups: Iterable[Group],
    numeric: Sequence[bool] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return a table with caption, scopes and legend as HTML.

    Parameters
    ----------
    name : str
        The anchor is ``tabell-<name>``.
    caption : str
        What is shown, for whom and in which unit; required.
    numeric : sequence of bool
        Which columns are right-aligned; if not given, all but the first.
    """
    if not caption.strip():
        raise ValueError(f"The table {name} has no caption; say what it shows.")
    groups, numeric = list(groups), numeric or [index > 0 for index in range(len(columns))]
    whole, shares = widths(columns, groups)
    explained = [*notes, *legend(groups)]
    return str(fragments().table(name, caption, list(columns), groups, list(numeric), whole, shares, explained))


def widths(columns: Sequence[str], groups: Iterable[Group]) -> tuple[int, list[int]]:
    """Return how much of a sheet's width a table needs, and each column's share of the table, in per cent.

    Each column gets the width of its longest word; the rest is shared by length of text. On paper nothing can be
    scrolled, and a typesetting program would try every line break of every cell to find nearly the same widths.
    """
    cells = [[column] for column in columns]
    for group in groups:
        for row in group.rows:
            for place, content in zip(cells, row, strict=True):
                place.append(plain(content))
    words = [min(max((len(word) for text in texts for word in text.split()), default=1), 24) + 3 for texts in cells]
    wishes = [max(0, min(max(map(len, texts)), 120) + 3 - word) for texts, word in zip(cells, words, strict=True)]
    spare = max(0, min(SHEET, sum(words) + sum(wishes)) - sum(words))
    needs = [word + spare * wish / max(1, sum(wishes)) for word, wish in zip(words, wishes, strict=True)]
    shares = [round(100 * need / sum(needs)) for need in needs]
    shares[0] += 100 - sum(shares)
    return min(100, max(50, round(100 * sum(needs) / SHEET))), shares


def shaded(content: dict[str, Any], step: int | None) -> dict[str, Any]:
    """Return a cell's contents with a shade, 0 (lightest) to 4; None leaves the cell as it is."""
    return content if step is None else {**content, "heat": step}


def legend(groups: Iterable[Group]) -> list[str]:
    """Return one line that explains the symbols and marks the table uses, or no line."""
    cells = [content for group in groups for row in group.rows for content in row if isinstance(content, dict)]
    symbols = {c["symbol"]: c["spoken"] for c in cells if "symbol" in c}
    flags = {flag for c in cells for flag in c.get("flags", [])}
    words = [f"{symbol} = {spoken}" for symbol, spoken in sorted(symbols.items())]
    explained = {
        REVISED: "[r] = reviderad: källan har ändrat värdet sedan det först publicerades",
        "få fall": f"få fall = färre än {FEW_NUMERATOR} i täljaren eller färre än {FEW_DENOMINATOR} i nämnaren; andelen svänger då av en slump",
        "beräknad": "beräknad = framräknad ur en förändring som källan anger",
        "osäker": "osäker = antalen är ofullständiga; andelen kan vara både för hög och för låg",
        "preliminär": "preliminär = kan komma att ändras av källan",
        DISAGREEING: "olika uppgift = källorna anger olika värden för samma år",
    }
    words += [explained[flag] for flag in explained if flag in flags]
    return ["Teckenförklaring: " + "; ".join(words) + "."] if words else []


def by_year(lines: Sequence[Line]) -> tuple[list[str], list[Group]]:
    """Return columns and groups of rows for `html_table`: a row per line, a column per year, a group per region."""
    years = sorted({year for line in lines for year in line.by_year})
    groups: dict[str, Group] = {}
    for line in lines:
        group = groups.setdefault(line.region.code, Group(line.area))
        group.rows.append([line.label, *year_cells(line, years)])
    return ["Grupp", *map(str, years)], list(groups.values())


def year_cells(line: Line, years: Iterable[int]) -> list[dict[str, Any]]:
    """Return the cells of a line, one for each year."""
    return [value_cell(line.by_year.get(year)) for year in years]
