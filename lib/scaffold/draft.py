"""New entries of a report's data, made in memory, checked in a copy of the workbook, and written together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lib.base import atomic
from lib.base.errors import WorkbookError, nearest
from lib.base.files import files_in
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.parameters import check_notebook, given, notebook_path, read_parameters
from lib.data.records import Strategy
from lib.scaffold.yaml_text import with_item, with_values

#: The source of records that were entered without one; the report shows it wherever it names sources.
NO_SOURCE = {
    "id": "kalla_saknas",
    "publisher": "Källa saknas",
    "title": "Uppgiften är inskriven utan källa",
    "family": "kalla_saknas",
    "note": "Ange rätt källa där kalla_saknas står, så behövs inte den här posten.",
}


class Draft:
    """A report with the data it is made from, and the new texts of files, not yet written.

    Parameters
    ----------
    workbook : Workbook
    report : str
        The report's name; by default the newest year's.

    Raises
    ------
    WorkbookError
        If there is no such report, its strategy does not cover its year, or its data do not pass their checks.
    """

    def __init__(self, workbook: Workbook, report: str = "") -> None:
        self.workbook = workbook
        self.parameters = read_parameters(workbook, report or newest(workbook))
        self.data = workbook.root / self.parameters.data
        self.catalogue = Catalogue(self.data)
        self.strategy: Strategy = self.catalogue.strategy(self.parameters)
        self.texts: dict[Path, str] = {}

    @property
    def since(self) -> int | None:
        """The first year of a new entry, so that the strategy's earlier reports stay unchanged; None without any."""
        others = (read_parameters(self.workbook, path.stem) for path in files_in(self.workbook.parameters, "*.yaml"))
        earlier = any(o.strategy == self.parameters.strategy and o.year < self.parameters.year for o in others)
        return self.parameters.year if earlier else None

    def name(self, path: Path) -> str:
        """Return a path as messages name it."""
        return self.workbook.relative(path)

    def add(self, path: Path, place: list[str | int], item: Any, after: int | None = None) -> None:
        """Add an item to a list in a YAML file (see `lib.scaffold.yaml_text.with_item`)."""
        self.texts[path] = with_item(self._text(path), path, place, item, after)

    def change(self, path: Path, place: list[str | int], values: dict[str, Any]) -> None:
        """Change values of an entry in a YAML file (see `lib.scaffold.yaml_text.with_values`)."""
        self.texts[path] = with_values(self._text(path), path, place, values)

    def _text(self, path: Path) -> str:
        # Read as bytes, so that the file keeps its line endings.
        return self.texts.get(path) or (path.read_bytes().decode("utf-8") if path.exists() else "")

    def source(self, data: Path, source: str) -> str:
        """Return a new record's source: the named one, or the placeholder, which is added to ``data`` if needed."""
        if source:
            require("source", source, self.catalogue.sources, self.name(self.data / "sources.yaml"))
            return source
        if NO_SOURCE["id"] not in self.catalogue.sources:
            self.add(data / "sources.yaml", ["sources"], NO_SOURCE)
        return NO_SOURCE["id"]

    def put(self) -> None:
        """Check a copy of the workbook with the new texts, and write them.

        Raises
        ------
        WorkbookError
            If the copy does not pass its checks; nothing is then written.
        """
        root = self.workbook.root
        with tempfile.TemporaryDirectory(prefix=".new-", dir=root) as folder:
            copy = Workbook(Path(folder))
            self.workbook.copy_to(copy.root)
            for path, text in self.texts.items():
                target = copy.root / path.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode("utf-8"))
            try:
                check_workbook(copy)
            except WorkbookError as error:
                raise WorkbookError(f"Nothing was changed. {str(error).replace(folder, str(root))}") from None
        atomic.write_together(root, self.texts)


def newest(workbook: Workbook) -> str:
    """Return the name of the newest year's report."""
    years = [path.stem for path in files_in(workbook.parameters, "*.yaml") if path.stem.isdigit()]
    if not years:
        raise WorkbookError(
            f"{workbook.parameters} holds no year's report; create one, or name a report with --report."
        )
    return max(years, key=int)


def require(kind: str, name: str | int, known: Iterable[str | int], where: str) -> None:
    """Refuse a name that does not exist, and suggest similar ones that do.

    >>> require("actor", "polisn", ["polisen", "kommun"], "actors.yaml")
    Traceback (most recent call last):
    lib.base.errors.WorkbookError: actors.yaml: there is no actor 'polisn' (did you mean polisen?); correct the name or add it there.
    """
    names = [str(n) for n in known]
    if str(name) in names:
        return
    hint = nearest(str(name), names) or (f"there are: {', '.join(names)}" if names else "there is none yet")
    raise WorkbookError(f"{where}: there is no {kind} '{name}' ({hint}); correct the name or add it there.")


def check_workbook(workbook: Workbook) -> None:
    """Check all reports of a workbook as a build does before it runs notebooks; observations are not read.

    Raises
    ------
    WorkbookError
        Names the file and what is wrong in it.
    """
    catalogues: dict[str, Catalogue] = {}
    for path in files_in(workbook.parameters, "*.yaml"):
        parameters = read_parameters(workbook, path.stem)
        if parameters.data not in catalogues:
            catalogues[parameters.data] = Catalogue(workbook.root / parameters.data)
        catalogues[parameters.data].strategy(parameters)
        catalogues[parameters.data].assessments(parameters.year)
        for entry in parameters.chapters:
            check_notebook(notebook_path(workbook, entry.notebook), given(parameters, entry))
