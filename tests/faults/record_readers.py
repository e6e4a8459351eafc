"""Readers of records and figures: parameters, catalogue, survey questions, observations and statements."""

from __future__ import annotations

import csv
import io
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from hypothesis import strategies as st

from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, read_observations
from lib.data.parameters import read_parameters
from lib.receive import survey
from tests.faults.breaks import YamlBreaks, csv_breaks
from tests.faults.reader import Break, Reader, WithRepeats, plain, same, says


def parameters(root: Path) -> Reader:
    path = root / "parameters/2022.yaml"

    def agrees(path: Path, content: bytes, value: Any) -> None:
        raw = plain(content)
        raw["chapters"] = [{"notebook": c} if isinstance(c, str) else c for c in raw["chapters"]]
        same(raw, value)

    kinds = YamlBreaks(free={"parameters"}, references={"notebook", "chapters"}, words={"status", "cut_off_basis"})
    special = {
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
        lambda _: {**kinds.breaks(), **special},
        also=("notebooks",),
        much=4000,
    )


#: For each file, its lists and the attributes of the catalogue that hold them.
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
    "level",
    "goal_basis",
    "actors_basis",
    "basis",
    "national_basis",
    "status",
}
REFERENCES = {"source", "plan", "strategy", "actors", "key_indicators", "family", "sum_of", "population", "predecessor"}


def catalogue(root: Path) -> Reader:
    data = root / "data"
    files = [data / name for name in LISTS] + sorted((data / "indicators").glob("*.yaml")) + [data / "report.yaml"]

    def agrees(path: Path, content: bytes, value: Catalogue) -> None:
        raw, name = yaml.load(content, Loader=WithRepeats), path.relative_to(data).as_posix()
        if name == "report.yaml":
            return same(raw, value.identity)
        for key, attribute in LISTS.get(name, {"indicators": "indicators"}).items():
            known = getattr(value, attribute)
            for number, entry in enumerate(raw[key]):
                same(entry, known[entry["id"]] if isinstance(known, dict) else known[number], f"{key}.{number}")
            assert name.startswith("indicators/") or len(known) == len(raw[key])
        return None

    def breaks(path: Path) -> dict[str, Break]:
        # The family of a source may be new; everything else that is named must exist.
        named = REFERENCES - ({"family"} if path.name in ("sources.yaml", "quality.yaml") else set())
        return YamlBreaks({"groups", "sex_labels"}, named, WORDS).breaks()

    # A missing name is reported where it is used.
    return Reader("catalogue", files, lambda _: _whole(Catalogue(data)), agrees, breaks, also=("data/",), much=1500)


def _whole(read: Catalogue) -> Catalogue:
    """Return a catalogue after reading the parts it reads on demand."""
    _ = read.regions, read.county, [read.assessments(year) for year in (2023, 2024)]
    return read


def questions(root: Path) -> Reader:
    path, known = root / "data/exempel/survey.yaml", Catalogue(root / "data/exempel")
    kinds = YamlBreaks(references={"indicator", "source", "counts_source", "follow_up_source"})

    def agrees(path: Path, content: bytes, value: Any) -> None:
        same(plain(content), value)

    special = {
        "a day of the year that is none": lambda d, c: re.sub(rb"deadline: .*", b"deadline: " + d(st.sampled_from([b"13-01", b"31/3", b'"02-30"', b"x"])), c),
        "cells of nobody": lambda d, c: c.replace(b"T/T", d(st.sampled_from([b"X/T", b"T", b"T/okand"]))) if b"T/T" in c else b"",
    }  # fmt: skip
    return Reader(
        "survey questions",
        [path],
        lambda _: survey.read_survey(known),
        agrees,
        lambda _: {**kinds.breaks(), **special},
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
        in_file = value[value["source"].isin(families)].to_dict("records")
        assert len(in_file) == len(rows)
        for raw, read in zip(rows, in_file, strict=True):
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
