"""Imports into data/: shown and written once, with the received files; withdrawn values are recorded, lost ones refused."""

import hashlib
from pathlib import Path

import pytest

from lib.cli.main import main
from lib.data.catalogue import Catalogue
from lib.data.observations import read_observations
from tests.forms import bra_table
from tests.unit.receive.conftest import EXAMPLE, MAP, digest, two_forms


def test_an_import_is_kept_shown_and_taken_in_once(workbook: Path, tmp_path: Path) -> None:
    path = bra_table(tmp_path / "300.xlsx")
    arguments = ["import", "bra", str(path), "--data", EXAMPLE, "--yes", "--root", str(workbook)]
    assert main(arguments) == 0
    first = digest(workbook / "data")
    rows = read_observations(Catalogue(workbook / EXAMPLE)).query("year == 2025")
    assert len(rows) == 79 and set(rows["published_basis"]) == {"antagen"} and rows["synthetic"].all()
    kept = next((workbook / EXAMPLE / "raw/bra").glob("300-*.xlsx"))
    assert kept.read_bytes() == path.read_bytes()
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (workbook / EXAMPLE / "raw/received.csv").read_text(
        encoding="utf-8"
    )
    assert main(arguments) == 0 and digest(workbook / "data") == first


def test_values_that_vanish_stop_an_import_unless_they_were_withdrawn(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("Område;Andel\nX1;95\n00;96\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    arguments = [
        "import",
        "table",
        str(tmp_path / "t.csv"),
        "--map",
        str(tmp_path / "m.yaml"),
        "--data",
        EXAMPLE,
        "--yes",
        "--root",
        str(workbook),
    ]
    assert main(arguments) == 0
    (tmp_path / "t.csv").write_text("Område;Andel\nX1;97\n", encoding="utf-8")
    before = digest(workbook / "data")
    assert main(arguments) == 1 and digest(workbook / "data") == before
    assert "1 values that the source had before are not in the input" in capsys.readouterr().err
    (tmp_path / "m.yaml").write_text(MAP.replace("2026-04-01", "2026-05-01"), encoding="utf-8")
    assert main([*arguments, "--vanished"]) == 0
    said = capsys.readouterr().out
    assert "0 new, 1 changed, 1 gone" in said and "95 → 97" in " ".join(said.split())
    rows = read_observations(Catalogue(workbook / EXAMPLE)).query("indicator == 'mhv_tillfragade' and year == 2025")
    # What was published before stays for the reports that used it.
    assert sorted(zip(rows["region"], rows["value"].fillna(-1), rows["status"], strict=True)) == [
        ("00", -1, "M"), ("00", 96, "A"), ("X1", 95, "A"), ("X1", 97, "A"),
    ]  # fmt: skip


def test_forms_that_come_late_never_erase_the_answers_that_are_there(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = two_forms(workbook, tmp_path / "forms")
    both = tmp_path / "both"
    both.mkdir()
    for path in (tmp_path / "forms").glob("*.xlsx"):
        (both / path.name).write_bytes(path.read_bytes())
        if path != first:
            path.unlink()
    arguments = ["--year", "2025", "--data", EXAMPLE, "--yes", "--published", "2026-03-20", "--root", str(workbook)]
    assert main(["import", "survey", str(tmp_path / "forms"), *arguments]) == 0
    first.unlink()
    (tmp_path / "forms/late.xlsx").write_bytes(next(both.glob("*XC*")).read_bytes())
    before = digest(workbook / "data")
    assert main(["import", "survey", str(tmp_path / "forms"), *arguments]) == 1 and digest(workbook / "data") == before
    assert "half of the forms" in capsys.readouterr().err
    assert main(["import", "survey", str(both), *arguments]) == 0


def test_nothing_is_written_through_a_link(workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "outside").mkdir()
    (workbook / EXAMPLE / "raw").symlink_to(tmp_path / "outside")
    path = bra_table(tmp_path / "300.xlsx")
    assert main(["import", "bra", str(path), "--data", EXAMPLE, "--yes", "--root", str(workbook)]) == 1
    assert "is a link to another place" in capsys.readouterr().err and not list((tmp_path / "outside").iterdir())
