"""The records of a data folder: strategies, goals, actors, plans, documents, statements, sources and the report itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from lib.base.errors import WorkbookError
from lib.data.entry import (
    ActorId,
    Basis,
    CommitmentStatus,
    Day,
    Entry,
    Identifier,
    IndicatorId,
    Period,
    PlanId,
    Ref,
    RegionCode,
    SourceId,
    StrategyId,
    Text,
    Url,
    Year,
)


class NationalGoal(Entry):
    id: str
    text: Text
    source: SourceId


class Condition(Entry):
    """A condition for reaching a goal (förutsättning), in our paraphrase."""

    id: str
    text: Text
    source: SourceId


class Goal(Period):
    """A goal of a strategy; its period is given only where it differs from the strategy's."""

    id: int
    short: Text
    wording: Text
    source: SourceId
    conditions: list[Condition] = []
    national_goals: list[Annotated[str, Ref("national goal")]] = []
    national_basis: Basis = "tolkad"
    #: Indicators that represent the goal in the summary.
    key_indicators: list[IndicatorId] = []
    english: str = ""
    note: str = ""


class Aim(Entry):
    """What a strategy sets out to do, in our paraphrase."""

    text: Text
    source: SourceId
    published: Day | None = None


class Strategy(Period):
    id: Identifier
    title: Text
    #: Empty where it is not known, as are the violence types.
    vision: str = ""
    #: The strategy's words for its vision, and for what must be in place under each goal.
    vision_name: Text = "Visionen"
    conditions_name: Text = "förutsättningar för att målet ska nås"
    violence_types: list[Text] = []
    source: SourceId
    predecessor: StrategyId | None = None
    aims: list[Aim] = []
    goals: list[Goal]
    note: str = ""

    def in_year(self, year: int) -> Strategy:
        """Return the strategy with the goals it had in ``year``."""
        return self.model_copy(update={"goals": [goal for goal in self.goals if goal.covers(year)]})

    def goal(self, number: int) -> Goal:
        """Return the goal with this number, or raise `WorkbookError`."""
        for goal in self.goals:
            if goal.id == number:
                return goal
        raise WorkbookError(
            f"{self.id} has no goal {number}; its goals are {', '.join(str(g.id) for g in self.goals)}."
        )


class Part(Entry):
    """An actor's role under one strategy, where it differs from the present one."""

    strategy: StrategyId
    role: str = ""
    note: str = ""
    source: SourceId


class Actor(Entry):
    id: Identifier
    name: Text
    role: str = ""
    aliases: list[Text] = []
    member_note: str = ""
    #: The day the actor's role became public, where that is later than the strategy.
    known_from: Day | None = None
    #: If any actor has a part in a strategy, only actors with a part belong to it.
    parts: list[Part] = []
    source: SourceId


class Plan(Period):
    id: Identifier
    title: Text
    strategy: StrategyId
    published: Day
    source: SourceId
    note: str = ""


class FollowUp(Entry):
    """What a source says about a commitment for one year."""

    year: int
    status: CommitmentStatus
    source: SourceId
    published: Day
    note: str = ""


class FollowUpRow(Entry):
    """A row of ``data/strategy/follow_ups.csv``, which holds the survey's answers."""

    commitment: Identifier
    year: int
    status: CommitmentStatus
    note: str = ""
    source: SourceId
    published: Day


class Commitment(Entry):
    """A commitment (one or a few named actors) or a joint measure of a plan.

    An ``omnämnande`` is what a source says about the plan without quoting a commitment: shown, but never followed up.
    """

    id: Identifier
    plan: PlanId
    kind: Literal["åtagande", "gemensam satsning", "omnämnande"]
    actors: list[ActorId]
    actors_basis: Basis = "källa"
    goal: int | None = None
    goal_basis: Basis = "källa"
    text: Text
    incomplete: bool = False
    source: SourceId
    follow_ups: list[FollowUp] = []
    note: str = ""

    def status(self, year: int, cut_off: date) -> CommitmentStatus:
        """Return the newest status for ``year`` published by ``cut_off``, or 'uppgift saknas'."""
        known = [f for f in self.follow_ups if f.year == year and f.published <= cut_off]
        return max(known, key=lambda f: f.published).status if known else "uppgift saknas"


class Document(Period):
    id: Identifier
    title: Text
    kind: Literal["strategi", "handlingsplan", "lägesrapport"]
    published: str = ""
    #: The day from which a report may name it, where the publication date is not known.
    known_from: Day | None = None
    source: SourceId
    note: str = ""


class Mandate(Entry):
    """A part of the co-operation platform's mandate under a strategy, and the report's chapters that answer to it."""

    id: int
    strategy: StrategyId
    text: Text
    source: SourceId
    chapters: list[Text]


class QualityDeclaration(Entry):
    """The quality of a family of sources, under the headings of official statistics; ``id`` is the family."""

    id: Annotated[Text, Ref("family")]
    name: Text
    relevance: Text
    accuracy: Text
    timeliness: Text
    accessibility: Text
    comparability: Text
    #: Month and day of the following year when a year's figures are usually published.
    due: str | None = Field(default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")

    def due_date(self, year: int) -> date | None:
        """Return the day when the figures for ``year`` are usually published, or None if no rule is known."""
        if self.due is None:
            return None
        month, day = map(int, self.due.split("-"))
        return date(year + 1, month, day)


class LocalPlan(Entry):
    """A municipality's or district's own action plan."""

    unit: RegionCode
    title: Text
    first_year: int | None
    last_year: int | None
    source: SourceId
    published: Day


class GoodExample(Entry):
    """Work in a municipality or district that others can learn from, as a source describes it."""

    unit: RegionCode
    goal: int | None
    year: int
    text: Text
    source: SourceId
    published: Day


#: A name or selection in a service's own terms: TAB638, BE0101N1, from(2015).
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9ÅÄÖåäö_+*?(),]+$")]


class Query(Entry):
    """What to ask of a table: the variable that holds regions, and a code or selection (``from(2015)``) of each other one."""

    table: Code
    region: Code
    select: dict[str, Code] = {}


class Service(Entry):
    """A service on the network that keeps a source's figures, and how ``lagesrapport fetch`` reads them.

    ``mappings`` name files in ``data/mappings/``; Kolada's key figures are the ``kpi`` that these read. ``queries`` are SCB's, and
    ``columns`` names the variables of its answers as the mappings do.
    """

    name: Literal["kolada", "scb"]
    address: Url
    mappings: list[Identifier] = Field(min_length=1)
    queries: list[Query] = []
    columns: dict[str, Code] = {}


class Source(Entry):
    """A publisher's page or table; ``family`` says which sources may share a series."""

    id: Identifier
    publisher: Text
    title: Text
    family: Identifier
    url: Url = ""
    licence: str = ""
    published: Day | None = None
    rule: str = ""
    note: str = ""
    #: Whether it is the county's own survey: every unit was asked, and one without a row has not answered.
    survey: bool = False
    service: Service | None = None


class SupportLine(Entry):
    """A support line for readers; ``checked`` is the date of the page it was read from, None if that page has no date."""

    id: Identifier
    name: Text
    number: str = Field(pattern=r"^[0-9][0-9 -]+$")
    text: Text
    publisher: str = ""
    url: Url = ""
    checked: Day | None = None

    def stale(self, today: date) -> bool:
        """Return whether the information is more than a year old, or of unknown age."""
        return self.checked is None or (today - self.checked).days > 365


class Statement(Entry):
    """A statement by a source, in our paraphrase."""

    id: Identifier
    goal: int | None
    year: Year
    kind: Literal["framsteg", "utmaning", "lucka"]
    text: Text
    indicator: IndicatorId | None
    source: SourceId
    published: Day
    published_basis: Literal["känd", "antagen"]


class Identity(Entry):
    """Whose report this is: the county, its regions, and what the title page says."""

    title: Text
    county: Text
    platform: Text
    home_regions: list[RegionCode] = Field(min_length=1)
    country: RegionCode
    #: The strategy that is meant where an indicator's goal names none.
    strategy: StrategyId
    disclaimer: Text
    retrospective: Text
    #: The same in English, for the summary in English.
    english_county: Text
    english_disclaimer: Text
    english_area: Text
    editor: Text
    updated: Day
    fact_checked: Day | None = None
    #: An openly invented county: every row, and everything made from it, is marked as such.
    synthetic: bool = False
    #: ".." if the strategies, indicators, sources and policies of the folder above apply here unless overridden.
    base: Literal["", ".."] = ""
