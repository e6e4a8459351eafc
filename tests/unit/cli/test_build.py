"""``lagesrapport build``: mistakes in the files stop it with one sentence and leave the former report untouched."""

from pathlib import Path

import click
import pytest

from lib.cli import build
from lib.cli.main import lagesrapport
from tests.conftest import Refused, change, copy_workbook

OLD = "<p>den förra rapporten</p>"


@pytest.fixture(scope="module")
def _pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workbook(tmp_path_factory.mktemp("pristine") / "workbook")


@pytest.fixture
def with_report(workbook: Path) -> Path:
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
def test_a_mistake_stops_the_build_with_one_sentence(with_report: Path, refused: Refused, mistake: str) -> None:
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
def test_a_missing_file_stops_the_build(with_report: Path, refused: Refused, file: str) -> None:
    (with_report / file).unlink()
    code, error = refused("build", "2022", root=with_report)
    assert code == 1
    assert error.count("\n") == 1 and "Traceback" not in error
    _untouched(with_report)


def _untouched(root: Path) -> None:
    assert (root / "output/2022/lagesrapport-2022.html").read_text(encoding="utf-8") == OLD
    assert [p.name for p in (root / "output").iterdir()] == ["2022"]


def test_a_year_without_parameters_is_named(_pristine: Path, refused: Refused) -> None:
    code, error = refused("build", "1999", root=_pristine)
    assert code == 1
    assert "there is no report for 1999 (there are: 2019, 2020" in error


def test_a_folder_that_is_no_workbook_is_named(tmp_path: Path, refused: Refused) -> None:
    code, error = refused("build", "2022", root=tmp_path)
    assert code == 1 and "is not a workbook" in error


@pytest.mark.parametrize("name", ["77", "03_upptacka", "notebooks/strategi_2016_2020/01_tillganglig_information.ipynb"])
def test_a_chapter_that_does_not_exist_is_named(_pristine: Path, refused: Refused, name: str) -> None:
    code, error = refused("build", "2022", "--only", name, root=_pristine)
    assert code == 1 and f"There is no chapter {name} in the report 2022" in error


def test_an_assessment_of_no_goal_and_one_given_twice_are_refused(with_report: Path, refused: Refused) -> None:
    path = with_report / "data/assessments/2022.yaml"
    one = "  - {goal: 3, assessment: Nära, reason: Skäl., role: Analytiker, date: 2023-05-01}\n"
    for entries, message in ((one + one, "'3' occurs twice"), (one.replace("goal: 3", "goal: 99"), "goal 99")):
        path.write_text("assessments:\n" + entries, encoding="utf-8")
        code, error = refused("build", "2022", root=with_report)
        assert code == 1 and message in error
    _untouched(with_report)


def test_a_file_that_nothing_would_read_is_named(with_report: Path, refused: Refused) -> None:
    (with_report / "data/observations/bra.csv").rename(with_report / "data/observations/bra.txt")
    code, error = refused("build", "2022", root=with_report)
    assert code == 1 and "bra.txt: only .csv files are read here" in error


def test_an_output_folder_that_is_a_file_is_kept(workbook: Path, refused: Refused) -> None:
    (workbook / "output").mkdir()
    (workbook / "output/2022").write_text("viktigt", encoding="utf-8")
    code, error = refused("build", "2022", root=workbook)
    assert code == 1 and "is a file; move it away" in error
    assert (workbook / "output/2022").read_text(encoding="utf-8") == "viktigt"


@pytest.mark.parametrize(
    ("text", "names"), [("2022", ["2022"]), ("2020-2022", ["2020", "2021", "2022"]), ("exempel_2025", ["exempel_2025"])]
)
def test_an_argument_names_one_report_or_a_range_of_years(text: str, names: list[str]) -> None:
    assert build._names(text) == names


@pytest.mark.parametrize("text", ["2025-2020", "1900-2100", "Tjugo!", "../../etc/passwd", ""])
def test_an_argument_that_names_no_report_is_wrong_use(text: str) -> None:
    with pytest.raises(click.BadParameter):
        build._names(text)


def _parsed(words: list[str]) -> dict[str, object]:
    """Return the parameters of the verb as the command line parses them."""
    whole = click.Context(lagesrapport, **lagesrapport.context_settings)
    return build.build.make_context("build", words, parent=whole).params


@pytest.mark.parametrize(
    ("words", "only"),
    [
        (["2022", "--only", "3", "5"], ("3", "5")),
        (["--only", "3", "5", "--fresh", "2022"], ("3", "5")),
        (["2022", "--only", "3", "--only", "5"], ("3", "5")),
        (["2022", "--only=3"], ("3",)),
        (["2022"], ()),
    ],
)
def test_several_chapters_may_follow_only(words: list[str], only: tuple[str, ...]) -> None:
    parameters = _parsed(words)
    assert parameters["only"] == only and parameters["reports"] == (["2022"],)


def test_with_neither_pdf_nor_no_pdf_the_computer_decides() -> None:
    chosen = [_parsed(["2022", *words])["pdf"] for words in ([], ["--pdf"], ["--no-pdf"])]
    assert chosen == [None, True, False]
