"""Two builds of one report, a stale lock, a full disk, no permission to write: the former report stays whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, Refused, lagesrapport, whole


def _start(root: Path, *options: str, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "lib.cli.main", "build", "2022", "--no-pdf", *options, "--root", str(root)]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=stderr)


def _stop_once_it_builds(running: subprocess.Popen[bytes], root: Path) -> None:
    """Stop a build when its scratch folder is there: it then has its lock, which its lock file alone does not prove."""
    deadline = time.monotonic() + 600
    while not list((root / "output").glob(".2022-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGSTOP)


@pytest.mark.slow
def test_two_builds_of_one_report_never_mix(small: Path) -> None:
    running = _start(small, "--fresh")
    # Stopped while it builds, so that the second build is sure to find it running.
    _stop_once_it_builds(running, small)
    done = lagesrapport("build", "2022", "--fresh", root=small)
    os.killpg(running.pid, signal.SIGCONT)
    assert done.returncode == 1 and "Another build of 2022 is running" in done.stderr and done.stderr.count("\n") == 1
    assert running.wait(timeout=600) == 0 and whole(small)
    assert not (small / "output/.2022.lock").exists()


def test_a_file_that_changes_while_a_report_is_built_stops_that_report(small: Path) -> None:
    before = (small / "output/2022/lagesrapport-2022.html").read_bytes()
    running = _start(small, "--fresh", stderr=subprocess.PIPE)
    deadline = time.monotonic() + 600
    while not list((small / "output").glob(".2022-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    # Stopped while it builds, so that the file is sure to change during the build.
    os.killpg(running.pid, signal.SIGSTOP)
    with (small / "data/support.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    os.killpg(running.pid, signal.SIGCONT)
    said = running.communicate(timeout=600)[1].decode()
    assert running.returncode == 1 and "data/support.yaml changed while the report was built; build it again." in said
    assert whole(small) and (small / "output/2022/lagesrapport-2022.html").read_bytes() == before
    assert lagesrapport("build", "2022", root=small).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are a matter of Unix")
@pytest.mark.parametrize("most", [20_000, pytest.param(60_000, marks=pytest.mark.slow)])
def test_a_full_disk_leaves_the_former_report_whole(small: Path, most: int) -> None:
    """A limit on the size of files imitates a full disk: a write fails in the middle."""
    import resource

    command = [sys.executable, "-m", "lib.cli.main", "build", "2022", "--no-pdf", "--fresh", "--root", str(small)]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))  # noqa: E731
    done = subprocess.run(command, cwd=ROOT, preexec_fn=limit, capture_output=True, text=True, timeout=600)
    assert done.returncode in (1, 3), done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "File too large" in done.stderr
    assert whole(small) or done.returncode == 3
    assert lagesrapport("build", "2022", "--fresh", root=small).returncode == 0 and whole(small)


def test_a_folder_that_cannot_be_written_is_reported(
    small: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(small / "output"))

    monkeypatch.setattr("lib.build.builds.tempfile.TemporaryDirectory", forbidden)
    code, said = refused("build", "2022", "--fresh", "--no-pdf", root=small)
    assert code == 1 and "Permission denied" in said and said.count("\n") == 1 and whole(small)
