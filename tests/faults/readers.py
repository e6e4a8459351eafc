"""The readers by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.faults import own, received
from tests.faults.reader import Reader

#: Of what a workbook is made of, comments apart, which stand in a folder of their own.
OWN: dict[str, Callable[[Path], Reader]] = {
    "parameters": own.parameters,
    "catalogue": own.catalogue,
    "survey questions": own.questions,
    "observations": own.observations,
    "statements": own.statements,
    "outlines (GeoJSON)": own.outlines,
    "notebooks": own.notebooks,
}
#: Of what others send, into a folder.
RECEIVED: dict[str, Callable[[Path, Path], Reader]] = {
    "survey forms": received.survey_forms,
    "Brå's table 300": received.table_300,
    "mapped tables": received.mapped_tables,
}
NAMES = [*OWN, *RECEIVED, "comments"]


def reader(name: str, root: Path, folder: Path) -> Reader:
    """Return a reader of a copy of the workbook; files from outside are put into ``folder``, which is empty."""
    if name in OWN:
        return OWN[name](root)
    folder.mkdir(parents=True)
    return RECEIVED[name](root, folder) if name in RECEIVED else own.comments(folder)
