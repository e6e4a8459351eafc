"""Every limit, exceeded for real, and its error message; a chapter that misbehaves affects no other."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook as Book

from lib.build import kernel
from lib.build.run import CELL_TIMEOUT, Task
from lib.data import commentary
from lib.data.parameters import ChapterEntry
from tests.conftest import Refused, change, copy_workbook, one, report
from tests.faults.import_readers import MAPPING, TABLE
from tests.faults.scale import record

HOME = "data/exempel"


def _append(path: str, text: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def _write(path: str, text: str | bytes) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())

    return edit


def _link(path: str, target: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(target)

    return edit


def _many_points(root: Path) -> None:
    path = root / HOME / "geo/municipalities.geojson"
    outlines = json.loads(path.read_text(encoding="utf-8"))
    outlines["features"][0]["geometry"]["coordinates"][0] *= 50_000
    path.write_text(json.dumps(outlines), encoding="utf-8")


def _archive(part: bytes, times: int = 1) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        (root / "in").mkdir()
        with zipfile.ZipFile(root / "in/table.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(times):
                archive.writestr(f"xl/worksheets/sheet{number}.xml", part)

    return edit


def _wide(root: Path) -> None:
    (root / "in").mkdir()
    book = Book()
    book.create_sheet("Blad1", 0).append(["x"] * 201)
    book.save(root / "in/table.xlsx")


BUILD = ("build", "exempel", "--no-pdf")
IMPORT = ("import", "table", "in/table.xlsx", "--map", "in/map.yaml", "--data", HOME, "--yes")
CSV = ("import", "table", "in/table.csv", "--map", "in/map.yaml", "--data", HOME, "--yes")
BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
#: For each limit, an edit that exceeds it, the command, and part of the error message.
LIMITS: dict[str, tuple[Callable[[Path], None], tuple[str, ...], str]] = {
    "a text file: 20 MB": (_append(f"{HOME}/statements.csv", "x" * 20_000_000), BUILD, "is larger than 20 MB, which no file of a workbook is"),
    "YAML: nested 30 deep": (_append(f"{HOME}/sources.yaml", "\nx: " + "[" * 100_000), BUILD, "nested more than 30 deep"),
    "YAML: no tags": (_append(f"{HOME}/sources.yaml", "\nx: !!python/object/apply:os.getcwd []"), BUILD, "has no place in data"),
    "YAML: no repetition within a repeated part": (
        _append(f"{HOME}/sources.yaml", "\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"), BUILD, "a repetition (& or *) within a repeated part"),
    "text: no invisible characters": (_append(f"{HOME}/statements.csv", "\u202e"), BUILD, "the invisible character U+202E"),
    "JSON: no deep nesting": (_write(f"{HOME}/geo/municipalities.geojson", "[" * 100_000), BUILD, "nested too deeply"),
    "outlines: 200,000 points": (_many_points, BUILD, "has more than 200000 points"),
    "links: none in data": (_link(f"{HOME}/observations/x.csv", "/etc/hostname"), BUILD, "is a link to another place"),
    "links: none to notebooks": (lambda root: _linked_notebook(root), BUILD, "leads out of the workbook, or through a link"),
    "paths: none out of the workbook": (lambda root: change(root / "parameters/exempel.yaml", "data: data/exempel", "data: ../data"), BUILD,
                                        "data: string should match pattern"),
    "reports: none by a path": (lambda root: None, ("build", "../../etc/passwd"), "is neither a year nor the name of a file"),
    "Excel: 20 MB": (_write("in/table.xlsx", b"PK" + b"\0" * 20_000_000), IMPORT, "is larger than 20 MB; this is not the table"),
    "Excel: 200 MB unpacked": (_archive(b"0" * 21_000_000, 10), IMPORT, "unpacks to more than 200 MB"),
    "Excel: no entities": (_archive(BILLION), IMPORT, "declares XML entities"),
    "Excel: 100,000 rows, 200 columns": (_wide, IMPORT, "more than 100000 rows or 200 columns"),
    "CSV: 20 MB": (_write("in/table.csv", TABLE + "X1;1;1;1\n" * 2_300_000), CSV, "is larger than 20 MB; this is not the table"),
    "a comment: 20,000 characters": (
        _write(commentary.comment_path(Path(HOME), 2024, 3).as_posix(), "ord " * 6000), BUILD, "has more than 20000 characters"),
    "a comment: paragraphs, lists, emphasis, https links": (
        _write(commentary.comment_path(Path(HOME), 2024, 3).as_posix(), "[x](javascript:alert(1))"), ("check", "exempel"), "has no place in a comment"),
}  # fmt: skip


def _linked_notebook(root: Path) -> None:
    path = root / "notebooks/09_handlingsplan.ipynb"
    path.rename(root / "elsewhere.ipynb")
    path.symlink_to(root / "elsewhere.ipynb")


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_reported_in_one_sentence(
    workbook: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    exceed, command, sentence = LIMITS[name]
    monkeypatch.chdir(workbook)
    (workbook / "output/exempel").mkdir(parents=True)
    (workbook / "output/exempel/former").write_text("the former report")
    exceed(workbook)
    if command[0] == "import":
        _write("in/map.yaml", MAPPING)(workbook)
    before = {p: p.stat().st_mtime_ns for p in (workbook / "data").rglob("*") if p.is_file() and not p.is_symlink()}
    if command[0] == "check":
        # The findings of a check are on standard output, one a line.
        from lib.cli.main import main

        code, said = main([*command, "--root", str(workbook)]), capsys.readouterr().out
        (said,) = [line for line in said.splitlines() if sentence in line]
    else:
        code, said = refused(*command, root=workbook)
        assert said.count("\n") == 1
    assert code != 0 and sentence in said and "Traceback" not in said, said
    assert (workbook / "output/exempel/former").read_text() == "the former report"
    assert {
        p: p.stat().st_mtime_ns for p in (workbook / "data").rglob("*") if p.is_file() and not p.is_symlink()
    } == before
    record("limits", name, message=_plain(said, workbook))


def _plain(said: str, root: Path) -> str:
    """Return a message as docs/reliability.md shows it."""
    text = (
        said.strip()
        .removeprefix("lagesrapport: ")
        .removeprefix("- ")
        .replace(f"{root}/", "")
        .replace(str(root), "the workbook")
    )
    return text if len(text) < 240 else text[:237] + "…"


#: The source of a chapter's cell, and the sentence in its place in the draft.
MISBEHAVIOUR: dict[str, tuple[str, str]] = {
    "a cell: 300 seconds": ("while True: pass", r"a cell took longer than \d+ seconds"),
    "memory: 4 GB": ("x = bytearray(6_000_000_000)", "it needs more than 4 GB of memory; MemoryError"),
    "output: 50 MB": ("for _ in range(110): print('x' * 1_000_000)", "the notebook shows more than 50 MB; show less"),
    "a process that dies": ("import os; os._exit(3)", "the notebook's process died"),
    "no end before the end": ("import sys; sys.exit(0)", "ended the notebook early"),
    "no questions": ("input('Vem?')", "EOFError"),
    "no files": ("open('data/x.csv', 'w')", r"a chapter may not write, move or remove files \(x.csv\); show it with a method of chapter"),
    "no files removed": ("import shutil; shutil.rmtree('data')", r"a chapter may not write, move or remove files \(data\)"),
    "no other programs": ("import subprocess; subprocess.run(['true'])", "a chapter may not start other programs; remove the call"),
    "no network": ("import socket; socket.create_connection(('127.0.0.1', 9))", "a chapter may not use the network; put the figures into data/"),
    "an error": ("1 / 0", "ZeroDivisionError: division by zero"),
    "no figures before they are protected": ("import pandas as pd, os; pd.read_csv('data/observations/' + os.listdir('data/observations')[0])", r"a chapter may not read \S+, whose figures are not protected; take them from chapter.data"),
    "nothing that the page cannot show": ("print('svar')", r"prints text, which the report leaves out; remove it, or write chapter.text\("),
}  # fmt: skip


def _task(entry: ChapterEntry, *rest: Any) -> Task:
    return replace(Task(entry, *rest), cell_timeout=1 if entry.number == 20 else CELL_TIMEOUT)


@pytest.mark.skipif(not kernel.available(), reason="this system cannot fork from a server")
def test_chapters_that_misbehave_are_named_and_cost_no_other(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_workbook(tmp_path / "workbook")
    # Only the endless cell has a short limit: the others may take as long as a busy machine needs.
    monkeypatch.setattr("lib.build.builds.Task", _task)
    names = [f"{20 + number}_avvikelse" for number in range(len(MISBEHAVIOUR))]
    for name, (source, _) in zip(names, MISBEHAVIOUR.values(), strict=True):
        cells = [
            nbformat.v4.new_markdown_cell(f"# Kapitel {name}"),
            nbformat.v4.new_code_cell("year: int = 2022", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(source),
        ]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, root / f"notebooks/{name}.ipynb")
    parameters = root / "parameters/2022.yaml"
    head = parameters.read_text(encoding="utf-8").split("chapters:")[0]
    chapters = "".join(f"  - {name}\n" for name in ["10_likvardighet", *names])
    parameters.write_text(f"{head}chapters:\n{chapters}", encoding="utf-8")
    before = {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    code, said = refused("build", "2022", "--no-pdf", root=root)
    assert code == 3 and "Traceback" not in said, said
    page = report(root, 2022)
    places = {
        heading.get_text(): one(section, ".lr-failed")
        for heading in page.find_all(["h1", "h2"])
        if "saknas" in heading.get_text() and (section := heading.find_parent("section"))
    }
    assert len(places) == len(MISBEHAVIOUR)
    for number, (name, (_, sentence)) in enumerate(MISBEHAVIOUR.items(), 20):
        shown = places[f"Kapitel {number} saknas"].get_text(" ")
        assert re.search(sentence, shown), shown
        assert re.search(rf"{number}_avvikelse failed \(.*{sentence}", said), said
        record(
            "limits",
            f"a chapter: {name}",
            message=_plain(re.sub(r"^.*?framställas: ", "", shown.strip()).replace("1 seconds", "300 seconds"), root),
        )
    # The rest of the draft is there, and so are the files that the cells tried to change.
    assert one(page, "#likvardighet, section[data-notebook='10_likvardighet']").find("table")
    after = {
        p.relative_to(root): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and "output" not in p.relative_to(root).parts
    }
    assert after == before
    assert BeautifulSoup(str(page), "html5lib").find("script") is None
