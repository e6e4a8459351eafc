"""Blocks of a goal chapter: conditions, assessment, what sources say, gaps and sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lib.analysis.view import View
from lib.base.swedish import cardinal, join, long_date, lower_first, sort_key
from lib.data import commentary
from lib.data.indicators import Indicator
from lib.data.records import Source, Statement
from lib.show import tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, computed_fact, counted
from lib.show.facts import Fact

NO_ASSESSMENT = "Går inte att bedöma – ingen bedömning finns i underlaget"
VERDICTS = [
    "rätt håll",
    "rätt håll (utan test)",
    "fel håll",
    "fel håll (utan test)",
    "utan entydig tolkning",
    "ingen säkerställd förändring",
    "går inte att bedöma",
]
#: How each kind of statement is introduced, and what it is called where there is none.
STATEMENTS = {
    "framsteg": ("lyfter fram dessa framsteg", "framsteg"),
    "utmaning": ("pekar på dessa utmaningar", "utmaningar"),
    "lucka": ("pekar på dessa luckor", "luckor i uppföljningen"),
}
GAP_GROUPS = {
    "indikator": "Beslutade eller kompletterande indikatorer",
    "utvecklingsindikator": "Utvecklingsindikatorer",
}


def conditions(view: View) -> Block:
    """Return the goal's conditions and the national goals that it serves."""
    goal = view.goal
    shown = []
    if goal.conditions:
        shown.append(block.text(f"Strategin anger {view.strategy.conditions_name}, här återgivna i sammandrag:"))
        shown.append(block.items([(condition.text, "") for condition in goal.conditions]))
    closing = [goal.note] if goal.note else []
    if goal.national_goals:
        texts = [lower_first(view.catalogue.national_goals[n].text.rstrip(".")) for n in goal.national_goals]
        reading = " Kopplingen är arbetsbokens tolkning." if goal.national_basis == "tolkad" else ""
        closing.append(f"Målet hör ihop med den nationella strategins mål om {join(texts)}.{reading}")
    return block.join([*shown, block.text(*closing, css="lr-small")])


def assessment(view: View) -> Block:
    """Return a person's written assessment of the goal, or that there is none; it is never computed."""
    written = view.assessments.get(view.goal.id)
    decided = [i for i in view.indicators(view.goal.id) if _decided(view, i)]
    known = [i for i in decided if view.has_home_value(i)]
    noun = "beslutad indikator" if len(decided) == 1 else "beslutade indikatorer"
    basis = f"{len(known)} av {len(decided)} {noun} har någon uppgift för länet eller polisregionen."
    if not decided:
        basis = "Målet har inga beslutade indikatorer i arbetsbokens underlag."
    verdict, reason, signed = NO_ASSESSMENT, basis, ""
    if written:
        verdict, reason = written.assessment, f"{written.reason} {basis}"
        signed = f"Bedömd av {written.role} den {long_date(written.date)}." if written.date else ""
    judged = Block(str(tables.fragments().assessment(verdict, reason, signed)), "\n".join([verdict, basis]))
    moved = development(view, decided)
    facts = [
        computed_fact(view, "bedömning", None, None, verdict),
        *counted(view, **{"indikatorer med uppgift": len(known)}),
        computed_fact(view, "utveckling", None, None, "; ".join(f"{n} {direction}" for direction, n in moved.items())),
        *counted(view, **{f"utveckling {direction}": amount for direction, amount in moved.items()}),
        *counted(view, **{"beslutade indikatorer": len(decided)}),
    ]
    shown = block.join([judged, block.text(*_last_year(view), css="lr-small"), _comment(view)])
    return replace(shown, facts=facts)


def _last_year(view: View) -> list[str]:
    """Return last year's assessment where this year's differs or is missing, so that a reader sees the change."""
    written, former = view.assessments.get(view.goal.id), view.earlier_assessments.get(view.goal.id)
    if former is None or (written and (written.assessment, written.reason) == (former.assessment, former.reason)):
        return []
    return [f"Året före, {view.year - 1}, var bedömningen ”{former.assessment}”. Skälet var då: {former.reason}"]


def _comment(view: View) -> Block:
    """Return what people have written about the goal."""
    comment = view.comment(view.goal.id)
    if not comment:
        return Block("", "")
    where = commentary.comment_path(view.known.data, view.year, view.goal.id)
    return Block(f'<div class="lr-comment">{commentary.html(comment, where)}</div>', comment)


def development(view: View, indicators: Sequence[Indicator]) -> dict[str, int]:
    """Return how many of the indicators' newest values have each verdict on their change since the year before."""
    tally = Counter(_verdict(view, indicator) for indicator in indicators)
    return {verdict: tally[verdict] for verdict in VERDICTS if tally[verdict]}


def _verdict(view: View, indicator: Indicator) -> str:
    change = next((line.change for line in view.finding(indicator.id).home_known if line.group == "T"), None)
    if change is None:
        return "går inte att bedöma"
    untested = change.verdict in ("rätt håll", "fel håll") and not change.tested
    return change.verdict + (" (utan test)" if untested else "")


def _decided(view: View, indicator: Indicator) -> bool:
    """Return whether an indicator is decided for the goal: no development indicator, and not placed there by the workbook."""
    link = next(g for g in indicator.goal_link(view.strategy.id, view.year) if g.goal == view.goal_number)
    return indicator.kind(view.year) == "indikator" and link.basis != "vår placering"


def statement_fact(view: View, statement: Statement) -> Fact:
    """Return the fact that a quoted statement becomes."""
    return Fact(
        id=f"{view.chapter}/{statement.id}",
        chapter=view.chapter,
        indicator=statement.indicator,
        year=statement.year,
        kind="quoted",
        source=statement.source,
        published=statement.published.isoformat(),
        text=statement.text,
    )


def attribution(view: View, statement: Statement) -> str:
    """Return who published a statement, where and when."""
    source = view.catalogue.sources[statement.source]
    assumed = ", antaget datum" if statement.published_basis == "antagen" else ""
    return f"{source.publisher}, {source.title}, {long_date(statement.published)}{assumed}"


def quoted(view: View, kind: str) -> Block:
    """Return what sources say in words: ``framsteg``, ``utmaning`` or ``lucka``; in a goal chapter only of its goal.

    Without statements a goal chapter shows nothing; the whole report says that there are none.
    """
    phrase, noun = STATEMENTS[kind]
    found = view.statements(view.goal_number, [kind])
    if not found and view.goal_number is None:
        return block.text(f"Underlaget innehåller inga uttalanden om {noun} {view.year}.")
    lead = f"Källor till uppföljningen av {view.year} {phrase}:"
    return _statements(view, found, lead, together=view.goal_number is None)


def statements_about(view: View, *identifiers: str) -> Block:
    """Return what sources say in words about some indicators, or that they say nothing."""
    found = [s for s in view.statements() if s.indicator in identifiers]
    if not found:
        return block.text(f"Inga källor om {view.year} i underlaget säger något om detta.")
    return _statements(view, found)


def _statements(view: View, found: Sequence[Statement], lead: str = "", *, together: bool = False) -> Block:
    """Return statements as a list after a lead sentence, with the source of each, or all sources ``together`` after the list."""
    # Two goals may have the same sentence; it is shown once where both are shown.
    chosen = list({s.text: s for s in reversed(found)}.values())[::-1]
    if not chosen:
        return Block("", "")
    entries = [(s.text, "" if together else f"({attribution(view, s)})") for s in chosen]
    html = block.text(*filter(None, [lead])).html + block.items(entries, "lr-statements").html
    if together:
        named = "; ".join(dict.fromkeys(attribution(view, s) for s in chosen))
        html += str(tables.fragments().note(f"Källor: {named}.", "lr-source"))
    plain = "\n".join(f"{text} {detail}" for text, detail in entries)
    return Block(html, plain, [statement_fact(view, s) for s in chosen])


def gaps(view: View) -> Block:
    """Return the goal's indicators without a figure for the county, decided ones apart from development indicators."""
    followed = view.indicators(view.goal.id)
    missing = [i for i in followed if not view.has_home_value(i)]
    facts = counted(view, **{"indikatorer utan uppgift": len(missing), "indikatorer": len(followed)})
    if not missing:
        every = "Alla målets indikatorer har någon uppgift för länet eller polisregionen."
        return block.text(every if followed else "Inga indikatorer för målet finns i underlaget.", facts=facts)
    groups = [
        tables.Group(label, [_gap(view, i) for i in missing if i.kind(view.year) == kind])
        for kind, label in GAP_GROUPS.items()
        if any(i.kind(view.year) == kind for i in missing)
    ]
    lead = block.text(_gaps_lead(view, len(followed), missing))
    table = block.table(
        f"brister-mal-{view.goal.id}",
        caption=f"Indikatorer för mål {view.goal.id} utan uppgift {view.year} eller tidigare.",
        columns=["Indikator", "Läge", "Källa som anges"],
        rows=groups,
        facts=facts,
    )
    # The plain text of the table is its rows without the caption.
    return replace(block.join([lead, table]), plain="\n".join([lead.plain, *table.plain.split("\n")[1:]]))


def _gaps_lead(view: View, total: int, missing: Sequence[Indicator]) -> str:
    kinds = {i.kind(view.year) for i in missing}
    noun = "indikatorer och utvecklingsindikatorer" if "utvecklingsindikator" in kinds else "indikatorer"
    if total == 1:
        return f"Målets enda {missing[0].kind(view.year)} saknar uppgift för länet eller polisregionen."
    if len(missing) == total:
        return f"Alla målets {cardinal(total)} {noun} saknar uppgift för länet eller polisregionen."
    amount = f"{cardinal(len(missing))} av målets {cardinal(total)} {noun}"
    return f"Uppgift för länet eller polisregionen saknas för {amount}."


def _gap(view: View, indicator: Indicator) -> list[str]:
    title = indicator.title + (" …" if indicator.title_incomplete else "")
    return [title, _gap_reason(view, indicator), indicator.source_named or "ingen angiven"]


def _gap_reason(view: View, indicator: Indicator) -> str:
    ended = indicator.ended if indicator.ended and indicator.ended.last_year < view.year else None
    if view.finding(indicator.id).comparison_known:
        return "Uppgift finns bara för riket" + ("; källan har enligt målsidan upphört" if ended else "")
    if ended:
        return f"Källan upphörde efter {ended.last_year}"
    if indicator.kind(view.year) == "utvecklingsindikator":
        return "Saknar källa eller insamling"
    return "Uppgift saknas i arbetsbokens underlag"


def sources(view: View, used: Iterable[str]) -> Block:
    """Return the list of sources, given by id, that the chapter has shown figures or statements from."""
    known = sorted((view.catalogue.sources[s] for s in used), key=lambda s: sort_key(s.publisher + s.title))
    if not known:
        return block.text("Kapitlet redovisar inga uppgifter ur externa källor.")
    entries = [(f"{s.publisher}: {s.title}.", _terms(s)) for s in known]
    lead = block.text("Uppgifterna i kapitlet är hämtade ur följande källor.")
    return block.join([lead, block.items(entries, "lr-sources")])


def _terms(source: Source) -> str:
    """Return a source's licence, the rule for its dates and its address."""
    licence = f"{source.licence.rstrip('.')}." if source.licence else ""
    return " ".join(filter(None, [licence, source.rule, source.url]))
