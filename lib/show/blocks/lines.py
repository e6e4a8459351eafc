"""Figures of series over years: line charts and small multiples, with what they carry in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

import pandas as pd

from lib.analysis.change import Change, between, of_line
from lib.analysis.intervals import Interval
from lib.analysis.series import IndicatorSeries, Line
from lib.analysis.view import View
from lib.base.swedish import count, join, lower_first, upper_first
from lib.show import prose, tables
from lib.show.blocks.block import Block, change_fact, counted
from lib.show.blocks.frame import frame
from lib.show.blocks.indicators import UNITS, break_visible, crime_label, follows, whole_lines

#: With fewer years than this on one side of a break, a longer view says nothing that the values do not.
FEWEST_FOR_LONGER = 4


def line_figure(view: View, identifier: str) -> Block:
    """Return a line chart of an indicator, the country beside it; nothing where there are fewer than two years to draw."""
    series = view.series(identifier)
    drawn = _lines_to_draw(series) if follows(view, series) else []
    data = pd.concat([_long(line, _label(series, line)) for line in drawn]) if drawn else pd.DataFrame(columns=["year"])
    if data["year"].nunique() < 2:
        return Block("", "")
    breaks = _breaks(series, drawn, data)
    finding = _line_finding(series, drawn[0])
    if breaks:
        finding += f" Serien är bruten {join(map(str, breaks))}; år på olika sidor om det kan inte jämföras."
    notes = [f"{year}: {text}" for year, text in breaks.items()]
    rows = pd.concat([line.rows for line in drawn])
    alt = _line_alt(series, drawn, data, breaks)
    draw = partial(_draw, data.reset_index(drop=True), UNITS[series.indicator.unit], list(breaks))
    shown = frame(view, identifier, draw, finding, alt, rows, _lines_table(series, drawn, identifier), notes)
    shown.facts += change_fact(view, drawn[0], of_line(series, drawn[0]))
    return shown


def _draw(data: pd.DataFrame, unit: str, breaks: list[int], narrow: bool):
    from lib.show import charts  # slow to import, and many chapters draw nothing

    return charts.lines(data, unit=unit, breaks=breaks, narrow=narrow)


def _breaks(series: IndicatorSeries, lines: Sequence[Line], data: pd.DataFrame) -> dict[int, str]:
    """Return the texts of the breaks that lie within a chart, by their first year."""
    found = {b.year: b.text for line in lines for b in series.breaks(line)}
    return {year: found[year] for year in sorted(found) if break_visible(year, data)}


def _line_finding(series: IndicatorSeries, line: Line) -> str:
    """Say what the first line shows: how its newest value came about, and what has come of it since the first year."""
    told = of_line(series, line)
    subject = upper_first(series.indicator.subject) + prose.elsewhere(series, line)
    return f"{subject} {_course(series, told)}.{_longer(series, line, told)}"


def _course(series: IndicatorSeries, told: Change) -> str:
    """Say how a value went from the year before, in the words that its test allows."""
    last = _in_year(series, told.later)
    if told.earlier is None or told.verdict == "går inte att bedöma":
        return f"var {last}"
    first = _in_year(series, told.earlier)
    if prose.value(told.earlier, series.indicator) == prose.value(told.later, series.indicator):
        return f"var {last}, detsamma som {told.earlier['year']}"
    if told.verdict == "ingen säkerställd förändring":
        return f"var {first} och {last}, ingen säkerställd förändring"
    if not told.tested:
        return f"gick från {first} till {last}"
    return f"{'ökade' if told.difference > 0 else 'minskade'} från {first} till {last}"


def _longer(series: IndicatorSeries, line: Line, told: Change) -> str:
    """Say what has come of it since the first year that may be compared: by a test, or as the highest or lowest value so far.

    Where the year before does not differ with certainty, or cannot be compared, an untested extreme would say too much.
    """
    rows = line.rows.dropna(subset=["value"])
    newest = rows.iloc[-1]
    cut = max((b.year for b in series.breaks(line) if b.year <= newest["year"]), default=0)
    own = rows[rows["year"] >= cut]
    if len(own) < FEWEST_FOR_LONGER or series.protected:
        return ""
    interval = between(series, line, newest, own.iloc[0])
    if interval is not None:
        return _since(series, own.iloc[0], interval, told)
    if told.verdict in ("ingen säkerställd förändring", "går inte att bedöma"):
        return ""
    others, span = own.iloc[:-1]["value"], f"i serien, som börjar {int(own['year'].min())}"
    if newest["value"] > others.max():
        return f" Det är det högsta värdet {span}."
    return f" Det är det lägsta värdet {span}." if newest["value"] < others.min() else ""


def _since(series: IndicatorSeries, first: pd.Series, interval: Interval, told: Change) -> str:
    if interval[0] <= 0 <= interval[1]:
        if told.verdict == "ingen säkerställd förändring":
            return f" Inte heller sedan {first['year']} är någon förändring säkerställd."
        return f" Sedan {first['year']} är ingen förändring säkerställd."
    word = prose.MEASURE[series.indicator.type][1]
    verb = "ökat" if interval[0] > 0 else "minskat"
    return (
        f" Sedan {first['year']}, då {word} var {prose.value(first, series.indicator)}, har {word} {verb} säkerställt."
    )


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


def multiples_figure(view: View, identifiers: Sequence[str], name: str) -> Block:
    """Return small charts of several indicators on common axes, here and in the country; nothing for fewer than two.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators in per cent; those without two years here are left out and named below.
    name : str
        The figure's anchor.
    """
    found = [(series, line) for series in map(view.series, identifiers) for line in whole_lines(series)]
    chosen = [(s, x) for s, x in found if x.rows["value"].notna().sum() > 1 and x.region == found[0][1].region]
    if len(chosen) < 2:
        return Block("", "")
    area = view.catalogue.region_names[chosen[0][1].region].split(" (")[0]
    shown = [(s, x, [x, *_country(s, x)]) for s, x in chosen]
    data = pd.concat(
        _long(each, area if each is line else "Riket").assign(panel=crime_label(series, line, True))
        for series, line, drawn in shown
        for each in drawn
    ).reset_index(drop=True)
    breaks = {crime_label(s, x, True): [b.year for b in s.breaks(x)] for s, x in chosen}
    rows = pd.concat([each.rows for _, _, drawn in shown for each in drawn])
    groups = [
        tables.Group(crime_label(series, line, True), [_year_cells(series, each, data) for each in drawn])
        for series, line, drawn in shown
    ]
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{_common(chosen)} per brottstyp i {area} och i riket. Procent.",
        columns=["Område", *map(str, sorted(data["year"].unique()))],
        groups=groups,
        numeric=[False, *[True] * data["year"].nunique()],
    )
    finding, alt = _multiples_texts(chosen, area, data)
    left_out = [crime_label(s, x, True) for s, x in found if (s, x) not in chosen]
    notes = [f"För få år eller ett annat område, visas inte: {join(map(lower_first, left_out))}."] if left_out else []
    notes += [
        f"{crime_label(s, x, True)}, {b.year}: {b.text}"
        for s, x in chosen
        for b in s.breaks(x)
        if break_visible(b.year, data)
    ]
    block = frame(view, name, partial(_draw_multiples, data, area, breaks), finding, alt, rows, table, notes)
    verdicts = [of_line(s, x).verdict for s, x in chosen]
    block.facts += counted(view, **{f"diagram i {name}": len(chosen)})
    block.facts += counted(view, **{f"{name} {v}": verdicts.count(v) for v in dict.fromkeys(verdicts)})
    block.facts += [fact for s, x in chosen for fact in change_fact(view, x, of_line(s, x))]
    return block


def _draw_multiples(data: pd.DataFrame, home: str, breaks: dict[str, list[int]], narrow: bool):
    from lib.show import charts

    return charts.multiples(data, unit="procent", home=home, breaks=breaks, narrow=narrow)


def _country(series: IndicatorSeries, line: Line) -> list[Line]:
    """Return the country's line of the same measure."""
    key = (line.sex, line.group)
    return [x for x in series.comparison if (x.sex, x.group) == key and x.has_value and not series.compares_median(x)]


def _year_cells(series: IndicatorSeries, line: Line, data: pd.DataFrame) -> list[object]:
    rows = {int(row["year"]): row for _, row in line.rows.iterrows()}
    cells = [tables.value_cell(rows.get(int(year)), series.indicator) for year in sorted(data["year"].unique())]
    return [series.area(line), *cells]


def _common(chosen: Sequence[tuple[IndicatorSeries, Line]]) -> str:
    """Return what the titles of several indicators have in common: "Personuppklaring"."""
    first = chosen[0][0].indicator.title
    return first.partition(":")[0] if ": " in first else "Indikatorerna"


def _multiples_texts(chosen: Sequence[tuple[IndicatorSeries, Line]], area: str, data: pd.DataFrame) -> tuple[str, str]:
    """Return caption and alt text: which of the indicators have moved with certainty since the year before."""
    newest = int(data["year"].max())
    moved: dict[str, list[str]] = {"ökning": [], "minskning": []}
    for series, line in chosen:
        told = of_line(series, line)
        if told.tested and told.later["year"] == newest and told.verdict != "ingen säkerställd förändring":
            moved["ökning" if told.difference > 0 else "minskning"].append(lower_first(crime_label(series, line, True)))
    told = [f"säkerställd {word} för {join(names)}" for word, names in moved.items() if names]
    finding = f"{_common(chosen)} i {area} mellan {newest - 1} och {newest}: {join(told) or 'ingen säkerställd förändring för någon brottstyp'}."
    ends = [
        f"{lower_first(crime_label(s, x, True))} {prose.value_short(x.latest, s.indicator)} procent {x.latest['year']}"
        for s, x in chosen
    ]
    alt = (
        f"{upper_first(count(len(chosen), 'litet linjediagram', 'små linjediagram', neuter=True))} med samma axlar, "
        f"{data['year'].min()}–{newest}, {area} och riket. Senaste värden i {area}: {'; '.join(ends)}."
    )
    return finding, alt
