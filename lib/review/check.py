"""Everything that can be said of a workbook's data before a build, in sentences grouped by what to do next."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lib.analysis.series import UNIT_TYPES
from lib.analysis.view import View, audited, open_view
from lib.base.errors import WorkbookError
from lib.base.files import read_table
from lib.base.workbook import Workbook
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, faults, read_observations
from lib.data.parameters import Parameters, read_parameters
from lib.receive.repair import repaired

CORRECT, REPAIR, LOOK, WAIT, DECIDE, LACK = (
    "Correct these: a build stops at them",
    "Saved by Excel: understood, and put right with lagesrapport check --repair",
    "Look at these: they may be right",
    "Ask for these: they have not come in",
    "Decide these before the report is final",
    "These have no figures for the county",
)
GROUPS = [CORRECT, REPAIR, LOOK, WAIT, DECIDE, LACK]
#: A change from the year before that is larger is worth a look: percentage points, and times for counts.
POINTS, TIMES, LEAST = 20, 2, 20
MOST = 25


@dataclass(frozen=True)
class Finding:
    """A sentence, and the group of `GROUPS` it belongs to."""

    group: str
    text: str


def check(workbook: Workbook, names: list[str], today: date) -> list[Finding]:
    """Check parameters and data of some reports, in stages: a stage that stops hides those that rest on it.

    Parameters
    ----------
    names : list of str
        Reports; all that ``parameters/`` holds if empty.
    """
    found: list[Finding] = []
    reports: list[Parameters] = []
    for name in names or sorted(path.stem for path in workbook.parameters.glob("*.yaml")):
        try:
            reports.append(read_parameters(workbook, name))
        except WorkbookError as error:
            found.append(Finding(CORRECT, str(error)))
    for data in dict.fromkeys(parameters.data for parameters in reports):
        found += _data(workbook.root / data)
    if not any(finding.group in (CORRECT, REPAIR) for finding in found):
        for parameters in reports if names else reports[-1:]:
            found += _report(workbook, parameters, today)
    return list(dict.fromkeys(found))


def _data(data: Path) -> list[Finding]:
    """Check a data folder as it would be with Excel's habits put right."""
    found = [Finding(REPAIR, f"{path}: {', '.join(habits)}") for path, _, habits in repairs(data)]
    if not found:
        return list(_stages(data))
    home = data.parent if (data.parent / "report.yaml").exists() else data
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder:
        copy = Path(folder) / "workbook" / home.name
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("raw"))
        for path, text, _ in repairs(data):
            (copy / path.relative_to(home)).write_text(text, encoding="utf-8")
        stages = [
            Finding(f.group, f.text.replace(str(copy), str(home))) for f in _stages(copy / data.relative_to(home))
        ]
    return found + stages


def repairs(data: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """Yield the tables that Excel has saved: path, text in the workbook's own form, and the habits that were met."""
    codes: set[str] = set()
    for path in [data / "regions.csv", *sorted(data.glob("*.csv")), *sorted((data / "observations").glob("*.csv"))]:
        try:
            text, habits = repaired(path, codes)
        except WorkbookError:
            continue
        if path.name == "regions.csv":
            codes = {line.partition(",")[0] for line in text.splitlines()[1:]}
        if habits and text != path.read_bytes().decode("utf-8", errors="replace"):
            yield path, text, habits


def _stages(data: Path) -> Iterator[Finding]:
    try:
        catalogue = Catalogue(data)
    except WorkbookError as error:
        yield Finding(CORRECT, f"{error} (What rests on it has not been checked yet.)")
        return
    yield from (Finding(CORRECT, sentence) for sentence in commentary.faults(data))
    wrong = False
    for path in sorted((data / "observations").glob("*.csv")):
        try:
            sentences = faults(path, catalogue)
        except WorkbookError as error:
            sentences = [str(error)]
        wrong |= bool(sentences)
        yield from (Finding(CORRECT, text) for text in sentences[:MOST])
        if len(sentences) > MOST:
            yield Finding(CORRECT, f"{path}: {len(sentences) - MOST} more faults; correct these first.")
    if not wrong:
        yield from _whole(data, catalogue)


def _whole(data: Path, catalogue: Catalogue) -> Iterator[Finding]:
    """Check what only all files together can tell: keys that stand twice, series that are gone, the register of units."""
    try:
        read_observations(catalogue)
    except WorkbookError as error:
        yield Finding(CORRECT, str(error))
        return
    types = catalogue.region_types
    for path in sorted((data / "observations").glob("*.csv")):
        for number, row in enumerate(read_table(path, COLUMNS), 2):
            if types[row["region"]] in UNIT_TYPES and not _existed(catalogue, row["region"], int(row["year"])):
                name = catalogue.region_names[row["region"]]
                yield Finding(
                    CORRECT,
                    f"{path}, row {number}, column region: {name} did not exist at the end of {row['year']} (data/regions.csv); correct code or year.",
                )


def _existed(catalogue: Catalogue, code: str, year: int) -> bool:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return any(
        (r.valid_from is None or r.valid_from <= last) and (r.valid_to is None or r.valid_to >= first)
        for r in catalogue.regions.values()
        if r.code == code
    )


def _report(workbook: Workbook, parameters: Parameters, today: date) -> Iterator[Finding]:
    try:
        view = open_view(workbook, parameters.name, "kontroll")
        audited(view)
        len(view.assessments)
    except WorkbookError as error:
        yield Finding(CORRECT, str(error))
        return
    yield from _jumps(view)
    yield from _waiting(view, today)
    yield from _lacking(view)
    yield from _deciding(view, today)


def _jumps(view: View) -> Iterator[Finding]:
    for goal in view.strategy.goals:
        for indicator in view.indicators(goal.id):
            for line in view.series(indicator.id).home:
                now, before = (
                    line.rows[line.rows["year"] == year].dropna(subset=["value"]) for year in (view.year, view.year - 1)
                )
                if len(now) and len(before):
                    yield from _jump(
                        indicator.id,
                        line.label,
                        indicator.unit,
                        float(before.iloc[-1]["value"]),
                        float(now.iloc[-1]["value"]),
                        view.year,
                    )


def _jump(identifier: str, label: str, unit: str, before: float, now: float, year: int) -> Iterator[Finding]:
    what = f"{identifier}, {label}: {before:g} in {year - 1}, {now:g} in {year}"
    if unit == "procent" and abs(now - before) > POINTS:
        yield Finding(LOOK, f"{what} ({now - before:+.0f} percentage points); is it the same measure?")
    if (
        unit == "antal"
        and max(now, before) >= LEAST
        and (min(now, before) == 0 or max(now, before) / min(now, before) > TIMES)
    ):
        yield Finding(LOOK, f"{what}; is it the same measure, and are all who were asked in it?")


def _waiting(view: View, today: date) -> Iterator[Finding]:
    year = view.year
    for family, declaration in view.catalogue.quality.items():
        sources = {s.id for s in view.catalogue.sources.values() if s.family == family}
        rows = view.rows[view.rows["source"].isin(sources)]
        if declaration.due and len(rows) and not (rows["year"] == year).any():
            month, day = map(int, declaration.due.split("-"))
            due = date(year + 1, month, day)
            if due <= min(today, view.parameters.cut_off):
                yield Finding(
                    WAIT,
                    f"{declaration.name}: the figures for {year} were due on {due}; get them (lagesrapport import).",
                )
    silent: dict[str, list[str]] = {}
    for goal in view.strategy.goals:
        for indicator in view.indicators(goal.id):
            answers = view.series(indicator.id).answers
            here = answers[
                (answers["year"] == year)
                & (answers["status"] == "M")
                & (answers["group"] == "T")
                & (answers["sex"] == "T")
            ]
            for region in here["region"]:
                silent.setdefault(view.catalogue.region_names[region], []).append(indicator.id)
    for name, indicators in silent.items():
        some = (
            f"{', '.join(dict.fromkeys(indicators))}"
            if len(set(indicators)) <= 3
            else f"{len(set(indicators))} questions"
        )
        yield Finding(WAIT, f"{name} has not answered {some} for {year}.")


def _lacking(view: View) -> Iterator[Finding]:
    for goal in view.strategy.goals:
        for indicator in view.indicators(goal.id):
            if not view.has_home_value(indicator):
                yield Finding(LACK, f"Goal {goal.id}: {indicator.id} ({indicator.kind(view.year)})")


def _deciding(view: View, today: date) -> Iterator[Finding]:
    from lib.build.final import undecided  # rests on the same view

    yield from (Finding(DECIDE, text) for text in undecided(view))
    for line in view.catalogue.support.values():
        if line.publisher and line.stale(today):
            yield Finding(
                DECIDE,
                f"data/support.yaml, {line.id}: its source is more than a year old or has no date; ring {line.number} and find a newer source.",
            )


def told(found: list[Finding]) -> list[str]:
    """Return findings as lines for the terminal, group by group."""
    lines = []
    for group in GROUPS:
        own = [finding.text for finding in found if finding.group == group]
        if own:
            lines += [f"{group} ({len(own)})", *(f"  - {text}" for text in own), ""]
    return lines or ["Nothing to correct, ask for or decide."]
