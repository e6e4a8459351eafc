"""Runs the workbook's notebooks with nbclient, two kernels at a time in one process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nbformat
from nbclient import NotebookClient


async def _run(path: Path, gate: asyncio.Semaphore) -> None:
    async with gate:
        notebook = nbformat.read(path, as_version=4)
        await NotebookClient(notebook, timeout=300, resources={"metadata": {"path": "."}}).async_execute()
        nbformat.write(notebook, Path("output/plain") / path.name)


async def _main() -> None:
    first, *others = sorted(Path("notebooks").glob("[0-9]*.ipynb"))
    gate = asyncio.Semaphore(2)
    await asyncio.gather(*(_run(path, gate) for path in others))
    await _run(first, gate)


if __name__ == "__main__":
    asyncio.run(_main())
