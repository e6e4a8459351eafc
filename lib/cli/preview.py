"""``lagesrapport preview``: a report in the browser that follows the files it is made from; nothing is published."""

from __future__ import annotations

import json
import queue
import re
import secrets
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lib.base.errors import one_line
from lib.base.workbook import Workbook
from lib.cli import options

if TYPE_CHECKING:
    from lib.build.preview import Preview, Update

#: Milliseconds that a burst of changes may last (an atomic save is several), and between two looks at the files.
BURST, LOOK = 60, 20
#: Milliseconds after which it looks whether it is to end, and whether files were edited while the page was first made.
WAIT = 500
#: Seconds after which a silent connection to a page is used, so that a closed page is noticed.
SILENCE = 15
#: What a preview is made from, with the templates of ``lib``; a changed module of ``lib`` needs a new process.
WATCHED = ("notebooks", "data", "parameters")


class _Server(ThreadingHTTPServer):
    """Serves one page to browsers on this computer that know its token."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.page: Callable[[], str] = str
        self.token = secrets.token_urlsafe(18)
        self.telling = threading.Lock()
        self.readers: set[queue.SimpleQueue[dict[str, Any] | None]] = set()
        self.error = ""
        #: How many updates there have been, how many of them are in the page, and those that are not yet.
        self.told, self.settled = 0, 0
        self.recent: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{self.token}/"

    def tell(self, update: Update) -> None:
        """Send an update to every open page, unless nothing is different."""
        if not update.sections and not update.whole and update.error == self.error:
            return
        self.error = update.error
        if update.error:
            print(f"lagesrapport: {one_line(update.error)}", file=sys.stderr, flush=True)
        message = {"sections": update.sections, "whole": update.whole, "error": one_line(update.error)}
        with self.telling:
            self.told += 1
            self.recent.append(message)
            for reader in self.readers:
                reader.put(message)

    def settle(self) -> None:
        """Take note that the page has all that has been told so far."""
        with self.telling:
            self.settled = self.told
            self.recent.clear()

    def missed(self, since: int) -> list[dict[str, Any]]:
        """Return the updates that a page with so many of them in it lacks: all from the start if they are not kept any more."""
        if since >= self.settled:
            return self.recent[since - self.settled :]
        return [{"sections": {}, "whole": True, "error": self.error}]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the page, or with its changes as they come."""
        # A page of another site cannot know the token, nor make a browser send this host's name with another's address.
        if self.headers.get("Host") != f"127.0.0.1:{self.server.server_port}":
            self._answer(403, "text/plain", "Wrong host.")
        elif self.path == f"/{self.server.token}/":
            # Read before the page: an update that comes between is then told again, which does no harm.
            settled = self.server.settled
            self._answer(200, "text/html", _with_script(self.server.page(), self.server.error, settled))
        elif match := re.fullmatch(rf"/{self.server.token}/changes(?:\?since=([0-9]{{1,9}}))?", self.path):
            self._changes(int(match[1]) if match[1] else self.server.told)
        else:
            self._answer(403, "text/plain", "Open the address that lagesrapport preview has printed.")

    def _answer(self, status: int, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(content)

    def _changes(self, since: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        reader: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        with self.server.telling:
            for missed in self.server.missed(since):
                reader.put(missed)
            self.server.readers.add(reader)
        try:
            for message in _messages(reader):
                self.wfile.write(message)
                self.wfile.flush()
        except OSError:
            pass  # the page was closed
        finally:
            self.server.readers.discard(reader)

    def log_message(self, *_: Any) -> None:
        """Print nothing: the terminal shows what is rebuilt."""


def _messages(reader: queue.SimpleQueue[dict[str, Any] | None]) -> Iterator[bytes]:
    yield b": open\n\n"
    while True:
        try:
            update = reader.get(timeout=SILENCE)
        except queue.Empty:
            yield b": still here\n\n"
            continue
        if update is None:
            return
        yield f"data: {json.dumps(update, ensure_ascii=False)}\n\n".encode()


def _with_script(page: str, error: str, settled: int) -> str:
    """Return a page with the script that follows its changes; the report itself forbids scripts."""
    page = re.sub(
        r'<meta http-equiv="Content-Security-Policy"[^>]*>|<meta content="[^"]*" http-equiv="Content-Security-Policy"/?>',
        "",
        page,
    )
    page = page or '<!DOCTYPE html><html lang="sv"><title>Förhandsvisning</title><body></body></html>'
    from lib.show.tables import TEMPLATES

    added = (
        (TEMPLATES / "preview.html")
        .read_text(encoding="utf-8")
        .replace("/*settled*/", str(settled))
        .replace("/*error*/", json.dumps(one_line(error)).replace("<", "\\u003c"))
    )
    return page.replace("</body>", f"{added}</body>")


@click.command()
@click.argument("report")
@click.option("--only", multiple=True, metavar="N", help="Show only some chapters, by number or notebook.")
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser, or only print its address.")
@options.with_workbook
def preview(workbook: Workbook, *, report: str, only: Sequence[str], browser: bool) -> int:
    """Show a report in the browser and follow your edits.

    Notebooks, data and parameters are watched; Ctrl-C ends it. The page is made apart from output/: nothing is published, and a build may run at the same time.
    """
    from lib.build import kernel

    engine = "lagesrapport" if kernel.available() else "ipykernel"
    if engine == "lagesrapport":
        kernel.start(str(workbook.root), report)
    from lib.build.builds import chosen
    from lib.build.preview import Preview
    from lib.build.run import local
    from lib.data.parameters import read_parameters

    # SIGTERM ends a preview as Ctrl-C does: through the blocks that tidy up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder, local(engine, 2) as runner:
            chosen(read_parameters(workbook, report), only)
            server = _Server()
            made = Preview(workbook, report, only, runner, Path(folder), server.tell)
            _follow(workbook, made, server, browser=browser)
    except KeyboardInterrupt:
        print("The preview has ended.")
    return 0


def _follow(workbook: Workbook, made: Preview, server: _Server, *, browser: bool) -> None:
    """Serve a preview, and refresh it at each change of a file until Ctrl-C."""
    from watchfiles import watch

    from lib.show.tables import TEMPLATES

    server.page = made.page
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    try:
        made.refresh()
        server.settle()
        print(f"The preview is at {server.url}\nIt follows {', '.join(WATCHED)}; end it with Ctrl-C.", flush=True)
        if browser:
            webbrowser.open(server.url)
        watched = [*(workbook.root / name for name in WATCHED), TEMPLATES]
        first = True
        # The first look comes at once, also without a change: files may have been edited while the page was first made.
        for changes in watch(
            *watched, watch_filter=_matters, debounce=BURST, step=LOOK, rust_timeout=WAIT, yield_on_timeout=True
        ):
            if changes or first:
                first = False
                made.refresh()
                server.settle()
    finally:
        server.shutdown()
        server.server_close()


def _matters(_: Any, path: str) -> bool:
    """Return whether a changed file can change the page: not an editor's copy of it."""
    name = Path(path)
    return not (
        name.name.startswith((".", "~"))
        or name.name.endswith(("~", ".tmp", ".swp"))
        or ".ipynb_checkpoints" in name.parts
    )
