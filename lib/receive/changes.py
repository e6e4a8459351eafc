"""What an import changes: rows compared with those that the data have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from lib.base.errors import WorkbookError
from lib.data.observations import COLUMNS, SUBJECT

#: What an import must be complete in: a value that is gone has the same source and indicator, and the same year or region.
ONE_YEAR = ("source", "indicator", "year")
ONE_REGION = (*ONE_YEAR, "region")
EVERY_YEAR = ("source", "indicator")
#: How many lines of each kind are printed; the others are counted.
MOST_SHOWN = 40

Row = dict[str, str]


@dataclass
class Merge:
    """The effect of an import: rows that are new, changed (before, after) or gone, and how many are the same."""

    new: list[Row]
    changed: list[tuple[Row, Row]]
    gone: list[Row]
    same: int
    #: Values as before that were public earlier than the rows say (before, after).
    redated: list[tuple[Row, Row]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return lines for the terminal: the counts, then the changed, gone and new rows."""
        lines = [f"{len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone, {self.same} as before"]
        if self.redated:
            days = " → ".join(row["published"] for row in self.redated[0])
            lines.append(
                f"{len(self.redated)} of these were published earlier than the data say ({days} …), and get that day"
            )
        kinds = {
            "changed": [(after, _shown(before), _shown(after)) for before, after in self.changed],
            "gone": [(row, _shown(row), "–") for row in self.gone],
            "new": [(row, "", _shown(row)) for row in self.new],
        }
        for kind, changes in kinds.items():
            for row, before, after in changes[:MOST_SHOWN]:
                lines.append(f"  {kind:<8}{subject(row):<64}{before:>14} → {after or '–'}")
            if len(changes) > MOST_SHOWN:
                lines.append(f"  {kind:<8}… and {len(changes) - MOST_SHOWN} more")
        return lines


def as_text(rows: pd.DataFrame) -> list[Row]:
    """Return observations with their cells as text: four decimals at most, whole counts, empty for a missing value."""
    return [{name: _cell(name, row[name]) for name in COLUMNS} for row in rows[COLUMNS].to_dict("records")]


def _cell(name: str, value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    if name in ("numerator", "denominator", "year"):
        return f"{float(value):.10g}"
    if isinstance(value, float):
        return f"{round(value, 4) + 0.0:.10g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def subject(row: Row) -> str:
    """Return what a row is about, for a terminal."""
    parts = [row[name] for name in SUBJECT]
    return " ".join(
        part for name, part in zip(SUBJECT, parts, strict=True) if not (name in ("sex", "group") and part == "T")
    )


def _shown(row: Row) -> str:
    counts = f" ({row['numerator']}/{row['denominator']})" if row["numerator"] and row["denominator"] else ""
    return f"{row['value']}{counts}" if row["value"] else row["status"]


def key_of(row: Row) -> tuple[str, ...]:
    """Return a row's source and subject: rows that share them are editions of the same value."""
    return (row["source"], *(row[name] for name in SUBJECT))


def compare(present: Sequence[Row], incoming: Sequence[Row], *, scope: Sequence[str] = ONE_YEAR) -> Merge:
    """Compare incoming rows with the newest present row of each key.

    A present value is gone if its columns ``scope`` occur together among the incoming rows but its key does not.

    Raises
    ------
    WorkbookError
        If two incoming rows have the same key.
    """
    newest: dict[tuple[str, ...], Row] = {}
    for row in sorted(present, key=lambda r: r["published"]):
        newest[key_of(row)] = row
    by_key = {key_of(row): row for row in incoming}
    if len(by_key) < len(incoming):
        twice = next(row for row in incoming if by_key[key_of(row)] is not row)
        raise WorkbookError(f"The input has {subject(twice)} twice; keep one.")
    covered = {tuple(row[name] for name in scope) for row in incoming}
    both = [(newest[key], row) for key, row in by_key.items() if key in newest]
    changed = [(before, after) for before, after in both if _content(before) != _content(after)]
    days: dict[tuple[str, ...], list[str]] = {}
    for row in present:
        days.setdefault(key_of(row), []).append(row["published"])
    return Merge(
        new=[row for key, row in by_key.items() if key not in newest],
        changed=changed,
        gone=[
            row
            for key, row in newest.items()
            if key not in by_key and tuple(row[name] for name in scope) in covered and row["value"]
        ],
        same=len(both) - len(changed),
        redated=[
            (before, {**before, "published": after["published"], "published_basis": after["published_basis"]})
            for before, after in both
            if _content(before) == _content(after) and _is_earlier(after["published"], days[key_of(after)])
        ],
    )


def _is_earlier(day: str, known: Sequence[str]) -> bool:
    """Return whether a day lies before the last known edition of a value, and after all the others."""
    *earlier, last = sorted(known)
    return day < last and all(day > other for other in earlier)


def _content(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("value", "numerator", "denominator", "status", "precision", "note"))
