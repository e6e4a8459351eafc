"""Blocks on a publisher's figures for each municipality: their spread in words, a map, tables, and the years. Never a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from lib.analysis.intervals import CONFIDENCE
from lib.analysis.spread import Cases, Spread, spread
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import cardinal, count, join, lower_first, number, sort_key, upper_first
from lib.data.indicators import Indicator
from lib.show import prose, tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, computed_fact, counted, csv_data, observed_fact
from lib.show.blocks.frame import draw, frame, not_on_map
from lib.show.facts import Fact

#: A table with more columns than this does not fit on a sheet.
MOST_COLUMNS = 10
#: How many small charts stand in a row, on a page and on a telephone.
COLUMNS = (5, 3)
#: The height of a small chart in inches.
PANEL = 1.2
CHANCE = f"Intervallen är {CONFIDENCE}-procentiga och räknar varje brott för sig; när ett ärende rymmer många brott är slumpen större."


def describe(view: View, identifier: str) -> Block:
    """Return the spread of the newest year in words: range, median, all municipalities together, the country, and chance."""
    found, indicator = spread(view, identifier), view.known.indicator(identifier)
    if found is None:
        return block.text(
            f"Inget tal för länets kommuner finns i arbetsbokens underlag för {view.year} eller tidigare."
        )
    low, middle, high = (_written(indicator, end) for end in (found.lowest, found.median, found.highest))
    amount, all_of_them = len(found.values), len(found.values) + len(found.lacking)
    which = (
        f"de {amount} av länets {all_of_them} kommuner som har uppgift"
        if found.lacking
        else f"länets {amount} kommuner"
    )
    level = f"År {found.year} var {indicator.subject} mellan {low} och {high}{prose.unit(indicator).in_text} i {which}; medianen var {middle}."
    facts = counted(view, **{f"{identifier} kommuner": amount, f"{identifier} länets kommuner": all_of_them})
    facts += [_computed(view, indicator, name, end) for name, end in _ends(found)]
    for value in (*found.values, *([found.country] if found.country else [])):
        facts.append(observed_fact(view, value))
    sentences = [level, *_with_country(indicator, found), *_apart(found)]
    facts += _fact_of_all(view, indicator, found)
    if found.year < view.year:
        sentences.append(f"Nyare tal än för {found.year} finns inte i arbetsbokens underlag.")
    return block.text(" ".join(sentences), facts=facts)


def _ends(found: Spread) -> list[tuple[str, float]]:
    return [("lägst", found.lowest), ("median", found.median), ("högst", found.highest)]


def _computed(view: View, indicator: Indicator, name: str, amount: float) -> Fact:
    text = _written(indicator, amount)
    return computed_fact(view, f"{indicator.id} {name} av kommunerna", amount, indicator.unit, text)


def _written(indicator: Indicator, amount: float) -> str:
    return number(amount, indicator.decimals)


def _with_country(indicator: Indicator, found: Spread) -> list[str]:
    """Write the level of all municipalities together and of the country, and whether chance explains the difference."""
    country = _written(indicator, found.country.value) if found.country else ""
    all_of_them = found.together
    if all_of_them is None:
        return [f"I hela riket var det {country}{prose.unit(indicator).in_text}."] if country else []
    cases = f"{number(all_of_them.amount)} {indicator.numerator}"
    level = f"I alla kommuner tillsammans var det {_written(indicator, all_of_them.rate)} ({cases})"
    if found.country is None:
        return [f"{level}."]
    low, high = all_of_them.interval
    above, below = low > found.country.value, high < found.country.value
    verdict = "högre än" if above else "lägre än" if below else "inte säkert skilt från"
    return [
        f"{level}, {verdict} i hela riket, {country}."
        if above or below
        else f"{level}, {verdict} hela rikets {country}."
    ]


def _apart(found: Spread) -> list[str]:
    if found.apart is None:
        return []
    above, below = found.apart
    if not above and not below:
        return ["Ingen kommun skiljer sig från riket mer än slumpen kan förklara."]
    towns = upper_first(count(above or below, "kommun", "kommuner"))
    where = (
        f"över rikets nivå och {cardinal(below)} under"
        if above and below
        else "över rikets nivå"
        if above
        else "under rikets nivå"
    )
    return [f"{towns} låg {where}, mer än slumpen kan förklara."]


def _fact_of_all(view: View, indicator: Indicator, found: Spread) -> list[Fact]:
    facts = []
    if found.together:
        cases = found.together
        facts.append(_computed(view, indicator, "tillsammans", cases.rate))
        facts += counted(view, **{f"{indicator.id} {indicator.numerator}": cases.amount})
    if found.apart:
        facts += counted(
            view, **{f"{indicator.id} över riket": found.apart[0], f"{indicator.id} under riket": found.apart[1]}
        )
    return facts


def area_map(view: View, identifier: str) -> Block:
    """Return a map of the municipalities' figures in the newest year with its spread in words; nothing for fewer than two."""
    found, shapes = spread(view, identifier), view.catalogue.outlines
    if found is None or sum(value.region.code in shapes for value in found.values) < 2:
        return describe(view, identifier)
    indicator, text = view.catalogue.indicator(identifier), describe(view, identifier)
    amounts = {value.region.code: value.value for value in found.values}
    unit = prose.unit(indicator).name
    drawings = draw(view, "area_map", shapes, values=amounts, unit=unit, lacking="uppgift saknas")
    title = prose.plain_title(indicator)
    low, middle, high = (_written(indicator, end) for end in (found.lowest, found.median, found.highest))
    towns = len(found.values) + len(found.lacking)
    alt = f"Karta över {towns} kommuner {found.year}: {lower_first(title)}, {unit}. Från {low} till {high}, median {middle}."
    name = f"karta-{identifier}"
    shown = frame(
        view,
        name,
        drawings,
        caption=f"{title} {found.year}, i länets kommuner. {upper_first(unit)}.",
        alt=alt,
        values=found.values,
        data_table=_map_table(indicator, found, name),
        notes=[*([CHANCE] if found.cases else []), *not_on_map(view, found.year)],
    )
    shown.facts += counted(view, **{f"{identifier} områden på kartan": towns})
    shown.facts += [fact for value in found.values for fact in _case_facts(view, value, found.cases)]
    return block.join([text, shown])


def _map_table(indicator: Indicator, found: Spread, name: str) -> str:
    """Return the map's figures, with the cases and the interval of each where they can be computed."""
    columns = ["Kommun", upper_first(prose.unit(indicator).name)]
    columns += [upper_first(indicator.numerator), f"{CONFIDENCE}-procentigt intervall"] if found.cases else []
    here = {value.region.name: value for value in found.values}
    rows = []
    for town in sorted([*here, *(region.name for region in found.lacking)], key=sort_key):
        value = here.get(town)
        cases = found.cases.get(value.region.code) if value else None
        row = [town, tables.value_cell(value)]
        rows.append(row + _case_cells(indicator, cases) if found.cases else row)
    caption, numeric = f"{prose.plain_title(indicator)} {found.year}.", [False, *[True] * (len(columns) - 1)]
    groups = [tables.Group("", rows)]
    return tables.html_table(f"{name}-figur", caption=caption, columns=columns, groups=groups, numeric=numeric)


def _case_cells(indicator: Indicator, cases: Cases | None) -> list[object]:
    if cases is None:
        return [tables.value_cell(None)] * 2
    low, high = (_written(indicator, bound) for bound in cases.interval)
    return [number(cases.amount), f"{low}–{high}"]


def _case_facts(view: View, value: Value, found: dict[str, Cases]) -> list[Fact]:
    if (cases := found.get(value.region.code)) is None:
        return []
    low, high = cases.interval
    facts = counted(view, **{f"{value.indicator.id} {value.region.code} antal": cases.amount})
    name = f"{value.indicator.id} {value.region.code} intervall"
    bounds = computed_fact(view, name, cases.rate, value.indicator.unit, prose.text(value))
    return [*facts, replace(bounds, low=low, high=high)]


def table(view: View, *identifiers: str, name: str, caption: str) -> Block:
    """Return the municipalities' newest figures of several indicators, side by side, and who has none."""
    found = {i: s for i in identifiers if (s := spread(view, i))}
    if not found:
        return Block("", "")
    indicators = {identifier: view.catalogue.indicator(identifier) for identifier in found}
    towns = sorted((unit for unit in view.units() if unit.type == "kommun"), key=lambda unit: sort_key(unit.name))
    cells = {i: {value.region.code: value for value in s.values} for i, s in found.items()}
    rows = [[town.name, *(tables.value_cell(cells[i].get(town.code)) for i in found)] for town in towns]
    rows.append(["Riket", *(tables.value_cell(s.country) for s in found.values())])
    values = [value for s in found.values() for value in (*s.values, *([s.country] if s.country else []))]
    shown = block.table(
        name,
        caption=caption,
        columns=[
            "Kommun",
            *(
                f"{prose.plain_title(indicators[i])}, {prose.unit(indicators[i]).name}, {s.year}"
                for i, s in found.items()
            ),
        ],
        rows=rows,
        numeric=range(1, len(found) + 1),
        notes=[*_lacking(view, identifiers, found), prose.source_line(values)],
        facts=[observed_fact(view, value) for value in values],
    )
    shown.data = {f"tabell-{name}": csv_data(values)}
    lacking = {f"{i} kommuner utan uppgift": len(s.lacking) for i, s in found.items()}
    shown.facts += counted(view, **lacking)
    return shown


def _lacking(view: View, identifiers: Sequence[str], found: dict[str, Spread]) -> list[str]:
    """Write which municipalities have no figure, and which indicators have none."""
    titles = {identifier: prose.plain_title(view.catalogue.indicator(identifier)) for identifier in identifiers}
    notes = [
        f"{titles[i]}: uppgift saknas för {join(sorted((r.name for r in s.lacking), key=sort_key))}."
        for i, s in found.items()
        if s.lacking
    ]
    without = [lower_first(titles[i]) for i in identifiers if i not in found]
    return (
        [*notes, f"Inget tal finns i arbetsbokens underlag för {view.year} eller tidigare: {'; '.join(without)}."]
        if without
        else notes
    )


def development(view: View, identifier: str) -> Block:
    """Return small charts of each municipality over the years, with the country, on common axes; nothing for one year."""
    finding, indicator = view.finding(identifier), view.catalogue.indicator(identifier)
    towns = sorted((unit for unit in view.units() if unit.type == "kommun"), key=lambda unit: sort_key(unit.name))
    known = [v for v in finding.answers if v.known and v.whole and v.region.code in {town.code for town in towns}]
    years = sorted({value.year for value in known})[1 - MOST_COLUMNS :]
    if len(years) < 2:
        return Block("", "")
    country = next((line for line in finding.comparison_known if line.whole), None)
    series = {town.name: [v for v in known if v.region.code == town.code and v.year in years] for town in towns}
    riket = [value for value in country.known if value.year in years] if country else []
    points = [
        {"panel": town, "label": label, "year": value.year, "value": value.value}
        for town, values in series.items()
        for label, line in (("Kommunen", values), ("Riket", riket))
        for value in line
    ]
    unit = prose.unit(indicator).name
    drawings = draw(
        view, "multiples", pd.DataFrame(points), unit=unit, home="Kommunen", breaks={}, columns=COLUMNS, height=PANEL
    )
    values = [*(value for town in series.values() for value in town), *riket]
    title, span = prose.plain_title(indicator), f"{years[0]}–{years[-1]}"
    shown = frame(
        view,
        f"kommuner-{identifier}",
        drawings,
        caption=f"{title} {span}, per kommun och i riket. {upper_first(unit)}; samma axlar i alla diagram.",
        alt=_development_alt(series, riket, title, span),
        values=values,
        data_table=_years_table(series, riket, years, f"{title} {span}. {upper_first(unit)}.", identifier),
    )
    shown.facts += counted(view, **{f"{identifier} diagram": len(series)})
    return shown


def _development_alt(series: dict[str, list[Value]], riket: Sequence[Value], title: str, span: str) -> str:
    ends = f" I riket från {prose.short(riket[0])} till {prose.short(riket[-1])}." if riket else ""
    last = [values[-1] for values in series.values() if values]
    low, high = (prose.short(end(last, key=lambda value: value.value)) for end in (min, max))
    drawn = f"{len(series)} små linjediagram, ett per kommun, {span}: {lower_first(title)}."
    return f"{drawn}{ends} Kommunernas senaste tal ligger mellan {low} och {high}."


def _years_table(
    series: dict[str, list[Value]], riket: Sequence[Value], years: Sequence[int], caption: str, name: str
) -> str:
    lines = {town: {value.year: value for value in values} for town, values in series.items()}
    lines["Riket"] = {value.year: value for value in riket}
    rows = [[place, *(tables.value_cell(by_year.get(year)) for year in years)] for place, by_year in lines.items()]
    columns, groups = ["Kommun", *map(str, years)], [tables.Group("", rows)]
    return tables.html_table(f"kommuner-{name}-figur", caption=caption, columns=columns, groups=groups)
