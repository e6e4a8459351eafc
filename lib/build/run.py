"""Runs chapters with papermill, each in its own process, several at a time, on this computer or on a cluster."""

from __future__ import annotations

import multiprocessing
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple
from uuid import uuid4

import nbformat

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build.kernel.guard import MOST_MEMORY
from lib.build.kernel.shell import MOST_SHOWN
from lib.build.leaks import scrub_message
from lib.build.shown import refused
from lib.data.parameters import ChapterEntry, Parameters, notebook_path
from lib.show.facts import outputs

#: Seconds that one cell, and the start of a kernel, may take.
CELL_TIMEOUT, START_TIMEOUT = 300, 120
#: Seconds in which a cluster's scheduler must answer.
CLUSTER_TIMEOUT = 10
#: The longest error message, in characters.
LONGEST_ERROR = 300


@dataclass(frozen=True)
class ChapterRun:
    """A chapter of a build: the executed notebook, or why it failed; ``kept`` if it was taken from the last build."""

    entry: ChapterEntry
    notebook: nbformat.NotebookNode | None
    seconds: float
    error: str = ""
    kept: bool = False


@dataclass(frozen=True)
class Runner:
    """Where chapters run, and the papermill engine that runs them there."""

    executor: Executor
    engine: str


@contextmanager
def local(engine: str, jobs: int) -> Iterator[Runner]:
    """Open a runner on this computer that runs ``jobs`` chapters at a time.

    With ordinary kernels, papermill runs in processes of its own, because it changes working directory and environment.
    With the warm engine, threads are enough: each waits for the process that it forks.
    """
    executor: Executor
    if engine == "ipykernel":
        executor = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    else:
        executor = ThreadPoolExecutor(jobs)
    try:
        yield Runner(executor, engine)
    finally:
        # After Ctrl-C, chapters that have not started must not start.
        executor.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str, engine: str) -> Iterator[Runner]:
    """Open a runner on the workers of a Dask scheduler; they must see the workbook's folder by the same path.

    Dask runs a chapter again on another worker if the worker that runs it dies.

    Raises
    ------
    WorkbookError
        If Dask is not installed, no scheduler answers at the address, or it has no workers.
    """
    try:
        from dask.distributed import Client
    except ImportError:
        raise WorkbookError("--dask needs Dask; install it with pip install 'lagesrapport[cluster]'.") from None
    try:
        client = Client(address, timeout=CLUSTER_TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WorkbookError(f"--dask {address}: no scheduler answers there ({_one_line(str(error))[:120]}).") from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise WorkbookError(
                f"--dask {address}: the scheduler has no workers; start some with dask worker {address}."
            )
        yield Runner(client.get_executor(pure=False), engine)


@dataclass(frozen=True)
class Task:
    """A chapter to run, as it is sent to the process or worker that runs it.

    ``attempts`` is the folder for executed notebooks. Each attempt gets a unique file name there: when a worker dies, a
    cluster may repeat a chapter that the worker had already finished.
    """

    entry: ChapterEntry
    parameters: dict[str, Any]
    workbook: Workbook
    attempts: Path
    environment: dict[str, str]
    cell_timeout: float = CELL_TIMEOUT


class Attempt(NamedTuple):
    """One execution of a chapter: the seconds it took, why it failed (or empty), and the executed notebook's path."""

    seconds: float
    error: str
    path: Path


def run_tasks(runner: Runner, tasks: Iterable[Task], done: Callable[[Task, Attempt], None]) -> None:
    """Run chapters, and call ``done`` in this thread for each that ends; one that fails does not stop the others.

    Raises
    ------
    CancelledError
        If the runner is shut down meanwhile.
    """
    futures = {runner.executor.submit(execute, task, runner.engine): task for task in tasks}
    # Not `as_completed`: it would wait forever for a chapter that was cancelled before it started.
    ended: SimpleQueue[Future[Attempt]] = SimpleQueue()
    for future in futures:
        future.add_done_callback(ended.put)
    for _ in futures:
        future = ended.get()
        done(futures[future], _attempt(future))


def _attempt(future: Future[Attempt]) -> Attempt:
    """Return a chapter's attempt; if the process or worker that ran it is lost, a failed one."""
    try:
        return future.result()
    except CancelledError:
        raise
    # Each kind of executor raises its own errors for a lost process.
    except Exception as failure:  # noqa: BLE001
        reason = _one_line(str(failure)) or type(failure).__name__
        return Attempt(0.0, f"the process that should run it was lost ({reason})", Path())


def execute(task: Task, engine: str) -> Attempt:
    """Run one chapter with papermill."""
    # Slow to import, and needed by no command but a build.
    import papermill

    from lib.build.kernel.engine import options

    source, root = notebook_path(task.workbook, task.entry.notebook), task.workbook.root
    target = task.attempts / f"{source.stem}-{uuid4().hex}.ipynb"
    start = time.perf_counter()
    try:
        with options(engine, str(root), task.environment) as chosen:
            notebook = papermill.execute_notebook(
                source,
                target,
                parameters=task.parameters,
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=task.cell_timeout,
                start_timeout=START_TIMEOUT,
                **chosen,
            )
        error = _ended_early(notebook) or _too_large(target)
    # Whatever papermill or its parts may raise: the chapter failed, the build goes on.
    except Exception as failure:  # noqa: BLE001
        error = _reason(failure, task.cell_timeout)
    return Attempt(time.perf_counter() - start, _one_line(scrub_message(error, root)), target)


def _reason(failure: Exception, cell_timeout: float) -> str:
    """Return why a chapter failed, from what papermill raised."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill import PapermillExecutionError

    if isinstance(failure, CellTimeoutError):
        return f"a cell took longer than {cell_timeout:g} seconds"
    if isinstance(failure, DeadKernelError):
        return "the notebook's process died"
    if isinstance(failure, PapermillExecutionError):
        memory = f"it needs more than {MOST_MEMORY // 1_000_000_000} GB of memory; "
        more = memory if failure.ename == "MemoryError" else ""
        return f"cell {failure.cell_index}: {more}{failure.ename}: {failure.evalue}".removesuffix(": ")
    lines = str(failure).strip().splitlines() or ["no message"]
    return f"{type(failure).__name__}: {lines[0]}"


def _one_line(text: str) -> str:
    """Make an error message one line without control characters, of limited length."""
    plain = re.sub(r"\x1b\[[0-9;]*m|[\x00-\x08\x0e-\x1f]", "", text)
    return re.sub(r"\s+", " ", plain).strip()[:LONGEST_ERROR]


def _ended_early(notebook: nbformat.NotebookNode) -> str:
    """Return an error if a cell ended the notebook early or shows something that the page leaves out; empty if not.

    papermill treats ``sys.exit(0)`` in a cell as success.
    """
    for number, cell in enumerate(notebook.cells):
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            return f"cell {number} ended the notebook early (sys.exit?); remove the call"
        if wrong := refused(cell):
            return f"cell {number} {wrong}"
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            return f"cell {number} was never reached: the notebook ended early without an error"
    return ""


def _too_large(executed: Path) -> str:
    """Return an error if an executed notebook is too large; empty if it is not.

    The warm engine stops such a notebook while it runs; an ordinary kernel does not.
    """
    too_large = executed.stat().st_size > MOST_SHOWN
    return f"the notebook shows more than {MOST_SHOWN // 1_000_000} MB; show less" if too_large else ""


def wrong_report(notebook: nbformat.NotebookNode, parameters: Parameters) -> str:
    """Return an error if a chapter ran for another year or report than the one being built; empty if it did not."""
    shown = {(bundle["year"], bundle["report"]) for bundle in outputs(notebook) if "year" in bundle}
    for year, report in sorted(shown - {(parameters.year, parameters.name)}):
        other = report if year == parameters.year else year
        return f"it shows {other}, not {parameters.name}; give Chapter the parameters year and report"
    return ""
