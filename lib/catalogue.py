"""What the report speaks of: strategies, goals, actors, plans, indicators, sources, regions and documents.

Everything here is read from ``data/`` and checked once; nothing about one county, year or number of goals is code.
"""

from __future__ import annotations

import csv
import difflib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from lib.errors import WorkbookError
from lib.swedish import upper_first

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
#: Where a piece of information comes from: the source itself, our reading of it, or our own placing.
Basis = Literal["källa", "tolkad", "vår placering"]
CommitmentStatus = Literal["ej påbörjat", "pågår", "genomfört", "avbrutet", "uppgift saknas"]


class Entry(BaseModel):
    """A record in ``data/``: unknown fields are refused, so that a misspelt one is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Period(Entry):
    """Years, both ends included; an open end is ``None``."""

    first_year: int | None = None
    last_year: int | None = None

    def covers(self, year: int) -> bool:
        """Tell whether ``year`` lies in the period.

        >>> Period(first_year=2020, last_year=2022).covers(2023)
        False
        """
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )


class NationalGoal(Entry):
    id: str
    text: Text
    source: Identifier


class Condition(Entry):
    """A condition for reaching a goal (förutsättning), in our paraphrase."""

    id: str
    text: Text
    source: Identifier


class Goal(Entry):
    id: int
    short: Text
    wording: Text
    source: Identifier
    conditions: list[Condition] = []
    national_goals: list[str] = []
    national_basis: Basis = "tolkad"
    note: str = ""


class Strategy(Period):
    id: Identifier
    title: Text
    vision: Text
    violence_types: list[Text]
    source: Identifier
    predecessor: Identifier | None = None
    goals: list[Goal]
    note: str = ""

    def goal(self, number: int) -> Goal:
        """Return the goal with this number, or raise `WorkbookError`."""
        for goal in self.goals:
            if goal.id == number:
                return goal
        raise WorkbookError(f"{self.id} has no goal {number}; its goals are {', '.join(str(g.id) for g in self.goals)}.")


class Actor(Entry):
    id: Identifier
    name: Text
    role: str = ""
    aliases: list[Text] = []
    member_from: date | None = None
    member_to: date | None = None
    member_note: str = ""
    source: Identifier


class Plan(Period):
    id: Identifier
    title: Text
    strategy: Identifier
    source: Identifier
    note: str = ""


class FollowUp(Entry):
    """What a source says of a commitment for one year."""

    year: int
    status: CommitmentStatus
    source: Identifier
    published: date
    note: str = ""


class Commitment(Entry):
    """A commitment (one or a few named actors) or a joint measure of a plan."""

    id: Identifier
    plan: Identifier
    kind: Literal["åtagande", "gemensam satsning"]
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
    source: Identifier
    note: str = ""


class Source(Entry):
    """A publisher's page or table; ``family`` says which sources may share a series."""

    id: Identifier
    publisher: Text
    title: Text
    family: Literal["bra", "lagesrapporter", "oppna_jamforelser", "scb", "graviditetsregistret", "strategi", "ovrigt"]
    url: str = ""
    licence: str = ""
    published: date | None = None
    rule: str = ""
    note: str = ""


class GoalLink(Period):
    goal: int
    strategy: Identifier = "strategi_2020_2026"
    basis: Basis = "källa"
    note: str = ""


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
    decimals: int = 0
    direction: Literal["up", "down", "none"]
    direction_basis: Basis = "vår placering"
    level: Literal["kommuner och stadsdelar", "kommuner", "län", "polisregion", "enheter", "okänd"] = "okänd"
    source_named: str = ""
    source: Identifier
    family: Literal["bra", "lagesrapporter", "oppna_jamforelser", "scb"] | None = None
    first_year: int | None = None
    breaks: list[Break] = []
    ended: Ended | None = None
    violence_types: list[Text] = []
    target_groups: list[Literal["vuxna", "barn", "våldsutövare", "alla"]] = []
    comparison: Comparison | None = None
    disclosure: Literal["P", "V", "K", "S"] = "V"
    groups: dict[str, str] = {}
    sex_labels: dict[str, str] = {}
    title_incomplete: bool = False
    annex_only: bool = False
    caveat: str = ""

    def kind(self, year: int) -> str | None:
        """Return 'indikator' or 'utvecklingsindikator' as it was in ``year``, or None if it did not exist then."""
        return next((k.kind for k in self.kinds if k.covers(year)), None)

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
        if self.family and not self.annex_only and not (self.subject and self.definition):
            raise ValueError("an indicator with a data source needs 'subject' and 'definition'")
        return self


class Region(Entry):
    """A geographic unit; districts (stadsdelar) have validity dates."""

    code: str
    name: Text
    type: Literal["riket", "län", "polisregion", "kommun", "stadsdel"]
    parent: str = ""
    police_region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""


class Statement(Entry):
    """What a source says in words, in our paraphrase."""

    id: Identifier
    goal: int | None
    year: int
    kind: Literal["framsteg", "utmaning", "lucka"]
    text: Text
    indicator: Identifier | None
    source: Identifier
    published: date
    published_basis: Literal["känd", "antagen"]


class Assessment(Entry):
    """A person's written judgement of a goal; never computed."""

    goal: int
    assessment: Literal["Uppnått", "Nära", "Inte nära", "Går inte att bedöma"]
    reason: Text
    role: Text
    date: date


def _reason(error: ValidationError) -> tuple[str, str]:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return where, first["msg"][0].lower() + first["msg"][1:]


def read_yaml(path: Path) -> Any:
    """Read a YAML file with the safe loader, or raise `WorkbookError` naming file and line."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore it (git checkout -- {path.name}) or create it.") from None
    except UnicodeDecodeError:
        raise WorkbookError(f"{path} is not UTF-8 text; save it again as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise WorkbookError(f"{path}{line}: not valid YAML ({getattr(error, 'problem', error)}); correct the line.") from None


def check(kind: Any, value: Any, where: str) -> Any:
    """Check ``value`` against a pydantic type, or raise `WorkbookError` that names the place and what is wrong."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        field, message = _reason(error)
        raise WorkbookError(f"{where}, {field or 'content'}: {message}; correct it and run again.") from None


def _read_list(kind: Any, path: Path, key: str) -> list[Any]:
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get(key), list):
        raise WorkbookError(f"{path}: the list '{key}' is missing; add it.")
    return [check(kind, item, f"{path}, {key} {_label(item, i)}") for i, item in enumerate(content[key], 1)]


def _label(item: Any, number: int) -> str:
    return str(item["id"]) if isinstance(item, dict) and "id" in item else f"number {number}"


def read_rows(kind: Any, path: Path) -> list[Any]:
    """Read a CSV file whose columns are the fields of ``kind``; an empty cell is ``None`` or the field's default."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            rows = list(reader)
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore it (git checkout -- {path.name}) or create it.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise WorkbookError(f"{path} is not a UTF-8 CSV file ({error}); save it again as UTF-8 with commas.") from None
    if reader.fieldnames != list(kind.model_fields):
        raise WorkbookError(f"{path}, row 1: the columns must be {','.join(kind.model_fields)}; correct the header.")
    entries = []
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise WorkbookError(f"{path}, row {number}: {len(reader.fieldnames)} columns expected; check the commas.")
        filled = {k: v or None for k, v in row.items() if v or kind.model_fields[k].is_required()}
        entries.append(check(kind, filled, f"{path}, row {number}"))
    return entries


class Identity(Entry):
    """Whose report this is: the county, its regions, and what the title page says."""

    title: Text
    county: Text
    platform: Text
    home_regions: list[str]
    country: str
    disclaimer: Text
    retrospective: Text


class Catalogue:
    """All of ``data/`` but the observations, read and checked once.

    Parameters
    ----------
    data : Path
        The data folder.

    Raises
    ------
    WorkbookError
        For a missing or malformed file, an identifier used twice, or a reference to something that does not exist.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        strategy = data / "strategy"
        self.identity: Identity = check(Identity, read_yaml(data / "report.yaml"), str(data / "report.yaml"))
        self.strategies = _index(_read_list(Strategy, strategy / "strategies.yaml", "strategies"), strategy / "strategies.yaml")
        self.national_goals = _index(
            _read_list(NationalGoal, strategy / "strategies.yaml", "national_goals"), strategy / "strategies.yaml"
        )
        self.actors = _index(_read_list(Actor, strategy / "actors.yaml", "actors"), strategy / "actors.yaml")
        self.plans = _index(_read_list(Plan, strategy / "plans.yaml", "plans"), strategy / "plans.yaml")
        self.commitments = _index(_read_list(Commitment, strategy / "plans.yaml", "commitments"), strategy / "plans.yaml")
        self.documents = _index(_read_list(Document, strategy / "documents.yaml", "documents"), strategy / "documents.yaml")
        self.indicators = _index(
            [i for path in sorted((data / "indicators").glob("*.yaml")) for i in _read_list(Indicator, path, "indicators")],
            data / "indicators",
        )
        self.sources = _index(_read_list(Source, data / "sources.yaml", "sources"), data / "sources.yaml")
        self.statements = _index(read_rows(Statement, data / "statements.csv"), data / "statements.csv")
        self._check_references()

    @cached_property
    def regions(self) -> dict[tuple[str, date | None], Region]:
        """Regions by code and first day of validity (a district that was merged keeps its row)."""
        path = self.data / "regions.csv"
        regions = read_rows(Region, path)
        return _index(regions, path, key=lambda region: (region.code, region.valid_from))

    @cached_property
    def region_names(self) -> dict[str, str]:
        return {region.code: region.name for region in self.regions.values()}

    @cached_property
    def region_types(self) -> dict[str, str]:
        return {region.code: region.type for region in self.regions.values()}

    def assessments(self, year: int) -> dict[int, Assessment]:
        """Return the written assessments of a year, by goal; empty where nobody has written any."""
        path = self.data / "assessments" / f"{year}.yaml"
        if not path.exists():
            return {}
        return {entry.goal: entry for entry in _read_list(Assessment, path, "assessments")}

    def indicator(self, identifier: str) -> Indicator:
        """Return an indicator, or raise `WorkbookError` with the nearest names."""
        if identifier in self.indicators:
            return self.indicators[identifier]
        near = difflib.get_close_matches(identifier, self.indicators, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see data/indicators/."
        raise WorkbookError(f"There is no indicator '{identifier}'{hint}")

    def plan(self, year: int, strategy: str) -> Plan | None:
        """Return the action plan in force in ``year``, or None: a year may have no plan."""
        return next((p for p in self.plans.values() if p.strategy == strategy and p.covers(year)), None)

    def _check_references(self) -> None:
        for kind, entries in {
            "data/strategy/plans.yaml": self.commitments.values(),
            "data/indicators/": self.indicators.values(),
            "data/statements.csv": self.statements.values(),
            "data/strategy/actors.yaml": self.actors.values(),
            "data/strategy/documents.yaml": self.documents.values(),
        }.items():
            for entry in entries:
                _require(entry.source in self.sources, kind, entry.id, f"source '{entry.source}'", "data/sources.yaml")
        for commitment in self.commitments.values():
            where = "data/strategy/plans.yaml"
            _require(commitment.plan in self.plans, where, commitment.id, f"plan '{commitment.plan}'", where)
            for actor in commitment.actors:
                _require(actor in self.actors, where, commitment.id, f"actor '{actor}'", "data/strategy/actors.yaml")
        for statement in self.statements.values():
            _require(
                statement.indicator is None or statement.indicator in self.indicators,
                "data/statements.csv", statement.id, f"indicator '{statement.indicator}'", "data/indicators/",
            )  # fmt: skip
        for indicator in self.indicators.values():
            for link in indicator.goals:
                known = link.strategy in self.strategies and any(
                    goal.id == link.goal for goal in self.strategies[link.strategy].goals
                )
                target = f"goal {link.goal} of '{link.strategy}'"
                _require(known, "data/indicators/", indicator.id, target, "data/strategy/strategies.yaml")


def _require(known: bool, where: str, identifier: str, what: str, home: str) -> None:
    if not known:
        raise WorkbookError(f"{where}, {identifier}: {what} does not exist in {home}; correct the name or add it there.")


def _index(entries: list[Any], path: Path, key: Any = lambda entry: entry.id) -> dict[Any, Any]:
    index: dict[Any, Any] = {}
    for entry in entries:
        if key(entry) in index:
            raise WorkbookError(f"{path}: '{key(entry)}' occurs twice; keep one.")
        index[key(entry)] = entry
    return index
