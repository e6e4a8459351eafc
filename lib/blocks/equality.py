"""Blocks on equal support: the units that answer, what is known per violence type, and the spread between units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib import charts, prose, tables
from lib.blocks import block, figures, indicators
from lib.blocks.block import Block, computed_fact, observed_fact
from lib.blocks.plans import county, units
from lib.records import Indicator
from lib.swedish import count, join, sort_key, upper_first
from lib.view import View

TARGETS = {"vuxna": "Vuxna", "barn": "Barn"}


def unit_register(view: View) -> Block:
    """Return how many municipalities and districts there were at each year's end, and the denominators that gives."""
    code = county(view.catalogue)
    rows, counts = [], []
    for year in range(view.strategy.first_year or view.year, view.year + 1):
        own = view.catalogue.units(date(year, 12, 31), code)
        towns, districts = (sum(u.type == kind for u in own) for kind in ("kommun", "stadsdel"))
        with_districts = len({u.parent for u in own if u.type == "stadsdel"})
        counts.append(districts)
        rows.append(
            [str(year), str(towns), str(districts), str(towns + districts), str(towns - with_districts + districts)]
        )
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
        facts=[computed_fact(view, "enheter", int(rows[-1][3]), "antal", rows[-1][3])],
    )
    text = (
        "En andel av ”kommuner och stadsdelar” kan ha två nämnare: staden kan räknas både som kommun och genom sina stadsdelar, "
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
        caption="Andel av länets kommuner som ger stöd, efter våldstyp och målgrupp. Procent, senaste uppgift.",
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
    return {**cell, "count": f"år {row['year']}"}


def spread(view: View, identifiers: Sequence[str]) -> Block:
    """Return the answers of each municipality and district and how far they lie apart; without answers, from whom they lack."""
    own = units(view)
    codes = [unit.code for unit in own]
    rows = view.observations[view.observations["indicator"].isin(identifiers) & view.observations["region"].isin(codes)]
    if rows.empty:
        return _nobody_answered(view, own)
    return block.join(
        [
            _answers(view, view.catalogue.indicator(i), rows[rows["indicator"] == i])
            for i in identifiers
            if (rows["indicator"] == i).any()
        ]
    )


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
    facts = [computed_fact(view, "enheter utan svar", len(own), "antal", str(len(own)))]
    return block.text(*sentences, facts=facts)


def _answers(view: View, indicator: Indicator, rows: pd.DataFrame) -> Block:
    newest = int(rows["year"].max())
    current = rows[rows["year"] == newest].drop_duplicates("region", keep="last")
    by_region = {row["region"]: row for _, row in current.iterrows()}
    own = view.catalogue.units(date(newest, 12, 31), county(view.catalogue))
    body = [[unit.name, tables.value_cell(by_region.get(unit.code), indicator)] for unit in own]
    answered = current.dropna(subset=["value"])
    low, high = answered["value"].min(), answered["value"].max()
    text = (
        f"{len(answered)} av {count(len(own), 'enhet', 'enheter')} har svarat för {newest}. "
        f"Svaren går från {prose.number(low, indicator.decimals)} till {prose.number(high, indicator.decimals)}."
    )
    table = block.table(
        f"{indicator.id}-enheter",
        caption=f"{prose.plain_title(indicator)} per kommun och stadsdel {newest}.",
        columns=["Kommun eller stadsdel", "Värde"],
        rows=body,
        numeric=[1],
        facts=[observed_fact(view, row) for _, row in current.iterrows()],
    )
    return block.join([block.text(text), _map(view, indicator, answered, newest, table), table])


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
    figure = charts.area_map(shapes, values, unit=indicators.UNITS[indicator.unit])
    caption = f"{prose.plain_title(indicator)} {year}, från {prose.number(values[low], indicator.decimals)} till {prose.number(values[high], indicator.decimals)}."
    return figures.frame(
        view, f"karta-{indicator.id}", figure, caption, alt, rows, table.html.replace("tabell-", "tabell-karta-"), []
    )
