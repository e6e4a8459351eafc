"""Blocks of the summary, built from the facts that the other chapters recorded."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.analysis.finding import Line
from lib.analysis.view import View
from lib.base.swedish import NBSP, cardinal, join, lower_first
from lib.show import tables
from lib.show.blocks import block, plans
from lib.show.blocks.block import Block, counted, observed_fact
from lib.show.facts import Fact, load

#: The environment variable in which a build names the file with the facts of the chapters it has just run.
FACTS_VARIABLE = "LAGESRAPPORT_FACTS"


def recorded_facts(view: View) -> list[Fact]:
    """Return the facts of the build that is running, or of the last one; none where nothing has been built."""
    path = Path(os.environ.get(FACTS_VARIABLE) or view.workbook.output / view.parameters.name / "facts.json")
    return load(path.read_text(encoding="utf-8")) if path.exists() else []


def overview(view: View, *, caption: str, note: str) -> Block:
    """Return the goals with assessments and how many decided indicators have data, from the facts that their chapters recorded.

    Where chapters have not been run, a sentence says which, and how to run them.
    """
    recorded = {fact.id: fact for fact in recorded_facts(view)}
    rows: list[list[Any]] = []
    missing, used = [], []
    for goal in view.strategy.goals:
        key = f"mal-{goal.id}"
        verdict = recorded.get(f"{key}/bedömning")
        if verdict is None:
            missing.append(str(goal.id))
            rows.append([f"{goal.id}. {goal.short}", "Kapitlet är inte kört", "", ""])
            continue
        known, decided = recorded[f"{key}/indikatorer med uppgift"], recorded[f"{key}/beslutade indikatorer"]
        used += [fact for name, fact in recorded.items() if name.startswith(f"{key}/utveckling ")] + [known, decided]
        link = {"text": "", "link": key, "link_text": f"{goal.id}. {goal.short}"}
        amount = f"{known.text} av {decided.text}" if decided.value else "inga beslutade"
        rows.append([link, verdict.text, recorded[f"{key}/utveckling"].text or "–", amount])
    # Recorded as facts of this chapter too, which repeats them.
    repeated = [replace(fact, id=f"{view.chapter}/{fact.id}", chapter=view.chapter) for fact in used]
    facts = [*repeated, *counted(view, mål=len(view.strategy.goals))]
    table = block.table(
        "malen",
        caption=caption,
        columns=["Mål", "Bedömning", "Utveckling, antal beslutade indikatorer", "Indikatorer med uppgift"],
        rows=rows,
        numeric=[3],
        notes=[note],
        facts=facts,
    )
    # The plain text is the rows without the caption.
    table = replace(table, plain=table.plain.partition("\n")[2])
    if not missing:
        return table
    command = f"lagesrapport build {view.parameters.name}"
    text = block.text(f"Mål {join(missing)} saknas: kör hela rapporten med kommandot {command}.")
    return replace(table, html=table.html + text.html)


def key_figures(view: View, *, caption: str) -> Block:
    """Return the newest figure of each goal's key indicators, where the goal's chapter has recorded it."""
    recorded = {
        (fact.chapter, fact.indicator, fact.year, fact.region)
        for fact in recorded_facts(view)
        if fact.kind == "observed"
    }
    rows, facts = [], []
    for goal in view.strategy.goals:
        for identifier in goal.key_indicators:
            finding = view.finding(identifier)
            lines = finding.home_known
            if not lines or goal.id not in view.goals_of(finding.indicator):
                continue
            newest = lines[0].latest
            if (f"mal-{goal.id}", identifier, newest.year, newest.region.code) in recorded:
                rows.append(_key_row(goal.id, lines[0]))
                facts.append(observed_fact(view, newest))
    if not rows:
        return Block("", "")
    return block.table(
        "nyckeltal",
        caption=caption,
        columns=["Indikator", "Mål", "Värde", "År", "Område"],
        rows=rows,
        numeric=[2, 3],
        facts=facts,
    )


def _key_row(goal: int, line: Line) -> list[Any]:
    newest = line.latest
    group = "" if line.group == "T" else f", {lower_first(line.label)}"
    value = tables.value_cell(newest, unit=True)
    return [newest.indicator.title + group, f"Mål{NBSP}{goal}", value, str(newest.year), line.place]


def unknown(view: View) -> Block:
    """Return what the report cannot follow up: indicators without figures, missing answers, unreported commitments."""
    decided = view.decided()
    lacking = sum(not view.has_home_value(i) for i in decided)
    promises = view.promises()
    unreported = len(plans.unreported(view))
    sentences = ["Underlaget innehåller inga beslutade indikatorer."]
    if decided:
        amount = f"saknar {cardinal(lacking)} uppgift för länet eller polisregionen"
        sentences = [f"Av {len(decided)} indikatorer, beslutade och kompletterande, {amount}."]
    if not any(view.finding(indicator.id).answered for indicator in view.surveyed()):
        sentences.append("Inga svar per kommun eller stadsdel finns i underlaget.")
    if promises:
        every = f"{cardinal(len(promises))} kända åtaganden och satsningar"
        which = f"samtliga {every}" if unreported == len(promises) else f"{cardinal(unreported)} av {every}"
        sentences.append(f"Genomförandet är okänt för {which}.")
    amounts = {
        "indikatorer": len(decided),
        "indikatorer utan uppgift": lacking,
        "åtaganden": len(promises),
        "åtaganden utan uppgift": unreported,
    }
    return block.text(" ".join(sentences), facts=counted(view, **amounts))
