"""Fields in prose, ``{{ mhv_tillfragade.country.change }}``: figures that a build writes from the data, with their facts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import nbformat
import pandas as pd
from babel.dates import format_date

from lib.analysis.finding import Line
from lib.analysis.value import Value, newest
from lib.analysis.view import View
from lib.base.errors import WorkbookError, nearest
from lib.base.swedish import join, long_date, lower_first, number
from lib.show import prose
from lib.show.blocks.block import change_facts, computed_fact, observed_fact
from lib.show.blocks.lines import course
from lib.show.facts import MIME, Fact, as_record

#: What is written where there is no figure.
MISSING = "uppgift saknas"
#: What is known of a report as a whole, by the word that stands for it.
REPORT: dict[str, Callable[[View], str]] = {
    "year": lambda view: str(view.year),
    "previous_year": lambda view: str(view.year - 1),
    "county": lambda view: view.catalogue.identity.county,
    "cut_off": lambda view: long_date(view.parameters.cut_off),
    "cut_off_basis": lambda view: "känt" if view.parameters.cut_off_basis == "känd" else "antaget",
    "cut_off_reason": lambda view: view.parameters.cut_off_reason,
    "strategy": lambda view: view.strategy.title,
    "vision_name": lambda view: view.strategy.vision_name,
    "vision": lambda view: view.strategy.vision.rstrip("."),
    "violence_types": lambda view: join(view.strategy.violence_types),
    "plan_years": lambda view: f"{view.plan.first_year}–{view.plan.last_year}" if view.plan else "",
    "editor": lambda view: lower_first(view.catalogue.identity.editor),
    "updated": lambda view: long_date(view.catalogue.identity.updated),
    "fact_checked": lambda view: _fact_checked(view.catalogue.identity.fact_checked),
    "checksum": lambda view: checksum(view.observations),
    "cut_off_english": lambda view: format_date(view.parameters.cut_off, "d MMMM y", locale="en_GB"),
    "goals_english": lambda view: "; ".join(
        f"({goal.id}) {lower_first(goal.english) or 'not named in English'}" for goal in view.strategy.goals
    ),
    "county_english": lambda view: view.catalogue.identity.english_county,
    "area_english": lambda view: view.catalogue.identity.english_area,
    "disclaimer_english": lambda view: view.catalogue.identity.english_disclaimer,
}
#: What is counted in a report as a whole, by the word that stands for it: what the fact of it is called, and how it is counted.
COUNTS: dict[str, tuple[str, Callable[[View], int]]] = {
    "goals": ("mål", lambda view: len(view.strategy.goals)),
    "indicators": ("beslutade indikatorer", lambda view: len(view.decided())),
    "indicators_known": (
        "beslutade indikatorer med uppgift",
        lambda view: sum(map(view.has_home_value, view.decided())),
    ),
    "assessments": ("bedömda mål", lambda view: len(view.assessments)),
    "values": ("värden i underlaget", lambda view: len(view.observations)),
    "values_assumed": (
        "värden med antaget datum",
        lambda view: int((view.observations["published_basis"] == "antagen").sum()),
    ),
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
    """Replace the fields in a text: in Markdown (two braces) by text that Markdown shows as it is, in captions (one brace) as it is.

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
        return in_markdown(found[-1].text) if opening == "{{" else found[-1].text

    written = re.sub(rf"{re.escape(opening)}\s*([^{{}}]+?)\s*{re.escape(closing)}", replaced, text)
    facts = [replace(fact, synthetic=view.synthetic) for one in found for fact in one.facts]
    return Filled(written, facts, " ".join(one.text for one in found))


def in_markdown(text: str) -> str:
    r"""Return text from data so that Markdown shows it as it is, on one line: it is no markup, link, formula or HTML.

    >>> in_markdown("Våld [i] nära *relation*: 95 procent.")
    'Våld \\[i\\] nära \\*relation\\*: 95 procent.'
    """
    return re.sub(r"([\\`*_\[\]<>&#|~$!]|:(?=//))", r"\\\1", re.sub(r"[\r\n]+", " ", text))


def resolve(view: View, field: str) -> Filled:
    """Return what a field stands for: ``indicator[.region][.year][.word]``, or a word of `REPORT` or `COUNTS`.

    The region is ``home`` (if none is given), ``country``, a code or a name; the year a number, ``previous``, or the newest; the word
    one of `WORDS`.

    Raises
    ------
    WorkbookError
        If it has a part that is not known.
    """
    first, *parts = field.split(".")
    if first in REPORT and not parts:
        return Filled(REPORT[first](view) or MISSING, [])
    if first in COUNTS and not parts:
        name, amount = COUNTS[first][0], COUNTS[first][1](view)
        return Filled(number(amount), [computed_fact(view, name, amount, "antal", number(amount))])
    if first not in view.known.indicators:
        hint = nearest(first, [*view.known.indicators, *REPORT, *COUNTS]) or "see data/indicators/."
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


def checksum(observations: pd.DataFrame) -> str:
    """Return a checksum of every value that a report may see, 16 hexadecimal digits; the order of the rows does not matter."""
    rows = observations.sort_values(["indicator", "region", "group", "sex", "year", "source", "published"])
    return hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()[:16]


def _fact_checked(day: date | None) -> str:
    return f"faktagranskade av aktörerna den {long_date(day)}" if day else "inte faktagranskade av aktörerna"


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
