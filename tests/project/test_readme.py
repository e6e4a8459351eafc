"""Every command in the pages of documentation can be parsed, and the commands of the guides run."""

import re
import shlex
from pathlib import Path

import click
import pytest

from lib.cli.main import lagesrapport as command_line
from lib.cli.main import main
from tests.conftest import ROOT, lagesrapport

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
LINES = [line.split(" #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [
    line.removeprefix(".venv/bin/") for line in LINES if line.removeprefix(".venv/bin/").startswith("lagesrapport ")
]
#: Commands within sentences.
COMMANDS += re.findall(r"`(?:\.venv/bin/)?(lagesrapport [^`]*\d[^`]*)`", TEXT)


def test_the_guides_have_a_command_for_every_verb() -> None:
    assert set(command_line.commands) == {command.split()[1] for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_can_be_parsed(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The command and its groups are parsed, but not run.
    monkeypatch.setattr(click.Command, "invoke", lambda *_: 0)
    words = shlex.split(command.replace("…", "").replace("ADDRESS:8786", "127.0.0.1:8786"))[1:]
    assert main(words) == 0, capsys.readouterr().err


def test_the_commands_for_something_new_run_as_they_stand(workbook: Path) -> None:
    block = next(block for block in BLOCKS if "new goal" in block)
    for line in block.splitlines():
        done = lagesrapport(*shlex.split(line.split(" #")[0])[1:], root=workbook)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    assert lagesrapport("check", "2025", root=workbook).returncode == 0
    goal = next((workbook / "notebooks").glob("*malets_namn.ipynb"))
    done = lagesrapport("build", "2025", "--only", str(int(goal.name[:2])), root=workbook)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (workbook / "output/2025/preview/lagesrapport-2025-forhandsvisning.html").read_text(encoding="utf-8")
    assert "Målets lydelse" in page
