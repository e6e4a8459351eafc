"""The lists of packages agree: pyproject.toml is the one list, the others follow it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, needs_git

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


@needs_git
def test_the_tree_in_the_readme_is_the_tree() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (tree,) = re.findall(r"```text\n(.*?)```", readme, re.DOTALL)
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    top = {Path(line).parts[0] for line in tracked.splitlines() if (ROOT / line).exists()}
    named, folder = set(), ""
    for line in tree.splitlines():
        name = line.strip().split("  ")[0].strip()
        if not name:
            continue
        if not line.startswith(" "):
            folder = name.rstrip("/")
            named.add(folder)
        else:
            assert (ROOT / folder / name.rstrip("/")).exists(), f"the README names {folder}/{name}, which is not there"
    hidden = {name for name in top if name.startswith(".")}
    assert named == top - hidden
    for module in (ROOT / "lib").glob("*.py"):
        assert module.stem == "__init__" or module.name in tree, f"the README's tree lacks lib/{module.name}"


def test_the_readmes_pictures_are_there_and_have_words() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", readme)
    assert len(pictures) == 2
    for words, path in pictures:
        assert len(words) > 40 and 10_000 < (ROOT / path).stat().st_size < 300_000
