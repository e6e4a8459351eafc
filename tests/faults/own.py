"""Readers of what a workbook is made of: parameters, records, figures, comments, outlines and notebooks."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import yaml
from bs4 import BeautifulSoup
from hypothesis import strategies as st

from lib.base.workbook import Workbook
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, read_observations
from lib.data.outlines import read_outlines
from lib.data.parameters import check_notebook, read_parameters
from lib.receive import survey
from tests.conftest import one
from tests.faults import noise
from tests.faults.noise import Draw, csv_breaks
from tests.faults.reader import Break, Reader, WithRepeats, plain, same, says

YEAR = 2025


def parameters(root: Path) -> Reader:
    path = root / "parameters/2022.yaml"

    def agrees(path: Path, content: bytes, value: Any) -> None:
        raw = plain(content)
        raw["chapters"] = [{"notebook": c} if isinstance(c, str) else c for c in raw["chapters"]]
        same(raw, value)

    kinds = noise.Yaml(free={"parameters"}, references={"notebook", "chapters"}, words={"status", "cut_off_basis"})
    own = {
        "another year than the file's": lambda d, c: c.replace(b"year: 2022", b"year: 2021"),
        "a path that leads out": lambda d, c: (
            c + b"\ndata: " + d(st.sampled_from([b"../data", b"/etc", b"data/../..", b"C:\\x"]))
        ),
        "a cut-off before the year": lambda d, c: re.sub(rb"cut_off: \d{4}", b"cut_off: 2019", c),
        "no chapters": lambda d, c: c[: c.index(b"chapters:")] + b"chapters: []\n",
        "a chapter twice": lambda d, c: c.rstrip() + b"\n" + c.rstrip().splitlines()[-1] + b"\n",
    }
    return Reader(
        "parameters",
        [path],
        lambda _: read_parameters(Workbook(root), "2022"),
        agrees,
        lambda _: {**kinds.breaks(), **own},
        also=("notebooks",),
        much=4000,
    )


#: File, lists in it, and what the catalogue makes of each.
LISTS: dict[str, dict[str, str]] = {
    "strategy/strategies.yaml": {"strategies": "strategies", "national_goals": "national_goals"},
    "strategy/actors.yaml": {"actors": "actors"},
    "strategy/plans.yaml": {"plans": "plans", "commitments": "commitments"},
    "strategy/documents.yaml": {"documents": "documents", "mandate": "mandate"},
    "sources.yaml": {"sources": "sources"},
    "support.yaml": {"support": "support"},
    "quality.yaml": {"declarations": "quality"},
    "disclosure.yaml": {"policies": "policies", "hidden_cells": "hidden_cells"},
}
WORDS = {
    "kind",
    "type",
    "unit",
    "direction",
    "direction_basis",
    "level",
    "goal_basis",
    "actors_basis",
    "basis",
    "national_basis",
    "status",
}
REFERENCES = {"source", "plan", "strategy", "actors", "key_indicators", "family", "sum_of", "predecessor"}


def catalogue(root: Path) -> Reader:
    data = root / "data"
    files = [data / name for name in LISTS] + sorted((data / "indicators").glob("*.yaml")) + [data / "report.yaml"]

    def agrees(path: Path, content: bytes, value: Catalogue) -> None:
        raw, name = yaml.load(content, Loader=WithRepeats), path.relative_to(data).as_posix()
        if name == "report.yaml":
            return same(raw, value.identity)
        for key, own in LISTS.get(name, {"indicators": "indicators"}).items():
            known = getattr(value, own)
            for number, entry in enumerate(raw[key]):
                same(entry, known[entry["id"]] if isinstance(known, dict) else known[number], f"{key}.{number}")
            assert name.startswith("indicators/") or len(known) == len(raw[key])
        return None

    def breaks(path: Path) -> dict[str, Break]:
        # A source's own family may be new; everything else that is named must exist.
        named = REFERENCES - ({"family"} if path.name in ("sources.yaml", "quality.yaml") else set())
        return noise.Yaml({"groups", "sex_labels"}, named, WORDS).breaks()

    # A name that is gone is told where it was used.
    return Reader("catalogue", files, lambda _: _whole(Catalogue(data)), agrees, breaks, also=("data/",), much=1500)


def _whole(read: Catalogue) -> Catalogue:
    """Return a catalogue with what is read of it on demand."""
    _ = read.regions, read.county, [read.assessments(year) for year in (2023, 2024)]
    return read


def questions(root: Path) -> Reader:
    path, known = root / "data/exempel/survey.yaml", Catalogue(root / "data/exempel")
    kinds = noise.Yaml(references={"indicator", "source", "counts_source", "follow_up_source"})

    def agrees(path: Path, content: bytes, value: Any) -> None:
        same(plain(content), value)

    own = {
        "a day of the year that is none": lambda d, c: re.sub(rb"deadline: .*", b"deadline: " + d(st.sampled_from([b"13-01", b"31/3", b'"02-30"', b"x"])), c),
        "cells of nobody": lambda d, c: c.replace(b"T/T", d(st.sampled_from([b"X/T", b"T", b"T/okand"]))) if b"T/T" in c else b"",
    }  # fmt: skip
    return Reader(
        "survey questions",
        [path],
        lambda _: survey.read_survey(known),
        agrees,
        lambda _: {**kinds.breaks(), **own},
        much=1000,
    )


OBSERVED = {
    "indicator": ["finns_inte", "", "Mhv", "../x"],
    "year": ["1066", "20x2", "2022.5", "", "2101", "-2022", "2022e0"],
    "region": ["99999", "", "1"],
    "sex": ["X", "k", "", "TT"],
    "group": ["okand_grupp", "", "T "],
    "value": ["tolv", "NaN", "inf", "-inf", "1e999", "1,5", "0x10", "1_0", "=1+1", "-", "101010"],
    "unit": ["andel", "", "procent "],
    "numerator": ["-1", "1.5", "x", "nan", "1e999"],
    "denominator": ["-1", "1.5", "x", "inf"],
    "status": ["Z", "", "a"],
    "precision": ["cirka", "", "exakt "],
    "source": ["finns_inte", ""],
    "published": ["2023-02-30", "30/5/2023", "", "1066-01-01", "2023-05-30T10:00", "20230530"],
    "published_basis": ["trolig", ""],
    "synthetic": ["ja", "", "true", "FALSE"],
}


def observations(root: Path) -> Reader:
    data = root / "data"
    known = Catalogue(data)
    files = [data / "observations" / f"{name}.csv" for name in ("lagesrapporter", "oppna_jamforelser", "scb")]

    def agrees(path: Path, content: bytes, value: pd.DataFrame) -> None:
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        families = [s.id for s in known.sources.values() if s.family == path.stem]
        own = value[value["source"].isin(families)].to_dict("records")
        assert len(own) == len(rows)
        for raw, read in zip(rows, own, strict=True):
            for name in COLUMNS:
                assert _cell(raw[name], read[name]), f"{name}: the file says {raw[name]!r}, and {read[name]!r} was read"

    also = ("restore the file",)
    return Reader(
        "observations",
        files,
        lambda _: read_observations(known),
        agrees,
        lambda _: csv_breaks(OBSERVED),
        also=also,
        much=1500,
    )


def _cell(text: str, value: Any) -> bool:
    if isinstance(value, float):
        return text == "" if math.isnan(value) else float(text) == value
    if isinstance(value, bool):
        return text == str(value).lower()
    return text == (value.isoformat() if isinstance(value, date) else str(value))


STATED = {
    "id": ["", "Med Mellanslag", "å", "-x"],
    "goal": ["99", "x", "1.5", "-1"],
    "year": ["1066", "x", "", "2022.5"],
    "kind": ["nyhet", "", "Framsteg"],
    "text": [""],
    "indicator": ["finns_inte"],
    "source": ["finns_inte", ""],
    "published": ["2023-02-30", "30/5 2023", "", "20230530", "1684800000"],
    "published_basis": ["x", ""],
}


def statements(root: Path) -> Reader:
    data = root / "data"

    def agrees(path: Path, content: bytes, value: Catalogue) -> None:
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(content.decode()))}
        assert list(rows) == list(value.statements)
        for identifier, row in rows.items():
            for name, text in row.items():
                assert says(text, getattr(value.statements[identifier], name)), f"{identifier}, {name}: {text!r}"

    path = data / "statements.csv"
    return Reader("statements", [path], lambda _: Catalogue(data), agrees, lambda _: csv_breaks(STATED), much=1500)


COMMENT = """Allt *fler* frågar, och **alla** svarar. Se [rutinen](https://exempel.se/rutin).

- Första steget är taget
- Andra steget <!-- för skribenten --> återstår

1. Ett ord till & ett < tecken
"""


def comments(folder: Path) -> Reader:
    path = commentary.place(folder, YEAR, 3)
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
        # What one reads in the file one reads on the page; entities such as &copy; are signs, not words.
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
        "an unseen character": lambda d, c: c + d(st.sampled_from(["\x00", "\x1b[1m", "\u202e", "\u2066"])).encode(),
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
            told = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            assert json.loads(json.dumps(value[feature["properties"]["region_code"]])) == told

    def change(edit: Callable[[Draw, dict[str, Any]], Any]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            told = json.loads(content)
            edit(draw, told["features"][draw(st.integers(0, len(told["features"]) - 1))])
            return json.dumps(told).encode()

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
            told = json.loads(content)
            edit(draw, told)
            return json.dumps(told).encode()

        return made

    def cell(told: dict[str, Any]) -> dict[str, Any]:
        return next(c for c in told["cells"] if "parameters" in c["metadata"].get("tags", []))

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
