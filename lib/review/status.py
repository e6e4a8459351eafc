"""What has come in for a report, from whom, what is missing and what is next: from what is on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lib.analysis.series import UNIT_TYPES
from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.swedish import count, join, long_date, upper_first
from lib.base.workbook import Workbook
from lib.build import final, manifest
from lib.review import pages
from lib.review.pages import Section


def write(workbook: Workbook, name: str, today: date) -> tuple[Path, list[str]]:
    """Write ``output/status/<name>.html`` and return its path, and the same as lines for the terminal."""
    view = open_view(workbook, name, "status")
    sections = of(view, today)
    title = f"Läget för {view.catalogue.identity.title.lower()} {view.year}, {view.catalogue.identity.county}"
    mark = "EXEMPELDATA. " if view.synthetic else ""
    path = pages.write(
        pages.page(f"{mark}{title}", sections), workbook.output / "status" / f"{name}.html", workbook.root
    )
    return path, [f"{mark}{title} ({long_date(today)})", "", *(line for s in sections for line in pages.lines(s))]


def of(view: View, today: date) -> list[Section]:
    """Return the sections of a report's status, what is next first."""
    parts = [_sources(view, today), _answers(view), _goals(view), _actors(view), _signatures(view)]
    return [_next(view, today), *(part for part in parts if part.rows or part.sentences)]


def _next(view: View, today: date) -> Section:
    """Say the first thing to do, then what follows."""
    steps = [f"Hämta {what}." for what in _due(view, today)]
    if silent := _silent(view):
        steps.append(f"Påminn {join(silent[:5])}{' med flera' if len(silent) > 5 else ''} om enkäten.")
    steps += final.open_points(view)
    built = manifest.read(view.workbook.output / view.parameters.name)
    if built is None:
        steps.append(f"Bygg ett utkast: lagesrapport build {view.parameters.name}.")
    elif built["failed"]:
        steps.append(
            f"Åtgärda {count(len(built['failed']), 'kapitel', 'kapitel', neuter=True)} som inte gick att framställa."
        )
    if not steps and view.parameters.status == "utkast":
        steps.append(f"Sätt status: fastställd i parameters/{view.parameters.name}.yaml, bygg och försegla.")
    return Section("Nästa steg", steps or ["Allt är klart."])


def _due(view: View, today: date) -> list[str]:
    return [f"{row[0]} för {view.year}" for row in _sources(view, today).rows if row[3] == "väntad, har inte kommit"]


def _sources(view: View, today: date) -> Section:
    rows = []
    for family, declaration in view.catalogue.quality.items():
        ids = {s.id for s in view.catalogue.sources.values() if s.family == family}
        own = view.rows[view.rows["source"].isin(ids)]
        if own.empty:
            continue
        newest = int(own["year"].max())
        due = date(view.year + 1, *map(int, declaration.due.split("-"))) if declaration.due else None
        if newest >= view.year:
            state = "har kommit"
        else:
            state = (
                "väntad, har inte kommit" if due and due <= min(today, view.parameters.cut_off) else "har inte kommit"
            )
        rows.append([declaration.name, long_date(due) if due else "dag inte känd", str(newest), state])
    return Section(
        "Källor",
        [],
        ["Källa", f"Väntas för {view.year}", "Senaste mätår", "Läge"],
        rows,
        f"Källornas uppgifter för {view.year}.",
    )


def _unit_states(view: View) -> dict[str, tuple[int, int]]:
    """Return for each unit how many of the year's questions it has answered, of how many."""
    rows = view.rows[(view.rows["year"] == view.year) & (view.rows["sex"] == "T") & (view.rows["group"] == "T")]
    rows = rows[rows["region"].map(view.catalogue.region_types).isin(UNIT_TYPES)]
    found: dict[str, tuple[int, int]] = {}
    for region, own in rows.groupby("region"):
        asked = own[~own["status"].isin(["N", "L"])]
        found[str(region)] = (int((asked["status"] != "M").sum()), len(asked))
    return found


def _silent(view: View) -> list[str]:
    return [
        view.catalogue.region_names[code] for code, (said, asked) in _unit_states(view).items() if asked and not said
    ]


def _answers(view: View) -> Section:
    states = _unit_states(view)
    if not states:
        return Section("Kommuner och stadsdelar", [f"Inga svar för {view.year} finns i underlaget."])
    complete = sum(said == asked for said, asked in states.values())
    text = f"{complete} av {len(states)} har svarat på alla frågor som finns för {view.year}."
    rows = [
        [view.catalogue.region_names[c], f"{said} av {asked}"] for c, (said, asked) in states.items() if said < asked
    ]
    return Section(
        "Kommuner och stadsdelar", [text], ["Enhet", "Besvarade frågor"], rows, "De som inte har svarat på allt."
    )


def _goals(view: View) -> Section:
    written = view.known.assessments(view.year)
    rows = []
    for goal in view.strategy.goals:
        own = [i for i in view.indicators(goal.id) if i.kind(view.year) == "indikator"]
        here = [
            i
            for i in own
            if any((line.rows["year"] == view.year).any() and line.has_value for line in view.series(i.id).home)
        ]
        known = [i for i in own if view.has_home_value(i)]
        verdict = written[goal.id].assessment if goal.id in written else "ingen"
        comment = "ja" if view.comment(goal.id) else "nej"
        rows.append(
            [
                f"{goal.id}. {goal.short}",
                f"{len(here)} av {len(own)}",
                f"{len(known)} av {len(own)}",
                upper_first(verdict.lower()),
                comment,
            ]
        )
    columns = ["Mål", f"Indikatorer med {view.year}", "Med något år", "Bedömning", "Kommentar"]
    return Section("Målen", [], columns, rows, "Beslutade indikatorer, bedömning och kommentar per mål.")


def _actors(view: View) -> Section:
    if view.plan is None:
        return Section("Aktörerna", [f"Ingen handlingsplan gällde {view.year}."])
    rows = []
    for actor in view.catalogue.actors.values():
        own = [c for c in view.promises() if actor.id in c.actors]
        told = [c for c in own if c.status(view.year, view.parameters.cut_off) != "uppgift saknas"]
        if own:
            rows.append([actor.name, f"{len(told)} av {len(own)}"])
    return Section(
        "Aktörerna",
        [],
        ["Aktör", "Åtaganden med status"],
        rows,
        f"Vad aktörerna har svarat om sina åtaganden {view.year}.",
    )


def _signatures(view: View) -> Section:
    signed = {entry.role: entry for entry in final.signoffs(view)}
    rows = [
        [
            upper_first(role),
            signed[role].holder if role in signed else "–",
            long_date(signed[role].date) if role in signed else "inte underskriven",
        ]
        for role in final.ROLES
    ]
    return Section("Underskrifter", [], ["Roll", "Av", "Dag"], rows, "Vilka som har skrivit under rapporten.")


def require_built(workbook: Workbook, name: str) -> Path:
    """Return the folder of a built report, or raise `WorkbookError` that says how to build it."""
    place = workbook.output / name
    if manifest.read(place) is None:
        raise WorkbookError(f"The report {name} has not been built; run lagesrapport build {name} first.")
    return place
