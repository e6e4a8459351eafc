"""How a publisher's figures for each municipality are spread in a year, and how much of the spread may be chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import NamedTuple

from lib.analysis.finding import Finding
from lib.analysis.intervals import Interval, byar
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.data.regions import Region


class Cases(NamedTuple):
    """The number of cases behind a rate, computed from the rate and the population."""

    amount: int
    population: int
    per: int

    @property
    def rate(self) -> float:
        """The cases per as many people as the indicator says."""
        return self.amount * self.per / self.population

    @property
    def interval(self) -> Interval:
        """The rate's 95 per cent interval: Byar's of the number of cases, which takes the cases as independent."""
        low, high = byar(self.amount)
        return low * self.per / self.population, high * self.per / self.population


@dataclass(frozen=True, eq=False)
class Spread:
    """An indicator's figures for the county's municipalities in one year.

    Parameters
    ----------
    year : int
    values : tuple of Value
        The known ones, in the order of the register.
    lacking : tuple of Region
        The municipalities without a figure.
    country : Value or None
        The country's figure of the year.
    cases : dict
        By municipality code, where the population is known.
    """

    year: int
    values: tuple[Value, ...]
    lacking: tuple[Region, ...]
    country: Value | None
    cases: dict[str, Cases]

    @cached_property
    def lowest(self) -> float:
        return min(value.value for value in self.values)

    @cached_property
    def highest(self) -> float:
        return max(value.value for value in self.values)

    @cached_property
    def median(self) -> float:
        """The value that half of the municipalities lie below."""
        return float(median(value.value for value in self.values))

    @cached_property
    def together(self) -> Cases | None:
        """All cases of the municipalities over all their people; None where any figure or population is missing."""
        if not self.cases or self.lacking or len(self.cases) < len(self.values):
            return None
        of = list(self.cases.values())
        return Cases(sum(c.amount for c in of), sum(c.population for c in of), of[0].per)

    @cached_property
    def apart(self) -> tuple[int, int] | None:
        """How many municipalities lie above and below the country by more than chance; None where there are no cases.

        With 26 municipalities, about one would do so by chance alone if all were like the country.
        """
        if self.country is None or not self.cases:
            return None
        bounds = [self.cases[v.region.code].interval for v in self.values if v.region.code in self.cases]
        level = self.country.value
        return sum(low > level for low, _ in bounds), sum(high < level for _, high in bounds)


def spread(view: View, identifier: str) -> Spread | None:
    """Return the spread of the newest year for which any municipality of the county has a figure; None without one.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> spread(open_view(find_workbook(), 2022, "metod"), "mhv_tillfragade") is None
    True
    """
    finding = view.finding(identifier)
    towns = {unit.code: unit for unit in view.units() if unit.type == "kommun"}
    known = [v for v in finding.answers if v.known and v.whole and v.region.code in towns]
    if not known:
        return None
    year = max(value.year for value in known)
    here = {value.region.code: value for value in known if value.year == year}
    country = next((line.by_year.get(year) for line in finding.comparison if line.whole), None)
    return Spread(
        year,
        tuple(here[code] for code in towns if code in here),
        tuple(unit for code, unit in towns.items() if code not in here),
        country if country and country.known else None,
        _cases(view, finding, here),
    )


def _cases(view: View, finding: Finding, here: dict[str, Value]) -> dict[str, Cases]:
    """Return the cases behind rates, by municipality, of those whose population in the year is known."""
    indicator = finding.indicator
    if not indicator.population:
        return {}
    people = {(v.region.code, v.year): v.value for v in view.finding(indicator.population).answers if v.known}
    found = {}
    for code, value in here.items():
        if population := people.get((code, value.year)):
            found[code] = Cases(round(value.value * population / indicator.per), int(population), indicator.per)
    return found
