"""Entries of data files: the base of every record, the types of its fields, and how lists and tables of entries are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from lib.base.errors import WorkbookError
from lib.base.files import read_table, read_yaml

Named = Literal[
    "source", "family", "strategy", "national goal", "plan", "actor", "indicator", "group", "violence type", "region"
]


@dataclass(frozen=True)
class Ref:
    """Metadata of a field that holds the identifier of another record; `lib.data.references` checks that it exists."""

    kind: Named


Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
SourceId = Annotated[Identifier, Ref("source")]
FamilyId = Annotated[Identifier, Ref("family")]
StrategyId = Annotated[Identifier, Ref("strategy")]
PlanId = Annotated[Identifier, Ref("plan")]
ActorId = Annotated[Identifier, Ref("actor")]
IndicatorId = Annotated[Identifier, Ref("indicator")]
RegionCode = Annotated[str, Ref("region")]
#: A web address, or nothing.
Url = Annotated[str, Field(pattern=r"^(https?://[^\s<>\"']+)?$")]
Text = Annotated[str, Field(min_length=1)]


def _iso(value: Any) -> Any:
    """Accept text only as a date such as 2023-05-30: pydantic would read a number as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a date such as 2023-05-30")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
Year = Annotated[int, Field(ge=1990, le=2100)]
#: Where a piece of information comes from: the source itself, our reading of it, or our own choice.
Basis = Literal["källa", "tolkad", "vår placering"]
#: Published official statistics (P), activity of organisations (V), counts of persons or cases that we collected (K),
#: and the most sensitive (S).
DisclosureClass = Literal["P", "V", "K", "S"]
CommitmentStatus = Literal["ej påbörjat", "pågår", "genomfört", "avbrutet", "uppgift saknas"]


class Entry(BaseModel):
    """A record in ``data/``. Unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(Entry):
    """A record that is valid for some years, both ends included; an open end is ``None``."""

    first_year: int | None = None
    last_year: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.first_year and self.last_year and self.first_year > self.last_year:
            raise ValueError("first_year must not be later than last_year")
        return self

    def covers(self, year: int) -> bool:
        """Return whether ``year`` lies in the period.

        >>> Period(first_year=2020, last_year=2022).covers(2023)
        False
        """
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )


T = TypeVar("T")
E = TypeVar("E", bound=Entry)
K = TypeVar("K", bound=Hashable)


def check(kind: type[T], value: object, where: str, *, strict: bool | None = True) -> T:
    """Return ``value`` as an instance of a pydantic type.

    Parameters
    ----------
    kind : type
        The type, usually a record's class.
    where : str
        The file and entry, for messages.
    strict : bool or None
        As in pydantic; with None each field decides.

    Raises
    ------
    WorkbookError
        Names the place, the field and what is wrong.

    >>> check(Period, {"first_year": "2020"}, "plans.yaml")
    Traceback (most recent call last):
    lib.base.errors.WorkbookError: plans.yaml, first_year: input should be a valid integer; correct it and run again.
    """
    try:
        return TypeAdapter(kind).validate_python(value, strict=strict)
    except ValidationError as error:
        field, message = reason(error)
        raise WorkbookError(f"{where}, {field or 'content'}: {message}; correct it and run again.") from None


def reason(error: ValidationError) -> tuple[str, str]:
    """Return place and reason of the first fault; a misspelt field comes before the field that is missing because of it."""
    first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return where, "there is no field of this name"
    return where, first["msg"][0].lower() + first["msg"][1:]


#: Raw entries of a list, each with the place that messages name.
Items = list[tuple[str, Any]]
#: Lists that share a file. Any other name in such a file is a misspelling, and its list would silently be ignored.
SAME_FILE = (
    {"strategies", "national_goals"},
    {"plans", "commitments"},
    {"documents", "mandate"},
    {"policies", "hidden_cells"},
    {"comments", "confirmations"},
)


def read_items(path: Path, key: str) -> Items:
    """Read the raw entries of the list ``key`` in a YAML file.

    Raises
    ------
    WorkbookError
        If the list is missing, or the file holds another that does not belong in it.
    """
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get(key), list):
        raise WorkbookError(f"{path}: the list '{key}' is missing; add it.")
    expected = next((lists for lists in SAME_FILE if key in lists), {key})
    if unknown := sorted(str(name) for name in set(content) - expected):
        raise WorkbookError(
            f"{path}: '{unknown[0]}' is no list of this file ({', '.join(sorted(expected))}); correct the name."
        )
    return [(f"{path}, {key} {_label(item, i)}", item) for i, item in enumerate(content[key], 1)]


def _label(item: object, number: int) -> str:
    return str(item["id"]) if isinstance(item, dict) and "id" in item else f"number {number}"


def read_list(kind: type[E], path: Path, key: str) -> list[E]:
    """Read a list of records of one kind from a YAML file, or raise `WorkbookError` that names the entry and its field."""
    return [check(kind, item, where) for where, item in read_items(path, key)]


def read_index(kind: type[E], path: Path, key: str) -> dict[str, E]:
    """Read a list of records as `read_list` does, and return them by ``id``; a duplicate is refused."""
    return by_id(read_list(kind, path, key), path)


def read_rows(kind: type[E], path: Path) -> list[E]:
    """Read a CSV file whose columns are the fields of ``kind``; an empty cell is ``None`` or the field's default."""
    fields = kind.model_fields
    entries = []
    for number, row in enumerate(read_table(path, list(fields)), 2):
        filled = {name: cell or None for name, cell in row.items() if cell or fields[name].is_required()}
        entries.append(check(kind, filled, f"{path}, row {number}", strict=False))
    return entries


def overlay(base: Items, changes: Items) -> Items:
    """Overlay the entries of a base folder with those of a folder inside it.

    An entry with the same ``id`` is merged: its fields replace the base's, and those it does not give are the base's.

    An indicator of the base that the inner folder does not mention loses its ``family``: its series is the base's, not this county's.

    >>> overlay([("a", {"id": 1, "x": 1, "y": 1})], [("b", {"id": 1, "y": 2}), ("b", {"id": 2})])
    [('b', {'id': 1, 'x': 1, 'y': 2}), ('b', {'id': 2})]
    """
    changed = {item["id"]: (where, item) for where, item in changes if isinstance(item, dict) and "id" in item}
    merged = []
    for where, item in base:
        here, fields = changed.pop(item.get("id"), (where, {"family": None} if "kinds" in item else {}))
        merged.append((here, {**item, **fields}))
    return merged + [entry for entry in changes if not isinstance(entry[1], dict) or entry[1].get("id") in changed]


def by_id(entries: Iterable[E], path: Path, key: Callable[[E], K] | None = None) -> dict[K, E]:
    """Return entries by their ``id``, or by another ``key``.

    Raises
    ------
    WorkbookError
        If two entries have the same.
    """
    index: dict[K, E] = {}
    for entry in entries:
        name: K = key(entry) if key else getattr(entry, "id")  # noqa: B009 (only some records have one)
        if name in index:
            raise WorkbookError(f"{path}: '{name}' occurs twice; keep one.")
        index[name] = entry
    return index
