"""What reads input from outside: a good file of each kind, how it is read, and how anyone would read it with simpler means.

A file that is taken must say, read plainly, what the reader says: a reader that guesses, drops or changes something is found out.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import yaml
from bs4 import BeautifulSoup
from hypothesis import strategies as st
from openpyxl import load_workbook

from lib import commentary
from lib.catalogue import Catalogue
from lib.errors import WorkbookError
from lib.observations import COLUMNS, read_observations
from lib.outlines import read_outlines
from lib.parameters import check_notebook, read_parameters
from lib.sources import bra_excel, forms, mapped, survey
from lib.workbook import Workbook
from tests.faults import noise
from tests.faults.noise import Draw, bruised, bruised_book, csv_breaks, edited, zip_breaks
from tests.forms import bra_table

YEAR = 2025
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
    bruised: Callable[[Draw, bytes], bytes] = bruised
    #: Names that a refusal may give instead of the file's.
    also: tuple[str, ...] = ()
    good: dict[Path, bytes] = field(default_factory=dict)
    #: Full runs try this many.
    much: int = 2500

    def __post_init__(self) -> None:
        self.good = {path: path.read_bytes() for path in self.files}


# ---- YAML records -------------------------------------------------------------------------------------------------------------


def same(raw: Any, value: Any, where: str = "") -> None:
    """Compare what a YAML file says, every scalar taken as text, with a record; what the file does not mention is not compared."""
    if isinstance(raw, dict):
        for key, each in raw.items():
            own = value.get(_key(value, key)) if isinstance(value, dict) else getattr(value, key)
            same(each, own, f"{where}.{key}")
    elif isinstance(raw, list):
        assert len(value) >= len(raw), where
        for number, (each, own) in enumerate(zip(raw, value, strict=False)):
            same(each, own, f"{where}.{number}")
    else:
        assert _says(raw, value), f"{where}: the file says {raw!r}, and {value!r} was read"


def _key(value: dict, key: str) -> Any:
    return next((own for own in value if str(own) == key), key)


def _says(text: str, value: Any) -> bool:
    if value is None:
        return text in ("", "~", "null")
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, float):
        return float(text) == value
    return text == (value.isoformat() if isinstance(value, date) else str(value))


def _plain(content: bytes) -> Any:
    return yaml.load(content, Loader=yaml.CBaseLoader)


class _WithRepeats(yaml.CBaseLoader):
    """Takes every scalar as text, but knows what << means."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        yaml.constructor.SafeConstructor.flatten_mapping(self, node)
        return super().construct_mapping(node, deep)


# ---- the readers --------------------------------------------------------------------------------------------------------------


def parameters(root: Path) -> Reader:
    path = root / "parameters/2022.yaml"

    def agrees(path: Path, content: bytes, value: Any) -> None:
        raw = _plain(content)
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
        raw, name = yaml.load(content, Loader=_WithRepeats), path.relative_to(data).as_posix()
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
        same(_plain(content), value)

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
                assert _says(text, getattr(value.statements[identifier], name)), f"{identifier}, {name}: {text!r}"

    path = data / "statements.csv"
    return Reader("statements", [path], lambda _: Catalogue(data), agrees, lambda _: csv_breaks(STATED), much=1500)


def survey_forms(root: Path, folder: Path) -> Reader:
    known = Catalogue(root / "data/exempel")
    asked = survey.read_survey(known)
    made = forms.write_forms(known, asked, YEAR, folder)
    unit = next(p for p in made if "aktor" not in p.name)
    actor = next(p for p in made if "aktor" in p.name)
    for path in set(made) - {unit, actor}:
        path.unlink()
    for path, sheets in ((unit, (("Svar", 3, "Ja"), ("Antal", 5, 12))), (actor, (("Åtaganden", 3, "pågår"),))):
        book = load_workbook(path)
        for sheet, column, answer in sheets:
            for row in range(5, book[sheet].max_row + 1):
                book[sheet].cell(row, column).value = answer
        book.save(path)
    counts = {
        "a count that is none": _answer(lambda book: "Antal", 5, [-1, 1.5, "många", "1.000", "=2", True, 10**7, "١٢"])
    }
    return Reader(
        "survey forms",
        [unit, actor],
        lambda path: forms.read_form(path, asked, known, YEAR),
        _form_agrees,
        lambda path: {**zip_breaks(), **FORM_BREAKS, **(counts if path == unit else {})},
        bruised_book,
    )


def _form_agrees(path: Path, content: bytes, value: forms.Returned) -> None:
    book = load_workbook(io.BytesIO(content))
    for sheet, answers in (("Svar", value.answers), ("Åtaganden", value.statuses)):
        rows = _by_code(book, sheet) if answers else {}
        for code, (answer, _) in answers.items():
            assert answer.casefold() == str(rows[code][2] if rows[code][2] is not None else "").strip().casefold()
    rows = _by_code(book, "Antal") if value.counts else {}
    for (indicator, cell), count in value.counts.items():
        told = rows[f"{indicator} {cell}"][4]
        said = re.sub(r"\s", "", str(told if told is not None else ""))
        assert (count is None) == (said == "") and (count is None or float(said) == count)


def _answer(sheet: Callable[[Any], str], column: int, values: list) -> Break:
    def made(draw: Draw, content: bytes) -> bytes:
        def edit(book: Any) -> None:
            name = sheet(book)
            book[name].cell(draw(st.integers(5, book[name].max_row)), column).value = draw(st.sampled_from(values))

        return edited(content, edit)

    return made


def _first(book: Any) -> str:
    return "Svar" if "Svar" in book.sheetnames else "Åtaganden"


def _meta(changed: dict) -> Break:
    def edit(book: Any) -> None:
        cell = book["Om blanketten"]["A1"]
        cell.value = json.dumps(json.loads(cell.value) | changed)

    return lambda draw, content: edited(content, edit)


FORM_BREAKS: dict[str, Break] = {
    "an answer that is none": _answer(
        _first, 3, ["Kanske", "JA NEJ", "1", 1, True, "=A1", "@x", "<b>Ja</b>", "Ja\u200b"]
    ),
    "a code of nothing": _answer(_first, 1, ["finns_inte", "X", 7]),
    "a formula in a comment": _answer(_first, 4, ["=1+1", " =cmd|' /C calc'!A0"]),
    "a comment like a book": _answer(_first, 4, ["x" * 1001]),
    "another year": _meta({"year": 2024}),
    "a year that is none": _meta({"year": "2025"}),
    "a form of nobody": _meta({"who": "9999"}),
    "another form": _meta({"form": "blankett-2"}),
    "a sheet that is gone": lambda d, c: edited(c, lambda book: book.remove(book[_first(book)])),
    "a heading that is another": lambda d, c: edited(c, lambda book: book[_first(book)].__setitem__("C4", "Värde")),
    "another name": lambda d, c: edited(c, lambda book: book[_first(book)].__setitem__("A2", "Någon annan")),
    "a question that is gone": lambda d, c: edited(c, lambda book: book[_first(book)].delete_rows(5)),
    "a question twice": lambda d, c: edited(c, lambda b: b[_first(b)].append([x.value for x in b[_first(b)][5]])),
    "words beside the questions": lambda d, c: edited(c, lambda b: b[_first(b)].append([None, "och detta", "Ja"])),
}


def _by_code(book: Any, sheet: str) -> dict[str, list]:
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=5)]
    return {str(row[0]).strip(): row for row in rows if row[0] is not None}


def table_300(root: Path, folder: Path) -> Reader:
    data, path = root / "data/exempel", bra_table(folder / "300-2025.xlsx")
    content = path.read_bytes()

    def read(path: Path) -> pd.DataFrame:
        return bra_excel.observations(path, data, YEAR, date(2026, 7, 1), "känd", vanished=True)

    expected = {(r.indicator, r.sex, r.group): r for r in read(path).itertuples() if r.status == "A"}
    pairs = {(row[2], row[6]): row[1] for row in _sheet(content)[4:]}
    names = {key: pairs[r.denominator, r.value] for key, r in expected.items() if (r.denominator, r.value) in pairs}

    def agrees(path: Path, content: bytes, value: pd.DataFrame) -> None:
        told = Counter(str(row[1]) for row in _sheet(content) if len(row) > 6)
        rows = {str(row[1]): row for row in _sheet(content) if len(row) > 6}
        assert {"Polisregion Exempel", str(YEAR)} <= set(
            re.findall(r"Polisregion Exempel|2025", str(_sheet(content)[:20]))
        )
        for row in value[value["status"] == "A"].itertuples():
            label = names.get((row.indicator, row.sex, row.group))
            # Another row's label may have come here by accident; where it has not, the figures are this row's.
            if label and told[label] == 1 and not pd.isna(row.denominator):
                cells = [
                    float(re.sub(r"\s", "", str(cell)).replace(",", ".")) for cell in (rows[label][2], rows[label][6])
                ]
                assert cells == [row.denominator, row.value], (label, cells, row)

    def body(column: int, values: Callable[[Any], list]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            def edit(book: Any) -> None:
                cell = book.active.cell(draw(st.integers(5, book.active.max_row)), column)
                cell.value = draw(st.sampled_from(values(cell.value)))

            return edited(content, edit)

        return made

    def top(text: str) -> Break:
        return lambda draw, content: edited(content, lambda book: book.active.__setitem__("A1", text))

    breaks = {
        **zip_breaks(),
        "a sum that is none": body(3, lambda v: [v + 1, v - 1, v * 10, -v]),
        "parts that are none": body(4, lambda v: [v + 1, -v, v + 0.5]),
        "a count that is a word": body(3, lambda v: ["många", "=1+1", "1e3", "<b>1</b>", "12x"]),
        "a share of no whole number": body(7, lambda v: [v + 0.3, v * 1.01 + 0.17, 100 + v]),
        "another area": top("Tabell 300. Polisregion Syd, år 2025"),
        "two areas": top("Tabell 300. Polisregion Exempel, Hela landet, år 2025"),
        "another year": top("Tabell 300. Polisregion Exempel, år 2024"),
        "no year": top("Tabell 300. Polisregion Exempel"),
        "another sheet": lambda d, c: edited(c, lambda book: setattr(book.active, "title", "Blad1")),
        "a heading that is gone": lambda d, c: edited(c, lambda b: b.active.__setitem__(f"{d(st.sampled_from('ABCDEFG'))}4", "X")),
        "a row twice": lambda d, c: edited(c, lambda b: b.active.append([b.active["A5"].value, *[x.value for x in b.active[5]][1:]])),
    }  # fmt: skip
    return Reader(
        "Brå's table 300", [path], read, agrees, lambda _: breaks, bruised_book, also=("table", "rows"), much=1500
    )


def _sheet(content: bytes) -> list[list]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


MAPPING = """source: exempelstatistik
published: 2026-04-01
published_basis: känd
year: 2025
heading_row: 2
must_say: [Exempelmyndigheten]
region_column: Område
values:
  - {indicator: mhv_tillfragade, column: Andel, sex: K, numerator: Ja, denominator: Alla}
missing: {"": M, "..": M, x: Q}
"""
TABLE = "Exempelmyndigheten 2025\nOmråde;Andel;Ja;Alla\nX1;95,0;1 900;2 000\nXA;75;30;40\nXB;..;;\nXC;x;;\n"


def mapped_tables(root: Path, folder: Path) -> Reader:
    known = Catalogue(root / "data/exempel")
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    files = [folder / "table.csv", folder / "map.yaml"]

    def read(_: Path) -> tuple[mapped.Mapping, pd.DataFrame]:
        mapping = mapped.read_mapping(folder / "map.yaml")
        mapped.check_names(folder / "map.yaml", mapping, known)
        return mapping, mapped.observations(folder / "table.csv", mapping, known)[0]

    def agrees(path: Path, content: bytes, value: tuple[mapped.Mapping, pd.DataFrame]) -> None:
        mapping, rows = value
        if path.name == "map.yaml":
            return same(_plain(content), mapping)
        text = _decoded(content)
        lines = [
            line for line in csv.reader(io.StringIO(text), delimiter=max(";,\t", key=text.partition("\n")[0].count))
        ]
        if text.partition("\n")[0].startswith("sep="):
            return None
        heads = [re.sub(r"\s+", " ", h).strip() for h in lines[1]]
        told = [dict(zip(heads, (c.strip() for c in line), strict=False)) for line in lines[2:]]
        told = [row for row in told if any(row.values())]
        assert len(told) == len(rows)
        for row, read in zip(told, rows.to_dict("records"), strict=True):
            # Numbers with their spaces and commas; what stands for a missing one.
            if read["status"] == "A":
                got = [read[name] for name in ("value", "numerator", "denominator")]
                assert [_number(row[h]) for h in ("Andel", "Ja", "Alla")] == got
            else:
                assert {"": "M", "..": "M", "x": "Q"}[row.get("Andel", "")] == read["status"] and pd.isna(read["value"])
            name = row["Område"]
            assert (
                read["region"] in (name, name.zfill(4))
                or known.region_names[read["region"]].casefold() == name.casefold()
            )
        return None

    cells = [["X1", "1.234", "1", "2"], ["Atlantis", "5", "1", "2"], ["X1", "9 5", "1", "2"], ["X1", "٩٥", "1", "2"],
             ["X1", "95", "5", "2", "9"], ["X1", "=1+1", "1", "2"], ["X1", "5", "1.5", "2"], ["X1", "NaN", "1", "2"],
             ["X1", "5", "1", "50%"], ["", "5", "1", "2"], ["X1", "1e3", "1", "2"], ["X1", "5", "<b>", "2"]]  # fmt: skip
    table = {
        "a cell that cannot be": lambda d, c: c + ";".join(d(st.sampled_from(cells))).encode() + b"\n",
        "another publisher's": lambda d, c: c.replace(b"Exempelmyndigheten", b"Annan"),
        "a column that is gone": lambda d, c: c.replace(
            d(st.sampled_from([b"Andel", b"Ja", b"Alla", "Område".encode()])), b"X", 1
        ),
        "a column twice": lambda d, c: c.replace(b";Alla", b";Alla;Alla", 1),
        "half a file": lambda d, c: c[: d(st.integers(0, c.index(b"X1")))],
        "nothing": lambda d, c: b"",
        "a picture": lambda d, c: b"\x89PNG\r\n\x1a\n\0\0" + c,
        "Excel by another name": lambda d, c: b"PK\x03\x04" + c,
    }
    mapping = noise.Yaml(
        free={"missing"}, references={"source", "indicator"}, words={"published_basis", "sex"}
    ).breaks()
    mapping |= {
        "two years": lambda d, c: c + "year_column: År\n".encode(),
        "no area": lambda d, c: re.sub(rb"region_column: .*\n", b"", c),
        "no values": lambda d, c: re.sub(rb"values:\n.*\n", b"values: []\n", c),
        "another letter for missing": lambda d, c: c.replace(b"x: Q", b"x: Z"),
    }
    both = ("map.yaml", "table.csv")
    return Reader(
        "mapped tables",
        files,
        read,
        agrees,
        lambda path: mapping if path.name == "map.yaml" else table,
        also=both,
        much=4500,
    )


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("no text was taken as one")


def _number(text: str) -> float:
    return float(re.sub(r"[\s\u00a0\u202f]|%$", "", text).replace(",", "."))


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
        page = BeautifulSoup(value, "html5lib").body
        assert {tag.name for tag in page.find_all(True)} <= commentary.ALLOWED
        for tag in page.find_all(True):
            assert set(tag.attrs) <= {"href", "title", "start"} and tag.get("href", "https://").startswith("https://")
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

    def agrees(path: Path, content: bytes, value: dict) -> None:
        raw = json.loads(content)["features"]
        assert list(value) == [feature["properties"]["region_code"] for feature in raw]
        for feature in raw:
            geometry = feature["geometry"]
            told = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            assert json.loads(json.dumps(value[feature["properties"]["region_code"]])) == told

    def change(edit: Callable[[Draw, dict], Any]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            told = json.loads(content)
            edit(draw, told["features"][draw(st.integers(0, len(told["features"]) - 1))])
            return json.dumps(told).encode()

        return made

    def point(draw: Draw, feature: dict) -> None:
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

    def change(edit: Callable[[Draw, dict], Any]) -> Break:
        def made(draw: Draw, content: bytes) -> bytes:
            told = json.loads(content)
            edit(draw, told)
            return json.dumps(told).encode()

        return made

    def cell(told: dict) -> dict:
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


NAMES = ["parameters", "catalogue", "survey questions", "observations", "statements", "survey forms", "Brå's table 300", "mapped tables",
         "comments", "outlines (GeoJSON)", "notebooks"]  # fmt: skip


@cache
def _unbound() -> dict[str, Callable[..., Reader]]:
    made = [
        parameters,
        catalogue,
        questions,
        observations,
        statements,
        survey_forms,
        table_300,
        mapped_tables,
        comments,
        outlines,
        notebooks,
    ]
    return dict(zip(NAMES, made, strict=True))


def reader(name: str, root: Path, folder: Path) -> Reader:
    """Return a reader of a copy of the workbook; files from outside are put into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    make = _unbound()[name]
    if make in (survey_forms, table_300, mapped_tables):
        return make(root, folder / "in") if make is survey_forms else make(root, folder)
    return make(folder) if make is comments else make(root)


def refused(read: Callable[[], Any]) -> tuple[str, Any]:
    """Return the sentence with which something was refused, or an empty one and what was read."""
    try:
        return "", read()
    except WorkbookError as error:
        return str(error), None
