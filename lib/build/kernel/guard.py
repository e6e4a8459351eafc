"""Limits for a chapter's process: it writes only temporary files, reads figures only protected, starts no program, uses no network.

This catches mistakes, which are then reported in the chapter's place. It is no protection against malicious code: only
people who may change the workbook can add notebooks.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

#: How many bytes of memory a notebook may use in addition to what its process starts with; more must be a mistake.
MOST_MEMORY = 4_000_000_000
#: Python's audit events that write (https://docs.python.org/3/library/audit_events.html), with the number of their
#: first arguments that are paths.
WRITES = {
    **{f"os.{name}": 1 for name in ("remove", "mkdir", "rmdir", "truncate", "chmod", "chown")},
    **{f"os.{name}": 2 for name in ("rename", "link", "symlink")},
    "shutil.rmtree": 1,
    "sqlite3.connect": 1,
}
PROGRAMS = {f"os.{name}" for name in ("system", "exec", "posix_spawn", "spawn", "startfile", "fork")}
PROGRAMS |= {"subprocess.Popen", "pty.spawn"}
NETWORK = {f"socket.{call}" for call in ("connect", "bind", "getaddrinfo", "gethostbyname", "sendto", "sendmsg")}
#: Files that hold figures before they are protected.
UNPROTECTED = re.compile(r"[/\\\\]data[/\\\\].*(?<=[/\\\\])(?:observations|survey)[/\\\\]")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard() -> None:
    """Make forbidden actions raise `PermissionError` in this process from now on, and limit its memory."""
    _limit_memory()
    allowed = (os.path.realpath(tempfile.gettempdir()) + os.sep, "/dev/")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        for path in _written(event, arguments):
            if isinstance(path, (str, bytes, os.PathLike)) and not _may_write(os.fsdecode(path), allowed):
                name = Path(os.fsdecode(path)).name
                raise PermissionError(
                    f"a chapter may not write, move or remove files ({name}); show it with a method of chapter"
                )
        if event == "open" and _unprotected(arguments[0]):
            raise PermissionError(
                f"a chapter may not read {Path(os.fsdecode(arguments[0])).name}, whose figures are not protected; take them from chapter.data"
            )
        if event in PROGRAMS:
            raise PermissionError("a chapter may not start other programs; remove the call")
        if event in NETWORK:
            raise PermissionError("a chapter may not use the network; put the figures into data/")

    sys.addaudithook(hook)


def _written(event: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the paths that an audit event would write to."""
    if event == "open":
        path, _, flags = arguments
        return (path,) if isinstance(flags, int) and flags & WRITING else ()
    # The path is relative to an open folder: this is a step of `shutil.rmtree`, which was checked as a whole.
    if event in ("os.remove", "os.rmdir") and arguments[-1] >= 0:
        return ()
    return arguments[: WRITES.get(event, 0)]


def _unprotected(path: Any) -> bool:
    """Return whether a file of figures as they were received is being read, other than by the modules that protect them."""
    if not isinstance(path, (str, bytes, os.PathLike)) or not UNPROTECTED.search(os.path.realpath(os.fsdecode(path))):
        return False
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals.get("__name__", "").startswith(("lib.base.", "lib.data.")):
            return False
    return True


def _may_write(path: str, allowed: tuple[str, ...]) -> bool:
    # Python stores compiled modules in __pycache__ where it can.
    return path == ":memory:" or (os.path.realpath(path) + os.sep).startswith(allowed) or "__pycache__" in path


def _limit_memory() -> None:
    """Limit this process's memory, so that a notebook that needs too much fails before other programs do."""
    try:
        import resource

        present = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (present + MOST_MEMORY, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        # Not every system has such limits.
        return
