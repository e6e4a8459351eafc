"""Sentences computed from figures, so that text, table and chart cannot disagree. All in Swedish."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lib.analysis import gaps
from lib.analysis.change import Change
from lib.analysis.finding import REPORTS, REVISED, Conflict, Finding, Line
from lib.analysis.intervals import CONFIDENCE
from lib.analysis.value import Value
from lib.base.swedish import NBSP, cardinal, join, long_date, lower_first, number, signed, upper_first
from lib.data.indicators import Indicator
from lib.data.observations import STATUS, WITHOUT_VALUE


class UnitWords(NamedTuple):
    """How a unit is written: as a heading, after a value in a sentence, after one on a card, after a list of values."""

    name: str
    in_text: str
    on_card: str
    after_list: str


UNITS = {
    "procent": UnitWords("procent", " procent", "procent", " procent"),
    "antal": UnitWords("antal", "", "", ""),
    "index_0_10": UnitWords("index 0–10", "", "index 0–10", ", index 0–10"),
}
MEASURE = {
    "andel": ("andelen", "den"),
    "antal": ("antalet", "det"),
    "index": ("medelvärdet", "det"),
    "kvot": ("antalet", "det"),
}
#: With more series than this the sentence would be a table.
MOST_IN_A_SENTENCE = 3


def unit(indicator: Indicator) -> UnitWords:
    """Return the words for an indicator's unit."""
    if indicator.per:
        rate = f"per {number(indicator.per)} {indicator.denominator_unit}"
        return UnitWords(rate, f" {rate}", rate, f" {rate}")
    return UNITS[indicator.unit]


def decimals(value: Value) -> int:
    """Return how many decimals a value is shown with: the indicator's where counts are known, else as published.

    A figure that a lägesrapport gives as 13 per cent is never shown as 13,0.
    """
    indicator = value.indicator
    if indicator.per:
        return indicator.decimals
    if not math.isnan(value.numerator) or indicator.unit == "index_0_10":
        return max(indicator.decimals, 1 if indicator.unit == "index_0_10" else 0)
    return 0 if value.value.is_integer() else indicator.decimals


def text(value: Value) -> str:
    """Write a value with its unit and, where it is approximate, the source's word for that; a share of a few units as counts.

    "drygt 74 procent", "13,2 procent", "119", "19 av 26"
    """
    if value.in_counts:
        return short(value)
    return short(value).replace(NBSP, " ", 0 if value.exact else 1) + unit(value.indicator).in_text


def short(value: Value) -> str:
    """Write a value for a table cell: without its unit, which the caption gives; a single unit's answer as a word."""
    if value.in_counts:
        return counts(value) if value.denominator > 1 else ("nej", "ja")[int(value.numerator)]
    word = "" if value.exact else value.precision + NBSP
    return word + number(value.value, decimals(value))


def counts(value: Value) -> str:
    """Write numerator and denominator for a table cell, or nothing where the source gives none."""
    if math.isnan(value.numerator) or math.isnan(value.denominator):
        return ""
    return f"{number(value.numerator)}{NBSP}av{NBSP}{number(value.denominator)}"


def with_counts(value: Value) -> str:
    """Write a value with unit, counts and [r] where its source has revised it, as in "13,2 procent (65 av 491)"."""
    shown = "" if value.in_counts else counts(value)
    remarks = [shown] if shown else []
    remarks += ["få fall"] if shown and value.few else []
    remarks += ["preliminärt"] if value.status == "P" else []
    mark = " [r]" if value.mark == REVISED else ""
    return text(value) + (f" ({'; '.join(remarks)})" if remarks else "") + mark


def describe(finding: Finding) -> list[str]:
    """Describe an indicator in sentences: the newest value, the one before, the country, and what is missing."""
    home, country = finding.home_known, finding.comparison_known
    if not home and not country:
        return [_nothing(finding)]
    sentences = []
    if home:
        sentences += [*_levels(finding, home), *response(finding, home[0].latest.year)]
    else:
        sentences.append(f"För {finding.catalogue.identity.county} saknas uppgift i arbetsbokens underlag.")
    sentences += _country(finding, country, bool(home))
    if _newest_year(home or country) < finding.year:
        sentences.append(_no_newer(finding, lower_country((home or country)[0].place)))
    return [" ".join(sentences), *(conflict(found) for found in finding.conflicts)]


def _newest_year(lines: Sequence[Line]) -> int:
    return max(line.latest.year for line in lines)


def _no_newer(finding: Finding, area: str) -> str:
    """Write why the newest figure is older than the report: hidden, not asked, or not in the material."""
    status, year, cut_off = finding.status(finding.year), finding.year, long_date(finding.cut_off)
    if status in WITHOUT_VALUE:
        return f"För {year} finns inget tal att visa för {area}: {STATUS[status]}."
    if gaps.absence(finding, year) == gaps.NOT_YET:
        when = f"vid brytdatumet den {cut_off}, eftersom källan brukar komma ut senare på året"
        return f"Talet för {year} och {area} räknas som ännu inte publicerat {when}."
    if others := _elsewhere_said(finding, year):
        return f"Serien har inget tal för {year}; {join(others)}."
    return f"För {year} fanns inget tal för {area} i arbetsbokens underlag vid brytdatumet den {cut_off}."


def _elsewhere_said(finding: Finding, year: int) -> list[str]:
    """Return what other publications say of the county as a whole in a year in which the series has nothing."""
    home = finding.catalogue.identity.home_regions
    said = [v for v in finding.quoted if v.year == year and v.known and v.whole and v.region.code in home]
    return [f"”{value.source.title}” anger {text(value)}" for value in said]


def lower_country(area: str) -> str:
    """Write an area's name inside a sentence: the country is a common noun, the others are names."""
    return "riket" if area == "Riket" else area


def _nothing(finding: Finding) -> str:
    year = finding.year
    if finding.home:
        newest = max(line.values[-1].year for line in finding.home)
        return f"För {newest} finns inget tal att visa: {STATUS[str(finding.status(newest))]}."
    if finding.quoted:
        return f"Någon serie finns inte i arbetsbokens underlag för {year} eller tidigare; enstaka publicerade tal står i tabellen."
    return f"Inget tal finns i arbetsbokens underlag för {year} eller tidigare."


def _levels(finding: Finding, lines: Sequence[Line]) -> list[str]:
    indicator, lead = finding.indicator, _lead(lines)
    if lead is None:
        return [f"År {_newest_year(lines)} var {indicator.subject}{elsewhere(finding, lines[0])} {_parts(lines)}."]
    when = f"År {lead.latest.year}"
    if indicator.years > 1:
        when = f"För åren {lead.latest.year - indicator.years + 1}–{lead.latest.year} tillsammans"
    level = f"{when} var {indicator.subject}{elsewhere(finding, lead)} {with_counts(lead.latest)}."
    # Sums over several years overlap, so one is not the other's year before.
    return [level, *(_before(lead.change) if lead.change and indicator.years == 1 else [])]


def _before(change: Change) -> list[str]:
    """Return the sentences on the year before, one kind for each kind of change."""
    if change.breaks:
        return [f"Tidigare år är inte jämförbara. {' '.join(change.breaks)}"]
    if change.tested:
        return [_earlier(change), _tested(change)]
    if change.later.protected:
        return [_earlier(change), "Talen är avrundade för att skydda enskilda, så skillnaden prövas inte."]
    if not (change.comparable and change.earlier.exact and change.later.exact):
        return [_earlier(change)]
    if change.units is not None and (change.units or change.other_units):
        return [_earlier(change), _of_units(change, change.units)]
    if change.difference == 0 or change.units == 0 or change.later.indicator.unit != "procent":
        return [_earlier(change)]
    return [_untested(change), _direction(change)]


def _earlier(change: Change) -> str:
    """Write the level of the year before, or of the last year that there is."""
    earlier, later = change.earlier, change.later
    when = f"Året före, {earlier.year}," if earlier.year == later.year - 1 else f"År {earlier.year}"
    same = "också " if text(earlier) == text(later) else ""
    return f"{when} var {MEASURE[later.indicator.type][1]} {same}{with_counts(earlier)}."


def _untested(change: Change) -> str:
    """Write both levels and the difference where the source gives no counts to compute its uncertainty from."""
    first, last = (number(value.value, decimals(value)) for value in (change.earlier, change.later))
    years = f"Från {change.earlier.year} till {change.later.year}"
    return f"{years} gick andelen från {first} till {last} procent ({difference(change)}; osäkerhet kan inte beräknas)."


def _direction(change: Change) -> str:
    return {
        "rätt håll": "Det är åt rätt håll, utan test.",
        "fel håll": "Det är åt fel håll, utan test.",
        "utan entydig tolkning": "Hur riktningen ska tolkas är inte entydigt, och den är utan test.",
    }.get(change.verdict, "Så liten skillnad ges ingen riktning: ingen säkerställd förändring.")


def _of_units(change: Change, units: int) -> str:
    """Write how many more or fewer of a few units there are; nothing where not as many answered."""
    if change.other_units:
        return "Det är inte samma enheter som har svarat båda åren, så ingen riktning anges."
    return f"Det är {more_units(units)}. {_direction(change)}"


def more_units(units: int) -> str:
    """Write how many units there are more or fewer: "två fler", "en färre"."""
    return f"{cardinal(abs(units))} {'fler' if units > 0 else 'färre'}"


def difference(change: Change) -> str:
    """Write the difference of two shares in percentage points, with its sign."""
    places = 1 if change.tested else max(decimals(change.earlier), decimals(change.later))
    shown = signed(change.difference, places)
    return f"{shown} {'procentenhet' if shown[1:] == '1' else 'procentenheter'}"


def _tested(change: Change) -> str:
    """Write whether a difference is more than chance, with its interval: in percentage points, or in numbers for counts."""
    indicator = change.later.indicator
    words, places = (" procentenheter", 1) if indicator.unit == "procent" else ("", 0)
    low, high = (signed(bound, places) for bound in change.interval or ())
    interval = f"{CONFIDENCE}-procentigt intervall för skillnaden {low} till {high}{words}"
    if change.verdict == "ingen säkerställd förändring":
        return f"Det är ingen säkerställd förändring ({interval})."
    verb = "ökade" if change.difference > 0 else "minskade"
    return f"{upper_first(MEASURE[indicator.type][0])} {verb} ({interval})."


def response(finding: Finding, year: int) -> list[str]:
    """Write how many units were asked and how many answered; "alla" only where every unit that was asked is in the figure."""
    if year not in finding.responses:
        return []
    asked, answered, own = finding.responses[year]
    if not own:
        return [table_covers(asked, answered, year)]
    who = f"Av {asked} tillfrågade enheter har {'alla' if asked == answered else answered} svarat för {year}."
    whole = finding.wholes[0].latest if finding.wholes else None
    if whole is None or whole.year != year or not finding.indicator.counts_units or math.isnan(whole.denominator):
        return [who]
    if whole.numerator == whole.denominator:
        every = "Alla tillfrågade" if whole.denominator == asked else "Alla som svarat, men inte alla tillfrågade,"
        return [f"{who} {every} uppger att det är så."]
    return [f"{who} Andelen räknas på {number(whole.denominator)}."]


def table_covers(units: int, covered: int, year: int) -> str:
    """Write of how many municipalities and districts a publisher's table has a figure; nobody here has asked them."""
    return f"Källans tabell har uppgift för {covered} av {units} kommuner och stadsdelar {year}."


def _country(finding: Finding, lines: Sequence[Line], after_home: bool) -> list[str]:
    if not lines:
        return []
    newest, lead = _newest_year(lines), _lead(lines)
    what = MEASURE[finding.indicator.type][0] if after_home else finding.indicator.subject
    if lines[0].median:
        what = "medianen"
    if lead is None:
        return [f"I hela riket var {what}, år {newest}, {_parts(lines)}."]
    if after_home:
        return [f"År {newest} var {what} i hela riket {with_counts(lead.latest)}."]
    return [f"I hela riket var {what} {with_counts(lead.latest)} år {newest}."]


def _lead(lines: Sequence[Line]) -> Line | None:
    """Return the line that is of everybody, or None where there are only parts."""
    wholes = [line for line in lines if line.whole] or (lines if len(lines) == 1 else [])
    return wholes[0] if wholes else None


def _parts(lines: Sequence[Line]) -> str:
    """Write the newest values of the parts, or of the lowest and the highest where there are many."""
    newest = _newest_year(lines)
    current = [(line.latest, lower_first(line.label)) for line in lines if line.latest.year == newest]
    if len(current) > MOST_IN_A_SENTENCE:
        ordered = sorted(current, key=lambda part: part[0].value)
        (low, lowest), (high, highest) = ordered[0], ordered[-1]
        return f"lägst för {lowest}, {with_counts(low)}, och högst för {highest}, {with_counts(high)}"
    if len(current) == 2 and len({with_counts(value) for value, _ in current}) == 1:
        return f"{with_counts(current[0][0])} för både {join(label for _, label in current)}"
    return join(f"{with_counts(value)} för {label}" for value, label in current)


def elsewhere(finding: Finding, line: Line) -> str:
    """Write where a line is from, unless it is the county: an indicator's subject names the county already."""
    if line.region.type == "län":
        return ""
    return " i hela riket" if line.region.code == finding.catalogue.identity.country else f" i {line.place}"


def conflict(found: Conflict) -> str:
    """Write that publications give different values for the same year: reports side by side, never called a revision."""
    first = found.values[0]
    given = [f"{text(value)} ({_edition(value, found.sources == 1)})" for value in found.values]
    whom = "" if first.whole else f" för {lower_first(first.label)}"
    return f"{_disagreement(found)}: för {first.year} anges{whom} {join(given)}."


def _edition(value: Value, one_source: bool) -> str:
    """Name the publication of a value: the source, or the day of the edition where one source has given several."""
    return f"publicerat {long_date(value.published)}" if one_source else value.source.title


def _disagreement(found: Conflict) -> str:
    if found.families == {REPORTS}:
        return f"Olika uppgift i {cardinal(found.sources)} lägesrapporter"
    return "Källan har ändrat uppgiften [r]" if len(found.families) == 1 else "Olika uppgift i olika källor"


def source_line(values: Iterable[Value]) -> str:
    """Write the source line of a figure or table: publishers' tables, newest publication, and whether that day is assumed."""
    newest: dict[str, Value] = {}
    for value in values:
        known = newest.setdefault(value.source.id, value)
        if value.published >= known.published:
            newest[value.source.id] = value
    parts = []
    for value in newest.values():
        assumed = " (antaget datum)" if value.published_basis == "antagen" else ""
        day = f"publicerad {long_date(value.published)}{assumed}"
        parts.append(f"{value.source.publisher}, {value.source.title}, {day}")
    return ("Källa: " if len(parts) == 1 else "Källor: ") + "; ".join(parts) + "."


def plain_title(indicator: Indicator) -> str:
    """Return an indicator's title without its full stop, if it has one."""
    return upper_first(indicator.title).rstrip(".")


def caption(finding: Finding) -> str:
    """Write a table's caption: the measure and its unit."""
    indicator, title = finding.indicator, plain_title(finding.indicator)
    known = [value for line in finding.home for value in line.known]
    if known and all(value.in_counts for value in known):
        country = "; för riket procent" if finding.comparison_known else ""
        return f"{title}. Antal {indicator.numerator}, av {indicator.denominator_unit}{country}."
    lines = (*finding.home, *finding.comparison)
    counted = any(
        not all(math.isnan(value.numerator) for value in line.values)
        and not all(math.isnan(value.denominator) for value in line.values)
        for line in lines
    )
    of = f", med {indicator.numerator} av {indicator.denominator_unit}" if counted else ""
    return f"{title}. {upper_first(unit(indicator).name)}{of}."
