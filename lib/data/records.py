"""The records of ``data/``: what a goal, an actor, an indicator or a source is made of."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from lib.base.errors import WorkbookError
from lib.base.swedish import upper_first
from lib.data.entry import Basis, CommitmentStatus, Day, DisclosureClass, Entry, Identifier, Period, Text, Url, Year


class NationalGoal(Entry):
    id: str
    text: Text
    source: Identifier


class Condition(Entry):
    """A condition for reaching a goal (förutsättning), in our paraphrase."""

    id: str
    text: Text
    source: Identifier


class Goal(Period):
    """A goal; one that came later than its strategy, or went earlier, has years of its own."""

    id: int
    short: Text
    wording: Text
    source: Identifier
    conditions: list[Condition] = []
    national_goals: list[str] = []
    national_basis: Basis = "tolkad"
    #: Indicators that stand for the goal in the summary.
    key_indicators: list[Identifier] = []
    english: str = ""
    note: str = ""


class Aim(Entry):
    """What a strategy sets out to do, in our paraphrase."""

    text: Text
    source: Identifier
    published: Day | None = None


class Strategy(Period):
    id: Identifier
    title: Text
    #: Empty, as the violence types are, where nothing of it is known.
    vision: str = ""
    #: What the strategy itself calls its vision, and what it says must be in place under each goal.
    vision_name: Text = "Visionen"
    conditions_name: Text = "förutsättningar för att målet ska nås"
    violence_types: list[Text] = []
    source: Identifier
    predecessor: Identifier | None = None
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
    """An actor's part in one strategy, where it was another than its present one."""

    strategy: Identifier
    role: str = ""
    note: str = ""
    source: Identifier


class Actor(Entry):
    id: Identifier
    name: Text
    role: str = ""
    aliases: list[Text] = []
    member_from: Day | None = None
    member_to: Day | None = None
    member_note: str = ""
    #: The day the actor's part became public, where it is later than the strategy.
    known_from: Day | None = None
    #: In a strategy that any actor has such a part in, the actors are those who have one.
    parts: list[Part] = []
    source: Identifier


class Plan(Period):
    id: Identifier
    title: Text
    strategy: Identifier
    published: Day
    source: Identifier
    note: str = ""


class FollowUp(Entry):
    """What a source says of a commitment for one year."""

    year: int
    status: CommitmentStatus
    source: Identifier
    published: Day
    note: str = ""


class FollowUpRow(Entry):
    """The same as a row of ``data/strategy/follow_ups.csv``, where the survey's answers stand."""

    commitment: Identifier
    year: int
    status: CommitmentStatus
    note: str = ""
    source: Identifier
    published: Day


class Commitment(Entry):
    """A commitment (one or a few named actors) or a joint measure of a plan.

    An ``omnämnande`` is what a source says of the plan without quoting a commitment: shown, but never followed up.
    """

    id: Identifier
    plan: Identifier
    kind: Literal["åtagande", "gemensam satsning", "omnämnande"]
    actors: list[Identifier]
    actors_basis: Basis = "källa"
    goal: int | None = None
    goal_basis: Basis = "källa"
    text: Text
    incomplete: bool = False
    source: Identifier
    follow_ups: list[FollowUp] = []
    note: str = ""

    def status(self, year: int, cut_off: date) -> CommitmentStatus:
        """Return the status for ``year`` as known at ``cut_off``; without a source it is 'uppgift saknas'."""
        known = [f for f in self.follow_ups if f.year == year and f.published <= cut_off]
        return max(known, key=lambda f: f.published).status if known else "uppgift saknas"


class Document(Period):
    id: Identifier
    title: Text
    kind: Literal["strategi", "handlingsplan", "lägesrapport"]
    published: str = ""
    #: The day from which a report may name it, where the day of publication is not known.
    known_from: Day | None = None
    source: Identifier
    note: str = ""


class Mandate(Entry):
    """A part of the co-operation platform's mandate under a strategy, and the chapters of the report that answer it."""

    id: int
    strategy: Identifier
    text: Text
    source: Identifier
    chapters: list[Text]


class QualityDeclaration(Entry):
    """What is to be known of a family of sources, under the headings of official statistics."""

    id: Text
    name: Text
    relevance: Text
    accuracy: Text
    timeliness: Text
    accessibility: Text
    comparability: Text
    #: Month and day of the year after, when a year's figures are usually out.
    due: str | None = Field(default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")


class LocalPlan(Entry):
    """A municipality's or district's own action plan."""

    unit: str
    title: Text
    first_year: int | None
    last_year: int | None
    source: Identifier
    published: Day


class GoodExample(Entry):
    """Work in a municipality or district that others can learn from, as a source describes it."""

    unit: str
    goal: int | None
    year: int
    text: Text
    source: Identifier
    published: Day


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


class SupportLine(Entry):
    """Where a reader who needs help can turn; ``checked`` is the day its source says so, unknown where its page has no date."""

    id: Identifier
    name: Text
    number: str = Field(pattern=r"^[0-9][0-9 -]+$")
    text: Text
    publisher: str = ""
    url: Url = ""
    checked: Day | None = None

    def stale(self, today: date) -> bool:
        """Tell whether more than a year has passed since the source said so, or nobody knows when it did."""
        return self.checked is None or (today - self.checked).days > 365


#: Levels at which each municipality, district or unit is asked: a census, whose shares are of so many units.
UNIT_LEVELS = ("kommuner och stadsdelar", "kommuner", "enheter")


class GoalLink(Period):
    """A goal that an indicator follows."""

    goal: int
    #: Without one it is the strategy that report.yaml names.
    strategy: Identifier | None = None
    basis: Basis = "källa"
    note: str = ""
    #: How the indicator is to be read under this goal, where that is another thing than under the others.
    caveat: str = ""


class KindLink(Period):
    kind: Literal["indikator", "utvecklingsindikator"]


class Break(Entry):
    """A break in a series: values from ``year`` on are not comparable with those before it."""

    year: int
    text: Text
    groups: list[str] = []


class Ended(Entry):
    last_year: int
    text: Text


class Comparison(Entry):
    region: str
    kind: Literal["andel", "median"]
    note: str = ""


class Indicator(Entry):
    """What is measured, how it is to be read, and where it comes from."""

    id: Identifier
    title: Text
    subject: str = ""
    definition: str = ""
    numerator: str = ""
    denominator: str = ""
    denominator_unit: str = ""
    kinds: list[KindLink] = Field(min_length=1)
    goals: list[GoalLink] = []
    type: Literal["andel", "antal", "index"]
    unit: Literal["procent", "antal", "index_0_10"]
    decimals: int = Field(default=0, ge=0, le=4)
    direction: Literal["up", "down", "none"]
    direction_basis: Basis = "vår placering"
    level: Literal["kommuner och stadsdelar", "kommuner", "län", "polisregion", "enheter", "okänd"] = "okänd"
    source_named: str = ""
    source: Identifier
    family: Identifier | None = None
    first_year: int | None = None
    breaks: list[Break] = []
    ended: Ended | None = None
    violence_types: list[Text] = []
    target_groups: list[Literal["vuxna", "barn", "våldsutövare", "alla"]] = []
    comparison: Comparison | None = None
    #: Without a class of its own an indicator is treated as the most sensitive.
    disclosure: DisclosureClass = "S"
    #: How many years a value covers, its own and those before it; ``sum_of`` names the yearly indicator it adds up. In a class
    #: that needs several years, units are shown for every such period from ``first_year`` on, never for overlapping ones.
    years: int = Field(default=1, ge=1, le=10)
    sum_of: Identifier | None = None
    groups: dict[str, str] = {}
    sex_labels: dict[Literal["T", "K", "M"], str] = {}
    title_incomplete: bool = False
    annex_only: bool = False
    caveat: str = ""
    updated: Day | None = None
    fact_checked: Day | None = None

    def kind(self, year: int) -> str | None:
        """Return 'indikator' or 'utvecklingsindikator' as it was in ``year``, or None if it did not exist then."""
        return next((k.kind for k in self.kinds if k.covers(year)), None)

    @property
    def counts_units(self) -> bool:
        """Tell whether the denominator is organisational units that are all asked, not persons or cases."""
        return self.unit == "procent" and self.disclosure == "V" and self.level in UNIT_LEVELS

    @property
    def group_codes(self) -> set[str]:
        """The group codes that observations may use; a label may be given per sex and group ("K/vuxna")."""
        return {key.rpartition("/")[2] for key in self.groups}

    def label(self, sex: str, group: str) -> str:
        """Return what a series is called beside others of the same indicator."""
        if f"{sex}/{group}" in self.groups:
            return self.groups[f"{sex}/{group}"]
        who = {"K": "Kvinnor", "M": "Män", "T": "Totalt", **self.sex_labels}[sex]
        if group == "T":
            return upper_first(who)
        what = upper_first(self.groups.get(group, group))
        return what if sex == "T" else f"{what}, {who.lower()}"

    def goal_link(self, strategy: str, year: int) -> list[GoalLink]:
        """Return the goals of ``strategy`` that the indicator follows in ``year``."""
        return [link for link in self.goals if link.strategy == strategy and link.covers(year)]

    @model_validator(mode="after")
    def _shown_indicators_have_texts(self) -> Indicator:
        if {"andel": "procent", "antal": "antal", "index": "index_0_10"}[self.type] != self.unit:
            raise ValueError(f"type '{self.type}' and unit '{self.unit}' do not belong together")
        if self.family and not self.annex_only and not (self.subject and self.definition):
            raise ValueError("an indicator with a data source needs 'subject' and 'definition'")
        return self


class Region(Entry):
    """A geographic unit; districts (stadsdelar) have validity dates."""

    code: str
    name: Text
    type: Literal["riket", "län", "polisregion", "kommungrupp", "kommun", "stadsdel"]
    parent: str = ""
    police_region: str = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    note: str = ""


class Statement(Entry):
    """What a source says in words, in our paraphrase."""

    id: Identifier
    goal: int | None
    year: Year
    kind: Literal["framsteg", "utmaning", "lucka"]
    text: Text
    indicator: Identifier | None
    source: Identifier
    published: Day
    published_basis: Literal["känd", "antagen"]


class Identity(Entry):
    """Whose report this is: the county, its regions, and what the title page says."""

    title: Text
    county: Text
    platform: Text
    home_regions: list[str] = Field(min_length=1)
    country: str
    #: The strategy whose goals the indicators follow where they name none.
    strategy: Identifier
    disclaimer: Text
    retrospective: Text
    #: The same in English, for the summary in English.
    english_county: Text
    english_disclaimer: Text
    english_area: Text
    editor: Text
    updated: Day
    fact_checked: Day | None = None
    #: An openly invented county: every row is marked as such, and so is everything that is made from it.
    synthetic: bool = False
    #: The folder whose strategies, indicators, sources and policies count here too, where this one does not have its own.
    base: Literal["", ".."] = ""
