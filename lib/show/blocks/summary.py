"""Blocks of the summary, built from the facts that the other chapters recorded."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from babel.dates import format_date

from lib.analysis.finding import Line
from lib.analysis.view import View
from lib.base.swedish import NBSP, cardinal, join, lower_first
from lib.show import tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, counted, observed_fact
from lib.show.facts import Fact, load

#: Set by the build to the facts of the chapters it has just run.
FACTS_VARIABLE = "LAGESRAPPORT_FACTS"


def recorded_facts(view: View) -> list[Fact]:
    """Return the facts of the build that is running, or of the last one; none where nothing has been built."""
    path = Path(os.environ.get(FACTS_VARIABLE) or view.workbook.output / view.parameters.name / "facts.json")
    return load(path.read_text(encoding="utf-8")) if path.exists() else []


def overview(view: View) -> Block:
    """Return the table of goals with assessment and how many decided indicators have data, from recorded facts.

    Where chapters have not been run, it says which and how to run them.
    """
    facts = {fact.id: fact for fact in recorded_facts(view)}
    rows, missing, used = [], [], []
    for goal in view.strategy.goals:
        key = f"mal-{goal.id}"
        verdict = facts.get(f"{key}/bedömning")
        if verdict is None:
            missing.append(str(goal.id))
            rows.append([f"{goal.id}. {goal.short}", "Kapitlet är inte kört", "", ""])
            continue
        known, decided = facts[f"{key}/indikatorer med uppgift"], facts[f"{key}/beslutade indikatorer"]
        used += [fact for name, fact in facts.items() if name.startswith(f"{key}/utveckling ")] + [known, decided]
        rows.append(
            [
                _link(goal.id, goal.short),
                verdict.text,
                facts[f"{key}/utveckling"].text or "–",
                f"{known.text} av {decided.text}" if decided.value else "inga beslutade",
            ]
        )
    amount = len(view.strategy.goals)
    html = tables.html_table(
        "malen",
        caption=f"{f'De {cardinal(amount)} målen' if amount > 1 else 'Målet'} {view.year}: bedömning och antal beslutade indikatorer med någon uppgift för länet eller polisregionen.",
        columns=["Mål", "Bedömning", "Utveckling, antal beslutade indikatorer", "Indikatorer med uppgift"],
        groups=[tables.Group("", rows)],
        numeric=[False, False, False, True],
        notes=[
            "Utveckling jämför senaste året med året före, för varje beslutad indikator som har en totalsiffra. "
            "Utan test betyder att skillnaden inte har prövats: källan anger inte antal, eller så har alla enheter tillfrågats "
            "och slumpen mäts inte."
        ],
    )
    if missing:
        text = (
            f"Mål {join(missing)} saknas: kör hela rapporten med kommandot lagesrapport build {view.parameters.name}."
        )
        html += str(tables.fragments().paragraphs([text]))
    plain = "\n".join(" | ".join(tables.plain(c) for c in row) for row in rows)
    goals = counted(view, mål=len(view.strategy.goals))
    return Block(html, plain, [*(_quoted(view, fact) for fact in used), *goals])


def _quoted(view: View, fact: Fact) -> Fact:
    """Return another chapter's fact as this chapter repeats it."""
    return replace(fact, id=f"{view.chapter}/{fact.id}", chapter=view.chapter)


def _link(number: int, short: str) -> dict[str, str]:
    return {"text": "", "link": f"mal-{number}", "link_text": f"{number}. {short}"}


def key_figures(view: View) -> Block:
    """Return the newest figure of the indicators that stand for each goal, where the goal's chapter has recorded it."""
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
    columns = ["Indikator", "Mål", "Värde", "År", "Område"]
    return block.table(
        "nyckeltal",
        caption="Nyckeltal: senaste uppgift för några indikatorer per mål.",
        columns=columns,
        rows=rows,
        numeric=[2, 3],
        facts=facts,
    )


def _key_row(goal: int, line: Line) -> list[object]:
    newest = line.latest
    group = "" if line.group == "T" else f", {lower_first(line.label)}"
    value = tables.value_cell(newest, unit=True)
    return [newest.indicator.title + group, f"Mål{NBSP}{goal}", value, str(newest.year), line.place]


def unknown(view: View) -> Block:
    """Return, counted, what the report cannot follow up."""
    decided = {i.id: i for g in view.strategy.goals for i in view.indicators(g.id) if i.kind(view.year) == "indikator"}
    lacking = sum(not view.has_home_value(i) for i in decided.values())
    sentences = [
        f"Av {len(decided)} indikatorer, beslutade och kompletterande, saknar {cardinal(lacking)} uppgift för länet eller polisregionen."
        if decided
        else "Underlaget innehåller inga beslutade indikatorer.",
        "Inga svar per kommun eller stadsdel finns i underlaget." if not _unit_answers(view) else "",
        f"Genomförandet är okänt för {_unknown_promises(view)}." if view.promises() else "",
    ]
    facts = counted(view, indikatorer=len(decided), **{"indikatorer utan uppgift": lacking})
    promises = view.promises()
    unknown = sum(c.status(view.year, view.parameters.cut_off) == "uppgift saknas" for c in promises)
    facts += counted(view, åtaganden=len(promises), **{"åtaganden utan uppgift": unknown})
    return block.text(" ".join(s for s in sentences if s), facts=facts)


def _unit_answers(view: View) -> bool:
    codes = {unit.code for unit in view.units()}
    return bool(view.observations["region"].isin(codes).any())


def _unknown_promises(view: View) -> str:
    promises = view.promises()
    lacking = sum(c.status(view.year, view.parameters.cut_off) == "uppgift saknas" for c in promises)
    if lacking == len(promises):
        return f"samtliga {cardinal(lacking)} kända åtaganden och satsningar"
    return f"{cardinal(lacking)} av {cardinal(len(promises))} kända åtaganden och satsningar"


def english(view: View) -> Block:
    """Return the summary in English, marked as such for those who listen."""
    decided = {i.id: i for g in view.strategy.goals for i in view.indicators(g.id) if i.kind(view.year) == "indikator"}
    known = sum(view.has_home_value(i) for i in decided.values())
    goals = "; ".join(f"({g.id}) {g.english.lower() or 'not named in English'}" for g in view.strategy.goals)
    day = format_date(view.parameters.cut_off, "d MMMM y", locale="en_GB")
    assessed = len(view.assessments)
    identity = view.catalogue.identity
    judged = (
        f"{assessed} goals have a written assessment."
        if assessed
        else "No written assessment of any goal is available, so none is given."
    )
    sentences = [
        f"This report follows up the strategy against violence in {identity.english_county} for {view.year}. "
        f"The strategy has {len(view.strategy.goals)} goal{'s' if len(view.strategy.goals) != 1 else ''}: {goals}.",
        f"It uses figures published no later than {day}. {identity.english_disclaimer}",
        (f"Of {len(decided)} indicators, {known} have a figure for {identity.english_area}. " if decided else "")
        + judged,
        "What is missing is shown as missing and counted in the chapter on method.",
    ]
    html = "".join(
        [
            '<section lang="en"><h2>Summary in English</h2>\n',
            str(tables.fragments().paragraphs(sentences)),
            "</section>\n",
        ]
    )
    counts = {
        "goals": len(view.strategy.goals),
        "indicators": len(decided),
        "with a figure": known,
        "assessed": assessed,
    }
    return Block(html, "\n".join(sentences), counted(view, **counts))
