"""What a chapter reads, by name: who knows that knows which chapters a change concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: Stands for all of a kind: somebody went through them, so even a new one counts.
ALL = "*"


class Recorded(Mapping):
    """A mapping that notes what is looked up in it as ``kind key``, and ``kind *`` where somebody goes through it.

    >>> reads = set()
    >>> goals = Recorded({3: "upptäcka", 5: "bekämpa"}, "goal", reads)
    >>> goals[3], 8 in goals, sorted(reads)
    ('upptäcka', False, ['goal 3', 'goal 8'])
    >>> len(goals), sorted(reads)
    (2, ['goal *', 'goal 3', 'goal 8'])
    """

    def __init__(self, entries: Mapping[Any, Any], kind: str, reads: set[str]) -> None:
        self.entries, self.kind, self.reads = entries, kind, reads

    def __getitem__(self, key: Any) -> Any:
        self.reads.add(f"{self.kind} {key}")
        return self.entries[key]

    def __contains__(self, key: Any) -> bool:
        self.reads.add(f"{self.kind} {key}")
        return key in self.entries

    def __iter__(self) -> Iterator[Any]:
        self.reads.add(f"{self.kind} {ALL}")
        return iter(self.entries)

    def __len__(self) -> int:
        self.reads.add(f"{self.kind} {ALL}")
        return len(self.entries)
