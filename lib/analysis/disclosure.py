"""Disclosure control: which counts of persons may be published, by the policies of ``data/disclosure.yaml``.

The rule (0 shown, 1 to 7 hidden, the rest rounded to 5, totals rounded independently) is NHS Digital's for hospital statistics.
`lib.analysis.disclosure_audit` attacks the result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple

import pandas as pd

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.indicators import HiddenCell, Indicator, Policy, Threshold
from lib.data.observations import NUMBERS, SUBJECT

COUNTY_LEVEL = {"län", "polisregion", "riket"}
#: Below the county a mean score needs this many answers, and a share of all or none of fewer is logged for a reviewer.
FEW = 30
#: An indicator, year, region, sex and group.
Cell = tuple[str, int, str, str, str]


class Row(NamedTuple):
    """What disclosure control looks at in a row of observations."""

    indicator: str
    year: int
    region: str
    sex: str
    group: str
    value: float
    numerator: float
    denominator: float
    unit: str
    status: str


def read_rows(table: pd.DataFrame) -> Iterator[Row]:
    """Yield the rows of a table of observations, in their order.

    >>> table = pd.DataFrame([["a", 2022, "01", "T", "T", 12.0, math.nan, math.nan, "antal", "A"]], columns=Row._fields)
    >>> [row.value for row in read_rows(table)]
    [12.0]
    """
    return starmap(Row, zip(*(table[name].tolist() for name in Row._fields), strict=True))


@dataclass(frozen=True)
class Treatment:
    """How a row is published: rule in words, threshold (``round_to`` 1: exact), `NUMBERS`; a NaN value is hidden."""

    rule: str
    limit: Threshold | None
    value: float = math.nan
    numerator: float = math.nan
    denominator: float = math.nan


def protect(rows: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows as they may be published, and the log of the rules that were applied.

    Parameters
    ----------
    rows : DataFrame
        Observations, all of them: whether a county's count stays exact depends on the other rows of its table.

    Returns
    -------
    (DataFrame, DataFrame)
        The same rows, with columns, order and index as they were; and the log: subject and ``rule`` of every row of a
        protected class that has a value. It is for reviewers, and holds nothing that a figure could be computed from.

    Raises
    ------
    WorkbookError
        If a count is not a whole number, or a cell hidden by hand names an indicator that does not exist.

    >>> from lib.base.workbook import find_workbook
    >>> from lib.data.observations import read_observations
    >>> catalogue = Catalogue(find_workbook().root / "data/exempel")
    >>> shown, log = protect(read_observations(catalogue), catalogue)
    >>> log["rule"].value_counts().index[0]
    'rounded to 5'
    """
    rules, log = Rules(rows, catalogue), []
    columns = {name: list(rows[name]) for name in [*NUMBERS, "status", "note", "precision"]}
    for position, row in enumerate(read_rows(rows)):
        if (treatment := rules.treat(row)) is None:
            continue
        for name in NUMBERS:
            columns[name][position] = getattr(treatment, name)
        if hidden := math.isnan(treatment.value):
            columns["status"][position], columns["note"][position] = "Q", ""
        elif row.unit == "procent" and treatment.value != row.value:
            columns["precision"][position] = "omkring"
        log.append((*cell_of(row), treatment.rule))
        if not hidden and rules.below(row.region) and _all_or_none_of_few(row):
            log.append((*cell_of(row), "look at: all or none of few"))
    kinds = dict.fromkeys(NUMBERS, float) | {name: rows[name].dtype for name in ("status", "note", "precision")}
    return rows.assign(**columns).astype(kinds), pd.DataFrame(log, columns=[*SUBJECT, "rule"])


def cell_of(row: Row | HiddenCell) -> Cell:
    """Return the subject of a row or of a record of a hidden cell.

    >>> cell_of(HiddenCell(indicator="a", year=2022, region="01", reason="x"))
    ('a', 2022, '01', 'T', 'T')
    """
    return row.indicator, row.year, row.region, row.sex, row.group


def _all_or_none_of_few(row: Row) -> bool:
    return row.unit == "procent" and row.numerator in (0, row.denominator) and row.denominator < FEW


class Rules:
    """What the policies say of a row: `protect` follows it, and the audit's attacker knows it."""

    def __init__(self, rows: pd.DataFrame, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.by_hand = {cell_of(cell) for cell in catalogue.hidden_cells}
        for indicator in sorted({cell[0] for cell in self.by_hand} - set(catalogue.indicators)):
            raise WorkbookError(
                f"data/disclosure.yaml, hidden_cells: there is no indicator '{indicator}'; correct the name or remove the cell."
            )
        protected = [row for row in read_rows(rows) if self.policy(row).county]
        self.rounded = {self.table(row.indicator) for row in protected if self._exposes_others(row)}
        self.none = {
            (self.table(row.indicator), row.region, row.year - back)
            for row in protected
            if row.value == 0 and not self._too_fine(row, catalogue.indicators[row.indicator], self.policy(row))
            for back in range(catalogue.indicators[row.indicator].years)
        }

    @staticmethod
    def _too_fine(row: Row, indicator: Indicator, policy: Policy) -> str:
        """Return why a row of a class that needs several years is too detailed below the county, or an empty text.

        Overlapping sums would give a single year away, so of sums over n years only every nth is shown.
        """
        if policy.least_years > indicator.years:
            return f"hidden: fewer years than {policy.least_years}"
        if policy.least_years > 1 and (row.sex, row.group) != ("T", "T"):
            return "hidden: broken down by sex or group"
        overlapping = (row.year - (indicator.first_year or 0)) % indicator.years
        return "hidden: overlapping years" if policy.least_years > 1 and overlapping else ""

    def policy(self, row: Row) -> Policy:
        """Return the policy of a row's disclosure class."""
        policy: Policy = self.catalogue.policies[self.catalogue.indicators[row.indicator].disclosure]
        return policy

    def _exposes_others(self, row: Row) -> bool:
        """Return whether a row makes exact totals unsafe: it lies below the county, or it is hidden itself."""
        limit = self.policy(row).county
        hidden = cell_of(row) in self.by_hand or (limit is not None and _small(limit, _counts(row)) is not None)
        return hidden or self.below(row.region)

    def below(self, region: str) -> bool:
        """Return whether a region lies below the county."""
        return self.catalogue.region_types.get(region) not in COUNTY_LEVEL

    def table(self, indicator: str) -> str:
        """Return the name of an indicator's table: the yearly indicator, protected together with its sums of years."""
        return self.catalogue.indicators[indicator].sum_of or indicator

    def treat(self, row: Row) -> Treatment | None:
        """Return how a row is published, or None if it is published unchanged."""
        indicator = self.catalogue.indicators[row.indicator]
        policy, below = self.policy(row), self.below(row.region)
        if math.isnan(row.value) or not (policy.below_county or policy.county):
            return None
        limit = policy.below_county if below else policy.county
        if below and policy.least_years > 1 and (reason := self._too_fine(row, indicator, policy)):
            # Where a sum is shown to be zero, so are its years and parts.
            span = [(self.table(row.indicator), row.region, row.year - back) for back in range(indicator.years)]
            none = row.value == 0 and row.unit == "antal" and self.none.issuperset(span)
            return _published(limit, 0.0) if none and limit else Treatment(reason, limit)
        if cell_of(row) in self.by_hand:
            return Treatment("hidden: by hand", limit)
        if limit is None:
            return None
        if not below and self.table(row.indicator) not in self.rounded:
            limit = limit.model_copy(update={"round_to": 1})
        return {"antal": _count, "procent": _share, "index_0_10": _score}[row.unit](row, limit, below)


def _count(row: Row, limit: Threshold, below: bool) -> Treatment:
    if row.value % 1:
        raise WorkbookError(
            f"{row.indicator}, region {row.region}, {row.year}: a count of persons must be a whole number; "
            "correct the value in data/observations/."
        )
    return _small(limit, _counts(row)) or _published(limit, _round(row.value, limit))


def _share(row: Row, limit: Threshold, below: bool) -> Treatment:
    """Protect those in the category and those outside it alike; the value reveals no more than the published counts."""
    if few := _small(limit, _counts(row)):
        return few
    if math.isnan(row.numerator + row.denominator):
        return Treatment("hidden: no counts", limit) if below else Treatment("as it is: no counts", limit, row.value)
    if limit.round_to > 1 and row.denominator < limit.least_denominator:
        return Treatment(f"hidden: a share of fewer than {limit.least_denominator}", limit)
    numerator, denominator = _round(row.numerator, limit), _round(row.denominator, limit)
    if not 0 <= numerator <= denominator or denominator == 0:
        return Treatment("hidden: too few to round", limit)
    value = row.value if limit.round_to == 1 else 100 * numerator / denominator
    return _published(limit, value, numerator, denominator)


def _score(row: Row, limit: Threshold, below: bool) -> Treatment:
    """Hide a mean score of few answers (its denominator); others are published unchanged."""
    if below and not row.denominator >= FEW:
        return Treatment(f"hidden: fewer than {FEW} answers", limit)
    return _small(limit, _counts(row)) or Treatment(
        "as it is: mean score", limit, row.value, math.nan, _round(row.denominator, limit)
    )


def _counts(row: Row) -> dict[str, float]:
    """Return the numbers of persons in a row, by the names that a rule gives them."""
    if row.unit == "antal":
        return {"": row.value}
    if row.unit == "procent":
        return {"denominator ": row.denominator, "": row.numerator, "complement ": row.denominator - row.numerator}
    return {"denominator ": row.denominator}


def _small(limit: Threshold, counts: dict[str, float]) -> Treatment | None:
    """Return the treatment that hides a row for its first small count, or None if no count is small."""
    names = (name for name, count in counts.items() if 0 < count <= limit.hide_up_to)
    return next((Treatment(f"hidden: {name}1-{limit.hide_up_to}", limit) for name in names), None)


def _published(limit: Threshold, *numbers: float) -> Treatment:
    return Treatment("exact" if limit.round_to == 1 else f"rounded to {limit.round_to}", limit, *numbers)


def _round(count: float, limit: Threshold) -> float:
    return (2 * count + limit.round_to) // (2 * limit.round_to) * limit.round_to
