"""What a chapter may not do: it shows figures. It writes nothing but temporary files, starts no program and calls nobody.

This stops mistakes, and says so in the chapter's place; notebooks are code, and somebody who means harm is stopped by who may write them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

#: How much memory a notebook may take beside what it was forked with: more is a mistake in it.
MOST_MEMORY = 4_000_000_000
#: What Python says before it does something (https://docs.python.org/3/library/audit_events.html), and which arguments are paths.
WRITES = {
    "os.remove": 1,
    "os.rename": 2,
    "os.mkdir": 1,
    "os.rmdir": 1,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "shutil.rmtree": 1,
    "sqlite3.connect": 1,
}
PROGRAMS = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.fork",
    "pty.spawn",
}
CALLS = {
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "socket.sendmsg",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard() -> None:
    """Let this process, to its end, fail where it goes beyond what a chapter may do."""
    _limit_memory()
    own = (os.path.realpath(tempfile.gettempdir()) + os.sep, "/dev/")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            paths = (path,) if isinstance(flags, int) and flags & WRITING else ()
        else:
            paths = arguments[: WRITES.get(event, 0)]
        # Relative to an open folder: a step of `shutil.rmtree`, which has been looked at as a whole.
        if event in ("os.remove", "os.rmdir") and arguments[-1] >= 0:
            return
        for path in paths:
            if isinstance(path, (str, bytes, os.PathLike)) and not _allowed(os.fsdecode(path), own):
                name = Path(os.fsdecode(path)).name
                raise PermissionError(
                    f"a chapter writes, moves and removes no file ({name}); show it with a method of chapter"
                )
        if event in PROGRAMS:
            raise PermissionError("a chapter starts no other program; remove the call")
        if event in CALLS:
            raise PermissionError("a chapter calls nobody over the network; put the figures into data/")

    sys.addaudithook(hook)


def _allowed(path: str, own: tuple[str, ...]) -> bool:
    # Python keeps what it has compiled beside its modules, if it can.
    return path == ":memory:" or (os.path.realpath(path) + os.sep).startswith(own) or "__pycache__" in path


def _limit_memory() -> None:
    """Let a notebook that asks for more memory than that fail, instead of everything else on the computer."""
    try:
        import resource

        present = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (present + MOST_MEMORY, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        # Not every system knows such limits.
        return
