"""A workbook is found from inside, never escaped from, and copied without what no report reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.base.workbook import REPORT, Workbook, copied_data, find_workbook


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workbook of empty files, with an example county inside its data."""
    for name in ("notebooks/a.ipynb", "parameters/a.yaml", "data/raw/b.csv", "data/c.csv", "data/exempel/d.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old")
    for data in ("data", "data/exempel"):
        (tmp_path / data / REPORT).write_text("")
    return tmp_path


def test_the_nearest_workbook_above_is_found(root: Path) -> None:
    assert find_workbook(root / "data/exempel").root == root


def test_outside_a_workbook_none_is_found(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="is not inside a workbook"):
        find_workbook(tmp_path)


def test_a_path_through_a_link_is_not_inside(root: Path) -> None:
    (root / "data/link.csv").symlink_to(root / "data/c.csv")
    with pytest.raises(WorkbookError, match="leads out of the workbook, or through a link"):
        Workbook(root).inside(root / "data/link.csv")


def test_a_copy_leaves_raw_files_and_output_out(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (root / "output").mkdir()
    (root / "requirements.lock").write_text("")
    copy = Workbook(root).copy_to(tmp_path_factory.mktemp("copy"))
    assert sorted(path.name for path in copy.root.iterdir()) == ["data", "notebooks", "parameters", "requirements.lock"]
    assert not (copy.root / "data/raw").exists()


def test_an_examples_data_are_copied_with_the_folder_they_lie_in(root: Path) -> None:
    example = root / "data/exempel"
    with copied_data(example, {example / "d.csv": "new"}) as copy:
        assert (copy.data / "d.csv").read_text() == "new"
        assert (copy.root / "c.csv").read_text() == "old" and not (copy.root / "raw").exists()
        assert copy.name_originals(f"{copy.data / 'd.csv'}, row 2") == f"{example / 'd.csv'}, row 2"
    assert not copy.root.exists() and (example / "d.csv").read_text() == "old"
