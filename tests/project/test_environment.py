"""The lists of packages agree: pyproject.toml is the one list, the others follow it."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import yaml

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def _locked(name: str) -> dict[str, str]:
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
    return {_name(block): block for block in blocks if "==" in block}


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["dev"]), ("requirements-lab.lock", ["dev", "lab"])]
)
def test_the_lock_pins_everything_with_hashes(lock: str, extras: list[str]) -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    wanted += [r for extra in extras for r in PROJECT["project"]["optional-dependencies"][extra]]
    locked = _locked(lock)
    assert not [r for r in wanted if _name(r) not in locked]
    assert not [name for name, block in locked.items() if "--hash=sha256:" not in block]


def test_the_report_environment_is_free_of_jupyterlab() -> None:
    assert "jupyterlab" not in _locked("requirements.lock")
    assert "jupyterlab" in _locked("requirements-lab.lock")


def test_conda_installs_what_pyproject_lists() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda["channels"] == ["conda-forge"]
    *system, pip = conda["dependencies"]
    assert [_name(entry) for entry in system] == ["python", "pip"]
    assert pip["pip"] == ["-e .[lab,dev]"]
    assert f"python{PROJECT['project']['requires-python']}" in system


def test_make_without_a_goal_lists_the_commands() -> None:
    done = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0
    assert "make report" in done.stdout and "make test" in done.stdout
