"""Import rows into ``data/observations``: compare with the present rows, check all data with them, ask, and write."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.files import read_table
from lib.base.swedish import slug
from lib.base.workbook import DataCopy, copied_data, data_root
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, read_observations
from lib.receive.changes import ONE_YEAR, Merge, Row, as_text, compare, key_of, subject

GONE = "Källan redovisar inte längre värdet."
RECEIVED = ["file", "sha256", "received", "source", "published"]


def take_in(
    data: Path,
    rows: pd.DataFrame,
    raw: Sequence[Path],
    *,
    agree: Callable[[Merge], bool],
    vanished: bool = False,
    scope: Sequence[str] = ONE_YEAR,
    changed_on: date | None = None,
    keep: str = "",
    also: dict[Path, str] | None = None,
) -> Merge | None:
    """Import observations: compare, check all of ``data/`` with the new rows, ask, and write everything together.

    Parameters
    ----------
    rows : DataFrame
        Columns as `lib.data.observations.COLUMNS`, of sources in ``data/sources.yaml``.
    raw : sequence of Path
        The files they come from; copied unchanged to ``data/raw/<keep>/`` and listed in ``data/raw/received.csv``.
    agree : callable
        Called with the merge, and returns whether to write it; if not, nothing is written and None is returned.
    vanished : bool
        Record as missing the values that the source no longer has; without it they stop the import.
    scope : sequence of str
        In what the input is complete (`compare`); `ONE_REGION` if it covers single regions.
    changed_on : date, optional
        The day that a changed or withdrawn value gets; by default the day that the rows say.
    also : dict, optional
        Other files to write, with their new text.

    Raises
    ------
    WorkbookError
        If values are gone without ``vanished``, or the data with the new rows do not pass their checks.
    """
    catalogue, incoming = Catalogue(data), as_text(rows)
    present = {family: _present(data, family) for family in _families(catalogue, incoming)}
    merge = compare([row for table in present.values() for row in table], incoming, scope=scope)
    if changed_on:
        merge.changed = [(before, after | _dated(changed_on)) for before, after in merge.changed]
    if not vanished:
        _refuse_losses(merge)
    files = _tables(data, catalogue, present, merge, changed_on, incoming) | (also or {})
    _check(data, files, keep, {key_of(row) for row in incoming})
    if not agree(merge):
        return None
    atomic.write_together(data_root(data).parent, _received(data, raw, keep, incoming) | files)
    return merge


def _dated(day: date) -> Row:
    return {"published": day.isoformat(), "published_basis": "känd"}


def _tables(
    data: Path,
    catalogue: Catalogue,
    present: dict[str, list[Row]],
    merge: Merge,
    changed_on: date | None,
    incoming: Sequence[Row],
) -> dict[Path, str]:
    """Return the new texts of the families' tables; a withdrawn value gets the day of the newest row if none is given."""
    withdrawn = changed_on.isoformat() if changed_on else max(row["published"] for row in incoming)
    return {
        data / "observations" / f"{family}.csv": _merged(table, merge, withdrawn, catalogue, family)
        for family, table in present.items()
    }


def _refuse_losses(merge: Merge) -> None:
    lost = [*merge.gone, *(before for before, after in merge.changed if before["value"] and not after["value"])]
    if lost:
        raise WorkbookError(
            f"{len(lost)} values that the source had before are not in the input ({subject(lost[0])} …): half a file, or half of the "
            "forms? Nothing was written. If they have been withdrawn, import with --vanished."
        )


def _families(catalogue: Catalogue, rows: Sequence[Row]) -> list[str]:
    for row in rows:
        if row["source"] not in catalogue.sources:
            raise WorkbookError(f"The source '{row['source']}' is not in data/sources.yaml; add it there first.")
    return sorted({catalogue.sources[row["source"]].family for row in rows})


def _present(data: Path, family: str) -> list[Row]:
    path = data / "observations" / f"{family}.csv"
    return read_table(path, COLUMNS) if path.exists() else []


def _merged(present: list[Row], merge: Merge, day: str, catalogue: Catalogue, family: str) -> str:
    """Return the text of a family's table with the new, changed and gone rows of its sources.

    A value that changes or is withdrawn on the day it was published is replaced; otherwise the earlier row stays, for
    the reports that used it, and a later one is added.
    """
    blank = {"value": "", "numerator": "", "denominator": "", "status": "M", "note": GONE, "precision": "exakt"}
    gone = [{**row, **blank, "published": day} for row in merge.gone]
    later = {(*key_of(row), row["published"]): row for row in (*(after for _, after in merge.changed), *gone)}
    redated = {(*key_of(before), before["published"]): after for before, after in merge.redated}
    kept = [later.pop((*key_of(row), row["published"]), row) for row in present]
    kept = [redated.get((*key_of(row), row["published"]), row) for row in kept]
    added = [row for row in (*merge.new, *later.values()) if catalogue.sources[row["source"]].family == family]
    return csv_text([*kept, *added], COLUMNS)


def csv_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return rows as the text of a CSV file with a header.

    >>> csv_text([{"year": "2025", "region": "01"}], ["region", "year"])
    'region,year\\n01,2025\\n'
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _check(data: Path, files: dict[Path, str], keep: str, incoming: set[tuple[str, ...]]) -> None:
    """Check all data with the new files, in a copy; a fault in a new row is reported by its key, not its row number."""
    for path in (*files, data / "raw" / keep):
        atomic.check_target(data_root(data).parent, path)
    with copied_data(data, files) as copy:
        try:
            read_observations(Catalogue(copy.data))
        except WorkbookError as error:
            raise WorkbookError(f"Nothing was written: {_by_key(str(error), copy, incoming)}") from None


def _by_key(message: str, copy: DataCopy, incoming: set[tuple[str, ...]]) -> str:
    """Return a message about a row of the copy in terms of the input."""
    found = re.match(r"(.*\.csv), row (\d+)(, column \w+: .*)", message, re.DOTALL)
    if found and found[1].startswith(str(copy.root)) and "observations" in found[1]:
        rows = list(csv.DictReader(io.StringIO(Path(found[1]).read_text(encoding="utf-8"))))
        position = int(found[2]) - 2
        if position < len(rows) and key_of(rows[position]) in incoming:
            return f"{subject(rows[position])}{found[3].replace('correct the cell', 'correct the input')}"
    return copy.name_originals(message)


def _received(data: Path, raw: Sequence[Path], keep: str, rows: Sequence[Row]) -> dict[Path, str | bytes]:
    """Return copies of the received files, unless kept earlier, and ``received.csv`` with digest and day of each."""
    record = data / "raw" / "received.csv"
    known = read_table(record, RECEIVED) if record.exists() else []
    newest = max(rows, key=lambda row: row["published"], default={"source": "", "published": ""})
    files: dict[Path, str | bytes] = {}
    for path in raw:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if any(entry["sha256"] == digest for entry in known):
            continue
        stem = slug(path.stem).removesuffix(f"-{digest[:8]}")[:60]
        target = data / "raw" / keep / f"{stem}-{digest[:8]}{path.suffix.casefold()[:8]}"
        files[target] = content
        name = target.relative_to(data / "raw").as_posix()
        known.append(
            dict(
                zip(
                    RECEIVED,
                    [name, digest, date.today().isoformat(), newest["source"], newest["published"]],
                    strict=True,
                )
            )
        )
    return files | {record: csv_text(known, RECEIVED)}
