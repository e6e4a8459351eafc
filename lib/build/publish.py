"""From executed chapters to a published report: join and check them, make the PDF, replace the former report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import nbformat
import pandas as pd

from lib.analysis.view import View
from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.build import assemble, final, gates, leaks, manifest
from lib.build import paper as pdf
from lib.build.run import ChapterRun
from lib.build.stale import Former, key, reads
from lib.data.parameters import ChapterEntry
from lib.show.blocks.block import EXAMPLE


@dataclass
class Build:
    """A report being built in a scratch folder inside ``output/``; ``close`` removes the folder and unlocks the report.

    ``only`` holds chapter numbers for a preview, and is empty for the whole report.
    """

    view: View
    only: Sequence[str]
    entries: list[ChapterEntry]
    sources: dict[str, nbformat.NotebookNode]
    #: Hashes of all files that the report is made from, by name.
    inputs: dict[str, str]
    former: Former
    #: The figures that are hidden or rounded, one row each (`lib.analysis.view.audited`).
    masked: pd.DataFrame
    scratch: Path
    #: When the build started, in seconds of `time.perf_counter`.
    started: float
    progress: Callable[[str], None]
    close: Callable[[], None]
    runs: list[ChapterRun] = field(default_factory=list)
    #: The other chapters' facts, which chapters that run last read.
    facts: str = ""

    @property
    def folder(self) -> Path:
        """The folder in which the new report is made."""
        return self.scratch / "report"

    @property
    def output(self) -> Path:
        """The report's folder in ``output/``."""
        return self.former.folder

    @property
    def target(self) -> Path:
        """The folder that the new report or preview will replace."""
        return self.output / "preview" if self.only else self.output

    @property
    def name(self) -> str:
        """The name of the page and of the PDF, without ending."""
        return f"lagesrapport-{self.view.parameters.name}" + ("-forhandsvisning" if self.only else "")

    def executed(self, entry: ChapterEntry) -> Path:
        """Return the path of a chapter's executed notebook."""
        return self.folder / "notebooks" / f"{entry.notebook}.ipynb"


@dataclass
class Result:
    """A published report: its page, the chapters that failed, warnings, and how many seconds the build took."""

    report: Path
    failed: list[ChapterRun]
    warnings: list[str]
    seconds: float


def publish(build: Build, *, paper: bool | None = None) -> Result:
    """Make the report of executed chapters and replace the former one.

    Parameters
    ----------
    paper : bool, optional
        Whether to make the PDF; None makes one of the whole report, but none of a preview.

    Raises
    ------
    WorkbookError
        If the page or the PDF does not pass its checks, a file holds personal or machine identifiers, an input changed
        during the build, or a final report lacks a chapter or has changed since signing; the former report then stays.
    """
    with closing(build):
        _refuse_unsigned(build)
        html = _write(build)
        if paper or (paper is None and not build.only):
            build.progress("  PDF")
            pdf.write(html, build.folder / f"{build.name}.pdf")
        _write_manifest(build)
        leaks.check_folder(build.folder, build.view.workbook.root)
        _refuse_changed(build)
        atomic.exchange(build.folder, build.target)
    _write_log(build)
    return Result(
        build.target / f"{build.name}.html",
        [run for run in build.runs if run.error],
        final.old_numbers(build.view, date.today()),
        time.perf_counter() - build.started,
    )


def _refuse_unsigned(build: Build) -> None:
    """Refuse a final report that lacks a chapter, or whose content is not what was signed."""
    if build.view.parameters.status != "fastställd" or build.only:
        return
    lacking = [f"{run.entry.notebook} failed ({run.error})." for run in build.runs if run.error]
    if faults := lacking or final.signed_otherwise(build.view, _content(build)):
        raise WorkbookError(f"The final report was not published. {' '.join(faults)}")


def _content(build: Build) -> str:
    return final.content(run.notebook for run in build.runs if run.notebook)


def _write(build: Build) -> str:
    """Write page, facts and data, and return the page."""
    html = assemble.page(build.view, build.runs, final.open_points(build.view), partial=bool(build.only))
    gates.check(html)
    html = gates.without_marks(html)
    (build.folder / f"{build.name}.html").write_text(html, encoding="utf-8")
    assemble.write_facts(build.runs, build.folder)
    assemble.write_data(build.runs, build.folder / "data", f"{EXAMPLE}-" if build.view.synthetic else "")
    return html


def _write_manifest(build: Build) -> None:
    view, parameters = build.view, build.view.parameters
    chapters = {
        run.entry.notebook: key(view, run.entry, build.facts) | {"reads": reads(view, run.notebook)}
        for run in build.runs
        if run.notebook
    }
    manifest.write(
        build.folder,
        year=parameters.year,
        synthetic=view.synthetic,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=manifest.commit(view.workbook.root),
        parameters=parameters.model_dump(mode="json"),
        content=_content(build),
        failed={run.entry.notebook: run.error for run in build.runs if run.error},
        seconds={run.entry.notebook: round(run.seconds, 2) for run in build.runs},
        inputs=build.inputs,
        chapters=chapters,
    )


def _refuse_changed(build: Build) -> None:
    """Refuse a report if an input changed: some chapters may have read the file before, and others after."""
    workbook = build.view.workbook
    now = manifest.describe_inputs(workbook, manifest.input_files(workbook, build.view.parameters, build.entries))
    if changed := manifest.differing(build.inputs, now):
        raise WorkbookError(f"{changed[0]} changed while the report was built; build it again.")


def _write_log(build: Build) -> None:
    """Write for reviewers, outside the published folder, which figures were hidden or rounded; no file if none were."""
    path = build.view.workbook.output / "review" / f"{build.view.parameters.name}-masking.csv"
    path.unlink(missing_ok=True)
    if len(build.masked):
        path.parent.mkdir(exist_ok=True)
        build.masked.to_csv(path, index=False, lineterminator="\n")
