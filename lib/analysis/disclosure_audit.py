"""The audit of disclosure control: whether a hidden figure can be computed from everything that is published.

The attacker knows the policies, the list of cells hidden by hand and every published figure; the attack is the linear programme
of the literature on cell suppression (M. Fischetti and J. J. Salazar, Management Science 47 (2001) 1008).

That figures are whole numbers is used only for their bounds; on random tables a search over whole numbers found no more
leaks. The audit does not consider what follows from a share being hidden because *some* count is small, mean scores,
shares without counts, earlier publications of a cell, or districts in years when they did not exist. A count of 0 is
not secret: it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.analysis.disclosure import Cell, Row, Rules, Treatment, cell_of, read_rows
from lib.data.catalogue import Catalogue
from lib.data.indicators import PER, Indicator, Threshold
from lib.data.observations import SUBJECT

#: The numbers of persons in a row by unit; a share counts those in the category, all, and those outside the category.
COUNTS = {
    "antal": ["value"],
    "procent": ["numerator", "denominator", "complement"],
    "index_0_10": [],
    **{unit: [] for unit in PER},
}
#: Solutions of linear programmes differ from whole numbers by at most this much.
TOLERANCE = 1e-6
#: A cell and one of the `COUNTS` of its unit.
Key = tuple[Cell, str]
Table = dict[Key, "Variable"]
Numbers = npt.NDArray[np.float64]
#: The years, regions, sexes and groups of an indicator.
Extent = tuple[set[int], set[str], set[str], set[str]]
#: For each region and year, the ways in which the region is divided into parts.
Places = dict[tuple[str, int], list[list[str]]]


@dataclass(frozen=True)
class Leak:
    """A hidden cell with fewer ``possible`` values, given all that is published, than its policy demands."""

    indicator: str
    year: int
    region: str
    sex: str
    group: str
    possible: int


@dataclass
class Variable:
    """A number of persons: its known bounds, its true value, and how many values must remain possible (0: not secret)."""

    low: float = 0
    high: float = math.inf
    truth: float = math.nan
    least: int = 0


@dataclass(frozen=True)
class Programme:
    """What an attacker knows of a table: the numbers' bounds, the sums that must hold, and one solution of them.

    The arrays follow ``keys``; a row of ``matrix`` is a sum, which is 0. ``least`` as in the table.
    """

    keys: list[Key]
    matrix: Any
    start: Numbers
    low: Numbers
    high: Numbers
    least: Numbers

    def leaks(self) -> dict[Key, int]:
        """Return the secrets that have too few possible values, with how many."""
        left = _possible(self.matrix, *_narrow(self.matrix, self.low, self.high), self.start, self.least)
        return {key: left[i] for i, key in enumerate(self.keys) if i in left and left[i] < self.least[i]}


def audit(rows: pd.DataFrame, protected: pd.DataFrame, catalogue: Catalogue) -> list[Leak]:
    """Return the hidden cells that can be computed from the policies and all that is published.

    Parameters
    ----------
    rows, protected : DataFrame
        The argument and the result of `protect`; of each cell the newest publication counts.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), 2022, "metod")
    >>> audit(view.rows, view.rows, view.known)
    []
    """
    found: dict[Cell, int] = {}
    for table in tables_of(rows, protected, catalogue):
        if any(variable.least for variable in table.values()):
            for (cell, _), possible in programme_of(table, catalogue).leaks().items():
                found[cell] = min(possible, found.get(cell, possible))
    return [Leak(*cell, possible) for cell, possible in sorted(found.items())]


def tables_of(rows: pd.DataFrame, protected: pd.DataFrame, catalogue: Catalogue) -> list[Table]:
    """Return the counts of all rows with what is known of each, in tables that no sum connects.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), 2022, "metod")
    >>> any(variable.least for table in tables_of(view.rows, view.rows, view.known) for variable in table.values())
    False
    """
    rules = Rules(rows, catalogue)
    tables: dict[tuple[str, int | None], Table] = {}
    order = rows.reset_index(drop=True).sort_values(["published", "source"], kind="stable")
    newest = order.drop_duplicates(SUBJECT, keep="last").index
    sums = {indicator.sum_of for indicator in catalogue.indicators.values() if indicator.sum_of}
    for row, shown in zip(read_rows(rows.iloc[newest]), read_rows(protected.iloc[newest]), strict=True):
        name = rules.table(row.indicator)
        # All years of a table belong together only where sums over years connect them.
        variables = tables.setdefault((name, None if name in sums else row.year), {})
        variables.update({(cell_of(row), count): v for count, v in _variables(row, shown, rules).items()})
    return list(tables.values())


def _variables(row: Row, shown: Row, rules: Rules) -> dict[str, Variable]:
    """Return the counts of a row with the bounds that follow from its publication."""
    treatment = rules.treat(row) or Treatment("", None)
    small = treatment.limit.hide_up_to if treatment.limit else 0
    hidden, by_size = shown.status == "Q" and not math.isnan(row.value), " 1-" in treatment.rule
    least = rules.catalogue.policies[rules.catalogue.indicators[row.indicator].disclosure].least_values
    variables = {}
    for name in COUNTS[row.unit]:
        truth = row.denominator - row.numerator if name == "complement" else getattr(row, name)
        low, high = _bounds(getattr(shown, name, math.nan), treatment.limit)
        if shown.status == "N":
            low = high = truth = 0
        elif hidden and by_size and row.unit == "antal":
            low, high = 1, small
        elif hidden and name == "denominator":
            low = 1  # a share of nothing would be missing, not hidden
        # If a share is hidden for a small count, that count is secret; otherwise all but the denominator are.
        secret = hidden and (0 < truth <= small if by_size else truth > 0 and name != "denominator")
        variables[name] = Variable(low, high, truth, least if secret else 0)
    return variables


def _bounds(shown: float, limit: Threshold | None) -> tuple[float, float]:
    """Return the smallest and the greatest count that is published as ``shown``."""
    if math.isnan(shown):
        return 0, math.inf
    step, small = (limit.round_to, limit.hide_up_to) if limit else (1, 0)
    low, high = shown - step // 2, shown + (step - 1) // 2
    return (max(low, small + 1), high) if shown else (0, high if high > small else 0)


def programme_of(table: Table, catalogue: Catalogue) -> Programme:
    """Return what an attacker knows of a table; numbers without a row are added to ``table``.

    >>> from lib.base.workbook import find_workbook
    >>> catalogue = Catalogue(find_workbook().root / "data/exempel")
    >>> cell = ("exempel_vuxna_stodinsats", 2024, "XA", "T", "T")
    >>> programme_of({(cell, "value"): Variable(1, 1, 1, least=2)}, catalogue).leaks()
    {(('exempel_vuxna_stodinsats', 2024, 'XA', 'T', 'T'), 'value'): 1}
    """
    sums = list(_sums(table, catalogue))
    _add_unpublished(table, sums)
    names = ("low", "high", "truth", "least")
    low, high, truth, least = (np.array([getattr(v, n) for v in table.values()], float) for n in names)
    # More than the figures of the table can add up to, instead of infinity.
    high = np.minimum(high, 1000 + 10 * max(high[np.isfinite(high)].max(initial=0), np.nanmax(truth)))
    matrix, start = _that_hold(_matrix(sums, list(table)), low, high, truth)
    return Programme(list(table), matrix, start, low, high, least)


def _add_unpublished(table: Table, sums: list[list[Key]]) -> None:
    """Add numbers without a row: zero where the other parts make up the total (many may know that), else unknown."""
    added: Table = {}
    for total, *parts in sums:
        published = [table[part].truth for part in parts if part in table]
        complete = published and total in table and sum(published) == table[total].truth
        for key in (total, *parts):
            if key not in table and (complete or key not in added):
                added[key] = Variable(0, 0, 0) if complete else Variable()
    table.update(added)


def _sums(table: Table, catalogue: Catalogue) -> Iterator[list[Key]]:
    """Yield the sums that must hold, the total first: over sexes, groups, places, years, in and outside a category."""
    for indicator, (years, regions, sexes, groups) in _extents(table).items():
        record = catalogue.indicators[indicator]
        places = _places(years, regions, catalogue)
        regions = regions.union(*(codes for partitions in places.values() for codes in partitions))
        dimensions = (years, regions, sexes if sexes == {"T"} else {"T", "K", "M"}, groups | {"T"})
        for cell in product([indicator], sorted(years), sorted(regions), sorted(dimensions[2]), sorted(dimensions[3])):
            for parts, name in product(_parts(cell, record, dimensions, places), COUNTS[record.unit]):
                yield [(part, name) for part in (cell, *parts)]
            if record.unit == "procent":
                yield [(cell, name) for name in ("denominator", "numerator", "complement")]


def _parts(cell: Cell, record: Indicator, extent: Extent, places: Places) -> Iterator[list[Cell]]:
    """Yield the ways in which a cell is divided into parts."""
    indicator, year, region, sex, group = cell
    _, _, sexes, groups = extent
    if sex == "T" and len(sexes) > 1:
        yield [(indicator, year, region, part, group) for part in "KM"]
    if group == "T" and len(groups) > 1:
        yield [(indicator, year, region, sex, part) for part in sorted(groups - {"T"})]
    for codes in places.get((region, year), []):
        yield [(indicator, year, part, sex, group) for part in codes]
    if record.sum_of:
        yield [(record.sum_of, year - back, region, sex, group) for back in range(record.years)]


def _extents(table: Table) -> dict[str, Extent]:
    """Return the years, regions, sexes and groups that each indicator has rows for."""
    extents: dict[str, Extent] = {}
    for (indicator, year, region, sex, group), _ in table:
        years, regions, sexes, groups = extents.setdefault(indicator, (set(), set(), set(), set()))
        years.add(year)
        regions.add(region)
        sexes.add(sex)
        groups.add(group)
    return extents


def _places(years: set[int], regions: set[str], catalogue: Catalogue) -> Places:
    """Return the parts of a region in a year: on its last day and, if boundaries moved, on the last day before that.

    Parts without figures, whose own parts have none either, are taken together as one.
    """
    everywhere = list(catalogue.regions.values())
    places: Places = {}
    needed = _between(regions, {region.code: region.parent for region in everywhere})
    for year, parent, kind in product(years, sorted(needed), sorted({r.type for r in everywhere})):
        units = [r for r in everywhere if (r.parent, r.type) == (parent, kind)]
        last_days = {r.valid_to for r in units if r.valid_to and r.valid_to.year == year}
        for day in sorted(last_days | {date(year, 12, 31)}):
            codes = {r.code for r in units if (r.valid_from or day) <= day <= (r.valid_to or day)}
            if known := codes & (regions | needed):
                rest = [" ".join(sorted(codes - known))] if codes > known else []
                places.setdefault((parent, year), []).append([*sorted(known), *rest])
    return places


def _between(regions: set[str], parents: dict[str, str]) -> set[str]:
    """Return the regions above one of ``regions`` that are among them or lie below another of them."""
    found: set[str] = set()
    for code in regions:
        chain = [code]
        while parents.get(chain[-1]):
            chain.append(parents[chain[-1]])
        found.update(chain[1 : max(i for i, above in enumerate(chain) if above in regions) + 1])
    return found


def _matrix(sums: list[list[Key]], keys: list[Key]) -> Any:
    from scipy.sparse import csr_array  # scipy is slow to import, and most builds have nothing to audit

    number = {key: i for i, key in enumerate(keys)}
    entries = [(row, number[key], 1 if i else -1) for row, summed in enumerate(sums) for i, key in enumerate(summed)]
    rows, columns, signs = np.array(entries, int).reshape(-1, 3).T
    return csr_array((signs.astype(float), (rows, columns)), shape=(len(sums), len(keys)))


def solve(objective: Numbers, matrix: Any, low: Numbers, high: Numbers) -> Any:
    """Return scipy's solution ``x`` of a linear programme, least first, with its dual solution.

    >>> solve(np.array([-1.0, 0]), np.array([[1.0, -1]]), np.array([0.0, 1]), np.array([9.0, 4])).x.tolist()
    [4.0, 4.0]
    """
    from scipy.optimize import linprog

    bounds: Any = np.column_stack([low, high])
    equal = (matrix, np.zeros(matrix.shape[0])) if matrix.shape[0] else (None, None)
    found = linprog(objective, A_eq=equal[0], b_eq=equal[1], bounds=bounds, method="highs")
    if found.status or found.x is None:
        raise RuntimeError(f"the linear programme of the disclosure audit was not solved: {found.message}")
    return found


def _that_hold(matrix: Any, low: Numbers, high: Numbers, truth: Numbers) -> tuple[Any, Numbers]:
    """Keep the sums that the true figures satisfy (some parts count a person twice); return a solution as well.

    The solution has the true figures; unknown ones are chosen so that the sums fail by as little as possible.
    """
    from scipy.sparse import eye_array, hstack

    (count, size), unknown = matrix.shape, np.isnan(truth)
    gaps = np.repeat([0, np.inf], 2 * count).reshape(2, -1)
    found = solve(
        np.repeat([0.0, 1.0], [size, 2 * count]),
        hstack([matrix, eye_array(count), -eye_array(count)]) if count else matrix,
        np.append(np.where(unknown, low, truth), gaps[0]),
        np.append(np.where(unknown, high, truth), gaps[1]),
    ).x
    return matrix[found[size:].reshape(2, count).sum(axis=0) < TOLERANCE], found[:size]


def _narrow(matrix: Any, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Narrow each figure's bounds by those of the others in its sums, until nothing changes.

    The linear programme would find the same; this is faster, and whole bounds remain whole.
    """
    entries, count = matrix.tocoo(), matrix.shape[0]
    row, column, sign = entries.row, entries.col, entries.data
    for _ in range(100):
        ends = np.sort([sign * low[column], sign * high[column]], axis=0)
        rest = np.array([np.bincount(row, end, count)[row] - end for end in ends])
        ends = np.sort(-sign * rest, axis=0)
        before, low, high = high - low, low.copy(), high.copy()
        np.maximum.at(low, column, ends[0])
        np.minimum.at(high, column, ends[1])
        if np.array_equal(high - low, before):
            break
    return low, high


def _possible(matrix: Any, low: Numbers, high: Numbers, start: Numbers, least: Numbers) -> dict[int, int]:
    """Return how many values each secret can take, or a smaller number that is already enough.

    Every solution shows a possible value of all figures, so most are settled together, and only the rest one by one.
    """
    lowest, highest, random = start.copy(), start.copy(), np.random.default_rng(0)

    def left(i: int) -> int:
        return int(math.floor(highest[i] + TOLERANCE) - math.ceil(lowest[i] - TOLERANCE)) + 1

    def open_(i: int) -> bool:
        return bool(left(i) < least[i] and highest[i] - lowest[i] < high[i] - low[i] - TOLERANCE)

    def look(figures: list[int]) -> None:
        objective = np.zeros(len(low))
        objective[figures] = random.choice([-1.0, 1.0], len(figures))
        for sign in (1, -1):
            found = solve(sign * objective, matrix, low, high).x
            np.minimum(lowest, found, out=lowest)
            np.maximum(highest, found, out=highest)

    secrets = [int(i) for i in np.flatnonzero(least)]
    for _ in range(4):
        if few := [i for i in secrets if open_(i)]:
            look(few)
    for i in filter(open_, secrets):
        look([i])
    return {i: left(i) for i in secrets}
