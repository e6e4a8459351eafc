"""A build checks everything first, and leaves neither lock nor scratch folder, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import kernel
from lib.build.builds import begin, build_all
from lib.build.publish import Build, Result, publish
from lib.build.run import CELL_TIMEOUT, Attempt, ChapterRun, Runner, Task, local
from lib.data.parameters import Parameters, read_parameters
from tests.conftest import ROOT, change, one_chapter
from tests.unit.build.notebooks import executed, write

#: Seconds after which a test is taken to hang; nothing is measured by it.
HANGS = 600
CHAPTER = "10_likvardighet"


@pytest.fixture
def report(workbook: Path) -> Workbook:
    """A workbook whose report of 2022 has one chapter and is not built."""
    one_chapter(workbook)
    return Workbook(workbook)


def _parameters(workbook: Workbook) -> Parameters:
    return read_parameters(workbook, 2022)


def _begin(workbook: Workbook) -> Build:
    return begin(workbook, _parameters(workbook), progress=lambda line: None)


def _hidden(workbook: Workbook) -> list[str]:
    return [path.name for path in workbook.output.glob(".*")]


def test_a_chapter_that_the_report_lacks_is_refused(report: Workbook) -> None:
    with pytest.raises(WorkbookError, match="There is no chapter 3 in the report 2022; choose among 10"):
        begin(report, _parameters(report), only=["3"])


def test_a_final_report_with_open_points_is_refused(report: Workbook) -> None:
    change(report.root / "parameters/2022.yaml", "status: utkast", "status: fastställd")
    with pytest.raises(WorkbookError, match="status: the report cannot be final yet. Underskrift saknas"):
        _begin(report)
    assert not report.output.exists() or _hidden(report) == []


def test_a_report_is_locked_while_it_is_built(report: Workbook) -> None:
    build = _begin(report)
    with pytest.raises(WorkbookError, match="Another build of 2022 is running"):
        _begin(report)
    build.close()
    assert _hidden(report) == []
    _begin(report).close()


def _publish(build: Build, html: str = "<h1>Kapitel</h1><p>Ord</p>") -> Result:
    (entry,) = build.entries
    build.runs = [ChapterRun(entry, executed(html), 1.0)]
    return publish(build, paper=False)


def test_a_report_that_does_not_pass_leaves_the_former_alone(report: Workbook) -> None:
    result = _publish(_begin(report))
    former = result.report.read_bytes()
    assert result.failed == [] and result.report == report.output / "2022/lagesrapport-2022.html"
    with pytest.raises(WorkbookError, match="is marked as unfinished"):
        _publish(_begin(report), "<h1>Kapitel</h1><p>TODO</p>")
    with pytest.raises(WorkbookError, match="an e-mail address"):
        _publish(_begin(report), "<h1>Kapitel</h1><p>a.b@c.se</p>")
    build = _begin(report)
    change(report.root / "data/support.yaml", "Vid akut", "Vid en akut")
    with pytest.raises(WorkbookError, match="data/support.yaml changed while the report was built; build it again."):
        _publish(build)
    assert result.report.read_bytes() == former and _hidden(report) == []


def test_each_report_ends_with_its_result_or_why_it_has_none(report: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_tasks(runner: Runner, tasks: list[Task], done: Callable[[Task, Attempt], None]) -> None:
        for task in tasks:
            path = write(executed("<h1>Kapitel</h1><p>Ord</p>"), task.attempts / "x.ipynb")
            done(task, Attempt(1.0, "", path))

    monkeypatch.setattr("lib.build.builds.run_tasks", run_tasks)
    parameters = _parameters(report)
    wrong = parameters.model_copy(update={"status": "fastställd"})
    lines: list[str] = []
    ended: list[Result | WorkbookError] = []
    build_all(
        report,
        [wrong, parameters],
        lambda: local("none", 1),
        paper=False,
        done=lambda name, result: ended.append(result),
        progress=lines.append,
    )
    assert isinstance(ended[0], WorkbookError) and isinstance(ended[1], Result)
    assert lines == ["2022: building", "2022: building", f"  {CHAPTER:<36}  1.0 s"]
    assert ended[1].report.is_file() and _hidden(report) == []


def _living(root: Path) -> list[str]:
    """Return the processes that have a folder among their arguments or environment variables."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            known = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        found += [process.name] if str(root).encode() in known and process.name != str(os.getpid()) else []
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
@pytest.mark.skipif(not kernel.available(), reason="this system cannot fork from a server")
def test_ctrl_c_ends_the_build_and_leaves_no_process_and_no_half_report(report: Workbook) -> None:
    """The chapter would run until a cell's time is up, so that only the interruption can have ended it before."""
    path = report.notebooks / f"{CHAPTER}.ipynb"
    chapter = nbformat.read(path, as_version=4)
    endless = (
        "import tempfile, time\nopen(tempfile.gettempdir() + '/started', 'w').close()\nwhile True: time.sleep(0.1)"
    )
    chapter.cells.append(nbformat.v4.new_code_cell(endless))
    write(chapter, path)
    command = [sys.executable, "-m", "lib.cli.main", "build", "2022", "--no-pdf", "--root", str(report.root)]
    # A short path, which the fork server's socket needs.
    with tempfile.TemporaryDirectory(prefix="lr-") as temporary:
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"TMPDIR": temporary},
        )
        _wait(lambda: bool(list(Path(temporary).glob("lagesrapport-*/started"))) or running.poll() is not None)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=CELL_TIMEOUT / 2)
        assert running.returncode == 130 and "interrupted; the former report is untouched" in said, said
        assert "Traceback" not in said
        assert list(report.output.iterdir()) == []
        _wait(lambda: not _living(report.root))
        assert _living(report.root) == []


def _wait(happened: Callable[[], bool]) -> None:
    """Wait until something has happened, or so long that it surely never will."""
    deadline = time.monotonic() + HANGS
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
