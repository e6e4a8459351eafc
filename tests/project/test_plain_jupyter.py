"""The notebooks are plain Jupyter: papermill and nbconvert run them without our command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCRIPTS = os.path.dirname(sys.executable)


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=cwd)


def test_papermill_then_nbconvert(tmp_path: Path) -> None:
    executed = tmp_path / "ut.ipynb"
    done = _run(
        f"{SCRIPTS}/papermill", "notebooks/03_upptacka_tidigt.ipynb", str(executed), "-p", "year", "2023", cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    plain = "".join(
        "".join(o.get("data", {}).get("text/plain", [])) for c in notebook["cells"] for o in c.get("outputs", [])
    )
    assert "Ingen källa pekar ut någon utmaning för just det här målet 2023" in plain

    done = _run(f"{SCRIPTS}/jupyter-nbconvert", "--to", "lagesrapport", str(executed), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "ut.html").read_text(encoding="utf-8")
    assert '<html lang="sv">' in html and "Mål 3. Upptäcka tidigt" in html and "Figur 1.1." in html
    assert "import Chapter" not in html and "<script" not in html


@pytest.mark.slow
def test_the_template_runs_as_it_is(tmp_path: Path) -> None:
    done = _run(f"{SCRIPTS}/papermill", "mall.ipynb", str(tmp_path / "mall.ipynb"), cwd=ROOT / "notebooks")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_summary_by_hand_says_what_is_missing(workbook: Path, tmp_path: Path) -> None:
    notebook = workbook / "notebooks/00_sammanfattning.ipynb"
    done = _run(f"{SCRIPTS}/papermill", str(notebook), str(tmp_path / "ut.ipynb"), cwd=workbook)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "ut.ipynb").read_text(encoding="utf-8")
    assert "Mål 1, 2, 3, 4, 5, 6, 7 och 8 saknas: kör hela rapporten med kommandot lagesrapport build 2022." in text
