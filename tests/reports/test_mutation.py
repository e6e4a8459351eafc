"""One number changed in data/ changes exactly what depends on it; everything else stays byte for byte the same."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from bs4 import Tag

from tests.conftest import change, facts, lagesrapport, one, report

OLD = "rutin_vid_indikation_vuxen,2022,01,T,T,76,"


def test_one_number_changes_exactly_what_depends_on_it(built: Path, workbook: Path) -> None:
    change(workbook / "data/observations/lagesrapporter.csv", OLD, OLD.replace("76", "61"))
    assert lagesrapport("build", "2022", root=workbook).returncode == 0

    before = {f["id"]: f for f in facts(built, 2022)}
    after = {f["id"]: f for f in facts(workbook, 2022)}
    assert set(before) == set(after)
    changed = {i for i in before if before[i] != after[i]}
    assert changed and {(before[i]["indicator"], before[i]["year"]) for i in changed} == {
        ("rutin_vid_indikation_vuxen", 2022)
    }
    # The value wherever it is shown, and the difference from the year before, from +22 to +7 points.
    assert {after[i]["text"] for i in changed if after[i]["kind"] == "observed"} == {"61 procent"}
    differences = [i for i in changed if after[i]["kind"] == "computed"]
    assert {(before[i]["value"], after[i]["value"]) for i in differences} == {(22, 7)}

    first, second = report(built, 2022), report(workbook, 2022)
    differing = [
        s["id"]
        for s, t in zip(first.select("main > section"), second.select("main > section"), strict=True)
        if str(s) != str(t)
    ]
    # The chapter on method holds a digest of everything the report may see.
    assert differing == ["sammanfattning", "mal-3", "metod"]

    chapter = one(second, "#mal-3")
    figure = one(chapter, "figure[id$=rutin_vid_indikation_vuxen]")
    assert "61 år 2022" in one(figure, "img")["alt"]
    assert "från 54 till 61 procent (+7 procentenheter" in chapter.get_text().replace("\u00a0", " ")
    assert "från 54 procent 2021 till 61 procent 2022" in one(figure, "figcaption").get_text().replace("\u00a0", " ")
    card = one(chapter, ".lr-card")
    assert "61" in one(card, ".lr-value").get_text() and "+7 procentenheter" in card.get_text().replace("\u00a0", " ")
    assert "2022: 61 procent" in one(card, "img")["alt"]
    table = one(chapter, "[id$=tabell-rutin_vid_indikation_vuxen]").get_text()
    assert "61" in table and "76" not in table
    assert "61" in one(figure, "details").get_text() and "76" not in one(figure, "details").get_text()
    assert _last_point(figure) < _last_point(one(first, "#mal-3 figure[id$=rutin_vid_indikation_vuxen]"))


def _last_point(figure: Tag) -> float:
    """Return how high the line of a figure ends, in units of the picture, from the bottom."""
    svg = base64.b64decode(str(one(figure, "img")["src"]).partition("base64,")[2]).decode()
    path = re.search(r'<path d="(M[^"]+)" clip-path="[^"]+" style="fill: none; stroke: #12436d', svg)
    assert path is not None
    return -float(re.findall(r"[\d.]+", path[1])[-1])


def test_nothing_changed_is_not_built_again(built: Path) -> None:
    done = lagesrapport("build", "2022", root=built)
    assert done.returncode == 0 and "nothing has changed" in done.stdout
    assert "file://" in done.stdout


def test_a_tampered_report_is_built_again(built: Path, tmp_path: Path) -> None:
    """A report that differs from what the build wrote is never current."""
    import shutil

    from lib.base.workbook import Workbook
    from lib.build import manifest
    from lib.data.parameters import read_parameters

    workbook = Workbook(built)
    parameters = read_parameters(workbook, 2022)
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, parameters.chapters))
    copy = tmp_path / "2022"
    shutil.copytree(built / "output/2022", copy)
    assert manifest.is_current(copy, inputs)
    assert not manifest.is_current(copy, inputs | {"data/statements.csv": "another"})
    change(copy / "facts.json", '"76 procent"', '"99 procent"')
    assert not manifest.is_current(copy, inputs)
