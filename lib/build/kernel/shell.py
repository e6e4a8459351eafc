"""The process of one notebook: runs its cells in IPython and sends what each shows, in the form that a notebook file has."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

from lib.build.kernel.guard import guard

#: What one notebook may show: more is a mistake in it.
MOST_SHOWN = 50_000_000


def serve(connection: Connection, cells: list[tuple[int, str]], folder: str, environment: dict[str, str]) -> None:
    """Run code cells one after the other, until one fails, and send ``(number, outputs, execution count, failed)`` for each.

    The last thing sent is None: without it the process has died.
    """
    os.environ.update(environment)
    os.chdir(folder)
    # As in a kernel, the folder is where modules are looked for first.
    sys.path.insert(0, "")
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as home, Path(os.devnull).open("w") as nowhere:
        # What a library writes past Python would land in the terminal of whoever builds.
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        shell, shown = _shell(home)
        tempfile.tempdir = home
        guard()
        for number, source in cells:
            connection.send((number, None, None, False))
            result = shell.run_cell(source, store_history=True)
            connection.send((number, shown.take(result.execution_count), result.execution_count, not result.success))
            if not result.success:
                break
    connection.send(None)


class Shown:
    """What a cell has shown so far."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.size = 0

    def _count(self, amount: int) -> None:
        self.size += amount
        if self.size > MOST_SHOWN:
            self.size = 0
            raise RuntimeError(f"the notebook shows more than {MOST_SHOWN // 1_000_000} MB; show less")

    def add(self, kind: str, **content: Any) -> None:
        """Add an output, in the types that a notebook file can hold."""
        self._count(sum(len(str(value)) for value in content.get("data", content).values()))
        self.outputs.append(json.loads(json.dumps({"output_type": kind, **content}, default=_as_a_kernel_would)))

    def write(self, name: str, text: str) -> None:
        """Add text of a stream to what the stream has just written."""
        if self.outputs and self.outputs[-1].get("name") == name:
            self._count(len(text))
            self.outputs[-1]["text"] += text
        elif text:
            self.add("stream", name=name, text=text)

    def take(self, count: int) -> list[dict[str, Any]]:
        """Return the outputs, the cell's results with its count, and begin anew."""
        taken, self.outputs = self.outputs, []
        results = (output for output in taken if output["output_type"] == "execute_result")
        for result in results:
            result["execution_count"] = count
        return taken


def _as_a_kernel_would(value: Any) -> Any:
    # Rarely needed, and slow to import.
    from jupyter_client.jsonutil import json_default

    return json_default(value)


class Stream:
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, shown: Shown, name: str) -> None:
        self.shown, self.name = shown, name

    def write(self, text: str) -> int:
        self.shown.write(self.name, text)
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


def _shell(home: str) -> tuple[Any, Shown]:
    """Return an IPython shell that shows nothing on a terminal but collects it."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    shown = Shown()

    class Publisher(DisplayPublisher):
        def publish(self, data: dict, metadata: dict | None = None, **_: Any) -> None:
            shown.add("display_data", data=data, metadata=metadata or {})

        def clear_output(self, wait: bool = False) -> None:
            shown.outputs.clear()

    class Hook(DisplayHook):
        def start_displayhook(self) -> None:
            pass

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
            shown.add("execute_result", data=format_dict, metadata=md_dict or {})

        def finish_displayhook(self) -> None:
            pass

    class Shell(InteractiveShell):
        display_pub_class = Type(Publisher)
        displayhook_class = Type(Hook)

        def enable_gui(self, gui: str | None = None) -> None:
            pass

        def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
            shown.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config, ipython_dir=home, colors="NoColor")
    # Pictures of a notebook's own show as in a kernel. Not before there is a shell, whose display they hook into.
    shell.enable_matplotlib("inline")
    streams: list[TextIO | Stream] = [Stream(shown, "stdout"), Stream(shown, "stderr")]
    sys.stdout, sys.stderr = streams  # type: ignore[assignment]
    return shell, shown
