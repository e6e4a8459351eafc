"""Figures of a chapter: which lines or dots are drawn, and the caption, alt text, source and data table they carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from lib import prose, tables
from lib.blocks.block import EXAMPLE, Block, change_fact, counted, observed_fact
from lib.blocks.indicators import (
    UNITS,
    as_data,
    break_visible,
    crime_label,
    follows,
    part_lines,
    source_note,
    whole_lines,
)
from lib.change import interval, of_line
from lib.intervals import CONFIDENCE
from lib.series import IndicatorSeries, Line, few_cases
from lib.swedish import count, join, lower_first, upper_first
from lib.view import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: A caption tells each value of a series up to this many, then the first, the highest and the last.
MOST_TOLD = 5


def line_figure(view: View, identifier: str) -> Block:
    """Return a line chart of an indicator, the country beside it; nothing where there are fewer than two years to draw."""
    series = view.series(identifier)
    drawn = _lines_to_draw(series) if follows(view, series) else []
    data = pd.concat([_long(line, _label(series, line)) for line in drawn]) if drawn else pd.DataFrame(columns=["year"])
    if data["year"].nunique() < 2:
        return Block("", "")
    breaks = _breaks(series, drawn, data)
    from lib import charts  # slow to import, and many chapters draw nothing

    figure = charts.lines(data.reset_index(drop=True), unit=UNITS[series.indicator.unit], breaks=list(breaks))
    finding = _line_finding(series, drawn)
    if breaks:
        finding += f" Serien är bruten {join(map(str, breaks))}; år på olika sidor om det kan inte jämföras."
    notes = [f"{year}: {text}" for year, text in breaks.items()]
    rows = pd.concat([line.rows for line in drawn])
    alt = _line_alt(series, drawn, data, breaks)
    shown = frame(view, identifier, figure, finding, alt, rows, _lines_table(series, drawn, identifier), notes)
    shown.facts += change_fact(view, drawn[0], of_line(series, drawn[0]))
    return shown


def _breaks(series: IndicatorSeries, lines: Sequence[Line], data: pd.DataFrame) -> dict[int, str]:
    """Return the texts of the breaks that lie within a chart, by their first year."""
    found = {b.year: b.text for line in lines for b in series.breaks(line)}
    return {year: found[year] for year in sorted(found) if break_visible(year, data)}


def _line_finding(series: IndicatorSeries, lines: Sequence[Line]) -> str:
    """Say where the first line starts and ends, within the stretch that no break cuts off."""
    line = lines[0]
    rows = line.rows.dropna(subset=["value"])
    last = rows.iloc[-1]
    comparable = [row for _, row in rows.iterrows() if not series.breaks_between(line, row["year"], last["year"])]
    subject = upper_first(series.indicator.subject) + prose.elsewhere(series, line)
    highest = max(comparable, key=lambda row: row["value"])
    told = comparable if len(comparable) <= MOST_TOLD else [comparable[0], highest, comparable[-1]]
    told = sorted({int(row["year"]): row for row in told}.items())
    return f"{subject}: {join(_in_year(series, row) for _, row in told)}."


def _in_year(series: IndicatorSeries, row: pd.Series) -> str:
    """Write a value with its year: "13 procent 2021", "19 av 26 år 2021"."""
    text = prose.value(row, series.indicator)
    return f"{text} {'år ' if text[-1].isdigit() else ''}{row['year']}"


def _lines_to_draw(series: IndicatorSeries) -> list[Line]:
    """Choose at most four lines: the whole (or the first two parts) here, and the same in the country."""
    home = [line for line in series.home if line.has_value]
    whole = [line for line in home if line.sex == "T" and line.group == "T"] or home[:2]
    keys = {(line.sex, line.group) for line in whole}
    return whole + [line for line in series.comparison if (line.sex, line.group) in keys and line.has_value]


def _label(series: IndicatorSeries, line: Line) -> str:
    area = re.sub(r" \(.*?\)", "", series.area(line))
    several = len({(x.sex, x.group) for x in _lines_to_draw(series)}) > 1
    return f"{area}: {lower_first(line.label)}" if several else area


def _long(line: Line, label: str) -> pd.DataFrame:
    rows = line.rows.dropna(subset=["value"])
    return pd.DataFrame({"label": label, "year": rows["year"].astype(int), "value": rows["value"]})


def _line_alt(series: IndicatorSeries, lines: Sequence[Line], data: pd.DataFrame, breaks: Iterable[int]) -> str:
    parts = []
    for line in lines:
        rows = line.rows.dropna(subset=["value"])
        # Two years are set beside each other only within the stretch that no break cuts off.
        cut = max((b.year for b in series.breaks(line) if b.year <= rows["year"].max()), default=0)
        rows = rows[rows["year"] >= cut]
        ends = (rows.iloc[0], rows.iloc[-1]) if len(rows) > 1 else (rows.iloc[-1],)
        shown = [f"{prose.value_short(row, series.indicator)} år {row['year']}" for row in ends]
        parts.append(f"{_label(series, line)}: {', '.join(shown)}")
    years = f"{data['year'].min()}–{data['year'].max()}"
    gaps = f" Linjerna är avbrutna före {join(map(str, breaks))}." if breaks else ""
    return f"Linjediagram i {UNITS[series.indicator.unit]}, {years}, över {series.indicator.subject}. {'; '.join(parts)}.{gaps}"


def _lines_table(series: IndicatorSeries, lines: Sequence[Line], name: str) -> str:
    columns, groups, numeric = tables.by_year(series, lines)
    return tables.html_table(
        f"{name}-figur", caption=prose.caption(series), columns=columns, groups=groups, numeric=numeric
    )


def frame(
    view: View,
    name: str,
    figure: Figure,
    caption: str,
    alt: str,
    rows: pd.DataFrame,
    data_table: str,
    notes: Sequence[str],
) -> Block:
    """Put a figure in its frame: caption, alt text, source and data table are required.

    Raises
    ------
    ValueError
        If the alt text is too short to say what is seen, or too long to listen to.
    """
    if not 40 <= len(alt) <= 700:
        raise ValueError(
            f"The alt text of figure {name} has {len(alt)} characters; say what form, what about, and the main thing to see."
        )
    from lib import charts

    image, width, height = charts.svg(figure, EXAMPLE if view.synthetic else "")
    source = source_note(view, rows)
    markup = Markup(data_table)
    html = str(tables.fragments().figure(name, caption, source, image, alt, width, height, markup, list(notes)))
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(html, f"[Figur: {alt}]", facts, {f"figur-{name}": as_data(view, rows)})


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
    from lib import charts

    figure = charts.dots(pd.DataFrame(points), unit="procent", areas=[here, there])
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
    alt, finding = _dot_texts(rows, year, subject, here, several)
    block = frame(view, name, figure, finding, alt, pd.DataFrame(shown), table, notes)
    block.facts += counted(view, **{f"rader i {name}": len(rows)})
    return block


def _dot_texts(
    rows: list[tuple[IndicatorSeries, Line, pd.Series]], year: int, subject: str, here: str, several: bool
) -> tuple[str, str]:
    """Return alt text and caption; the caption ranks only what is one measure and does not rest on few cases."""
    kinds = {series.indicator.numerator + series.indicator.goals[0].basis for series, _, _ in rows}
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
