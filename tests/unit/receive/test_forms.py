"""The survey's forms: locked but for the answers; each damaged form is refused in one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lib.data.catalogue import Catalogue
from lib.receive import returned, survey
from tests.conftest import Refused
from tests.unit.receive.conftest import EXAMPLE, one_sentence, two_forms


def _set(path: Path, sheet: str, cell: str, value: str | float) -> None:
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def _rename(path: Path, sheet: str, title: str) -> None:
    book = load_workbook(path)
    book[sheet].title = title
    book.save(path)


def _row(path: Path, sheet: str, number: int, change: Callable[[list[Any]], list[Any]]) -> None:
    """Change the cells of a row, up to one beyond the comment."""
    book = load_workbook(path)
    cells = book[sheet][number]
    for column, value in enumerate([*change([cell.value for cell in cells]), None], 1):
        book[sheet].cell(number, column).value = value
    book.save(path)


def _sorted(path: Path, sheet: str, first: int) -> None:
    """Exchange two rows from a column on, as sorting a part of the sheet does."""
    book = load_workbook(path)
    page = book[sheet]
    for column in range(first, page.max_column + 1):
        one, other = page.cell(5, column), page.cell(7, column)
        one.value, other.value = other.value, one.value
    book.save(path)


def _percent(path: Path) -> None:
    book = load_workbook(path)
    book["Antal"]["E5"].value, book["Antal"]["E5"].number_format = 0.12, "0%"
    book.save(path)


META = '{"form": "lagesrapport-blankett-1", "year": 2025, "who": "XB"}'


WRONG_FORMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "an answer that is not in the list": (
        lambda p: _set(p, "Svar", "C5", "Kanske"),
        "'Kanske' is not one of Ja, Nej, Vet ej, Inte aktuellt",
    ),
    "a formula for an answer": (lambda p: _set(p, "Antal", "E5", "=1+1"), "a formula; write the answer itself"),
    "half a person": (lambda p: _set(p, "Antal", "E5", 2.5), "'2.5' is no whole number"),
    "another heading": (
        lambda p: _set(p, "Svar", "C4", "Ert svar"),
        "the headings must be Kod, Fråga, Svar, Kommentar",
    ),
    "another code": (lambda p: _set(p, "Svar", "A5", "nagot_annat"), "is there 0 times"),
    "the same unit twice": (
        lambda p: p.with_name("kopia-XB.xlsx").write_bytes(p.read_bytes()),
        "are both from the same unit (XB)",
    ),
    "a sheet that was renamed": (lambda p: _rename(p, "Svar", "Svar (2)"), "the sheet Svar is gone or was renamed"),
    "another unit's name": (
        lambda p: _set(p, "Svar", "A2", "Kommun D"),
        "it says 'Kommun D', but the form is that of Kommun B",
    ),
    "another unit in the hidden cell": (
        lambda p: _set(p, "Om blanketten", "A1", META.replace("XB", "XD")),
        "but the form is that of Kommun D",
    ),
    "a nest of brackets in the hidden cell": (
        lambda p: _set(p, "Om blanketten", "A1", "[" * 20_000),
        "is not a form of this survey",
    ),
    "an answer to no question": (lambda p: _set(p, "Svar", "C40", "Nej"), "belongs to no question"),
    "thousands or decimals": (lambda p: _set(p, "Antal", "E5", "1.000"), "'1.000' is no whole number"),
    "a formula in a comment": (
        lambda p: _set(p, "Svar", "D5", ' =HYPERLINK("http://x","y")'),
        "a formula; write the answer itself",
    ),
    "a comment like a book": (lambda p: _set(p, "Svar", "D5", "x" * 2000), "more than 1000 characters"),
    "lines in an answer": (lambda p: _set(p, "Svar", "C5", "Kan\nske"), "'Kan ske' is not one of"),
    "a file that is no form": (lambda p: (p.parent / "svar.txt").write_text("Ja"), "is not a form (.xlsx)"),
    "a link": (lambda p: (p.parent / "l.xlsx").symlink_to(p), "is not a form (.xlsx)"),
    "a count in per cent": (_percent, "'12.0' is no whole number"),
    "answers sorted without their codes": (lambda p: _sorted(p, "Svar", 2), "sorted apart from each other"),
    "counts sorted without their codes": (lambda p: _sorted(p, "Antal", 3), "sorted apart from each other"),
    "a question that was deleted": (
        lambda p: _row(p, "Svar", 5, lambda c: [c[0], *c[2:], None]),
        "does not belong to the code rutin_vid_indikation_vuxen",
    ),
    "an answer among the comments": (
        lambda p: _row(p, "Svar", 5, lambda c: [*c[:2], None, "ja"]),
        "column Kommentar: 'ja' is an answer; move it to the column Svar",
    ),
    "a count among the comments": (
        lambda p: _row(p, "Antal", 5, lambda c: [*c[:4], None, 12]),
        "column Kommentar: '12' is an answer; move it to the column Antal",
    ),
    "a count beyond the comments": (
        lambda p: _row(p, "Antal", 5, lambda c: [*c[:4], None, None, 12]),
        "there is text to the right of the last column",
    ),
    "another workbook": (lambda p: Workbook().save(p), "is not a form of this survey"),
}


@pytest.mark.parametrize("kind", WRONG_FORMS)
def test_a_wrong_form_is_one_sentence(root: Path, refused: Refused, tmp_path: Path, kind: str) -> None:
    damage, message = WRONG_FORMS[kind]
    damage(two_forms(root, tmp_path / "forms"))
    arguments = ["import", "survey", str(tmp_path / "forms"), "--year", "2025", "--data", EXAMPLE, "--yes"]
    assert message in one_sentence(refused(*arguments, root=root))


def test_the_forms_of_another_year_are_refused_and_no_form_overwrites_an_answer(
    root: Path, refused: Refused, tmp_path: Path
) -> None:
    two_forms(root, tmp_path / "forms")
    arguments = ["import", "survey", str(tmp_path / "forms"), "--year", "2024", "--data", EXAMPLE, "--yes"]
    assert "is the form for 2025, not 2024" in one_sentence(refused(*arguments, root=root))
    again = ["import", "survey", "--new", "2025", "--to", str(tmp_path / "forms"), "--data", EXAMPLE]
    assert "is not empty" in one_sentence(refused(*again, root=root))


def test_a_form_has_drop_downs_locked_headings_and_no_formula(root: Path, tmp_path: Path) -> None:
    book = load_workbook(two_forms(root, tmp_path / "forms"))
    sheet = book["Svar"]
    assert sheet.protection.sheet and sheet["A5"].protection.locked and not sheet["C5"].protection.locked
    assert [v.formula1 for v in sheet.data_validations.dataValidation] == ['"Ja,Nej,Vet ej,Inte aktuellt"']
    assert book["Om blanketten"].sheet_state == "veryHidden" and "personnummer" in book["Läs först"]["A5"].value
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_a_question_in_other_words_and_a_count_with_any_space_are_no_fault(root: Path, tmp_path: Path) -> None:
    path = two_forms(root, tmp_path / "forms")
    _set(path, "Svar", "B5", "Har ni en rutin? (obligatorisk)")
    _set(path, "Antal", "E5", "1\u202f234")
    catalogue = Catalogue(root / EXAMPLE)
    read = returned.read_form(path, survey.read_survey(catalogue), catalogue, 2025)
    assert next(iter(read.counts.values())) == 1234 and next(iter(read.answers.values())).answer
