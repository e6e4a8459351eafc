"""Chapters that fail are reported and stop no other, wherever they run."""

from __future__ import annotations

import sys
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import kernel
from lib.build.run import (
    Attempt,
    Runner,
    Task,
    _ended_early,
    _one_line,
    _too_large,
    cluster,
    local,
    run_tasks,
    wrong_report,
)
from lib.data.parameters import ChapterEntry, read_parameters
from lib.show.facts import MIME
from tests.conftest import ROOT
from tests.unit.build.notebooks import executed, notebook, write

ENGINE = "lagesrapport"


def _task(root: Path, name: str, *cells: str, **options: float) -> Task:
    write(notebook(*cells), root / f"notebooks/{name}.ipynb")
    (root / "attempts").mkdir(exist_ok=True)
    return Task(ChapterEntry(notebook=name), {}, Workbook(root), root / "attempts", {}, **options)


def _run(runner: Runner, *tasks: Task) -> dict[str, Attempt]:
    found: dict[str, Attempt] = {}
    run_tasks(runner, tasks, lambda task, attempt: found.update({task.entry.notebook: attempt}))
    return found


@pytest.mark.skipif(not kernel.available(), reason="this system cannot fork from a server")
def test_chapters_that_fail_are_reported_and_stop_no_other(tmp_path: Path) -> None:
    """Only the endless chapter has a short limit, so that a slow machine cannot fail the others."""
    with local(ENGINE, 2) as runner:
        found = _run(
            runner,
            _task(tmp_path, "01_endless", "while True: pass", cell_timeout=1),
            _task(tmp_path, "02_dead", "import os; os._exit(3)"),
            _task(tmp_path, "03_wrong", "import os; raise ValueError(os.getcwd() + '/data/x.csv\\nis missing')"),
            _task(tmp_path, "04_exit", "import sys; sys.exit(0)"),
            _task(tmp_path, "05_large", "x = bytearray(6_000_000_000)"),
            _task(tmp_path, "06_sound", "1;"),
        )
    errors = {name: attempt.error for name, attempt in found.items()}
    assert errors == {
        "01_endless": "a cell took longer than 1 seconds",
        "02_dead": "the notebook's process died",
        "03_wrong": "cell 0: ValueError: data/x.csv is missing",
        "04_exit": "cell 0 ended the notebook early (sys.exit?); remove the call",
        "05_large": "cell 0: it needs more than 4 GB of memory; MemoryError",
        "06_sound": "",
    }
    assert found["06_sound"].path.parent == tmp_path / "attempts" and found["06_sound"].path.is_file()


class _Lost(Executor):
    """Runs nothing: each chapter is cancelled, or its process is lost."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.error is None:
            future.cancel()
        else:
            future.set_exception(self.error)
        return future


def test_a_lost_process_is_reported(tmp_path: Path) -> None:
    lost = _run(Runner(_Lost(BrokenProcessPool("A process\nended.")), ENGINE), _task(tmp_path, "01_x", "1"))
    assert lost["01_x"].error == "the process that should run it was lost (A process ended.)"
    lost = _run(Runner(_Lost(KeyError()), ENGINE), _task(tmp_path, "01_x", "1"))
    assert lost["01_x"].error == "the process that should run it was lost (KeyError)"


def test_a_cancelled_chapter_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        _run(Runner(_Lost(None), ENGINE), _task(tmp_path, "01_x", "1"))


def test_a_notebook_must_reach_its_end_and_show_only_what_the_page_can_hold() -> None:
    sound = executed("<p>1</p>", "<p>2</p>")
    assert _ended_early(sound) == ""
    printing = executed("<p>1</p>")
    printing.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="svar\n")]
    assert "cell 0 prints text, which the report leaves out" in _ended_early(printing)
    printing.cells[0].metadata["tags"] = ["keep_output"]
    assert _ended_early(printing) == ""
    sound.cells[1].execution_count = None
    assert _ended_early(sound) == "cell 1 was never reached: the notebook ended early without an error"


def test_a_notebook_that_shows_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.build.run.MOST_SHOWN", 1_000_000)
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"x" * 1_000_001)
    assert _too_large(path) == "the notebook shows more than 1 MB; show less"
    path.write_bytes(b"x" * 1_000_000)
    assert _too_large(path) == ""


def test_a_chapter_of_another_report_is_refused() -> None:
    parameters = read_parameters(Workbook(ROOT), 2022)
    made = executed("<p>1</p>")
    for year, report, error in ((2022, "2022", ""), (2021, "2021", "it shows 2021,"), (2022, "prov", "it shows prov,")):
        made.cells[0].outputs[0].data[MIME] = {"year": year, "report": report}
        assert wrong_report(made, parameters).startswith(error) and bool(wrong_report(made, parameters)) == bool(error)


def test_an_error_is_one_short_line() -> None:
    assert _one_line("\x1b[31mröd\x1b[0m\n  och\tmer\x00") == "röd och mer"
    assert len(_one_line("x" * 1000)) == 300


def test_without_dask_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with (
        pytest.raises(WorkbookError, match=r"pip install 'lagesrapport\[cluster\]'"),
        cluster("tcp://127.0.0.1:9", ENGINE),
    ):
        pass
