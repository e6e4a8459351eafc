"""``lagesrapport build``: run the notebooks of one or more reports and publish the results."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lib.base.errors import WorkbookError, one_line
from lib.base.workbook import Workbook
from lib.cli import options

if TYPE_CHECKING:
    from lib.build.publish import Result
    from lib.data.parameters import Parameters

#: Exit code: the draft was made, but lacks chapters that failed.
FAILED_CHAPTERS = 3
#: A longer range of years is taken for a typing mistake.
MOST_YEARS = 50


def _names(text: str) -> list[str]:
    """Return the reports that an argument names: one, or those of a range of years."""
    if years := re.fullmatch(r"(\d{4})-(\d{4})", text):
        first, last = int(years[1]), int(years[2])
        if first > last or last - first > MOST_YEARS:
            raise click.BadParameter(f"'{text}' is not a range of years such as 2020-2025")
        return [str(year) for year in range(first, last + 1)]
    if not re.fullmatch(r"[a-z0-9_]+", text):
        raise click.BadParameter(f"'{text}' is neither a year nor the name of a file in parameters/")
    return [text]


class _BuildCommand(click.Command):
    """A command that takes several chapters after ``--only``: ``--only 3 5`` is ``--only 3 --only 5``."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        words: list[str] = []
        only = False
        for word in arguments:
            if word.startswith("-"):
                only = word == "--only"
            elif only and words[-1] != "--only":
                words.append("--only")
            words.append(word)
        return super().parse_args(context, words)


@click.command(cls=_BuildCommand)
@click.argument("reports", nargs=-1, required=True, type=_names, metavar="REPORT...")
@click.option(
    "--only",
    multiple=True,
    metavar="N...",
    help="Preview only these chapters, by number or notebook; the report is not changed.",
)
@click.option(
    "--jobs",
    type=options.number,
    default=str(min(4, os.cpu_count() or 1)),
    metavar="N",
    show_default=True,
    help="Chapters run at a time.",
)
@click.option("--pdf/--no-pdf", default=None, help="Make a PDF, also of a preview; or make none.")
@click.option("--fresh", is_flag=True, help="Run every chapter, even if nothing has changed since the last build.")
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Run chapters on a Dask cluster, such as tcp://10.0.0.5:8786, that sees this folder.",
)
@click.option(
    "--engine",
    type=click.Choice(["lagesrapport", "ipykernel"]),
    default="lagesrapport",
    show_default=True,
    help="Run notebooks in processes forked from one with the libraries loaded, or each in an ordinary kernel.",
)
@options.with_workbook
def build(
    workbook: Workbook,
    *,
    reports: Sequence[Sequence[str]],
    only: Sequence[str],
    jobs: int,
    pdf: bool | None,
    fresh: bool,
    dask: str | None,
    engine: str,
) -> int:
    """Build one or more reports from their notebooks and data.

    REPORT is a year, years such as 2020-2025, or another name that has a file in parameters/.
    """
    from lib.build import kernel

    names = dict.fromkeys(name for names in reports for name in names)
    plans = [_plan(workbook, name, always=fresh or bool(only), pdf=pdf) for name in names]
    outdated = [parameters for parameters, _ in plans if parameters]
    if not outdated:
        return 0
    if not kernel.available():
        engine = "ipykernel"
    if engine == "lagesrapport" and not dask and any(executes for _, executes in plans):
        kernel.start(str(workbook.root), outdated[0].name)
    # A build keeps millions of small objects; Python's usual garbage collection of them would take a tenth of its time.
    gc.set_threshold(200_000)
    # The heavy libraries are imported only here: unchanged reports are recognised without them.
    from lib.build.builds import build_all
    from lib.build.run import cluster, local

    open_runner = partial(cluster, dask) if dask else partial(local, jobs=jobs)
    codes: list[int] = []
    build_all(
        workbook,
        outdated,
        partial(open_runner, engine=engine),
        only=only,
        fresh=fresh,
        paper=pdf,
        done=lambda name, result: codes.append(_print_result(name, result)),
    )
    return max(codes)


def _plan(workbook: Workbook, name: str, *, always: bool, pdf: bool | None) -> tuple[Parameters | None, bool]:
    """Return the parameters of a report (None if it is up to date), and whether its notebooks must run."""
    from lib.base import atomic
    from lib.build import manifest
    from lib.data.parameters import read_parameters

    parameters = read_parameters(workbook, name)
    atomic.tidy_report(workbook, name)
    if always:
        return parameters, True
    report = workbook.output / name / f"lagesrapport-{name}.html"
    files = manifest.input_files(workbook, parameters, parameters.chapters)
    inputs = manifest.describe_inputs(workbook, files)
    whole = pdf is False or report.with_suffix(".pdf").exists()
    if not (whole and manifest.is_current(report.parent, inputs)):
        return parameters, not manifest.only_prose_changed(report.parent, inputs, workbook)
    print(f"{name}: nothing has changed since the report was built.\n{_location(report)}")
    return None, False


def _print_result(name: str, result: Result | WorkbookError) -> int:
    """Print how a build ended, and return its exit code."""
    if isinstance(result, WorkbookError):
        print(f"lagesrapport: {one_line(str(result))}", file=sys.stderr)
        return 1
    print(f"{name}: done in {result.seconds:.0f} s\n{_location(result.report)}")
    for warning in result.warnings:
        print(f"lagesrapport: {warning}", file=sys.stderr)
    for run in result.failed:
        print(
            f"lagesrapport: {run.entry.notebook} failed ({run.error}); the draft says so in its place.", file=sys.stderr
        )
    return FAILED_CHAPTERS if result.failed else 0


def _location(report: Path) -> str:
    return f"The report is {report}\nOpen it with a double-click, or at {report.as_uri()}"
