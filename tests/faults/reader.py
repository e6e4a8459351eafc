"""A reader under test: its good files, its function, a plain reading of the same files to compare with, and ways to break them.

If a file is accepted, the plain reading must agree with the reader, so a reader that guesses, drops or changes something is found out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from lib.base.errors import WorkbookError
from tests.faults.accidents import Draw, damaged

Break = Callable[[Draw, bytes], bytes]


@dataclass
class Reader:
    """A reader and the file it reads.

    ``files`` are the paths that a fault may be in; ``read`` returns what is read, ``agrees`` compares it with the file's bytes.
    """

    name: str
    files: list[Path]
    read: Callable[[Path], Any]
    agrees: Callable[[Path, bytes, Any], None]
    breaks: Callable[[Path], dict[str, Break]]
    damaged: Callable[[Draw, bytes], bytes] = damaged
    #: Names that a refusal may give instead of the file's.
    also: tuple[str, ...] = ()
    good: dict[Path, bytes] = field(default_factory=dict)
    #: How many faults a full run tries.
    much: int = 2500

    def __post_init__(self) -> None:
        self.good = {path: path.read_bytes() for path in self.files}


def same(raw: Any, value: Any, where: str = "") -> None:
    """Compare what a YAML file says, every scalar taken as text, with a record; fields that are not in the file are not compared."""
    if isinstance(raw, dict):
        for key, each in raw.items():
            found = value.get(_key(value, key)) if isinstance(value, dict) else getattr(value, key)
            same(each, found, f"{where}.{key}")
    elif isinstance(raw, list):
        assert len(value) >= len(raw), where
        for number, (each, found) in enumerate(zip(raw, value, strict=False)):
            same(each, found, f"{where}.{number}")
    else:
        assert says(raw, value), f"{where}: the file says {raw!r}, and {value!r} was read"


def _key(value: dict[Any, Any], key: str) -> Any:
    return next((found for found in value if visible(str(found)) == visible(key)), key)


def says(text: str, value: Any) -> bool:
    if value is None:
        return text in ("", "~", "null")
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, float):
        return float(text) == value
    return visible(text) == visible(value.isoformat() if isinstance(value, date) else str(value))


def visible(text: str) -> str:
    """Return a text without what nobody sees: characters without width, and which kind of space it is."""
    return " ".join("".join(sign for sign in text if unicodedata.category(sign) != "Cf").split())


def plain(content: bytes) -> Any:
    return yaml.load(content, Loader=yaml.CBaseLoader)


class WithRepeats(yaml.BaseLoader):
    """Takes every scalar as text, but merges keys (<<)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        yaml.SafeLoader.flatten_mapping(cast(yaml.SafeLoader, self), node)
        return super().construct_mapping(node, deep)


def refused(read: Callable[[], Any]) -> tuple[str, Any]:
    """Return the error message, or an empty one and the value that was read."""
    try:
        return "", read()
    except WorkbookError as error:
        return str(error), None
