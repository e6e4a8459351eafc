"""The process of one notebook: it runs the cells in IPython and sends their outputs as a notebook file stores them."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

from lib.build.kernel.guard import guard

if TYPE_CHECKING:
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

#: The most that one notebook may show, in bytes; more must be a mistake.
MOST_SHOWN = 50_000_000


class CellMessage(NamedTuple):
    """A message about a cell: without outputs when the cell starts, with them when it has ended."""

    number: int
    outputs: list[dict[str, Any]] | None = None
    execution_count: int | None = None
    failed: bool = False


def serve(connection: Connection, cells: list[tuple[int, str]], folder: str, environment: dict[str, str]) -> None:
    """Run code cells in order until one fails, and send two `CellMessage` for each.

    The last message is None: if it is missing, the process has died.

    Parameters
    ----------
    cells : list of (int, str)
        Each code cell's number in the notebook, and its source.
    folder : str
        The working directory.
    """
    os.environ.update(environment)
    os.chdir(folder)
    # As in a kernel, modules are looked for in the working directory first.
    sys.path.insert(0, "")
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as temporary, Path(os.devnull).open("w") as nowhere:
        # Otherwise text that a library writes past Python's streams would appear in the build's terminal.
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        outputs = Outputs()
        shell = _shell(outputs, temporary)
        tempfile.tempdir = temporary
        guard()
        for number, source in cells:
            connection.send(CellMessage(number))
            result = shell.run_cell(source, store_history=True)
            count = result.execution_count
            connection.send(CellMessage(number, outputs.take(count), count, not result.success))
            if not result.success:
                break
    connection.send(None)


class Outputs:
    """Collects the outputs of the cell that is running."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.size = 0

    def _count(self, amount: int) -> None:
        self.size += amount
        if self.size > MOST_SHOWN:
            self.size = 0
            raise RuntimeError(f"the notebook shows more than {MOST_SHOWN // 1_000_000} MB; show less")

    def add(self, kind: str, **content: Any) -> None:
        """Add an output, converted to the types that a notebook file can hold."""
        self._count(sum(len(str(value)) for value in content.get("data", content).values()))
        self.outputs.append(json.loads(json.dumps({"output_type": kind, **content}, default=_as_a_kernel_would)))

    def write(self, name: str, text: str) -> None:
        """Add text of a stream: to the stream's last output if nothing else was shown since, else as a new output."""
        if self.outputs and self.outputs[-1].get("name") == name:
            self._count(len(text))
            self.outputs[-1]["text"] += text
        elif text:
            self.add("stream", name=name, text=text)

    def take(self, count: int | None) -> list[dict[str, Any]]:
        """Return the cell's outputs, with its execution count in results, and start an empty list for the next cell."""
        taken, self.outputs = self.outputs, []
        for output in taken:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        return taken


def _as_a_kernel_would(value: object) -> Any:
    # Rarely needed, and slow to import.
    from jupyter_client.jsonutil import json_default

    return json_default(value)


class Stream:
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self.outputs, self.name = outputs, name

    def write(self, text: str) -> int:
        self.outputs.write(self.name, text)
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


def _shell(outputs: Outputs, folder: str) -> InteractiveShell:
    """Start the IPython shell of this process; it collects outputs instead of showing them on a terminal."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    publisher, hook = _display_classes(outputs)

    class Shell(InteractiveShell):
        display_pub_class = Type(publisher)
        displayhook_class = Type(hook)

        def enable_gui(self, gui: str | None = None) -> None:
            pass

        def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
            outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config, ipython_dir=folder, colors="NoColor")
    # Only now, because it attaches itself to the shell; figures that a notebook draws itself are shown as in a kernel.
    shell.enable_matplotlib("inline")  # type: ignore[no-untyped-call]  # IPython has not typed it
    sys.stdout, sys.stderr = (cast(TextIO, Stream(outputs, name)) for name in ("stdout", "stderr"))
    return shell


def _display_classes(outputs: Outputs) -> tuple[type[DisplayPublisher], type[DisplayHook]]:
    """Return the classes that IPython uses for displayed objects and for the values of cells."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher

    class Publisher(DisplayPublisher):
        def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, *_: Any, **__: Any) -> None:
            outputs.add("display_data", data=data, metadata=metadata or {})

        def clear_output(self, wait: bool = False) -> None:
            outputs.outputs.clear()

    class Hook(DisplayHook):
        def start_displayhook(self) -> None:
            pass

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
            outputs.add("execute_result", data=format_dict, metadata=md_dict or {})

        def finish_displayhook(self) -> None:
            pass

    return Publisher, Hook
