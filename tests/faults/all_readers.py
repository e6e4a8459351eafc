"""All readers under test, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.faults import document_readers, import_readers, record_readers
from tests.faults.reader import Reader

#: Readers of files in a workbook, except comments, which are read from a given folder.
IN_WORKBOOK: dict[str, Callable[[Path], Reader]] = {
    "parameters": record_readers.parameters,
    "catalogue": record_readers.catalogue,
    "survey questions": record_readers.questions,
    "observations": record_readers.observations,
    "statements": record_readers.statements,
    "outlines (GeoJSON)": document_readers.outlines,
    "notebooks": document_readers.notebooks,
}
#: Readers of files that others send.
IMPORTED: dict[str, Callable[[Path, Path], Reader]] = {
    "survey forms": import_readers.survey_forms,
    "Brå's table 300": import_readers.table_300,
    "mapped tables": import_readers.mapped_tables,
}
NAMES = [*IN_WORKBOOK, *IMPORTED, "comments"]


def reader(name: str, root: Path, folder: Path) -> Reader:
    """Return a reader of a copy of the workbook; files from outside are put into ``folder``, which is empty."""
    if name in IN_WORKBOOK:
        return IN_WORKBOOK[name](root)
    folder.mkdir(parents=True)
    return IMPORTED[name](root, folder) if name in IMPORTED else document_readers.comments(folder)
