"""``lagesrapport import``: an import is shown and agreed to before it is written."""

import io
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.cli import imports
from lib.cli.main import main
from lib.receive.changes import Merge
from tests.conftest import ROOT

MERGE = Merge(new=[], changed=[], gone=[], same=3)
HOME = "data/exempel"


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "agreed"), [("y", True), ("Ja", True), ("", False), ("n", False), ("yess", False)])
def test_an_import_is_shown_and_asked_about(
    answer: str, agreed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    assert imports.confirm(False, MERGE) is agreed
    shown = capsys.readouterr().out
    assert "0 new, 0 changed, 0 gone, 3 as before" in shown and "Write this into data/? [y/N]" in shown


def test_without_a_terminal_only_yes_writes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(WorkbookError, match="not interactive.*run it again with --yes"):
        imports.confirm(False, MERGE)
    assert imports.confirm(True, MERGE)
    assert capsys.readouterr().out.count("3 as before") == 2


def test_a_dry_run_is_shown_and_never_agreed_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert not imports.only_show(MERGE)
    assert "3 as before" in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["data/nowhere", "..", "data/strategy", "/"])
def test_a_folder_that_is_not_a_data_folder_is_named(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "survey", "--new", "2025", "--data", folder, "--root", str(ROOT)]) == 1
    assert "is not a data folder of this workbook" in capsys.readouterr().err


def test_a_survey_without_folder_or_year_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "survey", "--data", HOME, "--root", str(ROOT)]) == 1
    assert "Name the folder of returned forms and --year" in capsys.readouterr().err


def test_empty_forms_are_written_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["import", "survey", "--new", "2025", "--to", str(tmp_path / "forms")]
    assert main([*words, "--data", HOME, "--root", str(ROOT)]) == 0
    written = len(list((tmp_path / "forms").glob("*.xlsx")))
    assert f"{written} forms for 2025 are in {tmp_path / 'forms'}" in capsys.readouterr().out and written > 1
