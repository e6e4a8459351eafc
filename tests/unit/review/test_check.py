"""lagesrapport check: everything wrong at once, with file, row and column, and what to ask for and decide."""

import csv
from datetime import date
from pathlib import Path

import pytest

from lib.base.workbook import Workbook
from lib.cli.main import main
from lib.review import check as checks
from lib.review.check import Finding, Group
from tests.conftest import ROOT, change

TODAY = date(2026, 11, 22)
REPORTS = "data/observations/lagesrapporter.csv"
ROW = "rutin_vid_indikation_vuxen,2022,01,T,T,76,"


def findings(root: Path, *names: str) -> dict[Group, list[str]]:
    found = checks.check(Workbook(root), names, TODAY)
    return {group: [finding.text for finding in found if finding.group == group] for group in Group}


def found(root: Path, *names: str, group: Group = Group.CORRECT) -> list[str]:
    return findings(root, *names)[group]


def test_the_shipped_workbook_has_nothing_to_correct() -> None:
    everything = findings(ROOT)
    assert everything[Group.CORRECT] == [] and everything[Group.REPAIR] == []


def test_all_faults_of_a_file_are_listed_with_row_and_column(workbook: Path) -> None:
    path = workbook / REPORTS
    change(path, ROW, ROW.replace("76", "176"))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace(",01,", ",99,", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    texts = found(workbook)
    assert len(texts) >= 2 and all(f"{REPORTS}, row " in text and ", column " in text for text in texts)
    assert any("'176' must be a percentage from 0 to 100" in text for text in texts)
    assert any("row 5, column region: '99' is not in data/regions.csv" in text for text in texts)


def test_tables_saved_by_excel_are_named_and_repaired_on_demand(workbook: Path) -> None:
    path = workbook / REPORTS
    plain = path.read_bytes()
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    for row in rows[1:]:
        row[2] = row[2].lstrip("0") or "0"
        row[5] = row[5].replace(".", ",")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    (text,) = found(workbook, group=Group.REPAIR)
    assert "byte order mark" in text and "separated by ;" in text and "without their leading zeros" in text
    assert found(workbook) == []
    (repair,) = checks.repair_all(Workbook(workbook))
    assert repair.path == path and len(repair.habits) >= 3 and path.read_bytes() == plain


def test_the_register_of_regions_gets_its_zeros_back(workbook: Path) -> None:
    path = workbook / "data/regions.csv"
    before = path.read_text(encoding="utf-8")
    rows = [
        [cell.lstrip("0") or "0" if cell.isdigit() else cell for cell in row] for row in csv.reader(before.splitlines())
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    assert [repair.path for repair in checks.repair_all(Workbook(workbook))] == [path]
    assert path.read_text(encoding="utf-8") == before


def test_a_copy_is_one_fault_and_a_hidden_file_none(workbook: Path) -> None:
    folder = workbook / "data/observations"
    for hidden in (folder / "._bra.csv", workbook / "data/indicators/._bra.yaml", workbook / "parameters/._2022.yaml"):
        hidden.write_bytes(b"\0\5\26\7\0")
    assert found(workbook) == []
    (folder / "bra - Kopia.csv").write_bytes((folder / "bra.csv").read_bytes())
    [text] = found(workbook)
    assert "bra - Kopia.csv" in text and "a copy of bra.csv?" in text


def test_counts_that_no_words_say_what_they_count_are_named(workbook: Path) -> None:
    indicators = workbook / "data/indicators/mal_5.yaml"
    change(indicators, "  denominator_unit: handlagda brott\n", "")
    [first, *_] = found(workbook)
    assert "bra.csv, row " in first and "column denominator" in first
    assert "give the indicator a numerator and a denominator_unit in data/indicators/" in first


def test_a_chapter_with_other_words_than_the_strategy_is_named(workbook: Path) -> None:
    assert not [text for text in found(workbook, "2022", group=Group.LOOK) if "strategies.yaml" in text]
    chapter = workbook / "notebooks/03_upptacka_tidigt.ipynb"
    change(chapter, "# Mål 3. Upptäcka tidigt", "# Mål 3. Upptäcka i tid")
    change(workbook / "notebooks/04_skydda_och_stodja.ipynb", "> Våldsutsatta vuxna och barn", "> Vuxna och barn")
    heading, wording = [text for text in found(workbook, "2022", group=Group.LOOK) if "strategies.yaml" in text]
    assert heading == (
        "notebooks/03_upptacka_tidigt.ipynb is called ”Mål 3. Upptäcka i tid”, "
        "but data/strategy/strategies.yaml ”Mål 3. Upptäcka tidigt”; make them the same."
    )
    assert wording.startswith("notebooks/04_skydda_och_stodja.ipynb does not quote the goal") and "behov”" in wording


def test_what_stands_in_for_what_is_not_known_is_to_be_decided(tmp_path: Path) -> None:
    root = tmp_path / "skane"
    assert main(["new", "workbook", str(root), "--county", "Skåne län", "--year", "2025", "--root", str(ROOT)]) == 0
    open_ones = [text for text in found(root, "2025", group=Group.DECIDE) if "support.yaml" not in text]
    assert open_ones == [
        "data/strategy/strategies.yaml: goal 1 has no wording yet; give it with lagesrapport new goal 1 --title … --wording …",
        "data/indicators/: mal_1_utvecklingsindikator only says that goal 1 has no indicator; replace it.",
    ]


def test_a_unit_that_did_not_exist_is_named(workbook: Path) -> None:
    path = workbook / "data/exempel/observations/exempelenkat.csv"
    line = next(x for x in path.open(encoding="utf-8") if ",2022,XA3," in x)
    change(path, line, line + line.replace(",2022,", ",2024,").replace("2023-04-15", "2025-04-15"))
    assert any("Stadsdel A3 did not exist at the end of 2024" in text for text in found(workbook, "exempel"))


def test_what_to_look_at_ask_for_and_decide(workbook: Path) -> None:
    example, year = findings(workbook, "exempel"), findings(workbook, "2022")
    assert any("freda_kortfragor" in text and "percentage points" in text for text in example[Group.LOOK])
    assert any(text.startswith("Kommun D has not answered") for text in example[Group.WAIT])
    assert any("support.yaml, sos" in text for text in year[Group.DECIDE])
    assert any("Goal 6: " in text or "Goal 4: " in text for text in year[Group.LACK])
    # A figure that should have come is asked for, from the day it was due.
    path = workbook / "data/observations/bra.csv"
    path.write_text("".join(x for x in path.open(encoding="utf-8") if ",2025," not in x), encoding="utf-8")
    assert any("Brå" in t and "2025 were due on 2026-07-01" in t for t in found(workbook, "2025", group=Group.WAIT))


def test_a_fault_in_the_records_says_that_the_rest_is_unchecked(workbook: Path) -> None:
    change(workbook / "data/sources.yaml", "    family: strategi", "    famly: strategi")
    (text,) = found(workbook, "2022")
    assert "famly" in text and "has not been checked yet" in text


def test_the_command_ends_with_0_where_there_is_nothing_to_correct(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "exempel", "--root", str(ROOT)]) == 0
    assert Group.DECIDE.value in capsys.readouterr().out
    assert main(["check", "1066", "--root", str(ROOT)]) == 1
    assert "there is no report for 1066" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("unit", "before", "now", "asks"),
    [
        ("procent", 40.0, 61.0, "(+21 percentage points); is it the same measure?"),
        ("procent", 40.0, 60.0, ""),
        ("antal", 10.0, 21.0, "are all who were asked in it?"),
        ("antal", 10.0, 20.0, ""),
        ("antal", 0.0, 20.0, "are all who were asked in it?"),
        ("antal", 0.0, 19.0, ""),
        ("index_0_10", 1.0, 9.0, ""),
    ],
)
def test_a_large_change_is_asked_about(unit: str, before: float, now: float, asks: str) -> None:
    doubt = checks._doubt(unit, before, now)
    assert asks in doubt and bool(asks) == bool(doubt)


def test_findings_are_printed_group_by_group() -> None:
    printed = checks.lines([Finding(Group.WAIT, "w"), Finding(Group.CORRECT, "c1"), Finding(Group.CORRECT, "c2")])
    assert printed == [f"{Group.CORRECT.value} (2)", "  - c1", "  - c2", "", f"{Group.WAIT.value} (1)", "  - w", ""]
    assert checks.lines([]) == ["Nothing to correct, ask for or decide."]
