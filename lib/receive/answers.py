"""From returned survey forms to observations, follow-ups of commitments, and contradictions and comments to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lib.base.errors import WorkbookError
from lib.base.files import read_table
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS
from lib.receive.merge import csv_text
from lib.receive.survey import NO, NOT_FOR, STATUSES, UNKNOWN, YES, CountQuestion, Question, Survey, promised, units

FOLLOW_UPS = ["commitment", "year", "status", "note", "source", "published"]
#: The cells of an observation that has not been filled in.
BLANK = {"value": None, "numerator": None, "denominator": None, "status": "A", "note": ""}

Row = dict[str, object]


class Answer(NamedTuple):
    """The answer to one question, empty if there is none, and the comment written next to it."""

    answer: str = ""
    comment: str = ""


@dataclass
class Returned:
    """A unit's or agency's returned form: answers by question, counts by question and cell, statuses by commitment."""

    path: Path
    who: str
    year: int
    answers: dict[str, Answer] = field(default_factory=dict)
    counts: dict[tuple[str, str], float | None] = field(default_factory=dict)
    statuses: dict[str, Answer] = field(default_factory=dict)
    #: Comments next to counts, by question and cell.
    remarks: dict[str, str] = field(default_factory=dict)

    @property
    def comments(self) -> dict[str, str]:
        """What the sender has written next to answers, statuses and counts, by question."""
        written = {code: answer.comment for code, answer in (self.answers | self.statuses).items()} | self.remarks
        return {code: comment for code, comment in written.items() if comment}


@dataclass
class Outcome:
    """The result of a survey: rows to import, and the names and sentences to show to the analyst."""

    rows: pd.DataFrame
    follow_ups: list[dict[str, str]]
    answered: list[str]
    silent: list[str]
    contradictions: list[str]
    #: Comments with their sender and question; they are never published.
    comments: list[str]


def outcome(catalogue: Catalogue, survey: Survey, year: int, forms: Sequence[Returned], published: date) -> Outcome:
    """Turn returned forms into observations of units and county, and follow-ups of commitments.

    A unit that has not answered gets a row with status M; a missing answer never counts as no.

    Parameters
    ----------
    published : date
        The day on which the answers could be used: when the last of them was received.

    Raises
    ------
    WorkbookError
        If two forms are from the same unit or agency, or one is from a sender who is not asked.
    """
    asked = {unit.code: unit.name for unit in units(catalogue, year)}
    agencies = {actor: catalogue.actors[actor].name for actor in promised(catalogue, year)}
    names = asked | agencies
    by_sender = _by_sender(forms, names, year)
    answers = _Answers(catalogue, survey, year, asked, {code: by_sender[code] for code in asked if code in by_sender})
    of_agencies = [by_sender[agency] for agency in agencies if agency in by_sender]
    return Outcome(
        rows=answers.observations(published),
        follow_ups=_follow_ups(survey, year, of_agencies, published),
        answered=[name for who, name in names.items() if who in by_sender],
        silent=[name for who, name in names.items() if who not in by_sender],
        contradictions=[text for form in by_sender.values() for text in _contradictions(survey, form, names)],
        comments=[
            f"{names[form.who]} ({form.path.name}), {code}: {comment}"
            for form in by_sender.values()
            for code, comment in form.comments.items()
        ],
    )


def _by_sender(forms: Sequence[Returned], names: dict[str, str], year: int) -> dict[str, Returned]:
    by_sender: dict[str, Returned] = {}
    for form in forms:
        if form.who not in names:
            raise WorkbookError(f"{form.path}: '{form.who}' is not asked for {year}; check which form was sent.")
        if form.who in by_sender:
            raise WorkbookError(
                f"{form.path} and {by_sender[form.who].path} are both from the same unit ({form.who}); keep the right one."
            )
        by_sender[form.who] = form
    return by_sender


@dataclass(frozen=True)
class _Answers:
    """The answers of all units for one year: names of the units asked, and the forms that came back, by code."""

    catalogue: Catalogue
    survey: Survey
    year: int
    asked: dict[str, str]
    forms: dict[str, Returned]

    @cached_property
    def parents(self) -> dict[str, str]:
        """The town of each district, and the county of each municipality."""
        return {unit.code: unit.parent for unit in units(self.catalogue, self.year)}

    def observations(self, published: date) -> pd.DataFrame:
        rows = [row for question in self.survey.questions for row in self._shares(question)]
        rows += [row for question in self.survey.counts for row in self._counts(question)]
        common = {"published": published.isoformat(), "published_basis": "känd", "precision": "exakt"}
        common["synthetic"] = "true" if self.catalogue.identity.synthetic else "false"
        frame = pd.DataFrame(rows, columns=[column for column in COLUMNS if column not in common])
        return frame.assign(**common)[COLUMNS]

    def _row(self, question: Question | CountQuestion, region: str, cell: str = "T/T", **fields: object) -> Row:
        counted = isinstance(question, CountQuestion)
        sex, group = cell.split("/")
        return {
            "indicator": question.indicator,
            "year": self.year,
            "region": region,
            "sex": sex,
            "group": group,
            "unit": "antal" if counted else "procent",
            "source": (counted and self.survey.counts_source) or self.survey.source,
            **BLANK,
            **fields,
        }

    def _shares(self, question: Question) -> Iterator[Row]:
        """Yield each unit's answer, 100 for yes and 0 for no, and the county's share of yes."""
        given: list[str] = []
        for code in self.asked:
            form = self.forms.get(code)
            # The comment is for the analyst (`Outcome.comments`): an observation's note is published.
            answer = form.answers.get(question.indicator, Answer()).answer if form else ""
            if answer in (YES, NO):
                given.append(answer)
                yield self._row(
                    question, code, value=100.0 * (answer == YES), numerator=int(answer == YES), denominator=1
                )
            elif answer == NOT_FOR:
                yield self._row(question, code, status="N", note="Enheten uppger att frågan inte är aktuell.")
            else:
                yield self._row(question, code, status="M", note="Enheten svarade vet ej." if answer == UNKNOWN else "")
        yes, answered = given.count(YES), len(given)
        if given:
            share = 100 * yes / answered
            yield self._row(question, self.catalogue.county, value=share, numerator=yes, denominator=answered)
        else:
            yield self._row(question, self.catalogue.county, status="M")

    def _counts(self, question: CountQuestion) -> Iterator[Row]:
        """Yield the counts and their sums: districts by town, units for the county, and totals of sexes and groups."""
        county, complete = self.catalogue.county, self._complete(question)
        sums: Counter[tuple[str, str]] = Counter()
        for code, form in complete.items():
            for cell in question.cells:
                for region in {code, self.parents[code], county}:
                    for part in _with_totals(cell):
                        sums[region, part] += int(form.counts[question.indicator, cell] or 0)
        silent = [code for code in self.asked if code not in complete]
        note = f"{len(silent)} av {len(self.asked)} lämnade ingen uppgift." if silent else ""
        towns = {self.parents[code] for code in self.asked} - {county}
        # A town without the counts of one of its districts has no sum.
        missing = {*silent, *({self.parents[code] for code in silent} - {county})}
        parts = sorted({part for cell in question.cells for part in _with_totals(cell)})
        for region in (*self.asked, *sorted(towns), county):
            for part in parts:
                if region in missing or not complete:
                    yield self._row(question, region, part, status="M")
                else:
                    value = float(sums[region, part])
                    yield self._row(question, region, part, value=value, note=note if region == county else "")

    def _complete(self, question: CountQuestion) -> dict[str, Returned]:
        """Return the forms that have all counts of a question."""
        keys = [(question.indicator, cell) for cell in question.cells]
        return {
            code: form for code, form in self.forms.items() if all(form.counts.get(key) is not None for key in keys)
        }


def _with_totals(cell: str) -> set[str]:
    """Return the cells that a count adds to.

    >>> sorted(_with_totals("K/ar_18_29"))
    ['K/T', 'K/ar_18_29', 'T/T', 'T/ar_18_29']
    """
    sex, group = cell.split("/")
    return {f"{s}/{g}" for s in {sex, "T"} for g in {group, "T"}}


def _follow_ups(survey: Survey, year: int, forms: Sequence[Returned], published: date) -> list[dict[str, str]]:
    """Return the status of each commitment.

    Where agencies that share a commitment disagree, the least advanced status counts, and the note lists all of them.
    """
    statuses: dict[str, dict[str, str]] = {}
    for form in forms:
        for commitment, answer in form.statuses.items():
            if answer.answer:
                statuses.setdefault(commitment, {})[form.who] = answer.answer
    rows = []
    for commitment, by_actor in statuses.items():
        status = min(by_actor.values(), key=STATUSES.index)
        note = "; ".join(f"{who}: {s}" for who, s in by_actor.items()) if len({*by_actor.values()}) > 1 else ""
        values = [commitment, str(year), status, note, survey.follow_up_source, published.isoformat()]
        rows.append(dict(zip(FOLLOW_UPS, values, strict=True)))
    return rows


def _contradictions(survey: Survey, form: Returned, names: dict[str, str]) -> Iterator[str]:
    sender, texts = f"{names[form.who]} ({form.path.name})", {q.indicator: q.text for q in survey.questions}
    for first, second in survey.implies:
        if form.answers.get(first, Answer()).answer == YES and form.answers.get(second, Answer()).answer == NO:
            yield f"{sender}: {YES} till “{texts[first]}” men {NO} till “{texts[second]}”"
    for question in survey.counts:
        counts = [form.counts.get((question.indicator, cell)) for cell in question.cells]
        if any(count is None for count in counts) and any(count is not None for count in counts):
            yield f"{sender}: bara en del av antalen till “{question.text}” är ifyllda; inget av dem räknas"
    for commitment, answer in form.statuses.items():
        if answer.comment and not answer.answer:
            yield f"{sender}: {commitment} har en kommentar men ingen status"


def changed_answers(present: Iterable[dict[str, str]], rows: pd.DataFrame, survey: Survey, year: int) -> list[str]:
    """Return for each question how many units changed from no to yes, and from yes to no, since the year before.

    Parameters
    ----------
    present : iterable of dict
        The rows of the survey's family as ``data/observations`` has them.
    rows : DataFrame
        The new rows (`Outcome.rows`).
    """
    before = {
        (r["indicator"], r["region"]): float(r["value"])
        for r in present
        if r["year"] == str(year - 1) and r["denominator"] == "1" and r["value"]
    }
    lines = []
    for question in survey.questions:
        answers = rows[(rows["indicator"] == question.indicator) & (rows["denominator"] == 1)]
        now = {(question.indicator, r): v for r, v in zip(answers["region"], answers["value"], strict=True)}
        changes = [value - before[key] for key, value in now.items() if key in before]
        more, less = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
        lines.append(
            f"{question.indicator}: {more} till ja, {less} till nej, {len(changes) - more - less} som {year - 1}"
        )
    return lines


def merged_follow_ups(data: Path, rows: list[dict[str, str]]) -> tuple[Path, str]:
    """Return the path of ``data/strategy/follow_ups.csv`` and its text with new rows.

    A new row replaces the one of the same commitment, year, source and day.
    """
    path = data / "strategy" / "follow_ups.csv"
    present = read_table(path, FOLLOW_UPS) if path.exists() else []
    key = ("commitment", "year", "source", "published")
    by_key = {tuple(row[name] for name in key): row for row in [*present, *rows]}
    return path, csv_text(list(by_key.values()), FOLLOW_UPS)
