"""Text files as they are read everywhere: strictly, as UTF-8, within limits, and with a sentence for what is wrong."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, NoReturn

import yaml

from lib.base.errors import WorkbookError

#: No file that a report is made from is larger, or nested deeper.
MOST_BYTES, MOST_NESTED = 20_000_000, 30
#: What text without quotes means: YAML 1.2's core schema without octal, hexadecimal and infinite numbers, and dates. In YAML 1.1
#: 190:20:30 is a number, 0180 another one than it says, and no is false.
PLAIN = {
    "bool": (r"true|false", "tf"),
    "int": (r"-?(0|[1-9][0-9]*)", "-0123456789"),
    "float": (r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
    "timestamp": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
    "null": (r"~|null|", ["~", "n", ""]),
    "merge": (r"<<", "<"),
}


#: Excel reads a cell as a formula if it begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Characters that nobody sees and that change what is read or how it is shown: controls, and those that turn the direction of text.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The safe loader, in C where the wheel has it, but a key that stands twice is refused instead of the last one silently winning."""

    yaml_implicit_resolvers: dict[str, list] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"'{key.value}' stands there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for _name, (_pattern, _first) in PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def read_yaml(path: Path) -> Any:
    """Read a YAML file with a safe loader.

    Raises
    ------
    WorkbookError
        If the file cannot be read, is not UTF-8 or not YAML, holds a tag, a key twice or an impossible date, or is larger or
        nested deeper than any file of a workbook.
    """
    text = read_text(path)
    try:
        _refuse_shape(path, text)
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


def _refuse_shape(path: Path, text: str) -> None:
    """Refuse what a file that describes data never holds, before anything is made of it.

    A tag could make something else than data, a repetition within a repeated part unfolds to any size, and what is nested deeply
    enough ends the process, which nobody can catch.
    """
    depth, anchored = 0, []
    for event in yaml.parse(text, Loader=_Loader):
        where = f"{path}, line {event.start_mark.line + 1}"
        if getattr(event, "tag", None):
            raise WorkbookError(f"{where}: the tag {event.tag[:60]} has no place in data; remove it.")
        if anchored and (isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)):
            raise WorkbookError(f"{where}: a repetition (& or *) within a repeated part; write it out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            anchored += [depth] if event.anchor else []
            if depth > MOST_NESTED:
                raise WorkbookError(f"{where}: nested more than {MOST_NESTED} deep; make it flatter.")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchored = anchored[:-1] if anchored and anchored[-1] == depth else anchored
            depth -= 1


def read_json(path: Path) -> Any:
    """Read a JSON file; NaN, infinite numbers and keys that stand twice are refused.

    Raises
    ------
    WorkbookError
        If the file cannot be read, is larger than any file of a workbook, or not JSON.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise ValueError("a key stands there twice")
        return found

    def finite(name: str) -> NoReturn:
        raise ValueError(f"{name} is no number")

    text = read_text(path)
    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=finite)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]
        raise WorkbookError(f"{path} is not valid JSON ({reason}); restore it from git.") from None


def refuse_links(folder: Path) -> None:
    """Refuse a folder that holds a link: what is read through it may lie anywhere.

    Raises
    ------
    WorkbookError
        Names the link.
    """
    for place, folders, names in os.walk(folder):
        for name in sorted([*folders, *names]):
            if os.path.islink(os.path.join(place, name)):
                raise WorkbookError(
                    f"{Path(place) / name} is a link to another place; put the file or folder itself there."
                )


def read_text(path: Path) -> str:
    """Read a file as UTF-8 text, line ends as they stand.

    Raises
    ------
    WorkbookError
        If it is missing, a link, no file, too large, not UTF-8, holds characters that nobody sees, or cannot be read.
    """
    if path.is_symlink():
        raise WorkbookError(f"{path} is a link to another place; put the file itself there.")
    if path.exists() and not path.is_file():
        raise WorkbookError(f"{path} is not a file; put the file there.")
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise WorkbookError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which no file of a workbook is.")
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            text = lines.read()
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore it (git checkout -- {path.name}) or create it.") from None
    except UnicodeDecodeError:
        raise WorkbookError(f"{path} is not UTF-8 text; save it again as UTF-8.") from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read ({error.strerror}); check the file and its permissions.") from None
    if unseen := UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        raise WorkbookError(f"{path}, line {line}: the unseen character U+{ord(unseen[0]):04X}; remove it.")
    return text


def read_table(path: Path, columns: list[str]) -> list[dict[str, str]]:
    """Read a CSV file as text, every cell as it stands: 0180 stays 0180, and a row with a cell too many is refused.

    Raises
    ------
    WorkbookError
        If the file is missing, is not UTF-8 with commas, has other columns than ``columns``, or a row of another length.
    """
    text = read_text(path)
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
