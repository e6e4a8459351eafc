"""Loaded once by the fork server for all notebooks. It starts no thread, and draws one figure so that fonts and colours are loaded."""

from __future__ import annotations

import gc
import os
import warnings
from contextlib import suppress
from pathlib import Path

# Before matplotlib is loaded. matplotlib_inline must not be loaded here: on import it attaches itself to the IPython shell that
# exists then. There is none yet, so every figure would be lost without an error.
os.environ["MPLBACKEND"] = "Agg"

import IPython.core.interactiveshell  # noqa: F401
import nbformat.v4  # noqa: F401
import pandas as pd

from lib.analysis.view import open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build.kernel import (
    REPORT_VARIABLE,
    shell,  # noqa: F401
)
from lib.show import charts


def _draw() -> None:
    data = pd.DataFrame({"label": "a", "year": [2020, 2021], "value": [1.0, 2.0]})
    charts.svg(charts.lines(data, unit="procent"))


def _read() -> None:
    """Read the report's data, which forked processes inherit; errors in them are reported by the code that opens them next."""
    root, _, name = os.environ.get(REPORT_VARIABLE, "").rpartition("|")
    with suppress(WorkbookError, OSError):
        if root:
            open_view(Workbook(Path(root)), name, "rapport")


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lib.chapter  # noqa: F401

    _draw()
    _read()
# Exclude all objects so far from garbage collection: the collector writes to each one, so every fork would copy their pages.
gc.collect()
gc.freeze()
# A notebook's process is short-lived: collecting garbage in it costs more than it frees.
gc.set_threshold(200_000)
