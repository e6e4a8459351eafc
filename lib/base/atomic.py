"""Atomic writes: one file, several files together, and a report's folder, each replaced as a whole or not at all.

Several files are first written to a scratch folder in the workbook's root. Renaming it to ``.pending`` commits them: if
the process is killed after that, `recover`, which every command calls first, finishes the work. A report's folder is
exchanged with the new one in one step, and a file lock keeps out a second build of the same report.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook

#: The folder of committed files, in the workbook's root, and the file in it that lists their paths.
PENDING, PATHS = ".pending", "places.json"
#: Scratch folders that have not been changed for this many seconds belong to a process that was killed.
ABANDONED_AFTER = 3600
#: Constants of Linux's renameat2: paths are relative to the working directory; exchange the two instead of replacing one.
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def write(path: Path, content: str | bytes) -> Path:
    """Write a file so that a reader sees either the old content or all of the new; return the path.

    Raises
    ------
    WorkbookError
        If the path is a symbolic link.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "new" / "page.html", "<p>å</p>").read_text("utf-8")
    '<p>å</p>'
    """
    if path.is_symlink():
        raise WorkbookError(f"{path} is a link to another place; put the file itself there.")
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_bytes(_encoded(content))
    os.replace(scratch, path)
    return path


def write_together(root: Path, contents: Mapping[Path, str | bytes]) -> None:
    """Write several files of a workbook, all or none.

    Parameters
    ----------
    root : Path
        The workbook's root; every path must lie in it.
    contents : mapping
        New content by path.

    Raises
    ------
    WorkbookError
        If a path is a link or leads out of the workbook, another command is writing, or the disk fails after the commit.
    OSError
        If the disk fails before the commit; nothing has changed then.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     root = Path(folder)
    ...     write_together(root, {root / "a.csv": "1", root / "b" / "c.csv": b"2"})
    ...     sorted(path.relative_to(root).as_posix() for path in root.rglob("*.csv"))
    ['a.csv', 'b/c.csv']
    """
    for path in contents:
        check_target(root, path)
    recover(root)
    _commit(root, contents)
    try:
        recover(root)
    except OSError as error:
        raise WorkbookError(
            f"{error.filename or root}: {error.strerror or error}. The files are ready in {root / PENDING}, and the next command puts them in place."
        ) from None


def _commit(root: Path, contents: Mapping[Path, str | bytes]) -> None:
    scratch = Path(tempfile.mkdtemp(prefix=f"{PENDING}-", dir=root))
    try:
        for number, content in enumerate(contents.values()):
            (scratch / str(number)).write_bytes(_encoded(content))
        paths = [path.relative_to(root).as_posix() for path in contents]
        (scratch / PATHS).write_text(json.dumps(paths), encoding="utf-8")
        try:
            os.rename(scratch, root / PENDING)
        except OSError:
            if not (root / PENDING).exists():
                raise
            raise WorkbookError(f"Another command is writing in {root}; run this one again when it is done.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def recover(root: Path) -> None:
    """Finish what a killed command had committed, and remove abandoned scratch folders.

    Raises
    ------
    WorkbookError
        If the committed files cannot be read.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     root = Path(folder)
    ...     (root / PENDING).mkdir()
    ...     _ = (root / PENDING / "0").write_text("new"), (root / PENDING / PATHS).write_text('["a.csv"]')
    ...     recover(root)
    ...     (root / "a.csv").read_text(), (root / PENDING).exists()
    ('new', False)
    """
    for scratch in (*root.glob(f"{PENDING}-*"), *root.glob(".new-*")):
        if time.time() - scratch.stat().st_mtime > ABANDONED_AFTER:
            shutil.rmtree(scratch, ignore_errors=True)
    pending = root / PENDING
    if not pending.is_dir():
        return
    for number, name in enumerate(_committed(pending)):
        path = root / name
        check_target(root, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.replace(pending / str(number), path)
    with suppress(FileNotFoundError):
        os.remove(pending / PATHS)
    shutil.rmtree(pending, ignore_errors=True)


def _committed(pending: Path) -> list[str]:
    try:
        return [str(name) for name in json.loads((pending / PATHS).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        # The list is removed last, so every file has been moved.
        return []
    except ValueError:
        raise WorkbookError(
            f"{pending / PATHS} is damaged; remove the folder and run the last command again."
        ) from None


def check_target(root: Path, path: Path) -> None:
    """Check that a file to be written lies in the workbook and that no link leads to it.

    Raises
    ------
    WorkbookError
        If it lies outside the workbook or is reached through a link.

    >>> check_target(Path("/w"), Path("/w/../etc/passwd"))
    Traceback (most recent call last):
    lib.base.errors.WorkbookError: /w/../etc/passwd leads out of the workbook /w; nothing was written.
    """
    if ".." in path.parts or not path.is_relative_to(root):
        raise WorkbookError(f"{path} leads out of the workbook {root}; nothing was written.")
    for part in (path, *path.parents):
        if part == root:
            return
        if part.is_symlink():
            raise WorkbookError(f"{part} is a link to another place; put the folder or file itself there.")


def exchange(new: Path, target: Path) -> None:
    """Put the folder ``new`` at ``target``, in one step where the system can exchange two folders.

    The old folder ends up at ``new``, or beside it as ``former`` where the system cannot exchange.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     new, target = Path(folder) / "scratch" / "report", Path(folder) / "2022"
    ...     new.mkdir(parents=True)
    ...     exchange(new, target)
    ...     target.is_dir(), new.exists()
    (True, False)
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        os.rename(new, target)
    elif not _exchanged(new, target):
        _renamed(new, target)


def _exchanged(new: Path, target: Path) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    # A file system that cannot exchange returns an error and leaves both folders alone.
    return bool(rename(AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(target), RENAME_EXCHANGE) == 0)


def _renamed(new: Path, target: Path) -> None:
    """Rename twice; if the process dies in between, `sweep_report` restores the former folder."""
    former = new.parent / "former"
    os.rename(target, former)
    try:
        os.rename(new, target)
    except OSError:
        os.rename(former, target)
        raise


def report_folder(workbook: Workbook, name: str) -> Path:
    """Return the folder of a report, creating the output folder.

    Raises
    ------
    WorkbookError
        If one of the two is a file, which is never replaced.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report_folder(Workbook(Path(folder)), "2022").relative_to(folder).as_posix()
    'output/2022'
    """
    folder = workbook.output / name
    if any(path.exists() and not path.is_dir() for path in (workbook.output, folder)):
        raise WorkbookError(f"{folder} or the folder it lies in is a file; move it away.")
    workbook.output.mkdir(exist_ok=True)
    return folder


def lock_report(workbook: Workbook, name: str) -> BaseFileLock:
    """Lock a report for this process; the system releases the lock when the process ends, however it ends.

    Raises
    ------
    WorkbookError
        If another build of the same report is running.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     workbook = Workbook(Path(folder))
    ...     workbook.output.mkdir()
    ...     lock = lock_report(workbook, "2022")
    ...     unlock_report(lock)
    ...     lock.is_locked
    False
    """
    lock = FileLock(workbook.output / f".{name}.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise WorkbookError(
            f"Another build of {name} is running in {workbook.output}; wait until it is done."
        ) from None
    return lock


def unlock_report(lock: BaseFileLock) -> None:
    """Release a lock from `lock_report` and remove its file."""
    lock.release()
    Path(lock.lock_file).unlink(missing_ok=True)


def sweep_report(workbook: Workbook, name: str) -> None:
    """Remove the scratch folders that killed builds of a report left, and restore the report if one had moved it aside.

    Only the process that holds the report's lock may call this.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     workbook = Workbook(Path(folder))
    ...     (workbook.output / ".2022-abc" / "former").mkdir(parents=True)
    ...     sweep_report(workbook, "2022")
    ...     [path.name for path in workbook.output.iterdir()]
    ['2022']
    """
    report = workbook.output / name
    for scratch in sorted(workbook.output.glob(f".{name}-*")):
        former = scratch / "former"
        if former.is_dir() and not report.exists():
            os.rename(former, report)
        shutil.rmtree(scratch, ignore_errors=True)


def tidy_report(workbook: Workbook, name: str) -> None:
    """Sweep a report if a killed build has left anything and no other build of it is running.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     workbook = Workbook(Path(folder))
    ...     (workbook.output / ".2022-abc").mkdir(parents=True)
    ...     tidy_report(workbook, "2022")
    ...     list(workbook.output.iterdir())
    []
    """
    if not (any(workbook.output.glob(f".{name}-*")) or (workbook.output / f".{name}.lock").exists()):
        return
    try:
        lock = lock_report(workbook, name)
    except WorkbookError:
        return
    sweep_report(workbook, name)
    unlock_report(lock)
