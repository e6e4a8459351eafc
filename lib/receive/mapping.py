"""A mapping: what an analyst writes so that a publisher's table can be read, which column holds what."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from lib.base.characters import comparable
from lib.base.errors import WorkbookError, nearest
from lib.base.files import read_yaml
from lib.data.catalogue import Catalogue
from lib.data.entry import Day, Entry, Identifier, Year, reason

#: A heading or a cell as the table has it; what looks the same is the same.
Cell = Annotated[str, AfterValidator(comparable)]
#: What stands for the year in a heading: ``Andel {year}``.
YEAR = "{year}"


#: The fields of a mapping: what each says, and an example.
FIELDS = {
    "source": ("the table's source, an id in data/sources.yaml", "source: kolada_brott"),
    "folder": ("where in data/raw/ the table is kept; without it, under the source's id", "folder: kolada"),
    "published": (
        "when the figures were published: a day, or for a table of several years a day of every year",
        "published: 2025-03-31, or below published: day: '03-31' and years_after: 1",
    ),
    "published_basis": ("whether the source says the day or it is assumed", "published_basis: antagen, or känd"),
    "sheet": ("the sheet of a workbook; without it, the first that is shown", "sheet: Tabell 1"),
    "heading_row": ("the row of the headings, counted from 1", "heading_row: 3"),
    "must_say": ("words above or among the headings, without which it is another table", "must_say: and below it - Procent"),
    "year": ("the year that the whole table is about", "year: 2025"),
    "year_column": ("the heading over a column of years", "year_column: År"),
    "region": ("the region that the whole table is about, a code of data/regions.csv", "region: '01'"),
    "region_column": ("the heading over a column of regions, by code or name", "region_column: Kommun"),
    "regions": ("codes for texts that are no region's code or name; an empty one leaves the row out", "regions: and below it Hela landet: '00'"),
    "region_types": (
        "in a table of the whole country: only the country, the county and what lies in it, of these types",
        "region_types: and below it - riket and - kommun",
    ),
    "where": ("only rows in which columns hold these values", "where: and below it Kön: Totalt"),
    "values": ("the columns with values, an entry each, which begins with a dash", "values: and below it - indicator: mhv_tillfragade and column: Andel"),
    "indicator": ("the indicator that a column has values of, an id in data/indicators/", "- indicator: mhv_tillfragade"),
    "column": ("the heading over the values; {year} stands for a year in it", "column: Andel, or column: 'Andel {year}'"),
    "sex": ("whom a column is about: T all, K women, M men", "sex: K"),
    "group": ("the group that a column is about, one of the indicator's", "group: vuxna"),
    "numerator": ("the heading over the counts behind a share", "numerator: Antal ja"),
    "denominator": ("the heading over the counts that a share is of", "denominator: Antal svar"),
    "words": ("words that mean numbers", "words: and below it Ja: 100"),
    "times": ("a factor for all values of a column", "times: 100"),
    "decimal": ("the decimal sign of numbers that are text: a comma, or a point", 'decimal: "."'),
    "missing": ("texts that mean a missing value: M missing, Q hidden, L not measured, N cannot occur", "missing: and below it '-': M"),
    "preliminary": ("signs after a number that mean that it is preliminary", "preliminary: and below it - p"),
    "note": ("a note on every value, which the report prints", "note: Två år slagna samman."),
    "day": ("a day of every year, month and day in quotes", "day: '03-31'"),
    "years_after": ("how many years after its own a year's figures are published", "years_after: 1"),
}  # fmt: skip


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


def years_of(value: Value, heads: list[str]) -> list[tuple[str, int | None]]:
    """Return the headings of a value's columns, each with its year where the heading says it: ``Andel {year}``.

    >>> years_of(Value(indicator="a", column="Andel {year}"), ["Kommun", "Andel 2022", "Andel 2023"])
    [('Andel 2022', 2022), ('Andel 2023', 2023)]
    """
    if not value.in_years:
        return [(value.column, None)]
    form = re.escape(value.column).replace(re.escape(YEAR), "((?:19|20)[0-9]{2})")
    found = [(head, re.fullmatch(form, head, re.IGNORECASE)) for head in heads]
    return [(head, int(match[1])) for head, match in found if match]


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
    try:
        mapping = Mapping.model_validate(read_yaml(path), strict=True)
    except ValidationError as error:
        raise _fault(path, *reason(error)) from None
    in_years = [value.in_years for value in mapping.values]
    if [mapping.year is not None, bool(mapping.year_column), any(in_years)].count(True) != 1 or len(set(in_years)) > 1:
        raise WorkbookError(
            f"{path}: give either year, such as 2025, or year_column, the heading over the years, or the year in every column as {YEAR}."
        )
    if bool(mapping.region) == bool(mapping.region_column):
        raise WorkbookError(f"{path}: give either region or region_column; correct it.")
    return mapping


def _fault(path: Path, where: str, why: str) -> WorkbookError:
    """Return what is wrong with a mapping in words: the field, why, and an example of it."""
    steps = where.split(".")
    # pydantic puts the name of a check between the fields.
    named = [f"entry {int(step) + 1}" if step.isdigit() else step for step in steps if not re.search(r"[\[(]", step)]
    field = next((step for step in reversed(steps) if step in FIELDS), "")
    if why == "there is no field of this name":
        hint = nearest(steps[-1], FIELDS) or f"there are: {', '.join(FIELDS)}."
        return WorkbookError(f"{path}, {', '.join(named)}: {why}; {hint}")
    quoted = "; a number that is meant as text stands in quotes" if "valid string" in why else ""
    if not field:
        return WorkbookError(f"{path} is no mapping, which has a line for each field; see docs/mappings.md.")
    known = [step for step in named if step in FIELDS or step.startswith("entry")]
    why = "is an entry of its own, with a line for each field" if "instance of" in why else why
    what, example = FIELDS[field]
    return WorkbookError(f"{path}, {', '.join(known)}: {why}{quoted}. The field says {what}. Example: {example}.")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a mapping, by which an editor completes and checks it."""
    made = Mapping.model_json_schema()
    for kind in (made, *made["$defs"].values()):
        for name, field in kind["properties"].items():
            field["description"] = f"{FIELDS[name][0]}; {FIELDS[name][1]}"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


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


def regions_read(mapping: Mapping, catalogue: Catalogue) -> set[str]:
    """Return the codes of the country, the county and what lies in it, of the types that the mapping reads."""
    here = {catalogue.identity.country, catalogue.county}
    inside = {region.code for region in catalogue.regions.values() if region.parent == catalogue.county}
    regions = [r for r in catalogue.regions.values() if r.code in here or r.parent in {catalogue.county, *inside}]
    return {region.code for region in regions if region.type in mapping.region_types}
