"""``lagesrapport new``: what is typed reaches the scaffolding with its defaults."""

from typing import Any

import pytest

from lib.base.workbook import Workbook
from lib.cli.main import main
from tests.conftest import ROOT

COMMANDS: dict[str, tuple[list[str], str, dict[str, Any]]] = {
    "year": (
        ["year", "2026", "--after", "exempel"],
        "lib.scaffold.year.new_year",
        {"args": (2026,), "after": "exempel", "name": ""},
    ),
    "goal of a year": (
        ["goal", "9", "--title", " Värdighet  & stöd ", "--year", "2025"],
        "lib.scaffold.records.new_goal",
        {"args": (9,), "title": "Värdighet & stöd", "wording": "", "source": "", "report": "2025"},
    ),
    "goal of a named report": (
        ["goal", "9", "--title", "T", "--wording", "W", "--report", "exempel"],
        "lib.scaffold.records.new_goal",
        {"args": (9,), "title": "T", "wording": "W", "source": "", "report": "exempel"},
    ),
    "indicator": (
        ["indicator", "hjalp", "--goal", "3", "--title", "Hjälp", "--unit", "antal", "--counted", "ja", "svar"],
        "lib.scaffold.records.new_indicator",
        {
            "args": ("hjalp",),
            "goal": 3,
            "title": "Hjälp",
            "unit": "antal",
            "direction": "none",
            "source": "",
            "report": "",
            "counted": ("ja", "svar"),
            **{"family": "", "subject": "", "definition": "", "level": None, "decimals": None, "disclosure": None},
        },
    ),
    "commitment": (
        ["commitment", "--plan", "p", "--actor", "a", "--actor", "b", "--text", "Gör"],
        "lib.scaffold.strategy.new_commitment",
        {
            "plan": "p",
            "goal": None,
            "actors": ["a", "b"],
            "text": "Gör",
            "kind": "åtagande",
            "source": "",
            "report": "",
        },
    ),
}


@pytest.mark.parametrize(("words", "function", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_what_is_typed_reaches_the_scaffolding(
    words: list[str],
    function: str,
    expected: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    calls: list[tuple[Workbook, tuple[Any, ...], dict[str, Any]]] = []

    def record(workbook: Workbook, *arguments: Any, **options: Any) -> list[str]:
        calls.append((workbook, arguments, options))
        return ["first line", "second line"]

    monkeypatch.setattr(function, record)
    assert main(["new", *words, "--root", str(ROOT)]) == 0
    ((workbook, arguments, options),) = calls
    assert workbook.root == ROOT and {"args": arguments, **options} == {"args": (), **expected}
    assert capsys.readouterr().out == "first line\nsecond line\n"
