"""Runs chapters with papermill, each in a process of its own, a few at a time."""

from __future__ import annotations

import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

import nbformat

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build.kernel.guard import MOST_MEMORY
from lib.build.kernel.shell import MOST_SHOWN
from lib.build.leaks import scrubbed
from lib.data.parameters import ChapterEntry, Parameters, given, notebook_path
from lib.show.facts import MIME, outputs

#: The engines: processes forked from a warm one, and an ordinary kernel for each notebook.
WARM, KERNEL = "lagesrapport", "ipykernel"
#: What an ordinary kernel is told before it runs a notebook; its files are its own, whatever else is in the system's folder for them.
GUARD = "--IPKernelApp.exec_lines=import lib.build.kernel.guard, tempfile; tempfile.tempdir = {!r}; lib.build.kernel.guard.guard(); del lib, tempfile"
#: Seconds that one cell, and the start of a kernel, may take.
CELL_TIMEOUT = 300
START_TIMEOUT = 120
#: Seconds in which a cluster's scheduler must answer.
START_TIMEOUT_CLUSTER = 10


@dataclass
class ChapterRun:
    """A chapter that was run: the executed notebook, or what went wrong; ``kept`` if it was taken from the last build."""

    entry: ChapterEntry
    notebook: nbformat.NotebookNode | None
    seconds: float
    error: str | None = None
    kept: bool = False


@dataclass(frozen=True)
class Runner:
    """Where chapters run, and the papermill engine that runs them there."""

    executor: Executor
    engine: str


@contextmanager
def runner(engine: str, jobs: int) -> Iterator[Runner]:
    """Open a runner on this computer that runs ``jobs`` chapters at a time.

    papermill changes its process for a kernel, so that there each chapter has its own; processes forked by the warm engine need only
    a thread that follows them.
    """
    executor: Executor = ThreadPoolExecutor(jobs)
    if engine == KERNEL:
        executor = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield Runner(executor, engine)
    finally:
        # After Ctrl-C, chapters that have not begun never do.
        executor.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str, engine: str) -> Iterator[Runner]:
    """Open a runner on the workers of a Dask scheduler; they must see the workbook's folder by the same path.

    A chapter whose worker dies is run again by another.

    Raises
    ------
    WorkbookError
        If Dask is not installed or nobody answers at the address.
    """
    try:
        from dask.distributed import Client
    except ImportError:
        raise WorkbookError("--dask needs Dask; install it with pip install 'lagesrapport[cluster]'.") from None
    try:
        client = Client(address, timeout=START_TIMEOUT_CLUSTER, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkbookError(f"--dask {address}: no scheduler answers there ({_one_line(str(error))[:120]}).") from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise WorkbookError(
                f"--dask {address}: the scheduler has no workers; start some with dask worker {address}."
            )
        yield Runner(client.get_executor(pure=False), engine)


def run_chapters(
    workbook: Workbook,
    parameters: Parameters,
    entries: Sequence[ChapterEntry],
    folder: Path,
    *,
    attempts: Path,
    runner: Runner,
    environment: dict[str, str] | None = None,
    progress: Callable[[ChapterRun], None] = lambda run: None,
) -> list[ChapterRun]:
    """Run chapters and return them in the order given; a failed one carries its error and stops no other.

    Parameters
    ----------
    folder : Path
        Where the executed notebooks are put.
    attempts : Path
        Where each attempt is written, under a name of its own: a cluster may run a chapter again although it is done, when the worker
        that did it dies.
    environment : dict, optional
        Environment variables for the notebooks.
    progress : callable
        Told of each chapter as it ends.
    """
    runs: dict[str, ChapterRun] = {}
    # Those with most to do first, so that none of them is what everybody waits for in the end.
    longest = sorted(entries, key=lambda e: -_code_cells(notebook_path(workbook, e.notebook)))
    futures = {
        runner.executor.submit(
            execute,
            notebook_path(workbook, entry.notebook),
            attempts,
            given(parameters, entry),
            workbook.root,
            environment or {},
            runner.engine,
        ): entry
        for entry in longest
    }
    # Not `as_completed`: it would wait for ever for a chapter that was cancelled before it began.
    done: SimpleQueue[Future] = SimpleQueue()
    for future in futures:
        future.add_done_callback(done.put)
    for _ in entries:
        future = done.get()
        entry = futures[future]
        seconds, error, attempt = _outcome(future)
        notebook = None if error else _scrubbed(attempt, folder / f"{entry.notebook}.ipynb")
        if notebook is not None and (error := _wrong_report(notebook, parameters)):
            notebook = None
        runs[entry.notebook] = ChapterRun(entry, notebook, seconds, error)
        progress(runs[entry.notebook])
    return [runs[entry.notebook] for entry in entries]


def _code_cells(path: Path) -> int:
    return sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)


def _outcome(future: Future) -> tuple[float, str | None, Path]:
    """Return the seconds a chapter took and its error, also where the process or the worker that should run it is gone.

    Raises
    ------
    CancelledError
        If nobody wants it any more.
    """
    try:
        return future.result()
    except CancelledError:
        raise
    # Each kind of executor has its own words for a lost process.
    except Exception as failure:  # noqa: BLE001
        why = _one_line(str(failure)) or type(failure).__name__
        return 0.0, f"the process that should run it was lost ({why})", Path()


def execute(
    source: Path, attempts: Path, parameters: dict[str, Any], root: Path, environment: dict[str, str], engine: str
) -> tuple[float, str | None, Path]:
    """Run one notebook with papermill; return the seconds it took, why it failed if it did, and where it stands as executed."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    target = attempts / f"{source.stem}-{uuid4().hex}.ipynb"
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
        error = _ended_early(notebook) or _too_large(target)
    except papermill.PapermillExecutionError as failure:
        more = (
            f"it needs more than {MOST_MEMORY // 1_000_000_000} GB of memory; "
            if failure.ename == "MemoryError"
            else ""
        )
        error = f"cell {failure.cell_index}: {more}{failure.ename}: {failure.evalue}".removesuffix(": ")
    except CellTimeoutError:
        error = f"a cell took longer than {CELL_TIMEOUT} seconds"
    except DeadKernelError:
        error = "the notebook's process died"
    # Whatever else papermill or its parts may raise: the chapter failed, the build goes on.
    except Exception as failure:  # noqa: BLE001
        error = f"{type(failure).__name__}: {str(failure).strip().splitlines()[0] if str(failure).strip() else 'no message'}"
    return time.perf_counter() - start, error and _one_line(scrubbed(error, root)), target


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
            "extra_arguments": [
                "--IPKernelApp.log_level=CRITICAL",
                "--HistoryManager.enabled=False",
                GUARD.format(sockets),
            ],
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


def _too_large(executed: Path) -> str | None:
    """Tell of a notebook that shows more than any chapter does, whichever engine ran it; a warm process stops it at once."""
    too_large = executed.stat().st_size > MOST_SHOWN
    return f"the notebook shows more than {MOST_SHOWN // 1_000_000} MB; show less" if too_large else None


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


def _scrubbed(attempt: Path, path: Path) -> nbformat.NotebookNode:
    """Read an executed notebook and put it in its place without run times, paths and random ids, so that equal runs give equal files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_scrubbed(nbformat.read(attempt, as_version=4), path)


def write_scrubbed(notebook: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    """Write an executed notebook without what differs from run to run, and return it."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        # Warnings name paths, and whoever runs the notebook in JupyterLab sees them.
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    nbformat.write(notebook, path)
    return notebook
