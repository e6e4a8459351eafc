"""Files and report folders are replaced as a whole or not at all."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook


@pytest.fixture
def output(tmp_path: Path) -> Workbook:
    """A workbook with nothing but an output folder."""
    workbook = Workbook(tmp_path)
    workbook.output.mkdir()
    return workbook


@pytest.fixture
def broken_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every replacement of a file fail, as on a full disk."""

    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(os, "replace", fail)


def test_a_written_file_keeps_its_line_ends(tmp_path: Path) -> None:
    assert atomic.write(tmp_path / "a", "å\r\n").read_bytes() == "å\r\n".encode()


@pytest.mark.usefixtures("broken_replace")
def test_a_file_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(OSError, match="No space"):
        atomic.write(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    for link, target in (("file", tmp_path / "elsewhere"), ("folder", tmp_path)):
        (tmp_path / "w" / link).symlink_to(target)
    with pytest.raises(WorkbookError, match="file is a link"):
        atomic.write(tmp_path / "w/file", "new")
    with pytest.raises(WorkbookError, match="folder is a link"):
        atomic.write_together(tmp_path / "w", {tmp_path / "w/first": "1", tmp_path / "w/folder/second": "2"})
    assert not (tmp_path / "elsewhere").exists() and not (tmp_path / "w/first").exists()


def test_the_next_command_finishes_files_that_were_committed(
    tmp_path: Path, broken_replace: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkbookError, match="the next command puts them in place"):
        atomic.write_together(tmp_path, {tmp_path / "a": "1", tmp_path / "b/c": "2"})
    assert (tmp_path / atomic.PENDING).is_dir() and not (tmp_path / "a").exists()
    monkeypatch.undo()
    atomic.recover(tmp_path)
    assert {p.name: p.read_text() for p in tmp_path.rglob("*") if p.is_file()} == {"a": "1", "c": "2"}


def test_committed_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / atomic.PENDING).mkdir()
    (tmp_path / atomic.PENDING / atomic.PATHS).write_text("[")
    with pytest.raises(WorkbookError, match=r"places\.json is damaged"):
        atomic.recover(tmp_path)


def test_abandoned_scratch_folders_are_removed_and_fresh_ones_stay(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".new-old", tmp_path / ".pending-fresh"
    for folder in (old, fresh):
        folder.mkdir()
    long_ago = time.time() - 2 * atomic.ABANDONED_AFTER
    os.utime(old, (long_ago, long_ago))
    atomic.recover(tmp_path)
    assert not old.exists() and fresh.exists()


def test_the_lock_file_of_a_dead_process_locks_nothing(output: Workbook) -> None:
    (output.output / ".2022.lock").write_text("")
    lock = atomic.lock_report(output, "2022")
    with pytest.raises(WorkbookError, match="Another build of 2022 is running"):
        atomic.lock_report(output, "2022")
    atomic.unlock_report(lock)
    atomic.unlock_report(atomic.lock_report(output, "2022"))


def test_a_report_that_was_just_moved_aside_is_restored(output: Workbook) -> None:
    scratch = output.output / ".2022-abc"
    (scratch / "former").mkdir(parents=True)
    (scratch / "former/page").write_text("former")
    (scratch / "report").mkdir()
    atomic.sweep_report(output, "2022")
    assert (output.output / "2022/page").read_text() == "former" and not scratch.exists()


def test_a_report_that_is_being_built_is_not_tidied(output: Workbook) -> None:
    (output.output / ".2022-abc").mkdir()
    lock = atomic.lock_report(output, "2022")
    atomic.tidy_report(output, "2022")
    assert (output.output / ".2022-abc").exists()
    atomic.unlock_report(lock)


def test_a_file_in_the_place_of_a_report_is_never_replaced(output: Workbook) -> None:
    (output.output / "2022").write_text("mine")
    with pytest.raises(WorkbookError, match="is a file; move it away"):
        atomic.report_folder(output, "2022")


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_replaces_another_with_or_without_an_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchanged", lambda new, target: False)
    new, target = tmp_path / "scratch/report", tmp_path / "2022"
    for folder, text in ((new, "new"), (target, "old")):
        folder.mkdir(parents=True)
        (folder / "page").write_text(text)
    atomic.exchange(new, target)
    assert (target / "page").read_text() == "new"
    if exchange and sys.platform.startswith("linux"):
        assert (new / "page").read_text() == "old"
