"""A command that is killed, or whose disk is full, read-only or gone, at any step: nothing is lost, mixed or half done."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lib.base.atomic import recover
from lib.build import manifest
from tests.conftest import ROOT, change, copy_workbook, lagesrapport, whole
from tests.faults.scale import FULL, amount, record
from tests.forms import fill

INJECT = str(ROOT / "tests/faults/inject")
#: Faults that are injected: a kill, a full disk, a read-only disk, and a folder that vanishes.
KINDS = ["kill", "ENOSPC", "EROFS", "vanish"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are a matter of Unix")


def run(root: Path, fault: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a fault injected (see inject/sitecustomize.py)."""
    command = [sys.executable, "-m", "lib.cli.main", *arguments, "--root", str(root)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV_")}
    environment |= {"PYTHONPATH": INJECT, "LAGESRAPPORT_FAULT": fault}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=900)


def steps(root: Path, under: Path, *arguments: str) -> int:
    """Return in how many steps a command writes something under a folder."""
    counted = root.parent / "steps"
    done = run(root, f"0 {counted} {under}", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return int(counted.read_text())


def chosen(number: int, few: int) -> list[int]:
    """Return all steps in a full run, else a few of them, the first and last among them."""
    every = range(1, number + 1)
    return list(every) if FULL else sorted({1, number, *random.Random(2).sample(every, min(few, number))})


BUILD = ("build", "2022", "--no-pdf", "--fresh")


@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_the_former_report_whole_and_the_next_one_right(small: Path) -> None:
    draw, kills = random.Random(1), amount(2, 100)
    reason = small / "parameters/2022.yaml"
    for number in range(kills):
        # The report in place differs from the one that is being made, so that a mixture would be seen.
        was = f"Prov {number - 1}. " if number else ""
        change(reason, f"cut_off_reason: {was}", f"cut_off_reason: Prov {number}. ")
        command = [sys.executable, "-m", "lib.cli.main", *BUILD, "--root", str(small)]
        quiet = subprocess.DEVNULL
        running = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=quiet, stderr=quiet)
        time.sleep(draw.uniform(0.3, 6))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert whole(small), f"kill {number}"
    _next_is_right(small)
    record("kills", "a build, at a random moment", tried=kills, lost=0)


@pytest.mark.parametrize("kind", ["kill", *(pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS[1:])])
def test_a_build_that_fails_at_any_step_leaves_the_former_report_whole(small: Path, kind: str) -> None:
    output = small / "output"
    number = steps(small, output, *BUILD)
    assert number > 15
    tried = chosen(number, 1)
    for step in tried:
        done = run(small, f"{step} {kind} {output}", *BUILD)
        assert "Traceback" not in done.stderr, done.stderr
        if kind == "kill":
            assert done.returncode == -signal.SIGKILL
        else:
            # After the exchange of the folders the report is there, and only the clean-up fails.
            assert done.returncode in (0, 1), done.stderr
            assert (done.stderr.count("\n") == 1) == (done.returncode == 1) or "support.yaml" in done.stderr, (
                done.stderr
            )
        if (away := small / "output.away").exists():
            shutil.rmtree(output, ignore_errors=True)
            away.rename(output)
        assert whole(small), f"{kind} at step {step} of {number}"
    _next_is_right(small)
    record("kills", f"a build, at each step: {kind}", tried=len(tried), lost=0)


def _next_is_right(root: Path) -> None:
    """Build once more: the report is that of a fresh build, and no temporary folder is left."""
    done = lagesrapport("build", "2022", root=root)
    assert done.returncode == 0 and whole(root), done.stderr
    assert [p.name for p in (root / "output").iterdir() if p.name.startswith(".")] == []
    first = manifest.describe_outputs(root / "output/2022")
    assert lagesrapport("build", "2022", "--fresh", root=root).returncode == 0
    assert manifest.describe_outputs(root / "output/2022") == first


def state(root: Path) -> str:
    """Return a digest of the files of a workbook, except the temporary folders of a killed command."""
    files = [
        p
        for p in root.rglob("*")
        if p.is_file() and not p.relative_to(root).parts[0].startswith((".pending-", ".new-", "output"))
    ]
    return hashlib.sha256(
        b"".join(str(p.relative_to(root)).encode() + p.read_bytes() for p in sorted(files))
    ).hexdigest()


GOAL = ("new", "goal", "9", "--title", "Mål nio", "--wording", "Målets lydelse", "--year", "2025")


@pytest.fixture
def command(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[str]]:
    """A workbook, and a command that writes several files in it."""
    root = copy_workbook(tmp_path / "workbook")
    if request.param == "new goal":
        return root, list(GOAL)
    if request.param == "new year":
        return root, ["new", "year", "2025", "--after", "exempel"]
    forms = tmp_path / "forms"
    made = lagesrapport("import", "survey", "--new", "2025", "--to", str(forms), "--data", "data/exempel", root=root)
    assert made.returncode == 0, made.stderr
    fill(forms)
    return root, [
        "import",
        "survey",
        str(forms),
        "--year",
        "2025",
        "--published",
        "2026-03-01",
        "--data",
        "data/exempel",
        "--yes",
    ]


@pytest.mark.parametrize(
    "command",
    ["new goal", *(pytest.param(name, marks=pytest.mark.slow) for name in ("import survey", "new year"))],
    indirect=True,
)
def test_a_command_that_is_killed_has_done_all_or_nothing(
    command: tuple[Path, list[str]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    root, arguments = command
    done, counted = tmp_path / "done", tmp_path / "counted"
    shutil.copytree(root, done)
    shutil.copytree(root, counted)
    before, number = state(root), steps(counted, counted, *arguments)
    assert lagesrapport(*arguments, root=done).returncode == 0
    after = state(done)
    assert before != after == state(counted)
    found = set()
    tried = chosen(number, 1)
    for step in tried:
        copy = tmp_path / "copy"
        shutil.copytree(root, copy)
        ended = run(copy, f"{step} kill {copy}", *arguments)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        recover(copy)
        assert state(copy) in (before, after), f"step {step} of {number}"
        found.add(state(copy))
        shutil.rmtree(copy)
    assert found == {before, after}
    record("kills", f"{request.node.callspec.params['command']}, at each step", tried=len(tried), lost=0)
