"""Blocks that every goal chapter has: conditions, assessment, what sources say, what remains, gaps and sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lib.analysis.view import View
from lib.base.swedish import cardinal, count, join, long_date, lower_first, sort_key, upper_first
from lib.data import commentary
from lib.data.indicators import Indicator
from lib.data.records import Commitment, Source, Statement
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
NO_DATA = "saknas i arbetsbokens underlag"


def conditions(view: View) -> Block:
    """Return the goal's conditions and the national goals it serves."""
    goal = view.goal
    sentences = (
        [f"Strategin anger {view.strategy.conditions_name}, här återgivna i sammandrag:"] if goal.conditions else []
    )
    html = str(tables.fragments().paragraphs(sentences))
    if goal.conditions:
        html += str(tables.fragments().items([{"text": c.text, "detail": ""} for c in goal.conditions]))
    closing = [goal.note] if goal.note else []
    if goal.national_goals:
        texts = [lower_first(view.catalogue.national_goals[n].text.rstrip(".")) for n in goal.national_goals]
        reading = " Kopplingen är arbetsbokens tolkning." if goal.national_basis == "tolkad" else ""
        closing.append(f"Målet hör ihop med den nationella strategins mål om {join(texts)}.{reading}")
    html += str(tables.fragments().paragraphs(closing, "lr-small"))
    return Block(html, "\n".join([*sentences, *(c.text for c in goal.conditions), *closing]))


def assessment(view: View) -> Block:
    """Return a person's written assessment of the goal, or that there is none; never a computed one."""
    written = view.assessments.get(view.goal.id)
    decided = [i for i in view.indicators(view.goal.id) if _counts(view, i)]
    known = [i for i in decided if view.has_home_value(i)]
    basis = f"{len(known)} av {len(decided)} {'beslutad indikator' if len(decided) == 1 else 'beslutade indikatorer'} har någon uppgift för länet eller polisregionen."
    if not decided:
        basis = "Målet har inga beslutade indikatorer i arbetsbokens underlag."
    verdict = written.assessment if written else NO_ASSESSMENT
    signed = f"Bedömd av {written.role} den {long_date(written.date)}." if written else ""
    html = str(tables.fragments().assessment(verdict, f"{written.reason} {basis}" if written else basis, signed))
    before, comment = _before(view), view.comment(view.goal.id)
    html += str(tables.fragments().paragraphs(before, "lr-small"))
    if comment:
        where = commentary.comment_path(view.known.data, view.year, view.goal.id)
        html += f'<div class="lr-comment">{commentary.html(comment, where)}</div>'
    moved = development(view, decided)
    facts = [
        computed_fact(view, "bedömning", None, None, verdict),
        computed_fact(view, "indikatorer med uppgift", len(known), "antal", str(len(known))),
        computed_fact(view, "utveckling", None, None, _tally_text(moved)),
        *counted(view, **{f"utveckling {verdict}": amount for verdict, amount in moved.items()}),
        computed_fact(view, "beslutade indikatorer", len(decided), "antal", str(len(decided))),
    ]
    return Block(html, "\n".join([verdict, basis, *before, *([comment] if comment else [])]), facts)


def _before(view: View) -> list[str]:
    """Return last year's assessment where this year's is another, or where there is none yet; a reader sees what has changed."""
    written, former = view.assessments.get(view.goal.id), view.earlier_assessments.get(view.goal.id)
    if former is None or (written and (written.assessment, written.reason) == (former.assessment, former.reason)):
        return []
    return [f"Året före, {view.year - 1}, var bedömningen ”{former.assessment}”. Skälet var då: {former.reason}"]


def development(view: View, indicators: Sequence[Indicator]) -> dict[str, int]:
    """Count how the indicators' newest values have moved since the year before, per verdict, without weighing them together."""
    tally: dict[str, int] = {}
    for indicator in indicators:
        change = next((line.change for line in view.finding(indicator.id).home_known if line.group == "T"), None)
        verdict = change.verdict if change else "går inte att bedöma"
        untested = " (utan test)" if verdict in ("rätt håll", "fel håll") and change and not change.tested else ""
        tally[verdict + untested] = tally.get(verdict + untested, 0) + 1
    return dict(sorted(tally.items(), key=lambda item: VERDICTS.index(item[0])))


def _tally_text(moved: dict[str, int]) -> str:
    return "; ".join(f"{amount} {verdict}" for verdict, amount in moved.items())


def _counts(view: View, indicator: Indicator) -> bool:
    """Tell whether an indicator is decided for the goal: not a development indicator and not of our own placing."""
    link = next(g for g in indicator.goal_link(view.strategy.id, view.year) if g.goal == view.goal_number)
    return indicator.kind(view.year) == "indikator" and link.basis != "vår placering"


def statement_fact(view: View, statement: Statement) -> Fact:
    """Return the fact that a quoted statement becomes."""
    return Fact(
        id=f"{view.chapter}/{statement.id}",
        chapter=view.chapter,
        indicator=statement.indicator,
        year=statement.year,
        region=None,
        sex=None,
        group=None,
        value=None,
        unit=None,
        status="A",
        kind="quoted",
        source=statement.source,
        published=statement.published.isoformat(),
        text=statement.text,
    )


def quoted(view: View, kind: str, goal: int | None = None) -> Block:
    """Return what sources say of one kind, with a lead sentence; for the whole report, also that they say nothing."""
    leads = {
        "framsteg": f"Källor till uppföljningen av {view.year} lyfter fram dessa framsteg:",
        "utmaning": f"Källor till uppföljningen av {view.year} pekar på dessa utmaningar:",
        "lucka": f"Källor till uppföljningen av {view.year} pekar på dessa luckor:",
    }
    found = statements(view, [kind], goal, lead=leads[kind], together=goal is None)
    if found.html or goal is not None:
        return found
    nothing = {"framsteg": "framsteg", "utmaning": "utmaningar", "lucka": "luckor i uppföljningen"}[kind]
    text = f"Underlaget innehåller inga uttalanden om {nothing} {view.year}."
    return block.text(text)


def statements(
    view: View,
    kinds: Sequence[str],
    goal: int | None = None,
    indicators: Iterable[str] = (),
    lead: str = "",
    together: bool = False,
) -> Block:
    """Return what sources say in words about the report's year, each with source and date; nothing where they say nothing.

    Parameters
    ----------
    kinds : sequence of str
        ``framsteg``, ``utmaning``, ``lucka``.
    goal : int, optional
        Only this goal's; otherwise all.
    indicators : iterable of str
        Only those about these indicators.
    lead : str
        A sentence before the list.
    together : bool
        Name the sources once, after the list, instead of after each statement.
    """
    wanted = set(indicators)
    found = [s for s in view.statements(goal, kinds) if not wanted or s.indicator in wanted]
    # The same sentence may stand under two goals; said once where all are shown.
    chosen = list({s.text: s for s in reversed(found)}.values())[::-1]
    if not chosen:
        return Block("", "")
    entries = [{"text": s.text, "detail": "" if together else attribution(view, s)} for s in chosen]
    html = str(tables.fragments().paragraphs([lead])) if lead else ""
    html += str(tables.fragments().items(entries, "lr-statements"))
    if together:
        named = "; ".join(dict.fromkeys(attribution(view, s).strip("()") for s in chosen))
        html += str(tables.fragments().note(f"Källor: {named}.", "lr-source"))
    return Block(
        html, "\n".join(f"{e['text']} {e['detail']}" for e in entries), [statement_fact(view, s) for s in chosen]
    )


def statements_about(view: View, identifiers: Sequence[str]) -> Block:
    """Return what sources say in words about some indicators, or that they say nothing."""
    found = statements(view, [], indicators=identifiers)
    if found.html:
        return found
    text = f"Inga källor om {view.year} i underlaget säger något om detta."
    return block.text(text)


def attribution(view: View, statement: Statement) -> str:
    """Write who said it and when."""
    source = view.catalogue.sources[statement.source]
    assumed = ", antaget datum" if statement.published_basis == "antagen" else ""
    return f"({source.publisher}, {source.title}, {long_date(statement.published)}{assumed})"


def remaining(view: View) -> Block:
    """Return what sources name as challenges and which commitments nobody has reported on, with their owners."""
    challenges = quoted(view, "utmaning", view.goal.id)
    unknown = [
        c for c in view.promises(view.goal.id) if c.status(view.year, view.parameters.cut_off) == "uppgift saknas"
    ]
    sentences = []
    if not challenges.html:
        sentences.append(f"Ingen källa pekar ut någon utmaning för just det här målet {view.year}.")
    if unknown:
        sentences.append(_unknown_commitments(view, unknown))
    html = challenges.html + str(tables.fragments().paragraphs(sentences))
    nameless = sum(not c.actors for c in unknown)
    facts = counted(view, **{"åtaganden utan uppgift": len(unknown), "åtaganden utan ansvarig": nameless})
    return Block(html, "\n".join([challenges.plain, *sentences]).strip(), [*challenges.facts, *facts])


def _amount(commitments: Sequence[Commitment]) -> str:
    """Write how many, by what they are: commitments, joint measures or both."""
    kinds = {c.kind for c in commitments}
    if kinds == {"gemensam satsning"}:
        return count(len(commitments), "känd gemensam satsning", "kända gemensamma satsningar")
    plural = "kända åtaganden" if kinds == {"åtagande"} else "kända åtaganden och satsningar"
    return count(len(commitments), "känt åtagande", plural, neuter=True)


def promise_count(commitments: Sequence[Commitment]) -> str:
    """Write how many known commitments and joint measures, in the definite form: "åtta kända åtagandena och satsningarna"."""
    kinds = {c.kind for c in commitments}
    noun = {
        frozenset({"gemensam satsning"}): "kända gemensamma satsningarna",
        frozenset({"åtagande"}): "kända åtagandena",
    }.get(frozenset(kinds), "kända åtagandena och satsningarna")
    return f"{cardinal(len(commitments))} {noun}"


def _unknown_commitments(view: View, unknown: Sequence[Commitment]) -> str:
    amount = upper_first(_amount(unknown))
    read = {"tolkad": " (vår tolkning)"}
    owners = sorted(
        {view.catalogue.actors[a].name + read.get(c.actors_basis, "") for c in unknown for a in c.actors}, key=sort_key
    )
    nameless = sum(not c.actors for c in unknown)
    who = (
        f" Ansvariga som anges är {join(owners)}."
        if len(owners) > 1
        else f" Ansvarig som anges är {owners[0]}."
        if owners
        else ""
    )
    if nameless:
        who += " Underlaget anger inte vem som ansvarar" + (
            f" för {cardinal(nameless) if nameless > 1 else 'ett'} av dem." if owners else "."
        )
    return f"{amount} kan inte följas upp, eftersom ingen uppgift om genomförandet finns i underlaget.{who}"


def gaps(view: View) -> Block:
    """Return the goal's indicators without a figure for the county, decided ones apart from development indicators."""
    missing = [i for i in view.indicators(view.goal.id) if not view.has_home_value(i)]
    groups = []
    for kind, label in (
        ("indikator", "Beslutade eller kompletterande indikatorer"),
        ("utvecklingsindikator", "Utvecklingsindikatorer"),
    ):
        rows = [
            [i.title + (" …" if i.title_incomplete else ""), _why(view, i), i.source_named or "ingen angiven"]
            for i in missing
            if i.kind(view.year) == kind
        ]
        if rows:
            groups.append(tables.Group(label, rows))
    total = len(view.indicators(view.goal.id))
    facts = counted(view, **{"indikatorer utan uppgift": len(missing), "indikatorer": total})
    if not groups:
        text = (
            "Alla målets indikatorer har någon uppgift för länet eller polisregionen."
            if view.indicators(view.goal.id)
            else "Inga indikatorer för målet finns i underlaget."
        )
        return block.text(text, facts=facts)
    kinds = (
        "indikatorer och utvecklingsindikatorer"
        if len(groups) > 1 or groups[0].label == "Utvecklingsindikatorer"
        else "indikatorer"
    )
    only = str(missing[0].kind(view.year))
    lead = (
        f"Målets enda {only} saknar uppgift för länet eller polisregionen."
        if total == 1
        else f"Alla målets {cardinal(total)} {kinds} saknar uppgift för länet eller polisregionen."
        if len(missing) == total
        else f"Uppgift för länet eller polisregionen saknas för {cardinal(len(missing))} av målets {cardinal(total)} {kinds}."
    )
    caption = f"Indikatorer för mål {view.goal.id} utan uppgift {view.year} eller tidigare."
    table = tables.html_table(
        f"brister-mal-{view.goal.id}",
        caption=caption,
        columns=["Indikator", "Läge", "Källa som anges"],
        groups=groups,
        numeric=[False] * 3,
    )
    plain = "\n".join(" | ".join(row) for group in groups for row in group.rows)
    return Block(str(tables.fragments().paragraphs([lead])) + table, f"{lead}\n{plain}", facts)


def _why(view: View, indicator: Indicator) -> str:
    ended = bool(indicator.ended and indicator.ended.last_year < view.year)
    if view.finding(indicator.id).comparison_known:
        return "Uppgift finns bara för riket" + ("; källan har enligt målsidan upphört" if ended else "")
    if ended:
        return f"Källan upphörde efter {indicator.ended.last_year}"
    if indicator.kind(view.year) == "utvecklingsindikator":
        return "Saknar källa eller insamling"
    return "Uppgift " + NO_DATA


def sources(view: View, used: Sequence[Source]) -> Block:
    """Return the list of sources that the chapter has shown figures or statements from."""
    if not used:
        text = "Kapitlet redovisar inga uppgifter ur externa källor."
        return block.text(text)
    entries = [
        {
            "text": f"{s.publisher}: {s.title}.",
            "detail": " ".join(
                part for part in (f"{s.licence.rstrip('.')}." if s.licence else "", s.rule, s.url) if part
            ),
        }
        for s in sorted(used, key=lambda s: sort_key(s.publisher + s.title))
    ]
    lead = "Uppgifterna i kapitlet är hämtade ur följande källor."
    html = str(tables.fragments().paragraphs([lead])) + str(tables.fragments().items(entries, "lr-sources"))
    return Block(html, "\n".join([lead, *(e["text"] for e in entries)]))
