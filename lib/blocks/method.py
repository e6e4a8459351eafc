"""Blocks of the method chapter: how figures were chosen, on which dates they rest, what is missing, and the data annex."""

from __future__ import annotations

from lib import tables
from lib.blocks import block
from lib.blocks.block import Block, computed_fact
from lib.swedish import join, long_date, number, sort_key, upper_first
from lib.view import View


def cut_off(view: View) -> Block:
    """Return the report's cut-off and how many of the figures it can see rest on an assumed publication date."""
    parameters = view.parameters
    known = "ett känt" if parameters.cut_off_basis == "känd" else "ett antaget"
    assumed = int((view.observations["published_basis"] == "antagen").sum())
    total = len(view.observations)
    sentences = [
        f"Rapporten använder uppgifter som gäller {view.year} eller tidigare och som var publicerade senast den {long_date(parameters.cut_off)} "
        f"({known} brytdatum). {parameters.cut_off_reason}",
        f"Av de {number(total)} värden som rapporten bygger på har {number(assumed)} ett antaget publiceringsdatum.",
    ]
    facts = [
        computed_fact(view, "värden i underlaget", total, "antal", number(total)),
        computed_fact(view, "värden med antaget datum", assumed, "antal", number(assumed)),
    ]
    return Block(str(tables.fragments().paragraphs(sentences)), "\n".join(sentences), facts)


def source_register(view: View) -> Block:
    """Return every source that the report's figures and statements rest on, with how its dates were set."""
    used = set(view.observations["source"]) | {s.source for s in view.statements()}
    rows = []
    for source in sorted((view.catalogue.sources[s] for s in used), key=lambda s: sort_key(s.publisher + s.title)):
        amount = int((view.observations["source"] == source.id).sum())
        dated = long_date(source.published) if source.published else source.rule or "framgår av varje uppgift"
        rows.append([f"{source.publisher}: {source.title}", number(amount), dated, source.licence])
    return block.table(
        "kallor",
        caption="Källor som rapporten bygger på. Antal värden i underlaget, publiceringsdatum och villkor.",
        columns=["Källa", "Värden", "Publicerad", "Villkor"],
        rows=rows,
        numeric=[1],
    )


def gap_counts(view: View) -> Block:
    """Return, per goal, how many indicators there are and how many lack any figure for the county."""
    rows, facts = [], []
    for goal in view.strategy.goals:
        own = view.indicators(goal.id)
        decided = [i for i in own if i.kind(view.year) == "indikator"]
        counts = [len(decided), sum(not view.has_home_value(i) for i in decided), len(own) - len(decided)]
        rows.append([f"{goal.id}. {goal.short}", *map(str, counts)])
        facts.append(
            computed_fact(view, f"mål {goal.id}: indikatorer utan uppgift", counts[1], "antal", str(counts[1]))
        )
    return block.table(
        "brister",
        caption=f"Indikatorer per mål {view.year}, beslutade och kompletterande, och utvecklingsindikatorer. Antal.",
        columns=["Mål", "Indikatorer", "Utan uppgift för länet eller polisregionen", "Utvecklingsindikatorer"],
        rows=rows,
        numeric=[1, 2, 3],
        notes=_counted_twice(view),
        facts=facts,
    )


def annex(view: View) -> Block:
    """Return a line on the data annex, and the annex itself: every value the report can see, shown in a chapter or not."""
    rows = view.observations.sort_values(["indicator", "region", "group", "sex", "year", "published", "source"])
    hidden = [i for i in view.catalogue.indicators.values() if i.annex_only and (rows["indicator"] == i.id).any()]
    text = (
        f"Databilagan (filen databilaga.csv) innehåller alla {number(len(rows))} värden. Där finns också "
        f"{number(len(hidden))} brottstyper ur Brås tabell som inget mål följer och som därför inte visas i kapitlen."
        if hidden
        else f"Databilagan (filen databilaga.csv) innehåller alla {number(len(rows))} värden."
    )
    table = rows.astype(object).where(rows.notna(), None)
    data = [
        [value.isoformat() if hasattr(value, "isoformat") else value for value in row]
        for row in table.to_numpy().tolist()
    ]
    facts = [computed_fact(view, "värden i databilagan", len(rows), "antal", number(len(rows)))]
    return Block(
        str(tables.fragments().paragraphs([upper_first(text)])),
        text,
        facts,
        {"databilaga": {"columns": list(rows.columns), "rows": data}},
    )


def _counted_twice(view: View) -> list[str]:
    shared = [i for i in view.catalogue.indicators.values() if len(view.goals_of(i)) > 1 and i.kind(view.year)]
    return [f"”{i.title}” följs under mål {join(map(str, view.goals_of(i)))} och räknas under båda." for i in shared]
