"""What every record is built on: strict fields, dates written out, years, periods."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
#: A web address, or none.
Url = Annotated[str, Field(pattern=r"^(https?://[^\s<>\"']+)?$")]
Text = Annotated[str, Field(min_length=1)]


def _iso(value: Any) -> Any:
    """Let text pass only as a date written 2023-05-30: pydantic would take a number for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a date such as 2023-05-30")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
Year = Annotated[int, Field(ge=1990, le=2100)]
#: Where a piece of information comes from: the source itself, our reading of it, or our own placing.
Basis = Literal["källa", "tolkad", "vår placering"]
#: Published official statistics, an organisation's activity, own-collected counts of persons or cases, and the specially sensitive.
DisclosureClass = Literal["P", "V", "K", "S"]
CommitmentStatus = Literal["ej påbörjat", "pågår", "genomfört", "avbrutet", "uppgift saknas"]


class Entry(BaseModel):
    """A record in ``data/``: unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(Entry):
    """Years, both ends included; an open end is ``None``."""

    first_year: int | None = None
    last_year: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.first_year and self.last_year and self.first_year > self.last_year:
            raise ValueError("first_year must not be later than last_year")
        return self

    def covers(self, year: int) -> bool:
        """Tell whether ``year`` lies in the period.

        >>> Period(first_year=2020, last_year=2022).covers(2023)
        False
        """
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )
