"""The warm engine: outputs as a kernel's, each notebook by itself, and nothing left behind when one misbehaves."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from lib.build import kernel
from tests.conftest import ROOT
from tests.unit.build.notebooks import notebook, write

#: Seconds after which a test is taken to hang; nothing is measured by it.
HANGS = 300

pytestmark = pytest.mark.skipif(not kernel.available(), reason="this system cannot fork from a server")


def run(tmp_path: Path, *cells: str, **options: Any) -> list[NotebookNode]:
    """Run a notebook of these cells with the engine and return its cells as executed."""
    source = write(notebook(*cells), tmp_path / "in.ipynb")
    options = {"engine_name": "lagesrapport", "progress_bar": False} | options
    done = papermill.execute_notebook(source, tmp_path / "out.ipynb", **options)
    return list(done.cells)


def _shown(cell: NotebookNode) -> str:
    return "".join(output.get("text", "") or output.data.get("text/plain", "") for output in cell.outputs)


def test_results_streams_and_errors_have_the_form_of_a_kernels(tmp_path: Path) -> None:
    first, second, third = run(
        tmp_path,
        "x = 20\nx + 1",
        "import sys\nprint('a'); print('b'); print('c', file=sys.stderr)",
        "import pandas\npandas.DataFrame({'k': [1]})",
    )
    assert first.outputs == [
        {"output_type": "execute_result", "data": {"text/plain": "21"}, "metadata": {}, "execution_count": 1}
    ]
    assert [(o.name, o.text) for o in second.outputs] == [("stdout", "a\nb\n"), ("stderr", "c\n")]
    assert third.execution_count == 3 and "<table" in third.outputs[0].data["text/html"]
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        run(tmp_path, "1/0", "print('never')")
    after = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1]
    assert after.execution_count is None and not after.outputs


@pytest.mark.parametrize("engine", ["lagesrapport", "nbclient"])
def test_a_mistake_in_a_notebook_shows_one_sentence_and_no_traceback(tmp_path: Path, engine: str) -> None:
    cell = f"import os\nos.chdir({str(ROOT)!r})\nfrom lib.chapter import Chapter\nChapter(1066, goal=3)"
    with pytest.raises(papermill.PapermillExecutionError, match="there is no report for 1066"):
        run(tmp_path, cell, engine_name=engine)
    shown = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs[-1]
    assert len(shown.traceback) == 1 and "create the file" in shown.traceback[0] and "File" not in shown.traceback[0]


@pytest.mark.parametrize("engine", ["lagesrapport", "nbclient"])
@pytest.mark.parametrize("folder", [".", "notebooks"], ids=["root", "notebooks"])
def test_a_path_means_the_same_wherever_a_notebook_starts(tmp_path: Path, folder: str, engine: str) -> None:
    start = (
        f"import os\nos.chdir({str(ROOT / folder)!r})\nfrom lib.chapter import Chapter\nchapter = Chapter(2022, goal=3)"
    )
    found = "import pandas as pd\n_ = pd.read_csv('data/regions.csv')"
    with pytest.raises(papermill.PapermillExecutionError, match="there is no file ../data/regions.csv"):
        run(tmp_path, start, found, "pd.read_csv('../data/regions.csv')", engine_name=engine)
    shown = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs[-1]
    assert shown.traceback == [
        "there is no file ../data/regions.csv: paths start at the workbook's folder; write data/regions.csv."
    ]


def test_a_figure_does_not_vanish(tmp_path: Path) -> None:
    (cell,) = run(tmp_path, "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])")
    assert any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_one_notebook_leaves_nothing_in_the_next(tmp_path: Path) -> None:
    leave = "import matplotlib, os, lib.show.prose\nmatplotlib.rcParams['font.size'] = 99\nos.environ['LEFT'] = '1'\nlib.show.prose.number = None\ny = 1"
    run(tmp_path, leave)
    look = "import matplotlib, os, lib.show.prose\n(matplotlib.rcParams['font.size'], os.environ.get('LEFT'), lib.show.prose.number is None, 'y' in globals())"
    (cell,) = run(tmp_path, look)
    assert _shown(cell) == "(10.0, None, False, False)"
    assert "LEFT" not in os.environ


def test_a_cell_that_never_ends_is_stopped_and_named(tmp_path: Path) -> None:
    with pytest.raises(CellTimeoutError):
        run(tmp_path, "import os\nprint(os.getpid(), flush=True)", "while True: pass", execution_timeout=1)
    assert multiprocessing.active_children() == []


def test_a_notebook_that_asks_for_too_much_fails_and_nothing_else_does(tmp_path: Path) -> None:
    with pytest.raises(papermill.PapermillExecutionError, match="MemoryError"):
        run(tmp_path, "x = bytearray(6_000_000_000)")
    with pytest.raises(papermill.PapermillExecutionError, match="shows more than 50 MB"):
        run(tmp_path, "for _ in range(60): print('x' * 1_000_000)")
    with pytest.raises(papermill.PapermillExecutionError, match="shows more than 50 MB"):
        run(tmp_path, "from IPython.display import HTML, display\ndisplay(HTML('x' * 60_000_000))")


@pytest.mark.parametrize("end", ["import os; os._exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_process_that_dies_is_told(tmp_path: Path, end: str) -> None:
    with pytest.raises(DeadKernelError):
        run(tmp_path, "1", end, "2")
    assert multiprocessing.active_children() == []


def test_a_question_to_the_user_fails_instead_of_waiting(tmp_path: Path) -> None:
    with pytest.raises(papermill.PapermillExecutionError, match="EOFError"):
        run(tmp_path, "input()", execution_timeout=HANGS)


def test_without_a_fork_server_an_ordinary_kernel_does_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.build.kernel.engine.available", lambda: False)
    (cell,) = run(tmp_path, "import os\nos.environ.get('JPY_PARENT_PID') is not None")
    assert _shown(cell) == "True"


def test_papermill_takes_the_engine_by_its_name(tmp_path: Path) -> None:
    made = notebook("year: int = 2022", "year + 1")
    made.cells[0].metadata["tags"] = ["parameters"]
    source, target = write(made, tmp_path / "in.ipynb"), tmp_path / "out.ipynb"
    options = ["--engine", "lagesrapport", "--no-progress-bar", "-p", "year", "2023"]
    command = [sys.executable, "-m", "papermill", *options, str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=HANGS)
    assert done.returncode == 0, done.stderr
    assert _shown(nbformat.read(target, as_version=4).cells[-1]) == "2024"
