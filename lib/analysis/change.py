"""What counts as a change between two years: judged by an interval where there are counts, else by size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from lib.analysis.intervals import Interval, count_difference, newcombe
from lib.analysis.value import Value

#: Without counts, a difference of this many points or fewer is not given a direction.
LEAST_POINTS = 1
#: Values that may be compared; estimated and unreliable ones may not. (The first value after a break, B, may be
#: compared with later ones; between it and earlier ones lies the break.)
COMPARABLE = {"A", "P", "B"}

Verdict = Literal[
    "rätt håll", "fel håll", "ingen säkerställd förändring", "utan entydig tolkning", "går inte att bedöma"
]


@dataclass(frozen=True, eq=False)
class Change:
    """The difference between a line's newest value and the one before.

    Parameters
    ----------
    earlier, later : Value
    interval : tuple of float or None
        95 per cent interval of the difference, in percentage points for shares and in numbers for counts; None where the source
        gives no counts, or where every unit was asked, so that chance plays no part.
    breaks : tuple of str
        What breaks the series between the two years.
    other_units : bool
        Whether two shares of a few units rest on different units: who answered may then be all that changed.
    """

    earlier: Value
    later: Value
    interval: Interval | None
    breaks: tuple[str, ...] = ()
    other_units: bool = False

    @property
    def comparable(self) -> bool:
        """Whether the values are of two years in a row, with no break between them, and neither is an estimate."""
        consecutive = self.later.year - self.earlier.year == 1
        return consecutive and not self.breaks and {self.earlier.status, self.later.status} <= COMPARABLE

    @property
    def difference(self) -> float:
        """The later value minus the earlier; it says something only where the two are comparable."""
        return self.later.value - self.earlier.value

    @property
    def tested(self) -> bool:
        """Whether the difference has an interval."""
        return self.interval is not None

    @property
    def units(self) -> int | None:
        """How many more units the later value counts, where shares of a few units are written as counts; else None."""
        if not (self.comparable and self.earlier.in_counts and self.later.in_counts):
            return None
        return int(self.later.numerator - self.earlier.numerator)

    @cached_property
    def verdict(self) -> Verdict:
        """What the change is, judged by its interval or, without one, by its size."""
        if not self.comparable:
            return "går inte att bedöma"
        if self.interval is not None:
            certain = self.interval[0] > 0 or self.interval[1] < 0
        else:
            approximate = not (self.earlier.exact and self.later.exact)
            counts = self.later.indicator.unit != "procent"
            if self.later.protected or approximate or counts or self.other_units:
                return "går inte att bedöma"
            certain = points_matter(self.difference)
        return self._direction if certain else "ingen säkerställd förändring"

    @property
    def _direction(self) -> Verdict:
        wanted = self.later.indicator.direction
        if wanted == "none":
            return "utan entydig tolkning"
        return "rätt håll" if (self.difference > 0) == (wanted == "up") else "fel håll"


def difference_interval(earlier: Value, later: Value) -> Interval | None:
    """Return the 95 per cent interval of the difference of two values of a line that no break separates.

    It is in percentage points for shares and in numbers for counts; None where there is nothing to compute it from, or where the
    values are rounded to protect individuals.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> earlier, later = view.finding("personuppkl_grov_kvinnofridskrankning").home[0].known[-2:]
    >>> [round(bound, 1) for bound in difference_interval(earlier, later)]
    [7.8, 24.2]
    """
    comparable = {earlier.status, later.status} <= COMPARABLE and earlier.exact and later.exact
    if later.protected or not comparable or later.in_counts:
        return None
    if later.indicator.unit == "antal":
        return count_difference(later.value, earlier.value)
    has_counts = all(not math.isnan(v.numerator) and v.denominator > 0 for v in (earlier, later))
    if later.indicator.unit != "procent" or not has_counts:
        return None
    low, high = newcombe((later.numerator, later.denominator), (earlier.numerator, earlier.denominator))
    return 100 * low, 100 * high


def points_matter(difference: float) -> bool:
    """Return whether a difference without counts is large enough to be given a direction.

    >>> points_matter(1), points_matter(-1.5)
    (False, True)
    """
    return round(abs(difference), 6) > LEAST_POINTS
