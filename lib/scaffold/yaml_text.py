"""Entries added to YAML files as lines of text, so that the comments and the layout of all other lines stay.

A round trip through a YAML library changes other lines of these files: it puts the new entry after the comments that
follow a list, joins wrapped lines and rewrites ``null``. Therefore the text itself is edited, and the result is parsed
and compared with the expected content.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml

Place = Sequence[str | int]


class _Dumper(yaml.SafeDumper):
    """Indents lists by two, as the files do."""

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
        The keys and positions that lead to the list: ``["strategies", 0, "goals"]``.
    item : dict or str
    after : int, optional
        The position of the item to follow; by default the last.

    Raises
    ------
    WorkbookError
        If the list is missing, or written in a way that needs changes to other lines.

    >>> print(with_item("a:\\n  - 1  # one\\nb: 2\\n", Path("f.yaml"), ["a"], "x"), end="")
    a:
      - 1  # one
      - x
    b: 2
    """
    if not text:
        return f"{place[0]}:\n{_lines(item, 2)}"
    new = _inserted(text, path, place, item, after)
    if not _means(new, _expected(text, place, item, after)):
        raise WorkbookError(f"{path}: no entry can be added to {place[-1]} as it is written; add it by hand.")
    return new


def with_values(text: str, path: Path, place: Place, values: dict[str, Any]) -> str:
    """Return YAML text with values of one of its mappings replaced, added at its end, or taken away where they are None.

    Parameters
    ----------
    place : sequence of str or int
        The keys and positions that lead to the mapping: ``["strategies", 0, "goals", 1]``.

    Raises
    ------
    WorkbookError
        If the mapping is written in a way that needs changes to other lines.

    >>> print(with_values("a:\\n  - id: 1\\n    b: x  # one\\n    c: y\\n", Path("f.yaml"), ["a", 0], {"b": "z", "c": None, "d": "w"}), end="")
    a:
      - id: 1
        b: z
        d: w
    """
    new = text
    for key, value in values.items():
        new = _with_value(new, place, key, value)
    expected = target = yaml.safe_load(text)
    for step in place:
        target = target[step]
    target.update(values)
    for key in [key for key, value in target.items() if value is None and key in values]:
        del target[key]
    if not _means(new, expected):
        raise WorkbookError(f"{path}: {', '.join(values)} cannot be changed as it is written; change it by hand.")
    return new


def _with_value(text: str, place: Place, key: str, value: Any) -> str:
    mapping, _ = _reached(text, place)
    if not isinstance(mapping, yaml.MappingNode) or mapping.flow_style:
        return text  # which does not mean what is expected
    lines = text.splitlines(keepends=True)
    found = next(((k, v) for k, v in mapping.value if k.value == key), None)
    first = mapping.value[0][0].start_mark
    written = yaml.dump({key: value}, Dumper=_Dumper, allow_unicode=True, width=118 - first.column)
    block = "".join(f"{' ' * first.column}{line}\n" for line in written.splitlines()) if value is not None else ""
    if found is None:
        end = _last_line(mapping, lines)
        return "".join([*lines[: end + 1], block, *lines[end + 1 :]])
    start = found[0].start_mark.line
    before = lines[start][: first.column] if start == first.line else ""
    return "".join([*lines[:start], before + block[len(before) :], *lines[_last_line(found[1], lines) + 1 :]])


def _inserted(text: str, path: Path, place: Place, item: Any, after: int | None) -> str:
    node, column = _find(text, path, place)
    lines = text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if not node.value:
        return _first_item(lines, node, _lines(item, column + 2))
    if node.flow_style:
        raise WorkbookError(f"{path}: {place[-1]} is on one line in [ ]; write one entry per line, each after a -.")
    neighbour = node.value[-1 if after is None else after]
    end = _last_line(neighbour, lines)
    first = neighbour.start_mark.line
    # Entries that are separated by blank lines stay so.
    gap = "\n" if first and not lines[first - 1].strip() else ""
    return "".join([*lines[: end + 1], gap, _lines(item, node.start_mark.column), *lines[end + 1 :]])


def _first_item(lines: list[str], node: yaml.SequenceNode, block: str) -> str:
    """Replace an empty list, which is written ``[]``, by its first item."""
    start, end = node.start_mark, node.end_mark
    line = lines[start.line]
    lines[start.line] = line[: start.column].rstrip() + line[end.column :]
    return "".join([*lines[: start.line + 1], block, *lines[start.line + 1 :]])


def _find(text: str, path: Path, place: Place) -> tuple[yaml.SequenceNode, int]:
    """Return a list's node and the column of its key."""
    node, column = _reached(text, place)
    if not isinstance(node, yaml.SequenceNode):
        raise WorkbookError(f"{path}: the list '{place[-1]}' is missing; add it.")
    return node, column


def _reached(text: str, place: Place) -> tuple[yaml.Node | None, int]:
    """Return the node that keys and positions lead to, if there is one, and the column of its key."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    column = 0
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key.start_mark.column, value) for key, value in node.value if key.value == step]
            column, node = found[0] if found else (0, None)
        elif isinstance(node, yaml.SequenceNode):
            node = node.value[int(step)]
    return node, column


def _last_line(node: yaml.Node, lines: list[str]) -> int:
    """Return the number of the last line of a node's text, without the blank lines that follow it."""
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


def _means(text: str, expected: Any) -> bool:
    try:
        return bool(yaml.safe_load(text) == expected)
    except yaml.YAMLError:
        return False


def _expected(text: str, place: Place, item: Any, after: int | None) -> Any:
    content = target = yaml.safe_load(text)
    for step in place:
        target = target[step]
    target.insert(len(target) if after is None else after + 1, item)
    return content


def index_of(path: Path, key: str, identifier: str) -> int:
    """Return the position of the entry with an identifier in a file's list, or -1."""
    entries = read_yaml(path)[key] if path.exists() else []
    return next((i for i, entry in enumerate(entries) if entry.get("id") == identifier), -1)
