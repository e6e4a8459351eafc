"""Figures of dots: one year here and in the country, and two years of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from lib.analysis.change import Change
from lib.analysis.finding import Line
from lib.analysis.intervals import CONFIDENCE
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import count, join, lower_first, upper_first
from lib.data.indicators import Indicator
from lib.show import prose, tables
from lib.show.blocks.block import Block, change_facts, counted
from lib.show.blocks.frame import draw, frame
from lib.show.blocks.indicators import crime_label, goal_link


class Dot(NamedTuple):
    """A row of a dot chart: its label, the home area's value and the country's, if there is one."""

    label: str
    value: Value
    country: Value | None

    @property
    def name(self) -> str:
        """The label inside a sentence."""
        return lower_first(self.label)


def dot_figure(view: View, identifiers: Sequence[str], *, name: str, split: bool = False) -> Block:
    """Return a dot chart of the newest year, here and in the country; what lacks that year is named below it.

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
    if not found:
        return Block("", "")
    year = max(line.latest.year for _, line in found)
    current = [(finding, line) for finding, line in found if line.latest.year == year]
    # One heading, one area: the police region and the county are never drawn as if they were the same place.
    chosen = [(finding, line) for finding, line in current if line.region.code == current[0][1].region.code]
    if len(chosen) < 2:
        return Block("", "")
    several = len({finding.indicator.id for finding, _ in chosen}) > 1
    dots = []
    for finding, line in chosen:
        country = finding.like(line)
        in_country = country.by_year.get(year) if country else None
        known = in_country if in_country and in_country.known else None
        dots.append(Dot(crime_label(line, several=several), line.latest, known))
    if not split:
        dots.sort(key=lambda dot: -dot.value.value)
    lacking = [line for _, line in found if line.latest.year != year]
    other = [line for _, line in current if line.region.code != current[0][1].region.code]
    notes = [f"Uppgift för {year} saknas för {_names(lacking)}."] if lacking else []
    notes += [f"Avser ett annat område och visas inte här: {_names(other)}."] if other else []
    return _dot_block(view, dots, name, several, notes)


def _names(lines: Sequence[Line]) -> str:
    return join(lower_first(crime_label(line, several=True)) for line in lines)


def _dot_block(view: View, dots: Sequence[Dot], name: str, several: bool, notes: Sequence[str]) -> Block:
    first, here = dots[0].value, dots[0].value.area
    there = view.catalogue.region_names[view.catalogue.identity.country].split(" (")[0]
    if any(dot.value.interval for dot in dots):
        through = f"Strecken genom punkterna för {here} är {CONFIDENCE}-procentiga intervall"
        notes = [f"{through}: så mycket kan slumpen betyda.", *notes]
    subject = f"andelen {first.indicator.numerator}" if several else first.indicator.subject
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{upper_first(subject)} {first.year}. {_basis(first.indicator)}",
        columns=["Brottstyp" if several else "Grupp", here, there],
        groups=[tables.Group("", [[d.label, tables.value_cell(d.value), tables.value_cell(d.country)] for d in dots])],
        numeric=[False, True, True],
    )
    alt, caption = _dot_texts(view, dots, subject, several)
    block = frame(
        view,
        name,
        draw(view, "dots", _points(dots, here, there), unit="procent", areas=[here, there]),
        caption=caption,
        alt=alt,
        values=[value for dot in dots for value in (dot.value, dot.country) if value],
        data_table=table,
        notes=notes,
    )
    block.facts += counted(view, **{f"rader i {name}": len(dots)})
    return block


def _basis(indicator: Indicator) -> str:
    return f"Procent, med {indicator.numerator} av {indicator.denominator_unit}."


def _points(dots: Sequence[Dot], here: str, there: str) -> pd.DataFrame:
    """Return the dots as `lib.show.charts.dots` wants them."""
    points = []
    for dot in dots:
        low, high = dot.value.interval or (None, None)
        label = _with_counts(dot.label, dot.value)
        points.append({"label": label, "area": here, "value": dot.value.value, "low": low, "high": high})
        if dot.country:
            points.append({"label": label, "area": there, "value": dot.country.value})
    return pd.DataFrame(points)


def _with_counts(label: str, value: Value) -> str:
    return f"{label}\n{prose.counts(value)}{', få fall' if value.few else ''}"


def _dot_texts(view: View, dots: Sequence[Dot], subject: str, several: bool) -> tuple[str, str]:
    """Return alt text and caption; the caption ranks only what is one measure and does not rest on few cases."""
    here, year = dots[0].value.area, dots[0].value.year
    opening = f"Punktdiagram med {count(len(dots), 'rad', 'rader')}: {subject} {year} i {here} och i hela riket."
    ranked = sorted((dot for dot in dots if not dot.value.few), key=lambda dot: dot.value.value)
    if not _one_measure(view, dots) or len(ranked) < 2:
        titles = [dot.value.indicator.title for dot in dots]
        names = join(dict.fromkeys(lower_first(title.partition(": ")[2] or title) for title in titles))
        shown = "; ".join(f"{dot.label}: {prose.text(dot.value)}" for dot in dots)
        return f"{opening} {shown}.", f"{upper_first(subject)} {year} i {here}: {names}."
    ends = (ranked[0], ranked[-1])
    low, high = [f"{dot.name}, {prose.text(dot.value)} ({prose.counts(dot.value)})" for dot in ends]
    kind = "brottstyperna" if several else "grupperna"
    among = f"Bland {kind} med tillräckligt många fall" if len(ranked) < len(dots) else f"Av {kind}"
    caption = f"{among} i {here} {year} var {lower_first(subject)} högst för {high}, och lägst för {low}."
    return f"{opening} {among} ligger {high} högst och {low} lägst.", caption


def _one_measure(view: View, dots: Sequence[Dot]) -> bool:
    """Return whether all dots have one numerator and one basis for being under the chapter's goal."""
    kinds = set()
    for dot in dots:
        link = goal_link(view, dot.value.indicator)
        kinds.add(dot.value.indicator.numerator + (link.basis if link else ""))
    return len(kinds) == 1


class Dumbbell(NamedTuple):
    """A row of a dumbbell chart: its label and its line's change."""

    label: str
    line: Line
    change: Change

    @property
    def name(self) -> str:
        """The label inside a sentence."""
        return lower_first(self.label)


def dumbbell_figure(view: View, identifiers: Sequence[str], name: str) -> Block:
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
    rows = [
        Dumbbell(crime_label(line, several=True), line, line.change)
        for line in found
        if line.change and line.change.tested and line.latest.year == newest
        if line.region.code == found[0].region.code
    ]
    if len(rows) < 2:
        return Block("", "")
    rows.sort(key=lambda row: -row.change.later.value)
    shown = {row.line for row in rows}
    left_out = [line for line in found if line not in shown]
    notes = [f"Går inte att jämföra med året före: {_names(left_out)}."] if left_out else []
    return _dumbbell_block(view, rows, name, notes)


def _dumbbell_block(view: View, rows: Sequence[Dumbbell], name: str, notes: Sequence[str]) -> Block:
    changes = [row.change for row in rows]
    years = changes[0].earlier.year, changes[0].later.year
    points = pd.DataFrame(
        {
            "label": [_with_counts(row.label, row.change.later) for row in rows],
            "earlier": [change.earlier.value for change in changes],
            "later": [change.later.value for change in changes],
        }
    )
    body = [
        [row.label, tables.value_cell(row.change.earlier), tables.value_cell(row.change.later), row.change.verdict]
        for row in rows
    ]
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{_subject(rows)} {years[0]} och {years[1]}. {_basis(changes[0].later.indicator)}",
        columns=["Brottstyp", *map(str, years), "Förändring"],
        groups=[tables.Group("", body)],
        numeric=[False, True, True, False],
    )
    caption, alt = _dumbbell_texts(rows, years)
    block = frame(
        view,
        name,
        draw(view, "dumbbells", points, unit="procent", years=years),
        caption=caption,
        alt=alt,
        values=[value for change in changes for value in (change.earlier, change.later)],
        data_table=table,
        notes=notes,
    )
    block.facts += change_facts(view, [row.line for row in rows])
    block.facts += counted(view, **{f"rader i {name}": len(rows)})
    return block


def _subject(rows: Sequence[Dumbbell]) -> str:
    return f"Andelen {rows[0].change.later.indicator.numerator}"


def _dumbbell_texts(rows: Sequence[Dumbbell], years: tuple[int, int]) -> tuple[str, str]:
    """Return caption and alt text: what has changed with certainty between the two years, and by how much the most has."""
    subject, (earlier, later) = lower_first(_subject(rows)), years
    kinds = f"{count(len(rows), 'brottstyp', 'brottstyper')} i {rows[0].line.place}"
    certain = [_move(row) for row in rows if row.change.verdict != "ingen säkerställd förändring"]
    outcome = (
        f"säkerställt för {join(certain)}; för övriga är skillnaden inte säkerställd"
        if certain
        else f"inte säkerställt för någon av {kinds}"
    )
    values = "; ".join(
        f"{row.name} {prose.short(row.change.earlier)} och {prose.short(row.change.later)}" for row in rows
    )
    return (
        f"Mellan {earlier} och {later} ändrades {subject} {outcome}.",
        f"Hantelformat punktdiagram med {kinds}: {subject} {earlier} och {later}, i procent. {values}.",
    )


def _move(row: Dumbbell) -> str:
    change = row.change
    way = "upp" if change.difference > 0 else "ned"
    return f"{row.name} ({way} från {prose.text(change.earlier)} till {prose.text(change.later)})"
