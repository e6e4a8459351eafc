"""lagesrapport check: everything wrong at once, with file, row and column, and what to ask for and decide."""

import csv
from datetime import date
from pathlib import Path

import pytest

from lib.base.workbook import Workbook
from lib.review import check as checks
from lib.review.check import Group
from tests.conftest import ROOT, change, copy_workbook

TODAY = date(2026, 11, 22)
REPORTS = "data/observations/lagesrapporter.csv"
ROW = "rutin_vid_indikation_vuxen,2022,01,T,T,76,"


def found(root: Path, *names: str, group: Group = Group.CORRECT) -> list[str]:
    return [f.text for f in checks.check(Workbook(root), list(names), TODAY) if f.group == group]


def test_the_shipped_workbook_has_nothing_to_correct():
    assert found(ROOT) == [] and found(ROOT, group=Group.REPAIR) == []


def test_all_faults_of_a_file_are_told_at_once_with_row_and_column(workbook):
    path = workbook / REPORTS
    change(path, ROW, ROW.replace("76", "176"))
    change(path, "mhv_tillfragade", "mhv_tillfragades") if "mhv_tillfragade" in path.read_text(
        encoding="utf-8"
    ) else None
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace(",01,", ",99,", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = found(workbook)
    assert len(told) >= 2 and all(f"{REPORTS}, row " in text and ", column " in text for text in told)
    assert any("'176' must be a percentage from 0 to 100" in text for text in told)
    assert any("row 5, column region: '99' is not in data/regions.csv" in text for text in told)


def test_excels_habits_are_understood_named_and_put_right_on_demand(workbook, capsys):
    from lib.cli.main import main

    path = workbook / REPORTS
    plain = path.read_bytes()
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    for row in rows[1:]:
        row[2] = row[2].lstrip("0") or "0"
        row[5] = row[5].replace(".", ",")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    (told,) = found(workbook, group=Group.REPAIR)
    assert "byte order mark" in told and "separated by ;" in told and "without their leading zeros" in told
    assert found(workbook) == []
    assert main(["check", "--root", str(workbook)]) == 1
    capsys.readouterr()
    assert main(["check", "--repair", "--root", str(workbook)]) == 0
    assert "written back" in capsys.readouterr().out
    assert path.read_bytes() == plain


def test_a_unit_that_did_not_exist_is_named(workbook):
    path = workbook / "data/exempel/observations/exempelenkat.csv"
    line = next(x for x in path.open(encoding="utf-8") if ",2022,XA3," in x)
    change(path, line, line + line.replace(",2022,", ",2024,").replace("2023-04-15", "2025-04-15"))
    assert any("Stadsdel A3 did not exist at the end of 2024" in text for text in found(workbook, "exempel"))


def test_what_to_look_at_ask_for_and_decide(workbook):
    assert any(
        "freda_kortfragor" in t and "percentage points" in t for t in found(workbook, "exempel", group=Group.LOOK)
    )
    assert any(t.startswith("Kommun D has not answered") for t in found(workbook, "exempel", group=Group.WAIT))
    assert any("support.yaml, sos" in t for t in found(workbook, "2022", group=Group.DECIDE))
    assert any("Goal 6: " in t or "Goal 4: " in t for t in found(workbook, "2022", group=Group.LACK))
    # A figure that should have come is asked for, from the day it was due.
    path = workbook / "data/observations/bra.csv"
    path.write_text("".join(x for x in path.open(encoding="utf-8") if ",2025," not in x), encoding="utf-8")
    assert any("Brå" in t and "2025 were due on 2026-07-01" in t for t in found(workbook, "2025", group=Group.WAIT))


def test_a_fault_in_the_records_says_that_more_waits(workbook):
    change(workbook / "data/sources.yaml", "    family: strategi", "    famly: strategi")
    (text,) = found(workbook, "2022")
    assert "famly" in text and "has not been checked yet" in text


@pytest.mark.parametrize("name", ["2022", "exempel"])
def test_the_command_ends_with_0_where_there_is_nothing_to_correct(name, capsys, tmp_path):
    from lib.cli.main import main

    root = copy_workbook(tmp_path / "w")
    assert main(["check", name, "--root", str(root)]) == 0
    assert Group.DECIDE.value in capsys.readouterr().out
    assert main(["check", "1066", "--root", str(root)]) == 1
    assert "there is no report for 1066" in capsys.readouterr().out
