"""The values of one indicator as a report draws them: which rows form its series, and which stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lib.catalogue import Catalogue
from lib.observations import disagreements, newest
from lib.records import Indicator

#: Below these, a share of official statistics is shown but marked as resting on few cases.
FEW_CLEARED, FEW_HANDLED = 10, 30


@dataclass(frozen=True)
class Line:
    """One series: an indicator in one region for one sex and group; ``rows`` has one row per year, oldest first."""

    region: str
    sex: str
    group: str
    label: str
    rows: pd.DataFrame

    @property
    def latest(self) -> pd.Series:
        """The newest row that has a value."""
        return self.rows.dropna(subset=["value"]).iloc[-1]

    @property
    def has_value(self) -> bool:
        return bool(self.rows["value"].notna().any())

    def before(self, year: int) -> pd.Series | None:
        """Return the last row with a value before ``year``."""
        earlier = self.rows[self.rows["year"] < year].dropna(subset=["value"])
        return earlier.iloc[-1] if len(earlier) else None


@dataclass(frozen=True)
class IndicatorSeries:
    """An indicator with the rows that a report may see.

    Parameters
    ----------
    indicator : Indicator
    rows : DataFrame
        The indicator's rows, as of the report's cut-off.
    catalogue : Catalogue
    """

    indicator: Indicator
    rows: pd.DataFrame
    catalogue: Catalogue

    @cached_property
    def _families(self) -> pd.Series:
        return self.rows["source"].map(lambda source: self.catalogue.sources[source].family)

    @cached_property
    def home(self) -> list[Line]:
        """The main family's series for the county (or the police region, where the source has no county)."""
        here = self.rows["region"].isin(self.catalogue.identity.home_regions)
        return self._lines(self.rows[here & (self._families == self.indicator.family)])

    @cached_property
    def comparison(self) -> list[Line]:
        """The country's series: the main family's, or Öppna jämförelser's where the main family has none."""
        country = self.rows["region"] == self.catalogue.identity.country
        for family in (self.indicator.family, "oppna_jamforelser"):
            lines = self._lines(self.rows[country & (self._families == family)])
            if lines:
                return lines
        return []

    @cached_property
    def beside(self) -> pd.DataFrame:
        """Rows that are no part of a drawn series: another family's figures, other counties."""
        drawn = [line.rows for line in (*self.home, *self.comparison)]
        families = {self.indicator.family} if self.home else set()
        if drawn:
            families |= set(pd.concat(drawn)["source"].map(lambda s: self.catalogue.sources[s].family))
        regions = {line.region for line in (*self.home, *self.comparison)}
        in_series = self._families.isin(families) & self.rows["region"].isin(regions)
        return self.rows[~in_series].sort_values(["region", "group", "sex", "year", "published"])

    @cached_property
    def conflicting(self) -> pd.DataFrame:
        """Rows about the same thing with different values, oldest publication first."""
        return disagreements(self.rows)

    def _lines(self, rows: pd.DataFrame) -> list[Line]:
        lines = [
            Line(region, sex, group, self.indicator.label(sex, group), part.sort_values("year"))
            for (region, sex, group), part in newest(rows).groupby(["region", "sex", "group"], sort=False)
        ]
        return sorted(lines, key=lambda line: (line.region, *self._rank(line)))

    def _rank(self, line: Line) -> tuple[int, int, str]:
        order = ["T/T", "K/T", "M/T", *self.indicator.groups]
        keys = [f"{line.sex}/{line.group}", line.group]
        place = min((order.index(key) for key in keys if key in order), default=len(order))
        return place, "TKM".index(line.sex), line.group

    def breaks_between(self, line: Line, earlier: int, later: int) -> list[str]:
        """Return the texts of the breaks that make two years of a line incomparable."""
        return [
            b.text
            for b in self.indicator.breaks
            if earlier < b.year <= later and (not b.groups or line.group in b.groups)
        ]


def few_cases(row: pd.Series) -> bool:
    """Tell whether a share rests on so few cases that it swings by chance."""
    return bool(row["numerator"] < FEW_CLEARED or row["denominator"] < FEW_HANDLED)
