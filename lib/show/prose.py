"""Sentences computed from figures, so that text, table and chart cannot disagree. All in Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib.analysis import change, gaps
from lib.analysis.intervals import CONFIDENCE
from lib.analysis.series import REPORTS, REVISED, IndicatorSeries, Line, few_cases, in_counts
from lib.base.swedish import NBSP, cardinal, join, long_date, lower_first, number, signed, upper_first
from lib.data.observations import STATUS, SUBJECT, WITHOUT_VALUE
from lib.data.records import Indicator, Source

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
    """Write a value with its unit and, where it is approximate, the source's own word; a share of a few units as counts.

    "drygt 74 procent", "13,2 procent", "119", "19 av 26"
    """
    if in_counts(row, indicator):
        return value_short(row, indicator)
    return value_short(row, indicator).replace(NBSP, " ", row["precision"] != "exakt") + UNIT_WORDS[indicator.unit]


def value_short(row: pd.Series, indicator: Indicator) -> str:
    """Write a value for a table cell: without its unit, which the caption gives; one unit's own answer as a word."""
    if in_counts(row, indicator):
        return counts_short(row) if row["denominator"] > 1 else ("nej", "ja")[int(row["numerator"])]
    word = "" if row["precision"] == "exakt" else row["precision"] + NBSP
    return word + number(row["value"], decimals(row, indicator))


def counts_short(row: pd.Series) -> str:
    """Write numerator and denominator for a table cell, or nothing where the source gives none."""
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return ""
    return f"{number(row['numerator'])}{NBSP}av{NBSP}{number(row['denominator'])}"


def value_with_counts(row: pd.Series, indicator: Indicator) -> str:
    """Write a value with unit, counts and [r] where its source has revised it, as in "13,2 procent (65 av 491)"."""
    mark = " [r]" if row.get("mark") == REVISED else ""
    counts = "" if in_counts(row, indicator) else counts_short(row)
    few = ["få fall"] if counts and few_cases(row) else []
    remarks = "; ".join([*([counts] if counts else []), *few, *(["preliminärt"] if row["status"] == "P" else [])])
    return value(row, indicator) + (f" ({remarks})" if remarks else "") + mark


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
    sentences += response(series, int(home[0].latest["year"])) if home else []
    sentences += _country(series, country, bool(home))
    if max(line.latest["year"] for line in home or country) < year:
        area = series.catalogue.region_names[(home or country)[0].region].split(" (")[0]
        sentences.append(_no_newer(series, lower_country(area), year, cut_off))
    return [" ".join(sentences), *conflicts(series)]


def _no_newer(series: IndicatorSeries, area: str, year: int, cut_off: date) -> str:
    """Say why the newest figure is older than the report: hidden, not asked, or not in the material."""
    status = series.status(year)
    if status in WITHOUT_VALUE:
        return f"För {year} finns inget tal att visa för {area}: {STATUS[status]}."
    if gaps.absence(series, year, cut_off) == gaps.NOT_YET:
        when = f"vid brytdatumet den {long_date(cut_off)}, eftersom källan brukar komma ut senare på året"
        return f"Talet för {year} och {area} räknas som ännu inte publicerat {when}."
    return f"För {year} fanns inget tal för {area} i arbetsbokens underlag vid brytdatumet den {long_date(cut_off)}."


def lower_country(area: str) -> str:
    """Write an area's name inside a sentence: the country is a common noun, the others are names."""
    return "riket" if area == "Riket" else area


def _nothing(series: IndicatorSeries, year: int) -> str:
    if series.home:
        newest = max(int(line.rows["year"].max()) for line in series.home)
        return f"För {newest} finns inget tal att visa: {STATUS[series.status(newest)]}."
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
    when = f"År {newest['year']}"
    if series.indicator.years > 1:
        when = f"För åren {newest['year'] - series.indicator.years + 1}–{newest['year']} tillsammans"
    text = f"{when} var {series.indicator.subject}{where} {value_with_counts(newest, series.indicator)}."
    return [text, *_before(series, lead, newest)]


def _before(series: IndicatorSeries, line: Line, newest: pd.Series) -> list[str]:
    """Return the sentences on the year before, one kind for each kind of change."""
    told = change.of_line(series, line)
    if told.earlier is None or series.indicator.years > 1:
        # Sums over several years overlap, so one is not the other's year before.
        return []
    broken = series.breaks_between(line, told.earlier["year"], newest["year"])
    if broken:
        return [f"Tidigare år är inte jämförbara. {' '.join(broken)}"]
    if told.tested:
        return [_earlier(series, told), _tested(told, series.indicator)]
    if series.protected:
        return [_earlier(series, told), "Talen är avrundade för att skydda enskilda, så skillnaden prövas inte."]
    if told.difference is None or {newest["precision"], told.earlier["precision"]} != {"exakt"}:
        return [_earlier(series, told)]
    if told.units is not None and (told.units or change.other_units(series, told.later, told.earlier)):
        return [_earlier(series, told), _of_units(series, told)]
    if told.difference == 0 or told.units == 0 or series.indicator.unit != "procent":
        return [_earlier(series, told)]
    return [_untested(series.indicator, told), _direction(told)]


def _earlier(series: IndicatorSeries, told: change.Change) -> str:
    """Write the level of the year before, or of the last year that there is."""
    year, pronoun = told.earlier["year"], MEASURE[series.indicator.type][1]
    when = f"Året före, {year}," if year == told.later["year"] - 1 else f"År {year}"
    same = value(told.earlier, series.indicator) == value(told.later, series.indicator)
    return f"{when} var {pronoun} {'också ' if same else ''}{value_with_counts(told.earlier, series.indicator)}."


def _untested(indicator: Indicator, told: change.Change) -> str:
    """Write both levels and the difference where the source gives no counts to compute its uncertainty from."""
    first, last = (number(row["value"], decimals(row, indicator)) for row in (told.earlier, told.later))
    years = f"Från {told.earlier['year']} till {told.later['year']}"
    gap = points(told.difference, max(decimals(row, indicator) for row in (told.earlier, told.later)))
    return f"{years} gick andelen från {first} till {last} procent ({gap}; osäkerhet kan inte beräknas)."


def _direction(told: change.Change) -> str:
    return {
        "rätt håll": "Det är åt rätt håll, utan test.",
        "fel håll": "Det är åt fel håll, utan test.",
        "utan entydig tolkning": "Hur riktningen ska tolkas är inte entydigt, och den är utan test.",
    }.get(told.verdict, "Så liten skillnad ges ingen riktning: ingen säkerställd förändring.")


def _of_units(series: IndicatorSeries, told: change.Change) -> str:
    """Write how many more or fewer of a few units there are; nothing where not as many answered."""
    if change.other_units(series, told.later, told.earlier):
        return "Det är inte samma enheter som har svarat båda åren, så ingen riktning anges."
    return f"Det är {cardinal(abs(told.units))} {'fler' if told.units > 0 else 'färre'}. {_direction(told)}"


def points(difference: float, decimals: int = 0) -> str:
    """Write a difference in percentage points with its sign."""
    text = signed(difference, decimals)
    return f"{text} {'procentenhet' if text[1:] == '1' else 'procentenheter'}"


def _tested(told: change.Change, indicator: Indicator) -> str:
    """Say whether a difference is more than chance, with its interval: in percentage points, or in numbers for counts."""
    unit, decimals = (" procentenheter", 1) if indicator.unit == "procent" else ("", 0)
    low, high = (signed(bound, decimals) for bound in told.interval)
    interval = f"{CONFIDENCE}-procentigt intervall för skillnaden {low} till {high}{unit}"
    if told.verdict == "ingen säkerställd förändring":
        return f"Det är ingen säkerställd förändring ({interval})."
    verb = "ökade" if told.difference > 0 else "minskade"
    return f"{upper_first(MEASURE[indicator.type][0])} {verb} ({interval})."


def response(series: IndicatorSeries, year: int) -> list[str]:
    """Say how many units were asked and how many answered; "alla" only where every unit that was asked is in the figure."""
    told = series.response(year)
    if told is None:
        return []
    asked, answered = told
    whole = next((line.latest for line in series.home if line.group == line.sex == "T" and line.has_value), None)
    who = f"Av {asked} tillfrågade enheter har {'alla' if asked == answered else answered} svarat för {year}."
    if whole is None or whole["year"] != year or not series.indicator.counts_units or pd.isna(whole["denominator"]):
        return [who]
    if whole["numerator"] == whole["denominator"]:
        every = "Alla tillfrågade" if whole["denominator"] == asked else "Alla som svarat, men inte alla tillfrågade,"
        return [f"{who} {every} uppger att det är så."]
    return [f"{who} Andelen räknas på {number(whole['denominator'])}."]


def _country(series: IndicatorSeries, lines: Sequence[Line], after_home: bool) -> list[str]:
    if not lines:
        return []
    newest = max(line.latest["year"] for line in lines)
    what = MEASURE[series.indicator.type][0] if after_home else series.indicator.subject
    if series.compares_median(lines[0]):
        what = "medianen"
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


def conflicts(series: IndicatorSeries, among: pd.DataFrame | None = None) -> list[str]:
    """Say where publications give different values for the same year: reports side by side, never called a revision."""
    sentences = []
    for _, rows in (series.conflicting if among is None else among).groupby(SUBJECT, sort=True):
        first, families = rows.iloc[0], set(rows["family"])
        one_source = rows["source"].nunique() == 1
        said = [f"{value(row, series.indicator)} ({_edition(series, row, one_source)})" for _, row in rows.iterrows()]
        label = series.indicator.label(first["sex"], first["group"])
        whom = "" if first["group"] == "T" and first["sex"] == "T" else f" för {lower_first(label)}"
        sentences.append(f"{_disagreement(rows, families)}: för {first['year']} anges{whom} {join(said)}.")
    return sentences


def _edition(series: IndicatorSeries, row: pd.Series, one_source: bool) -> str:
    """Name where a value stands: the source, or the day of the edition where one source has given several."""
    return f"publicerat {long_date(row['published'])}" if one_source else series.catalogue.sources[row["source"]].title


def _disagreement(rows: pd.DataFrame, families: set[str]) -> str:
    if families == {REPORTS}:
        return f"Olika uppgift i {cardinal(rows['source'].nunique())} lägesrapporter"
    return "Källan har ändrat uppgiften [r]" if len(families) == 1 else "Olika uppgift i olika källor"


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
    home = [row for line in series.home for _, row in line.rows.dropna(subset=["value"]).iterrows()]
    if home and all(in_counts(row, series.indicator) for row in home):
        country = "; för riket procent" if any(line.has_value for line in series.comparison) else ""
        return f"{plain_title(series.indicator)}. Antal {series.indicator.numerator}, av {series.indicator.denominator_unit}{country}."
    units = {"procent": "procent", "antal": "antal", "index_0_10": "index 0–10"}
    unit = units[series.indicator.unit]
    counted = any(
        pd.notna(line.rows["numerator"]).any() and pd.notna(line.rows["denominator"]).any()
        for line in (*series.home, *series.comparison)
    )
    of = f", med {series.indicator.numerator} av {series.indicator.denominator_unit}" if counted else ""
    return f"{plain_title(series.indicator)}. {upper_first(unit)}{of}."
