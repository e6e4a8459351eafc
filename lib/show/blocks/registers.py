"""Blocks of the method chapter's registers: indicators, documents, mandate, strategies, quality, gaps by kind, revisions, stamp."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise

from lib.analysis.finding import REPORTS, Conflict
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import join, long_date, lower_first, period, upper_first
from lib.data.indicators import Indicator
from lib.show import prose, tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, counted, observed_fact
from lib.show.blocks.indicators import conflict_facts

DIRECTIONS = {"up": "högre", "down": "lägre", "none": "ingen entydig"}


def indicators(view: View) -> Block:
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
        caption=f"Indikatorer och utvecklingsindikatorer {view.year}.",
        columns=["Indikator", "Definition, täljare och nämnare", "Önskad riktning", "Brott", "Källa", "Text ändrad"],
        rows=groups,
        notes=[
            f"Texterna är skrivna av en {view.catalogue.identity.editor.lower()}. {_checked(view.catalogue.identity.fact_checked)}",
            "Önskad riktning är arbetsbokens bedömning. Vad ett brott i en serie beror på står vid tabellen i målkapitlet.",
        ],
    )


def _checked(day: date | None) -> str:
    return (
        f"De är faktagranskade av aktörerna den {long_date(day)}." if day else "De är inte faktagranskade av aktörerna."
    )


def _indicator(view: View, indicator: Indicator, goal: int, repeated: bool) -> list[object]:
    parts = {"Täljare": indicator.numerator, "Nämnare": indicator.denominator}
    shares = [f"{name}: {text}." for name, text in parts.items() if text]
    definition = "Som ovan." if repeated and indicator.definition else indicator.definition or "Anges inte."
    breaks = ", ".join(dict.fromkeys(str(b.year) for b in indicator.breaks if b.year <= view.year))
    updated = indicator.updated or view.catalogue.identity.updated
    return [
        {
            "text": indicator.title + (" …" if indicator.title_incomplete else ""),
            "flags": [_kind(view, indicator, goal).lower()],
        },
        " ".join([definition, *([] if repeated else shares)]),
        DIRECTIONS[indicator.direction],
        breaks or "–",
        indicator.source_named or "ingen angiven",
        updated.isoformat(),
    ]


def _kind(view: View, indicator: Indicator, goal: int) -> str:
    link = next(g for g in indicator.goal_link(view.strategy.id, view.year) if g.goal == goal)
    return "Kompletterande" if link.basis == "vår placering" else upper_first(indicator.kind(view.year) or "")


def documents(view: View) -> Block:
    """Return the strategies, plans and status reports that the report knows of, with their periods and what is unsure of them."""
    cut_off = view.parameters.cut_off
    known = [
        d
        for d in view.catalogue.documents.values()
        if d.published[:4] <= str(cut_off.year) and (d.known_from or cut_off) <= cut_off
    ]
    rows = [
        [d.title, upper_first(d.kind), period(d.first_year, d.last_year), d.published, d.note or "–"] for d in known
    ]
    columns = ["Dokument", "Slag", "Period", "Publicerat", "Anmärkning"]
    return block.table(
        "dokument", caption="Strategier, handlingsplaner och lägesrapporter.", columns=columns, rows=rows
    )


def mandate(view: View) -> Block:
    """Return the parts of the platform's mandate under the strategy and where the report answers each."""
    own = [m for m in view.catalogue.mandate if m.strategy == view.strategy.id]
    if not own:
        return Block("", "")
    rows = [[m.text, join(m.chapters)] for m in own]
    columns = ["Del av uppdraget", "Var i rapporten"]
    caption = f"{upper_first(view.catalogue.identity.platform)}s uppdrag och var rapporten svarar på det."
    return block.table("uppdrag", caption=caption, columns=columns, rows=rows)


def aims(view: View) -> Block:
    """Return what the strategy sets out to do and for whom, as its sources say it."""
    known = [a for a in view.strategy.aims if (a.published or view.parameters.cut_off) <= view.parameters.cut_off]
    if not known:
        return Block("", "")
    entries = [{"text": a.text, "detail": f"({view.catalogue.sources[a.source].publisher})"} for a in known]
    lead = block.text("Strategins utgångspunkter, i sammandrag:")
    html = str(tables.fragments().items(entries))
    return block.join([lead, Block(html, "\n".join(a.text for a in known))])


def vision(view: View) -> Block:
    """Return the strategy's vision and the violence types it covers."""
    vision, kinds = view.strategy.vision.rstrip("."), join(view.strategy.violence_types)
    name = view.strategy.vision_name
    return block.text(
        f"{name} är: {vision}." if vision else "Strategins vision saknas i arbetsbokens underlag.",
        f"Strategin omfattar {kinds}."
        if kinds
        else "Vilka våldstyper strategin omfattar saknas i arbetsbokens underlag.",
    )


def actors(view: View) -> Block:
    """Return the actors with their roles, since when they take part, and their earlier names."""
    known = [
        a
        for a in view.catalogue.actors.values()
        if (a.known_from or view.parameters.cut_off) <= view.parameters.cut_off
    ]
    parts = {a.id: part for a in known for part in a.parts if part.strategy == view.strategy.id}
    told = [(a, parts[a.id].role, parts[a.id].note) for a in known if a.id in parts]
    told = told or [(a, a.role, a.member_note) for a in known]
    rows = [[a.name, role or "anges inte", note or "anges inte", join(a.aliases) or "–"] for a, role, note in told]
    columns = ["Aktör", "Uppgift i samverkan", "Medverkan", "Tidigare namn"]
    return block.table("aktorer", caption="Aktörer i arbetet med strategin.", columns=columns, rows=rows)


def strategies(view: View) -> Block:
    """Return the report's strategy beside the one before it."""
    now = view.strategy
    before = view.catalogue.strategies.get(now.predecessor or "")
    if before is None:
        return Block("", "")
    both = [before, now]
    rows = [
        ["Titel", *(s.title for s in both)],
        ["Period", *(period(s.first_year, s.last_year) for s in both)],
        ["Vision", *(s.vision for s in both)],
        ["Våldstyper", *(upper_first(join(s.violence_types)) for s in both)],
        ["Antal mål", *(str(len(s.goals)) for s in both)],
        ["Mål", *("; ".join(f"{g.id}. {g.short}" for g in s.goals) for s in both)],
    ]
    facts = counted(view, **{f"mål i {s.id}": len(s.goals) for s in both})
    columns = ["", *(period(s.first_year, s.last_year) for s in both)]
    columns[0] = "Strategi"
    return block.table(
        "strategier", caption="Strategin och den som gällde före.", columns=columns, rows=rows, facts=facts
    )


def quality(view: View) -> Block:
    """Return the quality declarations of the sources that the report's figures come from."""
    used = {view.catalogue.sources[s].family for s in view.observations["source"].unique()}
    rows = [
        [q.name, q.relevance, q.accuracy, q.timeliness, q.accessibility, q.comparability]
        for q in view.catalogue.quality.values()
        if q.id in used
    ]
    columns = ["Källa", "Relevans", "Tillförlitlighet", "Aktualitet", "Tillgänglighet", "Jämförbarhet"]
    return block.table("kvalitet", caption="Kvalitetsdeklaration per källa.", columns=columns, rows=rows)


def gaps_by_kind(view: View) -> Block:
    """Return how many indicators lack a figure for the county, by violence type, target group and the source that is named."""
    own = list({i.id: i for goal in view.strategy.goals for i in view.indicators(goal.id)}.values())
    missing = {i.id for i in own if not view.has_home_value(i)}
    views = [
        ("Våldstyp", lambda i: i.violence_types or ["ingen angiven"]),
        ("Målgrupp", lambda i: i.target_groups or ["ingen angiven"]),
        ("Källa som anges", lambda i: [i.source_named or "ingen angiven"]),
    ]
    groups = [tables.Group(label, _tally(own, missing, parts)) for label, parts in views]
    facts = counted(view, **{"indikatorer utan uppgift i hela rapporten": len(missing)})
    for group in groups:
        for part, total, lacking in group.rows:
            facts += counted(
                view, **{f"{group.label} {part}": int(total), f"{group.label} {part}, utan uppgift": int(lacking)}
            )
    return block.table(
        "brister-efter-slag",
        caption=f"Indikatorer och utvecklingsindikatorer {view.year} efter våldstyp, målgrupp och källa. Antal; en indikator kan räknas i flera rader.",
        columns=["Efter", "Alla", "Utan uppgift för länet eller polisregionen"],
        rows=groups,
        numeric=[1, 2],
        facts=facts,
    )


def _tally(own: Iterable[Indicator], missing: set[str], parts: Callable[[Indicator], Iterable[str]]) -> list[list[str]]:
    total, lacking = Counter(), Counter()
    for indicator in own:
        for part in parts(indicator):
            total[part] += 1
            lacking[part] += indicator.id in missing
    ordered = sorted(total, key=lambda part: (-total[part], part))
    return [[upper_first(part), str(total[part]), str(lacking[part])] for part in ordered]


def revisions(view: View) -> Block:
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
        caption="Rättelser och revideringar: värden som en källa har ändrat sedan de först publicerades.",
        columns=["Indikator", "Område", "År", "Tidigare värde", "Nytt värde", "Ändrat"],
        rows=rows,
        numeric=[2, 3, 4, 5],
        notes=[
            "Ändrade värden är märkta [r], reviderad, i kapitlen. Vad en ändring beror på står bara där källan anger det."
        ],
        facts=list({f.id: f for f in facts}.values()),
    )


def _revised(conflict: Conflict) -> Iterator[tuple[Value, Value]]:
    """Yield the values that a family of sources, but for the reports, has changed, each with the one before."""
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


def stamp(view: View) -> Block:
    """Return what identifies the material: the cut-off and a digest of everything the report may see."""
    rows = view.observations.sort_values(["indicator", "region", "group", "sex", "year", "source", "published"])
    digest = hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()[:16]
    identity = view.catalogue.identity
    checked = (
        f"Faktagranskade {long_date(identity.fact_checked)}."
        if identity.fact_checked
        else "Inte faktagranskade av aktörerna."
    )
    sentences = [
        f"Texterna är skrivna av en {identity.editor.lower()} och ändrades senast den {long_date(identity.updated)}. {checked}",
        f"Underlagets kontrollsumma: {digest}. Samma summa betyder samma värden.",
    ]
    return block.text(*sentences)
