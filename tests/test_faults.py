"""A build that is killed, doubled or has no room costs no report: the former one stays whole and the next build is right."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lib import manifest, place
from lib.errors import WorkbookError
from lib.workbook import Workbook
from tests.conftest import ROOT, change, lagesrapport

#: How many builds are killed; make faults kills a hundred.
KILLS = int(os.environ.get("LAGESRAPPORT_KILLS", "4"))


@pytest.fixture
def small(workbook) -> Path:
    """A workbook with a report of one chapter, built."""
    parameters = workbook / "parameters/2022.yaml"
    head = parameters.read_text(encoding="utf-8").split("chapters:")[0]
    parameters.write_text(head + "chapters:\n  - 10_likvardighet\n", encoding="utf-8")
    done = lagesrapport("build", "2022", root=workbook)
    assert done.returncode == 0, done.stderr
    return workbook


def whole(root: Path) -> bool:
    """Tell whether the report is as some build wrote it, nothing missing and nothing mixed."""
    record = manifest.read(root / "output/2022")
    return record is not None and record["outputs"] == manifest.describe_outputs(root / "output/2022")


def _start(root: Path, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "lib.cli", "build", "2022", "--no-pdf", *options, "--root", str(root)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, **quiet)


def test_a_build_that_is_killed_leaves_the_former_report_whole_and_the_next_build_right(small):
    draw = random.Random(1)
    reason = small / "parameters/2022.yaml"
    for number in range(KILLS):
        change(reason, "cut_off_reason: ", f"cut_off_reason: Prov {number}. ") if number == 0 else None
        running = _start(small, "--fresh")
        time.sleep(draw.uniform(0.3, 6))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert whole(small), f"kill {number}"
    done = lagesrapport("build", "2022", root=small)
    assert done.returncode == 0 and whole(small), done.stderr
    assert [p.name for p in (small / "output").iterdir() if p.name.startswith(".")] == []
    first = manifest.describe_outputs(small / "output/2022")
    assert lagesrapport("build", "2022", "--fresh", root=small).returncode == 0
    assert manifest.describe_outputs(small / "output/2022") == first


def test_two_builds_of_one_report_never_mix(small):
    running = _start(small, "--fresh")
    deadline = time.monotonic() + 30
    while not (small / "output/.2022.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    # Held while it builds, so that the second one surely meets it.
    os.killpg(running.pid, signal.SIGSTOP)
    done = lagesrapport("build", "2022", "--fresh", root=small)
    os.killpg(running.pid, signal.SIGCONT)
    assert done.returncode == 1 and "Another build of 2022 is running" in done.stderr and done.stderr.count("\n") == 1
    assert running.wait(timeout=60) == 0 and whole(small)
    assert not (small / "output/.2022.lock").exists()


def test_a_lock_of_a_process_that_is_gone_holds_nobody(tmp_path):
    workbook = Workbook(tmp_path)
    workbook.output.mkdir()
    (workbook.output / ".2022.lock").write_text("")
    taken = place.lock(workbook, "2022")
    with pytest.raises(WorkbookError, match="Another build of 2022 is running"):
        place.lock(workbook, "2022")
    place.release(taken)
    place.release(place.lock(workbook, "2022"))


def test_a_report_that_was_just_moved_aside_is_put_back(tmp_path):
    workbook = Workbook(tmp_path)
    left = workbook.output / ".2022-abc"
    (left / "former").mkdir(parents=True)
    (left / "former/page").write_text("former")
    (left / "report").mkdir()
    place.sweep(workbook, "2022")
    assert (workbook.output / "2022/page").read_text() == "former" and not left.exists()


@pytest.mark.parametrize("exchange", [True, False])
def test_a_report_is_put_in_place_with_or_without_an_exchange(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(place, "_exchanged", lambda new, at: False)
    new, at = tmp_path / "scratch/report", tmp_path / "2022"
    for folder, text in ((new, "new"), (at, "old")):
        folder.mkdir(parents=True)
        (folder / "page").write_text(text)
    place.put(new, at)
    assert (at / "page").read_text() == "new"
    if exchange and sys.platform.startswith("linux"):
        assert (new / "page").read_text() == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are a matter of Unix")
@pytest.mark.parametrize("most", [20_000, 60_000])
def test_a_disk_without_room_leaves_the_former_report_whole(small, most):
    """A limit on the size of files stands in for a full disk: a write fails in the middle."""
    import resource

    command = [sys.executable, "-m", "lib.cli", "build", "2022", "--no-pdf", "--fresh", "--root", str(small)]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # noqa: E731
    done = subprocess.run(command, cwd=ROOT, preexec_fn=limit, capture_output=True, text=True, timeout=120)
    assert done.returncode in (1, 3), done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "File too large" in done.stderr
    assert whole(small) or done.returncode == 3
    assert lagesrapport("build", "2022", "--fresh", root=small).returncode == 0 and whole(small)


def test_a_folder_that_cannot_be_written_is_told(small, monkeypatch, refused):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied", str(small / "output"))

    monkeypatch.setattr("lib.publish.tempfile.TemporaryDirectory", forbidden)
    code, said = refused("build", "2022", "--fresh", "--no-pdf", root=small)
    assert code == 1 and "Permission denied" in said and said.count("\n") == 1 and whole(small)
