"""lagesrapport check --accept: a disclosure stop is cured by the cells that its message proposes."""

from pathlib import Path

import pytest

from lib.base.workbook import Workbook
from lib.cli.main import main
from lib.data.catalogue import Catalogue
from lib.review.accept import accept
from tests.conftest import Refused, change

FILE = "data/exempel/disclosure.yaml"
#: Of the cells that the example hides by hand, one that nothing else replaces.
CELL = """  - indicator: exempel_paborjade_program
    year: 2024
    region: XA
    sex: M
    group: T
    reason: Männens antal och de andra synliga talen bredvid lämnade bara ett eller två möjliga värden för ett dolt antal.
"""


def test_a_stop_names_the_file_and_the_cell_and_accepting_it_cures_it(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook / FILE
    whole = path.read_text(encoding="utf-8")
    change(path, CELL, "")
    without = path.read_text(encoding="utf-8")
    arguments = ["check", "exempel", "--root", str(workbook)]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert "exempel_paborjade_program, 2024, region XA, sex K, group T: the hidden figure can be computed" in said
    assert "are 1 (exempel_paborjade_program, 2024, region XA, sex M, group T)" in said
    assert f"lagesrapport check exempel --accept writes them under hidden_cells in {FILE}" in said
    assert path.read_text(encoding="utf-8") == without
    assert main([*arguments, "--accept"]) == 0
    said = capsys.readouterr().out
    assert f"{FILE}: hidden, exempel_paborjade_program, 2024, region XA, sex M, group T\n" in said
    written = path.read_text(encoding="utf-8")
    assert written.startswith(without) and len(Catalogue(path.parent).hidden_cells) == whole.count("indicator:")
    assert "reason: Komplement som skyddar dolda tal i exempel_paborjade_program 2024" in written
    assert main(arguments) == 0
    assert "can be computed" not in capsys.readouterr().out


def test_where_nothing_can_be_computed_nothing_is_written(workbook: Path) -> None:
    before = (workbook / FILE).read_bytes()
    assert accept(Workbook(workbook), "exempel") == ["exempel: no further cell to hide."]
    assert (workbook / FILE).read_bytes() == before


def test_a_stop_that_nothing_cures_is_said_to_be_one(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.review.accept.cure", lambda *_: None)
    assert accept(Workbook(workbook), "exempel") == ["exempel: no set of cells was found that cures the stop."]


def test_accepting_needs_a_report(workbook: Path, refused: Refused) -> None:
    code, said = refused("check", "--accept", root=workbook)
    assert code == 2 and "--accept needs a REPORT" in said
