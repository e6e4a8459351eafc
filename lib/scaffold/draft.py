"""Changes to a workbook that are made beside it, checked as a whole and put in place together: nothing stays half-written."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.parameters import check_notebook, given, notebook_path, read_parameters


class Draft:
    """New texts of a workbook's files, not yet in place.

    Parameters
    ----------
    workbook : Workbook
    """

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.texts: dict[Path, str] = {}

    def read(self, path: Path) -> str:
        """Return a file's text as it will be; empty where there is no such file."""
        if path in self.texts:
            return self.texts[path]
        # Line ends as they stand, so that an editor's choice survives.
        return path.read_bytes().decode("utf-8") if path.exists() else ""

    def write(self, path: Path, text: str) -> None:
        """Give a file a new text."""
        self.texts[path] = text

    def put(self) -> None:
        """Check the workbook as it would be, and put all texts in place.

        Raises
        ------
        WorkbookError
            If the workbook would not pass its checks; it is then as it was.
        """
        root = self.workbook.root
        with tempfile.TemporaryDirectory(prefix=".new-", dir=root) as scratch:
            beside = Path(scratch)
            self.workbook.copy_to(beside)
            for path, text in self.texts.items():
                target = beside / path.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode("utf-8"))
            try:
                check_workbook(Workbook(beside))
            except WorkbookError as error:
                raise WorkbookError(f"Nothing was changed. {str(error).replace(str(beside), str(root))}") from None
        atomic.write_together(root, self.texts)


def check_workbook(workbook: Workbook) -> None:
    """Check every report of a workbook as a build would before anything runs, but for its figures.

    Raises
    ------
    WorkbookError
        Names the file and what is wrong in it.
    """
    catalogues: dict[str, Catalogue] = {}
    for path in sorted(workbook.parameters.glob("*.yaml")):
        parameters = read_parameters(workbook, path.stem)
        if parameters.data not in catalogues:
            catalogues[parameters.data] = Catalogue(workbook.root / parameters.data)
        catalogues[parameters.data].strategy(parameters)
        catalogues[parameters.data].assessments(parameters.year)
        for entry in parameters.chapters:
            check_notebook(notebook_path(workbook, entry.notebook), given(parameters, entry))
