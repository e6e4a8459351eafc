"""The layout of lib: one file outside the layers, short modules and functions, and a test for each module that does something."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

LIB, UNIT = ROOT / "lib", ROOT / "tests/unit"
MODULES = sorted(path for path in LIB.rglob("*.py") if path.name != "__init__.py")
LONGEST_MODULE, LONGEST_FUNCTION = 300, 50
#: Modules without a unit test in the mirrored place, and what tests them instead.
TESTED_ELSEWHERE = {
    "build/kernel/plugin.py": "tests/unit/build/kernel/test_engine.py",
    "build/kernel/preload.py": "every build",
    "build/publish.py": "tests/reports/test_builds.py",
    "build/preview.py": "tests/reports/test_preview.py",
    "cli/fetch.py": "tests/unit/receive/test_fetch.py",
    "receive/web.py": "tests/unit/receive/test_fetch.py",
    "receive/scb.py": "tests/unit/receive/test_fetch.py",
    "receive/national.py": "tests/unit/scaffold/test_national.py",
    "receive/amounts.py": "tests/unit/receive/test_people.py",
    "receive/csv_file.py": "tests/unit/receive/test_excel.py",
    "receive/places.py": "tests/unit/receive/test_people.py",
    "receive/returned.py": "tests/unit/receive/test_forms.py",
    "cli/preview.py": "tests/reports/test_preview.py",
    "cli/options.py": "tests/unit/cli/test_main.py",
}
#: Modules and functions that may be longer, and why.
LONGER = {
    "analysis/disclosure_audit.py": "one argument, read from top to bottom",
    "base/atomic.py": "examples in docstrings",
    "build/paper/markup.py": "one function for each kind of element",
    "data/records.py": "one class for each kind of record",
    "receive/bra_excel.py": "the layouts of one publisher's tables",
    "show/prose.py": "one function for each kind of sentence",
}


def _name(path: Path) -> str:
    return path.relative_to(LIB).as_posix()


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_only_chapter_lies_outside_the_layers() -> None:
    assert sorted(path.name for path in LIB.glob("*.py")) == ["__init__.py", "chapter.py"]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_and_functions_are_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE or _name(path) in LONGER
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in _functions(path)
        if node.end_lineno and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert not {name: length for name, length in long.items() if f"{_name(path)} {name}" not in LONGER}


@pytest.mark.parametrize("path", [path for path in MODULES if _functions(path)], ids=_name)
def test_a_module_has_a_test_in_its_place(path: Path) -> None:
    place = path.relative_to(LIB)
    test = UNIT / place.parent / f"test_{place.name}"
    assert test.exists() or _name(path) in TESTED_ELSEWHERE, f"{test.relative_to(ROOT)}, or the reason there is none"
