"""Times the ways in turn, several rounds, and writes medians, ratios and peak memory to ``output/bench/`` and the docs."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import threading
import time
from importlib import metadata
from pathlib import Path
from statistics import median

import psutil

from tests.bench.ways import MEMORY, WAYS, Way, workbook
from tests.conftest import ROOT
from tests.generated import write_between

PLAIN, LIMIT, BOOK = (WAYS[position].name for position in (0, 3, 2))
PERIOD = 0.2
PACKAGES = ["papermill", "nbclient", "nbconvert", "pandas", "matplotlib", "seaborn", "typst"]


def timed(way: Way, built: Path) -> float:
    """Return the seconds a way takes in a fresh copy of the workbook."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = workbook(Path(folder) / "workbook", way, built)
        start = time.perf_counter()
        way.run(root)
        return time.perf_counter() - start


def peak(way: Way, built: Path) -> float:
    """Return the megabytes that a way's processes hold at most, shared memory counted once."""
    highest, done = 0.0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(PERIOD):
            highest = max(highest, sum(map(_pss, psutil.Process().children(recursive=True))))

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = workbook(Path(folder) / "workbook", way, built)
        thread = threading.Thread(target=watch)
        thread.start()
        try:
            way.run(root)
        finally:
            done.set()
            thread.join()
    return highest


def _pss(process: psutil.Process) -> float:
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0.0


def main(rounds: int) -> None:
    """Run the rounds and write the results."""
    seconds: dict[str, list[float]] = {way.name: [] for way in WAYS}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        built = Path(folder)
        for number in range(1, rounds + 1):
            for way in WAYS:
                seconds[way.name].append(timed(way, built))
                print(f"{number}/{rounds} {way.name:<42}{seconds[way.name][-1]:7.2f} s", flush=True)
        memory = {way.name: peak(way, built) for way in MEMORY}
    results = ROOT / "output/bench"
    results.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "cores": os.cpu_count()} | {
        p: metadata.version(p) for p in PACKAGES
    }
    record = {"machine": machine, "seconds": seconds, "megabytes": memory}
    (results / "results.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    text = table(seconds) + "\n" + memory_table(memory)
    (results / "table.md").write_text(text, encoding="utf-8")
    write_between(ROOT / "docs/benchmarks.md", "bench", text)
    print(text)


def table(seconds: dict[str, list[float]]) -> str:
    """Return each way's median, and its speed against the loop, Jupyter Book and the limit, compared round by round."""

    def ratio(of: str, to: str) -> float:
        return median(a / b for a, b in zip(seconds[of], seconds[to], strict=True))

    lines = [
        "| way | median, s | faster than the loop | than Jupyter Book 1 | time to the limit's |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, times in seconds.items():
        lines.append(
            f"| {name} | {median(times):.2f} | {ratio(PLAIN, name):.1f}× | {ratio(BOOK, name):.1f}× | {ratio(name, LIMIT):.2f} |"
        )
    return "\n".join(lines) + "\n"


def memory_table(memory: dict[str, float]) -> str:
    """Return the peak memory of each way."""
    lines = [
        "| way | peak memory, MB |",
        "|---|---:|",
        *(f"| {name} | {value:.0f} |" for name, value in memory.items()),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
