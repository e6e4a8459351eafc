"""What counts as a change between two years: an interval where there are counts, the sign alone where there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from lib.analysis.intervals import Interval, byar, count_difference, newcombe, wilson
from lib.analysis.series import IndicatorSeries, Line, in_counts
from lib.data.records import Indicator

#: Without counts, a difference of this many points or fewer is no direction.
LEAST_POINTS = 1
#: Values that may be compared; an estimate of ours or an unsure value may not. (A value after a break, B, may be compared with
#: a later one; with an earlier one the break stands between.)
COMPARABLE = {"A", "P", "B"}

Verdict = Literal[
    "rätt håll", "fel håll", "ingen säkerställd förändring", "utan entydig tolkning", "går inte att bedöma"
]


@dataclass(frozen=True)
class Change:
    """The difference between a line's newest value and the one before.

    ``difference`` and ``interval`` are in percentage points for shares and in numbers for counts; ``tested`` is false where
    the source gives no counts, or where the units are all there are and chance plays no part.
    """

    verdict: Verdict
    earlier: pd.Series | None = None
    later: pd.Series | None = None
    difference: float | None = None
    interval: Interval | None = None
    of_units: bool = False

    @property
    def units(self) -> int | None:
        """How many more units there are in a share of a few of them; None for other shares."""
        if self.difference is None or not self.of_units:
            return None
        return int(self.later["numerator"] - self.earlier["numerator"])

    @property
    def tested(self) -> bool:
        return self.interval is not None


def interval(series: IndicatorSeries, row: pd.Series) -> Interval | None:
    """Return a value's own interval in its unit: Wilson's for a share with counts, Byar's for a count; else None.

    A census of units has none, nor has a figure that is rounded to protect individuals.
    """
    if pd.isna(row["value"]) or row["precision"] != "exakt" or series.protected or series.indicator.counts_units:
        return None
    if row["unit"] == "antal":
        return byar(row["value"])
    if row["unit"] != "procent" or pd.isna(row["numerator"]) or not row["denominator"] > 0:
        return None
    low, high = wilson(row["numerator"], row["denominator"])
    return round(100 * low, 4), round(100 * high, 4)


def of_line(series: IndicatorSeries, line: Line) -> Change:
    """Judge the change of a line from the year before its newest value; nothing is judged across a break or a gap."""
    later = line.latest
    earlier = line.before(later["year"])
    if earlier is None:
        return Change("går inte att bedöma", later=later)
    unlike = earlier["year"] != later["year"] - 1 or series.breaks_between(line, earlier["year"], later["year"])
    if unlike or not {earlier["status"], later["status"]} <= COMPARABLE:
        return Change("går inte att bedöma", earlier, later)
    difference = float(later["value"] - earlier["value"])
    interval = None if series.protected else _interval(series.indicator, later, earlier)
    verdict = _verdict(series, later, earlier, difference, interval)
    return Change(
        verdict, earlier, later, difference, interval, all(in_counts(row, series.indicator) for row in (later, earlier))
    )


def between(series: IndicatorSeries, line: Line, later: pd.Series, earlier: pd.Series) -> Interval | None:
    """Return the interval of the difference between any two years of a line; None where it cannot be tested or a break lies between."""
    broken = series.breaks_between(line, earlier["year"], later["year"])
    if series.protected or broken or not {earlier["status"], later["status"]} <= COMPARABLE:
        return None
    return _interval(series.indicator, later, earlier)


def _interval(indicator: Indicator, later: pd.Series, earlier: pd.Series) -> Interval | None:
    """Return the interval of the difference, or None where there is nothing to compute it from."""
    if {later["precision"], earlier["precision"]} != {"exakt"} or in_counts(later, indicator):
        return None
    if indicator.unit == "antal":
        return count_difference(later["value"], earlier["value"])
    counts = [(row["numerator"], row["denominator"]) for row in (later, earlier)]
    if indicator.unit != "procent" or not all(pd.notna(n) and pd.notna(total) and total > 0 for n, total in counts):
        return None
    low, high = newcombe(*counts)
    return 100 * low, 100 * high


def _verdict(
    series: IndicatorSeries, later: pd.Series, earlier: pd.Series, difference: float, interval: Interval | None
) -> Verdict:
    if interval is not None:
        certain = interval[0] > 0 or interval[1] < 0
        return _direction(series.indicator, difference) if certain else "ingen säkerställd förändring"
    approximate = {later["precision"], earlier["precision"]} != {"exakt"}
    if series.protected or approximate or series.indicator.unit != "procent" or other_units(series, later, earlier):
        return "går inte att bedöma"
    return _direction(series.indicator, difference) if points_matter(difference) else "ingen säkerställd förändring"


def points_matter(difference: float) -> bool:
    """Tell whether a difference without counts is large enough to be given a direction.

    >>> points_matter(1), points_matter(-1.5)
    (False, True)
    """
    return round(abs(difference), 6) > LEAST_POINTS


def other_units(series: IndicatorSeries, later: pd.Series, earlier: pd.Series) -> bool:
    """Tell whether two shares of a few units rest on different units: who answered may then be all that changed."""
    if not in_counts(later, series.indicator):
        return False
    who = [set(series.answered(row["year"])) for row in (later, earlier)]
    return later["denominator"] != earlier["denominator"] or who[0] != who[1]


def _direction(indicator: Indicator, difference: float) -> Verdict:
    if indicator.direction == "none":
        return "utan entydig tolkning"
    return "rätt håll" if (difference > 0) == (indicator.direction == "up") else "fel håll"
