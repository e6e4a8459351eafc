"""Ways to break a file so that it must be refused, for YAML and CSV records and for Excel files."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Set
from datetime import date
from io import BytesIO
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.faults.accidents import Draw

#: The keys and numbers that lead to a value in nested data.
Path = tuple[str | int, ...]
#: A key and its value in YAML, and whether they are in braces.
Pair = tuple[bool, yaml.Node, yaml.Node]


class YamlBreaks:
    """Breaks for a YAML file of records.

    Parameters
    ----------
    free : set of str
        Fields that hold mappings with keys of any name.
    references : set of str
        Fields that name something which must exist.
    words : set of str
        Fields that hold one of a few words.
    """

    def __init__(
        self, free: Set[str] = frozenset(), references: Set[str] = frozenset(), words: Set[str] = frozenset()
    ) -> None:
        self.free, self.references, self.words = free, references, words

    def breaks(self) -> dict[str, Callable[[Draw, bytes], bytes]]:
        """Return the ways to break it; each gives a file that must be refused."""
        breaks = {
            "an unknown field": self._unknown,
            "a mapping where a value belongs": lambda d, c: self._leaf(d, c, lambda p, v: p[-1] not in ("notebook",), {"a": 1}),
            "a number where text belongs": lambda d, c: self._leaf(d, c, lambda p, v: type(v) is str and not self._in_free(p), 12345),
            "text where a number belongs": lambda d, c: self._leaf(d, c, lambda p, v: type(v) is int and not self._in_free(p), "tolv"),
            "text where yes or no belongs": lambda d, c: self._leaf(d, c, lambda p, v: type(v) is bool and not self._in_free(p), "kanske"),
            "a day that is none": lambda d, c: self._leaf(d, c, lambda p, v: type(v) is date, "2023-02-30"),
            "a number that is none": lambda d, c: self._leaf(d, c, lambda p, v: type(v) is int and not self._in_free(p), float("nan")),
            "a tag": self._tagged,
            "nested too deeply": lambda d, c: c + b"\nx: " + b"[" * d(st.integers(31, 50_000)),
            "a key twice": self._key_twice,
            "bytes that are no UTF-8": lambda d, c: (lambda at: c[:at] + b"\xff\xfe" + c[at:])(d(st.integers(0, len(c)))),
            "an invisible character": self._invisible,
            "nothing": lambda d, c: b"",
            "a list": lambda d, c: b"- a\n- b\n",
        }  # fmt: skip
        if self.references:
            breaks["a name of nothing"] = lambda d, c: self._leaf(
                d, c, lambda p, v: self._names(p) in self.references and v, "finns_inte"
            )
        if self.words:
            breaks["a word that is none of the words"] = lambda d, c: self._leaf(
                d, c, lambda p, v: self._names(p) in self.words, "påhittat"
            )
        return breaks

    def _in_free(self, path: Path) -> bool:
        return bool(self.free & set(path[:-1]))

    @staticmethod
    def _names(path: Path) -> Any:
        return next((step for step in reversed(path) if isinstance(step, str)), None)

    def _unknown(self, draw: Draw, content: bytes) -> bytes:
        parsed = yaml.safe_load(content)
        places = [(p, v) for p, v in _walk(parsed) if isinstance(v, dict) and not self.free & set(p)]
        _, place = places[draw(st.integers(0, len(places) - 1))]
        place["obekant_falt"] = 1
        return _dump(parsed)

    def _leaf(self, draw: Draw, content: bytes, fits: Callable[[Path, Any], object], value: Any) -> bytes:
        parsed = yaml.safe_load(content)
        places = [p for p, v in _walk(parsed) if p and not isinstance(v, (dict, list)) and fits(p, v)]
        if not places:
            return b""
        path = draw(st.sampled_from(places))
        holder = parsed
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
        return _dump(parsed)

    def _tagged(self, draw: Draw, content: bytes) -> bytes:
        text = content.decode()
        scalars = _nodes(yaml.compose(text, yaml.SafeLoader))
        at = scalars[draw(st.integers(0, len(scalars) - 1))][0].start_mark.index
        tags = ["!!python/object/apply:os.system ", "!!python/name:os.system ", "!!str ", "!x ", "!!binary "]
        return (text[:at] + draw(st.sampled_from(tags)) + text[at:]).encode()

    def _key_twice(self, draw: Draw, content: bytes) -> bytes:
        text = content.decode()
        pairs = [pair for _, pairs in _nodes(yaml.compose(text, yaml.SafeLoader)) for pair in pairs]
        flow, key, value = pairs[draw(st.integers(0, len(pairs) - 1))]
        start, end = key.start_mark.index, value.end_mark.index
        gap = ", " if flow else "\n" + " " * key.start_mark.column
        return (text[:start] + text[start:end].rstrip() + gap + text[start:]).encode()

    def _invisible(self, draw: Draw, content: bytes) -> bytes:
        text = content.decode()
        at = draw(st.integers(0, len(text)))
        return (
            text[:at] + draw(st.sampled_from(["\x00", "\x07", "\x1b", "\x7f", "\u202e", "\u2066"])) + text[at:]
        ).encode()


def _walk(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(entry for key, each in inner for entry in _walk(each, (*path, key)))]


def _nodes(node: yaml.Node | None) -> list[tuple[yaml.Node, list[Pair]]]:
    """Return the scalars of a document, and its pairs of key and value with whether they are in braces."""
    if isinstance(node, yaml.MappingNode):
        found = [entry for pair in node.value for each in pair for entry in _nodes(each)]
        for key, value in node.value:
            if isinstance(value, yaml.ScalarNode):
                found.append((key, [(bool(node.flow_style), key, value)]))
        return found
    if isinstance(node, yaml.SequenceNode):
        return [entry for each in node.value for entry in _nodes(each)]
    return [(node, [])] if node else []


def _dump(content: Any) -> bytes:
    return bytes(yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode())


def csv_breaks(bad: dict[str, list[str]]) -> dict[str, Callable[[Draw, bytes], bytes]]:
    """Return the ways to break a CSV file of records; ``bad`` holds invalid values by column."""

    def cell(draw: Draw, content: bytes) -> bytes:
        head, *lines = content.decode().splitlines()
        column, row = draw(st.sampled_from(sorted(bad))), draw(st.integers(0, len(lines) - 1))
        parts = next(csv.reader([lines[row]]))
        parts[head.split(",").index(column)] = draw(st.sampled_from(bad[column]))
        lines[row] = ",".join(f'"{part}"' if set(part) & set(',"') else part for part in parts)
        return "\n".join([head, *lines, ""]).encode()

    def head(draw: Draw, content: bytes) -> bytes:
        first, rest = content.split(b"\n", 1)
        names = first.decode().split(",")
        at = draw(st.integers(0, len(names) - 2))
        changed = draw(st.sampled_from(["rename", "swap", "drop", "twice"]))
        if changed == "rename":
            names[at] += "_"
        elif changed == "swap":
            names[at], names[at + 1] = names[at + 1], names[at]
        elif changed == "drop":
            del names[at]
        else:
            names.append(names[at])
        return ",".join(names).encode() + b"\n" + rest

    def lengths(draw: Draw, content: bytes) -> bytes:
        lines = content.decode().splitlines()
        row = draw(st.integers(1, len(lines) - 1))
        lines[row] = lines[row] + ",x" if draw(st.booleans()) else lines[row].rpartition(",")[0]
        return "\n".join([*lines, ""]).encode()

    return {
        "a cell that cannot be": cell,
        "another heading": head,
        "a cell too many or too few": lengths,
        "columns parted by ;": lambda d, c: c.replace(b",", b";"),
        "a row twice": lambda d, c: c + c.splitlines(keepends=True)[-1],
        "bytes that are no UTF-8": lambda d, c: (lambda at: c[:at] + b"\xff" + c[at:])(d(st.integers(0, len(c)))),
        "an invisible character": lambda d, c: c.replace(
            b",", d(st.sampled_from([b"\x00", b"\x1b", b"\xe2\x80\xae"])) + b",", 1
        ),
        "nothing": lambda d, c: b"",
    }


def zip_breaks() -> dict[str, Callable[[Draw, bytes], bytes]]:
    """Return the ways to break an Excel file as an archive."""

    def part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                data = old.read(entry)
                new.writestr(entry.filename, change(data) if entry.filename == name else data)
        return out.getvalue()

    entity = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    return {
        "half an archive": lambda d, c: c[: d(st.integers(0, len(c) - 30))],
        "a web page": lambda d, c: b"<html>" + c,
        "an old or locked file": lambda d, c: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + c,
        "entities": lambda d, c: part(c, d(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])),
                                      lambda x: re.sub(rb"(<\?xml[^>]*\?>)?", lambda m: m[0] + entity, x, count=1)),
        "a sheet that is no XML": lambda d, c: part(c, "xl/workbook.xml", lambda x: x[: len(x) // 2]),
        "nothing": lambda d, c: b"",
    }  # fmt: skip
