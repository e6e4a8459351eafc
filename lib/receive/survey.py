"""The county's own survey (``data/survey.yaml``): what is asked, of whom, and what the answers become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator, Field

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.data.catalogue import Catalogue
from lib.data.entry import Entry, Identifier, Text, check
from lib.data.observations import COLUMNS
from lib.data.records import Commitment
from lib.data.regions import Region

YES, NO, UNKNOWN, NOT_FOR = "Ja", "Nej", "Vet ej", "Inte aktuellt"
ANSWERS = [YES, NO, UNKNOWN, NOT_FOR]
STATUSES = ["ej påbörjat", "pågår", "genomfört", "avbrutet"]
FOLLOW_UPS = ["commitment", "year", "status", "note", "source", "published"]


def _month_and_day(text: str) -> str:
    try:
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise ValueError("must be a month and a day such as 03-31") from None
    return text


class Question(Entry):
    """A question with yes or no for an answer, of an indicator that is the share of yes."""

    indicator: Identifier
    text: Text


class CountQuestion(Entry):
    """A question for a number of persons, in cells of sex and group such as ``K/ar_18_29``."""

    indicator: Identifier
    text: Text
    cells: list[Annotated[str, Field(pattern=r"^[TKM]/[A-Za-z0-9_]+$")]] = ["T/T"]


class Survey(Entry):
    """What is asked each year; ``implies`` are pairs of questions of which a yes to the first needs a yes to the second."""

    title: Text
    sender: Text
    #: Month and day of the year after: 03-31.
    deadline: Annotated[str, AfterValidator(_month_and_day)]
    source: Identifier
    counts_source: Identifier | None = None
    follow_up_source: Identifier
    questions: list[Question] = []
    implies: list[tuple[Identifier, Identifier]] = []
    counts: list[CountQuestion] = []


def read_survey(catalogue: Catalogue) -> Survey:
    """Read ``data/survey.yaml`` and check it against the catalogue.

    Raises
    ------
    WorkbookError
        If it is missing or malformed, or names an indicator or source that does not exist.
    """
    path = catalogue.data / "survey.yaml"
    if not path.exists():
        raise WorkbookError(
            f"{path} is missing: there is no survey of your own to send. Write one after data/exempel/survey.yaml."
        )
    survey: Survey = check(Survey, _tuples(read_yaml(path)), str(path))
    for question in (*survey.questions, *survey.counts):
        indicator = catalogue.indicators.get(question.indicator)
        if indicator is None:
            raise WorkbookError(f"{path}: there is no indicator '{question.indicator}'; correct the name.")
        wanted = "procent" if isinstance(question, Question) else "antal"
        if indicator.unit != wanted:
            raise WorkbookError(f"{path}: {question.indicator} is not measured in {wanted}; ask for another.")
        groups = {cell.rpartition("/")[2] for cell in getattr(question, "cells", [])} - {"T"}
        if unknown := sorted(groups - indicator.group_codes):
            raise WorkbookError(f"{path}: {question.indicator} has no group '{unknown[0]}'; see data/indicators/.")
    for source in filter(None, (survey.source, survey.counts_source, survey.follow_up_source)):
        if source not in catalogue.sources:
            raise WorkbookError(f"{path}: there is no source '{source}' in data/sources.yaml; add it there.")
    return survey


def _tuples(content: Any) -> Any:
    if isinstance(content, dict) and isinstance(content.get("implies"), list):
        content["implies"] = [tuple(pair) if isinstance(pair, list) else pair for pair in content["implies"]]
    return content


def units(catalogue: Catalogue, year: int) -> list[Region]:
    """Return those who are asked: municipalities and districts at the year's end, a town with districts through them alone."""
    own = catalogue.units(date(year, 12, 31), catalogue.county)
    through = {unit.parent for unit in own if unit.type == "stadsdel"}
    return [unit for unit in own if unit.code not in through]


def promised(catalogue: Catalogue, year: int) -> dict[str, list[Commitment]]:
    """Return each actor's commitments in the plan of a year, those that can be followed up."""
    plans = {p.id for p in catalogue.plans.values() if p.covers(year)}
    own = [c for c in catalogue.commitments.values() if c.plan in plans and c.kind != "omnämnande"]
    return {actor: found for actor in catalogue.actors if (found := [c for c in own if actor in c.actors])}


@dataclass
class Returned:
    """A form that came back: of whom, and the answers by question, cell or commitment with their comments."""

    path: Path
    who: str
    year: int
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: dict[tuple[str, str], float | None] = field(default_factory=dict)
    statuses: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Outcome:
    """What the forms say together: observations, follow-ups, and what a person should look at."""

    rows: pd.DataFrame
    follow_ups: list[dict[str, str]]
    answered: list[str]
    silent: list[str]
    contradictions: list[str]
    #: What was written beside answers: who, about what, and the words.
    comments: list[str]


def outcome(catalogue: Catalogue, survey: Survey, year: int, forms: Sequence[Returned], published: date) -> Outcome:
    """Turn returned forms into observations of units and county, and follow-ups of commitments.

    Who has not answered gets a row that says so; no answer is ever taken for a no.

    Parameters
    ----------
    published : date
        The day on which the answers could be used: when the last of them was received.

    Raises
    ------
    WorkbookError
        If two forms are of the same unit or agency, or one is of nobody who is asked.
    """
    asked = {unit.code: unit.name for unit in units(catalogue, year)}
    agencies = {actor: catalogue.actors[actor].name for actor in promised(catalogue, year)}
    by_whom: dict[str, Returned] = {}
    for form in forms:
        if form.who not in asked and form.who not in agencies:
            raise WorkbookError(f"{form.path}: '{form.who}' is not asked for {year}; check which form was sent.")
        if form.who in by_whom:
            raise WorkbookError(
                f"{form.path} and {by_whom[form.who].path} are of the same ({form.who}); keep the right one."
            )
        by_whom[form.who] = form
    day = published.isoformat()
    own = {code: by_whom[code] for code in asked if code in by_whom}
    rows = [
        *(row for q in survey.questions for row in _question(catalogue, survey, q, year, asked, own)),
        *(row for q in survey.counts for row in _counted(catalogue, survey, q, year, asked, own)),
    ]
    common = {"published": day, "published_basis": "känd", "precision": "exakt"}
    synthetic = "true" if catalogue.identity.synthetic else "false"
    frame = pd.DataFrame(rows, columns=[c for c in COLUMNS if c not in (*common, "synthetic")]).assign(
        **common, synthetic=synthetic
    )
    names = asked | agencies
    return Outcome(
        rows=frame[COLUMNS],
        follow_ups=_follow_ups(survey, year, [by_whom[a] for a in agencies if a in by_whom], day),
        answered=[name for who, name in names.items() if who in by_whom],
        silent=[name for who, name in names.items() if who not in by_whom],
        contradictions=[text for form in by_whom.values() for text in _contradictions(catalogue, survey, form, names)],
        comments=[
            f"{names[form.who]} ({form.path.name}), {code}: {comment}"
            for form in by_whom.values()
            for code, (_, comment) in (form.answers | form.statuses).items()
            if comment
        ],
    )


def _row(
    indicator: str, year: int, region: str, source: str, unit: str, cell: str = "T/T", **fields: Any
) -> dict[str, Any]:
    sex, group = cell.split("/")
    blank = {"value": None, "numerator": None, "denominator": None, "status": "A", "note": ""}
    key = {
        "indicator": indicator,
        "year": year,
        "region": region,
        "sex": sex,
        "group": group,
        "unit": unit,
        "source": source,
    }
    return key | blank | fields


def _question(
    catalogue: Catalogue,
    survey: Survey,
    question: Question,
    year: int,
    asked: dict[str, str],
    forms: dict[str, Returned],
) -> Iterable[dict[str, Any]]:
    said = {
        code: forms[code].answers.get(question.indicator, ("", "")) if code in forms else ("", "") for code in asked
    }
    # What is written beside an answer is for the analyst (`Outcome.comments`): notes are published.
    for code, (answer, _) in said.items():
        if answer in (YES, NO):
            fields = {"value": 100.0 * (answer == YES), "numerator": int(answer == YES), "denominator": 1}
        elif answer == NOT_FOR:
            fields = {"status": "N", "note": "Enheten uppger att frågan inte är aktuell."}
        else:
            fields = {"status": "M", "note": "Enheten svarade vet ej." if answer == UNKNOWN else ""}
        yield _row(question.indicator, year, code, survey.source, "procent", **fields)
    answers = [answer for answer, _ in said.values() if answer in (YES, NO)]
    if answers:
        yes = answers.count(YES)
        share = {"value": 100 * yes / len(answers), "numerator": yes, "denominator": len(answers)}
        yield _row(question.indicator, year, catalogue.county, survey.source, "procent", **share)
    else:
        yield _row(question.indicator, year, catalogue.county, survey.source, "procent", status="M")


def _counted(
    catalogue: Catalogue,
    survey: Survey,
    question: CountQuestion,
    year: int,
    asked: dict[str, str],
    forms: dict[str, Returned],
) -> Iterable[dict[str, Any]]:
    """Yield the counts with all sums: districts to their town, units to the county, sexes and groups to their total."""
    source, parents = survey.counts_source or survey.source, {u.code: u.parent for u in units(catalogue, year)}
    complete = {
        c: f
        for c, f in forms.items()
        if all(f.counts.get((question.indicator, cell)) is not None for cell in question.cells)
    }
    sums: Counter[tuple[str, str]] = Counter()
    parts = {part for cell in question.cells for part in _totals(cell)}
    for code, form in complete.items():
        for cell in question.cells:
            for region in {code, parents[code], catalogue.county}:
                for part in _totals(cell):
                    sums[region, part] += int(form.counts[question.indicator, cell] or 0)
    silent = [code for code in asked if code not in complete]
    note = f"{len(silent)} av {len(asked)} lämnade ingen uppgift." if silent else ""
    # A town some of whose districts are silent has no sum.
    broken = {parents[code] for code in silent} - {catalogue.county}
    towns = {parents[code] for code in asked} - {catalogue.county}
    for region in (*asked, *sorted(towns), catalogue.county):
        for part in sorted(parts):
            if region in broken or region in silent or not complete:
                yield _row(question.indicator, year, region, source, "antal", part, status="M")
            else:
                told = note if region == catalogue.county else ""
                yield _row(
                    question.indicator, year, region, source, "antal", part, value=float(sums[region, part]), note=told
                )


def _totals(cell: str) -> set[str]:
    sex, group = cell.split("/")
    return {f"{s}/{g}" for s in {sex, "T"} for g in {group, "T"}}


def _follow_ups(survey: Survey, year: int, forms: Sequence[Returned], day: str) -> list[dict[str, str]]:
    """Return what the agencies say of their commitments; where two who share one disagree, the less advanced counts, and both are told."""
    said: dict[str, dict[str, tuple[str, str]]] = {}
    for form in forms:
        for commitment, (status, comment) in form.statuses.items():
            if status:
                said.setdefault(commitment, {})[form.who] = (status, comment)
    rows = []
    for commitment, by_actor in said.items():
        status = min((s for s, _ in by_actor.values()), key=STATUSES.index)
        several = {s for s, _ in by_actor.values()}
        told = "; ".join(f"{who}: {s}" for who, (s, _) in by_actor.items()) if len(several) > 1 else ""
        values = [commitment, str(year), status, told, survey.follow_up_source, day]
        rows.append(dict(zip(FOLLOW_UPS, values, strict=True)))
    return rows


def _contradictions(catalogue: Catalogue, survey: Survey, form: Returned, names: dict[str, str]) -> Iterable[str]:
    name, texts = names[form.who], {q.indicator: q.text for q in survey.questions}
    for first, second in survey.implies:
        if form.answers.get(first, ("", ""))[0] == YES and form.answers.get(second, ("", ""))[0] == NO:
            yield f"{name} ({form.path.name}): {YES} till “{texts[first]}” men {NO} till “{texts[second]}”"
    for question in survey.counts:
        cells = [form.counts.get((question.indicator, cell)) for cell in question.cells]
        if any(c is None for c in cells) and any(c is not None for c in cells):
            yield f"{name} ({form.path.name}): bara en del av antalen till “{question.text}” är ifyllda; inget av dem räknas"
    for commitment, (status, comment) in form.statuses.items():
        if comment and not status:
            yield f"{name} ({form.path.name}): {commitment} har en kommentar men ingen status"


def changed_answers(present: Iterable[dict[str, str]], rows: pd.DataFrame, survey: Survey, year: int) -> list[str]:
    """Return how many units changed from yes to no, or no to yes, since the year before, by question."""
    before = {
        (r["indicator"], r["region"]): r["value"]
        for r in present
        if r["year"] == str(year - 1) and r["denominator"] == "1"
    }
    lines = []
    for question in survey.questions:
        own = rows[(rows["indicator"] == question.indicator) & (rows["denominator"] == 1)]
        pairs = [
            (float(before[question.indicator, r.region]), r.value)
            for r in own.itertuples()
            if before.get((question.indicator, r.region))
        ]
        more, less = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
        lines.append(
            f"{question.indicator}: {more} till ja, {less} till nej, {len(pairs) - more - less} som {year - 1}"
        )
    return lines
