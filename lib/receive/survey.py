"""The county's survey (``data/survey.yaml``): its questions, and the units and agencies that are asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.data.catalogue import Catalogue
from lib.data.entry import Entry, Identifier, Text, check
from lib.data.records import Commitment
from lib.data.regions import Region

YES, NO, UNKNOWN, NOT_FOR = "Ja", "Nej", "Vet ej", "Inte aktuellt"
ANSWERS = [YES, NO, UNKNOWN, NOT_FOR]
#: The statuses of a commitment, from the least to the most advanced, and interrupted.
STATUSES = ["ej påbörjat", "pågår", "genomfört", "avbrutet"]


def _month_and_day(text: str) -> str:
    try:
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise ValueError("must be a month and a day such as 03-31") from None
    return text


class Question(Entry):
    """A yes-or-no question; its indicator is the share of yes."""

    indicator: Identifier
    text: Text


class CountQuestion(Entry):
    """A question for numbers of persons, one per cell of sex and group such as ``K/ar_18_29``."""

    indicator: Identifier
    text: Text
    cells: list[Annotated[str, Field(pattern=r"^[TKM]/[A-Za-z0-9_]+$")]] = ["T/T"]


class Survey(Entry):
    """The yearly questions; ``implies`` lists pairs of questions where yes to the first requires yes to the second."""

    title: Text
    sender: Text
    #: Month and day of the following year: 03-31.
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
        If it is missing or malformed, or names an indicator, group or source that does not exist.
    """
    path = catalogue.data / "survey.yaml"
    if not path.exists():
        raise WorkbookError(f"{path} is missing: this county has no survey; begin one with lagesrapport new survey.")
    survey: Survey = check(Survey, _with_tuples(read_yaml(path)), str(path))
    questions: list[Question | CountQuestion] = [*survey.questions, *survey.counts]
    for question in questions:
        indicator = catalogue.indicators.get(question.indicator)
        if indicator is None:
            raise WorkbookError(f"{path}: there is no indicator '{question.indicator}'; correct the name.")
        unit = "procent" if isinstance(question, Question) else "antal"
        if indicator.unit != unit:
            raise WorkbookError(f"{path}: {question.indicator} is not measured in {unit}; name an indicator that is.")
        cells = question.cells if isinstance(question, CountQuestion) else []
        groups = {cell.rpartition("/")[2] for cell in cells} - {"T"}
        if unknown := sorted(groups - indicator.group_codes):
            raise WorkbookError(f"{path}: {question.indicator} has no group '{unknown[0]}'; see data/indicators/.")
    for source in filter(None, (survey.source, survey.counts_source, survey.follow_up_source)):
        if source not in catalogue.sources:
            raise WorkbookError(f"{path}: there is no source '{source}' in data/sources.yaml; add it there.")
    for source in filter(None, (survey.source, survey.counts_source)):
        if not catalogue.sources[source].survey:
            raise WorkbookError(f"data/sources.yaml, {source}: it is the county's own survey; give it 'survey: true'.")
    return survey


def _with_tuples(content: Any) -> Any:
    """Return the file's content with the pairs of ``implies`` as tuples, which strict validation asks for."""
    if isinstance(content, dict) and isinstance(content.get("implies"), list):
        content["implies"] = [tuple(pair) if isinstance(pair, list) else pair for pair in content["implies"]]
    return content


def units(catalogue: Catalogue, year: int) -> list[Region]:
    """Return the municipalities and districts at the year's end, without towns whose districts answer instead."""
    all_units = catalogue.units(date(year, 12, 31), catalogue.county)
    divided = {unit.parent for unit in all_units if unit.type == "stadsdel"}
    return [unit for unit in all_units if unit.code not in divided]


def promised(catalogue: Catalogue, year: int) -> dict[str, list[Commitment]]:
    """Return each actor's commitments in the year's plans, without those that a plan only mentions."""
    plans = {p.id for p in catalogue.plans.values() if p.covers(year)}
    followed = [c for c in catalogue.commitments.values() if c.plan in plans and c.kind != "omnämnande"]
    by_actor = {actor: [c for c in followed if actor in c.actors] for actor in catalogue.actors}
    return {actor: commitments for actor, commitments in by_actor.items() if commitments}
