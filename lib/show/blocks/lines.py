"""Figures of series over years: line charts and small multiples, with captions and alt texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from lib.analysis.finding import Finding, Line, breaks_within
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.swedish import count, join, lower_first, upper_first
from lib.show import prose, tables
from lib.show.blocks.block import Block, change_facts, counted
from lib.show.blocks.frame import Drawings, draw, frame
from lib.show.blocks.indicators import crime_label, follows, named_breaks

#: Over fewer unbroken years than this, a sentence on the longer view would add nothing to the values.
FEWEST_FOR_LONGER = 4


def line_figure(view: View, identifier: str) -> Block:
    """Return a line chart of an indicator, here and in the country; nothing where there are fewer than two years."""
    finding = view.finding(identifier)
    lines = _lines_to_draw(finding) if follows(view, finding) else []
    years = sorted({value.year for line in lines for value in line.known})
    if len(years) < 2:
        return Block("", "")
    labels = _labels(lines)
    breaks = breaks_within(lines, years)
    caption = _line_caption(finding, lines[0])
    if breaks:
        caption += f" Serien är bruten {join(map(str, breaks))}; år på olika sidor om det kan inte jämföras."
    unit, named = prose.unit(finding.indicator).name, list(zip(lines, labels, strict=True))
    points = pd.DataFrame([{"label": label, **_point(value)} for line, label in named for value in line.known])
    drawings = draw(view, "lines", points, unit=unit, breaks=list(breaks))
    alt = f"Linjediagram i {unit}, {years[0]}–{years[-1]}, över {finding.indicator.subject}. {_ends(named, breaks)}"
    columns, groups = tables.by_year(lines)
    table = tables.html_table(f"{identifier}-figur", caption=prose.caption(finding), columns=columns, groups=groups)
    values = [value for line in lines for value in line.values]
    notes = [f"{year}: {text}" for year, text in breaks.items()]
    shown = frame(view, identifier, drawings, caption=caption, alt=alt, values=values, data_table=table, notes=notes)
    shown.facts += change_facts(view, [lines[0].change])
    return shown


def _point(value: Value) -> dict[str, float]:
    return {"year": value.year, "value": value.value}


def _line_caption(finding: Finding, line: Line) -> str:
    """Write the newest change of the first line, and the change since its first year."""
    subject = upper_first(finding.indicator.subject) + prose.elsewhere(finding, line)
    return f"{subject} {course(line)}.{_longer(line)}"


def course(line: Line) -> str:
    """Write how a value moved since the year before, in words that its test allows."""
    change, last = line.change, _in_year(line.latest)
    if change is None or change.verdict == "går inte att bedöma":
        return f"var {last}"
    first = _in_year(change.earlier)
    if prose.text(change.earlier) == prose.text(change.later):
        return f"var {last}, detsamma som {change.earlier.year}"
    if change.verdict == "ingen säkerställd förändring":
        return f"var {first} och {last}, ingen säkerställd förändring"
    if not change.tested:
        return f"gick från {first} till {last}"
    return f"{'ökade' if change.difference > 0 else 'minskade'} från {first} till {last}"


def _longer(line: Line) -> str:
    """Write the change since the first year that may be compared: by a test, or as the highest or lowest value so far.

    Where the year before does not differ with certainty, or cannot be compared, an untested extreme would say too much.
    """
    if len(line.stretch) < FEWEST_FOR_LONGER or line.latest.protected:
        return ""
    first, newest = line.stretch[0], line.latest
    verdict = line.change.verdict if line.change else "går inte att bedöma"
    if line.since_first is not None:
        return _since(first, line.since_first, verdict)
    if verdict in ("ingen säkerställd förändring", "går inte att bedöma"):
        return ""
    others, span = [value.value for value in line.stretch[:-1]], f"i serien, som börjar {first.year}"
    if newest.value > max(others):
        return f" Det är det högsta värdet {span}."
    return f" Det är det lägsta värdet {span}." if newest.value < min(others) else ""


def _since(first: Value, interval: tuple[float, float], verdict: str) -> str:
    if interval[0] <= 0 <= interval[1]:
        if verdict == "ingen säkerställd förändring":
            return f" Inte heller sedan {first.year} är någon förändring säkerställd."
        return f" Sedan {first.year} är ingen förändring säkerställd."
    word = prose.MEASURE[first.indicator.type][1]
    verb = "ökat" if interval[0] > 0 else "minskat"
    return f" Sedan {first.year}, då {word} var {prose.text(first)}, har {word} {verb} säkerställt."


def _in_year(value: Value) -> str:
    """Write a value with its year: "13 procent 2021", "19 av 26 år 2021"."""
    text = prose.text(value)
    return f"{text} {'år ' if text[-1].isdigit() else ''}{value.year}"


def _lines_to_draw(finding: Finding) -> list[Line]:
    """Choose at most four lines: the whole (or the first two parts) here, and the same in the country."""
    here = finding.wholes or finding.home_known[:2]
    keys = {(line.sex, line.group) for line in here}
    return here + [line for line in finding.comparison_known if (line.sex, line.group) in keys]


def _labels(lines: Sequence[Line]) -> list[str]:
    several = len({(line.sex, line.group) for line in lines}) > 1
    areas = [re.sub(r" \(.*?\)", "", line.area) for line in lines]
    return [f"{area}: {lower_first(line.label)}" if several else area for area, line in zip(areas, lines, strict=True)]


def _ends(named: Sequence[tuple[Line, str]], breaks: Iterable[int]) -> str:
    """Write the first and the last value of each line, and where the lines are broken."""
    parts = []
    for line, label in named:
        # Years are compared only within the stretch since the last break.
        ends = (line.stretch[0], line.stretch[-1]) if len(line.stretch) > 1 else (line.latest,)
        parts.append(f"{label}: {', '.join(f'{prose.short(value)} år {value.year}' for value in ends)}")
    cut = f" Linjerna är avbrutna före {join(map(str, breaks))}." if breaks else ""
    return f"{'; '.join(parts)}.{cut}"


def multiples_figure(view: View, *identifiers: str, name: str) -> Block:
    """Return small charts of several indicators on common axes, here and in the country; nothing for fewer than two.

    Parameters
    ----------
    identifiers : sequence of str
        Indicators in per cent; those without two years here are left out and named below.
    name : str
        The figure's anchor.
    """
    found = {line: finding for finding in map(view.finding, identifiers) for line in finding.wholes}
    lines = [x for x in found if len(x.known) > 1 and x.region.code == next(iter(found)).region.code]
    if len(lines) < 2:
        return Block("", "")
    panels = {line: [line, *filter(None, [found[line].like(line)])] for line in lines}
    drawn = [x for panel in panels.values() for x in panel]
    years = sorted({value.year for line in drawn for value in line.known})
    title, place = _common(lines), lines[0].place
    left_out = [lower_first(_title(x)) for x in found if x not in lines]
    notes = [f"För få år eller ett annat område, visas inte: {join(left_out)}."] if left_out else []
    notes += named_breaks(lines, years)
    table = tables.html_table(
        f"{name}-figur",
        caption=f"{title} per brottstyp i {place} och i riket. Procent.",
        columns=["Område", *map(str, years)],
        groups=[
            tables.Group(_title(main), [[line.area, *tables.year_cells(line, years)] for line in panel])
            for main, panel in panels.items()
        ],
    )
    drawings, values = _draw_panels(view, panels), [value for line in drawn for value in line.values]
    caption, alt = _moves(lines, title, years[-1]), _panels_alt(lines, years)
    block = frame(view, name, drawings, caption=caption, alt=alt, values=values, data_table=table, notes=notes)
    verdicts = [line.change.verdict for line in lines if line.change]
    block.facts += counted(view, **{f"diagram i {name}": len(lines)})
    block.facts += counted(view, **{f"{name} {v}": verdicts.count(v) for v in dict.fromkeys(verdicts)})
    block.facts += change_facts(view, [line.change for line in lines])
    return block


def _title(line: Line) -> str:
    return crime_label(line.latest, several=True)


def _draw_panels(view: View, panels: dict[Line, list[Line]]) -> Drawings:
    home = next(iter(panels)).place
    points = [
        {"label": home if line is main else "Riket", **_point(value), "panel": _title(main)}
        for main, lines in panels.items()
        for line in lines
        for value in line.known
    ]
    breaks = {_title(main): [b.year for b in main.breaks] for main in panels}
    return draw(view, "multiples", pd.DataFrame(points), unit="procent", home=home, breaks=breaks)


def _common(lines: Sequence[Line]) -> str:
    """Return the common beginning of several indicators' titles: "Personuppklaring"."""
    first = lines[0].latest.indicator.title
    return first.partition(":")[0] if ": " in first else "Indikatorerna"


def _moves(lines: Sequence[Line], title: str, newest: int) -> str:
    """Write which of the indicators have changed with certainty since the year before."""
    moved: dict[str, list[str]] = {"ökning": [], "minskning": []}
    for line in lines:
        change = line.change
        certain = change and change.tested and change.verdict != "ingen säkerställd förändring"
        if change and certain and change.later.year == newest:
            word = "ökning" if change.difference > 0 else "minskning"
            moved[word].append(lower_first(_title(line)))
    found = join(f"säkerställd {word} för {join(names)}" for word, names in moved.items() if names)
    span = f"{title} i {lines[0].place} mellan {newest - 1} och {newest}"
    return f"{span}: {found or 'ingen säkerställd förändring för någon brottstyp'}."


def _panels_alt(lines: Sequence[Line], years: Sequence[int]) -> str:
    place = lines[0].place
    newest = [f"{lower_first(_title(x))} {prose.short(x.latest)} procent {x.latest.year}" for x in lines]
    amount = upper_first(count(len(lines), "litet linjediagram", "små linjediagram", neuter=True))
    axes = f"{amount} med samma axlar, {years[0]}–{years[-1]}, {place} och riket"
    return f"{axes}. Senaste värden i {place}: {'; '.join(newest)}."
