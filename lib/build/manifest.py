"""The manifest of a build: hashes of its inputs and outputs, versions and times.

It imports little, so that a report that is up to date is recognised quickly.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.base.workbook import REPORT, Workbook, data_root

if TYPE_CHECKING:
    from lib.data.parameters import ChapterEntry, Parameters

NAME = "manifest.json"
#: Packages whose version can change the result.
PACKAGES = [
    "papermill",
    "nbclient",
    "nbconvert",
    "pandas",
    "matplotlib",
    "seaborn",
    "babel",
    "beautifulsoup4",
    "jinja2",
    "fonttools",
    "uharfbuzz",
    "typst",
    "pikepdf",
]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def input_files(workbook: Workbook, parameters: Parameters, chapters: Iterable[ChapterEntry]) -> list[Path]:
    """Return every file that a report is made from: parameters, notebooks, data, code, lock file.

    Raw files are left out, because no build reads them; a real report also leaves out the invented county's data.
    """
    code = Path(__file__).parents[1]
    files = [workbook.parameters / f"{parameters.name}.yaml"]
    files += [workbook.notebooks / f"{chapter.notebook}.ipynb" for chapter in chapters]
    data = workbook.root / parameters.data
    for folder in dict.fromkeys((data, data_root(data))):
        inner = {p.parent for p in folder.glob(f"*/{REPORT}")}
        files += [p for p in _files(folder) if not inner & set(p.parents)]
    files += [p for p in code.rglob("*") if p.is_file() and p.suffix in {".py", ".j2", ".css", ".json", ".typ"}]
    files += [p for p in [workbook.root / "requirements.lock"] if p.exists()]
    return sorted(files)


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and "raw" not in p.relative_to(folder).parts]


def describe_inputs(workbook: Workbook, files: Iterable[Path]) -> dict[str, str]:
    """Return each input's hash by its path in the workbook (code outside it: from ``lib``), and Python's version."""
    code = Workbook(Path(__file__).parents[2])
    named = {(workbook if p.is_relative_to(workbook.root) else code).relative(p): digest(p) for p in files}
    return named | {"python": platform.python_version()}


def describe_outputs(folder: Path) -> dict[str, str]:
    """Return the hash of each file that a build wrote, except the manifest itself and previews."""
    files = (
        p
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != NAME and "preview" not in p.relative_to(folder).parts
    )
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the names whose hashes differ, or that only one of the two has, sorted.

    >>> differing({"a": "1", "b": "2"}, {"b": "3", "c": "4"})
    ['a', 'b', 'c']
    """
    return [name for name in sorted(before.keys() | now) if before.get(name) != now.get(name)]


def is_current(folder: Path, inputs: dict[str, str]) -> bool:
    """Return whether the report in ``folder`` is complete, made from exactly these inputs, and unchanged since."""
    recorded = read(folder)
    return (
        recorded is not None
        and not recorded["failed"]
        and recorded["inputs"] == inputs
        and recorded["outputs"] == describe_outputs(folder)
    )


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a finished build; None if it is missing or damaged."""
    try:
        recorded = json.loads((folder / NAME).read_text(encoding="utf-8"))
        whole = all(isinstance(recorded[part], dict) for part in ("failed", "inputs", "outputs", "chapters", "seconds"))
        return recorded if whole else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def code_digest(path: Path) -> str:
    """Return a digest of a notebook's code; it does not depend on the prose."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    content = [[("".join(cell["source"]), cell["metadata"]) for cell in cells], notebook["metadata"]]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def only_prose_changed(folder: Path, inputs: dict[str, str], workbook: Workbook) -> bool:
    """Return whether only the prose of notebooks has changed since the last build, so that nothing need be executed."""
    recorded = read(folder)
    if recorded is None or recorded["failed"]:
        return False
    try:
        return all(
            name.startswith("notebooks/")
            and code_digest(workbook.root / name)
            == recorded["chapters"][name.removeprefix("notebooks/").removesuffix(".ipynb")]["code"]
            for name in differing(recorded["inputs"], inputs)
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def write(folder: Path, **content: Any) -> None:
    """Write the manifest of a finished build: ``content``, versions, and the hashes of the files in ``folder``."""
    versions = {"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}}
    record = {**content, "versions": versions, "outputs": describe_outputs(folder)}
    (folder / NAME).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def commit(root: Path) -> dict[str, Any]:
    """Return the workbook's git commit as ``id`` and whether files differ from it as ``changed``; empty outside git."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        return {"id": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return {}
