"""Finished reports: read as a reviewer sees them, or built again in a copy of the workbook."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from bs4 import BeautifulSoup

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import manifest
from lib.data.catalogue import Catalogue
from lib.data.parameters import read_parameters
from lib.show.facts import Fact, load


@dataclass(frozen=True)
class Built:
    """A built report: its name (for an earlier build, a label), its facts, its page and its content digest."""

    name: str
    facts: list[Fact]
    page: BeautifulSoup
    content: str


def read_built(folder: Path, name: str) -> Built:
    """Read a built report from its output folder.

    Raises
    ------
    WorkbookError
        If the folder holds no complete report.
    """
    record = manifest.read(folder)
    page = next(folder.glob("lagesrapport-*.html"), None)
    path = folder / "facts.json"
    if record is None or page is None or not path.is_file():
        raise WorkbookError(f"{folder} holds no built report; build it first (lagesrapport build {name}).")
    try:
        facts = load(path.read_text(encoding="utf-8"))
    except (ValueError, TypeError, AttributeError):
        raise WorkbookError(f"{path} is not as a build wrote it; build the report again.") from None
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return Built(name, facts, soup, str(record.get("content", "")))


def subject(fact: Fact, catalogue: Catalogue) -> list[str]:
    """Return what a figure is about in words: indicator, year, area, and sex and group unless it is about everybody."""
    indicator = catalogue.indicators.get(fact.indicator or "")
    region = catalogue.region_names.get(fact.region or "", fact.region or "")
    parts = [indicator.title if indicator else fact.indicator or "", str(fact.year), region]
    if indicator and (fact.sex, fact.group) != ("T", "T"):
        parts.append(indicator.label(fact.sex or "T", fact.group or "T"))
    return parts


def figure(fact: Fact) -> str:
    """Return a figure as the report shows it."""
    return fact.text or f"inget värde ({fact.status})"


@contextmanager
def copied(workbook: Workbook) -> Iterator[Workbook]:
    """Yield a temporary copy of a workbook, without its output and raw files, to build in."""
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder:
        yield workbook.copy_to(Path(folder) / "workbook")


def build(workbook: Workbook, name: str, *, paper: bool) -> None:
    """Build a report, with or without PDF, and print nothing.

    Raises
    ------
    WorkbookError
        If the report cannot be built.
    """
    # Heavy libraries that reading a report does not need.
    from lib.build import kernel
    from lib.build.builds import build_all
    from lib.build.run import local

    kernel.start(str(workbook.root), name)
    ended: list[object] = []
    build_all(
        workbook,
        [read_parameters(workbook, name)],
        partial(local, "lagesrapport" if kernel.available() else "ipykernel", 2),
        paper=paper,
        done=lambda _, result: ended.append(result),
        progress=lambda line: None,
    )
    if isinstance(ended[0], WorkbookError):
        raise ended[0]


def build_as_of(workbook: Workbook, name: str, cut_off: date) -> Built:
    """Build a draft of a report with another cut-off, in a copy of the workbook, and read it.

    Raises
    ------
    WorkbookError
        If its parameters have no line ``cut_off: …``, or it cannot be built.
    """
    with copied(workbook) as copy:
        path = copy.parameters / f"{name}.yaml"
        text, changed = re.subn(r"(?m)^cut_off: .*$", f"cut_off: {cut_off}", path.read_text(encoding="utf-8"))
        if changed != 1:
            raise WorkbookError(f"parameters/{name}.yaml must have cut_off: … on a line by itself; write it so.")
        path.write_text(re.sub(r"(?m)^status: .*$", "status: utkast", text), encoding="utf-8")
        build(copy, name, paper=False)
        return read_built(copy.output / name, cut_off.isoformat())
