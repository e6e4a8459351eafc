"""A view reads data once, as long as no file changes."""

from __future__ import annotations

from pathlib import Path

from lib.analysis.view import _read
from tests.conftest import change


def test_data_are_read_anew_when_a_file_has_changed(workbook: Path) -> None:
    first, _ = _read(workbook / "data")
    again, _ = _read(workbook / "data")
    assert again is first
    change(workbook / "data/report.yaml", "Operation Kvinnofrid", "Operation Annat")
    assert _read(workbook / "data")[0].identity.platform == "Operation Annat"
    # The invented county's data include those of the folder above, so that a change there counts too.
    before, _ = _read(workbook / "data/exempel")
    change(workbook / "data/support.yaml", "Vid akut fara", "Vid fara")
    assert _read(workbook / "data/exempel")[0].support["sos"].name == "Vid fara" != before.support["sos"].name
