"""The papermill engine ``lagesrapport``: each notebook in a fresh process forked from a warm one.

``papermill --engine lagesrapport in.ipynb out.ipynb`` works on its own. Where there is no fork server (Windows), the notebook gets an
ordinary kernel instead, and shows the same.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager

from lib.build.kernel import shell
from lib.build.kernel.server import available, context

#: What a kernel would say of its language, so that notebooks come out the same whichever way they were run.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}
#: Processes are started one at a time: while one starts, `multiprocessing` looks after the others, and looks at what `__main__` is.
_starting = threading.Lock()


class WarmEngine(Engine):
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
        """Run the cells until one fails; papermill itself tells of the failure.

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
    patience: float | None,
    start_timeout: float,
) -> None:
    """Put what the process sends into the notebook, cell by cell."""
    current = None
    while True:
        waited = start_timeout if current is None else patience
        started = time.monotonic()
        try:
            if not connection.poll(waited):
                passed = round(time.monotonic() - started)
                raise CellTimeoutError.error_from_timeout_and_cell(
                    "no answer", passed, current or next(iter(code.values()))
                )
            said = connection.recv()
        except (EOFError, ConnectionResetError):
            raise DeadKernelError("the notebook's process died") from None
        if said is None:
            return
        number, outputs, count, failed = said
        current = code[number]
        if outputs is None:
            nb_man.cell_start(current, number)
            continue
        current.outputs = from_dict(outputs)
        current.execution_count = count
        if failed:
            nb_man.cell_exception(current, number)
        else:
            nb_man.cell_complete(current, number)


@contextmanager
def _process(cells: list[tuple[int, str]], folder: str, environment: dict[str, str]) -> Iterator[Connection]:
    """Start the process of a notebook, and leave none behind."""
    own, other = multiprocessing.Pipe()
    with _starting, _without_main():
        process = context().Process(target=shell.serve, args=(other, cells, folder, environment), daemon=True)
        try:
            process.start()
        except (EOFError, OSError) as error:
            raise RuntimeError(
                f"the process that notebooks are forked from does not answer ({error}); build with --engine ipykernel"
            ) from None
    other.close()
    try:
        yield own
    finally:
        own.close()
        if process.is_alive():
            process.join(timeout=0.2)
        if process.is_alive():
            process.kill()
            process.join()


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide what `__main__` is: the new process would import it again, be it a test runner or papermill itself."""
    main = sys.modules["__main__"]
    hidden = {name: main.__dict__.pop(name) for name in ("__file__", "__spec__") if name in main.__dict__}
    main.__spec__ = None
    try:
        yield
    finally:
        main.__dict__.update(hidden)
