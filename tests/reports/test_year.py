"""A year from start to end on the openly invented county: from empty forms to a sealed report that can be rebuilt."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
import yaml
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from tests.conftest import ROOT, change, copy_workbook, facts, lagesrapport
from tests.forms import bra_table, fill

NAME = "exempel_2025"
HOME = "data/exempel"


class Run(Protocol):
    """Runs the command in the workbook and checks its exit code."""

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]: ...


class Year(NamedTuple):
    """A workbook, how to run a command in it, and what the commands so far have printed."""

    root: Path
    run: Run
    said: list[str]

    def page(self, path: str = f"output/{NAME}/lagesrapport-{NAME}.html") -> BeautifulSoup:
        """Read a page of the workbook."""
        return BeautifulSoup((self.root / path).read_text(encoding="utf-8"), "html.parser")


def text(page: BeautifulSoup, selector: str) -> str:
    """Return the text of the first element that a selector finds."""
    element = page.select_one(selector)
    assert element is not None, selector
    return " ".join(element.get_text(" ", strip=True).split())


@pytest.fixture(scope="module")
def year(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Year:
    """A workbook in which the analyst has done everything up to the first draft."""
    root = copy_workbook(tmp_path_factory.mktemp("year") / "workbook")
    shutil.copytree(built / "output/exempel", root / "output/exempel")
    said: list[str] = []

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = lagesrapport(*arguments, root=root)
        assert done.returncode == code, done.stdout + done.stderr
        said.append(done.stdout)
        return done

    run("new", "year", "2025", "--after", "exempel")
    run("import", "survey", "--new", "2025", "--data", HOME)
    fill(root / "output/enkat/2025", absent=["-XD-"])
    run(
        "import",
        "survey",
        str(root / "output/enkat/2025"),
        "--year",
        "2025",
        "--data",
        HOME,
        "--published",
        "2026-03-20",
        "--yes",
    )
    bra = bra_table(root / "300.xlsx")
    run("import", "bra", str(bra), "--data", HOME, "--published", "2026-04-30", "--yes")
    (root / "t.csv").write_bytes("\ufeffOmråde;Andel tillfrågade\r\nX1;97,5 %\r\n00;95\r\n".encode())
    (root / "m.yaml").write_text(
        "source: exempelstatistik\npublished: 2026-04-01\npublished_basis: känd\nmust_say: [tillfrågade]\nyear: 2025\n"
        "region_column: Område\nvalues:\n  - {indicator: mhv_tillfragade, column: Andel tillfrågade, sex: K}\n",
        encoding="utf-8",
    )
    run("import", "table", str(root / "t.csv"), "--map", str(root / "m.yaml"), "--data", HOME, "--yes")
    first = root / HOME / "assessments/2025.yaml"
    blank = 'assessment: ATT BESLUTA\n    reason: ""\n    role: ""\n    date:'
    written = "assessment: Nära\n    reason: Prövad.\n    role: analytiker\n    date: 2026-05-20"
    content = first.read_text(encoding="utf-8")
    # One goal is left without an assessment: that is allowed, and the report says so.
    first.write_text(
        content.replace(blank, written).replace("  - goal: 7\n    " + written + "\n", ""), encoding="utf-8"
    )
    comment = root / HOME / "commentary/2025/mal-3.md"
    with comment.open("a", encoding="utf-8") as lines:
        lines.write("Allt *fler* frågar. <script>alert(1)</script>\n\n- [Rutinen](https://exempel.se/rutin) är ny\n")
    run("build", NAME, code=0)
    return Year(root, run, said)


@pytest.mark.slow
def test_what_came_in_is_in_the_draft(year: Year) -> None:
    root, run, said = year
    assert "37 forms for 2025" in said[1] and "Silent (1): Kommun D" in said[2]
    figures = [f for f in facts(root, NAME) if f["kind"] == "observed" and f["year"] == 2025]
    shown = {(f["indicator"], f["region"]) for f in figures}
    assert {("mhv_tillfragade", "X1"), ("rutin_vid_indikation_vuxen", "X1"), ("personuppkl_valdtakt", "RnX")} <= shown
    routine = next(f for f in figures if f["indicator"] == "rutin_vid_indikation_vuxen" and f["region"] == "X1")
    answers = [line.split(",") for line in (root / HOME / "observations/exempelenkat.csv").open(encoding="utf-8")]
    units = [a for a in answers if a[0] == "rutin_vid_indikation_vuxen" and a[1] == "2025" and a[8] == "1"]
    assert (routine["numerator"], routine["denominator"]) == (sum(a[7] == "1" for a in units), len(units)) and len(
        units
    ) == 27
    # Who did not answer is a row that says so, not a no.
    assert ["rutin_vid_indikation_vuxen", "2025", "XD", "T", "T", "", "procent", "", "", "M"] in [
        a[:10] for a in answers
    ]
    assert (root / HOME / "strategy/follow_ups.csv").read_text(encoding="utf-8").count("exempel_uppfoljning") > 5
    received = (root / HOME / "raw/received.csv").read_text(encoding="utf-8").splitlines()
    assert len(received) == 1 + 36 + 1 + 2


@pytest.mark.slow
def test_comments_and_last_years_assessment_are_shown_with_the_assessment(year: Year) -> None:
    root, run, said = year
    page = year.page()
    comment = page.select_one("#mal-3 .lr-comment")
    assert comment and comment.em and comment.em.get_text() == "fler"
    assert comment.a and comment.a["href"] == "https://exempel.se/rutin"
    assert "<script>alert(1)</script>" in comment.get_text() and not page.find("script")
    before = yaml.safe_load((ROOT / HOME / "assessments/2024.yaml").read_text(encoding="utf-8"))["assessments"]
    of_three = next(a for a in before if a["goal"] == 3)
    assert f"Året före, 2024, var bedömningen ”{of_three['assessment']}”" in text(page, "#mal-3")
    assert "Går inte att bedöma – ingen bedömning finns i underlaget" in text(page, "#mal-7")
    defects = text(page, ".defects")
    assert "Brytdatumet i parameters/exempel_2025.yaml är inte beslutat." in defects and "Underskrift saknas" in defects


@pytest.mark.slow
def test_from_draft_to_sealed_and_proved(year: Year) -> None:
    root, run, said = year
    status = root / f"parameters/{NAME}.yaml"
    # A draft that leaves something to decide cannot be signed, nor made final.
    assert "Brytdatumet" in run("sign", NAME, "--role", "analytiker", "--holder", "AB", code=1).stderr
    change(status, "ATT BESLUTA. ", "")
    change(status, "status: utkast", "status: fastställd")
    assert "Underskrift saknas av analytiker" in run("build", NAME, code=1).stderr
    change(status, "status: fastställd", "status: utkast")
    run("build", NAME)

    done = run("compare", NAME, "exempel")
    page = year.page(f"output/review/{NAME}-mot-exempel.html")
    assert page.find("ins") and page.find("del") and "Tillagt:" in page.get_text() and "ny" in page.get_text()
    assert "Review sheet" in done.stdout
    sheet = root / f"output/review/{NAME}-granskning.xlsx"
    book = load_workbook(sheet)
    heads = [cell.value for cell in book["Granskning"][1]]
    book["Granskning"].cell(2, heads.index("Roll") + 1).value = "Polisen"
    book["Granskning"].cell(2, heads.index("Kommentar") + 1).value = "=Stämmer talet?"[1:]
    book["Granskning"].cell(3, heads.index("Roll") + 1).value = "Polisen"
    book["Granskning"].cell(3, heads.index("Bekräftad") + 1).value = "ja"
    book.save(root / "back.xlsx")
    wrong = load_workbook(root / "back.xlsx")
    wrong["Granskning"].cell(3, heads.index("Uppgift") + 1).value = "99 procent"
    wrong.save(root / "wrong.xlsx")
    refused = run("import", "review", NAME, str(root / "wrong.xlsx"), "--data", HOME, code=1)
    assert "column Uppgift: is not what the report says" in refused.stderr
    assert (
        "Figures confirmed: 1, not confirmed: 0, comments to answer: 1"
        in run("import", "review", NAME, str(root / "back.xlsx"), "--data", HOME).stdout
    )

    refused = run("sign", NAME, "--role", "analytiker", "--holder", "AB", code=1)
    assert "En kommentar från granskningen är inte besvarad." in refused.stderr
    change(root / f"{HOME}/reviews/{NAME}.yaml", "resolved: false", "resolved: true")
    assert "must sign this draft before" in run("sign", NAME, "--role", "beslutande", "--holder", "EF", code=1).stderr
    run("sign", NAME, "--role", "analytiker", "--holder", "AB")
    for holder in ("ab", " A B ", "AB."):
        assert "another person" in run("sign", NAME, "--role", "kvalitetsgranskare", "--holder", holder, code=1).stderr
    for holder in ("", "   ", "\u0410\u0412", "AB\u200b", "x" * 200):
        assert (
            "--holder must be" in run("sign", NAME, "--role", "kvalitetsgranskare", "--holder", holder, code=1).stderr
        )
    run("sign", NAME, "--role", "kvalitetsgranskare", "--holder", "CD")
    run("sign", NAME, "--role", "beslutande", "--holder", "EF")
    assert "is a draft" in run("seal", NAME, code=1).stderr

    change(status, "status: utkast", "status: fastställd")
    # What is published is what was signed: a changed word stops it.
    comment = root / HOME / "commentary/2025/mal-3.md"
    change(comment, "Allt *fler* frågar.", "Alla frågar.")
    assert "Text or figures have changed since analytiker signed" in run("build", NAME, code=1).stderr
    change(comment, "Alla frågar.", "Allt *fler* frågar.")
    assert "12 of 12 chapters are unchanged" in run("build", NAME).stdout
    page = year.page()
    cover = text(page, ".cover")
    assert "Utkast" not in cover and "av EF (beslutande)" in cover and cover.count("EXEMPELDATA") == 1
    assert not page.select_one(".defects") and not page.select_one('meta[name="robots"]')

    run("seal", NAME)
    assert "byte for byte as it was sealed" in run("verify", NAME).stdout
    # A judgement changed afterwards and a changed output file are both reported.
    change(root / HOME / "assessments/2025.yaml", "Prövad.", "Prövad igen.")
    report = root / f"output/{NAME}/facts.json"
    report.write_text(report.read_text(encoding="utf-8").replace("procent", "percent", 1), encoding="utf-8")
    said_now = run("verify", NAME, code=1)
    assert "signed" in said_now.stdout + said_now.stderr or "differs" in said_now.stdout + said_now.stderr


def test_the_shipped_years_stay_drafts() -> None:
    for path in sorted((ROOT / "parameters").glob("*.yaml")):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["status"] == "utkast", path
    assert not list((ROOT / "parameters").glob("*.seal.json")) and not (ROOT / "data/signoffs").exists()


@pytest.mark.slow
def test_a_year_is_not_begun_twice(year: Year) -> None:
    root, run, said = year
    before = (root / f"parameters/{NAME}.yaml").read_bytes()
    assert "is already there; nothing was written" in run("new", "year", "2025", "--after", "exempel", code=1).stderr
    assert "cannot be the name" in run("new", "year", "2026", "--after", "exempel", "--name", "2030", code=1).stderr
    assert not (root / "parameters/2030.yaml").exists() and not (root / HOME / "assessments/2026.yaml").exists()
    assert "does not cover 2031" in run("new", "year", "2031", "--after", "exempel", code=1).stderr
    assert (root / f"parameters/{NAME}.yaml").read_bytes() == before


@pytest.mark.slow
def test_the_status_says_what_is_next(year: Year) -> None:
    root, run, said = year
    lines = run("status", NAME).stdout
    assert "Nästa steg" in lines and "Påminn Kommun D om enkäten." in lines
    page = (root / f"output/status/{NAME}.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "EXEMPELDATA" in page and "Kommun D" in page
    record = json.loads((root / f"output/{NAME}/manifest.json").read_text(encoding="utf-8"))
    assert record["content"]
