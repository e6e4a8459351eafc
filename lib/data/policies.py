"""The records of disclosure control: how figures of each disclosure class are published."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lib.data.entry import DisclosureClass, Entry, Identifier, Text


class Threshold(Entry):
    """How counts are protected at one level: 0 is shown, 1 to ``hide_up_to`` hidden, the rest rounded to ``round_to``.

    A share of rounded counts needs at least ``least_denominator`` persons: of fewer it would say something else than the truth.
    """

    hide_up_to: int = Field(ge=0)
    round_to: int = Field(ge=1)
    least_denominator: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _only_none_is_shown_as_none(self) -> Threshold:
        if 2 * (self.hide_up_to + 1) < self.round_to:
            raise ValueError("round_to is so large that a count above hide_up_to would be shown as 0")
        return self


class Policy(Entry):
    """How figures of one disclosure class are published; a class without thresholds is shown as it is."""

    id: DisclosureClass
    name: Text
    below_county: Threshold | None = None
    county: Threshold | None = None
    #: Below the county: only sums over at least this many years, both sexes and all groups together.
    least_years: int = 1
    #: How many values of a hidden cell must remain possible for somebody who knows all that is published.
    least_values: int = Field(default=2, ge=2)
    note: str = ""


class HiddenCell(Entry):
    """A cell that is hidden by hand, because another could be computed from it."""

    indicator: Identifier
    year: int
    region: str
    sex: Literal["T", "K", "M"] = "T"
    group: str = "T"
    reason: Text
