"""Blocks about the action plan: which one is in force, its commitments and joint measures, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.analysis.view import View
from lib.base.swedish import NBSP, cardinal, count, join, period, sort_key, upper_first
from lib.data.records import Commitment, Plan
from lib.show import tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, counted
from lib.show.blocks.goals import attribution, quoted, statement_fact
from lib.show.facts import Fact

KINDS = {
    "gemensam satsning": "Gemensamma satsningar",
    "åtagande": "Åtaganden",
    "omnämnande": "Vad källor i övrigt säger om planen",
}
#: What commitments of each kind are called: one, several, and several in the definite form.
NOUNS = {
    "gemensam satsning": (
        "känd gemensam satsning",
        "kända gemensamma satsningar",
        "kända gemensamma satsningarna",
    ),
    "åtagande": ("känt åtagande", "kända åtaganden", "kända åtagandena"),
}
MIXED = ("känt åtagande", "kända åtaganden och satsningar", "kända åtagandena och satsningarna")
UNKNOWN = "uppgift saknas"
STATUSES = ["genomfört", "pågår", "ej påbörjat", "avbrutet", UNKNOWN]
NOBODY = "Ingen namngiven"
UNPLACED = "Mål anges inte"


def known_plans(view: View) -> list[Plan]:
    """Return the strategy's plans that were published at the cut-off, oldest first."""
    known = [p for p in view.catalogue.plans.values() if p.strategy == view.strategy.id]
    return sorted((p for p in known if p.published <= view.parameters.cut_off), key=lambda p: p.first_year or 0)


def status(view: View, commitment: Commitment) -> str:
    """Return a commitment's status in the report's year, as known at the cut-off."""
    return commitment.status(view.year, view.parameters.cut_off)


def unreported(view: View, goal: int | None = None) -> list[Commitment]:
    """Return the commitments and joint measures whose status is unknown, of one goal or of all."""
    return [c for c in view.promises(goal) if status(view, c) == UNKNOWN]


def _nouns(commitments: Sequence[Commitment]) -> tuple[str, str, str]:
    kinds = {c.kind for c in commitments}
    return NOUNS.get(kinds.pop(), MIXED) if len(kinds) == 1 else MIXED


def _years(plan: Plan) -> str:
    return f"{plan.first_year}–{plan.last_year}"


def plan(view: View) -> Block:
    """Return which action plan was in force in the report's year, or that none was."""
    if view.plan is None:
        others = join(map(_years, known_plans(view)))
        known = f"; de kända planerna avser {others}" if others else ""
        return block.text(f"Underlaget innehåller ingen handlingsplan för {view.year}{known}.")
    text = f"År {view.year} gällde ”{view.plan.title}”, för åren {_years(view.plan)}."
    return block.text(text, *([view.plan.note] if view.plan.note else []))


def periods(view: View, *, caption: str) -> Block:
    """Return all known plans with their periods, after the strategy's, and which was in force."""
    strategy = view.strategy
    rows = [[strategy.title, upper_first(period(strategy.first_year, strategy.last_year)), "strategin"]]
    rows += [[p.title, _years(p), "gällde" if p.covers(view.year) else "gällde inte"] for p in known_plans(view)]
    return block.table("planer", caption=caption, columns=["Dokument", "Period", f"År {view.year}"], rows=rows)


def listing(view: View) -> Block:
    """Return the known commitments and joint measures, in a goal chapter only the goal's, with their status."""
    goal = view.goal_number
    if view.plan is None and goal is not None:
        return plan(view)
    if view.plan is None:
        return block.text("Utan gällande plan finns inga åtaganden att följa upp för året.")
    years = _years(view.plan)
    chosen = view.commitments(goal)
    if not chosen:
        return block.text(
            f"Inga åtaganden för målet i handlingsplanen {years} finns i arbetsbokens underlag.",
        )
    groups = [
        tables.Group(label, [_row(view, c, goal is None) for c in chosen if c.kind == kind])
        for kind, label in KINDS.items()
        if any(c.kind == kind for c in chosen)
    ]
    placed = [c for c in chosen if c.goal_basis == "vår placering"]
    interpreted = [c for c in chosen if c.goal_basis == "tolkad" and c.kind != "omnämnande"]
    return block.table(
        f"ataganden-mal-{goal}" if goal else "ataganden",
        caption=f"Kända åtaganden och satsningar i handlingsplanen {years}{f', mål {goal}' if goal else ''}.",
        columns=["Innehåll", *(["Mål"] if goal is None else []), "Ansvarig", f"Status {view.year}"],
        rows=groups,
        notes=[
            "Endast en del av planens åtaganden finns i arbetsbokens underlag. En text som slutar med … är avbruten i källan.",
            *_basis_notes(placed, interpreted),
        ],
        facts=[
            *(_fact(view, c) for c in chosen),
            *counted(view, **{"åtaganden efter placering": len(placed), "åtaganden efter tolkning": len(interpreted)}),
        ],
    )


def _row(view: View, commitment: Commitment, with_goal: bool) -> list[str]:
    goal = [f"Mål {commitment.goal}" if commitment.goal else "anges inte"] if with_goal else []
    names = join(view.catalogue.actors[a].name for a in commitment.actors) or "anges inte"
    interpreted = " (vår tolkning)" if commitment.actors and commitment.actors_basis == "tolkad" else ""
    return [commitment.text, *goal, names + interpreted, _status_shown(view, commitment)]


def _status_shown(view: View, commitment: Commitment) -> str:
    return "redovisas inte som åtagande" if commitment.kind == "omnämnande" else status(view, commitment)


def _basis_notes(placed: Sequence[Commitment], interpreted: Sequence[Commitment]) -> list[str]:
    """Return the notes on commitments whose goal the workbook has chosen or interpreted."""
    notes = []
    if placed:
        amount = count(len(placed), "åtagande", "åtaganden", neuter=True)
        under = join(dict.fromkeys(str(c.goal) for c in placed))
        notes.append(f"Arbetsboken har placerat {amount} under mål {under}; källan anger inget mål.")
    if interpreted:
        amount = count(len(interpreted), "åtagande eller en satsning", "åtaganden och satsningar", neuter=True)
        notes.append(f"För {amount} är kopplingen till målet arbetsbokens tolkning.")
    return notes


def _fact(view: View, commitment: Commitment) -> Fact:
    published = view.catalogue.sources[commitment.source].published
    shown = _status_shown(view, commitment)
    return Fact(
        id=f"{view.chapter}/{commitment.id}",
        chapter=view.chapter,
        year=view.year,
        status="M" if shown == UNKNOWN else "A",
        kind="quoted",
        source=commitment.source,
        published=published.isoformat() if published else None,
        text=f"{commitment.text} Status: {shown}.",
    )


def status_counts(view: View, *, caption: str) -> Block:
    """Return how many commitments have each status, the unknown ones included."""
    chosen = view.promises()
    if not chosen:
        return Block("", "")
    tally = {name: sum(status(view, c) == name for c in chosen) for name in STATUSES}
    return block.table(
        "status",
        caption=caption,
        columns=["Status", "Antal"],
        rows=[[upper_first(name), str(amount)] for name, amount in tally.items()],
        numeric=[1],
        facts=counted(view, **{f"åtaganden {name}": amount for name, amount in tally.items()}),
    )


def remaining(view: View) -> Block:
    """Return what remains: the challenges that sources name, and the commitments without a known status, with their owners."""
    challenges = quoted(view, "utmaning")
    unknown = unreported(view, view.goal.id)
    sentences = []
    if not challenges.html:
        sentences.append(f"Ingen källa pekar ut någon utmaning för just det här målet {view.year}.")
    if unknown:
        sentences.append(_unreported_text(view, unknown))
    nameless = sum(not c.actors for c in unknown)
    facts = counted(view, **{"åtaganden utan uppgift": len(unknown), "åtaganden utan ansvarig": nameless})
    return block.join([challenges, block.text(*sentences, facts=facts)])


def _unreported_text(view: View, unknown: Sequence[Commitment]) -> str:
    singular, plural, _ = _nouns(unknown)
    amount = count(len(unknown), singular, plural, neuter=singular.startswith("känt"))
    interpreted = {"tolkad": " (vår tolkning)"}
    names = {view.catalogue.actors[a].name + interpreted.get(c.actors_basis, "") for c in unknown for a in c.actors}
    owners = sorted(names, key=sort_key)
    text = f"{upper_first(amount)} kan inte följas upp, eftersom ingen uppgift om genomförandet finns i underlaget."
    if owners:
        who = "Ansvariga som anges är" if len(owners) > 1 else "Ansvarig som anges är"
        text += f" {who} {join(owners)}."
    if nameless := sum(not c.actors for c in unknown):
        which = f" för {cardinal(nameless) if nameless > 1 else 'ett'} av dem" if owners else ""
        text += f" Underlaget anger inte vem som ansvarar{which}."
    return text


def overlap(view: View, *, caption: str) -> Block:
    """Return how many known commitments and joint measures each actor has under each goal."""
    chosen = view.promises()
    if view.plan is None or not chosen:
        return block.text("Utan gällande plan finns inga åtaganden att visa per aktör.")
    if not any(c.actors for c in chosen):
        return block.text("Källorna namnger ingen ansvarig, så en översikt per aktör kan inte göras.")
    actors = sorted({a for c in chosen for a in c.actors}, key=lambda a: sort_key(view.catalogue.actors[a].name))
    labels: dict[int | None, str] = {g.id: f"Mål{NBSP}{g.id}" for g in view.strategy.goals} | {None: UNPLACED}
    rows: list[list[Any]] = []
    facts: list[Fact] = []
    # Actors are the rows: their names are long and may be many, the goals are few with short labels.
    for actor in [*actors, None]:
        name = view.catalogue.actors[actor].name if actor else NOBODY
        theirs = [c for c in chosen if actor in c.actors or (actor is None and not c.actors)]
        amounts = {label: sum(c.goal == goal for c in theirs) for goal, label in labels.items()}
        rows.append([name, *map(_amount_cell, amounts.values())])
        facts += counted(view, **{f"{label} {name}": amount for label, amount in amounts.items()})
    return block.table(
        "overlapp",
        caption=caption,
        columns=["Ansvarig", *labels.values()],
        rows=rows,
        numeric=range(1, len(labels) + 1),
        facts=facts,
    )


def _amount_cell(amount: int) -> dict[str, Any]:
    if amount == 0:
        return {"symbol": "–", "spoken": "inget känt"}
    return tables.shaded({"text": str(amount)}, min(amount, 4))


def follow_up(view: View, *, lead: str) -> Block:
    """Return what status reports said of their own follow-up, and what this workbook's data can follow up."""
    said = [
        s
        for s in view.catalogue.statements.values()
        if s.goal is None
        and view.strategy.covers(s.year)
        and s.year <= view.year
        and s.published <= view.parameters.cut_off
        and ("följas upp" in s.text or "uppföljning" in s.text)
    ]
    blocks = []
    if said:
        blocks.append(block.text(lead))
        entries = [(s.text, f"({attribution(view, s)})") for s in said]
        blocks.append(block.items(entries, "lr-statements", [statement_fact(view, s) for s in said]))
    promises = view.promises()
    known = len(promises) - len(unreported(view))
    every = f"{cardinal(len(promises))} {_nouns(promises)[2]}"
    if not promises:
        text = "Arbetsboken har ingen plan att följa upp för året."
    elif known:
        text = f"Underlaget anger status för {cardinal(known)} av de {every} {view.year}."
    else:
        text = f"Underlaget säger inget om hur de {every} genomfördes {view.year}."
    facts = counted(view, **{"åtaganden med känd status": known, "åtaganden att följa upp": len(promises)})
    return block.join([*blocks, block.text(text, facts=facts)])


def development_areas(view: View, *, caption: str) -> Block:
    """Return what sources say must be developed, with a CSV file that the next plan can start from."""
    said = view.statements(kinds=["utmaning", "lucka"])
    unknown = unreported(view)
    areas: list[list[Any]] = [
        [s.goal, s.text, attribution(view, s), "utmaning eller lucka enligt källan"] for s in said
    ]
    titles = {c.id: view.catalogue.sources[c.source].title for c in unknown}
    areas += [[c.goal, c.text, titles[c.id], "åtagande som inte kan följas upp"] for c in unknown]
    columns = ["mål", "utvecklingsområde", "källa", "slag"]
    file = Block("", "", [], {"utvecklingsomraden": {"columns": columns, "rows": areas}})
    if not areas:
        return block.join([block.text(f"Inga utvecklingsområden för {view.year} finns i underlaget."), file])
    shown = block.table(
        "utvecklingsomraden",
        caption=caption,
        columns=["Utvecklingsområde", "Mål", "Källa"],
        rows=[
            [text, f"Mål {goal}" if goal else "Hela strategin", source] for goal, text, source, _ in areas[: len(said)]
        ],
    )
    singular, plural = "åtagande som inte kan följas upp", "åtaganden och satsningar som inte kan följas upp"
    parts = [
        count(len(said), "utvecklingsområde", "utvecklingsområden", neuter=True) if said else "",
        count(len(unknown), singular, plural, neuter=True) if unknown else "",
    ]
    after = f"Filen utvecklingsomraden.csv innehåller {join(filter(None, parts))}."
    facts = counted(view, utvecklingsområden=len(said), **{"åtaganden som inte kan följas upp": len(unknown)})
    return block.join([*([shown] if said else []), block.text(after, facts=facts), file])
