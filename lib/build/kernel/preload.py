"""Libraries, fonts and data that the fork server loads once for all notebooks; no thread is started, so it can fork."""

from __future__ import annotations

import gc
import os
import warnings
from contextlib import suppress
from pathlib import Path

# Set before matplotlib is loaded. matplotlib_inline must not be loaded here: on import it attaches itself to the
# IPython shell that exists at that time. There is none yet, so every figure would be lost without an error.
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
    """Draw a figure, so that fonts and colours are loaded."""
    data = pd.DataFrame({"label": "a", "year": [2020, 2021], "value": [1.0, 2.0]})
    charts.svg(charts.lines(data, unit="procent"))


def _read() -> None:
    """Read the report's data, which forked processes inherit; the code that opens the data next reports any errors."""
    root, _, name = os.environ.get(REPORT_VARIABLE, "").rpartition("|")
    with suppress(WorkbookError, OSError):
        if root:
            open_view(Workbook(Path(root)), name, "rapport")


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lib.chapter  # noqa: F401

    _draw()
    _read()
# Exclude present objects from garbage collection: the collector writes to each, so every fork would copy their pages.
gc.collect()
gc.freeze()
# A notebook's process is short-lived: collecting garbage in it costs more than it frees.
gc.set_threshold(200_000)
