"""Blocks that look across the action plan: all plans, actors and goals, follow-up, development areas, local plans."""

from __future__ import annotations

from lib.analysis.view import View
from lib.base.swedish import NBSP, cardinal, count, join, period, sort_key, upper_first
from lib.data.records import Plan
from lib.show import tables
from lib.show.blocks import block, goals
from lib.show.blocks.block import Block, counted
from lib.show.blocks.goals import attribution, statement_fact

NOBODY = "Ingen namngiven"
UNPLACED = "Mål anges inte"


def known_plans(view: View) -> list[Plan]:
    """Return the strategy's plans that were published at the cut-off, oldest first."""
    own = [p for p in view.catalogue.plans.values() if p.strategy == view.strategy.id]
    return sorted((p for p in own if p.published <= view.parameters.cut_off), key=lambda p: p.first_year or 0)


def periods(view: View) -> Block:
    """Return the plans with their periods, beside the strategy's, and which was in force."""
    strategy = view.strategy
    rows = [[strategy.title, upper_first(period(strategy.first_year, strategy.last_year)), "strategin"]]
    for plan in known_plans(view):
        state = "gällde" if plan.covers(view.year) else "gällde inte"
        rows.append([plan.title, f"{plan.first_year}–{plan.last_year}", state])
    caption = f"Strategin och dess kända handlingsplaner, och vilken som gällde {view.year}."
    shown = block.table("planer", caption=caption, columns=["Dokument", "Period", f"År {view.year}"], rows=rows)
    return shown


def overlap(view: View) -> Block:
    """Return how many known commitments and joint measures each actor has under each goal."""
    chosen = view.promises()
    if not chosen:
        return block.text("Utan gällande plan finns inga åtaganden att visa per aktör.")
    if not any(c.actors for c in chosen):
        return block.text("Källorna namnger ingen ansvarig, så en översikt per aktör kan inte göras.")
    actors = sorted({a for c in chosen for a in c.actors}, key=lambda a: sort_key(view.catalogue.actors[a].name))
    goals_of_plan = [(g.id, f"Mål{NBSP}{g.id}") for g in view.strategy.goals] + [(None, UNPLACED)]
    rows, facts = [], []
    # Actors as rows: their names are long and may be many, the goals are few and have short ones.
    for actor in [*actors, None]:
        name = view.catalogue.actors[actor].name if actor else NOBODY
        own = [c for c in chosen if actor in c.actors or (actor is None and not c.actors)]
        cells = [sum(c.goal == number for c in own) for number, _ in goals_of_plan]
        rows.append([name, *(_amount(n) for n in cells)])
        facts += counted(view, **{f"{label} {name}": n for (_, label), n in zip(goals_of_plan, cells, strict=True)})
    caption = f"Kända åtaganden och satsningar efter ansvarig och mål, planen {_span(view.plan)}. Antal; en satsning med flera aktörer räknas hos var och en."
    return block.table(
        "overlapp",
        caption=caption,
        columns=["Ansvarig", *(label for _, label in goals_of_plan)],
        rows=rows,
        numeric=range(1, len(goals_of_plan) + 1),
        facts=facts,
    )


def _span(plan: Plan | None) -> str:
    return f"{plan.first_year}–{plan.last_year}" if plan else ""


def _amount(number: int) -> object:
    if number == 0:
        return {"symbol": "–", "spoken": "inget känt"}
    return tables.shaded({"text": str(number)}, min(number, 4))


def follow_up(view: View) -> Block:
    """Return what the status reports said of their own follow-up, beside what this workbook's material can follow up."""
    said = [
        s
        for s in view.catalogue.statements.values()
        if s.goal is None
        and view.strategy.covers(s.year)
        and s.year <= view.year
        and s.published <= view.parameters.cut_off
        and _on_follow_up(s.text)
    ]
    blocks = []
    if said:
        entries = [{"text": s.text, "detail": attribution(view, s)} for s in said]
        html = str(tables.fragments().items(entries, "lr-statements"))
        lead = block.text("Aktörernas egna lägesrapporter har sagt detta om uppföljningen:")
        plain = "\n".join(e["text"] for e in entries)
        blocks += [lead, Block(html, plain, [statement_fact(view, s) for s in said])]
    promises = view.promises()
    known = [c for c in promises if c.status(view.year, view.parameters.cut_off) != "uppgift saknas"]
    text = "Arbetsboken har ingen plan att följa upp för året."
    if promises:
        every = goals.promise_count(promises)
        text = f"Underlaget anger status för {_none(len(known))} av de {every} {view.year}."
        if not known:
            text = f"Underlaget säger inget om hur de {every} genomfördes {view.year}."
    facts = counted(view, **{"åtaganden med känd status": len(known), "åtaganden att följa upp": len(promises)})
    return block.join([*blocks, block.text(text, facts=facts)])


def _on_follow_up(text: str) -> bool:
    return "följas upp" in text or "uppföljning" in text


def _none(number: int) -> str:
    return "inget" if number == 0 else cardinal(number)


def development_areas(view: View) -> Block:
    """Return what sources say must be developed, as a table and as a CSV file that the next plan can start from."""
    said = view.statements(kinds=["utmaning", "lucka"])
    unknown = [c for c in view.promises() if c.status(view.year, view.parameters.cut_off) == "uppgift saknas"]
    areas = [(s.goal, s.text, attribution(view, s).strip("()"), "utmaning eller lucka enligt källan") for s in said]
    areas += [
        (c.goal, c.text, view.catalogue.sources[c.source].title, "åtagande som inte kan följas upp") for c in unknown
    ]
    data = {"columns": ["mål", "utvecklingsområde", "källa", "slag"], "rows": [list(area) for area in areas]}
    if not areas:
        text = f"Inga utvecklingsområden för {view.year} finns i underlaget."
        return Block(block.text(text).html, text, [], {"utvecklingsomraden": data})
    rows = [
        [text, f"Mål {goal}" if goal else "Hela strategin", source]
        for goal, text, source, kind in areas
        if kind.startswith("utm")
    ]
    after = f"Filen utvecklingsomraden.csv innehåller {_list(len(said), len(unknown))}."
    facts = counted(view, utvecklingsområden=len(said), **{"åtaganden som inte kan följas upp": len(unknown)})
    if not rows:
        return block.join([block.text(after, facts=facts), Block("", "", [], {"utvecklingsomraden": data})])
    table = block.table(
        "utvecklingsomraden",
        caption=f"Utvecklingsområden som källor om {view.year} pekar ut.",
        columns=["Utvecklingsområde", "Mål", "Källa"],
        rows=rows,
    )
    return block.join([table, block.text(after, facts=facts), Block("", "", [], {"utvecklingsomraden": data})])


def _list(said: int, unknown: int) -> str:
    parts = [count(said, "utvecklingsområde", "utvecklingsområden", neuter=True)] if said else []
    parts += (
        [
            count(
                unknown,
                "åtagande som inte kan följas upp",
                "åtaganden och satsningar som inte kan följas upp",
                neuter=True,
            )
        ]
        if unknown
        else []
    )
    return join(parts)


def local_register(view: View) -> Block:
    """Return, for every municipality and district, its local action plan and good examples; unknown is said for each."""
    catalogue, cut_off = view.catalogue, view.parameters.cut_off
    own_plans = [p for p in catalogue.local_plans if p.published <= cut_off and (p.first_year or 0) <= view.year]
    examples = [e for e in catalogue.good_examples if e.published <= cut_off and e.year <= view.year]
    missing = {"symbol": "..", "spoken": "uppgift saknas"}
    groups: dict[str, tables.Group] = {}
    for unit in view.units():
        label = "Kommuner" if unit.type == "kommun" else "Stadsdelar"
        titles = join(p.title for p in own_plans if p.unit == unit.code)
        texts = " ".join(e.text for e in examples if e.unit == unit.code)
        groups.setdefault(label, tables.Group(label)).rows.append([unit.name, titles or missing, texts or missing])
    rows = list(groups.values())
    # A plan may be several units' together.
    together = len({(p.title, p.source) for p in own_plans})
    plans_known = (
        count(together, "lokal handlingsplan", "lokala handlingsplaner") if together else "ingen lokal handlingsplan"
    )
    examples_known = (
        count(len(examples), "gott exempel", "goda exempel", neuter=True) if examples else "inget gott exempel"
    )
    lead = f"Underlaget innehåller {plans_known} och {examples_known}."
    facts = counted(view, **{"lokala planer": together, "goda exempel": len(examples)})
    table = block.table(
        "lokala-planer",
        caption=f"Lokala handlingsplaner och goda exempel per kommun och stadsdel vid utgången av {view.year}.",
        columns=["Kommun eller stadsdel", "Lokal handlingsplan", "Goda exempel"],
        rows=rows,
    )
    return block.join([block.text(lead, facts=facts), table])
