"""Chapters on a Dask cluster: a real scheduler and two workers on this computer, one of which is killed while it works."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lib.build.run import cluster
from tests.conftest import ROOT, lagesrapport

#: The workers are left to the system's own processes: no nanny starts another in the place of the one that is killed.
WORKER = ["worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]


def _dask(*arguments: str, folder: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "dask", *arguments]
    environment = os.environ | {"DASK_DISTRIBUTED__ADMIN__LOG_LENGTH": "0"}
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


@pytest.fixture
def scheduler(tmp_path):
    """Start a scheduler on loopback; yield its address and a list of processes that end with it."""
    told = tmp_path / "scheduler.json"
    running = [
        _dask(
            *["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
            folder=tmp_path,
        )
    ]
    deadline = time.monotonic() + 60
    while not (told.exists() and told.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.1)
    try:
        yield json.loads(told.read_text())["address"], running
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _workers(address: str, running: list, folder: Path, number: int) -> None:
    from dask.distributed import Client

    for name in map(str, range(number)):
        (folder / name).mkdir()
        running.append(_dask(*WORKER, address, "--local-directory", str(folder / name), folder=ROOT))
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(number, timeout=60)


def test_a_worker_that_is_killed_costs_nothing_but_time(built, workbook, scheduler, tmp_path):
    address, running = scheduler
    _workers(address, running, tmp_path, 2)
    found = {}

    def build() -> None:
        found["done"] = lagesrapport("build", "2022", "--dask", address, root=workbook)

    building = threading.Thread(target=build)
    building.start()
    # As soon as a chapter is done, so that the worker has begun another.
    deadline = time.monotonic() + 120
    while not list(workbook.glob("output/.2022-*/attempts/*.ipynb")) and time.monotonic() < deadline:
        time.sleep(0.05)
    running[-1].send_signal(signal.SIGKILL)
    building.join()
    done = found["done"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^  \d\d_\w+ +\d+\.\d s$", done.stdout, re.MULTILINE)) == 12
    ours, theirs = workbook / "output/2022", built / "output/2022"
    files = {p.relative_to(ours) for p in ours.rglob("*") if p.is_file()} - {Path("manifest.json")}
    assert len(files) > 40
    assert [str(f) for f in sorted(files) if (ours / f).read_bytes() != (theirs / f).read_bytes()] == []


def test_no_scheduler_and_no_worker_are_one_sentence_each(workbook, scheduler, refused, monkeypatch):
    monkeypatch.setattr("lib.build.run.CLUSTER_TIMEOUT", 1)
    code, said = refused("build", "2022", "--dask", "tcp://127.0.0.1:9", root=workbook)
    assert code == 1 and "--dask tcp://127.0.0.1:9: no scheduler answers there" in said and said.count("\n") == 1
    code, said = refused("build", "2022", "--dask", "nonsense://x", root=workbook)
    assert code == 1 and "no scheduler answers there" in said and said.count("\n") == 1
    code, said = refused("build", "2022", "--dask", scheduler[0], root=workbook)
    assert code == 1 and "the scheduler has no workers" in said and said.count("\n") == 1
    assert list(workbook.glob("output/*")) == []


def test_without_dask_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(Exception, match=r"pip install 'lagesrapport\[cluster\]'"), cluster("tcp://127.0.0.1:9", "x"):
        pass
