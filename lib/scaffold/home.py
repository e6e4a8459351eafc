"""Where new records belong: a report, its strategy, and the folder of data that it is made from."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.parameters import Parameters, read_parameters
from lib.data.records import Strategy
from lib.scaffold.draft import Draft
from lib.scaffold.yaml_text import with_item

#: What stands as the source of a record that was entered without one; the report shows it wherever it names sources.
NO_SOURCE = {
    "id": "kalla_saknas",
    "publisher": "Källa saknas",
    "title": "Uppgiften är inskriven utan källa",
    "family": "kalla_saknas",
    "note": "Ange rätt källa där kalla_saknas står, så behövs inte den här posten.",
}


@dataclass(frozen=True)
class Home:
    """A report, what it is made from, and the folder where its own records stand."""

    workbook: Workbook
    parameters: Parameters
    catalogue: Catalogue
    data: Path

    @property
    def strategy(self) -> Strategy:
        """The report's strategy with the goals of its year."""
        return self.catalogue.strategy(self.parameters)

    @property
    def since(self) -> int | None:
        """The year from which something new is to stand, where an earlier report of the strategy must stay as it is."""
        others = (read_parameters(self.workbook, path.stem) for path in self.workbook.parameters.glob("*.yaml"))
        earlier = any(o.strategy == self.parameters.strategy and o.year < self.parameters.year for o in others)
        return self.parameters.year if earlier else None

    def name(self, path: Path) -> str:
        """Return a path as messages name it."""
        return self.workbook.relative(path)


def home(workbook: Workbook, report: str = "") -> Home:
    """Open a report's data; without a name the newest year's.

    Raises
    ------
    WorkbookError
        If there is no such report, its strategy does not cover its year, or what it is made from does not pass its checks.
    """
    parameters = read_parameters(workbook, report or newest(workbook))
    data = workbook.root / parameters.data
    catalogue = Catalogue(data)
    catalogue.strategy(parameters)
    return Home(workbook, parameters, catalogue, data)


def newest(workbook: Workbook) -> str:
    """Return the name of the newest year's report."""
    years = [path.stem for path in workbook.parameters.glob("*.yaml") if path.stem.isdigit()]
    if not years:
        raise WorkbookError(
            f"{workbook.parameters} holds no year's report; create one, or name a report with --report."
        )
    return max(years, key=int)


def require(what: str, name: str | int, known: Iterable[str | int], where: str) -> None:
    """Refuse a name that does not exist, with the nearest that do."""
    names = [str(n) for n in known]
    if str(name) in names:
        return
    if near := difflib.get_close_matches(str(name), names, n=3):
        hint = f"did you mean {' or '.join(near)}?"
    else:
        hint = f"there are: {', '.join(names)}" if names else "there is none yet"
    raise WorkbookError(f"{where}: there is no {what} '{name}' ({hint}); correct the name or add it there.")


def source_of(draft: Draft, place: Home, data: Path, source: str) -> str:
    """Return the source a record is entered with: the one that was named, or the placeholder, which is then made to exist."""
    if source:
        require("source", source, place.catalogue.sources, place.name(place.data / "sources.yaml"))
        return source
    if NO_SOURCE["id"] not in place.catalogue.sources:
        path = data / "sources.yaml"
        draft.write(path, with_item(draft.read(path), path, ["sources"], NO_SOURCE))
    return NO_SOURCE["id"]
