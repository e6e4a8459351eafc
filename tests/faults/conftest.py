"""A small report that is quickly built, and whether it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.build import manifest
from tests.conftest import lagesrapport


@pytest.fixture
def small(workbook: Path) -> Path:
    """A workbook with a report of one chapter, built."""
    parameters = workbook / "parameters/2022.yaml"
    head = parameters.read_text(encoding="utf-8").split("chapters:")[0]
    parameters.write_text(head + "chapters:\n  - 10_likvardighet\n", encoding="utf-8")
    done = lagesrapport("build", "2022", root=workbook)
    assert done.returncode == 0, done.stderr
    return workbook


def whole(root: Path) -> bool:
    """Tell whether the report is as some build wrote it, nothing missing and nothing mixed."""
    record = manifest.read(root / "output/2022")
    return record is not None and record["outputs"] == manifest.describe_outputs(root / "output/2022")
