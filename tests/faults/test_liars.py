"""Tables that lie politely: what is taken is what a person reads in the file, and nothing is taken by refusing everything."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, faults
from lib.receive import mapped
from lib.receive.changes import as_text, compare
from lib.receive.mapping import check_names, read_mapping
from lib.receive.merge import csv_text
from tests.conftest import ROOT
from tests.faults.liars import REFUSE, SAME, Figure, Key, Table, honest
from tests.faults.lies import LIES, Lie
from tests.faults.scale import record

MANY = int(os.environ.get("LAGESRAPPORT_EXAMPLES", "60"))
REAL = Catalogue(ROOT / "data")


def read(folder: Path, table: Table) -> dict[Key, Figure]:
    """Read a table as ``lagesrapport import table`` does, with the checks of all rows before they are written."""
    path, written = table.save(folder)
    mapping = read_mapping(written)
    check_names(written, mapping, REAL)
    rows, habits = mapped.observations(path, mapping, REAL)
    incoming = as_text(rows)
    compare([], incoming)
    (folder / "bra.csv").write_text(csv_text(incoming, COLUMNS), encoding="utf-8")
    if found := faults(folder / "bra.csv", REAL):
        raise WorkbookError(found[0])
    _check_tally(habits, table, len(rows))
    return {(r["region"], r["year"], r["sex"]): tuple(None if pd.isna(r[n]) else float(r[n]) for n in ("value", "numerator", "denominator")) for r in rows.to_dict("records")}  # type: ignore[misc]  # fmt: skip


def _check_tally(habits: list[str], table: Table, taken: int) -> None:
    """Check that every row below the headings was read, or was counted as left out."""
    seen, given = map(int, re.findall(r"\d+", habits[-1])[:2])
    left = sum(int(n) for n in re.findall(r"[:,] (\d+) (?:empty|with|by|of)", habits[-1]))
    below = table.grid()[len(table.above) + 1 :]
    while below and not any(cell not in (None, "") for cell in below[-1]) and table.excel:
        below.pop()
    assert seen == len(below) and given == taken == (seen - left) * (2 if table.wide else 3), habits[-1]


def outcome(folder: Path, table: Table, lies: list[Lie]) -> str:
    """Return how a table was refused, or nothing if it was taken; a wrong figure, or an error that is no sentence, fails."""
    told = f"{[lie.name for lie in lies]} excel={table.excel} wide={table.wide} national={table.national}"
    try:
        found = read(folder, table)
    except WorkbookError as error:
        return str(error)
    except Exception as error:
        raise AssertionError(f"{told}: {error!r}") from error
    assert not table.refuse, f"{told}: taken, but it must be refused"
    wrong = {
        key: (found.get(key), table.truth.get(key))
        for key in found.keys() | table.truth.keys()
        if not _agree(found.get(key), table.truth.get(key), key in table.lack)
    }
    assert not wrong, f"{told}: read, and in truth: {wrong}"
    return ""


def _agree(found: Figure | None, truth: Figure | None, lacks: bool) -> bool:
    if found is None or truth is None:
        return found is None and (truth is None or lacks)
    if lacks and found == (None, None, None):
        return True
    return all((a is None) == (b is None) and (a is None or b is None or abs(a - b) < 1e-6) for a, b in zip(found, truth, strict=True))


def made(seed: str, excel: bool | None = None) -> Table:
    draw = Random(seed)
    return honest(draw, excel=draw.random() < 0.6 if excel is None else excel, wide=draw.random() < 0.25, national=draw.random() < 0.25)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.group}: {lie.name}")
def test_a_lie_is_seen_through_or_refused(tmp_path: Path, lie: Lie) -> None:
    tables = [made(f"{lie.name} {seed}", lie.only != "csv" and (seed % 2 == 0 or lie.only == "excel")) for seed in range(8)]
    for table in filter(lie.fits, tables):
        try:
            lie.tell(table)
        except IndexError:
            continue
        sentence = outcome(tmp_path, table, [lie])
        if lie.asks in (SAME, REFUSE):
            assert bool(sentence) is (lie.asks == REFUSE), sentence


def tell(folder: Path, first: int, number: int) -> Counter[str]:
    """Make tables with one to three lies each, read them, and count what became of them."""
    outcomes: Counter[str] = Counter()
    for seed in range(first, first + number):
        table = made(str(seed))
        fitting = [lie for lie in LIES if lie.fits(table)]
        lies = {lie.group: lie for lie in table.draw.sample(fitting, table.draw.randint(1, 3))}
        for name in sorted(lies, key=["columns", "rows", "names", "years", "missing", "numbers", "sheets", "xml", "text"].index):
            try:
                lies[name].tell(table)
            except IndexError:
                del lies[name]
        told = [*lies.values()]
        taken = "refused" if outcome(folder, table, told) else "taken"
        same = "honest" if all(lie.asks == SAME for lie in told) else "dishonest"
        outcomes.update([taken, f"{same} {taken}"])
    return outcomes


@pytest.mark.parametrize("number", [MANY, pytest.param(10_000, marks=pytest.mark.slow)])
def test_nothing_wrong_is_read_in_silence(tmp_path: Path, number: int) -> None:
    outcomes = tell(tmp_path, 0, number)
    print(dict(outcomes))
    assert outcomes["honest taken"] >= 0.4 * (outcomes["honest taken"] + outcomes["honest refused"])
    record("lies", "tables", **outcomes)
