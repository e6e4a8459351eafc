"""A report is byte for byte the same wherever its chapters run: in ordinary kernels, and on a Dask cluster that loses a worker."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Refused, lagesrapport

#: Without a nanny, no process starts another worker in place of the one that is killed.
WORKER = ["worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
#: Seconds after which a test is taken to hang; nothing is measured by it.
HANGS = 600

Process = subprocess.Popen[bytes]


def _same(ours: Path, theirs: Path) -> None:
    files = {p.relative_to(ours) for p in ours.rglob("*") if p.is_file()} - {Path("manifest.json")}
    assert len(files) > 40 and sum(path.suffix == ".ipynb" for path in files) == 12
    assert [str(f) for f in sorted(files) if (ours / f).read_bytes() != (theirs / f).read_bytes()] == []


@pytest.mark.slow
def test_ordinary_kernels_make_the_same_report(built: Path, workbook: Path) -> None:
    done = lagesrapport("build", "2022", "--engine", "ipykernel", root=workbook)
    assert done.returncode == 0, done.stderr
    _same(workbook / "output/2022", built / "output/2022")


def _wait(happened: Callable[[], bool]) -> None:
    """Wait until something has happened, or so long that it surely never will."""
    deadline = time.monotonic() + HANGS
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)


def _dask(*arguments: str, folder: Path) -> Process:
    command = [sys.executable, "-m", "dask", *arguments]
    environment = os.environ | {"DASK_DISTRIBUTED__ADMIN__LOG_LENGTH": "0"}
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[Process]]]:
    """Start a scheduler on loopback; yield its address and a list of processes that end with it."""
    file = tmp_path / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    running = [_dask("scheduler", *options, folder=tmp_path)]
    _wait(lambda: file.exists() and bool(file.read_text().strip()))
    try:
        yield json.loads(file.read_text())["address"], running
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _start_workers(address: str, running: list[Process], folder: Path, number: int) -> None:
    from dask.distributed import Client

    for name in map(str, range(number)):
        (folder / name).mkdir()
        running.append(_dask(*WORKER, address, "--local-directory", str(folder / name), folder=ROOT))
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(number, timeout=HANGS)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing_but_time(
    built: Path, workbook: Path, scheduler: tuple[str, list[Process]], tmp_path: Path
) -> None:
    address, running = scheduler
    _start_workers(address, running, tmp_path, 2)
    found: dict[str, subprocess.CompletedProcess[str]] = {}

    def build() -> None:
        found["done"] = lagesrapport("build", "2022", "--dask", address, root=workbook)

    building = threading.Thread(target=build)
    building.start()
    # As soon as a chapter is done, so that the worker has started another.
    _wait(lambda: bool(list(workbook.glob("output/.2022-*/attempts/*.ipynb"))) or not building.is_alive())
    running[-1].send_signal(signal.SIGKILL)
    building.join()
    done = found["done"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^  \d\d_\w+ +\d+\.\d s$", done.stdout, re.MULTILINE)) == 12
    _same(workbook / "output/2022", built / "output/2022")


def test_no_scheduler_and_no_worker_are_one_sentence_each(
    workbook: Path, scheduler: tuple[str, list[Process]], refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.build.run.CLUSTER_TIMEOUT", 1)
    code, said = refused("build", "2022", "--dask", "tcp://127.0.0.1:9", root=workbook)
    assert code == 1 and "--dask tcp://127.0.0.1:9: no scheduler answers there" in said and said.count("\n") == 1
    code, said = refused("build", "2022", "--dask", "nonsense://x", root=workbook)
    assert code == 1 and "no scheduler answers there" in said and said.count("\n") == 1
    # The scheduler that is really there may need longer to answer.
    monkeypatch.setattr("lib.build.run.CLUSTER_TIMEOUT", HANGS)
    code, said = refused("build", "2022", "--dask", scheduler[0], root=workbook)
    assert code == 1 and "the scheduler has no workers" in said and said.count("\n") == 1
    assert list(workbook.glob("output/*")) == []
