"""A new county's survey is begun from its indicators; one that cannot be is refused."""

from pathlib import Path

import pytest

from lib.data.catalogue import Catalogue
from lib.receive.survey import read_survey
from tests.conftest import ROOT, Refused
from tests.unit.scaffold.conftest import run

SURVEY = ["survey", "--title", "Enkät", "--sender", "Länsstyrelsen", "--question"]
RUTIN = [
    *(
        "new",
        "indicator",
        "rutin",
        "--goal",
        "1",
        "--title",
        "Rutin",
        "--family",
        "egen_insamling",
        "--subject",
        "andelen",
    ),
    *(
        "--definition",
        "Andel.",
        "--counted",
        "kommuner med rutin",
        "kommuner",
        "--level",
        "kommuner",
        "--disclosure",
        "V",
    ),
]


@pytest.fixture(scope="module")
def skane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workbook with a survey about one indicator."""
    root = tmp_path_factory.mktemp("county") / "skane"
    run("new", "workbook", str(root), "--county", "Skåne län", "--year", "2025", "--goal", "Förebygga", root=ROOT)
    run(*RUTIN, root=root)
    run("new", *SURVEY, "rutin", "Har ni: en rutin?", "--deadline", "03-31", root=root)
    return root


def test_the_survey_asks_about_its_indicator(skane: Path) -> None:
    survey = read_survey(Catalogue(skane / "data"))
    assert [(q.indicator, q.text) for q in survey.questions] == [("rutin", "Har ni: en rutin?")]
    assert (survey.deadline, survey.source, survey.implies, survey.counts) == ("03-31", "egen_insamling", [], [])


@pytest.mark.parametrize(
    ("question", "deadline", "message"),
    [
        ("rutin", "31 mars", "--deadline: '31 mars' is not a month and day such as 03-31"),
        ("rutn", "03-31", "there is no indicator 'rutn' (did you mean rutin"),
        ("mal_1_utvecklingsindikator", "03-31", "is no share of municipalities that answer; give it unit: procent"),
    ],
)
def test_a_survey_that_cannot_be_is_refused(
    skane: Path, refused: Refused, question: str, deadline: str, message: str
) -> None:
    written = skane / "data/survey.yaml"
    code, error = refused("new", *SURVEY, question, "Har ni?", "--deadline", deadline, root=skane)
    assert code == 1 and "there is a survey already; change it there" in error
    text = written.read_bytes()
    written.unlink()
    try:
        code, error = refused("new", *SURVEY, question, "Har ni?", "--deadline", deadline, root=skane)
        assert code == 1 and message in error and not written.exists()
    finally:
        written.write_bytes(text)


def test_the_source_of_a_survey_is_marked_as_the_countys_own(tmp_path: Path) -> None:
    root = tmp_path / "lan"
    run("new", "workbook", str(root), "--county", "Skåne län", "--year", "2025", root=ROOT)
    run(*RUTIN, root=root)
    path = root / "data/sources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("    survey: true\n", ""), encoding="utf-8")
    assert not Catalogue(root / "data").sources["egen_insamling"].survey
    run("new", *SURVEY, "rutin", "Har ni en rutin?", "--deadline", "03-31", root=root)
    catalogue = Catalogue(root / "data")
    assert catalogue.sources["egen_insamling"].survey and read_survey(catalogue).source == "egen_insamling"
