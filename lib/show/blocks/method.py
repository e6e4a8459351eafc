"""Blocks of the method chapter: which figures are used, how they are protected, what is missing, and the data annex."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lib.analysis import gaps
from lib.analysis.change import LEAST_POINTS
from lib.analysis.finding import Finding
from lib.analysis.intervals import CONFIDENCE, EXACT_BELOW
from lib.analysis.value import FEW_DENOMINATOR, FEW_NUMERATOR, FEWEST_UNITS_IN_PERCENT
from lib.analysis.view import View
from lib.base.errors import WorkbookError, nearest
from lib.base.swedish import join, long_date, number, sort_key, upper_first
from lib.show import tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, computed_fact, counted

NOT_COUNTED = {"symbol": ".", "spoken": "kan inte förekomma"}


def source_register(view: View, *, caption: str) -> Block:
    """Return every source that the report's figures and statements rest on, with how its dates were set."""
    used = set(view.observations["source"]) | {s.source for s in view.statements()}
    rows, facts = [], []
    for source in sorted((view.catalogue.sources[s] for s in used), key=lambda s: sort_key(s.publisher + s.title)):
        amount = int((view.observations["source"] == source.id).sum())
        dated = long_date(source.published) if source.published else source.rule or "framgår av varje uppgift"
        rows.append([f"{source.publisher}: {source.title}", number(amount), dated, source.licence])
        facts += counted(view, **{f"värden ur {source.id}": amount})
    return block.table(
        "kallor",
        caption=caption,
        columns=["Källa", "Värden", "Publicerad", "Villkor"],
        rows=rows,
        numeric=[1],
        facts=facts,
    )


def gap_counts(view: View) -> Block:
    """Return, per goal, how many indicators there are and how many lack any figure for the county."""
    rows, facts = [], []
    for goal in view.strategy.goals:
        followed = view.indicators(goal.id)
        decided = [i for i in followed if i.kind(view.year) == "indikator"]
        counts = [len(decided), sum(not view.has_home_value(i) for i in decided), len(followed) - len(decided)]
        rows.append([f"{goal.id}. {goal.short}", *map(str, counts)])
        names = ("indikatorer", "indikatorer utan uppgift", "utvecklingsindikatorer")
        facts += counted(view, **{f"mål {goal.id}: {n}": amount for n, amount in zip(names, counts, strict=True)})
    return block.table(
        "brister",
        caption=f"Indikatorer per mål {view.year}, beslutade och kompletterande, och utvecklingsindikatorer. Antal.",
        columns=["Mål", "Indikatorer", "Utan uppgift för länet eller polisregionen", "Utvecklingsindikatorer"],
        rows=rows,
        numeric=[1, 2, 3],
        notes=_counted_twice(view),
        facts=facts,
    )


def states(view: View, *, caption: str) -> Block:
    """Return how many indicators are in each state, for the county and for its units; a file has the states of all years."""
    table = gaps.table(view)
    now = table[table["år"] == view.year]
    of_units = now["region"].isin({unit.code for unit in view.units()})
    whole, units = now["läge"][~of_units].value_counts(), now["läge"][of_units].value_counts()
    rows, facts = [], []
    for state in gaps.STATES:
        amounts = int(whole.get(state, 0)), int(units.get(state, 0))
        if any(amounts):
            rows.append([upper_first(state), *map(number, amounts)])
            facts += counted(view, **{f"läge {state}": amounts[0], f"läge {state}, enheter": amounts[1]})
    shown = block.table(
        "lagen",
        caption=caption,
        columns=["Läge", "Länet eller polisregionen", "Kommuner och stadsdelar"],
        rows=rows,
        numeric=[1, 2],
        facts=facts,
    )
    return replace(shown, data={"lagen": {"columns": list(gaps.COLUMNS), "rows": table.to_numpy().tolist()}})


def responses(view: View, *, caption: str) -> Block:
    """Return how many units were asked each question, how many answered, and how many are in the county's share."""
    rows, facts = [], []
    for indicator in view.catalogue.indicators.values():
        finding = view.finding(indicator.id)
        for year in sorted(year for year, response in finding.responses.items() if response.own)[-1:]:
            asked, answered, _ = finding.responses[year]
            used = _used(finding, year)
            share = tables.count_cell(used) if indicator.counts_units else NOT_COUNTED
            rows.append([indicator.title, str(year), number(asked), number(answered), share])
            facts += counted(view, **{f"{indicator.id} tillfrågade": asked, f"{indicator.id} svarande": answered})
            facts += counted(view, **{f"{indicator.id} använda": used}) if used is not None else []
    if not rows:
        return block.text(
            "Inga svar per kommun eller stadsdel finns i underlaget, så antalet tillfrågade, svarande och använda kan inte visas."
        )
    return block.table(
        "svar",
        caption=caption,
        columns=["Indikator", "År", "Tillfrågade", "Svarande", "I länets andel"],
        rows=rows,
        numeric=[1, 2, 3, 4],
        facts=facts,
    )


def _used(finding: Finding, year: int) -> int | None:
    """Return the denominator of the county's share, where it counts units."""
    used = [line.by_year[year].denominator for line in finding.home if line.whole and year in line.by_year]
    return int(used[0]) if used and finding.indicator.counts_units and not math.isnan(used[0]) else None


#: The limits that text and tables follow, with their units.
LIMITS = {
    "few_numerator": (FEW_NUMERATOR, ""),
    "few_denominator": (FEW_DENOMINATOR, ""),
    "fewest_in_percent": (FEWEST_UNITS_IN_PERCENT, ""),
    "exact_below": (EXACT_BELOW, ""),
    "least_points": (LEAST_POINTS, "procentenhet"),
    "confidence": (CONFIDENCE, "procent"),
}


def rules(view: View, limits: Mapping[str, str], *, caption: str) -> Block:
    """Return the limits that text and tables follow, each as a fact; ``limits`` says what each name of `LIMITS` is called.

    Raises
    ------
    WorkbookError
        For a name that is not in `LIMITS`.
    """
    rows, facts = [], []
    for name, label in limits.items():
        if name not in LIMITS:
            raise WorkbookError(f"there is no limit '{name}'; {nearest(name, LIMITS) or 'use ' + ', '.join(LIMITS)}")
        limit, unit = LIMITS[name]
        rows.append([label, f"{number(limit)} {unit}".strip()])
        facts.append(computed_fact(view, f"regel: {label}", limit, unit or "antal", number(limit)))
    return block.table("regler", caption=caption, columns=["Regel", "Gräns"], rows=rows, numeric=[1], facts=facts)


def policies(view: View, *, caption: str) -> Block:
    """Return how figures of each disclosure class are published, and how many indicators belong to each."""
    followed = {i.id: i for goal in view.strategy.goals for i in view.indicators(goal.id)}
    rows, facts = [], []
    for policy in view.catalogue.policies.values():
        amount = sum(i.disclosure == policy.id and bool(view.finding(i.id).values) for i in followed.values())
        rows.append([f"{policy.id}. {policy.name}", number(amount), policy.note or "Visas som de är."])
        facts += counted(view, **{f"röjandeklass {policy.id}": amount})
    return block.table(
        "rojandeklasser",
        caption=caption,
        columns=["Klass", "Indikatorer", "Så visas uppgifterna"],
        rows=rows,
        numeric=[1],
        facts=facts,
    )


def annex(view: View) -> Block:
    """Return a sentence on the data annex, and the annex: every value that the report may see, shown in a chapter or not."""
    rows = view.observations.sort_values(["indicator", "region", "group", "sex", "year", "published", "source"])
    known = view.catalogue.indicators
    in_annex = [known[i] for i in set(rows["indicator"]) if known[i].family == "bra" and not view.goals_ever(known[i])]
    # Two measures of the same crime have the same name after the colon.
    hidden = {indicator.title.partition(": ")[2] for indicator in in_annex}
    text = "Databilagan (filen databilaga.csv) innehåller inga värden ännu."
    if len(rows):
        text = f"Databilagan (filen databilaga.csv) innehåller alla {number(len(rows))} värden."
    if hidden:
        text += f" Där finns också {number(len(hidden))} brottstyper ur Brås tabell som inget mål följer och som därför inte visas i kapitlen."
    table = rows.astype(object).where(rows.notna(), None)
    data = [[value.isoformat() if isinstance(value, date) else value for value in row] for row in table.to_numpy()]
    facts = counted(view, **{"värden i databilagan": len(rows), "brottstyper utan mål": len(hidden)})
    return replace(block.text(text, facts=facts), data={"databilaga": {"columns": list(rows.columns), "rows": data}})


def _counted_twice(view: View) -> list[str]:
    """Return a note on each indicator that counts under several goals."""
    shared = [i for i in view.catalogue.indicators.values() if len(view.goals_of(i)) > 1 and i.kind(view.year)]
    return [f"”{i.title}” följs under mål {join(map(str, view.goals_of(i)))} och räknas under båda." for i in shared]
