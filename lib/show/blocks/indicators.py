"""Blocks about indicators: the card with sentences and table, the chart, and the overview of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from lib.analysis.change import interval, of_line
from lib.analysis.series import IndicatorSeries, Line
from lib.analysis.view import View
from lib.base.swedish import join as join_words
from lib.base.swedish import lower_first, sort_key, upper_first
from lib.data.observations import SUBJECT
from lib.data.records import GoalLink, Indicator
from lib.show import prose, tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, change_fact, computed_fact, counted, join, observed_fact
from lib.show.blocks.cards import cards
from lib.show.facts import Fact

#: A note on more cells than this names their years alone.
MOST_NAMED = 3
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
    if indicator.kind(view.year) is None:
        return block.text(f"Indikatorn ”{indicator.title}” ingick inte i uppföljningen för {view.year}.")
    if not follows(view, series):
        return _elsewhere(view, indicator)
    definition = "" if indicator.definition in defined else indicator.definition
    head = tables.fragments().indicator_head(
        indicator.title + ("" if not indicator.title_incomplete else " …"), _kind(view, indicator), definition
    )
    sentences = prose.describe(series, view.year, view.parameters.cut_off)
    if indicator.ended and indicator.ended.last_year < view.year:
        sentences.append(indicator.ended.text)
    text = str(tables.fragments().paragraphs(sentences))
    facts = [*_change_facts(view, series), *conflict_facts(view, series), *response_facts(view, series)]
    blocks = [Block(str(head) + cards(view, series) + text, "\n".join([indicator.title, *sentences]), facts)]
    blocks += _value_tables(view, series)
    if not (series.home or series.comparison or len(series.beside)):
        blocks.append(_missing_fact(view, indicator))
    link = goal_link(view, indicator)
    reading = (link and link.caveat) or indicator.caveat
    caveat = str(tables.fragments().note(f"Så läses uppgiften: {reading}" if reading else "", "lr-caveat"))
    return join([*blocks, Block(caveat, "")])


def _change_facts(view: View, series: IndicatorSeries) -> list[Fact]:
    return [fact for line in series.home if line.has_value for fact in change_fact(view, line, of_line(series, line))]


def conflict_facts(view: View, series: IndicatorSeries) -> list[Fact]:
    """Return the facts of values that publications give differently, and between how many they differ."""
    amounts = series.conflicting.groupby(SUBJECT)["source"].nunique()
    facts = [observed_fact(view, row, "quoted") for _, row in series.conflicting.iterrows()]
    return facts + [
        f
        for n in amounts.unique()
        for f in counted(view, **{f"{series.indicator.id} källor som skiljer sig ({n})": int(n)})
    ]


def response_facts(view: View, series: IndicatorSeries) -> list[Fact]:
    """Return the facts of how many units were asked and answered in the newest year of the county's figure."""
    home = [line for line in series.home if line.has_value]
    told = series.response(int(home[0].latest["year"])) if home else None
    names = (f"{series.indicator.id} tillfrågade", f"{series.indicator.id} svarande")
    return counted(view, **dict(zip(names, told, strict=True))) if told else []


def goal_link(view: View, indicator: Indicator) -> GoalLink | None:
    """Return the indicator's link to the chapter's goal."""
    return next((g for g in indicator.goal_link(view.strategy.id, view.year) if g.goal == view.goal_number), None)


def _kind(view: View, indicator: Indicator) -> str:
    link = goal_link(view, indicator)
    if link is not None and link.basis == "vår placering":
        return "Kompletterande uppgift"
    if indicator.ended and indicator.ended.last_year < view.year:
        return "Indikator, upphörd"
    return upper_first(indicator.kind(view.year) or "indikator")


def _elsewhere(view: View, indicator: Indicator) -> Block:
    goals = view.goals_of(indicator)
    if not goals or indicator.kind(view.year) is None:
        return Block("", "")
    text = (
        f"Indikatorn ”{indicator.title}” följdes {view.year} under mål {join_words(map(str, goals))} och redovisas där."
    )
    return block.text(text)


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
    columns, groups, numeric = tables.by_year(series, lines)
    note = series.indicator.comparison.note if series.comparison and series.home and series.indicator.comparison else ""
    found = {b.year: b.text for line in lines for b in series.breaks(line)}
    breaks = [f"{year}: {found[year]}" for year in sorted(found) if break_visible(year, rows)]
    notes = [
        *breaks,
        *([f"Jämförelse med riket: {note}"] if note else []),
        *_notes_of(view, series, rows),
        *protection_note(view, series),
        source_note(view, rows),
    ]
    caption = prose.caption(series)
    html = tables.html_table(
        series.indicator.id, caption=caption, columns=columns, groups=groups, numeric=numeric, notes=notes
    )
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(html, _plain(groups, columns), facts, {f"tabell-{series.indicator.id}": as_data(view, rows)})


def protection_note(view: View, series: IndicatorSeries) -> list[str]:
    """Return what a reader must know of protected figures, or nothing where they are shown as they are."""
    note = view.catalogue.policies[series.indicator.disclosure].note
    return [note] if note and (series.protected or (series.rows["status"] == "Q").any()) else []


def break_visible(year: int, rows: pd.DataFrame) -> bool:
    """Tell whether a break lies between the years that are shown."""
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
    html = tables.html_table(
        name,
        caption=caption,
        columns=columns,
        groups=groups,
        numeric=numeric,
        notes=_notes_of(view, series, series.beside),
    )
    facts = [observed_fact(view, row, "quoted") for _, row in series.beside.iterrows()]
    return Block(html, _plain(groups, columns), facts, {f"tabell-{name}": as_data(view, series.beside)})


def _beside_what(view: View, series: IndicatorSeries) -> str:
    families = {view.catalogue.sources[s].family for s in series.beside["source"]}
    what = ["de andra områden som finns i underlaget"] if series.indicator.family in families else []
    what += ["uppgifter enligt andra publikationer"] if families - {series.indicator.family} else []
    return f"{join_words(what)}, utanför serien"


def _notes_of(view: View, series: IndicatorSeries, rows: pd.DataFrame) -> list[str]:
    """Return the rows' notes in one line, each with the year and, where several stand in the table, the area and group."""
    # What a source says of a break stands with the breaks.
    told = rows[rows["status"] != "B"].sort_values("year")
    noted = [(row, series.indicator.label(row["sex"], row["group"])) for _, row in told.iterrows()]
    several_areas, several_groups = rows["region"].nunique() > 1, len({label for _, label in noted}) > 1
    about: dict[str, list[str]] = {}
    for row, label in noted:
        if row["note"]:
            parts = [str(row["year"])]
            parts += (
                [prose.lower_country(view.catalogue.region_names[row["region"]].split(" (")[0])]
                if several_areas
                else []
            )
            parts += [lower_first(label)] if several_groups else []
            about.setdefault(row["note"].rstrip("."), []).append(", ".join(parts))
    notes = []
    for note, where in about.items():
        if len(where) == len(rows) > 1:
            notes.append(f"{note}.")
        else:
            places = [place.split(",")[0] for place in where] if len(where) > MOST_NAMED else where
            notes.append(f"{join_words(dict.fromkeys(places))}: {note}.")
    return ["Anmärkningar. " + " ".join(notes)] if notes else []


def source_note(view: View, rows: pd.DataFrame) -> str:
    """Return the source line of rows that are shown."""
    return prose.source_line([view.catalogue.sources[s] for s in dict.fromkeys(rows["source"])], rows)


#: Columns of the files beside the report: an observation, and a 95 per cent interval where there are counts.
FILE_COLUMNS = [
    *("indicator", "year", "region", "sex", "group", "value", "unit", "numerator", "denominator"),
    *("low", "high", "status", "precision", "source", "published", "synthetic"),
]


def as_data(view: View, rows: pd.DataFrame) -> dict[str, list]:
    """Return rows as the columns and values that the build writes as CSV."""
    series = {identifier: view.series(identifier) for identifier in rows["indicator"].unique()}
    bounds = [interval(series[row["indicator"]], row) or (None, None) for _, row in rows.iterrows()]
    table = rows.assign(low=[low for low, _ in bounds], high=[high for _, high in bounds])[FILE_COLUMNS]
    table = table.astype(object).where(table.notna(), None)
    return {
        "columns": FILE_COLUMNS,
        "rows": [[str(v) if hasattr(v, "isoformat") else v for v in row] for row in table.to_numpy().tolist()],
    }


def _plain(groups: Sequence[tables.Group], columns: Sequence[str]) -> str:
    lines = [" | ".join(columns)]
    for group in groups:
        lines += [group.label] if group.label else []
        lines += [" | ".join(tables.plain(content) for content in row) for row in group.rows]
    return "\n".join(lines)


def overview(view: View, identifiers: Sequence[str], *, name: str, caption: str) -> Block:
    """Return a table with one row per indicator (the whole, not its parts) and years as columns, for the home area."""
    chosen = [(series, line) for series in map(view.series, identifiers) for line in whole_lines(series)]
    if not chosen:
        return Block("", "")
    rows = pd.concat([line.rows for _, line in chosen])
    years = sorted({int(year) for year in rows["year"]})
    areas: dict[str, tables.Group] = {}
    for series, line in chosen:
        by_year = {int(row["year"]): row for _, row in line.rows.iterrows()}
        cells = [tables.value_cell(by_year.get(year), series.indicator) for year in years]
        group = areas.setdefault(line.region, tables.Group(series.area(line)))
        group.rows.append([crime_label(series, line, True), *cells])
    groups = list(areas.values())
    columns = ["Brottstyp", *map(str, years)]
    html = tables.html_table(
        name,
        caption=caption,
        columns=columns,
        groups=groups,
        numeric=[False, *[True] * len(years)],
        notes=[*_breaks(chosen, rows), source_note(view, rows)],
    )
    facts = [observed_fact(view, row) for _, row in rows.iterrows()]
    return Block(html, _plain(groups, columns), facts, {f"tabell-{name}": as_data(view, rows)})


def _breaks(chosen: Sequence[tuple[IndicatorSeries, Line]], rows: pd.DataFrame) -> list[str]:
    """Return the breaks that lie within an overview, with the name of what they break."""
    return [
        f"{crime_label(series, line, True)}, {b.year}: {b.text}"
        for series, line in chosen
        for b in series.breaks(line)
        if break_visible(b.year, rows)
    ]


def whole_lines(series: IndicatorSeries) -> list[Line]:
    """Return the home series that stand for the whole, not for a sex or group."""
    return [line for line in series.home if line.has_value and line.group == "T" and line.sex == "T"]


def part_lines(series: IndicatorSeries) -> list[Line]:
    """Return the home series of the parts: those of a sex or group."""
    return [line for line in series.home if line.has_value and (line.group != "T" or line.sex != "T")]


def crime_label(series: IndicatorSeries, line: Line, several: bool) -> str:
    """Return what a line is called in a table or chart of one indicator, or of several."""
    title = upper_first(series.indicator.title.partition(": ")[2] or series.indicator.title)
    if line.sex == "T" and line.group == "T":
        return title
    return f"{title.split(',')[0]}: {lower_first(line.label)}" if several else line.label


def follows(view: View, series: IndicatorSeries) -> bool:
    """Tell whether the chapter's goal has the indicator in the report's year; a chapter without a goal has all."""
    return view.goal_number is None or view.goal_number in view.goals_of(series.indicator)
