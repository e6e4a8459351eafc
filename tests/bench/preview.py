"""How soon the page of ``lagesrapport preview`` shows an edit, in Chromium, next to building the report and reloading it.

``python -m tests.bench.preview`` prints the median seconds of ten edits from the file's change to the page's.
"""

from __future__ import annotations

import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.conftest import CHROMIUM, copy_workbook, lagesrapport

TIMES, BUILDS = 10, 3
#: Milliseconds between an edit that is seen and the next.
SETTLED = 3000
NOTEBOOK = "notebooks/03_upptacka_tidigt.ipynb"
FIGURES = "data/observations/"


@contextmanager
def previewed(root: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start a preview of 2022 and give its address and process; it is ended as by Ctrl-C."""
    command = [sys.executable, "-m", "lib.cli.main", "preview", "2022", "--no-browser", "--root", str(root), *options]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
            yield address, process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def edits(root: Path) -> dict[str, Callable[[int], str]]:
    """Return for each kind of edit a function that makes it and returns what the page says afterwards."""
    notebook = root / NOTEBOOK
    text = notebook.read_text(encoding="utf-8")
    observations = next(
        p for p in (root / FIGURES).glob("*.csv") if "mhv_tillfragade,2021,01" in p.read_text(encoding="utf-8")
    )
    rows = observations.read_text(encoding="utf-8")
    [row] = re.findall(r"mhv_tillfragade,2021,01,.*", rows)

    def sentence(number: int) -> str:
        said = f"Mening nummer {number} om upptäckt."
        _save(notebook, text.replace("Upptäckt går inte att mäta direkt", f"{said} Upptäckt går inte att mäta direkt"))
        return said

    def figure(number: int) -> str:
        value = 60 + number
        _save(observations, rows.replace(row, re.sub(r",95(\.0)?,", f",{value},", row, count=1)))
        return f"{value} procent 2021"

    def cell(number: int) -> str:
        said = f"Figur {number} av våldsfrågan"
        _save(
            notebook,
            text.replace("Andelen kvinnor som fick frågan", f"{said}. Andelen kvinnor som fick frågan").replace(
                f"Figur {number} av", f"Figur {'i' * number} av"
            ),
        )
        return f"Figur {'i' * number} av våldsfrågan"

    return {"a sentence": sentence, "a figure in data": figure, "a cell of chapter 3": cell}


def _save(path: Path, text: str) -> None:
    """Write a file as an editor does: beside it, then in its place."""
    written = path.with_name(f".{path.name}.tmp")
    written.write_text(text, encoding="utf-8")
    written.replace(path)


def _seconds(page: Page, edit: Callable[[int], str], number: int) -> float:
    # An editor does not save again before the last edit has been carried through.
    page.wait_for_timeout(SETTLED)
    # The page is searched at each of its frames, so waiting costs it next to nothing.
    start = time.perf_counter()
    said = edit(number)
    page.wait_for_function(
        "text => document.body.textContent.replaceAll('\\u00a0', ' ').includes(text)", arg=said, timeout=60_000
    )
    return time.perf_counter() - start


def measure(root: Path, browser: Any) -> dict[str, float]:
    """Return the median seconds of each kind of edit in the preview."""
    found = {}
    with previewed(root) as (address, _):
        page = browser.new_page()
        page.goto(address)
        for name, edit in edits(root).items():
            found[name] = statistics.median(_seconds(page, edit, number) for number in range(1, TIMES + 1))
    return found


def plain_loop(root: Path) -> dict[str, float]:
    """Return the median seconds of each kind of edit if the report is built instead; reloading comes on top."""
    found = {}
    lagesrapport("build", "2022", root=root)
    for name, edit in edits(root).items():
        times = []
        for number in range(1, BUILDS + 1):
            edit(number)
            start = time.perf_counter()
            lagesrapport("build", "2022", root=root)
            times.append(time.perf_counter() - start)
        found[name] = statistics.median(times)
    return found


def main() -> None:
    """Print the medians and their ratios."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        roots = [Path(folder) / name for name in ("preview", "loop")]
        for root in roots:
            copy_workbook(root)
        preview, loop = measure(roots[0], browser), plain_loop(roots[1])
        browser.close()
    for name, seconds in preview.items():
        print(f"{name}: preview {seconds:.2f} s, building {loop[name]:.2f} s, {loop[name] / seconds:.1f} times as long")


if __name__ == "__main__":
    main()
