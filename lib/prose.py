"""Sentences computed from figures, so that text, table and chart cannot disagree. All in Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib import change
from lib.records import Indicator, Source
from lib.series import IndicatorSeries, Line, few_cases
from lib.swedish import NBSP, join, long_date, lower_first, number, signed, upper_first

UNIT_WORDS = {"procent": " procent", "antal": "", "index_0_10": ""}
MEASURE = {"andel": ("andelen", "den"), "antal": ("antalet", "det"), "index": ("medelvärdet", "det")}
#: With more series than this the sentence would be a table.
MOST_IN_A_SENTENCE = 3


def decimals(row: pd.Series, indicator: Indicator) -> int:
    """Return how many decimals a value is shown with: the indicator's own where counts are known, else as published.

    A lägesrapport that prints 13 per cent is never shown as 13,0.
    """
    if pd.notna(row["numerator"]) or indicator.unit == "index_0_10":
        return max(indicator.decimals, 1 if indicator.unit == "index_0_10" else 0)
    return 0 if float(row["value"]).is_integer() else indicator.decimals


def value(row: pd.Series, indicator: Indicator) -> str:
    """Write a value with its unit and, where it is approximate, the source's own word.

    "drygt 74 procent", "13,2 procent", "119"
    """
    word = "" if row["precision"] == "exakt" else row["precision"] + " "
    return f"{word}{number(row['value'], decimals(row, indicator))}{UNIT_WORDS[indicator.unit]}"


def value_short(row: pd.Series, indicator: Indicator) -> str:
    """Write a value for a table cell: without its unit, which the caption gives."""
    word = "" if row["precision"] == "exakt" else row["precision"] + NBSP
    return word + number(row["value"], decimals(row, indicator))


def counts_short(row: pd.Series) -> str:
    """Write numerator and denominator for a table cell, or nothing where the source gives none."""
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return ""
    return f"{number(row['numerator'])}{NBSP}av{NBSP}{number(row['denominator'])}"


def value_with_counts(row: pd.Series, indicator: Indicator) -> str:
    """Write a value with unit and counts, as in "13,2 procent (65 av 491)"."""
    counts = counts_short(row)
    few = "; få fall" if few_cases(row) else ""
    return value(row, indicator) + (f" ({counts}{few})" if counts else "")


def place(region: str, names: dict[str, str], country: str) -> str:
    """Write where: "i Polisregion Stockholm", "i hela riket"."""
    return "i hela riket" if region == country else "i " + names[region].split(" (")[0]


def describe(series: IndicatorSeries, year: int, cut_off: date) -> list[str]:
    """Describe an indicator in sentences: the newest value, the one before, the country, and what is missing.

    Parameters
    ----------
    series : IndicatorSeries
    year : int
        The report's year; said where the newest figure is older.
    cut_off : date
        The report's cut-off.
    """
    home = [line for line in series.home if line.has_value]
    country = [line for line in series.comparison if line.has_value]
    if not home and not country:
        return [_nothing(series, year)]
    sentences = _levels(series, home) if home else [_only_country(series)]
    sentences += _country(series, country, bool(home))
    if max(line.latest["year"] for line in home or country) < year:
        area = series.catalogue.region_names[(home or country)[0].region].split(" (")[0]
        sentences.append(
            f"För {year} fanns inget tal för {lower_country(area)} i arbetsbokens underlag vid brytdatumet den {long_date(cut_off)}."
        )
    return [" ".join(sentences), *conflicts(series)]


def lower_country(area: str) -> str:
    """Write an area's name inside a sentence: the country is a common noun, the others are names."""
    return "riket" if area == "Riket" else area


def _nothing(series: IndicatorSeries, year: int) -> str:
    if len(series.beside):
        return f"Någon serie finns inte i arbetsbokens underlag för {year} eller tidigare; enstaka publicerade tal står i tabellen."
    return f"Inget tal finns i arbetsbokens underlag för {year} eller tidigare."


def _only_country(series: IndicatorSeries) -> str:
    return f"För {series.catalogue.identity.county} saknas uppgift i arbetsbokens underlag."


def _levels(series: IndicatorSeries, lines: Sequence[Line]) -> list[str]:
    lead = _lead(lines)
    if lead is None:
        newest = max(line.latest["year"] for line in lines)
        return [f"År {newest} var {series.indicator.subject}{elsewhere(series, lines[0])} {_parts(series, lines)}."]
    where = elsewhere(series, lead)
    newest = lead.latest
    text = f"År {newest['year']} var {series.indicator.subject}{where} {value_with_counts(newest, series.indicator)}."
    return [text, *_before(series, lead, newest)]


def _before(series: IndicatorSeries, line: Line, newest: pd.Series) -> list[str]:
    """Return the sentence on the year before: the two levels, and the difference in points where there are no counts to test."""
    earlier = line.before(newest["year"])
    if earlier is None:
        return []
    broken = series.breaks_between(line, earlier["year"], newest["year"])
    if broken:
        return [f"Tidigare år är inte jämförbara. {' '.join(broken)}"]
    pronoun = MEASURE[series.indicator.type][1]
    when = f"Året före, {earlier['year']}," if earlier["year"] == newest["year"] - 1 else f"År {earlier['year']}"
    also = "också " if value(earlier, series.indicator) == value(newest, series.indicator) else ""
    told = change.of_line(series, line)
    sentence = f"{when} var {pronoun} {also}{value_with_counts(earlier, series.indicator)}"
    if told.tested:
        return [sentence + ".", _tested(told, series.indicator)]
    if (
        told.difference
        and series.indicator.unit == "procent"
        and newest["precision"] == earlier["precision"] == "exakt"
    ):
        sentence += f" ({points(told.difference)}; osäkerheten kan inte beräknas)"
    return [sentence + "."]


def points(difference: float, decimals: int = 0) -> str:
    """Write a difference in percentage points with its sign."""
    text = signed(difference, decimals)
    return f"{text} {'procentenhet' if text[1:] == '1' else 'procentenheter'}"


def _tested(told: change.Change, indicator: Indicator) -> str:
    """Say whether a difference is more than chance, with its interval in percentage points."""
    assert told.interval is not None and told.difference is not None
    low, high = (signed(bound, 1) for bound in told.interval)
    interval = f"95-procentigt intervall för skillnaden {low} till {high} procentenheter"
    if told.verdict == "ingen säkerställd förändring":
        return f"Det är ingen säkerställd förändring ({interval})."
    verb = "ökade" if told.difference > 0 else "minskade"
    return f"{upper_first(MEASURE[indicator.type][0])} {verb} ({interval})."


def _country(series: IndicatorSeries, lines: Sequence[Line], after_home: bool) -> list[str]:
    if not lines:
        return []
    newest = max(line.latest["year"] for line in lines)
    what = MEASURE[series.indicator.type][0] if after_home else series.indicator.subject
    lead = _lead(lines)
    if lead is None:
        return [f"I hela riket var {what}, år {newest}, {_parts(series, lines)}."]
    if after_home:
        return [f"År {newest} var {what} i hela riket {value_with_counts(lead.latest, series.indicator)}."]
    return [f"I hela riket var {what} {value_with_counts(lead.latest, series.indicator)} år {newest}."]


def _lead(lines: Sequence[Line]) -> Line | None:
    """Return the series that stands for the whole, or None where there are only parts."""
    totals = [line for line in lines if line.group == "T" and line.sex == "T"]
    return (totals or [None if len(lines) > 1 else lines[0]])[0]


def _parts(series: IndicatorSeries, lines: Sequence[Line]) -> str:
    """Write the newest values of the parts, or of the lowest and the highest where there are many."""
    newest = max(line.latest["year"] for line in lines)
    current = [line for line in lines if line.latest["year"] == newest]
    if len(current) > MOST_IN_A_SENTENCE:
        low, high = _extremes(current)
        shown = [value_with_counts(line.latest, series.indicator) for line in (low, high)]
        return f"lägst för {lower_first(low.label)}, {shown[0]}, och högst för {lower_first(high.label)}, {shown[1]}"
    shown = {value_with_counts(line.latest, series.indicator) for line in current}
    if len(current) == 2 and len(shown) == 1:
        return f"{shown.pop()} för både {join(lower_first(line.label) for line in current)}"
    return join(f"{value_with_counts(line.latest, series.indicator)} för {lower_first(line.label)}" for line in current)


def _extremes(lines: Sequence[Line]) -> tuple[Line, Line]:
    ordered = sorted(lines, key=lambda line: line.latest["value"])
    return ordered[0], ordered[-1]


def elsewhere(series: IndicatorSeries, line: Line) -> str:
    """Say where a line is from, unless it is the county: an indicator's subject speaks of the county already."""
    return "" if series.catalogue.region_types[line.region] == "län" else " " + _place(series, line.region)


def _place(series: IndicatorSeries, region: str) -> str:
    return place(region, series.catalogue.region_names, series.catalogue.identity.country)


def conflicts(series: IndicatorSeries) -> list[str]:
    """Say where two publications disagree about the same year: lägesrapporter side by side, never called a revision."""
    sentences = []
    for _, rows in series.conflicting.groupby(["year", "region", "sex", "group"], sort=True):
        families = {series.catalogue.sources[s].family for s in rows["source"]}
        first = rows.iloc[0]
        said = [
            f"{value(row, series.indicator)} ({series.catalogue.sources[row['source']].title})"
            for _, row in rows.iterrows()
        ]
        label = series.indicator.label(first["sex"], first["group"])
        whom = "" if first["group"] == "T" and first["sex"] == "T" else f" för {lower_first(label)}"
        opening = (
            "Olika uppgift i två lägesrapporter"
            if families == {"lagesrapporter"}
            else "Källan har ändrat uppgiften [r]"
        )
        sentences.append(f"{opening}: för {first['year']} anges{whom} {join(said)}.")
    return sentences


def source_line(sources: Sequence[Source], rows: pd.DataFrame) -> str:
    """Write the source line of a figure or table: publishers' tables, newest publication, and whether that day is assumed."""
    parts = []
    for source in sources:
        own = rows[rows["source"] == source.id]
        newest = own.sort_values("published").iloc[-1]
        assumed = " (antaget datum)" if newest["published_basis"] == "antagen" else ""
        parts.append(f"{source.publisher}, {source.title}, publicerad {long_date(newest['published'])}{assumed}")
    return ("Källa: " if len(parts) == 1 else "Källor: ") + "; ".join(parts) + "."


def plain_title(indicator: Indicator) -> str:
    """Return an indicator's title without a full stop of its own."""
    return upper_first(indicator.title).rstrip(".")


def caption(series: IndicatorSeries) -> str:
    """Write a table's caption: the measure and its unit."""
    units = {"procent": "procent", "antal": "antal", "index_0_10": "index 0–10"}
    unit = units[series.indicator.unit]
    counted = any(
        pd.notna(line.rows["numerator"]).any() and pd.notna(line.rows["denominator"]).any()
        for line in (*series.home, *series.comparison)
    )
    of = f", med {series.indicator.numerator} av {series.indicator.denominator_unit}" if counted else ""
    return f"{plain_title(series.indicator)}. {upper_first(unit)}{of}."
