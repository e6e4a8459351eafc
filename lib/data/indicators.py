"""The records of what is measured: indicators, and how figures of each disclosure class are protected."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lib.base.swedish import upper_first
from lib.data.entry import (
    Basis,
    Day,
    DisclosureClass,
    Entry,
    FamilyId,
    Identifier,
    IndicatorId,
    Period,
    Ref,
    RegionCode,
    SourceId,
    StrategyId,
    Text,
)

#: Labels of sexes, where an indicator has no others.
SEXES = {"K": "Kvinnor", "M": "Män", "T": "Totalt"}
#: Levels at which every municipality, district or unit is asked, so that shares are of a full count of units.
UNIT_LEVELS = ("kommuner och stadsdelar", "kommuner", "enheter")
#: Of how many inhabitants (or adults …) a rate counts the cases.
PER = {"per_10000": 10_000, "per_100000": 100_000}
#: The units of values, and the type of indicator that each belongs to.
UNITS = {"procent": "andel", "antal": "antal", "index_0_10": "index", **dict.fromkeys(PER, "kvot")}


class GoalLink(Period):
    """A goal that an indicator follows."""

    goal: int
    #: The catalogue fills in the strategy that report.yaml names.
    strategy: StrategyId | None = None
    basis: Basis = "källa"
    note: str = ""
    #: How to read the indicator under this goal, where that differs from its other goals.
    caveat: str = ""


class KindLink(Period):
    kind: Literal["indikator", "utvecklingsindikator"]


class Break(Entry):
    """A break in a series: values from ``year`` on are not comparable with those before it."""

    year: int
    text: Text
    groups: list[Annotated[str, Ref("group")]] = []


class Ended(Entry):
    last_year: int
    text: Text


class Comparison(Entry):
    region: RegionCode
    kind: Literal["andel", "median"]
    note: str = ""


class Indicator(Entry):
    """An indicator: what is measured, how to read it, and where it comes from."""

    id: Identifier
    title: Text
    subject: str = ""
    definition: str = ""
    numerator: str = ""
    denominator: str = ""
    denominator_unit: str = ""
    kinds: list[KindLink] = Field(min_length=1)
    goals: list[GoalLink] = []
    type: Literal["andel", "antal", "index", "kvot"]
    unit: Literal["procent", "antal", "index_0_10", "per_10000", "per_100000"]
    decimals: int = Field(default=0, ge=0, le=4)
    direction: Literal["up", "down", "none"]
    #: ``kommuner`` is a survey of the municipalities, whose answers are counted; ``kommun`` a publisher's figure for each.
    level: Literal["kommuner och stadsdelar", "kommuner", "kommun", "län", "polisregion", "enheter", "okänd"] = "okänd"
    source_named: str = ""
    source: SourceId
    family: FamilyId | None = None
    first_year: int | None = None
    breaks: list[Break] = []
    ended: Ended | None = None
    violence_types: list[Annotated[Text, Ref("violence type")]] = []
    target_groups: list[Literal["vuxna", "barn", "våldsutövare", "alla"]] = []
    comparison: Comparison | None = None
    #: An indicator without a class is treated as the most sensitive.
    disclosure: DisclosureClass = "S"
    #: How many years a value covers, counted back from its own; ``sum_of`` is the yearly indicator that it sums. In a class
    #: that requires several years, units are shown for consecutive periods from ``first_year`` on, never for overlapping ones.
    years: int = Field(default=1, ge=1, le=10)
    sum_of: IndicatorId | None = None
    #: The indicator with the number of people that a rate is counted on, from which its cases can be computed.
    population: IndicatorId | None = None
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
        """Whether the denominator is organisational units that are all asked, not persons or cases."""
        return self.unit == "procent" and self.disclosure == "V" and self.level in UNIT_LEVELS

    @property
    def of_each_municipality(self) -> bool:
        """Whether a publisher gives a figure for each municipality, and the county's municipalities are shown instead of the county."""
        return self.level == "kommun"

    @property
    def per(self) -> int:
        """Of how many people a rate counts the cases: 100,000; 0 for an indicator that is no rate."""
        return PER.get(self.unit, 0)

    @property
    def group_codes(self) -> set[str]:
        """The group codes that observations may use; a label may be given per sex and group ("K/vuxna")."""
        return {key.rpartition("/")[2] for key in self.groups}

    def label(self, sex: str, group: str) -> str:
        """Return the label of a series among others of the same indicator.

        ``sex`` is T, K or M and ``group`` a group code, T for all.
        """
        if f"{sex}/{group}" in self.groups:
            return self.groups[f"{sex}/{group}"]
        who = next((label for code, label in self.sex_labels.items() if code == sex), SEXES[sex])
        if group == "T":
            return upper_first(who)
        what = upper_first(self.groups.get(group, group))
        return what if sex == "T" else f"{what}, {who.lower()}"

    def goal_link(self, strategy: str, year: int) -> list[GoalLink]:
        """Return the goals of ``strategy`` that the indicator follows in ``year``."""
        return [link for link in self.goals if link.strategy == strategy and link.covers(year)]

    @model_validator(mode="after")
    def _shown_indicators_have_texts(self) -> Indicator:
        if UNITS[self.unit] != self.type:
            raise ValueError(f"type '{self.type}' and unit '{self.unit}' do not belong together")
        if self.per and not (self.denominator_unit and self.disclosure == "P"):
            raise ValueError("a rate needs 'denominator_unit' (per 10 000 invånare: invånare) and disclosure P")
        if self.family and not self.annex_only and not (self.subject and self.definition):
            raise ValueError("an indicator with a data source needs 'subject' and 'definition'")
        return self


class Threshold(Entry):
    """How counts are protected at one level: 0 is shown, 1 to ``hide_up_to`` hidden, the rest rounded to ``round_to``.

    A share is shown only if its denominator is at least ``least_denominator``: with fewer, rounded counts would mislead.
    """

    hide_up_to: int = Field(ge=0)
    round_to: int = Field(ge=1)
    least_denominator: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _only_zero_is_shown_as_zero(self) -> Threshold:
        if 2 * (self.hide_up_to + 1) < self.round_to:
            raise ValueError("round_to is so large that a count above hide_up_to would be shown as 0")
        return self


class Policy(Entry):
    """How figures of one disclosure class are published; a class without thresholds is shown as it is."""

    id: DisclosureClass
    name: Text
    below_county: Threshold | None = None
    county: Threshold | None = None
    #: Below the county, only sums over at least this many years, both sexes and all groups are shown.
    least_years: int = 1
    #: How many values of a hidden cell must remain possible for a reader who knows everything published.
    least_values: int = Field(default=2, ge=2)
    note: str = ""


class HiddenCell(Entry):
    """A cell that is hidden by hand, because another could be computed from it."""

    indicator: IndicatorId
    year: int
    region: RegionCode
    sex: Literal["T", "K", "M"] = "T"
    group: str = "T"
    reason: Text
