"""Loaded by Python itself where this folder is on its path: lets one step of writing fail, in the first process that loads it.

LAGESRAPPORT_FAULT is ``number kind folder``: the number-th time that something under the folder is written, made, moved
or removed, the process is killed, the folder vanishes (to .away), or the disk is full or read-only from then on. With
number 0 nothing fails: the steps are counted, and their number is written to the file ``kind``.

LAGESRAPPORT_CALLS is a file in which every process notes its network calls.
"""

from __future__ import annotations

import errno
import os
import signal
import sys

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PATHS = {"os.mkdir": 1, "os.rename": 2, "os.remove": 1, "os.rmdir": 1, "os.truncate": 1, "shutil.copyfile": 0}


def _inject(number: int, kind: str, folder: str) -> None:
    steps, busy = 0, False

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps, busy
        if busy or event not in PATHS and event != "open":
            return
        if event == "open":
            flags = arguments[2]
            paths: tuple[object, ...] = arguments[:1] if isinstance(flags, int) and flags & WRITING else ()
        else:
            paths = arguments[: PATHS[event]]
        if not any(
            isinstance(p, (str, bytes, os.PathLike)) and os.path.abspath(os.fsdecode(p)).startswith(folder)
            for p in paths
        ):
            return
        steps += 1
        busy = True
        if number == 0:
            with open(kind, "w") as file:
                file.write(str(steps))
        elif steps == number and kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif steps == number and kind == "vanish":
            os.rename(folder, f"{folder}.away")
        elif steps >= number and kind in ("ENOSPC", "EROFS"):
            busy = False
            raise OSError(getattr(errno, kind), os.strerror(getattr(errno, kind)), paths[0])
        busy = False

    sys.addaudithook(hook)


if setting := os.environ.pop("LAGESRAPPORT_FAULT", ""):
    _number, _kind, _folder = setting.split(" ", 2)
    _inject(int(_number), _kind, os.path.abspath(_folder))


def _note_calls(file: str) -> None:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("socket.getaddrinfo", "socket.gethostbyname") or (
            event == "socket.connect" and isinstance(arguments[-1], tuple)
        ):
            with open(file, "a") as lines:
                lines.write(f"{event} {arguments[1:]} {sys.argv}\n")

    sys.addaudithook(hook)


if setting := os.environ.get("LAGESRAPPORT_CALLS", ""):
    _note_calls(setting)
