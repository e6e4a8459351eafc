"""Blocks on equal support: the units that answer, what is known per violence type, and the spread between units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from lib.analysis.series import IndicatorSeries
from lib.analysis.view import View
from lib.base.swedish import count, join, sort_key, upper_first
from lib.data.observations import newest
from lib.data.records import Indicator
from lib.show import prose, tables
from lib.show.blocks import block, indicators
from lib.show.blocks.block import Block, counted, observed_fact
from lib.show.blocks.frame import frame
from lib.show.facts import Fact

TARGETS = {"vuxna": "Vuxna", "barn": "Barn"}


def unit_register(view: View) -> Block:
    """Return how many municipalities and districts there were at each year's end, and the denominators that gives."""
    rows, counts, facts = [], [], []
    for year in range(view.strategy.first_year or view.year, view.year + 1):
        own = view.units(year)
        towns, districts = (sum(u.type == kind for u in own) for kind in ("kommun", "stadsdel"))
        with_districts = len({u.parent for u in own if u.type == "stadsdel"})
        counts.append(districts)
        amounts = {
            "kommuner": towns,
            "stadsdelar": districts,
            "kommuner och stadsdelar": towns + districts,
            "enheter": towns - with_districts + districts,
        }
        rows.append([str(year), *map(str, amounts.values())])
        told = counted(view, **{f"{name} {year}": amount for name, amount in amounts.items()})
        facts += [replace(fact, year=year) for fact in told]
    if not any(counts):
        # Without districts there is but one denominator.
        shown = [row[:2] for row in rows]
        caption = "Kommuner i länet vid årets slut. Antal."
        return block.table("enheter", caption=caption, columns=["År", "Kommuner"], rows=shown, numeric=[1], facts=facts)
    table = block.table(
        "enheter",
        caption="Kommuner och stadsdelar i länet vid årets slut. Antal.",
        columns=[
            "År",
            "Kommuner",
            "Stadsdelar",
            "Kommuner och stadsdelar",
            "Enheter om staden svarar genom stadsdelarna",
        ],
        rows=rows,
        numeric=range(1, 5),
        facts=facts,
    )
    text = (
        "En andel av ”kommuner och stadsdelar” kan ha mer än en nämnare: staden kan räknas både som kommun och genom sina stadsdelar, "
        "eller bara genom stadsdelarna. Källorna anger inte vilken de använt."
    )
    if len(set(counts)) > 1:
        text += " När antalet stadsdelar ändras kan andelen ändras utan att någon enhet har ändrat sitt stöd."
    return block.join([table, block.text(text)])


def support_matrix(view: View, identifiers: Sequence[str]) -> Block:
    """Return what is known of support per violence type, to adults and to children, for the county as a whole."""
    known = [view.catalogue.indicator(i) for i in identifiers]
    rows, facts = [], []
    for kind in view.strategy.violence_types:
        cells = []
        for target in TARGETS:
            own = [i for i in known if kind in i.violence_types and target in i.target_groups]
            found = [row for i in own if (row := _latest(view, i)) is not None]
            facts += [observed_fact(view, row) for row in found]
            cells.append(_cell(view, found[0]) if found else tables.value_cell(None, known[0]))
        rows.append([upper_first(kind), *cells])
    return block.table(
        "stod-per-valdstyp",
        caption="Andel av länets kommuner som ger stöd, efter våldstyp och målgrupp. Procent, eller antal av dem som svarat; senaste uppgift.",
        columns=["Våldstyp", *TARGETS.values()],
        rows=rows,
        numeric=[1, 2],
        facts=list({f.id: f for f in facts}.values()),
    )


def _latest(view: View, indicator: Indicator) -> pd.Series | None:
    whole = [line for line in view.series(indicator.id).home if line.has_value]
    return whole[0].latest if whole else None


def _cell(view: View, row: pd.Series) -> dict[str, object]:
    cell = tables.value_cell(row, view.catalogue.indicator(row["indicator"]))
    return tables.shaded({**cell, "count": f"år {row['year']}"}, _shade(row))


def _shade(row: pd.Series | None) -> int | None:
    """Return the shade of a share: five steps of twenty per cent each; a value that is none has no shade."""
    if row is None or pd.isna(row["value"]) or row["unit"] != "procent":
        return None
    return min(int(row["value"] // 20), 4)


def spread(view: View, identifiers: Sequence[str]) -> Block:
    """Return the answers of each municipality and district and how far they lie apart; without answers, from whom they lack."""
    own = view.units()
    codes = [unit.code for unit in own]
    rows = view.observations[view.observations["indicator"].isin(identifiers) & view.observations["region"].isin(codes)]
    if rows.empty:
        return _nobody_answered(view, own)
    asked = [i for i in identifiers if (rows["indicator"] == i).any()]
    answers = [_answers(view, view.catalogue.indicator(i), rows[rows["indicator"] == i]) for i in asked]
    together = _answer_table(view, "svar-per-enhet", [cells for _, cells in answers])
    return block.join([*(shown for shown, _ in answers), together])


def _nobody_answered(view: View, own: list) -> Block:
    towns = [u.name for u in own if u.type == "kommun"]
    districts = [u.name for u in own if u.type == "stadsdel"]
    sentences = [
        f"Inga svar per kommun eller stadsdel finns i arbetsbokens underlag för {view.year} eller tidigare, så spridningen kan inte visas. "
        "En andel för länet kan dölja att stödet saknas på vissa håll.",
        f"Svar saknas från {count(len(towns), 'kommun', 'kommuner')}: {join(sorted(towns, key=sort_key))}.",
    ]
    if districts:
        sentences.append(
            f"Svar saknas från {count(len(districts), 'stadsdel', 'stadsdelar')}: {join(sorted(districts, key=sort_key))}."
        )
    facts = counted(view, **{"kommuner utan svar": len(towns), "stadsdelar utan svar": len(districts)})
    return block.text(*sentences, facts=facts)


Answers = tuple[Indicator, int, dict[str, object]]


def _answers(view: View, indicator: Indicator, rows: pd.DataFrame) -> tuple[Block, Answers]:
    """Return what is said of one question and its map, and the question, its newest year and each unit's cell."""
    whole = newest(rows[(rows["sex"] == "T") & (rows["group"] == "T")])
    year = int(whole["year"].max())
    current = whole[whole["year"] == year]
    cells = _cells(view, indicator, current, year)
    told = view.series(indicator.id).response(year) or (0, 0)
    texts, facts = _spread_text(indicator, current, told, year, view)
    facts += [observed_fact(view, row) for _, row in current.iterrows()]
    answered = current.dropna(subset=["value"])
    table = _answer_table(view, f"karta-{indicator.id}", [(indicator, year, cells)])
    shown = block.join([block.text(texts, facts=facts), _map(view, indicator, answered, year, table)])
    return shown, (indicator, year, cells)


def yes_or_no(rows: pd.DataFrame) -> bool:
    """Tell whether units' values are answers: a share of the one unit itself."""
    return bool((rows.dropna(subset=["value"])["denominator"] == 1).all())


def _cells(view: View, indicator: Indicator, current: pd.DataFrame, year: int) -> dict[str, object]:
    """Return each unit's cell; a municipality that answers through its districts is not one that has not answered."""
    rows = {row["region"]: row for _, row in current.iterrows()}
    through = {unit.parent for unit in view.units(year) if unit.type == "stadsdel" and unit.code in rows} - set(rows)
    return {
        unit.name: "genom stadsdelarna"
        if unit.code in through
        else tables.shaded(tables.value_cell(rows.get(unit.code), indicator), _shade(rows.get(unit.code)))
        for unit in view.units(year)
    }


def _answer_table(view: View, name: str, answers: Sequence[Answers]) -> Block:
    names = list(dict.fromkeys(unit for _, _, cells in answers for unit in cells))
    absent = {"symbol": ".", "spoken": "fanns inte"}
    notes = [note for i, _, _ in answers for note in indicators.protection_note(view, view.series(i.id))]
    return block.table(
        name,
        caption="Svar per kommun och stadsdel, det senaste året för varje fråga.",
        columns=["Kommun eller stadsdel", *(f"{prose.plain_title(i)} {year}" for i, year, _ in answers)],
        rows=[[unit, *(cells.get(unit, absent) for _, _, cells in answers)] for unit in names],
        notes=list(dict.fromkeys(notes)),
    )


def _spread_text(
    indicator: Indicator, current: pd.DataFrame, told: tuple[int, int], year: int, view: View
) -> tuple[str, list[Fact]]:
    """Say how many answered and how far the answers lie apart: yes and no are counted, other values have ends."""
    asked, answered = told
    facts = counted(view, **{f"{indicator.id} tillfrågade": asked, f"{indicator.id} svarande": answered})
    text = f"{prose.plain_title(indicator)}: {answered} av {asked} tillfrågade enheter har svarat för {year}."
    values = current["value"].dropna()
    if yes_or_no(current):
        yes, no = int((values == 100).sum()), int((values == 0).sum())
        facts += counted(view, **{f"{indicator.id} ja": yes, f"{indicator.id} nej": no})
        return f"{text} {yes} svarar ja och {no} nej.", facts
    low, high = (prose.number(end, indicator.decimals) for end in (values.min(), values.max()))
    return f"{text} Värdena går från {low} till {high}.", facts


def person_counts(view: View) -> Block:
    """Return own-collected counts of persons or cases per municipality and district, protected, by sex; or that there are none."""
    shown = []
    for indicator in view.catalogue.indicators.values():
        series = view.series(indicator.id)
        if series.protected and indicator.unit == "antal" and view.goals_of(indicator):
            shown.append(_person_table(view, series))
    if not shown:
        return block.text(
            "Inga egeninsamlade antal personer eller ärenden per kommun eller stadsdel finns i underlaget."
        )
    return block.join(shown)


def _person_table(view: View, series: IndicatorSeries) -> Block:
    everyone = newest(series.rows[series.rows["group"] == "T"])
    year = int(everyone["year"].max())
    current = everyone[everyone["year"] == year]
    rows = {(row["region"], row["sex"]): row for _, row in current.iterrows()}
    sexes = [sex for sex in "TKM" if sex in set(current["sex"])]
    names = {
        view.catalogue.county: view.catalogue.region_names[view.catalogue.county],
        **{u.code: u.name for u in view.units(year)},
    }
    body = [
        [name, *(tables.value_cell(rows.get((code, sex)), series.indicator) for sex in sexes)]
        for code, name in names.items()
    ]
    span = f"{year - series.indicator.years + 1}–{year}" if series.indicator.years > 1 else str(year)
    return block.table(
        f"{series.indicator.id}-enheter",
        caption=f"{prose.plain_title(series.indicator)}, per kommun och stadsdel {span}. Antal.",
        columns=["Område", *(series.indicator.label(sex, "T") for sex in sexes)],
        rows=body,
        numeric=range(1, len(sexes) + 1),
        notes=[*indicators.protection_note(view, series), indicators.source_note(view, current)],
        facts=[observed_fact(view, row) for _, row in current.iterrows()],
    )


def _map(view: View, indicator: Indicator, answered: pd.DataFrame, year: int, table: Block) -> Block:
    """Return a map of the municipalities' values; districts have no outlines, so their town is shown only by its own answer."""
    shapes = view.catalogue.outlines
    values = {row["region"]: row["value"] for _, row in answered.iterrows() if row["region"] in shapes}
    if len(values) < 2:
        return Block("", "")
    names = view.catalogue.region_names
    low, high = min(values, key=lambda c: values[c]), max(values, key=lambda c: values[c])
    shown = [f"{names[c]}, {prose.number(values[c], indicator.decimals)}" for c in (low, high)]
    alt = (
        f"Karta över {len(shapes)} kommuner {year}: {prose.plain_title(indicator)}. Lägst värde har {shown[0]}, högst {shown[1]}. "
        f"{len(shapes) - len(values)} kommuner saknar uppgift."
    )
    rows = answered[answered["region"].isin(values)]
    if yes_or_no(rows):
        return _yes_no_map(view, indicator, values, year, rows, table)
    draw = partial(_draw_map, shapes, values, indicators.UNITS[indicator.unit], "uppgift saknas")
    caption = f"{prose.plain_title(indicator)} {year}, från {prose.number(values[low], indicator.decimals)} till {prose.number(values[high], indicator.decimals)}."
    return frame(view, f"karta-{indicator.id}", draw, caption, alt, rows, table.html, [])


def _draw_map(shapes: dict, values: dict, unit: str, lacking: str, narrow: bool):
    from lib.show import charts  # slow to import, and few reports have a map

    return charts.area_map(shapes, values, unit=unit, lacking=lacking, narrow=narrow)


def _yes_no_map(
    view: View, indicator: Indicator, values: dict[str, float], year: int, rows: pd.DataFrame, table: Block
) -> Block:
    shapes = view.catalogue.outlines
    words = {code: "ja" if value == 100 else "nej" for code, value in values.items()}
    yes = sum(word == "ja" for word in words.values())
    told = f"{yes} kommuner svarar ja, {len(words) - yes} nej och {len(shapes) - len(words)} saknar eget svar"
    alt = f"Karta över {len(shapes)} kommuner {year}: {prose.plain_title(indicator)}. {told}."
    draw = partial(_draw_map, shapes, words, "svar", "inget eget svar")
    caption = f"{prose.plain_title(indicator)} {year}: {told}."
    name = f"karta-{indicator.id}"
    shown = frame(view, name, draw, caption, alt, rows, table.html, [])
    amounts = {
        "kommuner": len(shapes),
        "kommuner ja": yes,
        "kommuner nej": len(words) - yes,
        "kommuner utan svar": len(shapes) - len(words),
    }
    shown.facts += counted(view, **{f"{indicator.id} {key}": amount for key, amount in amounts.items()})
    return shown
