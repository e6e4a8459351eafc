"""Builds that fail in part: other years and other chapters are made all the same, and the report is marked."""

import json
from pathlib import Path

import pytest

from lib.build import manifest
from tests.conftest import change, lagesrapport


@pytest.mark.slow
def test_a_year_that_fails_does_not_stop_the_others(built: Path, workbook: Path) -> None:
    # A fault that only the finished page shows: the others are built all the same.
    change(workbook / "notebooks/08_kunskap_och_forskning.ipynb", "chapter.goal.remaining()", BAD_FOR_2021)
    done = lagesrapport("build", "2020-2022", root=workbook)
    assert done.returncode == 1 and done.stderr.count("The report was not published") == 1, done.stderr
    assert not (workbook / "output/2021").exists() and "2021: done" not in done.stdout
    for year in ("2020", "2022"):
        assert f"{year}: done" in done.stdout
        name = f"output/{year}/facts.json"
        assert (workbook / name).read_bytes() == (built / name).read_bytes()
    assert sorted(p.name for p in (workbook / "output").iterdir()) == ["2020", "2022"]


#: A picture without an alt text, in one year's chapter alone.
BAD_FOR_2021 = (
    'chapter.goal.remaining()\\n",\n    "from IPython.display import HTML, display\\n",\n    '
    "\"display(HTML(\\\"<img src='data:,'>\\\" if chapter.view.year == 2021 else '<p></p>'))"
)


BROKEN = {
    "06_trygg_rattsprocess": ("chapter.other_indicators()", "1/0", "ZeroDivisionError"),
    "07_systematisk_kunskapsutveckling": (
        "chapter.other_indicators()",
        "import sys; sys.exit(0)",
        "ended the notebook early",
    ),
    "08_kunskap_och_forskning": (
        "chapter.other_indicators()",
        "import matplotlib.pyplot as plt; _ = plt.plot([1, 2]); plt.show()",
        "shows a figure without caption and source; write chapter.figure(ax, data=df",
    ),
    "09_handlingsplan": (
        "chapter.plan.commitments()",
        "chapter = Chapter(year - 1, name='handlingsplan')",
        "it shows 2021, not 2022",
    ),
    "11_metod_och_kvalitet": ("chapter.method.data_annex()", "import os; os._exit(1)", "process died"),
}


def test_a_draft_names_its_failed_chapters_where_they_would_be(workbook: Path) -> None:
    parameters = workbook / "parameters/2022.yaml"
    head = parameters.read_text(encoding="utf-8").split("chapters:")[0]
    chapters = [*BROKEN, "10_likvardighet"]
    parameters.write_text(head + "chapters:\n" + "".join(f"  - {c}\n" for c in chapters), encoding="utf-8")
    for notebook, (cell, code, _) in BROKEN.items():
        change(workbook / f"notebooks/{notebook}.ipynb", cell, code)
    done = lagesrapport("build", "2022", root=workbook)
    assert done.returncode == 3, done.stdout + done.stderr
    html = (workbook / "output/2022/lagesrapport-2022.html").read_text(encoding="utf-8")
    record = json.loads((workbook / "output/2022/manifest.json").read_text(encoding="utf-8"))
    failed = record["failed"]
    for notebook, (_, _, message) in BROKEN.items():
        assert f"Kapitel {int(notebook[:2])} saknas" in html and message in html
        assert message in failed[notebook], failed
    assert "Det här utkastets brister" in html and "Stödet ska vara tillgängligt" in html
    assert "Traceback" not in html
    # A draft with a failed chapter is never taken for up to date.
    assert not manifest.is_current(workbook / "output/2022", record["inputs"])


def test_a_report_without_its_pdf_is_not_taken_for_whole(workbook: Path) -> None:
    parameters = workbook / "parameters/2022.yaml"
    head = parameters.read_text(encoding="utf-8").split("chapters:")[0]
    parameters.write_text(head + "chapters:\n  - 10_likvardighet\n", encoding="utf-8")
    done = lagesrapport("build", "2022", root=workbook)
    assert done.returncode == 0 and (workbook / "output/2022/lagesrapport-2022.html").exists()
    assert not (workbook / "output/2022/lagesrapport-2022.pdf").exists()
    done = lagesrapport("build", "2022", root=workbook, pdf=True)
    assert done.returncode == 0 and (workbook / "output/2022/lagesrapport-2022.pdf").exists()
    done = lagesrapport("build", "2022", root=workbook, pdf=True)
    assert "nothing has changed" in done.stdout


def test_fields_in_prose_are_written_from_the_data_or_stop_the_build(workbook: Path) -> None:
    notebook = workbook / "notebooks/03_upptacka_tidigt.ipynb"
    change(
        notebook,
        "Upptäckt går inte att mäta direkt",
        "Andelen {{ mhv_tillfragade.change }}. Upptäckt går inte att mäta direkt",
    )
    done = lagesrapport("build", "2022", "--only", "3", "--no-pdf", root=workbook)
    assert done.returncode == 0, done.stdout + done.stderr
    [page] = (workbook / "output/2022/preview").glob("*.html")
    assert "Andelen var 95 procent 2021, detsamma som 2020. Upptäckt" in page.read_text(encoding="utf-8")
    change(notebook, "mhv_tillfragade.change }}", "mhv_tillfragad.change }}")
    done = lagesrapport("build", "2022", "--only", "3", "--no-pdf", root=workbook)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert (
        "notebooks/03_upptacka_tidigt.ipynb, cell 5, the field mhv_tillfragad.change: there is no indicator"
        in done.stderr
    )
