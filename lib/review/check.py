"""Everything that can be said about parameters and data before a build, as sentences grouped by what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path

from lib.analysis.unseen import unseen
from lib.analysis.value import UNIT_TYPES
from lib.analysis.view import View, audited, open_view
from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.files import files_in, read_table
from lib.base.swedish import join
from lib.base.workbook import Workbook, copied_data
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.indicators import Indicator
from lib.data.observations import COLUMNS, faults, read_observations
from lib.data.parameters import Parameters, goal_of, notebook_path, read_notebook, read_parameters
from lib.receive.csv_file import repaired
from lib.review.status import source_states
from lib.scaffold.records import NO_INDICATOR, NO_WORDING
from lib.scaffold.workbook import UNNAMED


class Group(Enum):
    """What to do about a finding, in the order of printing; the value is the heading."""

    CORRECT = "Correct these: a build stops at them"
    REPAIR = "Saved by Excel: understood, and put right with lagesrapport check --repair"
    LOOK = "Look at these: they may be right"
    WAIT = "Ask for these: they have not come in"
    DECIDE = "Decide these before the report is final"
    LACK = "These have no figures for the county"


#: A change since the year before is reported if it is larger than this: in percentage points, or as a ratio for counts,
#: of which the larger must be at least ``LEAST``.
POINTS, TIMES, LEAST = 20, 2, 20
#: How many faults of one file are listed.
MOST_FAULTS = 25
#: How many unanswered indicators of a unit are named.
MOST_NAMED = 3


@dataclass(frozen=True)
class Finding:
    """A sentence about parameters or data, and what to do about it."""

    group: Group
    text: str

    @property
    def stops(self) -> bool:
        """Whether a build stops at it."""
        return self.group in (Group.CORRECT, Group.REPAIR)


@dataclass(frozen=True)
class Repair:
    """A table that Excel has saved: its path, its text in the workbook's format, and what Excel did to it."""

    path: Path
    text: str
    habits: list[str]


def check(workbook: Workbook, names: Sequence[str], today: date) -> list[Finding]:
    """Check reports in stages: parameters, then data, then what the reports say; a stage with faults hides the next.

    Parameters
    ----------
    names : sequence of str
        Names of reports; if empty, the data of all reports are checked, and only the last report itself.
    """
    found: list[Finding] = []
    reports: list[Parameters] = []
    for name in names or [path.stem for path in files_in(workbook.parameters, "*.yaml")]:
        try:
            reports.append(read_parameters(workbook, name))
        except WorkbookError as error:
            found.append(Finding(Group.CORRECT, str(error)))
    for data in dict.fromkeys(parameters.data for parameters in reports):
        found += _check_data(workbook.root / data)
    if not any(finding.stops for finding in found):
        for parameters in reports if names else reports[-1:]:
            found += _check_report(workbook, parameters, today)
    return list(dict.fromkeys(found))


def lines(found: Sequence[Finding]) -> list[str]:
    """Return findings as lines for the terminal, group by group."""
    printed = []
    for group in Group:
        texts = [finding.text for finding in found if finding.group == group]
        if texts:
            printed += [f"{group.value} ({len(texts)})", *(f"  - {text}" for text in texts), ""]
    return printed or ["Nothing to correct, ask for or decide."]


def repair_all(workbook: Workbook) -> list[Repair]:
    """Write all tables that Excel has saved back in the workbook's format, and return what was repaired."""
    done = []
    for data in workbook.data_folders():
        for repair in _repairs(data):
            atomic.write(repair.path, repair.text)
            done.append(repair)
    return done


def _repairs(data: Path) -> Iterator[Repair]:
    codes: set[str] = set()
    regions = data / "regions.csv"
    for path in dict.fromkeys([regions, *files_in(data, "*.csv"), *files_in(data / "observations", "*.csv")]):
        try:
            text, habits = repaired(path, codes)
        except WorkbookError:
            continue
        if path == regions:
            codes = {line.partition(",")[0] for line in text.splitlines()[1:]}
        if habits and text != path.read_bytes().decode("utf-8", errors="replace"):
            yield Repair(path, text, habits)


def _check_data(data: Path) -> list[Finding]:
    """Check a data folder or, if Excel has saved tables in it, a copy of it with these tables repaired."""
    repairs = list(_repairs(data))
    if not repairs:
        return list(_check_stages(data))
    with copied_data(data, {repair.path: repair.text for repair in repairs}) as copy:
        found = [replace(finding, text=copy.name_originals(finding.text)) for finding in _check_stages(copy.data)]
    return [Finding(Group.REPAIR, f"{repair.path}: {', '.join(repair.habits)}") for repair in repairs] + found


def _check_stages(data: Path) -> Iterator[Finding]:
    try:
        catalogue = Catalogue(data)
    except WorkbookError as error:
        yield Finding(Group.CORRECT, f"{error} (The rest, which depends on it, has not been checked yet.)")
        return
    yield from (Finding(Group.CORRECT, sentence) for sentence in commentary.faults(data))
    wrong = False
    for path in files_in(data / "observations", "*.csv"):
        try:
            sentences = faults(path, catalogue)
        except WorkbookError as error:
            sentences = [str(error)]
        wrong |= bool(sentences)
        yield from (Finding(Group.CORRECT, text) for text in sentences[:MOST_FAULTS])
        if len(sentences) > MOST_FAULTS:
            yield Finding(Group.CORRECT, f"{path}: {len(sentences) - MOST_FAULTS} more faults; correct these first.")
    if not wrong:
        yield from _check_together(data, catalogue)


def _check_together(data: Path, catalogue: Catalogue) -> Iterator[Finding]:
    """Check what no single file shows: keys that occur twice, missing series, units that did not exist in the year."""
    try:
        read_observations(catalogue)
    except WorkbookError as error:
        yield Finding(Group.CORRECT, str(error))
        return
    types = catalogue.region_types
    for path in files_in(data / "observations", "*.csv"):
        for number, row in enumerate(read_table(path, COLUMNS), 2):
            if types[row["region"]] in UNIT_TYPES and not _existed(catalogue, row["region"], int(row["year"])):
                name = catalogue.region_names[row["region"]]
                yield Finding(
                    Group.CORRECT,
                    f"{path}, row {number}, column region: {name} did not exist at the end of {row['year']} (data/regions.csv); correct code or year.",
                )


def _existed(catalogue: Catalogue, code: str, year: int) -> bool:
    """Return whether a region existed on some day of a year."""
    return any(r.code == code and r.exists(date(year, 1, 1), date(year, 12, 31)) for r in catalogue.regions.values())


def _check_report(workbook: Workbook, parameters: Parameters, today: date) -> Iterator[Finding]:
    try:
        view = open_view(workbook, parameters.name, "kontroll")
        audited(view)
        # Reading the assessments checks them.
        len(view.assessments)
    except WorkbookError as error:
        yield Finding(Group.CORRECT, str(error))
        return
    yield from (Finding(Group.LOOK, text) for text in (*_names(view), *_jumps(view), *unseen(view), *_outlines(view)))
    yield from (Finding(Group.WAIT, text) for text in (*_overdue(view, today), *_unanswered(view)))
    yield from (Finding(Group.LACK, text) for text in _lacking(view))
    yield from (Finding(Group.DECIDE, text) for text in (*_undecided(view, today), *_placeholders(view)))


def _indicators(view: View) -> Iterator[tuple[int, Indicator]]:
    """Yield the number of each goal with each of its indicators."""
    for goal in view.strategy.goals:
        for indicator in view.indicators(goal.id):
            yield goal.id, indicator


def _names(view: View) -> Iterator[str]:
    """Yield where a goal's chapter has another name or wording than the strategy."""
    for entry in view.parameters.chapters:
        path = notebook_path(view.workbook, entry.notebook)
        notebook = read_notebook(path)
        goal = next((g for g in view.strategy.goals if g.id == goal_of(notebook)), None)
        if goal is None:
            continue
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        heading = re.search(r"(?m)^# (.+)$", text)
        quoted = [" ".join(line.split()).rstrip(".") for line in re.findall(r"(?m)^> (.+)$", text)]
        where = view.workbook.relative(path)
        strategies = f"{view.parameters.data}/strategy/strategies.yaml"
        if heading is None or heading[1] != f"Mål {goal.id}. {goal.short}":
            said = f"is called ”{heading[1]}”" if heading else "has no heading"
            yield f"{where} {said}, but {strategies} ”Mål {goal.id}. {goal.short}”; make them the same."
        if goal.wording.rstrip(".") not in quoted:
            yield f"{where} does not quote the goal as {strategies} words it (”{goal.wording}”); make them the same."


def _placeholders(view: View) -> Iterator[str]:
    """Yield what ``lagesrapport new`` has put in place of what was not known."""
    strategies = f"{view.parameters.data}/strategy/strategies.yaml"
    for goal in view.strategy.goals:
        if NO_WORDING in goal.wording or goal.short == UNNAMED:
            yield f"{strategies}: goal {goal.id} has no wording yet; give it with lagesrapport new goal {goal.id} --title … --wording …"
    for goal_id, indicator in _indicators(view):
        if indicator.title == NO_INDICATOR:
            yield f"data/indicators/: {indicator.id} only says that goal {goal_id} has no indicator; replace it."


def _outlines(view: View) -> Iterator[str]:
    """Yield which municipalities a map cannot show, where there are outlines at all."""
    names = view.unoutlined(view.year)
    if names and view.known.outlines:
        yield f"{view.parameters.data}/geo/municipalities.geojson has no outline of {join(names)}; maps leave them out and say so."


def _jumps(view: View) -> Iterator[str]:
    """Yield the county's figures that differ much from the year before."""
    for _, indicator in _indicators(view):
        for line in view.finding(indicator.id).home:
            values = {value.year: value.value for value in line.known}
            if view.year not in values or view.year - 1 not in values:
                continue
            before, now = values[view.year - 1], values[view.year]
            if question := _doubt(indicator.unit, before, now):
                yield f"{indicator.id}, {line.label}: {before:g} in {view.year - 1}, {now:g} in {view.year}{question}"


def _doubt(unit: str, before: float, now: float) -> str:
    """Return the question that a large change raises, to end a sentence; empty if the change is not large."""
    if unit == "procent" and abs(now - before) > POINTS:
        return f" ({now - before:+.0f} percentage points); is it the same measure?"
    small, large = sorted((before, now))
    if unit == "antal" and large >= LEAST and (small == 0 or large / small > TIMES):
        return "; is it the same measure, and are all who were asked in it?"
    return ""


def _overdue(view: View, today: date) -> Iterator[str]:
    for source in source_states(view, today):
        if source.overdue:
            yield f"{source.name}: the figures for {view.year} were due on {source.due}; get them (lagesrapport import)."


def _unanswered(view: View) -> Iterator[str]:
    """Yield the units that have not answered questions about the report's year."""
    unanswered: dict[str, list[str]] = {}
    for _, indicator in _indicators(view):
        for answer in view.finding(indicator.id).answers:
            if answer.year == view.year and answer.whole and answer.status == "M" and answer.source.survey:
                unanswered.setdefault(answer.region.name, []).append(indicator.id)
    for name, indicators in unanswered.items():
        different = list(dict.fromkeys(indicators))
        questions = ", ".join(different) if len(different) <= MOST_NAMED else f"{len(different)} questions"
        yield f"{name} has not answered {questions} for {view.year}."


def _lacking(view: View) -> Iterator[str]:
    for goal, indicator in _indicators(view):
        if not view.has_home_value(indicator):
            yield f"Goal {goal}: {indicator.id} ({indicator.kind(view.year)})"


def _undecided(view: View, today: date) -> Iterator[str]:
    from lib.build.final import undecided  # imports the libraries that run notebooks

    yield from undecided(view)
    for line in view.catalogue.support.values():
        if line.publisher and line.stale(today):
            yield f"data/support.yaml, {line.id}: its source is more than a year old or has no date; ring {line.number} and find a newer source."
