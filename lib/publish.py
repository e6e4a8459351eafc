"""A build from start to end: check, run, join, look once more, and put the result in place in one step."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from lib import assemble, facts, gates, manifest, pdf
from lib.blocks.block import EXAMPLE
from lib.blocks.summary import FACTS_VARIABLE
from lib.errors import WorkbookError
from lib.parameters import ChapterEntry, Parameters, check_notebook, given, notebook_path
from lib.run import WARM, ChapterRun, run_chapters
from lib.view import View, audited, open_view
from lib.workbook import Workbook


@dataclass
class Result:
    """Where a report stands and which chapters it lacks."""

    report: Path
    failed: list[ChapterRun]
    #: What should be looked at, though it stops nothing.
    warnings: list[str]


def build(
    workbook: Workbook,
    parameters: Parameters,
    *,
    jobs: int,
    only: Sequence[int] = (),
    paper: bool | None = None,
    engine: str = WARM,
    progress=print,
) -> Result:
    """Build a report into ``output/<year>/``, or a preview of some chapters into ``output/<year>/preview/``.

    Everything is made beside the present report, which is replaced in one step at the very end and otherwise left alone.

    Parameters
    ----------
    jobs : int
        How many chapters run at a time.
    only : sequence of int
        Chapter numbers for a preview; empty for the whole report.
    paper : bool, optional
        Whether to make the PDF: True refuses to build without one, False makes none; otherwise the report gets one, with a warning
        where the computer cannot make it, and a preview none.
    engine : str
        How notebooks run (`lib.run.run_chapters`).
    progress : callable
        Told one line at a time.

    Raises
    ------
    WorkbookError
        If parameters, data or notebooks do not pass their checks, or the finished page does not.
    """
    entries = _chosen(parameters, only)
    lack = pdf.missing()
    if paper and lack:
        raise WorkbookError(f"--pdf: {lack}")
    for entry in entries:
        check_notebook(notebook_path(workbook, entry.notebook), given(parameters, entry))
    if parameters.status == "fastställd":
        raise WorkbookError(
            f"parameters/{parameters.name}.yaml, status: a final report needs a recorded sign-off and none can be recorded yet; set it to utkast."
        )
    view = open_view(workbook, parameters.name, "rapport")
    view.catalogue.assessments(parameters.year)
    log = audited(view)
    # Hashed before anything runs: a file that changes during the build must count as changed the next time.
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, entries))
    place = _place(workbook, parameters.name)
    home = place / "preview" if only else place
    name = f"lagesrapport-{parameters.name}" + ("-forhandsvisning" if only else "")
    with tempfile.TemporaryDirectory(prefix=f".{parameters.name}-", dir=workbook.output) as scratch:
        folder = Path(scratch) / "report"
        runs = _run(workbook, parameters, entries, folder, jobs, bool(only), engine, progress)
        html = _write(view, runs, folder, name, partial=bool(only))
        if paper or (paper is None and not only and not lack):
            progress("  PDF")
            pdf.write(html, folder / f"{name}.pdf")
        _record(workbook, view, runs, folder, inputs)
        _swap(folder, home)
    _write_log(log, workbook.output / "review" / f"{parameters.name}-masking.csv")
    warnings = [f"No PDF was made. {lack}"] if lack and paper is None and not only else []
    return Result(home / f"{name}.html", [run for run in runs if run.error], [*warnings, *_stale(view)])


def _stale(view: View) -> list[str]:
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


def _place(workbook: Workbook, name: str) -> Path:
    """Return where a report stands, with the output folder made; a file in the way is never replaced."""
    place = workbook.output / name
    if (workbook.output.exists() and not workbook.output.is_dir()) or (place.exists() and not place.is_dir()):
        raise WorkbookError(f"{place} or the folder it lies in is a file; move it away.")
    workbook.output.mkdir(exist_ok=True)
    return place


def _record(workbook: Workbook, view: View, runs: Sequence[ChapterRun], folder: Path, inputs: dict[str, str]) -> None:
    parameters = view.parameters
    manifest.write(
        folder,
        year=parameters.year,
        synthetic=view.synthetic,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=manifest.commit(workbook.root),
        parameters=parameters.model_dump(mode="json"),
        failed={r.entry.notebook: r.error for r in runs if r.error},
        seconds={r.entry.notebook: round(r.seconds, 2) for r in runs},
        inputs=inputs,
    )


def _chosen(parameters: Parameters, only: Sequence[int]) -> list[ChapterEntry]:
    known = {entry.number: entry for entry in parameters.chapters}
    for number in only:
        if number not in known:
            raise WorkbookError(
                f"There is no chapter {number} in the report {parameters.name}; choose among {', '.join(map(str, known))}."
            )
    return [entry for entry in parameters.chapters if not only or entry.number in only]


def _run(
    workbook: Workbook,
    parameters: Parameters,
    entries: Sequence[ChapterEntry],
    folder: Path,
    jobs: int,
    preview: bool,
    engine: str,
    progress,
) -> list[ChapterRun]:
    """Run the chapters, those that read the others' facts last."""

    def tell(run: ChapterRun) -> None:
        progress(f"  {run.entry.notebook:<36}" + (f"failed: {run.error}" if run.error else f"{run.seconds:5.1f} s"))

    notebooks = folder / "notebooks"
    first = [e for e in entries if not e.runs_last]
    last = [e for e in entries if e.runs_last]
    runs = (
        {
            r.entry.notebook: r
            for r in run_chapters(workbook, parameters, first, notebooks, jobs=jobs, engine=engine, progress=tell)
        }
        if first
        else {}
    )
    if last:
        # A preview leaves the other chapters as they were built last.
        environment = {} if preview else {FACTS_VARIABLE: str(_write_facts(runs.values(), folder))}
        runs |= {
            r.entry.notebook: r
            for r in run_chapters(
                workbook, parameters, last, notebooks, jobs=jobs, environment=environment, engine=engine, progress=tell
            )
        }
    return [runs[entry.notebook] for entry in entries]


def _write_facts(runs: Iterable[ChapterRun], folder: Path) -> Path:
    path = folder / "facts.json"
    path.write_text(facts.dump(facts.collect(run.notebook for run in runs if run.notebook)), encoding="utf-8")
    return path


def _write(view: View, runs: Sequence[ChapterRun], folder: Path, name: str, *, partial: bool) -> str:
    """Write page, facts and data, and return the page."""
    html = assemble.page(view, runs, partial=partial)
    gates.check(html)
    html = gates.without_marks(html)
    (folder / f"{name}.html").write_text(html, encoding="utf-8")
    _write_facts(runs, folder)
    _write_data(runs, folder / "data", f"{EXAMPLE}-" if view.synthetic else "")
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
                    writer.writerows(table["rows"])


def _swap(new: Path, place: Path) -> None:
    """Put ``new`` in the place of the former report: two renames, so that one or the other is always whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    former = new.parent / "former"
    if place.exists():
        os.rename(place, former)
    try:
        os.rename(new, place)
    except OSError:
        if former.exists():
            os.rename(former, place)
        raise
    shutil.rmtree(former, ignore_errors=True)
