"""Workbooks for tests: the real one to read, copies to build in and to break."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lib.cli.main import main

ROOT = Path(__file__).parents[1]
YEARS = [2019, 2020, 2021, 2022, 2023, 2024, 2025]
#: The names of all reports: the real years and the invented county.
REPORTS = [*map(str, YEARS), "exempel"]


def copy_workbook(target: Path) -> Path:
    """Copy what a workbook is made of; the code is the installed one."""
    for folder in ("notebooks", "parameters", "data"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return target


def lagesrapport(*arguments: str, root: Path, pdf: bool = False, **options) -> subprocess.CompletedProcess:
    """Run the command as a user would, in a process of its own; without the PDF unless it is what is tested."""
    spare = ["--no-pdf"] if arguments[0] == "build" and not pdf else []
    command = [sys.executable, "-m", "lib.cli.main", *arguments, *spare, "--root", str(root)]
    # The coverage variables that nbval sets would slow the kernels down.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV_")} | options.pop("environment", {})
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=900, **options)


@pytest.fixture
def refused(capsys: pytest.CaptureFixture):
    """Run the command in this process, for what must stop before any notebook runs; return exit code and error text."""

    def run(*arguments: str, root: Path) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main([*arguments, "--root", str(root)])
        except SystemExit as stop:
            code = stop.code
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A copy of the workbook, for tests that change it."""
    return copy_workbook(tmp_path / "workbook")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workbook with all its reports built: the real years and the invented county."""
    root = copy_workbook(tmp_path_factory.mktemp("built") / "workbook")
    # Two commands side by side, one chapter at a time each: both cores stay busy while a summary waits for its chapters.
    with ThreadPoolExecutor(2) as pool:
        halves = [["build", *map(str, years), "--jobs", "1"] for years in (YEARS[::2], YEARS[1::2])]
        done = [*pool.map(lambda arguments: lagesrapport(*arguments, root=root, pdf=True), halves)]
    for result in [*done, lagesrapport("build", "exempel", "--jobs", "2", root=root, pdf=True)]:
        assert result.returncode == 0, result.stdout + result.stderr
    return root


def report(root: Path, year: int | str) -> BeautifulSoup:
    """Read a built report."""
    return BeautifulSoup(report_path(root, year).read_text(encoding="utf-8"), "html.parser")


def report_path(root: Path, year: int | str) -> Path:
    return root / "output" / str(year) / f"lagesrapport-{year}.html"


def facts(root: Path, year: int | str) -> list[dict]:
    """Read a built report's facts."""
    return json.loads((root / "output" / str(year) / "facts.json").read_text(encoding="utf-8"))


def change(path: Path, old: str, new: str) -> None:
    """Change one place in a file, and be sure that it is there."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
