"""YAML files as people keep them: an entry is put in as lines of text, so that comments and layout of all the rest stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml

Place = Sequence[str | int]


class _Dumper(yaml.SafeDumper):
    """Lists stand two steps in, as in the rest of the files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def with_item(text: str, path: Path, place: Place, item: Any, after: int | None = None) -> str:
    """Return YAML text with an item added to one of its lists.

    Parameters
    ----------
    text : str
        The file's text; empty for a new file.
    path : Path
        The file, for messages.
    place : sequence of str or int
        Where the list stands: ``["strategies", 0, "goals"]``.
    item : dict or str
    after : int, optional
        The number of the item that it is to follow; without one it becomes the last.

    Raises
    ------
    WorkbookError
        If the list is not there or is written in a way that cannot be added to without changing the rest.
    """
    if not text:
        return f"{place[0]}:\n{_lines(item, 2)}"
    new = _inserted(text, path, place, item, after)
    if not _same(new, _expected(text, place, item, after)):
        raise WorkbookError(
            f"{path}: {_name(place)} is written in a way that no entry can be added to; add it by hand."
        )
    return new


def _inserted(text: str, path: Path, place: Place, item: Any, after: int | None) -> str:
    node, column = _find(text, path, place)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if not node.value:
        return _filled(lines, node, _lines(item, column + 2))
    if node.flow_style:
        raise WorkbookError(
            f"{path}: {_name(place)} stands on one line in [ ]; write one entry per line, each after a -."
        )
    number = len(node.value) - 1 if after is None else after
    end = _last_line(node.value[number], lines)
    first = node.value[number].start_mark.line
    gap = "\n" if first and not lines[first - 1].strip() else ""
    return "".join([*lines[: end + 1], gap, _lines(item, node.start_mark.column), *lines[end + 1 :]])


def _filled(lines: list[str], node: yaml.Node, block: str) -> str:
    """Put the first item into an empty list, which is written ``[]``."""
    start, end = node.start_mark, node.end_mark
    line = lines[start.line]
    lines[start.line] = line[: start.column].rstrip() + line[end.column :]
    return "".join([*lines[: start.line + 1], block, *lines[start.line + 1 :]])


def _find(text: str, path: Path, place: Place) -> tuple[yaml.Node, int]:
    """Return a list's node and the column of the key it stands under."""
    node, column = yaml.compose(text, Loader=yaml.SafeLoader), 0
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key.start_mark.column, value) for key, value in node.value if key.value == step]
            column, node = found[0] if found else (0, None)
        elif isinstance(node, yaml.SequenceNode):
            node = node.value[int(step)]
    if not isinstance(node, yaml.SequenceNode):
        raise WorkbookError(f"{path}: the list '{_name(place)}' is missing; add it.")
    return node, column


def _last_line(node: yaml.Node, lines: list[str]) -> int:
    """Return the number of the last line that a node's text is on, without the blank lines behind it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = node.end_mark
    line = end.line if end.column else end.line - 1
    while not lines[line].strip():
        line -= 1
    return line


def _lines(item: Any, column: int) -> str:
    text = yaml.dump([item], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118 - column)
    return "".join(f"{' ' * column}{line}\n" if line else "\n" for line in text.splitlines())


def _loaded(text: str) -> Any:
    return yaml.load(text, Loader=yaml.SafeLoader)


def _same(text: str, expected: Any) -> bool:
    try:
        return _loaded(text) == expected
    except yaml.YAMLError:
        return False


def _expected(text: str, place: Place, item: Any, after: int | None) -> Any:
    content = target = _loaded(text)
    for step in place:
        target = target[step]
    target.insert(len(target) if after is None else after + 1, item)
    return content


def _name(place: Place) -> str:
    return str(place[-1])


def index_of(path: Path, key: str, identifier: str) -> int:
    """Return the number of the entry with an identifier in a file's list, or -1."""
    entries = read_yaml(path)[key] if path.exists() else []
    return next((i for i, entry in enumerate(entries) if entry.get("id") == identifier), -1)
