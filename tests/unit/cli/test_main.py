"""The command as a user meets it: every mistake one clear sentence, the former report untouched."""

import json

import pytest

from lib.build import manifest
from tests.conftest import ROOT, change, copy_workbook, lagesrapport

OLD = "<p>den förra rapporten</p>"


@pytest.fixture(scope="module")
def _pristine(tmp_path_factory):
    return copy_workbook(tmp_path_factory.mktemp("pristine") / "workbook")


@pytest.fixture
def with_report(workbook):
    """A workbook with a former report that no failed build may touch."""
    folder = workbook / "output" / "2022"
    folder.mkdir(parents=True)
    (folder / "lagesrapport-2022.html").write_text(OLD, encoding="utf-8")
    return workbook


PARAMETERS = "parameters/2022.yaml"
NOTEBOOK = "notebooks/05_effektiv_brottsbekampning.ipynb"
MISTAKES = {
    "a misspelt parameter": (PARAMETERS, "year: 2022", "yeer: 2022", "parameters/2022.yaml, yeer: there is no field"),
    "a parameter that does not exist": (PARAMETERS, "year: 2022", "year: 2022\nfoo: 1", "foo: there is no field"),
    "a year in words": (PARAMETERS, "year: 2022", 'year: "2022"', "year: input should be a valid integer"),
    "another file's year": (PARAMETERS, "year: 2022", "year: 2021", "does not agree with the file's name"),
    "a cut-off that is no date": (PARAMETERS, "cut_off: 2023-05-30", "cut_off: våren", "cut_off"),
    "a status that does not exist": (PARAMETERS, "status: utkast", "status: klar", "status"),
    "a chapter that does not exist": (PARAMETERS, "03_upptacka_tidigt", "03_upptaecka", "there is no notebooks/03_upptaecka"),
    "a parameter the notebook lacks": (
        PARAMETERS, "- 05_effektiv_brottsbekampning", "- {notebook: 05_effektiv_brottsbekampning, parameters: {yeer: 1}}",
        "there is no parameter 'yeer'",
    ),
    "a parameter of the wrong type": (NOTEBOOK, "year: int = 2022", "year: str = '2022'", "must be of type str"),
    "a notebook without a parameter cell": (NOTEBOOK, '"parameters"', '"parametrar"', "0 cells carry the tag 'parameters'"),
    "a notebook that is not one": (NOTEBOOK, "{", "", "is not a valid notebook"),
    "a broken CSV row": ("data/observations/scb.csv", ",94,procent", ",nittiofyra,procent", "row "),
    "a broken catalogue": ("data/strategy/plans.yaml", "plans:", "plans: 1\nx:", "plans.yaml"),
    "the same key twice": (PARAMETERS, "status: utkast", "status: utkast\ncut_off: 2025-01-01", "duplicate key 'cut_off'"),
    "a date that does not exist": (PARAMETERS, "cut_off: 2023-05-30", "cut_off: 2023-02-30", "cannot be read"),
    "a cut-off before the year": (PARAMETERS, "cut_off: 2023-05-30", "cut_off: 1900-01-01", "before the report's year"),
    "another year for one chapter": (PARAMETERS, "- 10_likvardighet", "- {notebook: 10_likvardighet, parameters: {year: 2021}}", "year and report are the report's"),
    "a strategy that does not exist": (PARAMETERS, "strategi_2020_2026", "strategi_2030", "there is no 'strategi_2030'"),
    "a strategy of other years": (PARAMETERS, "strategi_2020_2026", "strategi_2016_2020", "does not cover 2022"),
    "an invented row": ("data/observations/scb.csv", ",false", ",true", "for an example workbook"),
    "a statement on no goal": ("data/statements.csv", "f1_forebyggande_arbete,1,", "f1_forebyggande_arbete,99,", "goal 99 does not exist"),
    "a county that does not exist": ("data/report.yaml", '"01"', '"99"', "region '99' does not exist"),
    "a final report without sign-off": (PARAMETERS, "status: utkast", "status: fastställd", "underskrift saknas"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_stops_the_build_with_one_sentence(with_report, refused, mistake):
    file, old, new, message = MISTAKES[mistake]
    change(with_report / file, old, new)
    code, error = refused("build", "2022", root=with_report)
    assert code == 1
    assert message.lower() in error.lower()
    assert error.startswith("lagesrapport: ") and error.count("\n") == 1 and "Traceback" not in error
    _untouched(with_report)


@pytest.mark.parametrize(
    "file", ["data/observations/bra.csv", "data/statements.csv", "data/strategy/actors.yaml", NOTEBOOK, PARAMETERS]
)
def test_a_missing_file_stops_the_build(with_report, refused, file):
    (with_report / file).unlink()
    code, error = refused("build", "2022", root=with_report)
    assert code == 1
    assert error.count("\n") == 1 and "Traceback" not in error
    _untouched(with_report)


def _untouched(root):
    assert (root / "output/2022/lagesrapport-2022.html").read_text(encoding="utf-8") == OLD
    assert [p.name for p in (root / "output").iterdir()] == ["2022"]


def test_a_year_without_parameters_is_named(_pristine, refused):
    code, error = refused("build", "1999", root=_pristine)
    assert code == 1
    assert "there is no report for 1999 (there are: 2019, 2020" in error


def test_a_folder_that_is_no_workbook_is_named(tmp_path, refused):
    code, error = refused("build", "2022", root=tmp_path)
    assert code == 1 and "is not a workbook" in error


def test_a_chapter_that_does_not_exist_is_named(_pristine, refused):
    code, error = refused("build", "2022", "--only", "77", root=_pristine)
    assert code == 1 and "There is no chapter 77" in error


def test_an_assessment_of_no_goal_and_one_given_twice_are_refused(with_report, refused):
    path = with_report / "data/assessments/2022.yaml"
    one = "  - {goal: 3, assessment: Nära, reason: Skäl., role: Analytiker, date: 2023-05-01}\n"
    for entries, message in ((one + one, "'3' occurs twice"), (one.replace("goal: 3", "goal: 99"), "goal 99")):
        path.write_text("assessments:\n" + entries, encoding="utf-8")
        code, error = refused("build", "2022", root=with_report)
        assert code == 1 and message in error
    _untouched(with_report)


def test_a_file_that_nothing_would_read_is_named(with_report, refused):
    (with_report / "data/observations/bra.csv").rename(with_report / "data/observations/bra.txt")
    code, error = refused("build", "2022", root=with_report)
    assert code == 1 and "bra.txt: only .csv files are read here" in error


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "Tjugo!"],
        ["build", "2022", "--jobs", "0"],
        ["build", "2022", "--only"],
        ["build", "2025-2020"],
        [],
    ],
)
def test_a_slip_in_the_command_is_one_sentence(_pristine, refused, arguments):
    code, error = refused(*arguments, root=_pristine)
    assert code == 2 and error.count("\n") == 1 and error.startswith("lagesrapport: ")


def test_years_in_a_row_are_built_by_one_command_and_one_that_fails_costs_no_other(built, workbook):
    # A fault that only the finished page shows: the others are built all the same.
    change(workbook / "notebooks/08_kunskap_och_forskning.ipynb", "chapter.remaining()", BAD_FOR_2021)
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
    'chapter.remaining()\\n",\n    "from IPython.display import HTML, display\\n",\n    '
    "\"display(HTML(\\\"<img src='data:,'>\\\" if chapter.view.year == 2021 else '<p></p>'))"
)


def test_an_output_folder_that_is_a_file_is_kept(workbook, refused):
    (workbook / "output").mkdir()
    (workbook / "output/2022").write_text("viktigt", encoding="utf-8")
    code, error = refused("build", "2022", root=workbook)
    assert code == 1 and "is a file; move it away" in error
    assert (workbook / "output/2022").read_text(encoding="utf-8") == "viktigt"


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
        "shows something the report cannot hold",
    ),
    "09_handlingsplan": (
        "chapter.commitment_status()",
        "chapter = Chapter(year - 1, name='handlingsplan')",
        "it shows 2021, not 2022",
    ),
    "11_metod_och_kvalitet": ("chapter.stamp()", "import os; os._exit(1)", "process died"),
}


def test_failed_chapters_are_named_in_their_places(workbook):
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


def test_a_report_without_its_pdf_is_not_taken_for_whole(workbook):
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


def test_the_command_is_quick_to_help():
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lib.cli.main", "--help"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0
    assert not [
        name
        for name in ("pandas", "matplotlib", "nbconvert", "papermill", "pydantic", "typst", "pikepdf")
        if f" {name}\n" in done.stderr
    ]
