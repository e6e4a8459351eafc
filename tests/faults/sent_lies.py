"""Lies of files that agencies send: survey forms that came back, and Brå's table 300."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import load_workbook

from lib.data.catalogue import Catalogue
from lib.receive import bra_excel, forms, returned, survey
from lib.receive.bra_excel import SHEET
from tests.conftest import ROOT
from tests.faults.liars import EITHER, REFUSE, SAME, changed, shared
from tests.faults.lies import disordered, grouped
from tests.forms import bra_table

DATA = ROOT / "data/exempel"
KNOWN = Catalogue(DATA)
ASKED = survey.read_survey(KNOWN)
YEAR = 2025
#: What the reader makes of a cell: an answer, a count, or a share with its counts; None where there is none.
Truth = dict[tuple[str, ...], Any]


@dataclass(eq=False)
class Sent:
    """A workbook that was sent, and what it means; ``lack`` is what may be missing in the reading."""

    draw: Random
    book: Any
    truth: Truth
    refuse: bool = False
    lack: set[tuple[str, ...]] = field(default_factory=set)
    parts: list[tuple[str, Callable[[str], str]]] = field(default_factory=list)
    sharing: bool = False
    #: Rows that a lie has changed, and columns as negative numbers.
    used: set[tuple[str, int]] = field(default_factory=set)

    def save(self, path: Path) -> Path:
        out = BytesIO()
        self.book.save(out)
        content = changed(out.getvalue(), self.parts)
        path.write_bytes(shared(content) if self.sharing else content)
        return path

    def row(self, sheet: str, first: int = 5) -> int:
        """Return a row that no lie has changed yet."""
        found = [n for n in range(first, self.book[sheet].max_row + 1) if (sheet, n) not in self.used]
        number = self.draw.choice(
            [n for n in found if self.book[sheet].cell(n, 2 if sheet == SHEET else 1).value is not None]
        )
        self.used.add((sheet, number))
        return number


Change = Callable[[Sent], Any]


@dataclass(frozen=True)
class SentLie:
    """A lie by name, what it asks of the reader, and how it changes a workbook."""

    name: str
    asks: str
    change: Change

    def tell(self, sent: Sent) -> None:
        self.change(sent)
        sent.refuse |= self.asks == REFUSE


@cache
def _blank_form() -> bytes:
    with TemporaryDirectory() as folder:
        forms.write_forms(KNOWN, ASKED, YEAR, Path(folder) / "forms")
        return next((Path(folder) / "forms").glob("*XB*")).read_bytes()


def form(draw: Random) -> Sent:
    """Return the filled-in form of a municipality."""
    sent = Sent(draw, load_workbook(BytesIO(_blank_form())), {})
    for row in sent.book["Svar"].iter_rows(min_row=5):
        row[2].value = draw.choice(["Ja", "Nej", "Vet ej", None])
        sent.truth["Svar", row[0].value] = row[2].value or ""
    for row in sent.book["Antal"].iter_rows(min_row=5):
        row[4].value = draw.randint(1001, 9999)
        sent.truth["Antal", *row[0].value.split(" ")] = row[4].value
    return sent


def read_form(path: Path) -> Truth:
    read = returned.read_form(path, ASKED, KNOWN, YEAR)
    counts = {("Antal", *key): count for key, count in read.counts.items()}
    return counts | {("Svar", code): answer.answer for code, answer in read.answers.items()}


@cache
def _bra() -> tuple[bytes, list[list[Any]]]:
    kept: list[list[Any]] = []
    with TemporaryDirectory() as folder:
        path = bra_table(Path(folder) / "300.xlsx", edit=lambda rows: kept.extend([*row] for row in rows[4:]))
        return path.read_bytes(), kept


def _csv(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as lines:
        return [*csv.DictReader(lines)]


@cache
def _keys() -> dict[str, tuple[str, str, str]]:
    """Return what each row of Brå's table is about, by its row in the table."""
    rows = {row["row_id"]: (row["indicator"], row["sex"], row["group"]) for row in _csv("mappings/bra_handlagda.csv")}
    order = dict.fromkeys(row["row_id"] for row in _csv("raw/bra/handlagda_polisregion_stockholm.csv"))
    return {row_id: rows[row_id] for row_id in order}


def bra(draw: Random) -> Sent:
    content, rows = _bra()
    truth: Truth = {}
    for (row_id, key), row in zip(_keys().items(), rows, strict=True):
        truth[key] = (row[6], round(row[2] * row[6] / 100), row[2])
        if row_id == "valdtakt_totalt":
            truth["lagforing_valdtakt", "T", "T"] = (row[5], round(row[2] * row[6] / 100), None)
    return Sent(draw, load_workbook(BytesIO(content)), truth)


def read_bra(path: Path) -> Truth:
    rows = bra_excel.observations(path, DATA, YEAR, date(2026, 7, 1), "känd")
    rows = rows.astype(object).where(rows.notna(), None)
    key, figures = ["indicator", "sex", "group"], ["value", "numerator", "denominator"]
    return {tuple(row[n] for n in key): tuple(row[n] for n in figures) for row in rows.to_dict("records")}


def cell(
    sheet: str, column: int, write: Callable[[Any], Any], *, means: Any = ..., form: str = "", first: int = 5
) -> Change:
    """Write a cell of one row in another way; ``means`` is what a person reads then, if it is something else."""

    def change(sent: Sent) -> None:
        row = sent.row(sheet, first)
        place = sent.book[sheet].cell(row, column)
        place.value = write(place.value)
        place.number_format = form or place.number_format
        if means is not ...:
            code = str(sent.book[sheet].cell(row, 1).value)
            sent.truth[sheet, *code.split(" ")] = means

    return change


def moved(sheet: str, first: int, by: int, *, start: int = 5) -> Change:
    """Move the cells of one row from a column on, as Excel does when a cell is deleted or inserted."""

    def change(sent: Sent) -> None:
        row, page = sent.row(sheet, start), sent.book[sheet]
        cells = [page.cell(row, column).value for column in range(first, 9)]
        kept = cells[-by:] if by < 0 else [*[None] * by, *cells]
        for column, value in enumerate([*kept, None], first):
            page.cell(row, column).value = value

    return change


def exchanged(sheet: str, columns: tuple[int, ...]) -> Change:
    """Exchange some cells of two rows, as sorting a part of a table does; of all, the rows."""

    def change(sent: Sent) -> None:
        page, one, other = sent.book[sheet], sent.row(sheet), sent.row(sheet)
        for column in columns:
            a, b = page.cell(one, column), page.cell(other, column)
            a.value, b.value = b.value, a.value

    return change


def exchanged_columns(one: int, other: int) -> Change:
    """Exchange two columns of Brå's table with their headings."""

    def change(sent: Sent) -> None:
        if any((SHEET, -column) in sent.used for column in (one, other)):
            raise IndexError
        sent.used |= {(SHEET, -one), (SHEET, -other)}
        for row in sent.book[SHEET].iter_rows(min_row=4, max_col=other):
            row[one - 1].value, row[other - 1].value = row[other - 1].value, row[one - 1].value

    return change


def everywhere(sheet: str, column: int, write: Callable[[Any], Any], form: str = "") -> Change:
    """Write the texts of a column of words, or the numbers of another column, in another way."""

    def change(sent: Sent) -> None:
        places = [place for (place,) in sent.book[sheet].iter_rows(min_row=5, min_col=column, max_col=column)]
        places = [place for place in places if isinstance(place.value, str if column < 3 else int | float)]
        if not places or (sheet, -column) in sent.used:
            raise IndexError
        sent.used.add((sheet, -column))
        for place in places:
            place.value = write(place.value)
            place.number_format = form or place.number_format

    return change


def part(pattern: str, new: Any) -> Change:
    return lambda sent: sent.parts.append(("xl/worksheets/.*", lambda xml: re.sub(pattern, new, xml, flags=re.DOTALL)))


def _decoy(sent: Sent, state: str) -> None:
    other = sent.book.create_sheet("Anteckningar", 0)
    other.append(["Kod", "Nej"])
    other.sheet_state = state


def _hidden_rows(sent: Sent) -> None:
    for sheet in sent.book.worksheets:
        sheet.row_dimensions[6].hidden = True


def added(sheet: str, *rows: list[Any]) -> Change:
    """Put rows below the others; a number in place of one stands for a cell of the first row."""

    def change(sent: Sent) -> None:
        page = sent.book[sheet]
        for row in rows:
            page.append([page.cell(5, value).value if type(value) is int and value < 9 else value for value in row])

    return change


def headed(sheet: str, **heads: str) -> Change:
    """Write headings in another way, by the place of their cells."""

    def change(sent: Sent) -> None:
        for place, text in heads.items():
            sent.book[sheet][place].value = text

    return change


def written(
    kind: str, asks: str, sheet: str, column: int, texts: dict[Any, Any] | tuple[Any, ...]
) -> Iterator[SentLie]:
    """Yield a lie for each text that a cell may hold instead; a dictionary says what each means."""
    for text in texts:
        means = texts[text] if isinstance(texts, dict) else ...
        yield SentLie(f"{kind} like {text!r}", asks, cell(sheet, column, lambda _, text=text: text, means=means))  # type: ignore[misc]


def all_to_the_right(first: int) -> Change:
    """Move the cells of every answer to the right; at least one of them is an answer."""

    def change(sent: Sent) -> None:
        if sent.used:
            raise IndexError
        sent.book["Svar"]["C5"].value = "Ja"
        for _ in range(5, sent.book["Svar"].max_row + 1):
            moved("Svar", first, 1)(sent)

    return change


def _unseen_prosecution(sent: Sent) -> None:
    everywhere(SHEET, 6, lambda v: v, ";;;")(sent)
    sent.truth["lagforing_valdtakt", "T", "T"] = (None, None, None)


def both(*changes: Change) -> Change:
    return lambda sent: [change(sent) for change in changes]


#: Lies that any workbook may tell.
ANY = [
    SentLie("a sheet in front", SAME, lambda s: _decoy(s, "visible")),
    SentLie("a hidden sheet in front", SAME, lambda s: _decoy(s, "hidden")),
    SentLie("hidden rows", SAME, _hidden_rows),
    SentLie("a stated size", SAME, part(r'<dimension ref="[^"]+"', '<dimension ref="A1:B2"')),
    SentLie("cells in another order", EITHER, part(r"<row.*?</row>", disordered("c"))),
    SentLie("shared texts", SAME, lambda s: setattr(s, "sharing", True)),
]
FORMS = [
    *ANY,
    *written("an answer", SAME, "Svar", 3, {"JA": "Ja", " nej\u00a0": "Nej", "J\u00ada\u200b": "Ja", "Vet\u00a0ej": "Vet ej", " ": ""}),
    *written("an answer", REFUSE, "Svar", 3, ("J", "Ja?", "Ja, delvis", "Jа", True, 7, "=A1", "ja/nej", "-", "#N/A")),
    *written("a count", SAME, "Antal", 5, {"12": 12, "1 234": 1234, "1\u00a0234": 1234, "1\u202f234": 1234, 12.0: 12, " 7 ": 7, 0: 0, "": None, "0": 0}),
    *written("a count", REFUSE, "Antal", 5, ("ca 10", -1, 1.5, "1.000", "1,000", "O", "l2", True, "12 st", "1 2", "5–10", "<5", "=5", "12*", "١٢")),
    *written("what may be a count", EITHER, "Antal", 5, {"12,0": 12, "-": None, "..": None, "-0": 0}),
    *(SentLie(f"a count shown as {f}", SAME, cell("Antal", 5, lambda v: v, form=f)) for f in ("#,##0", "@", '0 "st"')),
    SentLie("a count in per cent", REFUSE, cell("Antal", 5, lambda v: 0.12, form="0%")),
    SentLie("a count shown as a day", REFUSE, cell("Antal", 5, lambda v: v, form="yyyy-mm-dd")),
    SentLie("a count shown in thousands", EITHER, cell("Antal", 5, lambda v: 12000, form="#,##0,", means=12)),
    SentLie("a count shown as nothing", EITHER, cell("Antal", 5, lambda v: v, form=";;;", means=None)),
    SentLie("a count shown as another", REFUSE, cell("Antal", 5, lambda v: v, form='"9"0')),
    SentLie("a code with unseen signs", SAME, cell("Svar", 1, lambda v: f" {v}\u200b")),
    SentLie("a code with a Cyrillic a", REFUSE, cell("Svar", 1, lambda v: re.sub("[aeo]", "а", v, count=1))),
    SentLie("a question with parted letters", SAME, cell("Svar", 2, lambda v: unicodedata.normalize("NFD", v))),
    SentLie("a question in other words", SAME, cell("Svar", 2, lambda v: f"{v} (obligatorisk)")),
    SentLie("a heading with a Cyrillic a", REFUSE, headed("Svar", C4="Svаr")),
    SentLie("rows exchanged", SAME, exchanged("Svar", (1, 2, 3, 4))),
    SentLie("counts in another order", SAME, exchanged("Antal", (1, 2, 3, 4, 5, 6))),
    SentLie("answers sorted without their codes", REFUSE, exchanged("Svar", (2, 3, 4))),
    SentLie("groups sorted without their codes", REFUSE, exchanged("Antal", (3, 4, 5))),
    *(SentLie(f"cells moved to the left from {c}", REFUSE, moved("Svar", c, -1)) for c in (1, 2)),
    *(SentLie(f"cells moved to the right from {c}", REFUSE, all_to_the_right(c)) for c in (1, 2, 3)),
    *(SentLie(f"counts moved to the left from {c}", REFUSE, moved("Antal", c, -1)) for c in (1, 2, 3, 4)),
    *(SentLie(f"counts moved to the right from {c}", REFUSE, moved("Antal", c, 1)) for c in (1, 2, 3, 4, 5)),
    *(SentLie(f"a count {n} columns to the right", REFUSE, moved("Antal", 5, n)) for n in (2, 3)),
    SentLie("a second answer", REFUSE, added("Svar", [1, 2, "Nej"])),
    SentLie("an answer without a question", REFUSE, added("Svar", [None, "Och detta?", "Ja"])),
]  # fmt: skip
COUNTS = (3, 4, 5)
BRA = [
    *ANY,
    SentLie("text with decimal commas", SAME, both(*(everywhere(SHEET, c, lambda v: f"{v}".replace(".", ",")) for c in (6, 7)))),
    *(SentLie(f"thousands by U+{ord(t):04X}", SAME, everywhere(SHEET, 3, grouped(t))) for t in " \u00a0\u2009\u202f"),
    SentLie("shares shown in per cent", SAME, both(*(everywhere(SHEET, c, lambda v: v / 100, "0.0%") for c in (6, 7)))),
    *(SentLie(f"a share like {t}", REFUSE, everywhere(SHEET, 6, str(t).format)) for t in ("1 2", "12 5,5", "12*", "12.5", "ca 5", "12,5 2)", "−5")),
    SentLie("a share that is yes", REFUSE, everywhere(SHEET, 6, bool)),
    SentLie("counts shown in per cent", REFUSE, both(*(everywhere(SHEET, c, lambda v: v / 100, "0%") for c in COUNTS))),
    SentLie("shares shown as others", REFUSE, everywhere(SHEET, 6, lambda v: v, '"1"0.0')),
    SentLie("shares shown as nothing", EITHER, _unseen_prosecution),
    SentLie("columns in another order", SAME, exchanged_columns(3, 7)),
    SentLie("headings exchanged", REFUSE, headed(SHEET, C4="Utredda brott", D4="Handlagda brott totalt")),
    SentLie("labels with parted letters", SAME, everywhere(SHEET, 2, lambda v: unicodedata.normalize("NFD", v))),
    SentLie("labels with unseen signs", SAME, everywhere(SHEET, 2, lambda v: f"{v[:3]}\u00ad{v[3:]}\u00a0")),
    SentLie("sections with parted letters", SAME, everywhere(SHEET, 1, lambda v: unicodedata.normalize("NFD", v))),
    SentLie("a count that is gone", REFUSE, cell(SHEET, 3, lambda v: None)),
    *(SentLie(f"cells moved to the left from {c}", REFUSE, moved(SHEET, c, -1)) for c in (2, 3, 4)),
    *(SentLie(f"cells moved to the right from {c}", REFUSE, moved(SHEET, c, 1)) for c in (2, 3, 4)),
    SentLie("notes", SAME, added(SHEET, ["Källa: Brå"], [None, "1) Preliminärt"])),
    SentLie("another row of offences", SAME, added(SHEET, ["99 kap.", "Påhittat brott", 10, 9, "1", 10.0, 10.0])),
    SentLie("a row twice", REFUSE, added(SHEET, [1, 2, 3, 4, 5, 6, 7])),
]  # fmt: skip
