"""New goals, indicators and commitments: they pass all checks and leave other entries alone; refusals change nothing."""

from pathlib import Path

import pytest

from lib.base.files import fingerprint
from lib.data.catalogue import Catalogue
from tests.conftest import ROOT, Refused, change, copy_workbook
from tests.unit.scaffold.conftest import COMMITMENT, GOAL, chapters, run


def test_a_goal_of_the_example_is_one_of_the_strategy_it_borrows(workbook: Path) -> None:
    run(*GOAL, "--report", "exempel", root=workbook)
    for name in ("2024", "2025", "exempel"):
        assert chapters(workbook, name).index("12_vardighet_stod") == 9
    assert "12_vardighet_stod" not in chapters(workbook, "2023")
    assert Catalogue(workbook / "data/exempel").strategies["strategi_2020_2026"].goal(9).first_year == 2024


def test_what_is_there_keeps_its_words_comments_and_layout(workbook: Path) -> None:
    before = {p: p.read_text(encoding="utf-8").splitlines() for p in workbook.rglob("*.yaml")}
    run(*GOAL, root=workbook)
    run("new", "indicator", "hjalp_i_tid", "--goal", "3", "--title", "Hjälp i tid: inom en vecka", root=workbook)
    run(*COMMITMENT, root=workbook)
    for path, lines in before.items():
        now = iter(path.read_text(encoding="utf-8").splitlines())
        assert all(line in now for line in lines), path


def test_an_indicator_is_shown_as_missing(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("new", "indicator", "hjalp_i_tid", "--goal", "3", "--title", "Hjälp i tid: inom en vecka", root=workbook)
    assert 'chapter.indicator("hjalp_i_tid")' in capsys.readouterr().out
    own = Catalogue(workbook / "data").indicator("hjalp_i_tid")
    assert own.title == "Hjälp i tid: inom en vecka" and own.family is None and own.disclosure == "S"
    assert (own.kind(2024), own.kind(2025)) == (None, "utvecklingsindikator")
    assert own.source == "kalla_saknas"


def test_an_indicator_may_be_described_at_once(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    described = ["--subject", "andelen uppklarade", "--definition", "Andel av brotten.", "--decimals", "1"]
    counted = ["--counted", "uppklarade brott", "handlagda brott", "--disclosure", "P", "--family", "bra"]
    run("new", "indicator", "ny", "--goal", "5", "--title", "Ny", *described, *counted, root=workbook)
    own = Catalogue(workbook / "data").indicator("ny")
    assert (own.numerator, own.denominator_unit) == ("uppklarade brott", "handlagda brott")
    assert (own.family, own.subject, own.decimals, own.disclosure) == ("bra", "andelen uppklarade", 1, "P")
    assert own.caveat == ""
    assert "their rows in data/observations/bra.csv.\n" in capsys.readouterr().out


def test_a_goal_of_which_nothing_is_known_is_filled_in(tmp_path: Path, refused: Refused) -> None:
    root = tmp_path / "skane"
    run(
        "new",
        "workbook",
        str(root),
        "--county",
        "Skåne län",
        "--year",
        "2025",
        "--goal",
        "Ett",
        "--goal",
        "Två",
        root=ROOT,
    )
    before = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.yaml")}
    code, error = refused("new", "goal", "1", "--title", "Förebygga våld", root=root)
    assert code == 1 and "give --wording to fill in what is missing of it" in error
    run("new", "goal", "1", "--title", "Förebygga: allt våld", "--wording", r"Våldet \1 upphör.", root=root)
    [goal, other] = Catalogue(root / "data").strategies["lansstrategi"].goals
    assert (goal.short, goal.wording, other.short) == ("Förebygga: allt våld", r"Våldet \1 upphör.", "Två")
    chapter = (root / "notebooks/01_ett.ipynb").read_text(encoding="utf-8")
    assert "# Mål 1. Förebygga: allt våld" in chapter and r"> Våldet \\1 upphör." in chapter
    changed = [path.name for path, text in before.items() if path.read_text(encoding="utf-8") != text]
    assert changed == ["strategies.yaml"]
    comments = [line for line in before[root / "data/strategy/strategies.yaml"].splitlines() if line.startswith("#")]
    assert all(line in (root / "data/strategy/strategies.yaml").read_text(encoding="utf-8") for line in comments)
    code, error = refused("new", "goal", "1", "--title", "X", "--wording", "Y", root=root)
    assert code == 1 and "there is a goal 1 already (”Förebygga: allt våld”); choose another number" in error


def test_a_commitment_is_one_that_nobody_has_reported_on(workbook: Path) -> None:
    run(*COMMITMENT, root=workbook)
    own = Catalogue(workbook / "data").commitments["hp2_07"]
    assert own.actors == ["polisen", "kommun"] and own.text == "Fråga alla." and own.follow_ups == []


def test_records_of_the_example_stay_there(workbook: Path) -> None:
    before = fingerprint(workbook / "data/indicators")
    run("new", "indicator", "nytt", "--goal", "1", "--title", "Nytt", "--report", "exempel", root=workbook)
    assert "nytt" in Catalogue(workbook / "data/exempel").indicators
    assert fingerprint(workbook / "data/indicators") == before


INDICATOR = ["new", "indicator", "ny", "--title", "Ny"]


PLAN = ["new", "commitment", "--text", "X", "--plan"]


REFUSED = {
    "a goal that exists": (["new", "goal", "3", "--title", "X"], "there is a goal 3 already (”Upptäcka tidigt”)"),
    "a report that does not exist": ([*GOAL, "--report", "exmpel"], "exmpel.yaml is missing"),
    "a year without a report": ([*GOAL, "--year", "2031"], "2031.yaml is missing"),
    "a source that does not exist": ([*GOAL, "--source", "f99"], "data/sources.yaml: there is no source 'f99'"),
    "an unknown goal": ([*INDICATOR, "--goal", "9"], "strategi_2020_2026: there is no goal '9' (there are: 1, 2"),
    "an unknown family": (
        [*INDICATOR, "--goal", "3", "--family", "brå"],
        "there is no family 'brå' (did you mean bra?)",
    ),
    "an id that is taken": (
        ["new", "indicator", "mhv_tillfragade", "--title", "X", "--goal", "3"],
        "there is an indicator 'mhv_tillfragade' already",
    ),
    "a malformed id": (["new", "indicator", "Ny-indikator", "--title", "X", "--goal", "3"], "use a-z, 0-9 and _"),
    "an unknown plan": ([*PLAN, "handlingsplan_2024"], "did you mean handlingsplan_2024_2027"),
    "an unknown goal of a plan": ([*PLAN, "handlingsplan_2024_2027", "--goal", "12"], "there is no goal '12'"),
    "an unknown actor": (
        [*PLAN, "handlingsplan_2024_2027", "--actor", "polisn"],
        "data/strategy/actors.yaml: there is no actor 'polisn' (did you mean polisen?)",
    ),
}


@pytest.fixture(scope="module")
def _pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workbook(tmp_path_factory.mktemp("pristine") / "workbook")


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_sentence_and_changes_nothing(
    _pristine: Path, refused: Refused, arguments: list[str], message: str
) -> None:
    before = fingerprint(_pristine)
    code, error = refused(*arguments, root=_pristine)
    assert code == 1 and error.count("\n") == 1 and message in error, error
    assert fingerprint(_pristine) == before


def test_a_strategy_that_does_not_cover_the_year_is_refused(workbook: Path, refused: Refused) -> None:
    change(workbook / "parameters/2025.yaml", "strategi_2020_2026", "strategi_2016_2020")
    before = fingerprint(workbook)
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "strategi_2016_2020 does not cover 2025" in error and fingerprint(workbook) == before
