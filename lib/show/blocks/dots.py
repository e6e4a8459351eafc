"""Figures of dots: one year here and in the country, and two years of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from lib.analysis.change import Change, interval, of_line
from lib.analysis.intervals import CONFIDENCE
from lib.analysis.series import IndicatorSeries, Line, few_cases
from lib.analysis.view import View
from lib.base.swedish import count, join, lower_first, upper_first
from lib.show import prose, tables
from lib.show.blocks.block import Block, change_fact, counted
from lib.show.blocks.frame import frame
from lib.show.blocks.indicators import crime_label, goal_link, part_lines, whole_lines


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
    chosen = [
        (series, line)
        for series in map(view.series, identifiers)
        for line in (part_lines(series) if split else whole_lines(series))
    ]
    years = [line.latest["year"] for _, line in chosen]
    if not years:
        return Block("", "")
    year = max(years)
    rows = [(series, line, _value(line, year)) for series, line in chosen]
    lacking = [crime_label(series, line, several=True) for series, line, row in rows if row is None]
    rows = [(series, line, row) for series, line, row in rows if row is not None]
    # One heading, one area: the police region and the county are never drawn as if they were the same place.
    other = [crime_label(series, line, several=True) for series, line, _ in rows if line.region != rows[0][1].region]
    rows = [item for item in rows if item[1].region == rows[0][1].region]
    if len(rows) < 2:
        return Block("", "")
    rows = rows if split else sorted(rows, key=lambda item: -item[2]["value"])
    notes = [f"Uppgift för {year} saknas för {join(map(lower_first, lacking))}."] if lacking else []
    notes += [f"Avser ett annat område och visas inte här: {join(map(lower_first, other))}."] if other else []
    return _dot_block(view, rows, int(year), name, notes)


def _value(line: Line, year: int) -> pd.Series | None:
    row = line.rows[(line.rows["year"] == year) & line.rows["value"].notna()]
    return row.iloc[0] if len(row) else None


def _shares(series: IndicatorSeries) -> list[Line]:
    """Return the country's lines that measure the same as the county's: a median may not stand on the same axis row."""
    return [line for line in series.comparison if not series.compares_median(line)]


def _dot_block(
    view: View, rows: list[tuple[IndicatorSeries, Line, pd.Series]], year: int, name: str, notes: Sequence[str]
) -> Block:
    here = view.catalogue.region_names[rows[0][1].region].split(" (")[0]
    there = view.catalogue.region_names[view.catalogue.identity.country].split(" (")[0]
    several = len({series.indicator.id for series, _, _ in rows}) > 1
    points, body, shown = [], [], []
    for series, line, row in rows:
        label = crime_label(series, line, several)
        country = next((_value(x, year) for x in _shares(series) if (x.sex, x.group) == (line.sex, line.group)), None)
        few = ", få fall" if few_cases(row) else ""
        low, high = interval(series, row) or (None, None)
        name_and_counts = f"{label}\n{prose.counts_short(row)}{few}"
        points += [{"label": name_and_counts, "area": here, "value": row["value"], "low": low, "high": high}]
        points += [] if country is None else [{"label": points[-1]["label"], "area": there, "value": country["value"]}]
        body.append([label, tables.value_cell(row, series.indicator), tables.value_cell(country, series.indicator)])
        shown += [row] if country is None else [row, country]
    draw = partial(_draw_dots, pd.DataFrame(points), [here, there])
    if any(point.get("low") is not None for point in points):
        notes = [
            f"Strecken genom punkterna för {here} är {CONFIDENCE}-procentiga intervall: så mycket kan slumpen betyda.",
            *notes,
        ]
    subject = f"andelen {rows[0][0].indicator.numerator}" if several else rows[0][0].indicator.subject
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{upper_first(subject)} {year}. Procent, med {rows[0][0].indicator.numerator} av {rows[0][0].indicator.denominator_unit}.",
        columns=["Brottstyp" if several else "Grupp", here, there],
        groups=[tables.Group("", body)],
        numeric=[False, True, True],
    )
    alt, finding = _dot_texts(view, rows, year, subject, here, several)
    block = frame(view, name, draw, finding, alt, pd.DataFrame(shown), table, notes)
    block.facts += counted(view, **{f"rader i {name}": len(rows)})
    return block


def _draw_dots(points: pd.DataFrame, areas: list[str], narrow: bool):
    from lib.show import charts  # slow to import, and many chapters draw nothing

    return charts.dots(points, unit="procent", areas=areas, narrow=narrow)


def _dot_texts(
    view: View, rows: list[tuple[IndicatorSeries, Line, pd.Series]], year: int, subject: str, here: str, several: bool
) -> tuple[str, str]:
    """Return alt text and caption; the caption ranks only what is one measure and does not rest on few cases."""
    links = {series.indicator.id: goal_link(view, series.indicator) for series, _, _ in rows}
    kinds = {s.indicator.numerator + (link.basis if (link := links[s.indicator.id]) else "") for s, _, _ in rows}
    ranked = sorted((item for item in rows if not few_cases(item[2])), key=lambda item: item[2]["value"])
    opening = f"Punktdiagram med {count(len(rows), 'rad', 'rader')}: {subject} {year} i {here} och i hela riket."
    if len(kinds) > 1 or len(ranked) < 2:
        names = join(
            dict.fromkeys(lower_first(s.indicator.title.partition(": ")[2] or s.indicator.title) for s, _, _ in rows)
        )
        shown = "; ".join(f"{crime_label(s, line, several)}: {prose.value(row, s.indicator)}" for s, line, row in rows)
        return f"{opening} {shown}.", f"{upper_first(subject)} {year} i {here}: {names}."
    low, high = [
        f"{lower_first(crime_label(s, line, several))}, {prose.value(row, s.indicator)} ({prose.counts_short(row)})"
        for s, line, row in (ranked[0], ranked[-1])
    ]
    kind = "brottstyperna" if several else "grupperna"
    among = f"Bland {kind} med tillräckligt många fall" if len(ranked) < len(rows) else f"Av {kind}"
    finding = f"{among} i {here} {year} var {lower_first(subject)} högst för {high}, och lägst för {low}."
    return f"{opening} {among} ligger {high} högst och {low} lägst.", finding


def dumbbell_figure(view: View, identifiers: Sequence[str], name: str) -> Block:
    """Return two years of several indicators beside each other: the newest that most have, and the year before.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators in per cent with counts; those that cannot be compared with the year before are named below.
    name : str
        The figure's anchor.
    """
    found = [(s, x, of_line(s, x)) for s in map(view.series, identifiers) for x in whole_lines(s)]
    newest = max((int(told.later["year"]) for _, _, told in found), default=0)
    chosen = [
        item
        for item in found
        if item[2].tested and item[2].later["year"] == newest and item[1].region == found[0][1].region
    ]
    if len(chosen) < 2:
        return Block("", "")
    chosen.sort(key=lambda item: -item[2].later["value"])
    left_out = [crime_label(s, x, True) for s, x, told in found if not any(told is other for _, _, other in chosen)]
    notes = [f"Går inte att jämföra med året före: {join(map(lower_first, left_out))}."] if left_out else []
    return _dumbbell_block(view, chosen, newest, name, notes)


Compared = tuple[IndicatorSeries, Line, Change]


def _dumbbell_block(view: View, chosen: list[Compared], year: int, name: str, notes: Sequence[str]) -> Block:
    pairs = [(crime_label(s, x, True), told.earlier, told.later) for s, x, told in chosen]
    points = pd.DataFrame(
        {
            "label": [_with_counts(label, later) for label, _, later in pairs],
            "earlier": [earlier["value"] for _, earlier, _ in pairs],
            "later": [later["value"] for _, _, later in pairs],
        }
    )
    rows = pd.DataFrame([row for _, earlier, later in pairs for row in (earlier, later)])
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{_subject(chosen)} {year - 1} och {year}. Procent, med {chosen[0][0].indicator.numerator} av {chosen[0][0].indicator.denominator_unit}.",
        columns=["Brottstyp", str(year - 1), str(year), "Förändring"],
        groups=[
            tables.Group(
                "",
                [
                    [label, *(tables.value_cell(row, s.indicator) for row in (told.earlier, told.later)), told.verdict]
                    for label, (s, _, told) in zip([p[0] for p in pairs], chosen, strict=True)
                ],
            )
        ],
        numeric=[False, True, True, False],
    )
    finding, alt = _dumbbell_texts(view, chosen, year)
    block = frame(view, name, partial(_draw_dumbbells, points, (year - 1, year)), finding, alt, rows, table, notes)
    block.facts += [fact for _, x, told in chosen for fact in change_fact(view, x, told)]
    block.facts += counted(view, **{f"rader i {name}": len(chosen)})
    return block


def _with_counts(label: str, row: pd.Series) -> str:
    return f"{label}\n{prose.counts_short(row)}{', få fall' if few_cases(row) else ''}"


def _subject(chosen: Sequence[Compared]) -> str:
    return f"Andelen {chosen[0][0].indicator.numerator}"


def _draw_dumbbells(points: pd.DataFrame, years: tuple[int, int], narrow: bool):
    from lib.show import charts

    return charts.dumbbells(points, unit="procent", years=years, narrow=narrow)


def _dumbbell_texts(view: View, chosen: Sequence[Compared], year: int) -> tuple[str, str]:
    """Return caption and alt text: what has changed with certainty between the two years, and by how much the most has."""
    area = view.catalogue.region_names[chosen[0][1].region].split(" (")[0]
    sure = [item for item in chosen if item[2].verdict != "ingen säkerställd förändring"]
    words = [
        f"{lower_first(crime_label(s, x, True))} ({'upp' if told.difference > 0 else 'ned'} från "
        f"{prose.value(told.earlier, s.indicator)} till {prose.value(told.later, s.indicator)})"
        for s, x, told in sure
    ]
    kinds = f"{count(len(chosen), 'brottstyp', 'brottstyper')} i {area}"
    if sure:
        finding = f"Mellan {year - 1} och {year} ändrades {lower_first(_subject(chosen))} säkerställt för {join(words)}; för övriga är skillnaden inte säkerställd."
    else:
        finding = f"Mellan {year - 1} och {year} ändrades {lower_first(_subject(chosen))} inte säkerställt för någon av {kinds}."
    shown = "; ".join(
        f"{lower_first(crime_label(s, x, True))} {prose.value_short(told.earlier, s.indicator)} och {prose.value_short(told.later, s.indicator)}"
        for s, x, told in chosen
    )
    return (
        finding,
        f"Hantelformat punktdiagram med {kinds}: {lower_first(_subject(chosen))} {year - 1} och {year}, i procent. {shown}.",
    )
