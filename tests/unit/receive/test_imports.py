"""Files from outside: each wrong one gives one clear sentence and leaves data/ untouched; formulas and names are data."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.observations import read_observations
from lib.receive import excel, mapped
from tests.conftest import ROOT, copy_workbook
from tests.forms import bra_table, fill

HOME = "data/exempel"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000


@pytest.fixture(scope="module")
def _root(tmp_path_factory) -> Path:
    return copy_workbook(tmp_path_factory.mktemp("imports") / "workbook")


@pytest.fixture
def root(_root, refused):
    """A workbook whose data must be, after the test, as they were."""
    before = digest(_root / "data")
    yield _root
    assert digest(_root / "data") == before


def digest(folder: Path) -> str:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return hashlib.sha256(b"".join(str(p).encode() + p.read_bytes() for p in files)).hexdigest()


def one_sentence(said: tuple[int, str]) -> str:
    code, error = said
    assert code == 1 and error.startswith("lagesrapport: ") and error.count("\n") == 1 and "Traceback" not in error, (
        error
    )
    return error


WRONG_FILES = {
    "not there": (None, "is not there"),
    "empty": (b"", "is empty"),
    "locked with a password": (OLE, "locked with a password"),
    "not Excel at all": (b"<html>Inte en tabell</html>", "is not an Excel workbook"),
    "half a file": (b"PK\x03\x04" + b"\0" * 500, "is half a file or no Excel workbook"),
}


@pytest.mark.parametrize("kind", WRONG_FILES)
@pytest.mark.parametrize("verb", ["bra", "survey", "table"])
def test_a_file_that_is_no_table_is_one_sentence(root, refused, tmp_path, kind, verb):
    content, message = WRONG_FILES[kind]
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    arguments = {
        "bra": ["bra", str(path)],
        "survey": ["survey", str(folder), "--year", "2025"],
        "table": ["table", str(path), "--map", str(tmp_path / "m.yaml")],
    }[verb]
    error = one_sentence(refused("import", *arguments, "--data", HOME, "--yes", root=root))
    assert message in error or (verb == "survey" and content is None and "holds no forms" in error)


def _swap(rows):
    for row in rows[3:]:
        row[3], row[4] = row[4], row[3]


def _swap_values(rows):
    for row in rows[4:]:
        row[2], row[3] = row[3], row[2]


def _half(rows):
    del rows[40:]


def _fraction(rows):
    rows[5][6] = rows[5][6] + 0.3


def _word(rows):
    rows[6][3] = "många"


def _twice(rows):
    rows.append(list(rows[7]))
    rows[-1][0] = rows[4][0]


WRONG_TABLES = {
    "another year": ({"year": 2024}, ["--year", "2025"], "is about 2024, not 2025"),
    "before the layout": ({"year": 2020}, [], "the layout before 2022 is not read"),
    "another region": ({"area": "Polisregion Syd"}, [], "names none of the areas"),
    "another sheet": ({"sheet": "Blad1"}, [], "there is no sheet"),
    "another region whose name begins the same": ({"area": "Polisregion Exempel Norra"}, [], "names none of the areas"),
    "several years": ({"edit": lambda rows: rows[2].__setitem__(0, "Jämför med 2023")}, [], "names several years"),
    "offences below zero": ({"edit": lambda rows: rows[5].__setitem__(slice(2, 5), [10, 14, -4])}, [], "from 0 up"),
    "a sum without its parts": (
        {"edit": lambda rows: rows[5].__setitem__(3, None)},
        [],
        "without those they are the sum of",
    ),
    "values in swapped columns": ({"edit": _swap_values}, [], "the columns may be swapped"),
    "half the rows": ({"edit": _half}, [], "half a file"),
    "no whole number of offences": ({"edit": _fraction}, [], "is no whole number"),
    "a word for a number": ({"edit": _word}, [], "'många' is no number"),
}


@pytest.mark.parametrize("kind", WRONG_TABLES)
def test_a_wrong_table_300_is_one_sentence(root, refused, tmp_path, kind):
    options, arguments, message = WRONG_TABLES[kind]
    if kind == "half the rows":
        # There must be a year before to compare with.
        options = options | {"year": 2024}
    path = bra_table(tmp_path / "300.xlsx", **options)
    error = one_sentence(refused("import", "bra", str(path), *arguments, "--data", HOME, "--yes", root=root))
    assert message in error


def test_swapped_headings_are_found_by_their_names(root, tmp_path):
    from datetime import date

    from lib.receive import bra_excel

    plain, other = bra_table(tmp_path / "a.xlsx"), bra_table(tmp_path / "b.xlsx", edit=_swap)
    one, two = (bra_excel.observations(p, root / HOME, 2025, date(2026, 7, 1), "känd") for p in (plain, other))
    assert one.equals(two) and len(one) > 60
    share = one[(one["indicator"] == "personuppkl_valdtakt") & (one["group"] == "T")].iloc[0]
    assert share["value"] == pytest.approx(100 * share["numerator"] / share["denominator"], abs=1e-6)


def test_table_300_of_the_county_itself_reads_as_it_was_transcribed(tmp_path):
    """The reader gives, number by number, what the transcription gave: a file is made from it and read back."""
    import csv
    from datetime import date

    from lib.receive import bra, bra_excel

    path = ROOT / "data/raw/bra/handlagda_polisregion_stockholm.csv"
    own = [r for r in csv.DictReader(path.open(encoding="utf-8")) if r["year"] == "2024"]

    def only_real(rows):
        del rows[4:]
        for r in own:
            counts = [int(r[k]) for k in ("handlagda_brott", "utredda_brott", "direktavskrivna_brott")]
            share = 100 * int(r["personuppklarade_brott"]) / counts[0] if counts[0] else 0
            rows.append([r["lagrum"], r["brottstyp"], *counts, float(r["lagforingsprocent"] or 0), round(share, 8)])

    made = bra_table(tmp_path / "300Rn03-2024.xlsx", area="Polisregion Stockholm", year=2024, edit=only_real)
    read = bra_excel.observations(made, ROOT / "data", 2024, date(2025, 7, 1), "antagen", vanished=True)
    key = ["indicator", "sex", "group"]
    held = bra.observations(ROOT / "data").query("source == 'bra_300_rn03' and year == 2024 and value == value")
    both = held.merge(read, on=key, suffixes=("", "_read"))
    assert len(both) == len(held) > 50
    assert (both["numerator"] == both["numerator_read"]).all()
    assert (both["value"] - both["value_read"]).abs().max() < 0.0001


MAP = """source: exempelstatistik
published: 2026-04-01
published_basis: känd
year: 2025
region_column: Område
values:
  - {indicator: mhv_tillfragade, column: Andel, sex: K}
"""

WRONG_CELLS = {
    "an ambiguous number": ("X1;1.234", "is no number that can be read in one way only"),
    "a decimal that became a column": ("X1;95;5", "more cells than the table has headings"),
    "spaces within a number": ("X1;9 5", "is no number that can be read in one way only"),
    "other figures than ours": ("X1;٩٥", "is no number that can be read in one way only"),
    "an unknown region": ("Atlantis;95", "is no region of data/regions.csv"),
    "a missing column": (None, "the column “Andel” stands there 0 times"),
    "another publisher's": ("X1;95", "does not say “Exempelmyndigheten”"),
    "above a hundred": ("X1;950", "must be a percentage from 0 to 100"),
    "the same place twice": ("X1;95\nX1;96", "twice; keep one"),
}


@pytest.mark.parametrize("kind", WRONG_CELLS)
def test_a_wrong_cell_of_a_mapped_table_is_one_sentence(root, refused, tmp_path, kind):
    line, message = WRONG_CELLS[kind]
    head = "Område;Antal\nX1;95\n" if line is None else f"Område;Andel\n{line}\n"
    (tmp_path / "t.csv").write_text(head, encoding="utf-8")
    more = "must_say: [Exempelmyndigheten]\n" if kind == "another publisher's" else ""
    (tmp_path / "m.yaml").write_text(MAP + more, encoding="utf-8")
    arguments = ["table", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.yaml"), "--data", HOME, "--yes"]
    assert message in one_sentence(refused("import", *arguments, root=root))


def test_excels_habits_are_understood_and_said(tmp_path):
    (tmp_path / "t.csv").write_bytes("Kommun;Andel;År\r\n180;76,5 %;2024\r\nUpplands-Bro;..;2024\r\n".encode("cp1252"))
    text = (
        MAP.replace("exempelstatistik", "scb_mhv").replace("year: 2025", "year_column: År").replace("Område", "Kommun")
    )
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    mapping = mapped.read_mapping(tmp_path / "m.yaml")
    rows, habits = mapped.observations(tmp_path / "t.csv", mapping, Catalogue(ROOT / "data"))
    assert rows[["region", "status"]].values.tolist() == [["0180", "A"], ["0139", "M"]]
    assert rows["value"].tolist()[0] == 76.5 and rows["value"].isna().tolist() == [False, True]
    assert {
        "columns are separated by ;",
        "numbers had a decimal comma",
        "region codes had lost their leading zeros",
    } <= set(habits)
    (tmp_path / "u.csv").write_bytes("Kommun;Andel;År\r\nAnkeborg;1;2024\r\n".encode("cp1252"))
    with pytest.raises(WorkbookError, match="Ankeborg"):
        mapped.observations(tmp_path / "u.csv", mapping, Catalogue(ROOT / "data"))


def test_a_dry_run_shows_the_mapping_and_writes_nothing(root, refused, capsys, tmp_path):
    (tmp_path / "t.csv").write_text("Område;Andel;Annat\nX1;95;7\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    from lib.cli.main import main

    arguments = ["import", "table", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.yaml"), "--data", HOME]
    assert main([*arguments, "--dry-run", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "mhv_tillfragade K/T" in said and "(not read)" in said and "1 new" in said and "Nothing was written." in said
    # Without --yes and without a terminal nothing is written either.
    assert "not interactive" in one_sentence(refused(*arguments, root=root))


def _forms(root: Path, folder: Path) -> Path:
    from lib.receive import forms, survey

    catalogue = Catalogue(root / HOME)
    forms.write_forms(catalogue, survey.read_survey(catalogue), 2025, folder)
    fill(folder)
    for path in folder.glob("*.xlsx"):
        if "XB" not in path.name and "XC" not in path.name:
            path.unlink()
    return next(folder.glob("*XB*"))


def _set(path: Path, sheet: str, cell: str, value) -> None:
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def _rename(path: Path, sheet: str, title: str) -> None:
    book = load_workbook(path)
    book[sheet].title = title
    book.save(path)


META = '{"form": "lagesrapport-blankett-1", "year": 2025, "who": "XB"}'
WRONG_FORMS = {
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
    "another code": (lambda p: _set(p, "Svar", "A5", "nagot_annat"), "stands there 0 times"),
    "the same unit twice": (lambda p: p.with_name("kopia-XB.xlsx").write_bytes(p.read_bytes()), "are of the same (XB)"),
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
    "a file that is no form": (lambda p: (p.parent / "svar.txt").write_text("Ja"), "is no form (.xlsx)"),
    "a link": (lambda p: (p.parent / "l.xlsx").symlink_to(p), "is no form (.xlsx)"),
    "another workbook": (lambda p: Workbook().save(p), "is not a form of this survey"),
}


@pytest.mark.parametrize("kind", WRONG_FORMS)
def test_a_wrong_form_is_one_sentence(root, refused, tmp_path, kind):
    damage, message = WRONG_FORMS[kind]
    damage(_forms(root, tmp_path / "forms"))
    arguments = ["import", "survey", str(tmp_path / "forms"), "--year", "2025", "--data", HOME, "--yes"]
    assert message in one_sentence(refused(*arguments, root=root))


def test_the_forms_of_another_year_are_refused_and_no_form_overwrites_an_answer(root, refused, tmp_path):
    _forms(root, tmp_path / "forms")
    arguments = ["import", "survey", str(tmp_path / "forms"), "--year", "2024", "--data", HOME, "--yes"]
    assert "is the form for 2025, not 2024" in one_sentence(refused(*arguments, root=root))
    again = ["import", "survey", "--new", "2025", "--to", str(tmp_path / "forms"), "--data", HOME]
    assert "is not empty" in one_sentence(refused(*again, root=root))


def test_a_form_has_drop_downs_locked_headings_and_no_formula(root, tmp_path):
    book = load_workbook(_forms(root, tmp_path / "forms"))
    sheet = book["Svar"]
    assert sheet.protection.sheet and sheet["A5"].protection.locked and not sheet["C5"].protection.locked
    assert [v.formula1 for v in sheet.data_validations.dataValidation] == ['"Ja,Nej,Vet ej,Inte aktuellt"']
    assert book["Om blanketten"].sheet_state == "veryHidden" and "personnummer" in book["Läs först"]["A5"].value
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_what_we_write_is_no_formula_in_excel(tmp_path):
    book = Workbook()
    for row, text in enumerate(["=1+1", "+46", "-1", "@SUM(A1)", "vanlig", "\x07klocka"], 1):
        excel.put(book.active, row, 1, text)
    book.save(tmp_path / "x.xlsx")
    again = load_workbook(tmp_path / "x.xlsx").active
    assert [again.cell(r, 1).data_type for r in range(1, 7)] == ["s"] * 6
    assert all(again.cell(r, 1).quotePrefix for r in range(1, 5)) and again.cell(6, 1).value == "klocka"


def test_a_bomb_is_not_opened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 201_000_000)
    with pytest.raises(WorkbookError, match="unpacks to more than 200 MB"), excel.book(path):
        pass
    evil = tmp_path / "evil.xlsx"
    Workbook().save(evil)
    with zipfile.ZipFile(evil) as source, zipfile.ZipFile(tmp_path / "entity.xlsx", "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + content.split(b"?>", 1)[-1]
            target.writestr(entry, content)
    with pytest.raises(WorkbookError, match="declares XML entities"), excel.book(tmp_path / "entity.xlsx"):
        pass


def test_an_import_is_kept_shown_and_taken_in_once(tmp_path):
    root = copy_workbook(tmp_path / "workbook")
    from lib.cli.main import main

    path = bra_table(tmp_path / "300.xlsx")
    arguments = ["import", "bra", str(path), "--data", HOME, "--yes", "--root", str(root)]
    assert main(arguments) == 0
    first = digest(root / "data")
    rows = read_observations(Catalogue(root / HOME)).query("year == 2025")
    assert len(rows) == 79 and set(rows["published_basis"]) == {"antagen"} and rows["synthetic"].all()
    kept = next((root / HOME / "raw/bra").glob("300-*.xlsx"))
    assert kept.read_bytes() == path.read_bytes()
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (root / HOME / "raw/received.csv").read_text(
        encoding="utf-8"
    )
    assert main(arguments) == 0 and digest(root / "data") == first


def test_values_that_vanish_stop_an_import_unless_they_were_withdrawn(tmp_path, capsys):
    root = copy_workbook(tmp_path / "workbook")
    from lib.cli.main import main

    (tmp_path / "t.csv").write_text("Område;Andel\nX1;95\n00;96\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    arguments = [
        "import",
        "table",
        str(tmp_path / "t.csv"),
        "--map",
        str(tmp_path / "m.yaml"),
        "--data",
        HOME,
        "--yes",
        "--root",
        str(root),
    ]
    assert main(arguments) == 0
    (tmp_path / "t.csv").write_text("Område;Andel\nX1;97\n", encoding="utf-8")
    before = digest(root / "data")
    assert main(arguments) == 1 and digest(root / "data") == before
    assert "1 values that the source had before are not in the input" in capsys.readouterr().err
    (tmp_path / "m.yaml").write_text(MAP.replace("2026-04-01", "2026-05-01"), encoding="utf-8")
    assert main([*arguments, "--vanished"]) == 0
    said = capsys.readouterr().out
    assert "0 new, 1 changed, 1 gone" in said and "95 → 97" in " ".join(said.split())
    rows = read_observations(Catalogue(root / HOME)).query("indicator == 'mhv_tillfragade' and year == 2025")
    # What was published before stays for the reports that used it.
    assert sorted(zip(rows["region"], rows["value"].fillna(-1), rows["status"], strict=True)) == [
        ("00", -1, "M"), ("00", 96, "A"), ("X1", 95, "A"), ("X1", 97, "A"),
    ]  # fmt: skip


def test_forms_that_come_late_never_erase_the_answers_that_are_there(tmp_path, capsys):
    root = copy_workbook(tmp_path / "workbook")
    from lib.cli.main import main

    first = _forms(root, tmp_path / "forms")
    both = tmp_path / "both"
    both.mkdir()
    for path in (tmp_path / "forms").glob("*.xlsx"):
        (both / path.name).write_bytes(path.read_bytes())
        if path != first:
            path.unlink()
    arguments = ["--year", "2025", "--data", HOME, "--yes", "--published", "2026-03-20", "--root", str(root)]
    assert main(["import", "survey", str(tmp_path / "forms"), *arguments]) == 0
    first.unlink()
    (tmp_path / "forms/late.xlsx").write_bytes(next(both.glob("*XC*")).read_bytes())
    before = digest(root / "data")
    assert main(["import", "survey", str(tmp_path / "forms"), *arguments]) == 1 and digest(root / "data") == before
    assert "half of the forms" in capsys.readouterr().err
    assert main(["import", "survey", str(both), *arguments]) == 0


def test_nothing_is_written_through_a_link(tmp_path, capsys):
    root = copy_workbook(tmp_path / "workbook")
    from lib.cli.main import main

    (tmp_path / "outside").mkdir()
    (root / HOME / "raw").symlink_to(tmp_path / "outside")
    path = bra_table(tmp_path / "300.xlsx")
    assert main(["import", "bra", str(path), "--data", HOME, "--yes", "--root", str(root)]) == 1
    assert "is a link to another place" in capsys.readouterr().err and not list((tmp_path / "outside").iterdir())
