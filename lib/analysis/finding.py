"""The findings on one indicator in one report, computed once: lines, changes, quoted values, conflicts and response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lib.analysis.change import Change, difference_interval
from lib.analysis.intervals import Interval
from lib.analysis.value import UNIT_TYPES, Value, disagreeing, newest
from lib.data.catalogue import Catalogue
from lib.data.indicators import Break, Indicator
from lib.data.regions import Region

#: The family of sources whose members are separate reports: when two of them differ, neither has revised the other.
REPORTS = "lagesrapporter"
SOURCE_BREAK = "Källan anger att värdet inte kan jämföras med tidigare år."
REVISED, DISAGREEING = "[r]", "olika uppgift"


class Response(NamedTuple):
    """How many units were asked in a year and how many of them answered; or how many of all a publisher's table has figures of."""

    asked: int
    answered: int
    #: Whether the county's own survey asked them.
    own: bool = True


@dataclass(frozen=True, eq=False)
class Line:
    """An indicator in one region for one sex and group.

    Parameters
    ----------
    region : Region
    sex, group : str
    whole : bool
        Whether the line is of everybody, not of one sex or group.
    label : str
        The name of the sex and group.
    values : tuple of Value
        One per year, oldest first; some may be missing.
    breaks : tuple of Break
        The indicator's breaks that concern the group, and the values that the source marks as the first after one.
    median : bool
        Whether the line is the country's median, which is another measure than the share it is compared with.
    answers : mapping
        Year to the units whose answers to the question are known.
    """

    region: Region
    sex: str
    group: str
    whole: bool
    label: str
    values: tuple[Value, ...]
    breaks: tuple[Break, ...]
    median: bool
    answers: Mapping[int, set[str]]

    @property
    def place(self) -> str:
        """The area's short name."""
        return self.values[0].area

    @property
    def area(self) -> str:
        """The area's full name, and that the values are medians where they are."""
        return self.region.name + (", median" if self.median else "")

    @cached_property
    def known(self) -> tuple[Value, ...]:
        """The values that are not missing."""
        return tuple(value for value in self.values if value.known)

    @cached_property
    def by_year(self) -> dict[int, Value]:
        return {value.year: value for value in self.values}

    @property
    def latest(self) -> Value:
        """The newest value that is not missing."""
        return self.known[-1]

    @cached_property
    def change(self) -> Change | None:
        """The change from the value before the newest; None where there is no value before."""
        if len(self.known) < 2:
            return None
        earlier, later = self.known[-2:]
        broken = tuple(b.text for b in self.breaks if earlier.year < b.year <= later.year)
        consecutive = later.year - earlier.year == 1
        interval = difference_interval(earlier, later) if consecutive and not broken else None
        return Change(earlier, later, interval, broken, self._other_units(earlier, later))

    def _other_units(self, earlier: Value, later: Value) -> bool:
        who = [self.answers.get(value.year, set()) for value in (earlier, later)]
        return later.in_counts and (later.denominator != earlier.denominator or who[0] != who[1])

    @cached_property
    def stretch(self) -> tuple[Value, ...]:
        """The known values since the last break, which may be compared with each other."""
        start = max((b.year for b in self.breaks if b.year <= self.latest.year), default=0)
        return tuple(value for value in self.known if value.year >= start)

    @cached_property
    def since_first(self) -> Interval | None:
        """The interval of the difference between the newest value and the first that it may be compared with, if there is one."""
        return difference_interval(self.stretch[0], self.latest)


@dataclass(frozen=True)
class Conflict:
    """Different values that have been published for the same thing, oldest publication first."""

    values: tuple[Value, ...]

    @property
    def families(self) -> set[str]:
        """The families of sources that give them."""
        return {value.source.family for value in self.values}

    @property
    def sources(self) -> int:
        """How many sources give them."""
        return len({value.source.id for value in self.values})


@dataclass(frozen=True, eq=False)
class Finding:
    """Everything that a report shows of an indicator, computed at first use and then kept.

    Parameters
    ----------
    indicator : Indicator
    values : tuple of Value
        All that the report may see of it.
    catalogue : Catalogue
    year : int
        The report's year.
    cut_off : date
        The report's cut-off.
    """

    indicator: Indicator
    values: tuple[Value, ...]
    catalogue: Catalogue
    year: int
    cut_off: date

    @cached_property
    def home(self) -> list[Line]:
        """The main family's lines for the county (or the police region, where the source has no county)."""
        here = self.catalogue.identity.home_regions
        return self._lines(v for v in self.values if v.region.code in here and v.source.family == self.indicator.family)

    @cached_property
    def comparison(self) -> list[Line]:
        """The country's lines: the main family's, or Öppna jämförelser's where the main family has none."""
        country = [v for v in self.values if v.region.code == self.catalogue.identity.country]
        for family in (self.indicator.family, "oppna_jamforelser"):
            if lines := self._lines(v for v in country if v.source.family == family):
                return lines
        return []

    @cached_property
    def home_known(self) -> list[Line]:
        """The lines of `home` that have a value."""
        return [line for line in self.home if line.known]

    @cached_property
    def comparison_known(self) -> list[Line]:
        """The lines of `comparison` that have a value."""
        return [line for line in self.comparison if line.known]

    @property
    def wholes(self) -> list[Line]:
        """The known home lines that are of everybody, not of a sex or group."""
        return [line for line in self.home_known if line.whole]

    def like(self, line: Line) -> Line | None:
        """Return the country's line of the same measure, sex and group."""
        same = [x for x in self.comparison_known if (x.sex, x.group) == (line.sex, line.group) and not x.median]
        return same[0] if same else None

    @cached_property
    def quoted(self) -> list[Value]:
        """Values outside the lines: other publications' figures and other counties', but not single units' answers."""
        lines = [*self.home, *self.comparison]
        families = {value.source.family for line in lines for value in line.values}
        regions = {line.region.code for line in lines}
        outside = [v for v in self.values if v.source.family not in families or v.region.code not in regions]
        return sorted(
            (v for v in outside if v.region.type not in UNIT_TYPES),
            key=lambda v: (v.region.code, v.group, v.sex, v.year, v.published),
        )

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """What has been published with different values, sorted by year, region, sex and group."""
        return [Conflict(values) for values in disagreeing(self.values)]

    @cached_property
    def answers(self) -> list[Value]:
        """The newest values of single municipalities and districts."""
        return newest(value for value in self.values if value.region.type in UNIT_TYPES)

    @cached_property
    def responses(self) -> dict[int, Response]:
        """The response of each year in which any unit's answer is known.

        Every unit of the register counts as asked unless a row says that it was not (L) or could not be (N): one without a row
        has not answered. Nobody asked them for a publisher's figures of each municipality.
        """
        if self.indicator.of_each_municipality:
            return {}
        return {year: self._response(year) for year in sorted({value.year for value in self.answers})}

    def _response(self, year: int) -> Response:
        answers = [value for value in self.answers if value.year == year]
        asked = self._asked(year, {value.region.code for value in answers})
        asked -= {value.region.code for value in answers if value.status in ("L", "N")}
        # A unit may have answered for several groups and sexes; it is one unit.
        answered = {value.region.code for value in answers if value.known or value.status == "Q"}
        return Response(len(asked), len(answered & asked), any(value.source.survey for value in answers))

    def _asked(self, year: int, present: set[str]) -> set[str]:
        """Return the units of a year; a town with districts answers either through them or for them all, never both."""
        units = self.catalogue.units(date(year, 12, 31), self.catalogue.county)
        districts = [unit for unit in units if unit.type == "stadsdel"]
        through = {unit.parent for unit in districts if unit.code in present}
        towns = {unit.code for unit in units if unit.type == "kommun"} - through
        return towns | {unit.code for unit in districts if unit.parent in through} | (present - through)

    @cached_property
    def answered(self) -> dict[int, set[str]]:
        """The units whose answers to the question as a whole are known, by year."""
        found: dict[int, set[str]] = {}
        for value in self.answers:
            if value.whole and value.known:
                found.setdefault(value.year, set()).add(value.region.code)
        return found

    def status(self, year: int) -> str | None:
        """Return the status letter of the first home line in a year, or None where it has no row."""
        value = self.home[0].by_year.get(year) if self.home else None
        return value.status if value else None

    @property
    def protected(self) -> bool:
        """Whether the figures are rounded to protect individuals, so that a small difference means nothing."""
        return any(value.protected for value in self.values)

    def _lines(self, values: Iterable[Value]) -> list[Line]:
        """Return the newest values of one family as lines, marked where another value has been published."""
        seen = list(values)
        twice = {versions[0].subject for versions in disagreeing(seen)}
        mark = DISAGREEING if {value.source.family for value in seen} == {REPORTS} else REVISED
        lines: dict[tuple[str, str, str], list[Value]] = {}
        for value in newest(seen):
            shown = replace(value, mark=mark) if value.subject in twice else value
            lines.setdefault((value.region.code, value.sex, value.group), []).append(shown)
        return sorted(map(self._line, lines.values()), key=lambda line: (line.region.code, *self._rank(line)))

    def _line(self, values: Sequence[Value]) -> Line:
        first = values[0]
        breaks = [b for b in self.indicator.breaks if not b.groups or first.group in b.groups]
        years = {b.year for b in breaks}
        marked = [v for v in values if v.status == "B" and v.year not in years]
        breaks += [Break(year=v.year, text=v.note or SOURCE_BREAK) for v in marked]
        kind = self.indicator.comparison.kind if self.indicator.comparison else "andel"
        median = kind == "median" and first.region.code == self.catalogue.identity.country
        who = first.region, first.sex, first.group, first.whole, first.label
        return Line(*who, tuple(values), tuple(breaks), median, self.answered)

    def _rank(self, line: Line) -> tuple[int, int, str]:
        order = ["T/T", "K/T", "M/T", *self.indicator.groups]
        keys = [f"{line.sex}/{line.group}", line.group]
        place = min((order.index(key) for key in keys if key in order), default=len(order))
        return place, "TKM".index(line.sex), line.group


def breaks_within(lines: Iterable[Line], years: Iterable[int]) -> dict[int, str]:
    """Return the texts of the lines' breaks that lie between some years, by their first year.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> breaks_within(view.finding("barnarenden_inom_90_dagar").home, range(2020, 2025))
    {2022: 'Första hela året med lagen från 2021, som gjorde fler barn till målsägande. Andelen gäller därför inte samma slags ärenden som tidigare.'}
    """
    shown = set(years)
    found = {b.year: b.text for line in lines for b in line.breaks if min(shown) < b.year <= max(shown)}
    return dict(sorted(found.items()))
