"""A mapping: what an analyst writes so that a publisher's table can be read, which column holds what."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from lib.base.characters import comparable
from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.data.catalogue import Catalogue
from lib.data.entry import Day, Entry, Identifier, Year, check

#: A heading or a cell as the table has it; what looks the same is the same.
Cell = Annotated[str, AfterValidator(comparable)]
#: What stands for the year in a heading: ``Andel {year}``.
YEAR = "{year}"


class Value(Entry):
    """A column with an indicator's values; ``numerator`` and ``denominator`` name columns with counts.

    In a table with a column per year, ``column`` is the headings with {year} for the year: "{year}", "Andel {year}".
    """

    indicator: Identifier
    column: Annotated[Cell, Field(min_length=1)]
    sex: Literal["T", "K", "M"] = "T"
    group: str = "T"
    numerator: Cell = ""
    denominator: Cell = ""
    #: In a table with a row per value: read only rows in which these columns hold these values.
    where: dict[Cell, Cell] = {}
    #: Words that mean numbers: {Ja: 100, Nej: 0}.
    words: dict[Cell, Annotated[float, Field(allow_inf_nan=False)]] = {}
    #: The factor for all values: 100 where the publisher writes 0.76 for 76 per cent.
    times: float = Field(default=1, gt=0, allow_inf_nan=False)

    @property
    def in_years(self) -> bool:
        """Whether there is a column per year."""
        return YEAR in self.column


class Yearly(Entry):
    """A day of every year, on which a publisher publishes the figures of a year, ``years_after`` after it."""

    day: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    years_after: int = Field(default=1, ge=0, le=5)

    def of(self, year: int) -> date:
        """Return the day on which the figures of ``year`` are published.

        >>> Yearly(day="03-31").of(2022)
        datetime.date(2023, 3, 31)
        """
        return date.fromisoformat(f"{year + self.years_after}-{self.day}")

    @model_validator(mode="after")
    def _is_in_every_year(self) -> Yearly:
        try:
            self.of(2001)
        except ValueError:
            raise ValueError(
                f"{self.day} is no day of every year; write the month and the day, such as '03-31'"
            ) from None
        return self


class Mapping(Entry):
    """How to read a table: its sheet, the row of its headings, its region and year, and the columns that hold values.

    ``must_say`` lists words that must occur above or among the headings, so that no other table is read by mistake.
    """

    source: Identifier
    #: The folder in data/raw/ that keeps the table; without one, it is called as the source.
    folder: str = Field(default="", pattern="^[a-z0-9_]*$")
    #: A day, or in a table of several years the day of the year on which each is published.
    published: Day | Yearly
    published_basis: Literal["känd", "antagen"]
    sheet: str = ""
    heading_row: int = Field(default=1, ge=1, le=1000)
    must_say: list[Annotated[Cell, Field(min_length=1)]] = []
    year: Year | None = None
    year_column: Cell = ""
    region: str = ""
    region_column: Cell = ""
    #: Region codes for texts in the region column that are neither a code nor a name of data/regions.csv; empty: skip.
    regions: dict[Cell, str] = {}
    #: In a table of the whole country: read only the country, the county and what lies in it, of these types.
    region_types: list[Literal["riket", "län", "kommun", "stadsdel"]] = []
    #: Read only rows in which these columns hold these values.
    where: dict[Cell, Cell] = {}
    values: list[Value] = Field(min_length=1)
    #: The decimal sign of numbers that are written as text. With a comma, 1.234 has two meanings and is refused.
    decimal: Literal[",", "."] = ","
    #: Texts that mean a missing value, with the status letter.
    missing: dict[Cell, Literal["Q", "M", "L", "N"]] = {"": "M", "..": "M", "-": "M", ".": "N", "x": "Q"}
    #: Signs after a number that mean that it is preliminary: p, (prel.).
    preliminary: list[Annotated[Cell, Field(min_length=1)]] = []
    note: str = ""

    def day(self, year: int) -> date:
        """Return the day on which the figures of ``year`` were published."""
        return self.published.of(year) if isinstance(self.published, Yearly) else self.published


def read_mapping(path: Path) -> Mapping:
    """Read a mapping.

    Raises
    ------
    WorkbookError
        If it is missing or malformed, or does not give exactly one of ``year``, ``year_column`` and headings with {year}, and
        exactly one of ``region`` and ``region_column``.
    """
    mapping: Mapping = check(Mapping, read_yaml(path), str(path))
    in_years = [value.in_years for value in mapping.values]
    if [mapping.year is not None, bool(mapping.year_column), any(in_years)].count(True) != 1 or len(set(in_years)) > 1:
        raise WorkbookError(
            f"{path}: give either year, such as 2025, or year_column, the heading over the years, or the year in every column as {YEAR}."
        )
    if bool(mapping.region) == bool(mapping.region_column):
        raise WorkbookError(f"{path}: give either region or region_column; correct it.")
    return mapping


def check_names(path: Path, mapping: Mapping, catalogue: Catalogue) -> None:
    """Check the names in a mapping; ``path`` is the mapping's, for messages.

    Raises
    ------
    WorkbookError
        If the source, an indicator, the region or a group does not exist.
    """
    if mapping.source not in catalogue.sources:
        raise WorkbookError(f"{path}: the source '{mapping.source}' is not in data/sources.yaml; add it there first.")
    if mapping.region and mapping.region not in catalogue.region_names:
        raise WorkbookError(f"{path}: the region '{mapping.region}' is not in data/regions.csv; correct the code.")
    for value in mapping.values:
        indicator = catalogue.indicators.get(value.indicator)
        if indicator is None:
            raise WorkbookError(f"{path}: there is no indicator '{value.indicator}'; see data/indicators/.")
        if value.group != "T" and value.group not in indicator.group_codes:
            raise WorkbookError(f"{path}: {value.indicator} has no group '{value.group}'; see data/indicators/.")
