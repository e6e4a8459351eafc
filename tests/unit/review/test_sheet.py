"""The review sheet: a line per figure, and what comes back is taken in whole or refused with row and column."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook as Book
from openpyxl import load_workbook

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.review import sheet
from lib.review.built import read_built
from tests.conftest import copy_workbook
from tests.unit.review.reports import fact, write_report

FACTS = [
    fact(80, denominator=120),
    fact(70, id="mal-3/b", sex="T", text="=70 procent"),
    fact(60, id="mal-3/c", text="60 procent"),
    fact(1, id="mal-3/d", kind="computed"),
    fact(1, id="sammanfattning/a"),
]
DAY = date(2026, 5, 1)
STORED = "data/exempel/reviews/exempel.yaml"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_workbook(tmp_path_factory.mktemp("sheet") / "workbook")
    write_report(root / "output/exempel", FACTS)
    return root


@pytest.fixture
def path(root: Path, tmp_path: Path) -> Path:
    """A new sheet of the report, without a stored review."""
    (root / STORED).unlink(missing_ok=True)
    report = read_built(root / "output/exempel", "exempel")
    written = sheet.write(Workbook(root), report, Catalogue(root / "data/exempel"))
    assert written == root / "output/review/exempel-granskning.xlsx"
    return written.rename(tmp_path / "back.xlsx")


def _fill(path: Path, row: int, **cells: str) -> None:
    book = load_workbook(path)
    for column, value in cells.items():
        book["Granskning"].cell(row, list(sheet.COLUMNS).index(column) + 1).value = value
    book.save(path)


def test_a_sheet_has_a_line_for_each_observed_figure(path: Path) -> None:
    book = load_workbook(path)
    heads, *lines = book["Granskning"].iter_rows(values_only=True)
    assert list(heads) == list(sheet.COLUMNS)
    assert [line[0] for line in lines] == ["mal-3/mhv_tillfragade", "mal-3/b", "mal-3/c"]
    assert lines[0][3:10] == (2024, "Exempellän", "Kvinnor", "80 procent", 120, "exempelstatistik", "2025-04-01")
    assert lines[1][5] == "Alla"
    # Text that Excel would take for a formula stays text.
    assert book["Granskning"].cell(3, 7).data_type == "s"
    assert str(book["Granskning"].data_validations.dataValidation[0].sqref) == "L2:L4"
    assert book["Om arket"].sheet_state == "veryHidden"


def test_confirmations_and_comments_are_stored_once(root: Path, path: Path) -> None:
    assert not sheet.take_in(Workbook(root), "exempel", path, DAY).comments and not (root / STORED).exists()
    _fill(path, 2, Roll="Polisen", Bekräftad="JA")
    _fill(path, 3, Roll="Polisen", Bekräftad="nej")
    _fill(path, 4, Roll="Regionen", Kommentar="Stämmer\ntalet?")
    for day in (DAY, date(2026, 5, 2)):
        review = sheet.take_in(Workbook(root), "exempel", path, day)
        assert len(review.confirmations) == 1 and len(review.comments) == 2 and review.rejected == ["mal-3/b"]
    stored = yaml.safe_load((root / STORED).read_text(encoding="utf-8"))
    (confirmation,) = stored["confirmations"]
    assert (confirmation["role"], confirmation["value"], confirmation["date"]) == (
        "Polisen",
        "80 procent",
        date(2026, 5, 2),
    )
    assert [(c["comment"], c["date"], c["resolved"]) for c in stored["comments"]] == [
        ("Bekräftas inte.", DAY, False),
        ("Stämmer talet?", DAY, False),
    ]


FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "no role": ({"Bekräftad": "ja"}, "row 2, column Roll: whoever confirms or comments must say in which role"),
    "another figure": ({"Ankare": "mal-9/x", "Roll": "R", "Bekräftad": "ja"}, "'mal-9/x' is not a figure of the report"),
    "another value": ({"Uppgift": "99 procent", "Roll": "R", "Bekräftad": "ja"}, "column Uppgift: is not what the report"),
    "another area": (
        {"Område": "Grannlän", "Roll": "R", "Bekräftad": "ja"},
        "this is not what the anchor's figure is about; was a part of the sheet sorted",
    ),
    "a comment too far to the right": ({}, "there is something to the right of it"),
    "another word": ({"Roll": "R", "Bekräftad": "kanske"}, "column Bekräftad: 'kanske' is neither ja nor nej"),
    "a formula as comment": ({"Roll": "R", "Kommentar": "=1+1"}, "column Kommentar: a formula"),
    "a formula as role": ({"Roll": "=1+1", "Bekräftad": "ja"}, "column Roll: a formula"),
    "a long comment": ({"Roll": "R", "Kommentar": "x" * 1001}, "has more than 1000 characters"),
    "a changed heading": ({}, "row 1: the headings were changed"),
    "a cell beyond the last column": ({"Roll": "R", "Bekräftad": "ja"}, "something to the right of it"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_line_is_refused_with_row_and_column(root: Path, path: Path, fault: str) -> None:
    cells, message = FAULTS[fault]
    _fill(path, 2, **cells)
    book = load_workbook(path)
    if fault == "a changed heading":
        book["Granskning"].cell(1, 3).value = "Mått"
    elif fault in ("a cell beyond the last column", "a comment too far to the right"):
        book["Granskning"].cell(2, len(sheet.COLUMNS) + 1).value = "?"
    book.save(path)
    with pytest.raises(WorkbookError, match=message):
        sheet.take_in(Workbook(root), "exempel", path, DAY)
    assert not (root / STORED).exists()


def _without_meta(path: Path) -> None:
    book = load_workbook(path)
    del book["Om arket"]
    book.save(path)


def _empty_book(path: Path) -> None:
    Book().save(path)


def _meta(old: str, new: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        book = load_workbook(path)
        cell = book["Om arket"].cell(1, 1)
        cell.value = str(cell.value).replace(old, new)
        book.save(path)

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_without_meta, "is not a review sheet"),
        (_empty_book, "is not a review sheet"),
        (_meta("{", "["), "is not a review sheet"),
        (_meta("granskning-1", "enkat-1"), "is not a review sheet"),
        (_meta('"exempel"', '"2022"'), "is the review sheet of 2022, not of exempel"),
        (_meta("0123", "ffff"), "is of another draft than the one that is built"),
    ],
)
def test_a_file_that_is_not_the_sheet_of_this_draft_is_refused(
    root: Path, path: Path, edit: Callable[[Path], None], message: str
) -> None:
    edit(path)
    with pytest.raises(WorkbookError, match=message):
        sheet.take_in(Workbook(root), "exempel", path, DAY)


def test_a_stored_review_of_another_kind_is_not_overwritten(root: Path, path: Path) -> None:
    (root / STORED).parent.mkdir(exist_ok=True)
    (root / STORED).write_text("notes: []\n", encoding="utf-8")
    _fill(path, 2, Roll="Polisen", Bekräftad="ja")
    with pytest.raises(WorkbookError, match="holds something other than comments and confirmations"):
        sheet.take_in(Workbook(root), "exempel", path, DAY)
