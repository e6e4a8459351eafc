"""Tables that lie politely: what is taken is what a person reads in the file, and nothing is taken by refusing everything."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from random import Random
from typing import TypeVar

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
from tests.faults.sent_lies import BRA, FORMS, Sent, SentLie, bra, form, read_bra, read_form

#: How many files with several lies are made, and how many with each lie alone.
MANY = int(os.environ.get("LAGESRAPPORT_EXAMPLES", "60"))
DEPTH = max(2, min(MANY // 30, 24))
T = TypeVar("T", Lie, SentLie)
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
    figures = (2 if table.wide else 3) - table.unread
    assert seen == len(below) and given == taken == (seen - left) * figures, habits[-1]


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
    return all(
        (a is None) == (b is None) and (a is None or b is None or abs(a - b) < 1e-6)
        for a, b in zip(found, truth, strict=True)
    )


def made(seed: int | str) -> Table:
    draw = Random(seed)
    return honest(draw, excel=draw.random() < 0.6, wide=draw.random() < 0.25, national=draw.random() < 0.25)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.group}: {lie.name}")
def test_a_lie_is_seen_through_or_refused(tmp_path: Path, lie: Lie) -> None:
    told, kinds = 0, [*product((False, True), (False, True), (False, True), range(3))]
    Random(lie.name).shuffle(kinds)
    for excel, wide, national, seed in kinds:
        table = honest(
            Random(f"{lie.name} {seed} {excel} {wide} {national}"), excel=excel, wide=wide, national=national
        )
        if told == DEPTH or not lie.fits(table):
            continue
        try:
            lie.tell(table)
        except IndexError:
            continue
        sentence, told = outcome(tmp_path, table, [lie]), told + 1
        if lie.asks in (SAME, REFUSE):
            assert bool(sentence) is (lie.asks == REFUSE), sentence
    assert told


def tell(folder: Path, first: int, number: int) -> Counter[str]:
    """Make tables with one to three lies each, read them, and count what became of them."""
    outcomes: Counter[str] = Counter()
    for seed in range(first, first + number):
        table = made(str(seed))
        lies = {lie.group: lie for lie in _some(table.draw, [lie for lie in LIES if lie.fits(table)])}
        for name in sorted(
            lies,
            key=["rows", "names", "years", "missing", "numbers", "texts", "columns", "sheets", "xml", "text"].index,
        ):
            try:
                lies[name].tell(table)
            except IndexError:
                del lies[name]
        told = [*lies.values()]
        outcomes += _counted(outcome(folder, table, told), told)
    return outcomes


SENT = {"forms": (form, read_form, FORMS), "Brå": (bra, read_bra, BRA)}


def outcome_of_sent(path: Path, kind: str, sent: Sent, lies: list[SentLie]) -> str:
    """Return how a file was refused, or nothing if it was taken (see `outcome`)."""
    told = f"{kind}: {[lie.name for lie in lies]}"
    try:
        found = SENT[kind][1](sent.save(path))
    except WorkbookError as error:
        return str(error)
    except Exception as error:
        raise AssertionError(f"{told}: {error!r}") from error
    assert not sent.refuse, f"{told}: taken, but it must be refused"
    wrong = {
        key: (found.get(key), sent.truth.get(key))
        for key in found.keys() | sent.truth.keys()
        if found.get(key) != sent.truth.get(key)
    }
    assert not wrong, f"{told}: read, and in truth: {wrong}"
    return ""


@pytest.mark.parametrize(
    ("kind", "lie"), [(k, lie) for k in SENT for lie in SENT[k][2]], ids=lambda v: getattr(v, "name", v)
)
def test_a_lie_of_a_sent_file_is_seen_through_or_refused(tmp_path: Path, kind: str, lie: SentLie) -> None:
    for seed in range(DEPTH // 2):
        sent = SENT[kind][0](Random(f"{lie.name} {seed}"))
        lie.tell(sent)
        sentence = outcome_of_sent(tmp_path / "300.xlsx", kind, sent, [lie])
        if lie.asks in (SAME, REFUSE):
            assert bool(sentence) is (lie.asks == REFUSE), sentence


def tell_sent(path: Path, kind: str, first: int, number: int) -> Counter[str]:
    """Make forms or tables of Brå with one to three lies each, read them, and count what became of them."""
    outcomes: Counter[str] = Counter()
    for seed in range(first, first + number):
        sent = SENT[kind][0](Random(seed))
        told = []
        for lie in _some(sent.draw, SENT[kind][2]):
            with suppress(IndexError):
                lie.tell(sent)
                told.append(lie)
        outcomes += _counted(outcome_of_sent(path, kind, sent, told), told)
    return outcomes


def _some(draw: Random, lies: Sequence[T]) -> list[T]:
    """Return one to three lies; mostly of those that need not be refused, since one of the others is enough for that."""
    mild = [lie for lie in lies if lie.asks != REFUSE]
    return draw.sample(mild if draw.random() < 0.6 else lies, draw.randint(1, 3))


def _counted(sentence: str, told: Sequence[Lie | SentLie]) -> Counter[str]:
    taken = "refused" if sentence else "taken"
    return Counter([taken, f"{'honest' if all(lie.asks == SAME for lie in told) else 'dishonest'} {taken}"])


#: How many of all files are of each kind.
PARTS = {"tables": 0.7, "forms": 0.2, "Brå": 0.1}


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize("number", [MANY, pytest.param(10_000, marks=pytest.mark.slow)])
def test_nothing_wrong_is_read_in_silence(tmp_path: Path, kind: str, number: int) -> None:
    many = max(10, round(number * PARTS[kind]))
    outcomes = tell(tmp_path, 0, many) if kind == "tables" else tell_sent(tmp_path / "300.xlsx", kind, 0, many)
    sys.stdout.write(f"{kind}: {dict(outcomes)}\n")
    # Whoever refuses everything is never wrong; of the files that mean what they seem to, most must be taken.
    assert outcomes["honest taken"] >= 0.9 * (outcomes["honest taken"] + outcomes["honest refused"])
    if number == 10_000:
        record("lies", kind, refused=outcomes["refused"], taken=outcomes["taken"])
