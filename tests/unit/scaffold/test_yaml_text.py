"""Entries in YAML files: only lines are added, in every data file of the workbook."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lib.base.errors import WorkbookError
from lib.scaffold.yaml_text import with_item
from tests.conftest import ROOT

TEXTS = {
    "an empty list": ("a: []  # none\nb: 1\n", ["a"], "a:  # none\n  - x\nb: 1\n"),
    "comments and a block of text behind": (
        "a:\n  - id: 1\n    t: >-\n      one\n      two\n\n# of b\nb: 1\n",
        ["a"],
        "a:\n  - id: 1\n    t: >-\n      one\n      two\n  - x\n\n# of b\nb: 1\n",
    ),
    "a list in a list": ("s:\n- g:\n  - 1 # one\n  n: 2\n- g: []\n", ["s", 0, "g"], "s:\n- g:\n  - 1 # one\n  - x\n  n: 2\n- g: []\n"),
    "no line end": ("a:\n  - 1", ["a"], "a:\n  - 1\n  - x\n"),
    "a new file": ("", ["a"], "a:\n  - x\n"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "expected"), TEXTS.values(), ids=TEXTS)
def test_an_entry_is_put_in_as_text(text: str, place: list[str | int], expected: str) -> None:
    assert with_item(text, Path("f.yaml"), place, "x") == expected


@pytest.mark.parametrize("text", ["a: [1, 2]\n", "b: 1\n", "a: &l\n  - &x {n: 1}\n  - *x\n"])
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(WorkbookError, match=r"^f.yaml: "):
        with_item(text, Path("f.yaml"), ["a"], "x")


#: Keys of lists that are written on one line.
ON_ONE_LINE = ("home_regions",)


def _lists(content: dict[str, Any]) -> list[list[str | int]]:
    """Return the places of a file's top-level lists of entries, and of the lists of goals in strategies."""
    places: list[list[str | int]] = [
        [key] for key, value in content.items() if isinstance(value, list) and key not in ON_ONE_LINE
    ]
    return places + [["strategies", i, "goals"] for i, s in enumerate(content.get("strategies", [])) if "goals" in s]


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "data").rglob("*.yaml")), *sorted((ROOT / "parameters").glob("*.yaml"))],
    ids=lambda p: p.name,
)
def test_an_entry_in_any_file_of_the_workbook_only_adds_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    for place in _lists(content):
        before, after = text.splitlines(), with_item(text, path, place, {"id": "ny", "note": None}).splitlines()
        added = [line.strip() for line in _without(after, before)]
        assert [line for line in added if line] in (
            ["- id: ny", "note: null"],
            [f"{place[-1]}:", "- id: ny", "note: null"],
        )


def _without(lines: list[str], kept: list[str]) -> list[str]:
    """Return the lines that are not in ``kept``, whose lines must all occur in order; ``[]`` may be filled."""
    remaining = [line for line in kept if not line.endswith(" []") or line in lines]
    added = []
    for line in lines:
        if remaining and line == remaining[0]:
            remaining.pop(0)
        else:
            added.append(line)
    assert not remaining
    return added
