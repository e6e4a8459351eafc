"""JupyterLab is set up from the workbook alone, and saves notebooks as they are stored."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lib.base.workbook import Workbook
from lib.cli.lab import clean, prepare
from tests.conftest import ROOT, needs_git

NOTEBOOKS = [path for path in sorted(ROOT.glob("notebooks/**/*.ipynb")) if path.parent.name != ".ipynb_checkpoints"]


def _saved(content: dict[str, Any]) -> dict[str, Any]:
    model: dict[str, Any] = {"type": "notebook", "content": copy.deepcopy(content)}
    clean(model, path="x.ipynb", contents_manager=None)
    found: dict[str, Any] = model["content"]
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_notebooks_are_as_jupyterlab_saves_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    saved = nbformat.from_dict(_saved(json.loads(text)))
    assert nbformat.writes(saved) + "\n" == text


def test_running_leaves_no_difference_but_an_edit_does() -> None:
    stored = json.loads((ROOT / "notebooks/03_upptacka_tidigt.ipynb").read_text(encoding="utf-8"))
    ran = copy.deepcopy(stored)
    ran["metadata"] |= {"language_info": {"name": "python", "version": "3.13.1"}, "widgets": {}}
    for number, cell in enumerate(c for c in ran["cells"] if c["cell_type"] == "code"):
        cell["execution_count"] = number
        cell["metadata"] |= {"execution": {"iopub.status.busy": "2026-01-01"}, "collapsed": True}
        if "keep_output" in cell["metadata"].get("tags", []):
            cell["outputs"][0]["execution_count"] = number
        else:
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    assert _saved(ran) == stored
    ran["cells"][0]["source"] = "# Nytt"
    assert _saved(ran) != stored
    ran["cells"][-1]["outputs"][0]["data"]["text/plain"] = ["{}"]
    assert _saved(ran)["cells"][-1] != stored["cells"][-1]


def test_other_files_are_saved_as_they_are() -> None:
    model = {"type": "file", "content": "a,b"}
    clean(model)
    clean({"type": "notebook", "content": None})
    assert model == {"type": "file", "content": "a,b"}


def test_settings_typefaces_and_template_are_written_into_the_environment(tmp_path: Path) -> None:
    prepare(Workbook(ROOT), tmp_path)
    settings = json.loads((tmp_path / "share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    folder = tmp_path / "etc/lagesrapport"
    compile((folder / "jupyter_lab_config.py").read_text(encoding="utf-8"), "config", "exec")
    sheet = (folder / "custom/custom.css").read_text(encoding="utf-8")
    files = re.findall(r"url\((.+?)\)", sheet)
    assert len(files) == 5 and all((folder / "custom" / name).stat().st_size > 50_000 for name in files)
    template = tmp_path / "share/jupyter/notebook_templates/lagesrapport/nytt_kapitel.ipynb"
    assert template.read_bytes() == (ROOT / "notebooks/mall.ipynb").read_bytes()


@needs_git
def test_git_compares_notebooks_with_the_environments_nbdime_if_it_has_one(tmp_path: Path) -> None:
    root, environment = tmp_path / "workbook", tmp_path / "with space"
    (root / "notebooks").mkdir(parents=True)
    (root / "notebooks/mall.ipynb").write_text("{}", encoding="utf-8")
    git = ["git", "-C", str(root)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    driver = ["config", "--local", "diff.jupyternotebook.command"]
    prepare(Workbook(root), environment)
    assert subprocess.run([*git, *driver], capture_output=True, check=False).returncode == 1
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/git-nbdiffdriver").touch()
    prepare(Workbook(root), environment)
    found = subprocess.run([*git, *driver], capture_output=True, check=True, text=True).stdout
    assert found == f"'{environment}/bin/git-nbdiffdriver' diff\n"
