"""What the README tells a newcomer to type is what the command takes, and the guide's commands run."""

import re
import shlex

import pytest

from lib.cli.main import _parser
from tests.conftest import ROOT, lagesrapport

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line.split(" #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [
    line.removeprefix(".venv/bin/") for line in LINES if line.removeprefix(".venv/bin/").startswith("lagesrapport ")
]
#: Commands within sentences.
COMMANDS += re.findall(r"`(?:\.venv/bin/)?(lagesrapport [^`]*\d[^`]*)`", README)


def test_the_guide_has_a_command_for_every_verb():
    (verbs,) = (action.choices for action in _parser()._actions if action.metavar == "VERB")
    assert set(verbs) == {command.split()[1] for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one_that_the_parser_takes(command):
    words = shlex.split(command.replace("…", "").replace("ADDRESS:8786", "127.0.0.1:8786"))[1:]
    try:
        _parser().parse_args(words)
    except SystemExit as stop:
        pytest.fail(f"{command}: the parser ends with {stop.code}")


def test_the_commands_for_something_new_run_as_they_stand(workbook):
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


def test_every_method_of_a_chapter_says_what_it_shows(capsys, monkeypatch):
    from lib import chapter

    monkeypatch.setattr(chapter, "display", lambda *_, **__: None)
    monkeypatch.chdir(ROOT)
    chapter.Chapter(2022, goal=3).help()
    said = capsys.readouterr().out.splitlines()
    methods = [name for name in vars(chapter.Chapter) if not name.startswith("_")]
    assert len(said) == 2 * len(methods) and all(len(line.strip()) > 15 for line in said[1::2])
    assert "chapter.figure(*identifiers, name=None, split=False)" in said
