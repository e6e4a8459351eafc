"""Workbooks for tests: the real one to read, copies to build in and to break; reports built once and shared by all workers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from bs4 import BeautifulSoup, Tag
from filelock import FileLock
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from lib.build import manifest

ROOT = Path(__file__).parents[1]
YEARS = [2019, 2020, 2021, 2022, 2023, 2024, 2025]
#: The names of all reports: the real years and the invented county.
REPORTS = [*map(str, YEARS), "exempel"]
# Tests may take their time: how fast the machine is proves nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


#: Modules whose tests share a fixture that is slow to make; one worker runs them.
SHARING = {"test_assemble.py", "test_fuzz.py", "test_paper.py", "test_payloads.py", "test_scaffold.py", "test_year.py"}


def needs(part: str, found: object) -> pytest.MarkDecorator:
    """Return a mark that skips tests where a part of the system is missing; in CI they run, and fail."""
    return pytest.mark.skipif(not found and os.environ.get("CI") != "true", reason=f"{part} is not installed")


needs_chromium = needs("Chromium", CHROMIUM)
needs_git = needs("git", shutil.which("git"))
needs_java = needs("Java", shutil.which("java"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return GroupedScheduling(config, log)


class GroupedScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives a worker one test at a time, or all the tests that share something slow to make.

    xdist's own ``--dist=loadgroup`` does this by marks, but has no effect with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        """Return the name of the group that a test belongs to.

        >>> scheduling = GroupedScheduling.__new__(GroupedScheduling)
        >>> scheduling._split_scope("tests/reports/test_report.py::test_the_page_is_sound[2022]")
        'report 2022'
        >>> scheduling._split_scope("tests/faults/test_fuzz.py::test_a_good_file[statements]")
        'tests/faults/test_fuzz.py'
        """
        file, _, parameters = nodeid.partition("[")
        file = file.partition("::")[0]
        if file.startswith("tests/reports/") and (name := re.search(r"(?<!\d)(20\d\d|exempel)(?!\w)", parameters)):
            return f"report {name[1]}"
        return file if Path(file).name in SHARING else nodeid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take long, so that no worker is left with one of them at the end."""
    items.sort(key=_order)


def _order(item: pytest.Item) -> int:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return next((place for place, name in enumerate(("built", "small", "workbook")) if name in fixtures), 3)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write how many tests were skipped, by reason."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, number in reasons.most_common():
        terminalreporter.write_line(f"skipped {number} test{'s' if number > 1 else ''}: {reason}", yellow=True)


def copy_workbook(target: Path) -> Path:
    """Copy the folders of a workbook; the code is the installed one."""
    for folder in ("notebooks", "parameters", "data"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return target


def lagesrapport(
    *arguments: str, root: Path, pdf: bool = False, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in a separate process; by default without the PDF."""
    without = ["--no-pdf"] if arguments[0] == "build" and not pdf else []
    command = [sys.executable, "-m", "lib.cli.main", *arguments, *without, "--root", str(root)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **(environment or {})}, timeout=900
    )


class Refused(Protocol):
    """Runs the command in this process and returns its exit code and error text."""

    def __call__(self, *arguments: str, root: Path) -> tuple[int, str]: ...


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run the command in this process, for errors found before any notebook runs; return exit code and error text."""
    from lib.cli.main import main

    def run(*arguments: str, root: Path) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main([*arguments, "--root", str(root)])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A copy of the workbook, for tests that change it."""
    return copy_workbook(tmp_path / "workbook")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of this test run, made by the worker that needs it first and shared by all."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, failure = run / name, run / f"{name}.failure"
    with FileLock(run / f"{name}.lock"):
        if not folder.exists():
            try:
                make(folder)
            except BaseException as error:
                failure.write_text(str(error), encoding="utf-8")
                raise
    assert not failure.exists(), failure.read_text(encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workbook with all its reports built: the real years and the invented county. Tests only read it."""
    return made_once(tmp_path_factory, "built", _build_all)


def _build_all(root: Path) -> None:
    copy_workbook(root)
    # Two commands at a time, each with one chapter at a time: both cores stay busy while a summary waits for its chapters.
    halves = [["build", *map(str, years), "--jobs", "1"] for years in (YEARS[::2], YEARS[1::2])]
    with ThreadPoolExecutor(2) as pool:
        done = [*pool.map(lambda arguments: lagesrapport(*arguments, root=root, pdf=True), halves)]
    for result in [*done, lagesrapport("build", "exempel", "--jobs", "2", root=root, pdf=True)]:
        assert result.returncode == 0, result.stdout + result.stderr


def one_chapter(root: Path) -> None:
    """Let the report of 2022 have one chapter, so that it is quickly built."""
    parameters = root / "parameters/2022.yaml"
    head = parameters.read_text(encoding="utf-8").split("chapters:")[0]
    parameters.write_text(head + "chapters:\n  - 10_likvardighet\n", encoding="utf-8")


def _build_small(root: Path) -> None:
    one_chapter(copy_workbook(root))
    done = lagesrapport("build", "2022", root=root)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A workbook whose report of 2022 has one chapter and is built, for tests that change it."""
    return Path(shutil.copytree(made_once(tmp_path_factory, "small", _build_small), tmp_path / "workbook"))


def whole(root: Path) -> bool:
    """Return whether the report of 2022 is as one build wrote it, nothing missing and nothing mixed."""
    record = manifest.read(root / "output/2022")
    return record is not None and bool(record["outputs"] == manifest.describe_outputs(root / "output/2022"))


def report(root: Path, year: int | str) -> BeautifulSoup:
    """Read a built report; a test that changes the tree changes it for the worker's later tests, too."""
    path = report_path(root, year)
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=10)
def _parsed(path: Path, changed: int) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def one(within: Tag, selector: str) -> Tag:
    """Return the first element that a CSS selector finds; there must be one."""
    found = within.select_one(selector)
    assert found is not None, f"nothing matches {selector}"
    return found


def report_path(root: Path, year: int | str) -> Path:
    return root / "output" / str(year) / f"lagesrapport-{year}.html"


def facts(root: Path, year: int | str) -> list[dict[str, Any]]:
    """Read a built report's facts."""
    path = root / "output" / str(year) / "facts.json"
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=10)
def _loaded(path: Path, changed: int) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return read


def change(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
