"""Figures in the data that a report does not show, and which line to change so that it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from lib.analysis.view import View, all_rows

#: How many sources and days are listed.
MOST = 8


def unseen(view: View, sources: Iterable[str] = ()) -> list[str]:
    """Return a sentence for each kind of row that a report cannot show although it is of its year or earlier: how many, why, the cure.

    Parameters
    ----------
    sources : iterable of str
        Only rows of these sources; by default of all.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> unseen(open_view(find_workbook(), 2025, "metod"))
    []
    """
    rows = all_rows(view)
    chosen = set(sources)
    rows = rows[rows["source"].isin(chosen)] if chosen else rows
    name = view.parameters.name
    found = [
        *_late(view, rows[rows["year"] <= view.year], name),
        *_without_series(view, rows[rows["year"] <= view.year]),
    ]
    if len(rows) and (rows["year"] > view.year).all():
        years = ", ".join(str(year) for year in sorted(rows["year"].unique()))
        found.append(
            f"{len(rows)} rows are of {years}, after the year of the report {name}; begin one with lagesrapport new year."
        )
    return found


def _late(view: View, rows: pd.DataFrame, name: str) -> list[str]:
    """Return what was published after the cut-off and is no new edition of a value that was there."""
    key = ["indicator", "year", "region", "sex", "group", "source"]
    late = rows[rows["published"] > view.parameters.cut_off]
    known = set(rows[rows["published"] <= view.parameters.cut_off][key].itertuples(index=False, name=None))
    new = [row for row in late.itertuples() if tuple(getattr(row, column) for column in key) not in known]
    if not new:
        return []
    amounts = Counter((row.source, row.published) for row in new)
    listed = [f"{source} {day}: {amount}" for (source, day), amount in sorted(amounts.items())]
    others = f" and {len(listed) - MOST} more" if len(listed) > MOST else ""
    return [
        f"{len(new)} rows are published after the cut-off {view.parameters.cut_off} of the report {name}, which does not show them "
        f"({'; '.join(listed[:MOST])}{others}). If a day is wrong, import again with the right one; if the report is to show them, change "
        f"cut_off in parameters/{name}.yaml."
    ]


def _without_series(view: View, rows: pd.DataFrame) -> list[str]:
    """Return the indicators that have rows for the county but no family, so that none of them is a series."""
    here = rows[rows["region"].isin(view.known.identity.home_regions)]
    amounts = Counter(here["indicator"])
    lacking = [
        i
        for i in sorted(amounts)
        if view.known.indicators[i].family is None and not view.known.indicators[i].annex_only
    ]
    return [
        f"{identifier} has {amounts[identifier]} rows for the county but no family, so the report quotes them and shows no series; give it "
        f"'family: {_family(view, here, identifier)}' in data/indicators/."
        for identifier in lacking
    ]


def _family(view: View, rows: pd.DataFrame, identifier: str) -> str:
    source = rows[rows["indicator"] == identifier]["source"].iloc[-1]
    return view.known.sources[source].family
