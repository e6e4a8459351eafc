"""Readers of documents: comments in Markdown, outlines in GeoJSON, and notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup
from hypothesis import strategies as st

from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.parameters import check_notebook
from lib.data.regions import read_outlines
from tests.conftest import one
from tests.faults.accidents import Draw
from tests.faults.reader import Break, Reader

YEAR = 2025
COMMENT = """Allt *fler* frågar, och **alla** svarar. Se [rutinen](https://exempel.se/rutin).

- Första steget är taget
- Andra steget <!-- för skribenten --> återstår

1. Ett ord till & ett < tecken
"""


def comments(folder: Path) -> Reader:
    path = commentary.comment_path(folder, YEAR, 3)
    path.parent.mkdir(parents=True)
    path.write_text(COMMENT, encoding="utf-8")

    def agrees(path: Path, content: bytes, value: str) -> None:
        page = one(BeautifulSoup(value, "html5lib"), "body")
        assert {tag.name for tag in page.find_all(True)} <= commentary.ALLOWED
        for tag in page.find_all(True):
            assert set(tag.attrs) <= {"href", "title", "start"} and str(tag.get("href", "https://")).startswith(
                "https://"
            )
        shown = page.get_text(" ") + " ".join(
            unquote(str(v)) for tag in page.find_all(True) for v in tag.attrs.values()
        )
        text = re.sub(r"<!--.*?-->", " ", content.decode("utf-8-sig"), flags=re.DOTALL)
        # The words of the file are on the page; entities such as &copy; are signs, not words.
        words = re.findall(r"[A-Za-zÅÄÖåäö]{3,}", re.sub(r"&#?\w+;|[^\S\n]", " ", text))
        letters = re.sub(r"[^A-Za-zÅÄÖåäö]", "", shown)
        assert [word for word in words if word not in letters] == []

    def add(text: str) -> Break:
        return lambda draw, content: content + f"\n\n{text}\n".encode()

    breaks = {
        "a heading": add("# Rubrik"),
        "a picture": add("![bild](https://exempel.se/x.png)"),
        "code": add("```\nx\n```"),
        "a quotation": add("> x"),
        "a rule": add("***"),
        "a link that is not https": lambda d, c: c + f"\n[a]({d(st.sampled_from(LINKS))})\n".encode(),
        "a note without its end": lambda d, c: c.replace(b"-->", b""),
        "longer than a comment is": lambda d, c: c + b"ord " * 6000,
        "bytes that are no UTF-8": lambda d, c: (lambda at: c[:at] + b"\xff" + c[at:])(d(st.integers(0, len(c)))),
        "an invisible character": lambda d, c: c + d(st.sampled_from(["\x00", "\x1b[1m", "\u202e", "\u2066"])).encode(),
    }

    def read(path: Path) -> str:
        return commentary.html(commentary.read(folder, YEAR, 3), path)

    return Reader("comments", [path], read, agrees, lambda _: breaks, much=5000)


LINKS = ["http://exempel.se", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//exempel.se", "../x", "file:///etc/passwd",
         "https:exempel.se", "https://", "https://användare:lösen@exempel.se", "vbscript:x", "https://exempel", "mailto:a@b.se"]  # fmt: skip


def outlines(root: Path) -> Reader:
    path = root / "data/exempel/geo/municipalities.geojson"
    known = set(Catalogue(root / "data/exempel").region_names)

    def agrees(path: Path, content: bytes, value: dict[str, Any]) -> None:
        raw = json.loads(content)["features"]
        assert list(value) == [feature["properties"]["region_code"] for feature in raw]
        for feature in raw:
            geometry = feature["geometry"]
            parsed = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            assert json.loads(json.dumps(value[feature["properties"]["region_code"]])) == parsed

    def change(edit: Callable[[Draw, dict[str, Any]], Any]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            parsed = json.loads(content)
            edit(draw, parsed["features"][draw(st.integers(0, len(parsed["features"]) - 1))])
            return json.dumps(parsed).encode()

        return made

    def point(draw: Draw, feature: dict[str, Any]) -> None:
        wrong = [[181, 59], [18, 91], ["18", 59], [18], [18, 59, 3, 4], None, [True, 59], {"x": 1}]
        feature["geometry"]["coordinates"][0][0] = draw(st.sampled_from(wrong))

    breaks = {
        "a point that is none": change(point),
        "a ring of three points": change(lambda d, f: f["geometry"]["coordinates"][0].__delitem__(slice(3, None))),
        "a line": change(lambda d, f: f["geometry"].update(type="LineString")),
        "an area of nowhere": change(
            lambda d, f: f["properties"].update(region_code=d(st.sampled_from(["9999", "", "x"])))
        ),
        "an area without a code": change(lambda d, f: f["properties"].clear()),
        "no outline": change(lambda d, f: f.update(geometry=None)),
        "NaN": lambda d, c: re.sub(rb"-?\d+\.\d+|\b\d+\b(?=,\d)", b"NaN", c, count=1),
        "nested too deeply": lambda d, c: b"[" * d(st.integers(1000, 100_000)),
        "a key twice": lambda d, c: c.replace(b'{"type"', b'{"type": "x", "type"', 1),
        "nothing": lambda d, c: b"",
        "bytes that are no UTF-8": lambda d, c: b"\xff" + c,
    }
    return Reader(
        "outlines (GeoJSON)", [path], lambda path: read_outlines(path, known), agrees, lambda _: breaks, much=1500
    )


def notebooks(root: Path) -> Reader:
    path = root / "notebooks/09_handlingsplan.ipynb"

    def agrees(path: Path, content: bytes, value: Any) -> None:
        raw = json.loads(content)
        assert ["".join(cell["source"]) for cell in raw["cells"]] == [cell.source for cell in value.cells]

    def change(edit: Callable[[Draw, dict[str, Any]], Any]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            parsed = json.loads(content)
            edit(draw, parsed)
            return json.dumps(parsed).encode()

        return made

    def cell(parsed: dict[str, Any]) -> dict[str, Any]:
        return next(c for c in parsed["cells"] if "parameters" in c["metadata"].get("tags", []))

    source = ["year = 2022", "year: int = '2022'", "year: int = 20 + 22", "import os", "year: str = '2022'", "yeer: int = 2022", "year: int =",
              "year: int = 2022\nyear: int = 2023", "year: list = []", "__import__('os').system('id')"]  # fmt: skip
    breaks = {
        "a parameter cell that is none": change(lambda d, t: cell(t).update(source=d(st.sampled_from(source)))),
        "no parameter cell": change(lambda d, t: cell(t)["metadata"].clear()),
        "two parameter cells": change(lambda d, t: t["cells"].append({**cell(t), "id": "x"})),
        "a cell of no kind": change(
            lambda d, t: t["cells"][0].update(cell_type=d(st.sampled_from(["", "x", 1, None])))
        ),
        "no cells": change(lambda d, t: t.pop("cells")),
        "cells that are none": change(lambda d, t: t.update(cells=d(st.sampled_from([1, "x", [1], {}])))),
        "another format": change(lambda d, t: t.update(nbformat=d(st.sampled_from([99, "x", -1])))),
        "nested too deeply": lambda d, c: b"[" * d(st.integers(1000, 100_000)),
        "nothing": lambda d, c: b"",
        "bytes that are no UTF-8": lambda d, c: b"\xff" + c,
    }
    return Reader(
        "notebooks", [path], lambda path: check_notebook(path, {"year": 2022}), agrees, lambda _: breaks, much=1500
    )
