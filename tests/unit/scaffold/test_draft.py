"""A draft is written as a whole or not at all."""

import os
from pathlib import Path

import pytest

from lib.base.files import fingerprint
from tests.conftest import Refused, change
from tests.unit.scaffold.conftest import GOAL


def test_what_would_not_pass_the_checks_is_never_put_in_place(workbook: Path, refused: Refused) -> None:
    # Only the finished workbook shows it: the chapter's notebook has lost its parameters.
    change(workbook / "notebooks/mall.ipynb", '"parameters"', '"parametrar"')
    before = fingerprint(workbook)
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "Nothing was changed." in error
    assert f"{workbook / 'notebooks/12_vardighet_stod.ipynb'}: 0 cells carry the tag" in error
    assert fingerprint(workbook) == before and not list(workbook.glob(".new-*"))


def test_a_disk_that_fails_half_way_costs_nothing(
    workbook: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace
    calls: list[Path] = []

    def replace(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 3:
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "No space left" in error and "the next command puts them in place" in error
    assert (workbook / ".pending").is_dir()
    # The next command finishes first; so the goal is there, whole, and cannot be added again.
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "there is a goal 9 already" in error and not list(workbook.glob(".pending*"))
    assert refused("check", "2025", root=workbook)[0] == 0
