"""Regions as publishers write them: "0114 Upplands Väsby", "Stockholms stad", "1", "Gotlands län"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lib.base.characters import comparable
from lib.data.catalogue import Catalogue

#: What a publisher may write after the name of a municipality.
KINDS = (" kommun", " stad", " kommuner")


class Places:
    """The codes of a data folder's regions, by what a cell may say; ``habits`` notes what had to be understood."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.known = catalogue.region_names
        self.habits: set[str] = set()
        names: dict[str, set[str]] = {}
        for region in catalogue.regions.values():
            names.setdefault(comparable(region.name).casefold(), set()).add(region.code)
        self._names = {name: codes.pop() for name, codes in names.items() if len(codes) == 1}

    def code(self, text: str) -> str | None:
        """Return the code of the region that a comparable text means, or None if it means none, or more than one.

        >>> from lib.base.workbook import find_workbook
        >>> places = Places(Catalogue(find_workbook().root / "data"))
        >>> [places.code(text) for text in ("180", "1", "0114 Upplands Väsby", "Salems kommun", "Stockholms län", "Ankeborg")]
        ['0180', '01', '0114', '0128', '01', None]
        """
        if text in self.known:
            return text
        if text.isdigit():
            return self._of_digits(text)
        if coded := re.fullmatch(r"(\d{1,4})[ -]+(.+)", text):
            code = self._of_digits(coded[1])
            # Code and name must mean the same, else one of them is wrong.
            return code if code and code in {self._names.get(name) for name in _spellings(coded[2])} else None
        found = {self._names[name] for name in _spellings(text) if name in self._names}
        return found.pop() if len(found) == 1 else None

    def _of_digits(self, digits: str) -> str | None:
        code = digits.zfill(2 if len(digits) <= 2 else 4)
        if code not in self.known:
            return None
        if code != digits:
            self.habits.add("region codes had lost their leading zeros")
        return code


def _spellings(text: str) -> Iterator[str]:
    """Yield the names that a text may mean: as it is, and as a municipality's without "kommun" or "stad" and its genitive."""
    name = text.casefold()
    yield name
    for kind in KINDS:
        if name.endswith(kind):
            stem = name.removesuffix(kind)
            yield stem
            yield stem.removesuffix("s")
