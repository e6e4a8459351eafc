"""A new year's parameters, assessments and comments, carried over from the year before; open decisions are marked."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.files import files_in
from lib.base.workbook import Workbook
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.commentary import UNDECIDED
from lib.data.parameters import Parameters, read_parameters

CHOICES = "Uppnått · Nära · Inte nära · Går inte att bedöma"


def new_year(workbook: Workbook, year: int, *, after: str = "", name: str = "") -> list[str]:
    """Make a report for a year from the one before it, and return messages for the terminal.

    Parameters
    ----------
    after : str
        The report to carry over from; by default the newest of an earlier year.
    name : str
        The new report's name; by default the year, or ``exempel_2025`` after ``exempel``.

    Raises
    ------
    WorkbookError
        If the year already has its files, the report to follow does not exist, or the strategy does not cover the year.
    """
    former = read_parameters(workbook, after or _newest(workbook, year))
    name = name or (str(year) if former.name.isdigit() else f"{former.name}_{year}")
    if not re.fullmatch(r"[a-z0-9_]{1,60}", name) or (name.isdigit() and int(name) != year):
        raise WorkbookError(f"'{name}' cannot be the name of a report for {year}; use the year, or a-z, 0-9 and _.")
    data = workbook.root / former.data
    catalogue = Catalogue(data)
    if not catalogue.strategies[former.strategy].covers(year):
        raise WorkbookError(
            f"The strategy {former.strategy} does not cover {year}; add the one that does to data/strategy/strategies.yaml."
        )
    goals = {goal.id: goal.short for goal in catalogue.strategies[former.strategy].in_year(year).goals}
    files = {
        workbook.parameters / f"{name}.yaml": _parameters(workbook, former, year),
        data / "assessments" / f"{year}.yaml": _assessments(goals, catalogue, former.year, year),
    } | {
        commentary.comment_path(data, year, goal): _comment(short, data, former.year, goal, year)
        for goal, short in goals.items()
    }
    for path in files:
        if path.exists():
            raise WorkbookError(f"{path} is already there; nothing was written.")
    atomic.write_together(workbook.root, files)
    read_parameters(workbook, name)
    return [
        *(f"made {workbook.relative(path)}" for path in list(files)[:2]),
        f"made {workbook.relative(data / 'commentary' / str(year))}/ with a file per goal",
        f"Decide what is marked {UNDECIDED}: the cut-off in parameters/{name}.yaml, and each assessment.",
        f"Next: lagesrapport import survey --new {year}; see lagesrapport status {name}.",
    ]


def _newest(workbook: Workbook, year: int) -> str:
    years = [int(p.stem) for p in files_in(workbook.parameters, "*.yaml") if p.stem.isdigit() and int(p.stem) < year]
    if not years:
        raise WorkbookError(f"There is no report of an earlier year than {year} to follow; name one with --after.")
    return str(max(years))


def _parameters(workbook: Workbook, former: Parameters, year: int) -> str:
    """Return the former report's parameters as a draft for a year, with an assumed cut-off to be decided.

    Lines are replaced, not YAML values, so that comments stay.
    """
    text = (workbook.parameters / f"{former.name}.yaml").read_text(encoding="utf-8")
    try:
        cut_off = former.cut_off.replace(year=former.cut_off.year + year - former.year)
    except ValueError:  # 29 February
        cut_off = date(former.cut_off.year + year - former.year, 3, 1)
    reason = f"cut_off_reason: >-\n  {UNDECIDED}. Dagen är framräknad ur rapporten för {former.year}."
    for pattern, line in [
        (r"(?m)^year: .*$", f"year: {year}"),
        (r"(?m)^cut_off: .*$", f"cut_off: {cut_off}"),
        (r"(?m)^cut_off_basis: .*$", "cut_off_basis: antagen"),
        (r"(?m)^cut_off_reason:.*(\n[ \t]+.*)*", reason),
        (r"(?m)^efterhand: .*$", "efterhand: false"),
        (r"(?m)^status: .*$", "status: utkast"),
    ]:
        text, changed = re.subn(pattern, line, text, count=1)
        if not changed and not pattern.startswith("(?m)^efterhand"):
            raise WorkbookError(
                f"parameters/{former.name}.yaml has no line that begins with '{line.partition(':')[0]}:'; put it on a separate line."
            )
    return text


def _assessments(goals: dict[int, str], catalogue: Catalogue, former: int, year: int) -> str:
    """Return the text of a year's assessments, all undecided, with the former ones in comments."""
    former_assessments = catalogue.assessments(former)
    lines = [
        f"# Bedömningarna av målen {year}. De skrivs av människor och räknas aldrig fram.",
        f"# Byt {UNDECIDED} mot {CHOICES}, och fyll i varför, vem och när (till exempel 2026-05-20).",
        "assessments:",
    ]
    for goal, short in goals.items():
        before = former_assessments.get(goal)
        decided = f"{before.assessment}. {before.reason}" if before and before.decided else "ingen bedömning."
        lines += [
            f"  # {short}. {former}: {' '.join(decided.split())}",
            f"  - goal: {goal}",
            f"    assessment: {UNDECIDED}",
            '    reason: ""',
            '    role: ""',
            "    date:",
        ]
    return "\n".join(lines) + "\n"


def _comment(short: str, data: Path, former: int, goal: int, year: int) -> str:
    """Return the text of an empty comment on a goal, with the former comment in an HTML comment."""
    before = commentary.read(data, former, goal).replace("--", "–")
    quoted = f"Förra årets kommentar ({former}):\n\n{before}\n" if before else f"Ingen kommentar skrevs {former}.\n"
    return (
        f"<!-- {short}, {year}. Skriv kommentaren under den här rutan: stycken, listor, *betoning* och https-länkar går bra.\n"
        f"Det som står i rutan kommer inte med. {quoted}-->\n"
    )
