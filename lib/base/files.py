"""Reads text files strictly: UTF-8, within limits, no links or invisible characters; a sentence says what is wrong."""

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

#: Limits well above any file of a workbook: its size in bytes, and how deeply its parts are nested.
MOST_BYTES, MOST_NESTED = 20_000_000, 30
#: How text without quotes is read: YAML 1.2's core schema without octal, hexadecimal and infinite numbers, but with
#: dates. YAML 1.1, PyYAML's default, reads 190:20:30 as a number, 0180 as an octal number and no as false.
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
#: Invisible characters that change what is read or shown: control characters, and those that reverse the direction of text.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader in C, except that a duplicate key is refused; PyYAML would let the last one win."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a list or mapping as key", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"duplicate key '{key.value}'", problem_mark=key.start_mark)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


for _name, (_pattern, _first) in PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises
    ------
    WorkbookError
        If the file cannot be read, is not UTF-8 or not YAML, holds a tag, a duplicate key or an impossible date, or is larger or
        nested deeper than any file of a workbook. Names the line.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.yaml"
    ...     _ = path.write_text("code: 0180\\nday: 2023-05-30\\n")
    ...     read_yaml(path)
    {'code': '0180', 'day': datetime.date(2023, 5, 30)}
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
    """Refuse what a data file never contains, before anything is constructed from it.

    A tag could construct any object, an alias inside an anchored part can expand to any size, and deep nesting would overflow the
    stack and end the process.
    """
    #: The depths at which anchored parts began that have not ended yet.
    anchored: list[int] = []
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        where = f"{path}, line {event.start_mark.line + 1 if event.start_mark else '?'}"
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            raise WorkbookError(f"{where}: the tag {event.tag[:60]} has no place in data; remove it.")
        if anchored and isinstance(event, yaml.NodeEvent) and event.anchor:
            raise WorkbookError(f"{where}: a repetition (& or *) within a repeated part; write it out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if event.anchor:
                anchored.append(depth)
            if depth > MOST_NESTED:
                raise WorkbookError(f"{where}: nested more than {MOST_NESTED} deep; make it flatter.")
        elif isinstance(event, yaml.CollectionEndEvent):
            if anchored and anchored[-1] == depth:
                anchored.pop()
            depth -= 1


def read_json(path: Path) -> Any:
    """Read a JSON file, refusing duplicate keys, NaN and infinite numbers.

    Raises
    ------
    WorkbookError
        If the file cannot be read, is larger than any file of a workbook, or is not JSON.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.json"
    ...     _ = path.write_text('{"a": [1, 2.5]}')
    ...     read_json(path)
    {'a': [1, 2.5]}
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise ValueError("duplicate key")
        return found

    def finite(name: str) -> NoReturn:
        raise ValueError(f"{name} is not a number")

    text = read_text(path)
    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=finite)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]
        raise WorkbookError(f"{path} is not valid JSON ({reason}); restore it from git.") from None


def files_in(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder in the order of their names, without hidden ones, which some computers put beside every file.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("b.csv", "._b.csv", "a.csv"):
    ...         (Path(folder) / name).touch()
    ...     [path.name for path in files_in(Path(folder), "*.csv")]
    ['a.csv', 'b.csv']
    """
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def refuse_links(folder: Path) -> None:
    """Refuse a folder that contains a symbolic link, which could lead anywhere.

    Raises
    ------
    WorkbookError
        Names the link.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     (Path(folder) / "a").symlink_to("/etc")
    ...     refuse_links(Path(folder))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    lib.base.errors.WorkbookError: .../a is a link to another place; put the file or folder itself there.
    """
    for parent, folders, names in os.walk(folder):
        for name in sorted([*folders, *names]):
            if os.path.islink(os.path.join(parent, name)):
                raise WorkbookError(
                    f"{Path(parent) / name} is a link to another place; put the file or folder itself there."
                )


def read_text(path: Path) -> str:
    """Read a file as UTF-8 text, keeping its line ends.

    Raises
    ------
    WorkbookError
        If it is missing, a link, not a file, too large, not UTF-8, holds invisible characters, or cannot be read.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.txt"
    ...     _ = path.write_bytes("å\\r\\n".encode())
    ...     read_text(path)
    'å\\r\\n'
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
        raise WorkbookError(f"{path}, line {line}: the invisible character U+{ord(unseen[0]):04X}; remove it.")
    return text


def read_table(path: Path, columns: list[str]) -> list[dict[str, str]]:
    """Read a CSV file as text: 0180 stays 0180.

    Raises
    ------
    WorkbookError
        If the file is missing, is not UTF-8 with commas, has other columns than ``columns``, or a row of another length.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_text("code,name\\n0180,Stockholm\\n")
    ...     read_table(path, ["code", "name"])
    [{'code': '0180', 'name': 'Stockholm'}]
    """
    text = read_text(path)
    try:
        header, *rows = list(csv.reader(text.splitlines(keepends=True), strict=True)) or [[]]
    except csv.Error as error:
        raise WorkbookError(f"{path} is not a UTF-8 CSV file ({error}); save it again as UTF-8 with commas.") from None
    if header and header[0].startswith("\ufeff"):
        raise WorkbookError(
            f"{path}, row 1: the file begins with a byte order mark, as Excel saves it; put it right with lagesrapport check --repair."
        )
    if header != columns:
        raise WorkbookError(f"{path}, row 1: the columns must be {','.join(columns)}; correct the header.")
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise WorkbookError(
                f"{path}, row {number}: {len(row)} cells where {len(columns)} belong; check the commas."
            )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def fingerprint(folder: Path) -> str:
    """Return a digest of all files in a folder except raw ones; it changes when any file's name or content does.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     before = fingerprint(Path(folder))
    ...     _ = (Path(folder) / "a").write_text("1")
    ...     before == fingerprint(Path(folder))
    False
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "raw" not in p.relative_to(folder).parts):
        digest.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
