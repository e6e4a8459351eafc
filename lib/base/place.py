"""Where a build happens: one at a time for a report, beside the present one, and exchanged with it in one step."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook

#: Linux's renameat2: relative to the working directory, and exchange instead of replace.
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def of_report(workbook: Workbook, name: str) -> Path:
    """Return where a report stands, with the output folder made; a file in the way is never replaced.

    Raises
    ------
    WorkbookError
        If the folder, or the one it lies in, is a file.
    """
    place = workbook.output / name
    if (workbook.output.exists() and not workbook.output.is_dir()) or (place.exists() and not place.is_dir()):
        raise WorkbookError(f"{place} or the folder it lies in is a file; move it away.")
    workbook.output.mkdir(exist_ok=True)
    return place


def lock(workbook: Workbook, name: str) -> BaseFileLock:
    """Take the report for this build; the system lets go of it when the process ends, however it ends.

    Raises
    ------
    WorkbookError
        If another build of the same report is running.
    """
    taken = FileLock(workbook.output / f".{name}.lock", timeout=0, thread_local=False)
    try:
        taken.acquire()
    except Timeout:
        raise WorkbookError(
            f"Another build of {name} is running in {workbook.output}; wait until it is done."
        ) from None
    return taken


def release(taken: BaseFileLock) -> None:
    """Let go of a report."""
    taken.release()
    Path(taken.lock_file).unlink(missing_ok=True)


def sweep(workbook: Workbook, name: str) -> None:
    """Remove what builds of a report that were killed have left; a report that one had just moved aside is put back."""
    place = workbook.output / name
    for left in sorted(workbook.output.glob(f".{name}-*")):
        former = left / "former"
        if former.is_dir() and not place.exists():
            os.rename(former, place)
        shutil.rmtree(left, ignore_errors=True)


def tidy(workbook: Workbook, name: str) -> None:
    """Sweep, if a killed build has left anything and no other build of the report is running."""
    if not (any(workbook.output.glob(f".{name}-*")) or (workbook.output / f".{name}.lock").exists()):
        return
    try:
        taken = lock(workbook, name)
    except WorkbookError:
        return
    sweep(workbook, name)
    release(taken)


def put(new: Path, place: Path) -> None:
    """Put ``new`` in the place of the former report, in one step where the system can exchange two folders."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        os.rename(new, place)
    elif not _exchanged(new, place):
        _renamed(new, place)


def _exchanged(new: Path, place: Path) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    # A file system that cannot exchange says so, and nothing has happened.
    return rename(AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(place), RENAME_EXCHANGE) == 0


def _renamed(new: Path, place: Path) -> None:
    """Move the former report aside and the new one in; if the process dies between, `sweep` puts the former back."""
    former = new.parent / "former"
    os.rename(place, former)
    try:
        os.rename(new, place)
    except OSError:
        os.rename(former, place)
        raise
