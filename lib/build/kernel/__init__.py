"""The processes in which notebooks run, forked from one server that has already loaded what notebooks need.

The server is the standard library's (`multiprocessing.forkserver`). This module is imported early and must stay light.
"""

from __future__ import annotations

import multiprocessing
import os

PRELOAD = ["lib.build.kernel.preload"]
#: Environment variable that gives the server the workbook's folder and the name of the report whose data it reads.
REPORT_VARIABLE = "LAGESRAPPORT_WARM"


def available() -> bool:
    """Return whether this process can use a fork server.

    It cannot on Windows, nor if it is a daemon process, such as a Dask worker under its nanny.
    """
    return "forkserver" in multiprocessing.get_all_start_methods() and not multiprocessing.current_process().daemon


def context() -> multiprocessing.context.ForkServerContext:
    """Return the context whose processes are forked from the server."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(PRELOAD)
    return found


def start(root: str, name: str) -> None:
    """Start the server, if available; it loads the libraries and reads a report's data while this process goes on."""
    if available():
        from multiprocessing import forkserver

        os.environ[REPORT_VARIABLE] = f"{root}|{name}"
        context()
        forkserver.ensure_running()
