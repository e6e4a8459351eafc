"""The warm engine: what a kernel would show, each notebook on its own, and nothing left behind when one misbehaves."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from lib.analysis.view import _read
from lib.build import kernel
from tests.conftest import ROOT, change, lagesrapport

pytestmark = pytest.mark.skipif(not kernel.available(), reason="this system cannot fork from a server")


def run(tmp_path: Path, *cells: str, **options):
    """Run a notebook of these cells with the engine and return its cells as executed."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "in.ipynb")
    done = papermill.execute_notebook(
        tmp_path / "in.ipynb", tmp_path / "out.ipynb", engine_name="lagesrapport", progress_bar=False, **options
    )
    return done.cells


def _shown(cell) -> str:
    return "".join(output.get("text", "") or output.data.get("text/plain", "") for output in cell.outputs)


def test_a_report_is_byte_for_byte_what_ordinary_kernels_make(built, workbook):
    done = lagesrapport("build", "2022", "--engine", "ipykernel", root=workbook)
    assert done.returncode == 0, done.stderr
    warm, kernel = built / "output/2022", workbook / "output/2022"
    files = {path.relative_to(kernel) for path in kernel.rglob("*") if path.is_file()} - {Path("manifest.json")}
    assert len(files) > 40 and sum(path.suffix == ".ipynb" for path in files) == 12
    assert [str(f) for f in sorted(files) if (warm / f).read_bytes() != (kernel / f).read_bytes()] == []


def test_results_streams_and_errors_have_the_form_of_a_kernels(tmp_path):
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
def test_a_mistake_in_a_notebook_shows_one_sentence_and_no_traceback(tmp_path, engine):
    cell = f"import os\nos.chdir({str(ROOT)!r})\nfrom lib.chapter import Chapter\nChapter(1066, goal=3)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "in.ipynb")
    with pytest.raises(papermill.PapermillExecutionError, match="there is no report for 1066"):
        papermill.execute_notebook(
            tmp_path / "in.ipynb", tmp_path / "out.ipynb", engine_name=engine, progress_bar=False
        )
    shown = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs[-1]
    assert len(shown.traceback) == 1 and "create the file" in shown.traceback[0] and "File" not in shown.traceback[0]


def test_a_figure_does_not_vanish(tmp_path):
    (cell,) = run(tmp_path, "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])")
    assert any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_one_notebook_leaves_nothing_in_the_next(tmp_path):
    leave = "import matplotlib, os, lib.show.prose\nmatplotlib.rcParams['font.size'] = 99\nos.environ['LEFT'] = '1'\nlib.prose.number = None\ny = 1"
    run(tmp_path, leave)
    look = "import matplotlib, os, lib.show.prose\n(matplotlib.rcParams['font.size'], os.environ.get('LEFT'), lib.show.prose.number is None, 'y' in globals())"
    (cell,) = run(tmp_path, look)
    assert _shown(cell) == "(10.0, None, False, False)"
    assert "LEFT" not in os.environ


def test_a_cell_that_never_ends_is_stopped_and_named(tmp_path):
    with pytest.raises(CellTimeoutError):
        run(tmp_path, "import os\nprint(os.getpid(), flush=True)", "while True: pass", execution_timeout=1)
    assert multiprocessing.active_children() == []


def test_a_notebook_that_asks_for_too_much_fails_and_nothing_else_does(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="MemoryError"):
        run(tmp_path, "x = bytearray(6_000_000_000)")
    with pytest.raises(papermill.PapermillExecutionError, match="shows more than 50 MB"):
        run(tmp_path, "for _ in range(60): print('x' * 1_000_000)")
    with pytest.raises(papermill.PapermillExecutionError, match="shows more than 50 MB"):
        run(tmp_path, "from IPython.display import HTML, display\ndisplay(HTML('x' * 60_000_000))")


@pytest.mark.parametrize("end", ["import os; os._exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_process_that_dies_is_told(tmp_path, end):
    with pytest.raises(DeadKernelError):
        run(tmp_path, "1", end, "2")
    assert multiprocessing.active_children() == []


def test_a_question_to_the_user_fails_instead_of_waiting(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="EOFError"):
        run(tmp_path, "input()", execution_timeout=20)


def test_without_a_fork_server_an_ordinary_kernel_does_it(tmp_path, monkeypatch):
    monkeypatch.setattr("lib.build.kernel.engine.available", lambda: False)
    (cell,) = run(tmp_path, "import os\nos.environ.get('JPY_PARENT_PID') is not None")
    assert _shown(cell) == "True"


def test_papermill_takes_the_engine_by_its_name(tmp_path):
    source, target = ROOT / "notebooks/10_likvardighet.ipynb", tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "lagesrapport",
        "--no-progress-bar",
        str(source),
        str(target),
        "-p",
        "year",
        "2023",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    executed = json.loads(target.read_text(encoding="utf-8"))
    assert "2023" in json.dumps(executed) and all(
        c.get("execution_count") for c in executed["cells"] if c["cell_type"] == "code"
    )


def test_data_are_read_anew_when_a_file_has_changed(workbook):
    first, _ = _read(workbook / "data")
    again, _ = _read(workbook / "data")
    assert again is first
    change(workbook / "data/report.yaml", "Operation Kvinnofrid", "Operation Annat")
    assert _read(workbook / "data")[0].identity.platform == "Operation Annat"
    # The invented county lies over the folder above it, so that counts too.
    before, _ = _read(workbook / "data/exempel")
    change(workbook / "data/support.yaml", "Vid akut fara", "Vid fara")
    assert _read(workbook / "data/exempel")[0].support["sos"].name == "Vid fara" != before.support["sos"].name


def _living(root: Path) -> list[str]:
    """Return the processes that work in a folder, or were told of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            found += [process.name] if str(root).encode() in told and process.name != str(os.getpid()) else []
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_ctrl_c_ends_at_once_and_leaves_no_process_and_no_half_report(workbook):
    command = [sys.executable, "-m", "lib.cli.main", "build", "2022", "--no-pdf", "--root", str(workbook)]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    line = running.stdout.readline()
    while line and " s" not in line.rpartition("  ")[2]:
        line = running.stdout.readline()
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130 and "interrupted; the former report is untouched" in said, said
    assert "Traceback" not in said
    assert [path.name for path in (workbook / "output").iterdir()] == []
    deadline = time.monotonic() + 10
    while _living(workbook) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _living(workbook) == []
