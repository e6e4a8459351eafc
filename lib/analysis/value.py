"""One figure as a report shows it: the contents of its row, and the properties that follow from that row alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from lib.analysis.intervals import Interval, byar, wilson
from lib.data.catalogue import Catalogue
from lib.data.indicators import Indicator
from lib.data.records import Source
from lib.data.regions import Region

#: Below these, a share is shown but marked as resting on few cases.
FEW_NUMERATOR, FEW_DENOMINATOR = 10, 30
#: A census of fewer units than this is written as counts: "19 av 26", not "73 procent".
FEWEST_UNITS_IN_PERCENT = 30
UNIT_TYPES = ("kommun", "stadsdel")

Subject = tuple[str, int, str, str, str]


@dataclass(frozen=True, eq=False)
class Value:
    """An observation as the report may show it; ``value``, ``numerator`` and ``denominator`` are NaN where there is none.

    ``value`` is in the indicator's unit (per cent from 0 to 100). ``protected`` says that the indicator's figures are
    rounded to protect individuals. ``mark`` is ``[r]`` where the source has revised the value, ``olika uppgift`` where
    two reports differ.
    """

    indicator: Indicator
    year: int
    region: Region
    sex: str
    group: str
    value: float
    numerator: float
    denominator: float
    status: str
    precision: str
    source: Source
    published: date
    published_basis: str
    note: str = ""
    synthetic: bool = False
    protected: bool = False
    mark: str = ""

    @property
    def subject(self) -> Subject:
        """Indicator, year, region, sex and group: two values that share them are about the same thing."""
        return self.indicator.id, self.year, self.region.code, self.sex, self.group

    @property
    def known(self) -> bool:
        """Whether there is a value; if not, ``status`` says why."""
        return not math.isnan(self.value)

    @property
    def exact(self) -> bool:
        """Whether the source gives the value exactly, not as "drygt" or "omkring"."""
        return self.precision == "exakt"

    @property
    def whole(self) -> bool:
        """Whether the value is of everybody, not of one sex or group."""
        return self.sex == self.group == "T"

    @property
    def label(self) -> str:
        """The name of the value's sex and group."""
        return self.indicator.label(self.sex, self.group)

    @property
    def area(self) -> str:
        """The region's name without the explanation in parentheses."""
        return self.region.name.split(" (")[0]

    @property
    def few(self) -> bool:
        """Whether a share rests on so few cases that it swings by chance."""
        return self.numerator < FEW_NUMERATOR or self.denominator < FEW_DENOMINATOR

    @property
    def in_counts(self) -> bool:
        """Whether a share is of so few units, all of them asked, that it is written as counts."""
        few_units = self.indicator.counts_units and self.denominator < FEWEST_UNITS_IN_PERCENT
        return few_units and not math.isnan(self.numerator)

    @cached_property
    def interval(self) -> Interval | None:
        """The value's 95 per cent interval in its unit: Wilson's for a share with counts, Byar's for a count; else None.

        A census of units has none, nor has a figure that is rounded to protect individuals.
        """
        if not self.known or not self.exact or self.protected or self.indicator.counts_units:
            return None
        if self.indicator.unit == "antal":
            return byar(self.value)
        if self.indicator.unit != "procent" or math.isnan(self.numerator) or not self.denominator > 0:
            return None
        low, high = wilson(self.numerator, self.denominator)
        return round(100 * low, 4), round(100 * high, 4)


def read_values(indicator: Indicator, rows: pd.DataFrame, catalogue: Catalogue) -> tuple[Value, ...]:
    """Return the rows of an indicator as values, in their order.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> indicator = view.catalogue.indicator("mhv_tillfragade")
    >>> values = read_values(indicator, view.rows[view.rows["indicator"] == indicator.id], view.catalogue)
    >>> values[0].area, values[0].year, values[0].value
    ('Riket', 2020, 93.0)
    """
    regions = {region.code: region for region in catalogue.regions.values()}
    has_units = any(regions[code].type in UNIT_TYPES for code in rows["region"].unique())
    protects = catalogue.policies[indicator.disclosure].county is not None
    protected = protects and (has_units or bool((rows["status"] == "Q").any()))
    return tuple(
        Value(
            **{name: row[name] for name in ("year", "sex", "group", "value", "numerator", "denominator", "status")},
            **{name: row[name] for name in ("precision", "published", "published_basis", "note", "synthetic")},
            indicator=indicator,
            region=regions[row["region"]],
            source=catalogue.sources[row["source"]],
            protected=protected,
        )
        for row in rows.to_dict("records")
    )


def newest(values: Iterable[Value]) -> list[Value]:
    """Keep, of values about the same thing, the one published last; sorted by year, region, sex and group.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> values = view.finding("personuppkl_grov_kvinnofridskrankning").values
    >>> len(values), len(newest(values))
    (12, 10)
    """
    ordered = sorted(values, key=lambda value: (value.subject, value.published, value.source.id))
    return list({value.subject: value for value in ordered}.values())


def disagreeing(values: Iterable[Value]) -> list[tuple[Value, ...]]:
    """Return the values about the same thing that differ, oldest publication first; sorted by their subject.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> found = disagreeing(view.finding("personuppkl_grov_kvinnofridskrankning").values)
    >>> [[value.value for value in versions] for versions in found]
    [[16.0, 17.0], [15.1659, 18.0095]]
    """
    versions: dict[Subject, list[Value]] = {}
    for value in values:
        if value.known:
            versions.setdefault(value.subject, []).append(value)
    return [
        tuple(sorted(versions[subject], key=lambda value: value.published))
        for subject in sorted(versions)
        if len({value.value for value in versions[subject]}) > 1
    ]
