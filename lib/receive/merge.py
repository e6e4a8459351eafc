"""Puts figures from outside into ``data/observations``: shows what is new, changed and gone, checks the whole, then writes."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.files import read_table
from lib.base.swedish import slug
from lib.base.workbook import DataCopy, copied_data, data_root
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, SUBJECT, read_observations

GONE = "Källan redovisar inte längre värdet."
RECEIVED = ["file", "sha256", "received", "source", "published"]
#: How many lines of each kind are printed; the others are counted.
MOST_SHOWN = 40

Row = dict[str, str]


@dataclass
class Merge:
    """What an import would do: rows that are new, rows whose value changed (before, after), and rows that the source no longer has."""

    new: list[Row]
    changed: list[tuple[Row, Row]]
    gone: list[Row]
    same: int

    def lines(self) -> list[str]:
        """Return a table for the terminal."""
        lines = [f"{len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone, {self.same} as before"]
        told = [
            *(("new", "", _shown(row), row) for row in self.new),
            *(("changed", _shown(before), _shown(after), after) for before, after in self.changed),
            *(("gone", _shown(row), "", row) for row in self.gone),
        ]
        for kind in ("changed", "gone", "new"):
            own = [line for line in told if line[0] == kind]
            lines += [
                f"  {k:<8}{_subject(row):<64}{before:>14} → {after or '–'}"
                for k, before, after, row in own[:MOST_SHOWN]
            ]
            if len(own) > MOST_SHOWN:
                lines.append(f"  {kind:<8}… and {len(own) - MOST_SHOWN} more")
        return lines


def text(rows: pd.DataFrame) -> list[Row]:
    """Return observations as the text of their cells: four decimals at most, whole counts, no ``nan``."""

    def cell(name: str, value: object) -> str:
        if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
            return ""
        if name in ("numerator", "denominator", "year"):
            return f"{float(value):.10g}"  # type: ignore[arg-type]
        if isinstance(value, float):
            return f"{round(value, 4) + 0.0:.10g}"
        return value.isoformat() if isinstance(value, date) else str(value)

    return [{name: cell(name, row[name]) for name in COLUMNS} for row in rows[COLUMNS].to_dict("records")]


def _subject(row: Row) -> str:
    parts = [row[name] for name in SUBJECT]
    return " ".join(
        part for name, part in zip(SUBJECT, parts, strict=True) if not (name in ("sex", "group") and part == "T")
    )


def _shown(row: Row) -> str:
    counts = f" ({row['numerator']}/{row['denominator']})" if row["numerator"] and row["denominator"] else ""
    return f"{row['value']}{counts}" if row["value"] else row["status"]


def _key(row: Row) -> tuple[str, ...]:
    return (row["source"], *(row[name] for name in SUBJECT))


def compare(present: Sequence[Row], incoming: Sequence[Row], *, per_region: bool = False) -> Merge:
    """Compare what a source says now with what it said last.

    Gone are the values of the same source, indicators and years (with ``per_region`` also of the same areas) that it had before and
    has no longer, be it that the row is not there or that it says nothing.
    """
    newest: dict[tuple[str, ...], Row] = {}
    for row in sorted(present, key=lambda r: r["published"]):
        newest[_key(row)] = row
    told = {_key(row): row for row in incoming}
    if len(told) < len(incoming):
        twice = next(row for row in incoming if told[_key(row)] is not row)
        raise WorkbookError(f"The input says {_subject(twice)} twice; keep one.")
    by = ("source", "indicator", "year", *(["region"] if per_region else []))
    scope = {tuple(row[name] for name in by) for row in incoming}
    same = [key for key, row in told.items() if key in newest and _content(newest[key]) == _content(row)]
    return Merge(
        new=[row for key, row in told.items() if key not in newest],
        changed=[(newest[key], row) for key, row in told.items() if key in newest and key not in set(same)],
        gone=[
            row
            for key, row in newest.items()
            if key not in told and tuple(row[name] for name in by) in scope and row["value"]
        ],
        same=len(same),
    )


def _content(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("value", "numerator", "denominator", "status", "precision", "note"))


def take_in(
    data: Path,
    rows: pd.DataFrame,
    raw: Sequence[Path],
    *,
    agree: Callable[[Merge], bool],
    vanished: bool = False,
    per_region: bool = False,
    keep: str = "",
    also: dict[Path, str] | None = None,
) -> Merge | None:
    """Take observations in: show what would change, ask, check the whole of ``data/`` with them, and only then write.

    Parameters
    ----------
    data : Path
        The data folder.
    rows : DataFrame
        Columns as `lib.data.observations.COLUMNS`, of sources that ``data/sources.yaml`` has.
    raw : sequence of Path
        The files they come from; kept as they are in ``data/raw/<keep>/`` and listed in ``data/raw/received.csv``.
    agree : callable
        Shown the merge; says whether to go on.
    vanished : bool
        Whether values that the source no longer has become missing; otherwise they stop the import as half a file.
    per_region : bool
        Whether the input is of single areas, so that others of the same source are no concern of it.
    also : dict, optional
        Further files to write, with their new text.

    Returns
    -------
    Merge or None
        None if nobody agreed; nothing is then written.

    Raises
    ------
    WorkbookError
        If values are gone without leave, or the data would not pass their checks.
    """
    catalogue = Catalogue(data)
    incoming = text(rows)
    families = _families(catalogue, incoming)
    present = {family: _present(data, family) for family in families}
    merge = compare([row for table in present.values() for row in table], incoming, per_region=per_region)
    lost = [*merge.gone, *(before for before, after in merge.changed if before["value"] and not after["value"])]
    if lost and not vanished:
        raise WorkbookError(
            f"{len(lost)} values that the source had before are not in the input ({_subject(lost[0])} …): half a file, or half of the "
            "forms? Nothing was written. If they have been withdrawn, import with --vanished."
        )
    files = {
        data / "observations" / f"{family}.csv": _merged(present[family], merge, incoming, catalogue, family)
        for family in families
    } | (also or {})
    for path in (*files, data / "raw" / keep):
        atomic.check_target(data_root(data).parent, path)
    _check(data, files, {_key(row): row for row in incoming})
    if not agree(merge):
        return None
    atomic.write_together(data_root(data).parent, _kept(data, raw, keep, incoming[0] if incoming else None) | files)
    return merge


def _families(catalogue: Catalogue, rows: Sequence[Row]) -> list[str]:
    for row in rows:
        if row["source"] not in catalogue.sources:
            raise WorkbookError(f"The source '{row['source']}' is not in data/sources.yaml; add it there first.")
    return sorted({catalogue.sources[row["source"]].family for row in rows})


def _present(data: Path, family: str) -> list[Row]:
    path = data / "observations" / f"{family}.csv"
    return read_table(path, COLUMNS) if path.exists() else []


def _merged(present: list[Row], merge: Merge, incoming: Sequence[Row], catalogue: Catalogue, family: str) -> str:
    own = [row for row in merge.new if catalogue.sources[row["source"]].family == family]
    after = {_key(row) + (row["published"],): row for _, row in merge.changed}
    kept = [after.pop(_key(row) + (row["published"],), row) for row in present]
    published = max(row["published"] for row in incoming)
    blank = {"value": "", "numerator": "", "denominator": "", "status": "M", "note": GONE, "precision": "exakt"}
    gone = {_key(row): {**row, **blank, "published": published} for row in merge.gone}
    # A value withdrawn in the same edition is replaced; in a later one the earlier stays for the reports that used it.
    kept = [gone.pop(_key(row)) if _key(row) in gone and row["published"] == published else row for row in kept]
    later = [row for row in (*after.values(), *gone.values()) if catalogue.sources[row["source"]].family == family]
    return table([*kept, *own, *later], COLUMNS)


def table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return rows as CSV: UTF-8, commas, one line each."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _check(data: Path, files: dict[Path, str], incoming: dict[tuple[str, ...], Row]) -> None:
    """Read the whole of the data as they would be, in a copy; a fault is told by what the input says, not by a row that is not there."""
    with copied_data(data, files) as copy:
        try:
            read_observations(Catalogue(copy.data))
        except WorkbookError as error:
            raise WorkbookError(f"Nothing was written: {_told(str(error), copy, incoming)}") from None


def _told(message: str, copy: DataCopy, incoming: dict[tuple[str, ...], Row]) -> str:
    found = re.match(r"(.*\.csv), row (\d+)(, column \w+: .*)", message, re.DOTALL)
    if found and found[1].startswith(str(copy.root)) and "observations" in found[1]:
        rows = list(csv.DictReader(io.StringIO(Path(found[1]).read_text(encoding="utf-8"))))
        position = int(found[2]) - 2
        if position < len(rows) and _key(rows[position]) in incoming:
            return f"{_subject(rows[position])}{found[3].replace('correct the cell', 'correct the input')}"
    return copy.name_originals(message)


def _kept(data: Path, raw: Sequence[Path], keep: str, row: Row | None) -> dict[Path, str | bytes]:
    """Return files as they were received, to be kept, and the list of them with digest and day; the same file is kept once."""
    record = data / "raw" / "received.csv"
    known = read_table(record, RECEIVED) if record.exists() else []
    found: dict[Path, str | bytes] = {}
    for path in raw:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if any(entry["sha256"] == digest for entry in known):
            continue
        target = data / "raw" / keep / f"{slug(path.stem)[:60]}-{digest[:8]}{path.suffix.casefold()[:8]}"
        found[target] = content
        source, published = (row["source"], row["published"]) if row else ("", "")
        name = target.relative_to(data / "raw").as_posix()
        known.append(dict(zip(RECEIVED, [name, digest, date.today().isoformat(), source, published], strict=True)))
    return found | {record: table(known, RECEIVED)}
