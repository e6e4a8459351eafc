"""Runs chapters with papermill, each in a process of its own, a few at a time."""

from __future__ import annotations

import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from lib.facts import MIME, outputs
from lib.parameters import ChapterEntry, Parameters, given, notebook_path
from lib.workbook import Workbook

#: The engines: processes forked from a warm one, and an ordinary kernel for each notebook.
WARM, KERNEL = "lagesrapport", "ipykernel"
#: Seconds that one cell, and the start of a kernel, may take.
CELL_TIMEOUT = 300
START_TIMEOUT = 120


@dataclass
class ChapterRun:
    """A chapter that was run: the executed notebook, or what went wrong."""

    entry: ChapterEntry
    notebook: nbformat.NotebookNode | None
    seconds: float
    error: str | None = None


def run_chapters(
    workbook: Workbook,
    parameters: Parameters,
    entries: Sequence[ChapterEntry],
    folder: Path,
    *,
    jobs: int,
    environment: dict[str, str] | None = None,
    engine: str = KERNEL,
    progress: Callable[[ChapterRun], None] = lambda run: None,
) -> list[ChapterRun]:
    """Run chapters and return them in the order given; a failed one carries its error and stops no other.

    Parameters
    ----------
    folder : Path
        Where the executed notebooks are written.
    jobs : int
        How many run at a time.
    environment : dict, optional
        Environment variables for the kernels.
    engine : str
        ``lagesrapport`` (processes forked from a warm one) or ``ipykernel`` (an ordinary kernel each).
    progress : callable
        Told of each chapter as it ends.
    """
    runs: dict[str, ChapterRun] = {}
    with _pool(engine, min(jobs, len(entries)) or 1) as pool:
        futures = {
            pool.submit(
                execute,
                notebook_path(workbook, entry.notebook),
                folder / f"{entry.notebook}.ipynb",
                given(parameters, entry),
                workbook.root,
                environment or {},
                engine,
            ): entry
            # The longest first, so that none of them is what everybody waits for in the end.
            for entry in sorted(entries, key=lambda e: -notebook_path(workbook, e.notebook).stat().st_size)
        }
        for future in as_completed(futures):
            entry = futures[future]
            seconds, error = future.result()
            path = folder / f"{entry.notebook}.ipynb"
            notebook = None if error else _scrubbed(path)
            if notebook is not None and (error := _wrong_report(notebook, parameters)):
                notebook = None
            runs[entry.notebook] = ChapterRun(entry, notebook, seconds, error)
            progress(runs[entry.notebook])
    return [runs[entry.notebook] for entry in entries]


@contextmanager
def _pool(engine: str, workers: int) -> Iterator[Executor]:
    """Give what runs chapters side by side: papermill changes its process for a kernel, so that there each has its own."""
    pool: Executor = ThreadPoolExecutor(workers)
    if engine == KERNEL:
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        # After Ctrl-C, chapters that have not begun never do.
        pool.shutdown(cancel_futures=True)


def execute(
    source: Path, target: Path, parameters: dict[str, Any], root: Path, environment: dict[str, str], engine: str
) -> tuple[float, str | None]:
    """Run one notebook with papermill; return the seconds it took and, if it failed, why."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    target.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    try:
        with _of_engine(engine, root, environment) as options:
            notebook = papermill.execute_notebook(
                source,
                target,
                parameters=parameters,
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_TIMEOUT,
                start_timeout=START_TIMEOUT,
                **options,
            )
        error = _ended_early(notebook)
    except papermill.PapermillExecutionError as failure:
        error = f"cell {failure.cell_index}: {failure.ename}: {failure.evalue}"
    except CellTimeoutError:
        error = f"a cell took longer than {CELL_TIMEOUT} seconds"
    except DeadKernelError:
        error = "the notebook's process died"
    # Whatever else papermill or its parts may raise: the chapter failed, the build goes on.
    except Exception as failure:  # noqa: BLE001
        error = f"{type(failure).__name__}: {str(failure).strip().splitlines()[0] if str(failure).strip() else 'no message'}"
    return time.perf_counter() - start, error and _one_line(error)


@contextmanager
def _of_engine(engine: str, root: Path, environment: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Return what papermill must be told for one engine or the other."""
    if engine != KERNEL:
        yield {"engine_name": engine, "folder": str(root), "environment": environment}
        return
    os.environ.update(environment)
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as sockets:
        yield {
            "cwd": str(root),
            "kernel_manager_class": _kernel_manager(sockets),
            "extra_arguments": ["--IPKernelApp.log_level=CRITICAL"],
        }


def _one_line(text: str) -> str:
    """Make an error message one line without control characters, and no longer than one reads."""
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m|[\x00-\x08\x0e-\x1f]", "", text)).strip()[:300]


def _kernel_manager(sockets: str) -> type:
    """Return a kernel manager that talks over sockets in a folder of its own, so that nothing listens on a port and no two
    kernels that start at the same time can be given the same one. (Windows has no such sockets: there it is the usual one.)
    """
    from jupyter_client.manager import AsyncKernelManager

    class LocalKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            if os.name != "nt":
                self.transport, self.ip = "ipc", os.path.join(sockets, "kernel")

    return LocalKernelManager


def _ended_early(notebook: nbformat.NotebookNode) -> str | None:
    """Tell of a notebook that stopped without an error: papermill takes ``sys.exit(0)`` in a cell for success."""
    for number, cell in enumerate(notebook.cells):
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            return f"cell {number} ended the notebook early (sys.exit?); remove the call"
        if _unseen(cell):
            return f"cell {number} shows something the report cannot hold; show it with a method of chapter"
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            return f"cell {number} was never reached: the notebook ended early without an error"
    return None


def _unseen(cell: nbformat.NotebookNode) -> bool:
    """Tell whether a cell prints or displays what the page leaves out: it would vanish without a word."""
    if {"keep_output", "remove-cell"} & set(cell.metadata.get("tags", [])):
        return False
    return any(
        (output.output_type == "stream" and output.name == "stdout" and output.text.strip())
        or (
            output.output_type in ("display_data", "execute_result")
            and "text/html" not in output.data
            and MIME not in output.data
        )
        for output in cell.get("outputs", [])
    )


def _wrong_report(notebook: nbformat.NotebookNode, parameters: Parameters) -> str | None:
    """Tell of a chapter that speaks of another year, or of another report, than the one that is built."""
    shown = {(bundle["year"], bundle["report"]) for bundle in outputs(notebook) if "year" in bundle}
    for year, report in sorted(shown - {(parameters.year, parameters.name)}):
        return f"it shows {report if year == parameters.year else year}, not {parameters.name}; give Chapter the parameters year and report"
    return None


def _scrubbed(path: Path) -> nbformat.NotebookNode:
    """Read an executed notebook and remove run times, paths and random ids, so that equal runs give equal files."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    nbformat.write(notebook, path)
    return notebook
