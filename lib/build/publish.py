"""A build from start to end: check, run, join, look once more, and put the result in place in one step."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import nbformat
import pandas as pd
from filelock import BaseFileLock

from lib.analysis.view import View, audited, open_view
from lib.base import place
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import assemble, final, gates, leaks, manifest
from lib.build import paper as pdf
from lib.build.run import ChapterRun, Runner, run_chapters, write_scrubbed
from lib.build.stale import Former, key, reads
from lib.data import commentary
from lib.data.parameters import ChapterEntry, Parameters, check_notebook, given, notebook_path
from lib.receive.excel import ACTIVE
from lib.show import facts
from lib.show.blocks.block import EXAMPLE
from lib.show.blocks.summary import FACTS_VARIABLE


@dataclass
class Result:
    """Where a report stands and which chapters it lacks."""

    report: Path
    failed: list[ChapterRun]
    #: What should be looked at, though it stops nothing.
    warnings: list[str]


@dataclass
class Job:
    """A report that is being built: everything is made in ``scratch``, beside the present report.

    ``only`` holds chapter numbers for a preview, and is empty for the whole report.
    """

    view: View
    only: Sequence[int]
    entries: list[ChapterEntry]
    sources: dict[str, nbformat.NotebookNode]
    inputs: dict[str, str]
    place: Path
    former: Former
    masked: pd.DataFrame
    scratch: tempfile.TemporaryDirectory
    lock: BaseFileLock
    progress: Callable[[str], None]
    runs: list[ChapterRun] = field(default_factory=list)
    #: What chapters that run last were told of the others.
    facts: str = ""

    @property
    def folder(self) -> Path:
        """Where the new report is made."""
        return Path(self.scratch.name) / "report"

    @property
    def home(self) -> Path:
        """Where it will stand."""
        return self.place / "preview" if self.only else self.place

    def close(self) -> None:
        """Remove what was made beside the report, and let others build it."""
        self.scratch.cleanup()
        place.release(self.lock)

    @property
    def name(self) -> str:
        return f"lagesrapport-{self.view.parameters.name}" + ("-forhandsvisning" if self.only else "")


def begin(
    workbook: Workbook,
    parameters: Parameters,
    *,
    only: Sequence[int] = (),
    fresh: bool = False,
    progress: Callable[[str], None] = print,
) -> Job:
    """Check everything a report is made from, and make a place for it in ``output/``, beside the present one.

    Parameters
    ----------
    only : sequence of int
        Chapter numbers for a preview; empty for the whole report.
    fresh : bool
        Run every chapter, also those that the last build could lend.
    progress : callable
        Told one line at a time.

    Raises
    ------
    WorkbookError
        If parameters, data or notebooks do not pass their checks.
    """
    entries = _chosen(parameters, only)
    sources = {
        entry.notebook: check_notebook(notebook_path(workbook, entry.notebook), given(parameters, entry))
        for entry in entries
    }
    view = open_view(workbook, parameters.name, "rapport")
    # Read now: what is wrong with them stops a build before anything runs.
    len(view.assessments)
    if wrong := next(commentary.faults(view.known.data), None):
        raise WorkbookError(wrong)
    open_points = final.open_points(view)
    if parameters.status == "fastställd" and not only and open_points:
        raise WorkbookError(
            f"parameters/{parameters.name}.yaml, status: the report cannot be final yet. {' '.join(open_points)} Mend this, or set status to utkast."
        )
    masked = audited(view)
    # Hashed before anything runs: a file that changes during the build must count as changed the next time.
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, entries))
    home = place.of_report(workbook, parameters.name)
    taken = place.lock(workbook, parameters.name)
    place.sweep(workbook, parameters.name)
    former = Former(home, inputs, fresh=fresh)
    if former.damaged:
        progress(f"  {manifest.NAME} of the last build cannot be read; every chapter runs")
    scratch = tempfile.TemporaryDirectory(prefix=f".{parameters.name}-", dir=workbook.output)
    return Job(view, only, entries, sources, inputs, home, former, masked, scratch, taken, progress)


def run(job: Job, runner: Runner) -> None:
    """Run the chapters that must, those that read the others' facts last, and take the others from the last build."""
    first = _some(job, runner, [e for e in job.entries if not e.runs_last])
    # A preview leaves the other chapters as they were built last.
    path = job.place / "facts.json" if job.only else _write_facts(first.values(), job.folder)
    job.facts = path.read_text(encoding="utf-8") if path.exists() else ""
    environment = {} if job.only else {FACTS_VARIABLE: str(path)}
    runs = first | _some(job, runner, [e for e in job.entries if e.runs_last], environment)
    if kept := sum(run.kept for run in runs.values()):
        job.progress(f"  {kept} of {len(runs)} chapters are as they were")
    job.runs = [runs[entry.notebook] for entry in job.entries]


def finish(job: Job, *, paper: bool | None = None) -> Result:
    """Join the chapters, look at the page once more, make the PDF and put the report in place in one step.

    Parameters
    ----------
    paper : bool, optional
        Whether to make the PDF; None makes one of the whole report, but none of a preview.

    Raises
    ------
    WorkbookError
        If the finished page or the PDF does not pass its checks, something would leak, or an input changed meanwhile; the
        present report is then left alone.
    """
    with closing(job):
        _refuse_unsigned(job)
        html = _write(job)
        if paper or (paper is None and not job.only):
            job.progress("  PDF")
            pdf.write(html, job.folder / f"{job.name}.pdf")
        _record(job)
        leaks.check_folder(job.folder, job.view.workbook.root)
        _refuse_changed(job)
        place.put(job.folder, job.home)
    _write_log(job.masked, job.view.workbook.output / "review" / f"{job.view.parameters.name}-masking.csv")
    return Result(job.home / f"{job.name}.html", [run for run in job.runs if run.error], _old_numbers(job.view))


def _refuse_unsigned(job: Job) -> None:
    """Stop a final report that lacks a chapter, or whose content is not what was signed."""
    if job.view.parameters.status != "fastställd" or job.only:
        return
    lacking = [f"{run.entry.notebook} failed ({run.error})." for run in job.runs if run.error]
    if faults := lacking or final.signed_otherwise(job.view, final.content(job.runs)):
        raise WorkbookError(f"The final report was not published. {' '.join(faults)}")


def _refuse_changed(job: Job) -> None:
    """Stop a report some of whose chapters may have read a file as it was, and others as it is."""
    workbook = job.view.workbook
    now = manifest.describe_inputs(workbook, manifest.input_files(workbook, job.view.parameters, job.entries))
    if changed := [name for name in sorted(now.keys() | job.inputs) if now.get(name) != job.inputs.get(name)]:
        raise WorkbookError(f"{changed[0]} changed while the report was built; build it again.")


def _some(
    job: Job, runner: Runner, entries: Sequence[ChapterEntry], environment: dict[str, str] | None = None
) -> dict[str, ChapterRun]:
    """Return some chapters, run or kept."""
    reasons = {e.notebook: job.former.reason(job.view, e, job.facts) for e in entries}

    def tell(run: ChapterRun) -> None:
        why = reasons[run.entry.notebook] if job.former.record else ""
        ended = f"failed: {run.error}" if run.error else f"{run.seconds:5.1f} s"
        job.progress(f"  {run.entry.notebook:<36}{ended}{f'   {why}' if why else ''}")

    folder, attempts = job.folder / "notebooks", Path(job.scratch.name) / "attempts"
    for each in (folder, attempts):
        each.mkdir(parents=True, exist_ok=True)
    kept = [_kept(job, e, folder) for e in entries if not reasons[e.notebook]]
    ran = run_chapters(
        job.view.workbook,
        job.view.parameters,
        [e for e in entries if reasons[e.notebook]],
        folder,
        attempts=attempts,
        runner=runner,
        environment=environment,
        progress=tell,
    )
    runs = {run.entry.notebook: run for run in [*kept, *ran]}
    return {entry.notebook: runs[entry.notebook] for entry in entries}


def _kept(job: Job, entry: ChapterEntry, folder: Path) -> ChapterRun:
    notebook, path = job.former.notebook(entry, job.sources[entry.notebook]), folder / f"{entry.notebook}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_scrubbed(notebook, path)
    return ChapterRun(entry, notebook, job.former.seconds(entry), kept=True)


def _old_numbers(view: View) -> list[str]:
    """Tell of support lines whose source is old: nobody may be sent to a number that has ceased."""
    old = [line for line in view.catalogue.support.values() if line.publisher and line.stale(date.today())]
    told = [f"{line.id} ({line.checked or 'no date'})" for line in old]
    return (
        [
            f"data/support.yaml: the sources of {', '.join(told)} are more than a year old or have no date; "
            "ring the numbers, find newer sources and change the days."
        ]
        if old
        else []
    )


def _write_log(log: pd.DataFrame, path: Path) -> None:
    """Write for reviewers which figures were hidden or rounded, apart from what is published; nothing where none was."""
    path.unlink(missing_ok=True)
    if len(log):
        path.parent.mkdir(exist_ok=True)
        log.to_csv(path, index=False, lineterminator="\n")


def _record(job: Job) -> None:
    view, parameters = job.view, job.view.parameters
    chapters = {
        r.entry.notebook: key(view, r.entry, job.facts) | {"reads": reads(view, r.notebook)}
        for r in job.runs
        if r.notebook
    }
    manifest.write(
        job.folder,
        year=parameters.year,
        synthetic=view.synthetic,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=manifest.commit(view.workbook.root),
        parameters=parameters.model_dump(mode="json"),
        content=final.content(job.runs),
        failed={r.entry.notebook: r.error for r in job.runs if r.error},
        seconds={r.entry.notebook: round(r.seconds, 2) for r in job.runs},
        inputs=job.inputs,
        chapters=chapters,
    )


def _chosen(parameters: Parameters, only: Sequence[int]) -> list[ChapterEntry]:
    known = {entry.number: entry for entry in parameters.chapters}
    for number in only:
        if number not in known:
            raise WorkbookError(
                f"There is no chapter {number} in the report {parameters.name}; choose among {', '.join(map(str, known))}."
            )
    return [entry for entry in parameters.chapters if not only or entry.number in only]


def _write_facts(runs: Iterable[ChapterRun], folder: Path) -> Path:
    path = folder / "facts.json"
    path.write_text(facts.dump(facts.collect(run.notebook for run in runs if run.notebook)), encoding="utf-8")
    return path


def _write(job: Job) -> str:
    """Write page, facts and data, and return the page."""
    points = final.open_points(job.view)
    html = assemble.page(job.view, job.runs, points, partial=bool(job.only))
    gates.check(html)
    html = gates.without_marks(html)
    (job.folder / f"{job.name}.html").write_text(html, encoding="utf-8")
    _write_facts(job.runs, job.folder)
    _write_data(job.runs, job.folder / "data", f"{EXAMPLE}-" if job.view.synthetic else "")
    return html


def _write_data(runs: Sequence[ChapterRun], folder: Path, mark: str) -> None:
    """Write the numbers of each figure and table as CSV (UTF-8, commas, decimal points), named after chapter and figure.

    What belongs to the whole report (the data annex, the development areas) has a plain name; invented figures carry a mark.
    """
    folder.mkdir()
    for run in runs:
        for bundle in facts.outputs(run.notebook) if run.notebook else ():
            for name, table in bundle.get("data", {}).items():
                own = name.startswith(("figur-", "tabell-"))
                file = f"{run.entry.number:02d}-{name}.csv" if own else f"{name}.csv"
                with (folder / f"{mark}{file}").open("w", encoding="utf-8", newline="") as lines:
                    writer = csv.writer(lines, lineterminator="\n")
                    writer.writerow(table["columns"])
                    writer.writerows([[_harmless(cell) for cell in row] for row in table["rows"]])


def _harmless(cell: object) -> object:
    """Return a cell that Excel takes for text, not for a formula, where it is text: notes come from many hands."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(ACTIVE) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
