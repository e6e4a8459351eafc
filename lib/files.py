"""Text files as they are read everywhere: strictly, as UTF-8, and with a sentence for what is wrong."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import yaml

from lib.errors import WorkbookError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The safe loader, in C where the wheel has it, but a key that stands twice is refused instead of the last one silently winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"'{key.value}' stands there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Read a YAML file with a safe loader.

    Raises
    ------
    WorkbookError
        If the file cannot be read, is not UTF-8 or not YAML, holds a key twice or an impossible date.
    """
    text = _read(path)
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        reason = str(getattr(error, "problem", None) or error).split("\n")[0]
        raise WorkbookError(f"{path}{line}: not valid YAML ({reason}); correct the line.") from None
    except (ValueError, AttributeError, RecursionError, TypeError) as error:
        raise WorkbookError(
            f"{path}: a value that cannot be read ({str(error).split(chr(10))[0]}); correct it."
        ) from None


def _read(path: Path) -> str:
    if path.is_symlink():
        raise WorkbookError(f"{path} is a link to another place; put the file itself there.")
    if path.exists() and not path.is_file():
        raise WorkbookError(f"{path} is not a file; put the file there.")
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return lines.read()
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore it (git checkout -- {path.name}) or create it.") from None
    except UnicodeDecodeError:
        raise WorkbookError(f"{path} is not UTF-8 text; save it again as UTF-8.") from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read ({error.strerror}); check the file and its permissions.") from None


def read_table(path: Path, columns: list[str]) -> list[dict[str, str]]:
    """Read a CSV file as text, every cell as it stands: 0180 stays 0180, and a row with a cell too many is refused.

    Raises
    ------
    WorkbookError
        If the file is missing, is not UTF-8 with commas, has other columns than ``columns``, or a row of another length.
    """
    text = _read(path)
    try:
        header, *rows = list(csv.reader(text.splitlines(keepends=True), strict=True)) or [[]]
    except csv.Error as error:
        raise WorkbookError(f"{path} is not a UTF-8 CSV file ({error}); save it again as UTF-8 with commas.") from None
    if header != columns:
        raise WorkbookError(f"{path}, row 1: the columns must be {','.join(columns)}; correct the header.")
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise WorkbookError(
                f"{path}, row {number}: {len(row)} cells where {len(columns)} belong; check the commas."
            )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def fingerprint(folder: Path) -> str:
    """Return a digest of all that is in a folder, raw files left out: another one as soon as any file is another."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "raw" not in p.relative_to(folder).parts):
        digest.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
