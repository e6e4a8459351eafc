"""What the fork server loads once for all notebooks. It runs no thread and draws one figure, so that fonts and colours are found."""

from __future__ import annotations

import gc
import os
import warnings
from contextlib import suppress
from pathlib import Path

# Before matplotlib is loaded. matplotlib_inline is not to be loaded here: it hooks into the shell that there is when it is
# imported, and there is none yet, so that every figure would vanish without an error.
os.environ["MPLBACKEND"] = "Agg"

import IPython.core.interactiveshell  # noqa: F401
import nbformat.v4  # noqa: F401
import pandas as pd

from lib.analysis.view import open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build.kernel import shell  # noqa: F401
from lib.build.kernel.server import REPORT_VARIABLE
from lib.show import charts


def _draw() -> None:
    data = pd.DataFrame({"label": "a", "year": [2020, 2021], "value": [1.0, 2.0]})
    charts.svg(charts.lines(data, unit="procent"))


def _read() -> None:
    """Read the data, which forks inherit; what is wrong with them is told by whoever opens them next."""
    root, _, name = os.environ.get(REPORT_VARIABLE, "").rpartition("|")
    with suppress(WorkbookError, OSError):
        if root:
            open_view(Workbook(Path(root)), name, "rapport")


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lib.chapter  # noqa: F401

    _draw()
    _read()
# What is there now stays: without this every fork would copy each page that the collector looks at.
gc.collect()
gc.freeze()
# Nor need a notebook's short life be spent looking for what became unreachable.
gc.set_threshold(200_000)
