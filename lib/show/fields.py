"""Fields in prose, ``{{ mhv_tillfragade.country.change }}``: figures that a build writes from the data, with their facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import nbformat

from lib.analysis.finding import Line
from lib.analysis.value import Value, newest
from lib.analysis.view import View
from lib.base.errors import WorkbookError, nearest
from lib.base.swedish import long_date, number
from lib.show import prose
from lib.show.blocks.block import change_facts, observed_fact
from lib.show.blocks.lines import course
from lib.show.facts import MIME, Fact, as_record

#: What is written where there is no figure.
MISSING = "uppgift saknas"
#: What a report is called and about, by the word that stands for it.
REPORT: dict[str, Callable[[View], str]] = {
    "year": lambda view: str(view.year),
    "previous_year": lambda view: str(view.year - 1),
    "cut_off": lambda view: long_date(view.parameters.cut_off),
    "county": lambda view: view.catalogue.identity.county,
    "strategy": lambda view: view.strategy.title,
}
#: What a field writes of a value.
VALUES: dict[str, Callable[[Value], str]] = {
    "value": prose.text,
    "counts": prose.with_counts,
    "n": lambda value: number(value.denominator) if value.denominator == value.denominator else MISSING,
    "year": lambda value: str(value.year),
    "region": lambda value: value.area,
}
WORDS = (*VALUES, "change")


class Filled(NamedTuple):
    """A text whose fields have been replaced, and the facts behind them."""

    text: str
    facts: list[Fact]
    #: What the fields have put into the text.
    inserted: str = ""


def fill(view: View, text: str, opening: str = "{{", closing: str = "}}") -> Filled:
    """Replace the fields in a text.

    Raises
    ------
    WorkbookError
        For a field with an unknown name; names the nearest.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "mal-3")
    >>> fill(view, "Andelen var {{ mhv_tillfragade }} {{ mhv_tillfragade.year }}, i riket {{ mhv_tillfragade.country }}.").text
    'Andelen var 94 procent 2022, i riket 95 procent.'
    """
    found: list[Filled] = []

    def replaced(field: re.Match[str]) -> str:
        found.append(resolve(view, field[1]))
        return found[-1].text

    written = re.sub(rf"{re.escape(opening)}\s*([^{{}}]+?)\s*{re.escape(closing)}", replaced, text)
    return Filled(written, [fact for one in found for fact in one.facts], " ".join(one.text for one in found))


def resolve(view: View, field: str) -> Filled:
    """Return what a field stands for: ``indicator[.region][.year][.word]``, or a word for the report.

    The region is ``home`` (if none is given), ``country``, a code or a name; the year a number, ``previous``, or the newest; the word
    one of `WORDS`.

    Raises
    ------
    WorkbookError
        If it has a part that is not known.
    """
    first, *parts = field.split(".")
    if first in REPORT and not parts:
        return Filled(REPORT[first](view), [])
    if first not in view.known.indicators:
        hint = nearest(first, [*view.known.indicators, *REPORT]) or "see data/indicators/."
        raise WorkbookError(f"the field {field}: there is no indicator '{first}'; {hint}")
    word = parts.pop() if parts and parts[-1] in WORDS else "value"
    year = parts.pop() if parts and (parts[-1].isdigit() and len(parts[-1]) == 4 or parts[-1] == "previous") else ""
    region = parts.pop(0) if parts else "home"
    if parts:
        raise WorkbookError(
            f"the field {field}: '{parts[0]}' is not known; {nearest(parts[0], WORDS) or 'use ' + ', '.join(WORDS)}."
        )
    line = _line(view, first, region, field)
    if word == "change":
        return Filled(course(line), change_facts(view, [line.change])) if line and line.known else Filled(MISSING, [])
    value = _value(view, first, region, line, year)
    if value is None:
        return Filled(MISSING, [])
    return Filled(VALUES[word](value), [observed_fact(view, value)])


def _line(view: View, indicator: str, region: str, field: str) -> Line | None:
    """Return the first line with a value: of everybody, if there is one."""
    finding = view.finding(indicator)
    if region == "home":
        lines = finding.wholes or finding.home_known
    elif region == "country":
        lines = finding.comparison_known
    else:
        lines = [
            x for x in (*finding.home_known, *finding.comparison_known) if x.region.code == _code(view, region, field)
        ]
    return next((line for line in lines if line.whole), lines[0] if lines else None)


def _code(view: View, region: str, field: str) -> str:
    try:
        return view.known.region_code(region)
    except WorkbookError:
        names = [r.name.split(" (")[0] for r in view.known.regions.values()]
        hint = nearest(region, [*names, "home", "country", *WORDS]) or f"words are {', '.join(WORDS)}."
        raise WorkbookError(f"the field {field}: there is no region or word '{region}'; {hint}") from None


def _value(view: View, indicator: str, region: str, line: Line | None, year: str) -> Value | None:
    known = list(line.known) if line else []
    if not line and region not in ("home", "country"):
        code = view.known.region_code(region)
        known = [v for v in newest(view.finding(indicator).values) if v.region.code == code and v.known and v.whole]
    if year.isdigit():
        return next((value for value in known if value.year == int(year)), None)
    place = -2 if year == "previous" else -1
    return known[place] if len(known) >= -place else None


def check(view: View, notebook: nbformat.NotebookNode, path: str) -> None:
    """Check the fields in a notebook's text, before anything runs.

    Raises
    ------
    WorkbookError
        For the first that is not known, with its notebook and cell.
    """
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and "{{" in cell.source:
            try:
                fill(view.unrecorded(), cell.source)
            except WorkbookError as error:
                raise WorkbookError(f"{path}, cell {place}, {error}") from None


def fill_notebook(view: View, notebook: nbformat.NotebookNode) -> None:
    """Replace the fields in a notebook's text, and record their facts and what they read with the cells."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "{{" in cell.source:
            reading = view.unrecorded()
            filled = fill(reading, cell.source)
            cell.source = filled.text
            cell.metadata[MIME] = {"facts": list(map(as_record, filled.facts)), "reads": sorted(reading.reads)}
