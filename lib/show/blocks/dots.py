"""Figures of dots: one year here and in the country, and two years of the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from lib.analysis.change import Change
from lib.analysis.finding import Finding, Line
from lib.analysis.intervals import CONFIDENCE
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import count, join, lower_first, upper_first
from lib.data.indicators import Indicator
from lib.show import prose, tables
from lib.show.blocks.block import Block, change_facts, counted
from lib.show.blocks.frame import draw, frame
from lib.show.blocks.indicators import crime_label, goal_link

#: A value of the home area and the country's, if there is one of the same measure.
Dot = tuple[Value, Value | None]


def dot_figure(view: View, identifiers: Sequence[str], *, name: str, split: bool = False) -> Block:
    """Return a dot chart of the newest year, here and in the country; indicators without that year are named below it.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators in per cent with the same kind of denominator.
    name : str
        The figure's anchor.
    split : bool
        Show the parts (sex, age) instead of the whole.
    """
    findings = [view.finding(identifier) for identifier in identifiers]
    found = [(f, line) for f in findings for line in f.home_known if line.whole is not split]
    year = max((line.latest.year for _, line in found), default=0)
    current = [(finding, line) for finding, line in found if line.latest.year == year]
    # One heading, one area: the police region and the county are never drawn as if they were the same place.
    dots = [_dot(finding, line) for finding, line in current if line.region.code == current[0][1].region.code]
    if len(dots) < 2:
        return Block("", "")
    if not split:
        dots.sort(key=lambda dot: -dot[0].value)
    lacking = [line for _, line in found if line.latest.year != year]
    other = [line for _, line in current if line.region.code != current[0][1].region.code]
    notes = [f"Uppgift för {year} saknas för {_names(lacking)}."] if lacking else []
    notes += [f"Avser ett annat område och visas inte här: {_names(other)}."] if other else []
    return _dot_block(view, dots, name, notes)


def _dot(finding: Finding, line: Line) -> Dot:
    like = finding.like(line)
    country = like.by_year.get(line.latest.year) if like else None
    return line.latest, country if country and country.known else None


def _names(lines: Iterable[Line]) -> str:
    return join(lower_first(crime_label(line.latest, several=True)) for line in lines)


def _dot_block(view: View, dots: Sequence[Dot], name: str, notes: Sequence[str]) -> Block:
    first, here = dots[0][0], dots[0][0].area
    there = view.catalogue.region_names[view.catalogue.identity.country].split(" (")[0]
    several = len({value.indicator.id for value, _ in dots}) > 1
    rows = [(crime_label(value, several=several), value, country) for value, country in dots]
    points = []
    for label, value, country in rows:
        row, (low, high) = _with_counts(label, value), value.interval or (None, None)
        points.append({"label": row, "area": here, "value": value.value, "low": low, "high": high})
        points += [{"label": row, "area": there, "value": country.value}] if country else []
    if any(value.interval for value, _ in dots):
        through = f"Strecken genom punkterna för {here} är {CONFIDENCE}-procentiga intervall"
        notes = [f"{through}: så mycket kan slumpen betyda.", *notes]
    subject = f"andelen {first.indicator.numerator}" if several else first.indicator.subject
    cells = [[label, tables.value_cell(value), tables.value_cell(country)] for label, value, country in rows]
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{upper_first(subject)} {first.year}. {_basis(first.indicator)}",
        columns=["Brottstyp" if several else "Grupp", here, there],
        groups=[tables.Group("", cells)],
    )
    drawings = draw(view, "dots", pd.DataFrame(points), unit="procent", areas=[here, there])
    values = [value for dot in dots for value in dot if value]
    alt, caption = _dot_texts(view, [value for value, _ in dots], subject, several)
    block = frame(view, name, drawings, caption=caption, alt=alt, values=values, data_table=table, notes=notes)
    block.facts += counted(view, **{f"rader i {name}": len(dots)})
    return block


def _basis(indicator: Indicator) -> str:
    return f"Procent, med {indicator.numerator} av {indicator.denominator_unit}."


def _with_counts(label: str, value: Value) -> str:
    return f"{label}\n{prose.counts(value)}{', få fall' if value.few else ''}"


def _dot_texts(view: View, values: Sequence[Value], subject: str, several: bool) -> tuple[str, str]:
    """Return alt text and caption; the caption ranks only values of one measure that do not rest on few cases."""
    here, year = values[0].area, values[0].year
    opening = f"Punktdiagram med {count(len(values), 'rad', 'rader')}: {subject} {year} i {here} och i hela riket."
    ranked = sorted((value for value in values if not value.few), key=lambda value: value.value)
    links = [(value.indicator.numerator, goal_link(view, value.indicator)) for value in values]
    if len({numerator + (link.basis if link else "") for numerator, link in links}) > 1 or len(ranked) < 2:
        titles = [value.indicator.title for value in values]
        names = join(dict.fromkeys(lower_first(title.partition(": ")[2] or title) for title in titles))
        shown = "; ".join(f"{crime_label(value, several=several)}: {prose.text(value)}" for value in values)
        return f"{opening} {shown}.", f"{upper_first(subject)} {year} i {here}: {names}."
    low, high = [
        f"{lower_first(crime_label(value, several=several))}, {prose.text(value)} ({prose.counts(value)})"
        for value in (ranked[0], ranked[-1])
    ]
    kind = "brottstyperna" if several else "grupperna"
    among = f"Bland {kind} med tillräckligt många fall" if len(ranked) < len(values) else f"Av {kind}"
    caption = f"{among} i {here} {year} var {lower_first(subject)} högst för {high}, och lägst för {low}."
    return f"{opening} {among} ligger {high} högst och {low} lägst.", caption


def dumbbell_figure(view: View, *identifiers: str, name: str) -> Block:
    """Return two years of several indicators on one axis: the newest that most have, and the year before.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators in per cent with counts; those that cannot be compared with the year before are named below.
    name : str
        The figure's anchor.
    """
    found = [line for finding in map(view.finding, identifiers) for line in finding.wholes]
    newest = max((line.latest.year for line in found), default=0)
    here = [line for line in found if line.latest.year == newest and line.region.code == found[0].region.code]
    changes = [line.change for line in here if line.change and line.change.tested]
    if len(changes) < 2:
        return Block("", "")
    changes.sort(key=lambda change: -change.later.value)
    left_out = [line for line in found if line.change not in changes]
    notes = [f"Går inte att jämföra med året före: {_names(left_out)}."] if left_out else []
    return _dumbbell_block(view, changes, name, notes)


def _dumbbell_block(view: View, changes: Sequence[Change], name: str, notes: Sequence[str]) -> Block:
    pairs = [(crime_label(change.later, several=True), change.earlier, change.later) for change in changes]
    indicator, years = changes[0].later.indicator, (changes[0].earlier.year, changes[0].later.year)
    subject = f"andelen {indicator.numerator}"
    points = pd.DataFrame(
        [
            {"label": _with_counts(label, later), "earlier": earlier.value, "later": later.value}
            for label, earlier, later in pairs
        ]
    )
    cells = [
        [label, tables.value_cell(earlier), tables.value_cell(later), change.verdict]
        for (label, earlier, later), change in zip(pairs, changes, strict=True)
    ]
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{upper_first(subject)} {years[0]} och {years[1]}. {_basis(indicator)}",
        columns=["Brottstyp", *map(str, years), "Förändring"],
        groups=[tables.Group("", cells)],
        numeric=[False, True, True, False],
    )
    drawings = draw(view, "dumbbells", points, unit="procent", years=years)
    values = [value for _, *pair in pairs for value in pair]
    caption, alt = _dumbbell_texts(changes, lower_first(subject), years)
    block = frame(view, name, drawings, caption=caption, alt=alt, values=values, data_table=table, notes=notes)
    block.facts += change_facts(view, changes)
    block.facts += counted(view, **{f"rader i {name}": len(changes)})
    return block


def _dumbbell_texts(changes: Sequence[Change], subject: str, years: tuple[int, int]) -> tuple[str, str]:
    """Return caption and alt text: which changes between the two years are certain, with their levels."""
    moved, levels = [], []
    for change in changes:
        name = lower_first(crime_label(change.later, several=True))
        levels.append(f"{name} {prose.short(change.earlier)} och {prose.short(change.later)}")
        if change.verdict != "ingen säkerställd förändring":
            way = "upp" if change.difference > 0 else "ned"
            moved.append(f"{name} ({way} från {prose.text(change.earlier)} till {prose.text(change.later)})")
    kinds = f"{count(len(changes), 'brottstyp', 'brottstyper')} i {changes[0].later.area}"
    outcome = f"inte säkerställt för någon av {kinds}"
    if moved:
        outcome = f"säkerställt för {join(moved)}; för övriga är skillnaden inte säkerställd"
    return (
        f"Mellan {years[0]} och {years[1]} ändrades {subject} {outcome}.",
        f"Hantelformat punktdiagram med {kinds}: {subject} {years[0]} och {years[1]}, i procent. {'; '.join(levels)}.",
    )
