"""Blocks about indicators: the card with sentences and table, and the overview of several."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from lib.analysis.finding import DISAGREEING, Finding, Line, breaks_within
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import join as join_words
from lib.base.swedish import lower_first, sort_key, upper_first
from lib.data.indicators import GoalLink, Indicator
from lib.show import prose, tables
from lib.show.blocks import block, municipalities
from lib.show.blocks.block import (
    Block,
    change_facts,
    computed_fact,
    counted,
    csv_data,
    join,
    observed_fact,
)
from lib.show.blocks.cards import cards
from lib.show.facts import Fact

#: A note on more cells than this names only their years.
MOST_NAMED = 3


def card(view: View, identifier: str, *, said: Collection[str] = ()) -> Block:
    """Return everything the report knows of an indicator: definition, figures in words and table, and how to read it.

    In a year when the indicator followed another goal, the card is a line that points there; when it followed none, nothing.

    Parameters
    ----------
    identifier : str
    said : collection of str
        Definitions and ways of reading that the chapter has given already; they are not repeated.
    """
    finding = view.finding(identifier)
    indicator = finding.indicator
    if indicator.kind(view.year) is None:
        return block.text(f"Indikatorn ”{indicator.title}” ingick inte i uppföljningen för {view.year}.")
    if not follows(view, finding):
        return _elsewhere(view, indicator)
    definition = "" if indicator.definition in said else indicator.definition
    title = indicator.title + (" …" if indicator.title_incomplete else "")
    head = str(tables.fragments().indicator_head(title, _kind(view, indicator), definition))
    if indicator.of_each_municipality:
        return join([Block(head, indicator.title), _of_municipalities(view, finding), _caveat(view, indicator, said)])
    sentences = prose.describe(finding)
    if indicator.ended and indicator.ended.last_year < view.year:
        sentences.append(indicator.ended.text)
    changes = change_facts(view, [line.change for line in finding.home_known])
    facts = [*changes, *conflict_facts(view, finding), *_response_facts(view, finding)]
    html = head + cards(view, finding) + str(tables.fragments().paragraphs(sentences))
    blocks = [Block(html, "\n".join([indicator.title, *sentences]), facts), *_value_tables(view, finding)]
    return join([*blocks, _caveat(view, indicator, said)])


def _of_municipalities(view: View, finding: Finding) -> Block:
    """Return the spread between the municipalities in words, with its source."""
    said = municipalities.describe(view, finding.indicator.id)
    known = [value for value in finding.values if value.known]
    return join([said, block.text(prose.source_line(known), css="lr-source")]) if known else said


def reading(view: View, indicator: Indicator) -> str:
    """Return how to read the indicator under the chapter's goal."""
    link = goal_link(view, indicator)
    return (link and link.caveat) or indicator.caveat


def _caveat(view: View, indicator: Indicator, said: Collection[str]) -> Block:
    text = reading(view, indicator)
    shown = f"Så läses uppgiften: {text}" if text and text not in said else ""
    return Block(str(tables.fragments().note(shown, "lr-caveat")), "")


def conflict_facts(view: View, finding: Finding) -> list[Fact]:
    """Return the facts of values that publications give differently, and of how many sources give them."""
    amounts = dict.fromkeys(conflict.sources for conflict in finding.conflicts)
    facts = [observed_fact(view, value, "quoted") for conflict in finding.conflicts for value in conflict.values]
    for amount in amounts:
        facts += counted(view, **{f"{finding.indicator.id} källor som skiljer sig ({amount})": amount})
    return facts


def _response_facts(view: View, finding: Finding) -> list[Fact]:
    """Return the facts of how many units were asked and answered in the newest year of the county's figure."""
    response = finding.responses.get(finding.home_known[0].latest.year) if finding.home_known else None
    return response_facts(view, finding.indicator, response.asked, response.answered) if response else []


def response_facts(view: View, indicator: Indicator, asked: int, answered: int) -> list[Fact]:
    """Return the facts of how many units were asked and how many answered."""
    return counted(view, **{f"{indicator.id} tillfrågade": asked, f"{indicator.id} svarande": answered})


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
    if not goals:
        return Block("", "")
    followed = f"följdes {view.year} under mål {join_words(map(str, goals))} och redovisas där"
    return block.text(f"Indikatorn ”{indicator.title}” {followed}.")


def _value_tables(view: View, finding: Finding) -> list[Block]:
    """Return the tables of an indicator's lines and of its quoted values, or the fact that there are none."""
    blocks = [_series_table(view, finding)] if finding.home or finding.comparison else []
    blocks += [_quoted_table(view, finding)] if finding.quoted else []
    if blocks:
        return blocks
    missing = computed_fact(view, f"{finding.indicator.id}/saknas", None, finding.indicator.unit, "uppgift saknas")
    return [Block("", "", [replace(missing, indicator=finding.indicator.id, status="M")])]


def _series_table(view: View, finding: Finding) -> Block:
    lines = [*finding.home, *finding.comparison]
    values = [value for line in lines for value in line.values]
    comparison = finding.indicator.comparison if finding.home and finding.comparison else None
    breaks = breaks_within(lines, [value.year for value in values])
    columns, groups = tables.by_year(lines)
    notes = [
        *(f"{year}: {text}" for year, text in breaks.items()),
        *([f"Jämförelse med riket: {comparison.note}"] if comparison and comparison.note else []),
        *_remarks(values),
        *protection_note(finding),
        prose.source_line(values),
    ]
    html = tables.html_table(
        finding.indicator.id, caption=prose.caption(finding), columns=columns, groups=groups, notes=notes
    )
    return _values_block(view, finding.indicator.id, html, columns, groups, values)


def _values_block(
    view: View,
    name: str,
    html: str,
    columns: Sequence[str],
    groups: Iterable[tables.Group],
    values: Sequence[Value],
    kind: Literal["observed", "quoted"] = "observed",
) -> Block:
    """Return a table of values as a block with its facts and its CSV file."""
    plain = [" | ".join(columns)]
    for group in groups:
        plain += [group.label] if group.label else []
        plain += [" | ".join(map(tables.plain, row)) for row in group.rows]
    facts = [observed_fact(view, value, kind) for value in values]
    return Block(html, "\n".join(plain), facts, {f"tabell-{name}": csv_data(values)})


def protection_note(finding: Finding) -> list[str]:
    """Return the policy's note to readers on protected figures, or nothing where the figures are not protected."""
    note = finding.catalogue.policies[finding.indicator.disclosure].note
    hidden = any(value.status == "Q" for value in finding.values)
    return [note] if note and (finding.protected or hidden) else []


def _quoted_table(view: View, finding: Finding) -> Block:
    """Return the figures that other publications give for the same thing, each with its source, never part of the series."""
    conflicting = {value for conflict in finding.conflicts for value in conflict.values}
    rows = []
    for value in sorted(finding.quoted, key=lambda v: (sort_key(v.region.name), v.group, v.sex, v.year, v.published)):
        cell = tables.value_cell(value)
        if value in conflicting:
            cell["flags"] = [*cell["flags"], DISAGREEING]
        rows.append([value.label, value.region.name, str(value.year), cell, value.source.title])
    indicator = finding.indicator
    columns = ["Grupp", "Område enligt källan", "År", upper_first(prose.unit(indicator).name), "Källa"]
    name, groups = f"{indicator.id}-citerat", [tables.Group("", rows)]
    caption = f"{indicator.title}: {_quoted_what(finding)}, utanför serien."
    numeric = [False, False, True, True, False]
    notes = _remarks(finding.quoted)
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, numeric=numeric, notes=notes)
    return _values_block(view, name, html, columns, groups, finding.quoted, "quoted")


def _quoted_what(finding: Finding) -> str:
    families, series = {value.source.family for value in finding.quoted}, finding.indicator.family
    what = ["de andra områden som finns i underlaget"] if series in families else []
    what += ["uppgifter enligt andra publikationer"] if families - {series} else []
    return join_words(what)


def _remarks(values: Sequence[Value]) -> list[str]:
    """Return the sources' notes on values in one line, each with the year and, where the table has several, area and group."""
    # What a source says of a break is among the breaks.
    kept = [value for value in values if value.status != "B"]
    noted = sorted(kept, key=lambda value: value.year)
    several_areas = len({value.region.code for value in values}) > 1
    several_groups = len({value.label for value in noted}) > 1
    places: dict[str, list[list[str]]] = {}
    for value in noted:
        if value.note:
            area = [prose.lower_country(value.area)] if several_areas else []
            group = [lower_first(value.label)] if several_groups else []
            places.setdefault(value.note.rstrip("."), []).append([str(value.year), *area, *group])
    notes = [_remark(note, where, len(values)) for note, where in places.items()]
    return ["Anmärkningar. " + " ".join(notes)] if notes else []


def _remark(note: str, where: Sequence[Sequence[str]], amount: int) -> str:
    if len(where) == amount > 1:
        return f"{note}."
    named = [place[0] if len(where) > MOST_NAMED else ", ".join(place) for place in where]
    return f"{join_words(dict.fromkeys(named))}: {note}."


def overview(view: View, identifiers: Sequence[str], *, name: str, caption: str) -> Block:
    """Return a table with one row per indicator (the whole, not its parts) and years as columns, for the home area."""
    chosen = [line for finding in map(view.finding, identifiers) for line in finding.wholes]
    if not chosen:
        return Block("", "")
    values = [value for line in chosen for value in line.values]
    years = sorted({value.year for value in values})
    areas: dict[str, tables.Group] = {}
    for line in chosen:
        group = areas.setdefault(line.region.code, tables.Group(line.area))
        group.rows.append([crime_label(line.latest, several=True), *tables.year_cells(line, years)])
    columns, groups = ["Brottstyp", *map(str, years)], list(areas.values())
    notes = [*named_breaks(chosen, years), prose.source_line(values)]
    html = tables.html_table(name, caption=caption, columns=columns, groups=groups, notes=notes)
    return _values_block(view, name, html, columns, groups, values)


def named_breaks(lines: Iterable[Line], years: Collection[int]) -> list[str]:
    """Return the breaks of several indicators' lines that lie between some years, each with its indicator's name."""
    return [
        f"{crime_label(line.latest, several=True)}, {year}: {text}"
        for line in lines
        for year, text in breaks_within([line], years).items()
    ]


def crime_label(value: Value, *, several: bool) -> str:
    """Return the name of a value's line in a table or chart of one indicator, or of several."""
    title = upper_first(value.indicator.title.partition(": ")[2] or value.indicator.title)
    if value.whole:
        return title
    return f"{title.split(',')[0]}: {lower_first(value.label)}" if several else value.label


def follows(view: View, finding: Finding) -> bool:
    """Return whether the chapter's goal has the indicator in the report's year; a chapter without a goal has all."""
    return view.goal_number is None or view.goal_number in view.goals_of(finding.indicator)
