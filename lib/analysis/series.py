"""The values of one indicator as a report draws them: which rows form its series, and which stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from lib.data.catalogue import Catalogue
from lib.data.observations import SUBJECT, disagreements, newest
from lib.data.records import Break, Indicator

#: Below these, a share is shown but marked as resting on few cases.
FEW_NUMERATOR, FEW_DENOMINATOR = 10, 30
#: A census of fewer units than this is written as counts: "19 av 26", not "73 procent".
FEWEST_UNITS_IN_PERCENT = 30
#: The family of sources whose members are reports of their own: when two of them differ, neither has revised the other.
REPORTS = "lagesrapporter"
SOURCE_BREAK = "Källan anger att värdet inte kan jämföras med tidigare år."
UNIT_TYPES = ("kommun", "stadsdel")
REVISED, DISAGREEING = "[r]", "olika uppgift"


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
    def key(self) -> tuple[str, str, str]:
        return self.region, self.sex, self.group

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
        """Rows that are no part of a drawn series: another family's figures, other counties; not single units' answers."""
        drawn = [line.rows for line in (*self.home, *self.comparison)]
        families = {self.indicator.family} if self.home else set()
        if drawn:
            families |= set(pd.concat(drawn)["source"].map(lambda s: self.catalogue.sources[s].family))
        regions = {line.region for line in (*self.home, *self.comparison)}
        in_series = self._families.isin(families) & self.rows["region"].isin(regions)
        of_units = self.rows["region"].map(self.catalogue.region_types).isin(UNIT_TYPES)
        return self.rows[~in_series & ~of_units].sort_values(["region", "group", "sex", "year", "published"])

    @cached_property
    def conflicting(self) -> pd.DataFrame:
        """Rows about the same thing with different values, oldest publication first; with their ``family`` of sources."""
        return disagreements(self.rows).assign(family=lambda rows: self._families.reindex(rows.index))

    def _lines(self, rows: pd.DataFrame) -> list[Line]:
        lines = [
            Line(region, sex, group, self.indicator.label(sex, group), part.sort_values("year"))
            for (region, sex, group), part in self._marked(rows).groupby(["region", "sex", "group"], sort=False)
        ]
        return sorted(lines, key=lambda line: (line.region, *self._rank(line)))

    def _marked(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the newest rows of one family with a column ``mark``: [r] where its table changed a value."""
        chosen = newest(rows)
        twice = {tuple(subject) for subject in disagreements(rows)[SUBJECT].to_numpy()}
        mark = DISAGREEING if set(self._families.reindex(rows.index)) == {REPORTS} else REVISED
        return chosen.assign(mark=[mark if tuple(s) in twice else "" for s in chosen[SUBJECT].to_numpy()])

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The newest rows of single municipalities and districts."""
        types = self.rows["region"].map(self.catalogue.region_types)
        return newest(self.rows[types.isin(UNIT_TYPES)])

    def response(self, year: int) -> tuple[int, int] | None:
        """Return how many units were asked in a year and how many answered, or None where no unit's answer is known.

        Every unit of the register counts as asked unless a row says that it was not (L) or could not be (N): one without a row
        has not answered.
        """
        rows = self.answers[self.answers["year"] == year]
        if rows.empty:
            return None
        asked = self._asked(year, set(rows["region"])) - set(rows[rows["status"].isin(["L", "N"])]["region"])
        # A unit may have answered for several groups and sexes; it is one unit.
        answered = rows[rows["region"].isin(asked) & (rows["value"].notna() | (rows["status"] == "Q"))]
        return len(asked), answered["region"].nunique()

    def answered(self, year: int) -> list[str]:
        """Return the units whose answers to the question as a whole are known for a year."""
        whole = self.answers[(self.answers["sex"] == "T") & (self.answers["group"] == "T")]
        return sorted(whole[(whole["year"] == year) & whole["value"].notna()]["region"])

    def _asked(self, year: int, present: set[str]) -> set[str]:
        """Return the units of a year; a town with districts answers through them, or for them all, but never both."""
        own = self.catalogue.units(date(year, 12, 31), self.catalogue.county)
        districts = [unit for unit in own if unit.type == "stadsdel"]
        through = {unit.parent for unit in districts if unit.code in present}
        towns = {unit.code for unit in own if unit.type == "kommun"} - through
        return towns | {unit.code for unit in districts if unit.parent in through} | (present - through)

    def status(self, year: int) -> str | None:
        """Return the status letter of the first home series in a year, or None where there is no row."""
        rows = self.home[0].rows[self.home[0].rows["year"] == year] if self.home else self.rows[:0]
        return str(rows.iloc[0]["status"]) if len(rows) else None

    @property
    def protected(self) -> bool:
        """Tell whether the figures are rounded to protect individuals, so that a small difference means nothing."""
        policy = self.catalogue.policies[self.indicator.disclosure]
        return policy.county is not None and (len(self.answers) > 0 or bool((self.rows["status"] == "Q").any()))

    def _rank(self, line: Line) -> tuple[int, int, str]:
        order = ["T/T", "K/T", "M/T", *self.indicator.groups]
        keys = [f"{line.sex}/{line.group}", line.group]
        place = min((order.index(key) for key in keys if key in order), default=len(order))
        return place, "TKM".index(line.sex), line.group

    def compares_median(self, line: Line) -> bool:
        """Tell whether a line is the country's median, which is another measure than the share it stands beside."""
        kind = self.indicator.comparison.kind if self.indicator.comparison else "andel"
        return kind == "median" and line.region == self.catalogue.identity.country

    def area(self, line: Line) -> str:
        """Return the heading of a line's area; an area is named so that it cannot be taken for another."""
        return self.catalogue.region_names[line.region] + (", median" if self.compares_median(line) else "")

    def breaks(self, line: Line) -> list[Break]:
        """Return the breaks of a line: the indicator's own, and the rows that a source marks as the first after one."""
        own = [b for b in self.indicator.breaks if not b.groups or line.group in b.groups]
        marked = line.rows[line.rows["status"] == "B"]
        texts = [Break(year=row["year"], text=row["note"] or SOURCE_BREAK) for _, row in marked.iterrows()]
        return own + [b for b in texts if b.year not in {known.year for known in own}]

    def breaks_between(self, line: Line, earlier: int, later: int) -> list[str]:
        """Return the texts of the breaks that make two years of a line incomparable."""
        return [b.text for b in self.breaks(line) if earlier < b.year <= later]


def few_cases(row: pd.Series) -> bool:
    """Tell whether a share rests on so few cases that it swings by chance."""
    return bool(row["numerator"] < FEW_NUMERATOR or row["denominator"] < FEW_DENOMINATOR)


def in_counts(row: pd.Series, indicator: Indicator) -> bool:
    """Tell whether a share is of so few units, all of them asked, that it is written as counts."""
    return bool(indicator.counts_units and row["denominator"] < FEWEST_UNITS_IN_PERCENT and pd.notna(row["numerator"]))
