"""Files as people's programs write them: what looks right is read right, and nothing wrong is taken in silence."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.receive import answers, mapped, returned, survey
from lib.receive.amounts import Amounts
from lib.receive.mapping import read_mapping
from lib.receive.places import Places
from tests.conftest import ROOT
from tests.unit.receive.conftest import EXAMPLE, two_forms

MAP = """source: scb_mhv
published: 2025-04-01
published_basis: känd
year: 2024
region_column: Kommun
values:
  - indicator: mhv_tillfragade
    column: Andel
    sex: K
"""
TOWNS = ["Botkyrka", "Danderyd", "Ekerö", "Haninge", "Upplands-Bro", "Upplands Väsby"]


def _read(folder: Path, table: Path, mapping: str = MAP) -> tuple[dict[str, float], list[str]]:
    (folder / "m.yaml").write_text(mapping, encoding="utf-8")
    rows, habits = mapped.observations(table, read_mapping(folder / "m.yaml"), Catalogue(ROOT / "data"))
    return {region: value for region, value in rows[["region", "value"]].itertuples(index=False)}, habits


def _book(path: Path, edit: Callable[[Workbook], None] = lambda _: None) -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["Kommun", "Andel"])
    for number, town in enumerate(TOWNS):
        page.append([town, 60 + number])
    edit(book)
    book.save(path)
    return path


EXPECTED = {"0127": 60, "0162": 61, "0125": 62, "0136": 63, "0139": 64, "0114": 65}


def _with_part(path: Path, part: str, edit: Callable[[str], str]) -> None:
    """Change a part of a saved workbook, as another program would have written it."""
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content.decode()).encode() if name == part else content)
    path.write_bytes(changed.getvalue())


def test_a_stated_size_that_is_too_small_hides_no_row(tmp_path: Path) -> None:
    path = _book(tmp_path / "t.xlsx")
    _with_part(
        path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r'<dimension ref="[^"]+"', '<dimension ref="A1:B3"', xml)
    )
    assert _read(tmp_path, path)[0] == EXPECTED


@pytest.mark.parametrize("form", ["0%", "0 %", "0.0%", "0.00\\ %", '0" "%'])
def test_a_cell_shown_in_per_cent_is_read_as_it_is_shown(tmp_path: Path, form: str) -> None:
    def as_shares(book: Workbook) -> None:
        for cell in list(book.worksheets[0]["B"])[1:]:
            cell.value, cell.number_format = cell.value / 100, form

    assert _read(tmp_path, _book(tmp_path / "t.xlsx", as_shares))[0] == EXPECTED


def test_a_quoted_per_cent_sign_is_only_a_word(tmp_path: Path) -> None:
    def with_words(book: Workbook) -> None:
        for cell in list(book.worksheets[0]["B"])[1:]:
            cell.number_format = '0.0" % of all"'

    assert _read(tmp_path, _book(tmp_path / "t.xlsx", with_words))[0] == EXPECTED


def _hidden_first(book: Workbook) -> None:
    book.create_sheet("Gammalt", 0).append(["Kommun", "Andel"])
    book.worksheets[0].append(["Botkyrka", 1])
    book.worksheets[0].sheet_state = "hidden"


def _chart_first(book: Workbook) -> None:
    sheet = book.create_chartsheet("Diagram", 0)
    sheet.add_chart(BarChart())


@pytest.mark.parametrize("edit", [_hidden_first, _chart_first])
def test_the_first_sheet_that_a_person_sees_is_read_and_named(tmp_path: Path, edit: Callable[[Workbook], None]) -> None:
    found, habits = _read(tmp_path, _book(tmp_path / "t.xlsx", edit))
    assert found == EXPECTED
    assert any("“Gammalt”" in habit for habit in habits) is (edit is _hidden_first)


@pytest.mark.parametrize("head", ["Kommun,Andel", "Kommun,Andel,", "Kommun,Andel,,"])
def test_a_decimal_comma_that_became_a_column_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "t.csv").write_text(f"{head}\nBotkyrka,51,5,\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="row 2: more cells than the table has headings"):
        _read(tmp_path, tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("heading", "town"),
    [
        ("Andel", "Upplands Va\u0308sby"),
        ("Andel\u00a0", "Upplands\u00a0Väsby"),
        ("An\u00addel", "Upplands\u2003Väsby"),
        ("\u200bAndel", "Upplands Väsby\u200b"),
        ("Andel\u202f", "\ufeffUpplands Väsby"),
    ],
)
def test_what_looks_the_same_is_the_same(tmp_path: Path, heading: str, town: str) -> None:
    (tmp_path / "t.csv").write_text(f"Kommun;{heading};Mått\n{town};51,5;A\u00a0B\nEkerö;1;C\n", encoding="utf-8")
    mapping = MAP.replace("values:", "where:\n  Mått: A B\nvalues:")
    found, habits = _read(tmp_path, tmp_path / "t.csv", mapping)
    assert found == {"0114": 51.5}
    assert "2 rows gave 1 values; left out: 1 by 'where'" in habits


def test_a_hyphen_that_does_not_break_is_a_hyphen(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Kommun;Andel\nUpplands\u2011Bro;64\n\n", encoding="utf-8")
    found, habits = _read(tmp_path, tmp_path / "t.csv")
    assert found == {"0139": 64}
    assert "2 rows gave 1 values; left out: 1 empty" in habits


def test_a_comment_next_to_a_count_is_told_to_the_analyst(root: Path, tmp_path: Path) -> None:
    path = two_forms(root, tmp_path / "forms")
    book = load_workbook(path)
    book["Antal"]["F5"] = "Räknat\u2009två gånger."
    book.save(path)
    catalogue = Catalogue(root / EXAMPLE)
    form = survey.read_survey(catalogue)
    read = returned.read_forms(path.parent, catalogue, form, 2025)
    done = answers.outcome(catalogue, form, 2025, read, date(2026, 4, 1))
    assert any(text.endswith("Räknat två gånger.") and "Kommun B" in text for text in done.comments)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0114 Upplands Väsby", "0114"), ("114", "0114"), ("Upplands Väsby kommun", "0114"), ("Salems kommun", "0128"),
        ("Stockholms stad", "0180"), ("Stockholm", "0180"), ("Stockholms län", "01"), ("1", "01"), ("01 Stockholms län", "01"),
        ("00 Riket", "00"), ("Botkyrka (0127)", None), ("0114 Botkyrka", None), ("9999", None), ("Ankeborgs kommun", None),
    ],
)  # fmt: skip
def test_a_region_is_known_as_publishers_write_it(written: str, code: str | None) -> None:
    assert Places(Catalogue(ROOT / "data")).code(written) == code


def test_no_region_is_taken_for_another() -> None:
    catalogue = Catalogue(ROOT / "data")
    places = Places(catalogue)
    for region in catalogue.regions.values():
        same = [r for r in catalogue.regions.values() if r.name == region.name]
        for text in (region.name, f"{region.name} kommun", f"{region.code} {region.name}", region.code):
            assert places.code(text) in (
                {None, region.code} if len({r.code for r in same}) == 1 else {None, region.code}
            )


WIDE = """Andel som fick frågan, procent
;;;
Kommun;Andel 2022;Andel 2023;Andel 2024
0127 Botkyrka;93,5;94,0 1);95,1 p
Danderyd;..;92,25*;1 234
Ekerö;88;;90²
Källa: Exempel
1) Preliminärt svar.
"""


def test_a_wide_table_with_footnotes_is_read_by_one_mapping(tmp_path: Path) -> None:
    mapping = MAP.replace("year: 2024\n", "heading_row: 3\npreliminary:\n  - p\n").replace(
        "column: Andel", "column: Andel {year}"
    )
    (tmp_path / "m.yaml").write_text(mapping, encoding="utf-8")
    (tmp_path / "t.csv").write_text(WIDE, encoding="utf-8")
    read = read_mapping(tmp_path / "m.yaml")
    rows, habits = mapped.observations(tmp_path / "t.csv", read, Catalogue(ROOT / "data"))
    known = rows.astype(object).where(rows.notna(), None)
    found = {(r.region, r.year): (r.status, r.value) for r in known.itertuples()}
    assert found == {
        ("0127", 2022): ("A", 93.5), ("0127", 2023): ("A", 94.0), ("0127", 2024): ("P", 95.1),
        ("0162", 2022): ("M", None), ("0162", 2023): ("A", 92.25), ("0162", 2024): ("A", 1234.0),
        ("0125", 2022): ("A", 88.0), ("0125", 2023): ("M", None), ("0125", 2024): ("A", 90.0),
    }  # fmt: skip
    assert "5 rows gave 9 values; left out: 2 with notes" in habits and "signs of footnotes were left out" in habits


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("column: Andel {year}", "column: Andelen {year}"),
            "no column is called “Andelen {year}” with a year for {year}",
        ),
        (("heading_row: 3", "heading_row: 3\nyear: 2024"), "give either year, such as 2025, or year_column"),
    ],
)
def test_a_mapping_of_years_that_does_not_fit_is_one_sentence(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    mapping = MAP.replace("year: 2024\n", "heading_row: 3\n").replace("column: Andel", "column: Andel {year}")
    (tmp_path / "m.yaml").write_text(mapping.replace(*change), encoding="utf-8")
    (tmp_path / "t.csv").write_text(WIDE, encoding="utf-8")
    with pytest.raises(WorkbookError, match=re.escape(message)):
        mapped.observations(tmp_path / "t.csv", read_mapping(tmp_path / "m.yaml"), Catalogue(ROOT / "data"))


@pytest.mark.parametrize(
    "text", ["69,3 2", "69 3", "1,5)", "2)", "12.345", "5 %)", "1e3", "--5", "٩٥", "69,3 (2)", "1*2"]
)
def test_a_number_that_may_mean_two_things_is_refused(text: str) -> None:
    amounts = Amounts(",")
    assert amounts.number(amounts.unmarked(text)[0]) is None


@given(st.decimals(0, 99999, places=2), st.sampled_from(["", " 1)", "*", "²", " p", "%", " %"]))
def test_a_number_is_read_back_whatever_stands_after_it(number: Decimal, sign: str) -> None:
    amounts = Amounts(",", ["p"])
    plain, preliminary = amounts.unmarked(f"{number}".replace(".", ",") + sign)
    assert (amounts.number(plain), preliminary) == (float(number), sign == " p")


@pytest.mark.parametrize("first", ["", "Andel, procent, av alla, kvinnor\n", "\n\n", "Källa: Exempel, en, två, tre;\n"])
@pytest.mark.parametrize("sign", [";", "\t"])
def test_the_separator_is_what_most_lines_have(tmp_path: Path, first: str, sign: str) -> None:
    lines = [f"Kommun{sign}Andel", *(f"{town}{sign}{60 + n},5" for n, town in enumerate(TOWNS))]
    (tmp_path / "t.csv").write_text(first + "\n".join(lines), encoding="utf-8")
    mapping = MAP.replace("year: 2024", f"year: 2024\nheading_row: {len(first.splitlines()) + 1}")
    assert _read(tmp_path, tmp_path / "t.csv", mapping)[0] == {code: value + 0.5 for code, value in EXPECTED.items()}


def test_lines_around_a_table_do_not_outvote_it(tmp_path: Path) -> None:
    lines = [
        "Tabell 1. Andel, procent, 2024;",
        "Källa: Brå, 2024;",
        ";",
        "Kommun;Andel;Svar;",
        "Ekerö;1,5;2,5;",
        "Salem;2,5;3,5;",
    ]
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    assert _read(tmp_path, tmp_path / "t.csv", f"{MAP}heading_row: 4\n")[0] == {"0125": 1.5, "0128": 2.5}


def test_a_strict_workbook_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = _book(tmp_path / "t.xlsx")
    _with_part(
        path,
        "xl/workbook.xml",
        lambda xml: xml.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        ),
    )
    with pytest.raises(WorkbookError, match="Strict Open XML"):
        _read(tmp_path, path)
