"""Facts: the named numbers and quotations that a chapter publishes, and how notebooks record them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import nbformat

from lib.base.errors import WorkbookError

#: The output type that records facts and table data in a notebook; papermill and nbconvert pass it on, readers do not see it.
MIME = "application/vnd.lagesrapport+json"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A number or quotation that a chapter publishes.

    ``value`` is ``None`` where there is none to show (``status`` says why) and for quotations; ``text`` is what the reader sees.
    ``numerator`` and ``denominator`` are the counts behind a share, ``low`` and ``high`` a 95 per cent interval. The order of the
    fields is their order in ``facts.json``.
    """

    id: str
    chapter: str
    indicator: str | None = None
    year: int
    region: str | None = None
    sex: str | None = None
    group: str | None = None
    value: float | None = None
    unit: str | None = None
    status: str = "A"
    kind: Literal["observed", "computed", "quoted"]
    source: str | None = None
    published: str | None = None
    text: str
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    synthetic: bool = False


def as_record(fact: Fact) -> dict[str, Any]:
    """Return a fact as a notebook records it."""
    return asdict(fact)


def outputs(notebook: nbformat.NotebookNode) -> Iterable[dict[str, Any]]:
    """Yield the bundles recorded in an executed notebook, in reading order: of its texts and its outputs.

    Of cells that a report leaves out, only what they read.
    """
    for cell in notebook.cells:
        if MIME in cell.metadata:
            yield cell.metadata[MIME]
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                bundle = output["data"][MIME]
                yield {"reads": bundle.get("reads", [])} if "remove-cell" in cell.metadata.get("tags", []) else bundle


def chapter_key(notebook: nbformat.NotebookNode) -> str:
    """Return the key that a chapter wrote into its outputs, such as ``mal-3``; empty if there is none."""
    return next((bundle["chapter"] for bundle in outputs(notebook) if "chapter" in bundle), "")


def collect(notebooks: Iterable[nbformat.NotebookNode]) -> list[Fact]:
    """Collect the facts of executed notebooks, each id once.

    Raises
    ------
    WorkbookError
        If two different facts have the same id: figure and text would then disagree.
    """
    facts: dict[str, Fact] = {}
    for notebook in notebooks:
        for bundle in outputs(notebook):
            for record in bundle.get("facts", []):
                fact = Fact(**record)
                if facts.setdefault(fact.id, fact) != fact:
                    raise WorkbookError(
                        f"The fact {fact.id} is recorded twice with different contents; give the chapter's figures different names."
                    )
    return list(facts.values())


def dump(facts: Iterable[Fact]) -> str:
    """Write facts as JSON, one per line so that a diff shows which changed."""
    lines = ",\n".join(json.dumps(asdict(fact), ensure_ascii=False) for fact in facts)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def load(text: str) -> list[Fact]:
    """Read what `dump` wrote.

    >>> load(dump([]))
    []
    """
    return [Fact(**record) for record in json.loads(text)]
