"""Blocks about the action plan: which plan is in force, its commitments and joint measures, and what is known of them."""

from __future__ import annotations

from lib.analysis.view import View
from lib.base.swedish import count, join, upper_first
from lib.data.records import Commitment
from lib.show import tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, computed_fact, counted
from lib.show.facts import Fact

KINDS = {
    "gemensam satsning": "Gemensamma satsningar",
    "åtagande": "Åtaganden",
    "omnämnande": "Vad källor i övrigt säger om planen",
}
STATUSES = ["genomfört", "pågår", "ej påbörjat", "avbrutet", "uppgift saknas"]


def plan(view: View) -> Block:
    """Return which action plan was in force in the report's year, or that none was."""
    if view.plan is None:
        own = [p for p in view.catalogue.plans.values() if p.strategy == view.strategy.id]
        periods = join(f"{p.first_year}–{p.last_year}" for p in own if p.published <= view.parameters.cut_off)
        others = f"; de kända planerna avser {periods}" if periods else ""
        return block.text(f"Underlaget innehåller ingen handlingsplan för {view.year}{others}.")
    text = f"År {view.year} gällde ”{view.plan.title}”, för åren {view.plan.first_year}–{view.plan.last_year}."
    texts = [text, *([view.plan.note] if view.plan.note else [])]
    return block.text(*texts)


def listing(view: View, goal: int | None = None) -> Block:
    """Return the commitments and joint measures that are known, of one goal or of all, with status for the year."""
    if view.plan is None:
        if goal is not None:
            return plan(view)
        text = "Utan gällande plan finns inga åtaganden att följa upp för året."
        return block.text(text)
    chosen = view.commitments(goal)
    if not chosen:
        text = f"Inga åtaganden för målet i handlingsplanen {view.plan.first_year}–{view.plan.last_year} finns i arbetsbokens underlag."
        return block.text(text)
    groups = []
    for kind, label in KINDS.items():
        rows = [_row(view, c, goal is None) for c in chosen if c.kind == kind]
        if rows:
            groups.append(tables.Group(label, rows))
    columns = ["Innehåll", *(["Mål"] if goal is None else []), "Ansvarig", f"Status {view.year}"]
    name = f"ataganden-mal-{goal}" if goal else "ataganden"
    caption = f"Kända åtaganden och satsningar i handlingsplanen {view.plan.first_year}–{view.plan.last_year}" + (
        f", mål {goal}." if goal else "."
    )
    notes = [
        "Endast en del av planens åtaganden finns i arbetsbokens underlag. En text som slutar med … är avbruten i källan.",
        *_notes(view, chosen),
    ]
    facts = [_fact(view, c) for c in chosen]
    facts += counted(
        view, **{"åtaganden efter placering": len(_placed(chosen)), "åtaganden efter tolkning": len(_read(chosen))}
    )
    return block.table(name, caption=caption, columns=columns, rows=groups, notes=notes, facts=facts)


def _row(view: View, commitment: Commitment, with_goal: bool) -> list[str]:
    goal = [f"Mål {commitment.goal}" if commitment.goal else "anges inte"] if with_goal else []
    return [commitment.text, *goal, _who(view, commitment), _status(view, commitment)]


def _status(view: View, commitment: Commitment) -> str:
    return (
        "redovisas inte som åtagande"
        if commitment.kind == "omnämnande"
        else commitment.status(view.year, view.parameters.cut_off)
    )


def _who(view: View, commitment: Commitment) -> str:
    if not commitment.actors:
        return "anges inte"
    names = join(view.catalogue.actors[a].name for a in commitment.actors)
    return names + (" (vår tolkning)" if commitment.actors_basis == "tolkad" else "")


def _placed(chosen: list[Commitment]) -> list[Commitment]:
    return [c for c in chosen if c.goal_basis == "vår placering"]


def _read(chosen: list[Commitment]) -> list[Commitment]:
    return [c for c in chosen if c.goal_basis == "tolkad" and c.kind != "omnämnande"]


def _notes(view: View, chosen: list[Commitment]) -> list[str]:
    placed, read = _placed(chosen), _read(chosen)
    notes = []
    if placed:
        notes.append(
            f"Arbetsboken har placerat {count(len(placed), 'åtagande', 'åtaganden', neuter=True)} under mål {join(dict.fromkeys(str(c.goal) for c in placed))}; källan anger inget mål."
        )
    if read:
        notes.append(
            f"För {count(len(read), 'åtagande eller en satsning', 'åtaganden och satsningar', neuter=True)} är kopplingen till målet arbetsbokens tolkning."
        )
    return notes


def _fact(view: View, c: Commitment) -> Fact:
    source = view.catalogue.sources[c.source]
    status = _status(view, c)
    published = source.published.isoformat() if source.published else None
    code = "M" if status == "uppgift saknas" else "A"
    return Fact(
        f"{view.chapter}/{c.id}",
        view.chapter,
        None,
        view.year,
        None,
        None,
        None,
        None,
        None,
        code,
        "quoted",
        c.source,
        published,
        f"{c.text} Status: {status}.",
    )


def status_counts(view: View) -> Block:
    """Return how many commitments have each status, the unknown ones included."""
    chosen = view.promises()
    if not chosen:
        return Block("", "")
    tally = {status: sum(c.status(view.year, view.parameters.cut_off) == status for c in chosen) for status in STATUSES}
    rows = [[upper_first(status), str(amount)] for status, amount in tally.items()]
    caption = f"Kända åtaganden och satsningar efter status {view.year}. Antal."
    facts = [
        computed_fact(view, f"åtaganden {status}", amount, "antal", str(amount)) for status, amount in tally.items()
    ]
    return block.table("status", caption=caption, columns=["Status", "Antal"], rows=rows, numeric=[1], facts=facts)
