"""95 per cent intervals: for shares, for counts, and for the difference of two of either."""

from __future__ import annotations

import math

#: The confidence level of all intervals here, in per cent, and the quantile of the normal distribution that gives it.
CONFIDENCE = 95
Z = 1.959963984540054
#: Below this a count gets an exact interval, from here on Byar's approximation.
EXACT_BELOW = 10

Interval = tuple[float, float]


def wilson(successes: float, total: float) -> Interval:
    """Return Wilson's interval for a share, as two shares from 0 to 1.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.

    >>> [round(x, 4) for x in wilson(26, 26)]
    [0.8713, 1.0]
    """
    share = successes / total
    centre = share + Z**2 / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z**2 / (4 * total**2))
    scale = 1 + Z**2 / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def newcombe(later: tuple[float, float], earlier: tuple[float, float]) -> Interval:
    """Return Newcombe's interval for the difference of two shares, each given as (successes, total).

    R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10; the example is the paper's first.

    >>> [round(x, 4) for x in newcombe((56, 70), (48, 80))]
    [0.0524, 0.3339]
    """
    p, q = later[0] / later[1], earlier[0] / earlier[1]
    return _of_difference(p, wilson(*later), q, wilson(*earlier))


def byar(count: float) -> Interval:
    """Return an interval for a count: exact (chi-squared) below ten, Byar's approximation from ten on.

    Public Health England, Technical Guide: Confidence Intervals (2018), as used in Fingertips.

    >>> [round(x, 2) for x in byar(12)], [round(x, 2) for x in byar(0)]
    ([6.19, 20.96], [0.0, 3.69])
    """
    if count < EXACT_BELOW:
        # scipy only where it is needed: most chapters show no such count, and importing it takes time.
        from scipy.special import gammaincinv

        return (float(gammaincinv(count, 0.025)) if count else 0.0), float(gammaincinv(count + 1, 0.975))
    low, high = (
        n * (1 - 1 / (9 * n) + sign * Z / (3 * math.sqrt(n))) ** 3 for n, sign in ((count, -1), (count + 1, 1))
    )
    return low, high


def count_difference(later: float, earlier: float) -> Interval:
    """Return an interval for the difference of two counts, from the interval of each.

    The square-and-add rule of Newcombe's method for shares, applied to counts: G. Y. Zou and A. Donner, Statistics in
    Medicine 27 (2008) 1693.

    >>> [round(x) for x in count_difference(119, 82)]
    [9, 66]
    """
    return _of_difference(later, byar(later), earlier, byar(earlier))


def _of_difference(p: float, p_interval: Interval, q: float, q_interval: Interval) -> Interval:
    (p_low, p_high), (q_low, q_high) = p_interval, q_interval
    return p - q - math.hypot(p - p_low, q_high - q), p - q + math.hypot(p_high - p, q - q_low)
