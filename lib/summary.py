"""Blocks of the summary, built from the facts that the other chapters recorded."""

from __future__ import annotations

import os
from pathlib import Path

from lib import tables
from lib.block import Block
from lib.facts import Fact, load
from lib.swedish import cardinal, join
from lib.view import View

#: Set by the build to the facts of the chapters it has just run.
FACTS_VARIABLE = "LAGESRAPPORT_FACTS"


def recorded_facts(view: View) -> list[Fact]:
    """Return the facts of the build that is running, or of the last one; none where nothing has been built."""
    path = Path(os.environ.get(FACTS_VARIABLE) or view.workbook.output / str(view.year) / "facts.json")
    return load(path.read_text(encoding="utf-8")) if path.exists() else []


def overview(view: View) -> Block:
    """Return the table of goals with assessment and how many decided indicators have data, from recorded facts.

    Where chapters have not been run, it says which and how to run them.
    """
    facts = {fact.id: fact for fact in recorded_facts(view)}
    rows, missing = [], []
    for goal in view.strategy.goals:
        key = f"mal-{goal.id}"
        verdict = facts.get(f"{key}/bedömning")
        if verdict is None:
            missing.append(str(goal.id))
            rows.append([_link(goal.id, goal.short), "Kapitlet är inte kört", ""])
            continue
        known, decided = facts[f"{key}/indikatorer med uppgift"], facts[f"{key}/beslutade indikatorer"]
        rows.append(
            [
                _link(goal.id, goal.short),
                verdict.text,
                f"{known.text} av {decided.text}" if decided.value else "inga beslutade",
            ]
        )
    html = tables.html_table(
        "malen",
        caption=f"De {cardinal(len(view.strategy.goals))} målen {view.year}: bedömning och antal beslutade indikatorer med någon uppgift för länet eller polisregionen.",
        columns=["Mål", "Bedömning", "Indikatorer med uppgift"],
        groups=[tables.Group("", rows)],
        numeric=[False, False, True],
    )
    if missing:
        text = f"Mål {join(missing)} saknas: kör hela rapporten med kommandot lagesrapport build {view.year}."
        html += str(tables.fragments().paragraphs([text]))
    return Block(html, "\n".join(" | ".join(tables.plain(c) for c in row) for row in rows))


def _link(number: int, short: str) -> dict[str, str]:
    return {"text": "", "link": f"mal-{number}", "link_text": f"{number}. {short}"}


def key_figures(view: View) -> Block:
    """Return the newest figure of the whole of each decided indicator, where its goal's chapter has recorded it."""
    recorded = {
        (fact.chapter, fact.indicator, fact.year, fact.region)
        for fact in recorded_facts(view)
        if fact.kind == "observed"
    }
    rows = []
    for goal in view.strategy.goals:
        for indicator in view.indicators(goal.id):
            whole = [x for x in view.series(indicator.id).home if x.has_value and x.group == "T"]
            newest = whole[0].latest if whole else None
            if newest is None or (f"mal-{goal.id}", indicator.id, newest["year"], newest["region"]) not in recorded:
                continue
            if indicator.kind(view.year) == "indikator":
                place = view.catalogue.region_names[newest["region"]].split(" (")[0]
                rows.append(
                    [indicator.title, tables.value_cell(newest, indicator, unit=True), str(newest["year"]), place]
                )
    if not rows:
        return Block("", "")
    html = tables.html_table(
        "nyckeltal",
        caption="Nyckeltal: senaste uppgift per indikator.",
        columns=["Indikator", "Värde", "År", "Område"],
        groups=[tables.Group("", rows)],
        numeric=[False, True, True, False],
    )
    return Block(html, "\n".join(" | ".join(tables.plain(c) for c in row) for row in rows))
