"""Registers: indicators, documents, actors, mandate, strategies, local plans, quality, gaps by kind, revisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from lib.analysis.finding import REPORTS, Conflict
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import count, join, long_date, lower_first, period, upper_first
from lib.data.indicators import Indicator
from lib.show import prose, tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, counted, observed_fact
from lib.show.blocks.indicators import conflict_facts

UNITS = {"kommun": "Kommuner", "stadsdel": "Stadsdelar"}
DIRECTIONS = {"up": "högre", "down": "lägre", "none": "ingen entydig"}


def indicators(view: View, *, caption: str, notes: Sequence[str] = ()) -> Block:
    """Return the register of the report's indicators: definition, numerator and denominator, direction, breaks, source, dates."""
    groups = []
    for goal in view.strategy.goals:
        rows, defined = [], ""
        for indicator in view.indicators(goal.id):
            rows.append(_indicator(view, indicator, goal.id, indicator.definition == defined))
            defined = indicator.definition
        if rows:
            groups.append(tables.Group(f"Mål {goal.id}. {goal.short}", rows))
    return block.table(
        "indikatorer",
        caption=caption,
        columns=["Indikator", "Definition, täljare och nämnare", "Önskad riktning", "Brott", "Källa", "Text ändrad"],
        rows=groups,
        notes=notes,
    )


def _indicator(view: View, indicator: Indicator, goal: int, repeated: bool) -> list[Any]:
    link = next(g for g in indicator.goal_link(view.strategy.id, view.year) if g.goal == goal)
    kind = "kompletterande" if link.basis == "vår placering" else indicator.kind(view.year) or ""
    definition = [indicator.definition or "Anges inte."]
    if repeated and indicator.definition:
        definition = ["Som ovan."]
    elif not repeated:
        parts = {"Täljare": indicator.numerator, "Nämnare": indicator.denominator}
        definition += [f"{name}: {text}." for name, text in parts.items() if text]
    if link.basis == "vår placering" and link.note:
        definition.append(f"Skäl till placeringen: {link.note}")
    breaks = ", ".join(dict.fromkeys(str(b.year) for b in indicator.breaks if b.year <= view.year))
    updated = indicator.updated or view.catalogue.identity.updated
    return [
        {"text": indicator.title + (" …" if indicator.title_incomplete else ""), "flags": [kind]},
        " ".join(definition),
        DIRECTIONS[indicator.direction],
        breaks or "–",
        indicator.source_named or "ingen angiven",
        updated.isoformat(),
    ]


def _known(view: View, day: date | None) -> bool:
    """Return whether something is known at the cut-off; without a day it always is."""
    return day is None or day <= view.parameters.cut_off


def documents(view: View, *, caption: str) -> Block:
    """Return the strategies, plans and status reports that the report knows of, with their periods and remarks."""
    last_year = str(view.parameters.cut_off.year)
    documents = view.catalogue.documents.values()
    known = [d for d in documents if d.published[:4] <= last_year and _known(view, d.known_from)]
    return block.table(
        "dokument",
        caption=caption,
        columns=["Dokument", "Slag", "Period", "Publicerat", "Anmärkning"],
        rows=[
            [d.title, upper_first(d.kind), period(d.first_year, d.last_year), d.published, d.note or "–"] for d in known
        ],
    )


def mandate(view: View, *, caption: str) -> Block:
    """Return the parts of the platform's mandate under the strategy and where the report answers each."""
    parts = [m for m in view.catalogue.mandate if m.strategy == view.strategy.id]
    if not parts:
        return Block("", "")
    return block.table(
        "uppdrag",
        caption=caption,
        columns=["Del av uppdraget", "Var i rapporten"],
        rows=[[m.text, join(m.chapters)] for m in parts],
    )


def aims(view: View, *, lead: str) -> Block:
    """Return what the strategy sets out to do and for whom, as its sources say it."""
    known = [a for a in view.strategy.aims if _known(view, a.published)]
    if not known:
        return Block("", "")
    entries = [(a.text, f"({view.catalogue.sources[a.source].publisher})") for a in known]
    return block.join([block.text(lead), block.items(entries)])


def actors(view: View, *, caption: str) -> Block:
    """Return the actors with their roles, since when they take part, and their earlier names."""
    known = [a for a in view.catalogue.actors.values() if _known(view, a.known_from)]
    parts = {a.id: part for a in known for part in a.parts if part.strategy == view.strategy.id}
    roles = [(a, parts[a.id].role, parts[a.id].note) for a in known if a.id in parts]
    roles = roles or [(a, a.role, a.member_note) for a in known]
    return block.table(
        "aktorer",
        caption=caption,
        columns=["Aktör", "Uppgift i samverkan", "Medverkan", "Tidigare namn"],
        rows=[[a.name, role or "anges inte", note or "anges inte", join(a.aliases) or "–"] for a, role, note in roles],
    )


def strategies(view: View, *, caption: str) -> Block:
    """Return the report's strategy next to the one before it."""
    before = view.catalogue.strategies.get(view.strategy.predecessor or "")
    if before is None:
        return Block("", "")
    both = [before, view.strategy]
    periods = [period(s.first_year, s.last_year) for s in both]
    return block.table(
        "strategier",
        caption=caption,
        columns=["Strategi", *periods],
        rows=[
            ["Titel", *(s.title for s in both)],
            ["Period", *periods],
            ["Vision", *(s.vision for s in both)],
            ["Våldstyper", *(upper_first(join(s.violence_types)) for s in both)],
            ["Antal mål", *(str(len(s.goals)) for s in both)],
            ["Mål", *("; ".join(f"{g.id}. {g.short}" for g in s.goals) for s in both)],
        ],
        facts=counted(view, **{f"mål i {s.id}": len(s.goals) for s in both}),
    )


def local_plans(view: View, *, caption: str) -> Block:
    """Return the local action plan and good examples of each municipality and district, or that none is known."""
    catalogue = view.catalogue
    plans = [p for p in catalogue.local_plans if _known(view, p.published) and (p.first_year or 0) <= view.year]
    examples = [e for e in catalogue.good_examples if _known(view, e.published) and e.year <= view.year]
    groups = {kind: tables.Group(label) for kind, label in UNITS.items()}
    for unit in view.units():
        titles = join(p.title for p in plans if p.unit == unit.code)
        texts = " ".join(e.text for e in examples if e.unit == unit.code)
        missing = tables.count_cell(None)
        groups[unit.type].rows.append([unit.name, titles or missing, texts or missing])
    # A plan may be shared by several units.
    amount = len({(p.title, p.source) for p in plans})
    known_plans = (
        count(amount, "lokal handlingsplan", "lokala handlingsplaner") if amount else "ingen lokal handlingsplan"
    )
    known_examples = (
        count(len(examples), "gott exempel", "goda exempel", neuter=True) if examples else "inget gott exempel"
    )
    facts = counted(view, **{"lokala planer": amount, "goda exempel": len(examples)})
    table = block.table(
        "lokala-planer",
        caption=caption,
        columns=["Kommun eller stadsdel", "Lokal handlingsplan", "Goda exempel"],
        rows=[group for group in groups.values() if group.rows],
    )
    return block.join([block.text(f"Underlaget innehåller {known_plans} och {known_examples}.", facts=facts), table])


def quality(view: View, *, caption: str) -> Block:
    """Return the quality declarations of the sources that the report's figures come from."""
    used = {view.catalogue.sources[s].family for s in view.observations["source"].unique()}
    rows = [
        [q.name, q.relevance, q.accuracy, q.timeliness, q.accessibility, q.comparability]
        for q in view.catalogue.quality.values()
        if q.id in used
    ]
    columns = ["Källa", "Relevans", "Tillförlitlighet", "Aktualitet", "Tillgänglighet", "Jämförbarhet"]
    return block.table("kvalitet", caption=caption, columns=columns, rows=rows)


def gaps_by_kind(view: View, *, caption: str) -> Block:
    """Return how many indicators lack a figure for the county, by violence type, target group and the source that is named."""
    followed = list({i.id: i for goal in view.strategy.goals for i in view.indicators(goal.id)}.values())
    missing = {i.id for i in followed if not view.has_home_value(i)}
    none = "ingen angiven"
    kinds: dict[str, Callable[[Indicator], Iterable[str]]] = {
        "Våldstyp": lambda i: i.violence_types or [none],
        "Målgrupp": lambda i: i.target_groups or [none],
        "Källa som anges": lambda i: [i.source_named or none],
    }
    groups = []
    facts = counted(view, **{"indikatorer utan uppgift i hela rapporten": len(missing)})
    for label, parts in kinds.items():
        total = Counter(part for i in followed for part in parts(i))
        lacking = Counter(part for i in followed if i.id in missing for part in parts(i))
        names = {part: upper_first(part) for part in sorted(total, key=lambda part: (-total[part], part))}
        groups.append(tables.Group(label, [[n, str(total[p]), str(lacking[p])] for p, n in names.items()]))
        for part, name in names.items():
            facts += counted(view, **{f"{label} {name}": total[part], f"{label} {name}, utan uppgift": lacking[part]})
    return block.table(
        "brister-efter-slag",
        caption=caption,
        columns=["Efter", "Alla", "Utan uppgift för länet eller polisregionen"],
        rows=groups,
        numeric=[1, 2],
        facts=facts,
    )


def revisions(view: View, *, caption: str, note: str) -> Block:
    """Return the values that a publisher has changed in its own table since it first published them: what, when, from, to."""
    rows, facts = [], []
    for finding in map(view.finding, view.catalogue.indicators):
        for old, new in (pair for conflict in finding.conflicts for pair in _revised(conflict)):
            rows.append(_revision(old, new))
            facts += [observed_fact(view, old, "quoted"), observed_fact(view, new, "quoted")]
    if not rows:
        return block.text("Ingen källa i underlaget har ändrat ett värde i sin egen tabell.")
    return block.table(
        "rattelser",
        caption=caption,
        columns=["Indikator", "Område", "År", "Tidigare värde", "Nytt värde", "Ändrat"],
        rows=rows,
        numeric=[2, 3, 4, 5],
        notes=[note],
        facts=list({f.id: f for f in facts}.values()),
    )


def _revised(conflict: Conflict) -> Iterator[tuple[Value, Value]]:
    """Yield each value that a publisher has changed in its own table, after the one it replaces."""
    for family in sorted(conflict.families - {REPORTS}):
        versions = [value for value in conflict.values if value.source.family == family]
        yield from (pair for pair in pairwise(versions) if pair[0].value != pair[1].value)


def _revision(old: Value, new: Value) -> list[str]:
    whom = "" if new.whole else f", {lower_first(new.label)}"
    title = prose.plain_title(new.indicator) + whom
    return [title, new.region.name, str(new.year), prose.text(old), prose.text(new), long_date(new.published)]


def disagreements(view: View) -> Block:
    """Return the values that two reports, or two kinds of sources, give differently; neither has revised the other."""
    sentences, facts = [], []
    for finding in map(view.finding, view.catalogue.indicators):
        between = [c for c in finding.conflicts if len(c.families) > 1 or c.families == {REPORTS}]
        if between:
            title = prose.plain_title(finding.indicator)
            sentences += [f"{title}. {prose.conflict(conflict)}" for conflict in between]
            facts += conflict_facts(view, finding)
    return block.text(*(sentences or ["Inga källor i underlaget anger olika värden för samma år."]), facts=facts)
