"""How papermill runs a notebook: in a process forked from a warm one (libraries already loaded), or an ordinary kernel.

The engine ``lagesrapport`` does the former; it also works outside a build:
``papermill --engine lagesrapport in.ipynb out.ipynb``. Where there is no fork server (Windows), it uses an ordinary
kernel; the outputs are the same.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager

from lib.build.kernel import available, context, shell

#: The names of the engines: processes forked from a warm one, and an ordinary kernel for each notebook.
WARM, KERNEL = "lagesrapport", "ipykernel"
#: Code that an ordinary kernel runs before the notebook: it sets the folder for temporary files, and the guard.
GUARD = "import lib.build.kernel.guard, tempfile; tempfile.tempdir = {!r}; lib.build.kernel.guard.guard(); del lib, tempfile"
#: The ``language_info`` that an ordinary kernel writes, so that executed notebooks are the same with both engines.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}
#: Held while a process is started: `multiprocessing` keeps a global list of processes, and ``__main__`` is hidden.
_starting = threading.Lock()


@contextmanager
def options(engine: str, root: str, environment: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the arguments that `papermill.execute_notebook` needs for an engine.

    Parameters
    ----------
    root : str
        The notebook's working directory.
    environment : dict
        Environment variables for the notebook.
    """
    if engine != KERNEL:
        yield {"engine_name": engine, "folder": root, "environment": environment}
        return
    os.environ.update(environment)
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder:
        yield {
            "cwd": root,
            "kernel_manager_class": _kernel_manager(folder),
            "extra_arguments": [
                "--IPKernelApp.log_level=CRITICAL",
                "--HistoryManager.enabled=False",
                f"--IPKernelApp.exec_lines={GUARD.format(folder)}",
            ],
        }


def _kernel_manager(folder: str) -> type[AsyncKernelManager]:
    """Return a kernel manager that uses sockets in a folder instead of ports.

    No port is then open to others, and two kernels that start at the same time cannot get the same one. (Windows has no
    such sockets and uses ports.)
    """

    class LocalKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            if os.name != "nt":
                self.transport, self.ip = "ipc", os.path.join(folder, "kernel")

    return LocalKernelManager


class WarmEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook's cells in a forked process."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        start_timeout: float = 60,
        folder: str | None = None,
        environment: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Run the cells until one fails; papermill raises the cell's error afterwards.

        Raises
        ------
        CellTimeoutError
            If a cell takes longer than ``execution_timeout`` seconds.
        DeadKernelError
            If the process dies.
        """
        if not available():
            NBClientEngine.execute_managed_notebook(
                nb_man, kernel_name, execution_timeout=execution_timeout, start_timeout=start_timeout, **options
            )
            return
        nb_man.nb.metadata["language_info"] = LANGUAGE
        code = {n: cell for n, cell in enumerate(nb_man.nb.cells) if cell.cell_type == "code" and cell.source.strip()}
        sources = [(number, cell.source) for number, cell in code.items()]
        with _process(sources, folder or os.getcwd(), environment or {}) as connection:
            _follow(nb_man, code, connection, execution_timeout, start_timeout)


def _follow(
    nb_man: NotebookExecutionManager,
    code: dict[int, NotebookNode],
    connection: Connection,
    cell_timeout: float | None,
    start_timeout: float,
) -> None:
    """Put the outputs that the process sends into the notebook, cell by cell."""
    current = None
    while True:
        started = time.monotonic()
        try:
            if not connection.poll(start_timeout if current is None else cell_timeout):
                passed = round(time.monotonic() - started)
                raise CellTimeoutError.error_from_timeout_and_cell(
                    "no answer", passed, current or next(iter(code.values()))
                )
            message: shell.CellMessage | None = connection.recv()
        except (EOFError, ConnectionResetError):
            raise DeadKernelError("the notebook's process died") from None
        if message is None:
            return
        current = code[message.number]
        if message.outputs is None:
            nb_man.cell_start(current, message.number)
            continue
        current.outputs = from_dict(message.outputs)
        current.execution_count = message.execution_count
        if message.failed:
            nb_man.cell_exception(current, message.number)
        else:
            nb_man.cell_complete(current, message.number)


@contextmanager
def _process(cells: list[tuple[int, str]], folder: str, environment: dict[str, str]) -> Iterator[Connection]:
    """Start the process of a notebook, yield the connection to it, and end it."""
    connection, far_end = multiprocessing.Pipe()
    with _starting, _main_hidden():
        process = context().Process(target=shell.serve, args=(far_end, cells, folder, environment), daemon=True)
        try:
            process.start()
        except (EOFError, OSError) as error:
            raise RuntimeError(f"the fork server does not answer ({error}); build with --engine ipykernel") from None
    far_end.close()
    try:
        yield connection
    finally:
        connection.close()
        if process.is_alive():
            process.join(timeout=0.2)
        if process.is_alive():
            process.kill()
            process.join()


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Hide the file of ``__main__``: the new process would import it again, be it a test runner or papermill."""
    main = sys.modules["__main__"]
    hidden: dict[str, Any] = {
        name: main.__dict__.pop(name) for name in ("__file__", "__spec__") if name in main.__dict__
    }
    main.__spec__ = None
    try:
        yield
    finally:
        main.__dict__.update(hidden)
