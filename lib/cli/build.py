"""``lagesrapport build``: run the notebooks of one or more reports and make them."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base import place
from lib.base.errors import WorkbookError, one_line
from lib.base.workbook import Workbook
from lib.build import manifest
from lib.build import paper as pdf
from lib.build.kernel import server
from lib.cli.common import add_root, opened

if TYPE_CHECKING:
    from lib.build.publish import Result
    from lib.data.parameters import Parameters

FAILED_CHAPTERS = 3
#: The longest range of years that is taken for one, not for a slip of the pen.
MOST_YEARS = 50


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verb and its options."""
    build = verbs.add_parser("build", help="run the notebooks of one or more reports and make them")
    build.add_argument(
        "reports",
        nargs="+",
        type=_reports,
        metavar="REPORT",
        help="a year, years such as 2020-2025, or another name that has a file in parameters/",
    )
    add_root(build)
    build.add_argument(
        "--only",
        nargs="+",
        type=int,
        default=[],
        metavar="N",
        help="preview these chapters only; the report is left alone",
    )
    build.add_argument(
        "--jobs",
        type=_positive,
        default=min(4, os.cpu_count() or 1),
        metavar="N",
        help="chapters run at a time (default: %(default)s)",
    )
    paper = build.add_mutually_exclusive_group()
    paper.add_argument(
        "--pdf", action="store_true", default=None, help="stop if no PDF can be made; also for a preview"
    )
    paper.add_argument(
        "--no-pdf", action="store_false", dest="pdf", help="make no PDF, which takes a third of the time"
    )
    build.add_argument(
        "--fresh", action="store_true", help="run every chapter, even if nothing has changed since last time"
    )
    build.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="run chapters on a Dask cluster, such as tcp://10.0.0.5:8786, that sees this folder",
    )
    build.add_argument(
        "--engine",
        choices=["lagesrapport", "ipykernel"],
        default="lagesrapport",
        help="how notebooks run: in processes forked from a warm one, or each in an ordinary kernel (default: %(default)s)",
    )
    build.set_defaults(run=run)


def _reports(text: str) -> list[str]:
    """Return the reports that a word of the command stands for: one, or those of all years from one to another."""
    if years := re.fullmatch(r"(\d{4})-(\d{4})", text):
        first, last = int(years[1]), int(years[2])
        if first > last or last - first > MOST_YEARS:
            raise argparse.ArgumentTypeError(f"'{text}' is no range of years such as 2020-2025")
        return [str(year) for year in range(first, last + 1)]
    if not re.fullmatch(r"[a-z0-9_]+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is neither a year nor the name of a file in parameters/")
    return [text]


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number from 1 up")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Build the reports and return 0, 1 for something to mend, or 3 for a draft that lacks chapters."""
    workbook = opened(options)
    names = list(dict.fromkeys(name for names in options.reports for name in names))
    looks = [_look(workbook, name, options) for name in names]
    wanted = [parameters for parameters, _ in looks if parameters]
    if not wanted:
        return 0
    engine = options.engine if server.available() else "ipykernel"
    if engine == "lagesrapport" and not options.dask and any(executes for _, executes in looks):
        server.start(str(workbook.root), wanted[0].name)
    # A build makes millions of small objects that stay: looking for unreachable ones among them takes a tenth of its time.
    gc.set_threshold(200_000)
    # The heavy libraries only now: a look at an unchanged report is done before they would be loaded.
    from lib.build import run as runs
    from lib.build.builds import build_all

    open_runner = partial(runs.cluster, options.dask) if options.dask else partial(runs.runner, jobs=options.jobs)
    codes = []
    build_all(
        workbook,
        wanted,
        partial(open_runner, engine=engine),
        only=options.only,
        fresh=options.fresh,
        paper=options.pdf,
        tell=lambda *told: codes.append(_tell(*told)),
    )
    return max(codes)


def _tell(name: str, result: Result | WorkbookError, seconds: float) -> int:
    """Say how a build ended, and return its exit code."""
    if isinstance(result, WorkbookError):
        print(f"lagesrapport: {one_line(str(result))}", file=sys.stderr)
        return 1
    print(f"{name}: done in {seconds:.0f} s\n{_where(result.report)}")
    for warning in result.warnings:
        print(f"lagesrapport: {warning}", file=sys.stderr)
    for run in result.failed:
        print(
            f"lagesrapport: {run.entry.notebook} failed ({run.error}); the draft says so in its place.", file=sys.stderr
        )
    return FAILED_CHAPTERS if result.failed else 0


def _look(workbook: Workbook, name: str, options: argparse.Namespace) -> tuple[Parameters | None, bool]:
    """Return what a report is made from and whether anything must be executed for it; if it is as its inputs make it, say so."""
    from lib.data.parameters import read_parameters

    parameters = read_parameters(workbook, name)
    place.tidy(workbook, name)
    report = workbook.output / name / f"lagesrapport-{name}.html"
    if options.fresh or options.only:
        return parameters, True
    files = manifest.input_files(workbook, parameters, parameters.chapters)
    inputs = manifest.describe_inputs(workbook, files)
    whole = options.pdf is False or report.with_suffix(".pdf").exists() or (options.pdf is None and pdf.missing())
    if not (whole and manifest.is_current(report.parent, inputs)):
        return parameters, not manifest.only_prose_changed(report.parent, inputs, workbook)
    print(f"{name}: nothing has changed since the report was built.\n{_where(report)}")
    return None, False


def _where(report: Path) -> str:
    return f"The report is {report}\nOpen it with a double-click, or at {report.as_uri()}"
