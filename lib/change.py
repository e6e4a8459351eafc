"""What counts as a change between two years: an interval where there are counts, the sign alone where there are none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from lib.records import Indicator
from lib.series import IndicatorSeries, Line

#: The quantile of the normal distribution for a 95 per cent interval.
Z = 1.959963984540054
#: Without counts, a smaller difference than this many points is no direction.
LEAST_POINTS = 1

Verdict = Literal[
    "rätt håll", "fel håll", "ingen säkerställd förändring", "utan entydig tolkning", "går inte att bedöma"
]


@dataclass(frozen=True)
class Change:
    """The difference between a line's newest value and the one before.

    ``difference`` and ``interval`` are in percentage points; ``tested`` is false where the source gives no counts.
    """

    verdict: Verdict
    earlier: int | None = None
    later: int | None = None
    difference: float | None = None
    interval: tuple[float, float] | None = None
    tested: bool = False


def wilson(successes: float, total: float) -> tuple[float, float]:
    """Return Wilson's 95 per cent interval for a share, as two shares from 0 to 1.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.

    >>> [round(x, 4) for x in wilson(26, 26)]
    [0.8713, 1.0]
    """
    share = successes / total
    centre = share + Z**2 / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z**2 / (4 * total**2))
    scale = 1 + Z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def newcombe(later: tuple[float, float], earlier: tuple[float, float]) -> tuple[float, float]:
    """Return Newcombe's 95 per cent interval for the difference of two shares, each given as (successes, total).

    R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10; the example is the paper's first.

    >>> [round(x, 4) for x in newcombe((56, 70), (48, 80))]
    [0.0524, 0.3339]
    """
    p, q = later[0] / later[1], earlier[0] / earlier[1]
    (p_low, p_high), (q_low, q_high) = wilson(*later), wilson(*earlier)
    low = p - q - math.hypot(p - p_low, q_high - q)
    return low, p - q + math.hypot(p_high - p, q - q_low)


def of_line(series: IndicatorSeries, line: Line) -> Change:
    """Judge the change of a line from the year before its newest value; nothing is judged across a break or a gap."""
    newest = line.latest
    earlier = line.before(newest["year"])
    if (
        earlier is None
        or earlier["year"] != newest["year"] - 1
        or series.breaks_between(line, earlier["year"], newest["year"])
    ):
        return Change("går inte att bedöma")
    difference = newest["value"] - earlier["value"]
    years = {"earlier": int(earlier["year"]), "later": int(newest["year"]), "difference": difference}
    counts = [newest["numerator"], newest["denominator"], earlier["numerator"], earlier["denominator"]]
    if series.indicator.unit == "procent" and all(pd.notna(counts)) and min(counts[1], counts[3]) > 0:
        low, high = (100 * x for x in newcombe((counts[0], counts[1]), (counts[2], counts[3])))
        certain = low > 0 or high < 0
        verdict = _verdict(series.indicator, difference) if certain else "ingen säkerställd förändring"
        return Change(verdict, **years, interval=(low, high), tested=True)
    if series.indicator.unit != "procent" or {newest["precision"], earlier["precision"]} != {"exakt"}:
        return Change("går inte att bedöma", **years)
    moved = abs(difference) > LEAST_POINTS
    return Change(_verdict(series.indicator, difference) if moved else "ingen säkerställd förändring", **years)


def _verdict(indicator: Indicator, difference: float) -> Verdict:
    if indicator.direction == "none":
        return "utan entydig tolkning"
    return "rätt håll" if (difference > 0) == (indicator.direction == "up") else "fel håll"
