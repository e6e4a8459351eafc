"""A mapping guessed from a table as a publisher writes it reads the table after at most three corrected lines."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lib.base.errors import WorkbookError
from lib.cli.main import main
from lib.data.catalogue import Catalogue
from lib.receive import mapped
from lib.receive.guess import UNKNOWN, new_mapping
from lib.receive.mapping import read_mapping
from tests.conftest import ROOT, Refused, copy_workbook
from tests.unit.receive.conftest import one_sentence

CORRECT = {"source": "scb_mhv", "published": "2025-04-01", "indicator": "mhv_tillfragade"}
WIDE = """Andel kvinnor som tillfrågats om våld, procent;;;
;;;
Kommun;Andel 2022;Andel 2023;Andel 2024
0127 Botkyrka;93,5;94,0 1);95,1 p
Danderyd;..;92,25*;uppgift saknas
Ekerö kommun;88;;90²
Haninge;77,5;78;79
Källa: Exempel;;;
1) Rättat.;;;
"""


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return Catalogue(ROOT / "data")


def _corrected(text: str) -> tuple[str, int]:
    """Return a mapping with each line that nobody could guess corrected, and how many there were."""
    lines, changed = text.splitlines(), 0
    for number, line in enumerate(lines):
        name = line.lstrip("- ").partition(":")[0]
        if f": {UNKNOWN}" in line and name in CORRECT:
            lines[number] = line.replace(UNKNOWN, CORRECT[name])
            changed += 1
    return "\n".join(lines), changed


def _read(folder: Path, table: Path, known: Catalogue) -> tuple[dict[tuple[str, int], tuple[str, float | None]], int]:
    text, changed = _corrected(new_mapping(table, known))
    (folder / "m.yaml").write_text(text, encoding="utf-8")
    rows, _ = mapped.observations(table, read_mapping(folder / "m.yaml"), known)
    known_values = rows["value"].astype(object).where(rows["value"].notna(), None)
    keys = zip(rows["region"], rows["year"], strict=True)
    return dict(zip(keys, zip(rows["status"], known_values, strict=True), strict=True)), changed


def test_a_publishers_table_needs_three_corrected_lines(tmp_path: Path, known: Catalogue) -> None:
    (tmp_path / "t.csv").write_text(WIDE, encoding="utf-8")
    found, changed = _read(tmp_path, tmp_path / "t.csv", known)
    assert changed == 3
    assert found == {
        ("0127", 2022): ("A", 93.5), ("0127", 2023): ("A", 94.0), ("0127", 2024): ("P", 95.1),
        ("0162", 2022): ("M", None), ("0162", 2023): ("A", 92.25), ("0162", 2024): ("M", None),
        ("0125", 2022): ("A", 88.0), ("0125", 2023): ("M", None), ("0125", 2024): ("A", 90.0),
        ("0136", 2022): ("A", 77.5), ("0136", 2023): ("A", 78.0), ("0136", 2024): ("A", 79.0),
    }  # fmt: skip


def test_the_table_is_in_the_report_after_three_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_workbook(tmp_path / "workbook")
    table, mapping = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text(WIDE, encoding="utf-8")
    assert main(["import", "table", str(table), "--new-map", str(mapping), "--root", str(root)]) == 0
    assert "correct line 3, 4," in capsys.readouterr().out
    mapping.write_text(_corrected(mapping.read_text(encoding="utf-8"))[0], encoding="utf-8")
    assert main(["import", "table", str(table), "--map", str(mapping), "--yes", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "12 new, 0 changed" in said and "Understood: 6 rows gave 12 values; left out: 2 with notes." in said
    assert "Written." in said and "Not shown" not in said
    # Nothing is shown of figures that were published after the cut-off, and the command says so.
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("2025-04-01", "2027-04-01"), encoding="utf-8")
    table.write_text(WIDE.replace("Haninge", "Huddinge"), encoding="utf-8")
    assert main(["import", "table", str(table), "--map", str(mapping), "--yes", "--vanished", "--root", str(root)]) == 0
    assert "Not shown: " in capsys.readouterr().out


def _sheets(path: Path) -> Path:
    book = Workbook()
    book.worksheets[0].title = "Om tabellen"
    book.worksheets[0].append(["Statistik om våld"])
    page = book.create_sheet("Tabell 1")
    head = ["År", "Kod", "Kommun", "Kvinnor"]
    body = [[2023, "0180", "Stockholm", 91.5], [2024, "0180", "Stockholm", 92], [2023, "0127", "Botkyrka", 88]]
    for row in (["Tabell 1. Andel i procent"], [], head, *body):
        page.append(row)
    book.save(path)
    return path


def test_the_sheet_with_the_table_is_found_and_a_column_of_years(tmp_path: Path, known: Catalogue) -> None:
    table = _sheets(tmp_path / "t.xlsx")
    text = new_mapping(table, known)
    assert "sheet: Tabell 1  #" in text and "year_column: År  #" in text and "sex: K" in text
    found, changed = _read(tmp_path, table, known)
    assert changed == 3
    assert found == {("0180", 2023): ("A", 91.5), ("0180", 2024): ("A", 92.0), ("0127", 2023): ("A", 88.0)}


def test_a_file_without_regions_and_a_mapping_that_is_there_are_refused(
    root: Path, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("a;b\nc;1\n", encoding="utf-8")
    words = ["import", "table", str(tmp_path / "t.csv"), "--new-map", str(tmp_path / "m.yaml")]
    assert "no column holds regions" in one_sentence(refused(*words, root=root))
    assert not (tmp_path / "m.yaml").exists()
    (tmp_path / "m.yaml").write_text("mine", encoding="utf-8")
    assert "is there already" in one_sentence(refused(*words, root=root))
    assert (tmp_path / "m.yaml").read_text(encoding="utf-8") == "mine"
    assert "--new-map" in one_sentence(refused("import", "table", str(tmp_path / "t.csv"), root=root))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_no_guess_reads_another_value_than_the_table_says(
    tmp_path_factory: pytest.TempPathFactory, known: Catalogue, seed: int
) -> None:
    """A table drawn at random, with titles, notes, signs and years as publishers have them, is read as it was drawn, or refused."""
    draw, folder = random.Random(seed), tmp_path_factory.mktemp("guess")
    towns = draw.sample([r for r in known.regions.values() if r.parent == "01"], draw.randint(3, 12))
    years = draw.sample(range(2018, 2025), draw.randint(2, 4))
    sign = draw.choice(";\t")
    lines = [draw.choice(["Statistik, preliminär", "", "Tabell 3"]) for _ in range(draw.randint(0, 3))]
    lines.append(sign.join(["Kommun", *(f"Andel {year}" for year in years)]))
    expected = {}
    for town in towns:
        row = [draw.choice([town.name, town.code, f"{town.code} {town.name}", f"{town.name} kommun"])]
        for year in years:
            value = draw.randint(0, 1000) / 10
            kind = draw.choice(["plain"] * 6 + ["missing", "note"])
            expected[town.code, year] = None if kind == "missing" else value
            number = f"{value:g}".replace(".", ",")
            row.append({"plain": number, "missing": "..", "note": f"{number} 1)"}[kind])
        lines.append(sign.join(row))
    lines += ["Källa: Exempel"] * draw.randint(0, 1)
    (folder / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    # Two columns of years are too few to be told from two indicators if one of them is empty.
    try:
        found, _ = _read(folder, folder / "t.csv", known)
    except WorkbookError as refusal:
        assert len(years) == 2 or any(all(expected[t.code, y] is None for t in towns) for y in years), refusal
        return
    assert {key: value for key, (_, value) in found.items()} == expected


def test_the_only_heading_with_a_year_says_the_year(tmp_path: Path, known: Catalogue) -> None:
    text = "Uppdaterad 2025\nKommun;Andel 2020;Andel 2023\nBotkyrka;1,5;..\nEkerö;2,5;..\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    found, _ = _read(tmp_path, tmp_path / "t.csv", known)
    assert {key: value for key, (_, value) in found.items() if value is not None} == {
        ("0127", 2020): 1.5,
        ("0125", 2020): 2.5,
    }
