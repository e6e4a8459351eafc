"""An indicator that a new workbook has is placed under a goal with a reason, and the goal's chapter shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.data.catalogue import Catalogue
from tests.conftest import ROOT, Refused
from tests.unit.scaffold.conftest import run


@pytest.fixture
def lan(tmp_path: Path) -> Path:
    root = tmp_path / "lan"
    run("new", "workbook", str(root), "--county", "Skåne län", "--year", "2022", "--goal", "Upptäcka", root=ROOT)
    return root


def test_an_indicator_is_placed_with_its_reason(lan: Path) -> None:
    before = Catalogue(lan / "data").indicators
    for identifier in ("anmalt_vald_barn_inomhus", "personuppkl_misshandel"):
        run("new", "placement", identifier, "--goal", "1", "--reason", "Visar vad som blir känt.", root=lan)
    after = Catalogue(lan / "data").indicators
    for identifier in ("anmalt_vald_barn_inomhus", "personuppkl_misshandel"):
        [link] = after[identifier].goals
        assert (link.goal, link.basis, link.note) == (1, "vår placering", "Visar vad som blir känt.")
        assert before[identifier].annex_only and not after[identifier].annex_only
    assert {i: e for i, e in before.items() if e.annex_only and e == after[i]}.keys() == {
        i for i, e in before.items() if e.annex_only
    } - {"anmalt_vald_barn_inomhus", "personuppkl_misshandel"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["anmalt_vald_barn", "--goal", "1"], "did you mean"),
        (["folkmangd", "--goal", "7"], "there is no goal '7'"),
        (["mal_1_utvecklingsindikator", "--goal", "1"], "follows goal 1 already"),
        (["folkmangd", "--goal", "1", "--violence-type", "okänt"], "okänt"),
    ],
)
def test_a_placement_that_cannot_be_is_refused(lan: Path, refused: Refused, words: list[str], message: str) -> None:
    files = {path: path.read_bytes() for path in (lan / "data").rglob("*") if path.is_file()}
    code, error = refused("new", "placement", *words, "--reason", "Skäl.", root=lan)
    assert code == 1 and message in error
    assert {path: path.read_bytes() for path in (lan / "data").rglob("*") if path.is_file()} == files
