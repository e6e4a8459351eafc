"""The records of what people judge: assessments of goals, reviewers' comments and confirmations, signatures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lib.data.entry import Day, Entry, Text

#: What a new year's files say where a person must decide.
UNDECIDED = "ATT BESLUTA"


class Assessment(Entry):
    """A person's written judgement of a goal; never computed. One that is not decided yet says so, and counts as none."""

    goal: int
    assessment: Literal["Uppnått", "Nära", "Inte nära", "Går inte att bedöma", "ATT BESLUTA"]
    reason: str = ""
    role: str = ""
    date: Day | None = None

    @property
    def decided(self) -> bool:
        return self.assessment != UNDECIDED

    @model_validator(mode="after")
    def _a_judgement_has_reason_role_and_date(self) -> Assessment:
        for name in ("reason", "role", "date"):
            if self.decided and not getattr(self, name):
                raise ValueError(f"'{name}' is missing: an assessment says why, who and when")
        return self


class SignOff(Entry):
    """That a role has signed a report with exactly this content."""

    role: Literal["analytiker", "kvalitetsgranskare", "beslutande"]
    holder: Text
    date: Day
    content: str = Field(pattern="^[0-9a-f]{16}$")


class ReviewComment(Entry):
    """A reviewer's comment on a figure, by its anchor in the report; ``answer`` says what was done."""

    anchor: Text
    role: Text
    comment: Text
    date: Day
    resolved: bool = False
    answer: str = ""


class Confirmation(Entry):
    """That somebody who knows confirms a figure as it was then."""

    anchor: Text
    role: Text
    value: str
    date: Day
