"""The fork server: one process of the standard library's that has loaded what notebooks need."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.context import BaseContext

PRELOAD = ["lib.build.kernel.preload"]
#: Tells the server the workbook's folder and the report whose data every notebook will read.
REPORT_VARIABLE = "LAGESRAPPORT_WARM"


def available() -> bool:
    """Tell whether this process can fork from a server: not on Windows, nor in a daemon such as a Dask worker under its nanny."""
    return "forkserver" in multiprocessing.get_all_start_methods() and not multiprocessing.current_process().daemon


def context() -> BaseContext:
    """Return the context whose processes are forked from the warm server."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(PRELOAD)
    return found


def start(root: str, name: str) -> None:
    """Let the server begin to load, and to read the data of a report, while this process goes on with its own work."""
    if available():
        from multiprocessing import forkserver

        os.environ[REPORT_VARIABLE] = f"{root}|{name}"
        context()
        forkserver.ensure_running()
