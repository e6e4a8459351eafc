"""The names of the data that a chapter reads, so that a build knows which chapters a change concerns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from lib.analysis.view import View

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


def digest(view: View, read: str) -> str:
    """Return a digest of the content behind a name in `View.reads`; it differs as soon as a chapter would read other content.

    Raises
    ------
    ValueError
        For a name that `View.reads` never holds.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> digest(view, "indicator mhv_tillfragade") == digest(view, "indicator mhv_tillfragade")
    True
    """
    return hashlib.sha256(repr(_content(view.unrecorded(), read)).encode()).hexdigest()[:32]


def _content(view: View, read: str) -> list[object]:
    kind, _, key = read.rpartition(" ")
    match kind:
        case "indicator" if key != ALL:
            rows = view.rows[view.rows["indicator"] == key]
            return [view.known.indicators.get(key), rows.to_csv(index=False)]
        case "indicator":
            return list(view.known.indicators.items())
        case "observation":
            return [view.rows.to_csv(index=False)]
        case "statement":
            return [(i, s) for i, s in view.known.statements.items() if key in (ALL, i)]
        case "assessment":
            return [(g, a) for g, a in view.assessments.items() if key in (ALL, str(g))]
        case "earlier assessment":
            return [(g, a) for g, a in view.earlier_assessments.items() if key in (ALL, str(g))]
        case "comment":
            return [view.comment(int(key))]
        case "indicators of goal":
            return list(view.indicators(int(key)))
        case "statements of goal":
            return list(view.statements(int(key)))
    raise ValueError(f"'{read}' is not the name of anything that a view reads")
