"""Builds reports one after another: while one is joined and laid out, the chapters of the next already run.

A report is made in a scratch folder in ``output/``, and replaces the present one in one step at the very end.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import nbformat

from lib.analysis.view import View, audited, open_view
from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import assemble, final, leaks, manifest
from lib.build import paper as pdf
from lib.build.publish import Build, Result, publish
from lib.build.run import Attempt, ChapterRun, Runner, Task, run_tasks, wrong_report
from lib.build.stale import Former
from lib.data import commentary
from lib.data.parameters import ChapterEntry, Parameters, check_notebook, given, notebook_path
from lib.show import fields
from lib.show.blocks.summary import FACTS_VARIABLE
from lib.show.facts import chapter_key


def build_all(
    workbook: Workbook,
    reports: Sequence[Parameters],
    open_runner: Callable[[], AbstractContextManager[Runner]],
    *,
    only: Sequence[str] = (),
    fresh: bool = False,
    paper: bool | None = None,
    done: Callable[[str, Result | WorkbookError], None],
    progress: Callable[[str], None] = print,
) -> None:
    """Build reports into ``output/<name>/``, or previews of some chapters into ``output/<name>/preview/``.

    Parameters
    ----------
    open_runner : callable
        Opens the runner for the chapters of all reports (`lib.build.run.local`, `lib.build.run.cluster`).
    only : sequence of str
        Chapters for a preview, by number or notebook; empty for the whole report.
    fresh : bool
        Run every chapter, also those that could be taken from the last build.
    paper : bool, optional
        Whether to make the PDF (`lib.build.publish.publish`).
    done : callable
        Called with each report's name and its result, or the error that stopped it.
    progress : callable
        Called with each line of progress.
    """

    def run(parameters: Parameters) -> Build:
        return run_chapters(begin(workbook, parameters, only=only, fresh=fresh, progress=progress), runner)

    with open_runner() as runner, ThreadPoolExecutor(1) as ahead:
        started = [(parameters.name, ahead.submit(run, parameters)) for parameters in reports]
        try:
            # While the chapters run in other processes, this one loads libraries that it needs later.
            assemble.preload()
            if paper or (paper is None and not only):
                pdf.warm()
            for name, future in started:
                done(name, _published(future, paper))
        except BaseException:
            # After Ctrl-C or any other error, chapters that have not started must not start.
            ahead.shutdown(wait=False, cancel_futures=True)
            runner.executor.shutdown(wait=False, cancel_futures=True)
            for _, future in started:
                future.add_done_callback(_close)
            raise


def _close(future: Future[Build]) -> None:
    if not future.cancelled() and not future.exception():
        future.result().close()


def _published(future: Future[Build], paper: bool | None) -> Result | WorkbookError:
    try:
        return publish(future.result(), paper=paper)
    except WorkbookError as error:
        return error


def begin(
    workbook: Workbook,
    parameters: Parameters,
    *,
    only: Sequence[str] = (),
    fresh: bool = False,
    progress: Callable[[str], None] = print,
) -> Build:
    """Check everything a report is made from, lock the report and make a scratch folder.

    Raises
    ------
    WorkbookError
        If parameters, data or notebooks do not pass their checks, or another build of the report is running.
    """
    started = time.perf_counter()
    progress(f"{parameters.name}: {'preview' if only else 'building'}")
    entries = chosen(parameters, only)
    sources = {
        entry.notebook: check_notebook(notebook_path(workbook, entry.notebook), given(parameters, entry))
        for entry in entries
    }
    view = checked_view(workbook, parameters, preview=bool(only))
    for name, notebook in sources.items():
        fields.check(view, notebook, f"notebooks/{name}.ipynb")
    masked = audited(view)
    # Hashed before anything runs: a file that changes during the build must count as changed the next time.
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, entries))
    folder = atomic.report_folder(workbook, parameters.name)
    with ExitStack() as cleanup:
        cleanup.callback(atomic.unlock_report, atomic.lock_report(workbook, parameters.name))
        atomic.sweep_report(workbook, parameters.name)
        former = Former(folder, inputs, fresh=fresh)
        if former.damaged:
            progress(f"  {manifest.NAME} of the last build cannot be read; every chapter runs")
        temporary = tempfile.TemporaryDirectory(prefix=f".{parameters.name}-", dir=workbook.output)
        scratch = Path(cleanup.enter_context(temporary))
        (scratch / "report/notebooks").mkdir(parents=True)
        (scratch / "attempts").mkdir()
        return Build(
            view, only, entries, sources, inputs, former, masked, scratch, started, progress, cleanup.pop_all().close
        )


def chosen(parameters: Parameters, only: Sequence[str]) -> list[ChapterEntry]:
    """Return the chapters with some numbers or notebooks, or all, or raise `WorkbookError` for one that is not known."""
    for name in only:
        if not any(entry.is_called(name) for entry in parameters.chapters):
            known = ", ".join(str(entry.number) for entry in parameters.chapters)
            raise WorkbookError(
                f"There is no chapter {name} in the report {parameters.name}; choose among {known}, or name a notebook that is in it."
            )
    return [entry for entry in parameters.chapters if not only or any(map(entry.is_called, only))]


def checked_view(workbook: Workbook, parameters: Parameters, *, preview: bool) -> View:
    """Read and check all data of a report, and refuse a final report that still has open points."""
    view = open_view(workbook, parameters.name, "rapport")
    # Chapters read assessments and comments when they need them; reading them now finds errors before anything runs.
    len(view.assessments)
    if wrong := next(commentary.faults(view.known.data), None):
        raise WorkbookError(wrong)
    open_points = final.open_points(view)
    if parameters.status == "fastställd" and not preview and open_points:
        raise WorkbookError(
            f"parameters/{parameters.name}.yaml, status: the report cannot be final yet. {' '.join(open_points)} "
            "Correct this, or set status to utkast."
        )
    return view


def run_chapters(build: Build, runner: Runner) -> Build:
    """Run the chapters that are stale and take the rest from the last build; if that fails, the build is closed."""
    with ExitStack() as on_failure:
        on_failure.callback(build.close)
        _run_all(build, runner)
        on_failure.pop_all()
    return build


def _run_all(build: Build, runner: Runner) -> None:
    """Run all chapters or take them from the last build; those that read the other chapters' facts come last."""
    first = _run_some(build, runner, [e for e in build.entries if not e.runs_last])
    # A preview uses the facts of the last build: it does not run the other chapters.
    path = build.output / "facts.json" if build.only else assemble.write_facts(first, build.folder)
    build.facts = path.read_text(encoding="utf-8") if path.exists() else ""
    environment = {} if build.only else {FACTS_VARIABLE: str(path)}
    last = _run_some(build, runner, [e for e in build.entries if e.runs_last], environment)
    runs = {run.entry.notebook: run for run in first + last}
    if kept := sum(run.kept for run in runs.values()):
        build.progress(f"  {kept} of {len(runs)} chapters are unchanged")
    build.runs = [runs[entry.notebook] for entry in build.entries]


def _run_some(
    build: Build, runner: Runner, entries: Sequence[ChapterEntry], environment: dict[str, str] | None = None
) -> list[ChapterRun]:
    """Return some chapters in the order given, run or taken from the last build."""
    reasons = {e.notebook: build.former.reason(build.view, e, build.facts) for e in entries}
    runs = {e.notebook: _kept(build, e) for e in entries if not reasons[e.notebook]}

    def done(task: Task, attempt: Attempt) -> None:
        run = runs[task.entry.notebook] = _chapter_run(build, task.entry, attempt)
        reason = f"   {reasons[run.entry.notebook]}" if build.former.record else ""
        ended = f"failed: {run.error}" if run.error else f"{run.seconds:5.1f} s"
        build.progress(f"  {run.entry.notebook:<36}{ended}{reason}")

    # The chapters with most cells start first, so that the build does not end with one long chapter running alone.
    stale = sorted((e for e in entries if reasons[e.notebook]), key=lambda e: -_code_cells(build.sources[e.notebook]))
    workbook, parameters = build.view.workbook, build.view.parameters
    attempts = build.scratch / "attempts"
    tasks = [Task(e, given(parameters, e), workbook, attempts, environment or {}) for e in stale]
    run_tasks(runner, tasks, done)
    return [runs[entry.notebook] for entry in entries]


def _code_cells(notebook: nbformat.NotebookNode) -> int:
    return sum(cell.cell_type == "code" for cell in notebook.cells)


def _kept(build: Build, entry: ChapterEntry) -> ChapterRun:
    notebook = build.former.notebook(entry, build.sources[entry.notebook])
    fields.fill_notebook(build.view.of_chapter(chapter_key(notebook)), notebook)
    leaks.write_scrubbed(notebook, build.executed(entry))
    return ChapterRun(entry, notebook, build.former.seconds(entry), kept=True)


def _chapter_run(build: Build, entry: ChapterEntry, attempt: Attempt) -> ChapterRun:
    if attempt.error:
        return ChapterRun(entry, None, attempt.seconds, attempt.error)
    notebook = nbformat.read(attempt.path, as_version=4)
    fields.fill_notebook(build.view.of_chapter(chapter_key(notebook)), notebook)
    leaks.write_scrubbed(notebook, build.executed(entry))
    error = wrong_report(notebook, build.view.parameters)
    return ChapterRun(entry, None if error else notebook, attempt.seconds, error)
