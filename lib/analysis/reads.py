"""The names of the data that a chapter reads, so that a build knows which chapters a change concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

#: Stands for all entries of a kind: a chapter that goes through them all depends on new ones too.
ALL = "*"

K = TypeVar("K")
V = TypeVar("V")


class Recorded(Mapping[K, V]):
    """A mapping that notes each look-up as ``kind key``, and ``kind *`` when all entries are gone through.

    >>> reads = set()
    >>> goals = Recorded({3: "upptäcka", 5: "bekämpa"}, "goal", reads)
    >>> goals[3], 8 in goals, sorted(reads)
    ('upptäcka', False, ['goal 3', 'goal 8'])
    >>> len(goals), sorted(reads)
    (2, ['goal *', 'goal 3', 'goal 8'])
    """

    def __init__(self, entries: Mapping[K, V], kind: str, reads: set[str]) -> None:
        self.entries, self.kind, self.reads = entries, kind, reads

    def __getitem__(self, key: K) -> V:
        self.reads.add(f"{self.kind} {key}")
        return self.entries[key]

    def __contains__(self, key: object) -> bool:
        self.reads.add(f"{self.kind} {key}")
        return key in self.entries

    def __iter__(self) -> Iterator[K]:
        self.reads.add(f"{self.kind} {ALL}")
        return iter(self.entries)

    def __len__(self) -> int:
        self.reads.add(f"{self.kind} {ALL}")
        return len(self.entries)
