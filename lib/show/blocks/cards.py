"""Indicator cards: the newest value in large figures, its change in words, and a small line chart of the years."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from lib.analysis.change import Change
from lib.analysis.finding import Finding, Line, breaks_within
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import lower_first, signed, upper_first
from lib.show import prose, tables
from lib.show.blocks.frame import mark

#: Up to this many lines get a card each; more are shown as a table.
MOST_CARDS = 2
#: An arrow shows where the value went, the words after it whether that is good.
ARROWS = {True: "↗", False: "↘"}
CSS = {"rätt håll": "lr-right", "fel håll": "lr-wrong"}


def cards(view: View, finding: Finding) -> str:
    """Return the cards of an indicator's home lines: the whole, or its parts where there are few; nothing without a value."""
    chosen = finding.wholes or (finding.home_known if len(finding.home_known) <= MOST_CARDS else [])
    shown = [_card(view, line) for line in chosen[:MOST_CARDS]]
    return str(tables.fragments().cards(shown)) if shown else ""


def _card(view: View, line: Line) -> dict[str, object]:
    latest, years = line.latest, line.latest.indicator.years
    group = "" if line.whole else f", {lower_first(line.label)}"
    when = f"{latest.year - years + 1}–{latest.year}" if years > 1 else str(latest.year)
    word, value, unit = _parts(latest)
    return {
        "what": f"{line.place}{group}, {when}",
        "word": word,
        "value": value,
        "unit": unit,
        "count": "" if latest.in_counts else prose.counts(latest),
        "moved": moved(line.change) if line.change and years == 1 else None,
        "spark": _spark(view, line),
    }


def _parts(value: Value) -> tuple[str, str, str]:
    """Split a value into the source's word, the number and its unit: ("drygt", "74", "procent")."""
    if value.in_counts:
        return "", prose.short(value), ""
    word = "" if value.exact else value.precision
    return word, prose.short(value).removeprefix(word).strip(), prose.unit(value.indicator).on_card


def moved(change: Change) -> dict[str, str]:
    """Return the change since the year before in words, with a symbol and the name of its style."""
    since = f"sedan {change.earlier.year}"
    if change.verdict == "går inte att bedöma":
        return {"css": "lr-open", "arrow": "?", "text": f"Förändringen {since} går inte att bedöma"}
    if change.verdict == "ingen säkerställd förändring":
        return {"css": "lr-open", "arrow": "→", "text": f"Ingen säkerställd förändring {since}"}
    direction = "" if change.verdict == "utan entydig tolkning" else "åt "
    tested = "" if change.tested else ", utan test"
    return {
        "css": CSS.get(change.verdict, "lr-open"),
        "arrow": ARROWS[change.difference > 0],
        "text": f"{_difference(change)} {since}: {direction}{change.verdict}{tested}",
    }


def _difference(change: Change) -> str:
    """Write a difference as the sentences below the card write it."""
    if change.units is not None:
        return upper_first(prose.more_units(change.units))
    return prose.difference(change) if change.later.indicator.unit == "procent" else signed(change.difference)


def _spark(view: View, line: Line) -> dict[str, object] | None:
    """Return a line's years as a small line chart; None where there are fewer than two years."""
    if len(line.known) < 2:
        return None
    from lib.show import charts  # slow to import, and many chapters draw nothing

    data = pd.DataFrame([{"label": "", "year": value.year, "value": value.value} for value in line.known])
    figure = charts.sparkline(data, breaks=[b.year for b in line.breaks], room=bool(mark(view)))
    image, width, height = charts.svg(figure, mark(view))
    return {"image": Markup(image), "alt": _spark_alt(line, line.known), "width": width, "height": height}


def _spark_alt(line: Line, known: Sequence[Value]) -> str:
    unit = "" if line.latest.in_counts else prose.unit(line.latest.indicator).after_list
    values = "; ".join(f"{value.year}: {prose.short(value)}" for value in known)
    cut = breaks_within([line], [value.year for value in known])
    broken = f" Linjen är avbruten före {', '.join(map(str, cut))}." if cut else ""
    return f"Liten linje över åren. {values}{unit}.{broken}"
