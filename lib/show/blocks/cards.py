"""Indicator cards: the newest value in large figures, its change in words, and a line of the years before."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from lib.analysis.change import Change, of_line
from lib.analysis.series import IndicatorSeries, Line, in_counts
from lib.analysis.view import View
from lib.base.swedish import cardinal, lower_first, signed, upper_first
from lib.data.records import Indicator
from lib.show import prose, tables
from lib.show.blocks.block import EXAMPLE

#: So many series stand on cards of their own; more are a table.
MOST_CARDS = 2
#: An arrow shows where the value went, the word beside it whether that is good.
ARROWS = {True: "↗", False: "↘"}
CSS = {"rätt håll": "lr-right", "fel håll": "lr-wrong"}


def cards(view: View, series: IndicatorSeries) -> str:
    """Return the cards of an indicator's home series: the whole, or its parts where there are few; nothing without a value."""
    own = [line for line in series.home if line.has_value]
    whole = [line for line in own if line.sex == "T" and line.group == "T"]
    chosen = whole or (own if len(own) <= MOST_CARDS else [])
    if not chosen:
        return ""
    return str(tables.fragments().cards([_card(view, series, line) for line in chosen[:MOST_CARDS]]))


def _card(view: View, series: IndicatorSeries, line: Line) -> dict[str, object]:
    row = line.latest
    area = series.catalogue.region_names[line.region].split(" (")[0]
    group = "" if line.group == "T" and line.sex == "T" else f", {lower_first(line.label)}"
    years = series.indicator.years
    when = f"{row['year'] - years + 1}–{row['year']}" if years > 1 else str(row["year"])
    word, value, unit = _parts(row, series.indicator)
    return {
        "what": f"{area}{group}, {when}",
        "word": word,
        "value": value,
        "unit": unit,
        "count": "" if in_counts(row, series.indicator) else prose.counts_short(row),
        "moved": moved(series, line),
        "spark": _spark(view, series, line),
    }


def _parts(row: pd.Series, indicator: Indicator) -> tuple[str, str, str]:
    """Split a value into the source's word, the number and its unit: ("drygt", "74", "procent")."""
    if in_counts(row, indicator):
        return "", prose.value_short(row, indicator), ""
    word = "" if row["precision"] == "exakt" else str(row["precision"])
    number = prose.value_short(row, indicator).removeprefix(word).strip()
    unit = {"procent": "procent", "antal": "", "index_0_10": "index 0–10"}[indicator.unit]
    return word, number, unit


def moved(series: IndicatorSeries, line: Line) -> dict[str, str] | None:
    """Return the change since the year before in words with a symbol, or None where there is no year before."""
    told = of_line(series, line)
    if told.earlier is None or series.indicator.years > 1:
        return None
    since = f"sedan {told.earlier['year']}"
    if told.verdict == "går inte att bedöma":
        return {"css": "lr-open", "arrow": "?", "text": f"Förändringen {since} går inte att bedöma"}
    if told.verdict == "ingen säkerställd förändring":
        return {"css": "lr-open", "arrow": "→", "text": f"Ingen säkerställd förändring {since}"}
    tested = "" if told.tested else ", utan test"
    direction = "utan entydig tolkning" if told.verdict == "utan entydig tolkning" else f"åt {told.verdict}"
    return {
        "css": CSS.get(told.verdict, "lr-open"),
        "arrow": ARROWS[told.difference > 0],
        "text": f"{_difference(told, series.indicator)} {since}: {direction}{tested}",
    }


def _difference(told: Change, indicator: Indicator) -> str:
    """Write a difference as the sentences below the card write it."""
    if told.units is not None:
        return f"{upper_first(cardinal(abs(told.units)))} {'fler' if told.units > 0 else 'färre'}"
    if indicator.unit != "procent":
        return signed(told.difference)
    places = 1 if told.tested else max(prose.decimals(row, indicator) for row in (told.earlier, told.later))
    return prose.points(told.difference, places)


def _spark(view: View, series: IndicatorSeries, line: Line) -> dict[str, object] | None:
    """Return the line of the years as a picture; None where there are fewer than two years."""
    rows = line.rows.dropna(subset=["value"])
    if len(rows) < 2:
        return None
    from lib.show import charts  # slow to import, and many chapters draw nothing

    data = pd.DataFrame({"label": "", "year": rows["year"].astype(int), "value": rows["value"]}).reset_index(drop=True)
    breaks = [b.year for b in series.breaks(line)]
    mark = EXAMPLE if view.synthetic else ""
    image, width, height = charts.svg(charts.sparkline(data, breaks=breaks, room=bool(mark)), mark)
    unit = {"procent": " procent", "antal": "", "index_0_10": ", index 0–10"}[series.indicator.unit]
    unit = "" if in_counts(rows.iloc[-1], series.indicator) else unit
    told = "; ".join(f"{row['year']}: {prose.value_short(row, series.indicator)}" for _, row in rows.iterrows())
    cut = [str(year) for year in breaks if rows["year"].min() < year <= rows["year"].max()]
    alt = f"Liten linje över åren. {told}{unit}." + (f" Linjen är avbruten före {', '.join(cut)}." if cut else "")
    return {"image": Markup(image), "alt": alt, "width": width, "height": height}
