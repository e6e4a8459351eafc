"""What is missing: for every indicator, year and unit, whether there is a figure and, if not, why."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lib.analysis.series import IndicatorSeries
from lib.analysis.view import View
from lib.data.observations import STATUS, WITHOUT_VALUE, newest
from lib.data.records import UNIT_LEVELS, Indicator

HERE = "uppgift finns"
NOT_FOLLOWED = "följdes inte"
NO_SOURCE = "saknar källa eller insamling"
ENDED = "källan har upphört"
NOT_YET = "ännu inte publicerad vid brytdatumet"
LACKING = "saknas i arbetsbokens underlag"
#: In the order in which a reader wants them counted.
STATES = [HERE, *(STATUS[letter] for letter in WITHOUT_VALUE), NOT_YET, LACKING, ENDED, NO_SOURCE, NOT_FOLLOWED]
COLUMNS = ["indikator", "titel", "år", "region", "område", "läge"]


def known(series: IndicatorSeries) -> dict[tuple[int, str], str]:
    """Return the state of each year and unit that the material has a row for."""
    states: dict[tuple[int, str], str] = {}
    for row in newest(series.rows)[["year", "region", "status"]].itertuples(index=False):
        missing = row.status in WITHOUT_VALUE
        # One group or sex with a figure is enough.
        if not missing or (row.year, row.region) not in states:
            states[row.year, row.region] = STATUS[row.status] if missing else HERE
    return states


def absence(series: IndicatorSeries, year: int, cut_off: date) -> str:
    """Return why there is no row for a year, as far as the records tell; what a row says goes before it."""
    indicator = series.indicator
    if indicator.kind(year) is None or (indicator.first_year or year) > year:
        return NOT_FOLLOWED
    if indicator.ended and indicator.ended.last_year < year:
        return ENDED
    if indicator.kind(year) == "utvecklingsindikator" and series.rows.empty:
        return NO_SOURCE
    return NOT_YET if _due(series, year) > cut_off else LACKING


def _due(series: IndicatorSeries, year: int) -> date:
    """Return the day on which the source usually has the year's figure; long ago where no rule is known."""
    declaration = series.catalogue.quality.get(series.indicator.family or "")
    if declaration is None or declaration.due is None:
        return date.min
    month, day = map(int, declaration.due.split("-"))
    return date(year + 1, month, day)


def table(view: View) -> pd.DataFrame:
    """Return the state of every indicator of the strategy, every year of it up to the report's, and every unit.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; one row per indicator, year and unit: the county or its police region, and each municipality and
        district where the indicator is asked of them.
    """
    own = {i.id: i for goal in view.strategy.goals for i in view.indicators(goal.id)}
    years = range(view.strategy.first_year or view.year, view.year + 1)
    rows = []
    for indicator in own.values():
        series = view.series(indicator.id)
        states = known(series)
        for year in years:
            reason = absence(series, year, view.parameters.cut_off)
            for region in [whole(view, series), *_units(view, indicator, series, year)]:
                told = states.get((year, region), reason)
                rows.append([indicator.id, indicator.title, year, region, view.catalogue.region_names[region], told])
    return pd.DataFrame(rows, columns=COLUMNS)


def whole(view: View, series: IndicatorSeries) -> str:
    """Return the area that stands for the county: the one the series has, or the one that the indicator's level names."""
    if series.home:
        return series.home[0].region
    kind = "polisregion" if series.indicator.level == "polisregion" else "län"
    types, home = view.catalogue.region_types, view.catalogue.identity.home_regions
    return next((code for code in home if types[code] == kind), home[0])


def _units(view: View, indicator: Indicator, series: IndicatorSeries, year: int) -> list[str]:
    asked_of_units = indicator.level in UNIT_LEVELS or len(series.answers)
    return [unit.code for unit in view.units(year)] if asked_of_units else []
