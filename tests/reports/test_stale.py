"""Each kind of change makes the right chapters of a report stale; a build that keeps the rest equals a fresh one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from lib.analysis.digests import digest
from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from lib.build import manifest
from lib.build.stale import Former
from lib.data.parameters import read_parameters
from lib.show.facts import outputs
from tests.conftest import ROOT, change, copy_workbook, lagesrapport

GOALS = {f"0{number}" for number in range(1, 9)}
ALL = {*GOALS, "00", "09", "10", "11"}
BRA, REPORTS = "data/observations/bra.csv", "data/observations/lagesrapporter.csv"
OLD, NEW = (
    "personuppkl_valdtakt,2021,Rn03,T,T,17.6185,procent,472,2679",
    "personuppkl_valdtakt,2021,Rn03,T,T,17.6558,procent,473,2679",
)
ROW = "rutin_vid_indikation_vuxen,2022,01,T,T,76,"


@pytest.fixture
def again(built: Path, tmp_path: Path) -> Path:
    """A workbook whose report for 2022 is built, to change something in."""
    root = copy_workbook(tmp_path / "again")
    shutil.copytree(built / "output/2022", root / "output/2022")
    return root


def stale(root: Path, **inputs: str) -> dict[str, str]:
    """Return the chapters that must run again, by number, with the reason."""
    workbook = Workbook(root)
    parameters = read_parameters(workbook, 2022)
    now = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, parameters.chapters))
    former, view = Former(workbook.output / "2022", now | inputs), open_view(workbook, 2022, "rapport")
    # The facts that the summary reads, provided that no other chapter is run again.
    record = json.loads((workbook.output / "2022/manifest.json").read_text(encoding="utf-8"))
    summary = next(c for c in record["chapters"].values() if c["facts"])
    former.record["chapters"]["00_sammanfattning"] = summary | {"facts": ""}
    entries = [entry.model_copy(update={"runs_last": False}) for entry in parameters.chapters]
    reasons = {entry.notebook[:2]: former.reason(view, entry, "") for entry in entries}
    return {number: reason for number, reason in reasons.items() if reason}


def _goal_5_row(root: Path) -> None:
    change(
        root / BRA,
        OLD,
        NEW,
    )


def _row_of_two_goals(root: Path) -> None:
    change(root / REPORTS, ROW, ROW.replace("76", "61"))


def _row_gone(root: Path) -> None:
    path = root / REPORTS
    path.write_text("".join(x for x in path.open(encoding="utf-8") if not x.startswith(ROW)), encoding="utf-8")


def _catalogue_entry(root: Path) -> None:
    _edit(root, "freda_kortfragor", lambda entry: entry.update(title=entry["title"] + ", ändrad"))


def _goal_of_an_indicator(root: Path) -> None:
    _edit(root, "freda_kortfragor", lambda entry: entry["goals"].append({**entry["goals"][0], "goal": 2}))


def _edit(root: Path, identifier: str, edit: Callable[[dict[str, Any]], object]) -> None:
    for path in (root / "data/indicators").glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in content["indicators"]:
            if entry["id"] == identifier:
                edit(entry)
                path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
                return
    raise AssertionError(identifier)


def _later_row(root: Path) -> None:
    """Add a figure that this report may not see yet."""
    line = next(x for x in (root / REPORTS).open(encoding="utf-8") if x.startswith(ROW))
    later = line.replace(ROW, ROW.replace(",2022,", ",2023,")).replace("2023-05-30", "2024-05-30")
    with (root / REPORTS).open("a", encoding="utf-8") as lines:
        lines.write(later)


def _statement(root: Path) -> None:
    path = root / "data/statements.csv"
    line = next(x for x in path.open(encoding="utf-8") if ",3,2022," in x or ",4,2022," in x)
    change(
        path,
        line,
        line.replace(",framsteg,", ",utmaning,") if ",framsteg," in line else line.replace(",utmaning,", ",framsteg,"),
    )


def _assessment(root: Path) -> None:
    (root / "data/assessments").mkdir(exist_ok=True)
    entry = {"goal": 6, "assessment": "Nära", "reason": "Prov.", "role": "analytiker", "date": date(2023, 5, 30)}
    (root / "data/assessments/2022.yaml").write_text(yaml.safe_dump({"assessments": [entry]}, allow_unicode=True))


def _code(root: Path) -> None:
    change(root / "notebooks/08_kunskap_och_forskning.ipynb", "chapter.goal.remaining()", "chapter.goal.remaining() ")


def _prose(root: Path) -> None:
    path = root / "notebooks/08_kunskap_och_forskning.ipynb"
    notebook = nbformat.read(path, as_version=4)
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    prose[-1].source += " En mening till."
    notebook.cells.insert(5, nbformat.v4.new_markdown_cell("Ett stycke till."))
    nbformat.write(notebook, path)


def _cut_off_reason(root: Path) -> None:
    change(root / "parameters/2022.yaml", "cut_off_reason: ", "cut_off_reason: Prov. ")


@pytest.mark.parametrize(
    ("edit", "expected", "reason"),
    [
        (lambda root: None, set(), ""),
        (_prose, set(), ""),
        (_later_row, set(), ""),
        (_goal_5_row, {"00", "05", "10", "11"}, f"{BRA} changed (personuppkl_valdtakt)"),
        (_row_of_two_goals, {"00", "03", "04", "10", "11"}, f"{REPORTS} changed (rutin_vid_indikation_vuxen)"),
        (_row_gone, {"00", "03", "04", "10", "11"}, f"{REPORTS} changed (rutin_vid_indikation_vuxen)"),
        (_catalogue_entry, {"00", "08", "10", "11"}, "data/indicators/mal_8.yaml changed (freda_kortfragor)"),
        (_goal_of_an_indicator, {"00", "02", "08", "10", "11"}, "data/indicators/mal_8.yaml changed"),
        (_assessment, {"00", "06"}, "data/assessments/2022.yaml changed"),
        (_code, {"08"}, "notebooks/08_kunskap_och_forskning.ipynb changed"),
        (_cut_off_reason, ALL, "parameters/2022.yaml changed"),
        (lambda root: change(root / "data/sources.yaml", "note: ", "note: Prov. "), ALL, "data/sources.yaml changed"),
        (lambda root: change(root / "data/support.yaml", "Vid akut", "Vid en akut"), ALL, "data/support.yaml changed"),
    ],
)
def test_each_kind_of_change_runs_what_it_concerns_and_nothing_else(
    again: Path, edit: Callable[[Path], object], expected: set[str], reason: str
) -> None:
    edit(again)
    found = stale(again)
    assert set(found) == expected
    assert not expected or any(text.startswith(reason) for text in found.values()), found


@pytest.mark.parametrize("name", ["lib/show/prose.py", "lib/show/charts/areas.py", "requirements.lock", "python"])
def test_another_code_lock_or_python_runs_everything(again: Path, name: str) -> None:
    found = stale(again, **{name: "another"})
    assert set(found) == ALL and set(found.values()) == {f"{name} changed"}


def test_a_statement_runs_its_goal_and_those_who_read_all(again: Path) -> None:
    _statement(again)
    assert {"00", "09"} <= set(stale(again)) < ALL


def _files(root: Path) -> dict[str, bytes]:
    place = root / "output/2022"
    files = {p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()}
    return {name: content for name, content in files.items() if name != manifest.NAME}


@pytest.mark.slow
def test_a_build_from_what_is_left_is_byte_for_byte_a_fresh_one(again: Path) -> None:
    for edit in (_goal_5_row, _row_of_two_goals, _assessment, _prose):
        edit(again)
    done = lagesrapport("build", "2022", root=again)
    assert done.returncode == 0, done.stderr
    ran = {line.split("_")[0].strip() for line in done.stdout.splitlines() if line.startswith("  ") and " s   " in line}
    assert ran == {"00", "03", "04", "05", "06", "10", "11"}
    assert "5 of 12 chapters are unchanged" in done.stdout
    first = _files(again)
    text = first["lagesrapport-2022.html"].decode()
    assert "En mening till." in text and "Ett stycke till." in text and "Prov." in text
    assert lagesrapport("build", "2022", "--fresh", root=again).returncode == 0
    assert {name for name, content in _files(again).items() if first.get(name) != content} == set()
    assert set(first) == set(_files(again))


@pytest.mark.slow
def test_damage_is_noticed_reported_and_repaired(again: Path) -> None:
    before = _files(again)
    (again / "output/2022/notebooks/03_upptacka_tidigt.ipynb").write_text("{}")
    done = lagesrapport("build", "2022", "--pdf", root=again, pdf=True)
    assert "03_upptacka_tidigt" in done.stdout and "its stored notebook is damaged" in done.stdout
    assert "11 of 12 chapters are unchanged" in done.stdout and _files(again) == before

    record = json.loads((again / "output/2022/manifest.json").read_text(encoding="utf-8"))
    record["chapters"]["03_upptacka_tidigt"] = {"reads": 3}
    (again / "output/2022/manifest.json").write_text(json.dumps(record))
    assert "its entry in manifest.json is damaged" in stale(again)["03"]
    (again / "output/2022/manifest.json").write_text("{")
    done = lagesrapport("build", "2022", root=again)
    assert "manifest.json of the last build cannot be read; every chapter runs" in done.stdout
    assert done.returncode == 0 and "as they were" not in done.stdout


def test_a_chapter_that_failed_runs_again(again: Path) -> None:
    record = json.loads((again / "output/2022/manifest.json").read_text(encoding="utf-8"))
    del record["chapters"]["03_upptacka_tidigt"]
    record["failed"]["03_upptacka_tidigt"] = "cell 3"
    (again / "output/2022/manifest.json").write_text(json.dumps(record))
    assert stale(again) == {"03": "failed last time"}


def test_what_reads_nothing_by_name_is_never_kept_by_mistake() -> None:
    view = open_view(Workbook(ROOT), 2022, "prov")
    with pytest.raises(ValueError, match="not the name of anything that a view reads"):
        digest(view, "something else")


def test_a_cell_that_shows_nothing_still_records_what_it_read(again: Path) -> None:
    """A figure with too little to draw shows nothing; with another row it would."""
    executed = nbformat.read(again / "output/2022/notebooks/01_forebygga_vald.ipynb", as_version=4)
    recorded = [bundle.get("reads", []) for bundle in outputs(executed)]
    assert "indicator skola_vuxna_gor_tillrackligt" in {name for names in recorded for name in names}
