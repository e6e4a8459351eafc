"""The command as a user meets it: exit codes, and every mistake one clear sentence."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lib.base.errors import WorkbookError
from lib.cli.main import lagesrapport, main
from tests.conftest import ROOT, copy_workbook


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing command; see lagesrapport --help."),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["build"], "Missing argument 'REPORT...'; see lagesrapport build --help."),
        (["build", "Tjugo!"], "'Tjugo!' is neither a year nor the name of a file in parameters/"),
        (["build", "2025-2020"], "'2025-2020' is not a range of years such as 2020-2025"),
        (["build", "2022", "--jobs", "0"], "'0' must be a number from 1 up"),
        (["build", "2022", "--only"], "'--only' requires an argument"),
        (["build", "2022", "--frobnicate"], "No such option"),
        (["new"], "Missing command; see lagesrapport new --help."),
        (["new", "year", "1066"], "'1066' is not a year such as 2025"),
        (["new", "goal", "9", "--title", "  "], "it must not be empty"),
        (["import", "bra", "x.xlsx", "--published", "våren"], "'våren' is not a day such as 2025-03-31"),
        (["compare", "2022", "--build", "x", "--cut-off", "2022-12-31"], "cannot be given together"),
        (["sign", "2022", "--role", "chef", "--holder", "AB"], "'chef' is not one of"),
    ],
)
def test_wrong_use_is_one_sentence(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error and error.startswith("lagesrapport: ") and error.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (WorkbookError("a.yaml, row 1: wrong\nname; correct it."), 1, "a.yaml, row 1: wrong name; correct it."),
        (OSError(28, "No space left on device", "/w/output"), 1, "/w/output: No space left on device; nothing was"),
        (KeyError("family"), 1, "stopped by an unforeseen error (KeyError: 'family'); nothing was put in place."),
        (KeyboardInterrupt(), 130, "interrupted; the former report is untouched."),
    ],
)
def test_an_error_is_one_sentence_with_its_exit_code(
    error: BaseException,
    code: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> None:
        raise error

    monkeypatch.delenv("LAGESRAPPORT_DEBUG", raising=False)
    monkeypatch.setattr(click.Command, "invoke", stop)
    assert main(["status", "2022"]) == code
    said = capsys.readouterr().err
    assert said.startswith("lagesrapport: ") and message in said and said.count("\n") == 1


def test_an_unforeseen_error_shows_its_place_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAGESRAPPORT_DEBUG", "1")
    monkeypatch.setattr(click.Command, "invoke", lambda *_: [][0])
    with pytest.raises(IndexError):
        main(["status", "2022"])


def test_a_folder_that_is_not_a_workbook_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "2022", "--root", str(tmp_path)]) == 1
    assert "is not a workbook" in capsys.readouterr().err


def test_without_root_the_workbook_around_the_working_directory_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "notebooks")
    assert main(["status", "1066"]) == 1
    assert "there is no report for 1066" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    assert main(["status", "2022"]) == 1


def _commands(group: click.Group, path: list[str]) -> list[list[str]]:
    found = [path]
    for name, command in group.commands.items():
        found += _commands(command, [*path, name]) if isinstance(command, click.Group) else [[*path, name]]
    return found


@pytest.mark.parametrize("words", _commands(lagesrapport, []), ids=" ".join)
def test_every_verb_has_help_and_its_summary_is_not_cut_off(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "-h"]) == 0
    said = capsys.readouterr().out
    assert (
        said.startswith(f"Usage: {' '.join(['lagesrapport', *words])} ") and "..." not in said.partition("Commands:")[2]
    )


def test_help_loads_no_heavy_library() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lib.cli.main", "--help"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0
    assert not [
        name
        for name in ("pandas", "matplotlib", "nbconvert", "papermill", "pydantic", "typst", "pikepdf")
        if f" {name}\n" in done.stderr
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp850"])
def test_a_console_that_lacks_a_character_stops_no_import(tmp_path: Path, encoding: str) -> None:
    root = copy_workbook(tmp_path / "workbook")
    with (ROOT / "data/raw/scb/folkmangd-351d95e0.csv").open(encoding="utf-8") as lines:
        table = "".join(line.replace("2024,total,total,2473307", "2024,total,total,2473308") for line in lines)
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    words = [
        "import",
        "table",
        str(tmp_path / "t.csv"),
        "--map",
        str(root / "data/mappings/scb_befolkning.yaml"),
        "--yes",
    ]
    command = [sys.executable, "-m", "lib.cli.main", *words, "--root", str(root)]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert done.returncode == 0 and b"Written." in done.stdout, done.stderr
