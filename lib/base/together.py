"""Several files put in place together: all of them or none, also where the process is killed between two or the disk fails.

They are written into a folder beside, which gets its final name in one step; from then on they count as put in place, and whoever opens
the workbook next finishes what was left.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lib.base.errors import WorkbookError

#: The folder of files that are being put in place, in the workbook's root; and the file in it that says where each belongs.
PENDING, PLACES = ".pending", "places.json"

#: Seconds after which a folder that a command makes its files in has been left by one that was killed.
OLD = 3600


def put(root: Path, contents: Mapping[Path, str | bytes]) -> None:
    """Put files in place.

    Parameters
    ----------
    root : Path
        The workbook's root, in which all files lie.
    contents : mapping
        New contents by path.

    Raises
    ------
    WorkbookError
        If a path is a link or leads out of the workbook, another command is writing, or the disk fails once all files are ready.
    OSError
        If the disk fails before; nothing has then changed.
    """
    for path in contents:
        check_place(root, path)
    recover(root)
    scratch = Path(tempfile.mkdtemp(prefix=f"{PENDING}-", dir=root))
    try:
        for number, content in enumerate(contents.values()):
            (scratch / str(number)).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        places = [path.relative_to(root).as_posix() for path in contents]
        (scratch / PLACES).write_text(json.dumps(places), encoding="utf-8")
        try:
            os.rename(scratch, root / PENDING)
        except OSError:
            if not (root / PENDING).exists():
                raise
            raise WorkbookError(f"Another command is writing in {root}; run this one again when it is done.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    try:
        recover(root)
    except OSError as error:
        raise WorkbookError(
            f"{error.filename or root}: {error.strerror or error}. The files are ready in {root / PENDING}, and the next command puts them in place."
        ) from None


def recover(root: Path) -> None:
    """Finish what a command was putting in place when it was killed, and remove what one had not finished making.

    Raises
    ------
    WorkbookError
        If the folder is not one that a command made.
    """
    for left in (*root.glob(f"{PENDING}-*"), *root.glob(".new-*")):
        if time.time() - left.stat().st_mtime > OLD:
            shutil.rmtree(left, ignore_errors=True)
    pending = root / PENDING
    if not pending.is_dir():
        return
    try:
        places = [str(name) for name in json.loads((pending / PLACES).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        # All of them are in place, and only the folder was left.
        places = []
    except ValueError:
        raise WorkbookError(
            f"{pending / PLACES} is damaged; remove the folder and run the last command again."
        ) from None
    for number, name in enumerate(places):
        path = root / name
        check_place(root, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.replace(pending / str(number), path)
    with suppress(FileNotFoundError):
        os.remove(pending / PLACES)
    shutil.rmtree(pending, ignore_errors=True)


def check_place(root: Path, path: Path) -> None:
    """Check where a file is to be written.

    Raises
    ------
    WorkbookError
        If it lies outside the workbook, or is reached through a link, which could lead anywhere.
    """
    if ".." in path.parts or not path.is_relative_to(root):
        raise WorkbookError(f"{path} leads out of the workbook {root}; nothing was written.")
    for part in (path, *path.parents):
        if part == root:
            return
        if part.is_symlink():
            raise WorkbookError(f"{part} is a link to another place; put the folder or file itself there.")
