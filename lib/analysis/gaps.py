"""What is missing: for every indicator, year and unit, whether there is a figure and, if not, why."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lib.analysis.finding import Finding
from lib.analysis.value import newest
from lib.analysis.view import View
from lib.data.indicators import UNIT_LEVELS
from lib.data.observations import STATUS, WITHOUT_VALUE

HERE = "uppgift finns"
NOT_FOLLOWED = "följdes inte"
NO_SOURCE = "saknar källa eller insamling"
ENDED = "källan har upphört"
NOT_YET = "ännu inte publicerad vid brytdatumet"
LACKING = "saknas i arbetsbokens underlag"
#: In the order in which a reader wants them counted.
STATES = [HERE, *(STATUS[letter] for letter in WITHOUT_VALUE), NOT_YET, LACKING, ENDED, NO_SOURCE, NOT_FOLLOWED]
COLUMNS = ["indikator", "titel", "år", "region", "område", "läge"]


def states(finding: Finding) -> dict[tuple[int, str], str]:
    """Return the state of each year and region code for which there is a row.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> states(view.finding("rutin_vid_indikation_vuxen"))[2024, "XB"]
    'uppgift finns'
    """
    found: dict[tuple[int, str], str] = {}
    for value in newest(finding.values):
        place = value.year, value.region.code
        # One group or sex with a figure is enough.
        if value.status not in WITHOUT_VALUE:
            found[place] = HERE
        else:
            found.setdefault(place, STATUS[value.status])
    return found


def absence(finding: Finding, year: int) -> str:
    """Return why a year has no row, as far as the records say; where there is a row, its status applies instead.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> absence(view.finding("rutin_skolgang_skyddat_boende"), 2024)
    'källan har upphört'
    """
    indicator = finding.indicator
    if indicator.kind(year) is None or (indicator.first_year or year) > year:
        return NOT_FOLLOWED
    if indicator.ended and indicator.ended.last_year < year:
        return ENDED
    if indicator.kind(year) == "utvecklingsindikator" and not finding.values:
        return NO_SOURCE
    return NOT_YET if _due(finding, year) > finding.cut_off else LACKING


def _due(finding: Finding, year: int) -> date:
    """Return the day on which the source usually has the year's figure; long ago where no rule is known."""
    declaration = finding.catalogue.quality.get(finding.indicator.family or "")
    return (declaration.due_date(year) if declaration else None) or date.min


def table(view: View) -> pd.DataFrame:
    """Return the state of every indicator of the strategy, every year of it up to the report's, and every unit.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; one row per indicator, year and unit: the county or its police region, and each municipality and
        district where the indicator is asked of them.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> table(view)["läge"].value_counts().index[0]
    'uppgift finns'
    """
    followed = {i.id: i for goal in view.strategy.goals for i in view.indicators(goal.id)}
    years = range(view.strategy.first_year or view.year, view.year + 1)
    rows = []
    for indicator in followed.values():
        finding = view.finding(indicator.id)
        known = states(finding)
        for year in years:
            reason = absence(finding, year)
            for region in _places(view, finding, year):
                state = known.get((year, region), reason)
                rows.append([indicator.id, indicator.title, year, region, view.catalogue.region_names[region], state])
    return pd.DataFrame(rows, columns=COLUMNS)


def _places(view: View, finding: Finding, year: int) -> list[str]:
    """Return the codes of the areas that an indicator is to have figures for."""
    if finding.indicator.of_each_municipality:
        return [unit.code for unit in view.units(year) if unit.type == "kommun"]
    return [_whole(finding), *_units(view, finding, year)]


def _whole(finding: Finding) -> str:
    """Return the code of the area that the county's figures are for: the lines' or the one of the indicator's level."""
    if finding.home:
        return finding.home[0].region.code
    kind = "polisregion" if finding.indicator.level == "polisregion" else "län"
    types, home = finding.catalogue.region_types, finding.catalogue.identity.home_regions
    return next((code for code in home if types[code] == kind), home[0])


def _units(view: View, finding: Finding, year: int) -> list[str]:
    asked_of_units = finding.indicator.level in UNIT_LEVELS or finding.answers
    return [unit.code for unit in view.units(year)] if asked_of_units else []
