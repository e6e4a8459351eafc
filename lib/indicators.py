"""Blocks about indicators: the card with sentences and table, the chart, and the overview of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from lib import charts, prose, tables
from lib.block import Block, computed_fact, join, observed_fact
from lib.catalogue import Indicator
from lib.series import IndicatorSeries, Line, few_cases
from lib.swedish import count, join as join_words, lower_first, sort_key, upper_first
from lib.view import View

UNITS = {"procent": "procent", "antal": "antal", "index_0_10": "index 0–10"}


def card(view: View, identifier: str, *, defined: Collection[str] = ()) -> Block:
    """Return everything the report knows of an indicator: what it is, its figures in words and table, how to read it.

    In a year when the indicator followed another goal, the card is a line that points there; when it followed none, nothing.

    Parameters
    ----------
    identifier : str
    defined : collection of str
        Definitions the chapter has given already; they are not repeated.
    """
    series = view.series(identifier)
    indicator = series.indicator
    if not _follows(view, series):
        return _elsewhere(view, indicator)
    definition = "" if indicator.definition in defined else indicator.definition
    head = tables.fragments().indicator_head(indicator.title + ("" if not indicator.title_incomplete else " …"), _kind(view, indicator), definition)
    sentences = prose.describe(series, view.year, view.parameters.cut_off)
    if indicator.ended and indicator.ended.last_year < view.year:
        sentences.append(indicator.ended.text)
    text = str(tables.fragments().paragraphs(sentences))
    blocks = [Block(str(head) + text, "\n".join([indicator.title, *sentences])), *_value_tables(view, series)]
    if not (series.home or series.comparison or len(series.beside)):
        blocks.append(_missing_fact(view, indicator))
    caveat = str(tables.fragments().note(f"Så läses uppgiften: {indicator.caveat}" if indicator.caveat else "", "lr-caveat"))
    return join([*blocks, Block(caveat, "")])


def _kind(view: View, indicator: Indicator) -> str:
    link = next((g for g in indicator.goal_link(view.strategy.id, view.year) if g.goal == view.goal_number), None)
    if link is not None and link.basis == "vår placering":
        return "Kompletterande uppgift"
    if indicator.ended and indicator.ended.last_year < view.year:
        return "Indikator, upphörd"
    return upper_first(indicator.kind(view.year) or "indikator")


def _elsewhere(view: View, indicator: Indicator) -> Block:
    goals = view.goals_of(indicator)
    if not goals:
        return Block("", "")
    text = f"Indikatorn ”{indicator.title}” följdes {view.year} under mål {join_words(map(str, goals))} och redovisas där."
    return Block(str(tables.fragments().paragraphs([text])), text)


def _follows(view: View, series: IndicatorSeries) -> bool:
    return view.goal_number is None or view.goal_number in view.goals_of(series.indicator)


def _missing_fact(view: View, indicator: Indicator) -> Block:
    fact = computed_fact(view, f"{indicator.id}/saknas", None, indicator.unit, "uppgift saknas")
    return Block("", "", [type(fact)(**{**vars(fact), "indicator": indicator.id, "status": "M"})])


def _value_tables(view: View, series: IndicatorSeries) -> list[Block]:
    lines = [*series.home, *series.comparison]
    blocks = []
    if lines:
        blocks.append(_series_table(view, series, lines))
    if len(series.beside):
        blocks.append(_beside_table(view, series))
    return blocks


def _series_table(view: View, series: IndicatorSeries, lines: Sequence[Line]) -> Block:
    rows = pd.concat([line.rows for line in lines])
    columns, groups, numeric = tables.by_year(series.indicator, lines, view.catalogue.region_names)
    note = series.indicator.comparison.note if series.comparison and series.home and series.indicator.comparison else ""
    breaks = [f"{b.year}: {b.text}" for b in series.indicator.breaks if _break_visible(b.year, rows)]
    notes = [*breaks, *([f"Jämförelse med riket: {note}"] if note else []), *_notes_of(rows), _sources(view, rows)]
    caption = prose.caption(series)
    html = tables.html_table(series.indicator.id, caption=caption, columns=columns, groups=groups, numeric=numeric, notes=notes)
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(html, _plain(groups, columns), facts, {f"tabell-{series.indicator.id}": _csv(view, rows)})


def _break_visible(year: int, rows: pd.DataFrame) -> bool:
    return bool(rows["year"].min() < year <= rows["year"].max())


def _beside_table(view: View, series: IndicatorSeries) -> Block:
    """Figures that other publications give for the same thing: quoted, each with its source, never part of the series."""
    conflicting = set(series.conflicting.index)
    rows = []
    beside = series.beside.assign(place=series.beside["region"].map(view.catalogue.region_names).map(sort_key))
    for index, row in beside.sort_values(["place", "group", "sex", "year", "published"]).iterrows():
        cell = tables.value_cell(row, series.indicator)
        if index in conflicting:
            cell["flags"] = [*cell["flags"], "olika uppgift"]
        source = view.catalogue.sources[row["source"]]
        label = series.indicator.label(row["sex"], row["group"])
        rows.append([label, view.catalogue.region_names[row["region"]], str(row["year"]), cell, source.title])
    groups = [tables.Group("", rows)]
    columns = ["Grupp", "Område enligt källan", "År", upper_first(UNITS[series.indicator.unit]), "Källa"]
    caption = f"{series.indicator.title}: {_beside_what(view, series)}."
    name = f"{series.indicator.id}-citerat"
    numeric = [False, False, True, True, False]
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, numeric=numeric, notes=_notes_of(series.beside))
    facts = [observed_fact(view, row, "quoted") for _, row in series.beside.iterrows()]
    return Block(html, _plain(groups, columns), facts, {f"tabell-{name}": _csv(view, series.beside)})


def _beside_what(view: View, series: IndicatorSeries) -> str:
    families = {view.catalogue.sources[s].family for s in series.beside["source"]}
    other_areas = series.indicator.family in families
    other_publications = bool(families - {series.indicator.family})
    what = [*(["i andra områden"] if other_areas else []), *(["enligt andra publikationer"] if other_publications else [])]
    return f"uppgifter {join_words(what)}, utanför serien"


def _notes_of(rows: pd.DataFrame) -> list[str]:
    years: dict[str, list[int]] = {}
    for _, row in rows[rows["note"] != ""].sort_values("year").iterrows():
        years.setdefault(row["note"].rstrip("."), []).append(int(row["year"]))
    notes = [f"{join_words(dict.fromkeys(map(str, when)))}: {note}." for note, when in years.items()]
    return ["Anmärkningar. " + " ".join(notes)] if notes else []


def _sources(view: View, rows: pd.DataFrame) -> str:
    return prose.source_line([view.catalogue.sources[s] for s in dict.fromkeys(rows["source"])], rows)


def _csv(view: View, rows: pd.DataFrame) -> dict[str, list]:
    columns = ["indicator", "year", "region", "sex", "group", "value", "unit", "numerator", "denominator", "status", "precision", "source", "published"]
    table = rows[columns].astype(object).where(rows[columns].notna(), None)
    return {"columns": columns, "rows": [[str(v) if hasattr(v, "isoformat") else v for v in row] for row in table.to_numpy().tolist()]}


def _plain(groups: Sequence[tables.Group], columns: Sequence[str]) -> str:
    lines = [" | ".join(columns)]
    for group in groups:
        lines += [group.label] if group.label else []
        lines += [" | ".join(tables.plain(content) for content in row) for row in group.rows]
    return "\n".join(lines)


def line_figure(view: View, identifier: str) -> Block:
    """Return a line chart of an indicator, the country beside it; nothing where there are fewer than two years to draw."""
    series = view.series(identifier)
    drawn = _lines_to_draw(series) if _follows(view, series) else []
    data = pd.concat([_long(line, _label(view, series, line)) for line in drawn]) if drawn else pd.DataFrame(columns=["year"])
    if data["year"].nunique() < 2:
        return Block("", "")
    breaks = sorted({b.year for b in series.indicator.breaks if not b.groups or {line.group for line in drawn} & set(b.groups)})
    figure = charts.lines(data.reset_index(drop=True), unit=UNITS[series.indicator.unit], breaks=breaks)
    finding = prose.describe(series, view.year, view.parameters.cut_off)[0].split(". ")[0].rstrip(".") + "."
    alt = _line_alt(series, data)
    texts = [f"{b.year}: {b.text}" for b in series.indicator.breaks if b.year in breaks and _break_visible(b.year, data)]
    rows = pd.concat([line.rows for line in drawn])
    return _figure(view, identifier, figure, finding, alt, rows, _lines_table(view, series, drawn, identifier), texts)


def _lines_to_draw(series: IndicatorSeries) -> list[Line]:
    """Choose at most four lines: the whole (or the first two parts) here, and the same in the country."""
    home = [line for line in series.home if line.has_value]
    whole = [line for line in home if line.sex == "T" and line.group == "T"] or home[:2]
    keys = {(line.sex, line.group) for line in whole}
    return whole + [line for line in series.comparison if (line.sex, line.group) in keys and line.has_value]


def _label(view: View, series: IndicatorSeries, line: Line) -> str:
    area = view.catalogue.region_names[line.region].split(" (")[0]
    several = len({(x.sex, x.group) for x in _lines_to_draw(series)}) > 1
    return f"{area}: {lower_first(line.label)}" if several else area


def _long(line: Line, label: str) -> pd.DataFrame:
    rows = line.rows.dropna(subset=["value"])
    return pd.DataFrame({"label": label, "year": rows["year"].astype(int), "value": rows["value"]})


def _line_alt(series: IndicatorSeries, data: pd.DataFrame) -> str:
    parts = []
    for label, line in data.groupby("label", sort=False):
        first, last = line.iloc[0], line.iloc[-1]
        shown = [prose.number(v["value"], series.indicator.decimals) for v in (first, last)]
        parts.append(f"{label}: {shown[0]} år {first['year']}, {shown[1]} år {last['year']}")
    years = f"{data['year'].min()}–{data['year'].max()}"
    return f"Linjediagram i {UNITS[series.indicator.unit]}, {years}, över {series.indicator.subject}. {'; '.join(parts)}."


def _lines_table(view: View, series: IndicatorSeries, lines: Sequence[Line], name: str) -> str:
    columns, groups, numeric = tables.by_year(series.indicator, lines, view.catalogue.region_names)
    return tables.html_table(f"{name}-figur", caption=prose.caption(series), columns=columns, groups=groups, numeric=numeric)


def _figure(view: View, name: str, figure, caption: str, alt: str, rows: pd.DataFrame, data_table: str, notes: Sequence[str]) -> Block:
    if not 40 <= len(alt) <= 700:
        raise ValueError(f"The alt text of figure {name} has {len(alt)} characters; say what form, what about, and the main thing to see.")
    image, width, height = charts.svg(figure)
    source = _sources(view, rows)
    markup = tables.Markup(data_table)
    html = str(tables.fragments().figure(name, caption, source, image, alt, width, height, markup, list(notes)))
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(html, f"[Figur: {alt}]", facts, {f"figur-{name}": _csv(view, rows)})


def dot_figure(view: View, identifiers: Sequence[str], *, name: str, split: bool = False) -> Block:
    """Return a dot chart of the newest year that the indicators share the most of, here and in the country.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators in per cent with the same kind of denominator.
    name : str
        The figure's anchor.
    split : bool
        Show the parts (sex, age) instead of the whole.
    """
    chosen = [(series, line) for series in map(view.series, identifiers) for line in _dot_lines(series, split)]
    years = [line.latest["year"] for _, line in chosen]
    if not years:
        return Block("", "")
    year = max(years)
    rows = [(series, line, _value(line, year)) for series, line in chosen]
    rows = [(series, line, row) for series, line, row in rows if row is not None]
    if len(rows) < 2:
        return Block("", "")
    rows = rows if split else sorted(rows, key=lambda item: -item[2]["value"])
    return _dot_block(view, rows, int(year), name)


def _dot_lines(series: IndicatorSeries, split: bool) -> list[Line]:
    home = [line for line in series.home if line.has_value]
    whole = [line for line in home if line.group == "T" and line.sex == "T"]
    return (home if not whole else [line for line in home if line not in whole]) if split else whole


def _value(line: Line, year: int) -> pd.Series | None:
    row = line.rows[(line.rows["year"] == year) & line.rows["value"].notna()]
    return row.iloc[0] if len(row) else None


def _dot_block(view: View, rows: list[tuple[IndicatorSeries, Line, pd.Series]], year: int, name: str) -> Block:
    here = view.catalogue.region_names[rows[0][1].region].split(" (")[0]
    there = view.catalogue.region_names[view.catalogue.identity.country]
    several = len({series.indicator.id for series, _, _ in rows}) > 1
    points, body, shown = [], [], []
    for series, line, row in rows:
        label = _dot_label(series, line, several)
        country = next((_value(x, year) for x in series.comparison if (x.sex, x.group) == (line.sex, line.group)), None)
        few = ", få fall" if few_cases(row) else ""
        points += [{"label": f"{label}\n{prose.counts_short(row)}{few}", "area": here, "value": row["value"]}]
        points += [] if country is None else [{"label": points[-1]["label"], "area": there, "value": country["value"]}]
        body.append([label, tables.value_cell(row, series.indicator), tables.value_cell(country, series.indicator)])
        shown += [row] if country is None else [row, country]
    figure = charts.dots(pd.DataFrame(points), unit="procent", areas=[here, there])
    subject = f"andelen {rows[0][0].indicator.numerator}" if several else rows[0][0].indicator.subject
    table = tables.html_table(
        f"{name}-figur", caption=f"{upper_first(subject)} {year}. Procent, med {rows[0][0].indicator.numerator} av {rows[0][0].indicator.denominator_unit}.",
        columns=["Brottstyp" if several else "Grupp", here, there], groups=[tables.Group("", body)], numeric=[False, True, True],
    )  # fmt: skip
    alt, finding = _dot_texts(rows, year, subject, here, several)
    return _figure(view, name, figure, finding, alt, pd.DataFrame(shown), table, [])


def _dot_label(series: IndicatorSeries, line: Line, several: bool) -> str:
    title = upper_first(series.indicator.title.partition(": ")[2] or series.indicator.title)
    if line.sex == "T" and line.group == "T":
        return title
    return f"{title.split(',')[0]}: {lower_first(line.label)}" if several else line.label


def _dot_texts(rows: list[tuple[IndicatorSeries, Line, pd.Series]], year: int, subject: str, here: str, several: bool) -> tuple[str, str]:
    ordered = sorted(rows, key=lambda item: item[2]["value"])
    low, high = ordered[0], ordered[-1]
    named = [f"{lower_first(_dot_label(s, line, several))} ({prose.value_with_counts(row, s.indicator)})" for s, line, row in (high, low)]
    finding = f"{upper_first(subject)} i {here} {year} var högst för {named[0].replace(' (', ', ', 1)[:-1]}, och lägst för {named[1].replace(' (', ', ', 1)[:-1]}."
    what = count(len(rows), "rad", "rader")
    alt = f"Punktdiagram med {what}: {subject} {year} i {here} och i hela riket. Högst ligger {named[0]}, lägst {named[1]}."
    return alt, finding


def overview(view: View, identifiers: Sequence[str], *, name: str, caption: str) -> Block:
    """Return a table with one row per indicator (the whole, not its parts) and years as columns, for the home area."""
    chosen = [(series, line) for series in map(view.series, identifiers) for line in _dot_lines(series, split=False)]
    if not chosen:
        return Block("", "")
    rows = pd.concat([line.rows for _, line in chosen])
    years = sorted({int(year) for year in rows["year"]})
    body = []
    for series, line in chosen:
        by_year = {int(row["year"]): row for _, row in line.rows.iterrows()}
        body.append([_dot_label(series, line, True), *(tables.value_cell(by_year.get(year), series.indicator) for year in years)])
    groups = [tables.Group(view.catalogue.region_names[chosen[0][1].region], body)]
    columns = ["Brottstyp", *map(str, years)]
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, numeric=[False, *[True] * len(years)], notes=[_sources(view, rows)])
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(html, _plain(groups, columns), facts, {f"tabell-{name}": _csv(view, rows)})
