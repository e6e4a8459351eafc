"""How far the work on a report has come: what has come in, from whom, what is missing and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lib.analysis.value import UNIT_TYPES
from lib.analysis.view import View, open_view
from lib.base.swedish import count, join, long_date, upper_first
from lib.base.workbook import Workbook
from lib.build import final, manifest
from lib.data.commentary import SignOff
from lib.review import pages
from lib.review.pages import Section

#: How many units without answers are named in the next step.
MOST_NAMED = 5


@dataclass(frozen=True)
class SourceState:
    """A source: the day its figures for the report's year are due, its newest year, and if it is complete or overdue.

    A source is complete if it has figures for the report's year or a later one.
    """

    name: str
    due: date | None
    newest: int
    complete: bool
    overdue: bool


@dataclass(frozen=True)
class UnitAnswers:
    """How many of the year's questions a municipality or district has been asked and has answered."""

    name: str
    answered: int
    asked: int


def write(workbook: Workbook, name: str, today: date) -> tuple[Path, list[str]]:
    """Write ``output/status/<name>.html``; return its path, and the same content as lines for the terminal."""
    view = open_view(workbook, name, "status")
    identity = view.catalogue.identity
    mark = "EXEMPELDATA. " if view.synthetic else ""
    title = f"{mark}Läget för {identity.title.lower()} {view.year}, {identity.county}"
    sections = status_sections(view, today)
    path = pages.write(workbook.output / "status" / f"{name}.html", title, sections, workbook.root)
    return path, [f"{title} ({long_date(today)})", "", *(line for s in sections for line in pages.lines(s))]


def status_sections(view: View, today: date) -> list[Section]:
    """Return the sections of a report's status: the next steps, then every part that has content."""
    sources, answers = source_states(view, today), unit_answers(view)
    parts = [_sources(view, sources), _answers(view, answers), _goals(view), _actors(view), _signatures(view)]
    return [_next_steps(view, sources, answers), *(part for part in parts if part.rows or part.sentences)]


def source_states(view: View, today: date) -> list[SourceState]:
    """Return the state of each source family that has figures in the report."""
    states = []
    for family, declaration in view.catalogue.quality.items():
        sources = [source.id for source in view.catalogue.sources.values() if source.family == family]
        years = view.rows.loc[view.rows["source"].isin(sources), "year"]
        if years.empty:
            continue
        newest = int(years.max())
        due = declaration.due_date(view.year)
        complete = newest >= view.year
        overdue = not complete and due is not None and due <= min(today, view.parameters.cut_off)
        states.append(SourceState(declaration.name, due, newest, complete, overdue))
    return states


def unit_answers(view: View) -> list[UnitAnswers]:
    """Return how many of the report year's questions each municipality and district has answered."""
    rows = view.rows[(view.rows["year"] == view.year) & (view.rows["sex"] == "T") & (view.rows["group"] == "T")]
    rows = rows[rows["region"].map(view.catalogue.region_types).isin(UNIT_TYPES)]
    rows = rows[rows["source"].isin([source.id for source in view.catalogue.sources.values() if source.survey])]
    answers = []
    for region, statuses in rows.groupby("region")["status"]:
        asked = statuses[~statuses.isin(["N", "L"])]
        name = view.catalogue.region_names[str(region)]
        answers.append(UnitAnswers(name, int((asked != "M").sum()), len(asked)))
    return answers


def _next_steps(view: View, sources: list[SourceState], answers: list[UnitAnswers]) -> Section:
    name = view.parameters.name
    steps = [f"Hämta {source.name} för {view.year}." for source in sources if source.overdue]
    if silent := [unit.name for unit in answers if unit.asked and not unit.answered]:
        others = " med flera" if len(silent) > MOST_NAMED else ""
        steps.append(f"Påminn {join(silent[:MOST_NAMED])}{others} om enkäten.")
    steps += final.open_points(view)
    built = manifest.read(view.workbook.output / name)
    if built is None:
        steps.append(f"Bygg ett utkast: lagesrapport build {name}.")
    elif failed := len(built["failed"]):
        steps.append(f"Åtgärda {count(failed, 'kapitel', 'kapitel', neuter=True)} som inte gick att framställa.")
    if not steps and view.parameters.status == "utkast":
        steps.append(f"Sätt status: fastställd i parameters/{name}.yaml, bygg och försegla.")
    return Section("Nästa steg", steps or ["Allt är klart."])


def _sources(view: View, sources: list[SourceState]) -> Section:
    rows = []
    for source in sources:
        state = "har kommit" if source.complete else "väntad, har inte kommit" if source.overdue else "har inte kommit"
        rows.append([source.name, long_date(source.due) if source.due else "dag inte känd", str(source.newest), state])
    columns = ["Källa", f"Väntas för {view.year}", "Senaste mätår", "Läge"]
    return Section("Källor", [], columns, rows, f"Källornas uppgifter för {view.year}.")


def _answers(view: View, answers: list[UnitAnswers]) -> Section:
    title = "Kommuner och stadsdelar"
    if not answers:
        return Section(title, [f"Inga svar för {view.year} finns i underlaget."])
    complete = sum(unit.answered == unit.asked for unit in answers)
    text = f"{complete} av {len(answers)} har svarat på alla frågor som finns för {view.year}."
    rows = [[unit.name, f"{unit.answered} av {unit.asked}"] for unit in answers if unit.answered < unit.asked]
    return Section(title, [text], ["Enhet", "Besvarade frågor"], rows, "De som inte har svarat på allt.")


def _goals(view: View) -> Section:
    """List for each goal how many decided indicators have figures, its assessment, and whether it has a comment."""
    assessments = view.known.assessments(view.year)
    rows = []
    for goal in view.strategy.goals:
        decided = [i for i in view.indicators(goal.id) if i.kind(view.year) == "indikator"]
        with_year = [indicator for indicator in decided if view.year in view.known_years(indicator)]
        with_value = [indicator for indicator in decided if view.has_home_value(indicator)]
        assessment = assessments[goal.id].assessment if goal.id in assessments else "ingen"
        rows.append(
            [
                f"{goal.id}. {goal.short}",
                f"{len(with_year)} av {len(decided)}",
                f"{len(with_value)} av {len(decided)}",
                upper_first(assessment.lower()),
                "ja" if view.comment(goal.id) else "nej",
            ]
        )
    columns = ["Mål", f"Indikatorer med {view.year}", "Med något år", "Bedömning", "Kommentar"]
    return Section("Målen", [], columns, rows, "Beslutade indikatorer, bedömning och kommentar per mål.")


def _actors(view: View) -> Section:
    title = "Aktörerna"
    if view.plan is None:
        return Section(title, [f"Ingen handlingsplan gällde {view.year}."])
    rows = []
    for actor in view.catalogue.actors.values():
        statuses = [c.status(view.year, view.parameters.cut_off) for c in view.promises() if actor.id in c.actors]
        if statuses:
            known = sum(status != "uppgift saknas" for status in statuses)
            rows.append([actor.name, f"{known} av {len(statuses)}"])
    caption = f"Vad aktörerna har svarat om sina åtaganden {view.year}."
    return Section(title, [], ["Aktör", "Åtaganden med status"], rows, caption)


def _signatures(view: View) -> Section:
    signed: dict[str, SignOff] = {entry.role: entry for entry in final.signoffs(view)}
    rows = []
    for role in final.ROLES:
        entry = signed.get(role)
        rows.append(
            [upper_first(role), *((entry.holder, long_date(entry.date)) if entry else ("–", "inte underskriven"))]
        )
    return Section("Underskrifter", [], ["Roll", "Av", "Dag"], rows, "Vilka som har skrivit under rapporten.")
