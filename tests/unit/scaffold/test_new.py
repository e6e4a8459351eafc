"""``lagesrapport new``: what it makes passes every check and stands in the report; what it refuses leaves everything as it was."""

import csv
import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from lib.base.errors import WorkbookError
from lib.base.files import fingerprint
from lib.base.workbook import Workbook
from lib.build.exporter import LagesrapportExporter
from lib.cli.main import main
from lib.data import regions
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, read_observations
from lib.scaffold.draft import check_workbook
from lib.scaffold.workbook import PROSE
from lib.scaffold.yaml_text import with_item
from tests.conftest import ROOT, change, copy_workbook, lagesrapport, report

GOAL = ["new", "goal", "9", "--title", "Värdighet & stöd"]
#: Words of the county that this workbook is about; the national support line is everybody's.
HOME = re.compile(r"Stockholm|Kvinnofrid(?!slinjen)|Storsthlm|\b0180\b|Gotland|\bRn03\b")


def _chapters(root, name):
    entries = yaml.safe_load((root / f"parameters/{name}.yaml").read_text(encoding="utf-8"))["chapters"]
    return [e if isinstance(e, str) else e["notebook"] for e in entries]


def _run(*arguments, root):
    assert main([*arguments, "--root", str(root)]) == 0


# A goal ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_goal(tmp_path_factory):
    """A workbook with a ninth goal, built for its first year with it and for the year before."""
    root = copy_workbook(tmp_path_factory.mktemp("goal") / "workbook")
    done = lagesrapport(*GOAL, "--wording", "Alla bemöts värdigt", "--year", "2025", root=root)
    assert done.returncode == 0, done.stderr
    assert "lagesrapport build 2025" in done.stdout and "number 12: another chapter has 09" in done.stdout
    # Short reports: the goal, what lists it, and nothing that another test builds.
    for year in ("2024", "2025"):
        path = root / f"parameters/{year}.yaml"
        kept = re.sub(r"(?m)^  - (0[1-7]|09|10)_.*\n", "", path.read_text(encoding="utf-8"))
        path.write_text(kept, encoding="utf-8")
    done = lagesrapport("build", "2024-2025", root=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_a_ninth_goal_stands_in_the_report_on_the_first_build(with_goal):
    page = report(with_goal, 2025)
    chapter = page.find("section", id="mal-9")
    assert "Värdighet & stöd" in chapter.h2.get_text() and chapter.select_one(".goal-number").get_text() == "9"
    text = chapter.get_text(" ", strip=True)
    assert "Alla bemöts värdigt" in text and "Vad som ska mätas för målet är inte bestämt" in text
    assert "Saknar källa eller insamling" in text
    assert "De nio målen" in page.find("section", id="sammanfattning").get_text()
    links = [a["href"] for a in page.select("nav.contents a")]
    assert links.index("#mal-8") < links.index("#mal-9") < links.index("#metod")


def test_a_year_before_the_goal_knows_nothing_of_it(with_goal):
    assert "De åtta målen" in report(with_goal, 2024).get_text()
    assert "Värdighet" not in report(with_goal, 2024).get_text()
    assert _chapters(with_goal, 2024)[-2:] == ["08_kunskap_och_forskning", "11_metod_och_kvalitet"]


def test_what_the_template_teaches_never_reaches_a_report(with_goal):
    hints = _hints(with_goal / "notebooks/12_vardighet_stod.ipynb")
    page = report(with_goal, 2025).get_text(" ", strip=True)
    assert len(hints) == 8 and not [hint for hint in hints if hint.strip("*")[:40] in page]


def _hints(path):
    cells = nbformat.read(path, as_version=4).cells
    return [c.source for c in cells if c.cell_type == "markdown" and "remove-cell" in c.metadata.get("tags", [])]


def test_the_template_says_in_two_sentences_what_belongs_in_each_section():
    path = ROOT / "notebooks/mall.ipynb"
    headings = [c for c in nbformat.read(path, as_version=4).cells if c.source.startswith(("# ", "## "))]
    hints = _hints(path)
    assert len(headings) == len(hints)
    assert all(len(re.findall(r"\.(?= |\*$)", hint)) == 2 for hint in hints)


def test_nbconvert_alone_leaves_out_what_the_template_teaches():
    notebook = nbformat.read(ROOT / "notebooks/mall.ipynb", as_version=4)
    html, _ = LagesrapportExporter().from_notebook_node(notebook)
    assert "Indikatorer" in html and "Undvik årtal" not in html and "kursiv" not in html


def test_a_goal_of_the_example_is_one_of_the_strategy_it_borrows(workbook):
    _run(*GOAL, "--report", "exempel", root=workbook)
    for name in ("2024", "2025", "exempel"):
        assert _chapters(workbook, name).index("12_vardighet_stod") == 9
    assert "12_vardighet_stod" not in _chapters(workbook, "2023")
    assert Catalogue(workbook / "data/exempel").strategies["strategi_2020_2026"].goal(9).first_year == 2024


def test_what_is_there_keeps_its_words_comments_and_layout(workbook):
    before = {p: p.read_text(encoding="utf-8").splitlines() for p in workbook.rglob("*.yaml")}
    _run(*GOAL, root=workbook)
    _run("new", "indicator", "hjalp_i_tid", "--goal", "3", "--title", "Hjälp i tid: inom en vecka", root=workbook)
    _run(*COMMITMENT, root=workbook)
    for path, lines in before.items():
        now = iter(path.read_text(encoding="utf-8").splitlines())
        assert all(line in now for line in lines), path


# Indicators and commitments -------------------------------------------------------------------------------------------

COMMITMENT = [
    *("new", "commitment", "--plan", "handlingsplan_2024_2027", "--goal", "3"),
    *("--actor", "polisen", "--actor", "kommun", "--text", "Fråga alla."),
]


def test_an_indicator_is_shown_as_missing(workbook, capsys):
    _run("new", "indicator", "hjalp_i_tid", "--goal", "3", "--title", "Hjälp i tid: inom en vecka", root=workbook)
    assert 'chapter.indicator("hjalp_i_tid")' in capsys.readouterr().out
    own = Catalogue(workbook / "data").indicator("hjalp_i_tid")
    assert own.title == "Hjälp i tid: inom en vecka" and own.family is None and own.disclosure == "S"
    assert (own.kind(2024), own.kind(2025)) == (None, "utvecklingsindikator")
    assert own.source == "kalla_saknas"


def test_a_commitment_is_one_that_nobody_has_reported_on(workbook):
    _run(*COMMITMENT, root=workbook)
    own = Catalogue(workbook / "data").commitments["hp2_07"]
    assert own.actors == ["polisen", "kommun"] and own.text == "Fråga alla." and own.follow_ups == []


def test_records_of_the_example_stay_there(workbook):
    before = fingerprint(workbook / "data/indicators")
    _run("new", "indicator", "nytt", "--goal", "1", "--title", "Nytt", "--report", "exempel", root=workbook)
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
def _pristine(tmp_path_factory):
    return copy_workbook(tmp_path_factory.mktemp("pristine") / "workbook")


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_sentence_and_changes_nothing(_pristine, refused, arguments, message):
    before = fingerprint(_pristine)
    code, error = refused(*arguments, root=_pristine)
    assert code == 1 and error.count("\n") == 1 and message in error, error
    assert fingerprint(_pristine) == before


def test_a_strategy_that_does_not_cover_the_year_is_refused(workbook, refused):
    change(workbook / "parameters/2025.yaml", "strategi_2020_2026", "strategi_2016_2020")
    before = fingerprint(workbook)
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "strategi_2016_2020 does not cover 2025" in error and fingerprint(workbook) == before


def test_what_would_not_pass_the_checks_is_never_put_in_place(workbook, refused):
    # Only the finished workbook shows it: the chapter's notebook has lost its parameters.
    change(workbook / "notebooks/mall.ipynb", '"parameters"', '"parametrar"')
    before = fingerprint(workbook)
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "Nothing was changed." in error
    assert f"{workbook / 'notebooks/12_vardighet_stod.ipynb'}: 0 cells carry the tag" in error
    assert fingerprint(workbook) == before and not list(workbook.glob(".new-*"))


def test_a_disk_that_fails_half_way_costs_nothing(workbook, refused, monkeypatch):
    from lib.base import atomic

    real, calls = atomic.os.replace, []

    def replace(source, target):
        calls.append(target)
        if len(calls) == 3:
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(atomic.os, "replace", replace)
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "No space left" in error and "the next command puts them in place" in error
    assert (workbook / ".pending").is_dir()
    # The next command finishes first; so the goal is there, whole, and cannot be added again.
    code, error = refused(*GOAL, root=workbook)
    assert code == 1 and "there is a goal 9 already" in error and not list(workbook.glob(".pending*"))
    assert refused("check", "2025", root=workbook)[0] == 0


# YAML as text ---------------------------------------------------------------------------------------------------------

TEXTS = {
    "an empty list": ("a: []  # none\nb: 1\n", ["a"], "a:  # none\n  - x\nb: 1\n"),
    "comments and a block of text behind": (
        "a:\n  - id: 1\n    t: >-\n      one\n      two\n\n# of b\nb: 1\n",
        ["a"],
        "a:\n  - id: 1\n    t: >-\n      one\n      two\n  - x\n\n# of b\nb: 1\n",
    ),
    "a list in a list": ("s:\n- g:\n  - 1 # one\n  n: 2\n- g: []\n", ["s", 0, "g"], "s:\n- g:\n  - 1 # one\n  - x\n  n: 2\n- g: []\n"),
    "no line end": ("a:\n  - 1", ["a"], "a:\n  - 1\n  - x\n"),
    "a new file": ("", ["a"], "a:\n  - x\n"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "expected"), TEXTS.values(), ids=TEXTS)
def test_an_entry_is_put_in_as_text(text, place, expected):
    assert with_item(text, Path("f.yaml"), place, "x") == expected


@pytest.mark.parametrize("text", ["a: [1, 2]\n", "b: 1\n", "a: &l\n  - &x {n: 1}\n  - *x\n"])
def test_what_cannot_be_added_to_is_refused(text):
    with pytest.raises(WorkbookError, match=r"^f.yaml: "):
        with_item(text, Path("f.yaml"), ["a"], "x")


# A workbook for another county ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def skane(tmp_path_factory):
    """A workbook for Skåne, made from this one and built as it is."""
    root = tmp_path_factory.mktemp("county") / "skane"
    done = lagesrapport("new", "workbook", str(root), "--county", "Skåne län", "--year", "2025", root=ROOT)
    assert done.returncode == 0, done.stderr
    assert "33 municipalities" in done.stdout and "Polisregion Syd" in done.stdout
    done = lagesrapport("build", "2025", root=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_another_countys_workbook_builds_with_everything_missing(skane):
    page = report(skane, 2025)
    text = page.get_text(" ", strip=True)
    assert "Skåne län" in text and "Målets lydelse saknas i arbetsbokens underlag" in text
    assert "Underlaget innehåller ännu inga värden" in text and "Simrishamn" in text
    assert "None" not in text
    facts = json.loads((skane / "output/2025/facts.json").read_text(encoding="utf-8"))
    assert not [fact for fact in facts if fact["kind"] == "observed"]
    municipalities = [r for r in Catalogue(skane / "data").regions.values() if r.type == "kommun"]
    assert len(municipalities) == 33


def test_another_countys_workbook_is_free_of_this_county(skane):
    for path in (p for p in skane.rglob("*") if p.is_file()):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = re.sub(r"data:[^)\"']+", "", text)
        assert not HOME.findall(text), path


def test_another_countys_workbook_takes_its_own_figures(skane):
    change(
        skane / "data/indicators/mal_1.yaml",
        "    type: andel",
        "    subject: andelen kommuner med en rutin\n    definition: Kommunen uppger att den har en rutin.\n"
        "    level: kommuner\n    disclosure: V\n    family: egen_insamling\n    type: andel",
    )
    row = dict.fromkeys(COLUMNS, "") | {
        "indicator": "mal_1_utvecklingsindikator", "year": "2025", "region": "12", "sex": "T", "group": "T", "value": "61",
        "unit": "procent", "status": "A", "precision": "exakt", "source": "egen_insamling", "published": "2026-03-01",
        "published_basis": "känd", "synthetic": "false",
    }  # fmt: skip
    with (skane / "data/observations/egen_insamling.csv").open("a", encoding="utf-8", newline="") as lines:
        csv.DictWriter(lines, COLUMNS, lineterminator="\n").writerow(row)
    _run("new", "goal", "2", "--title", "Nytt mål", root=skane)
    done = lagesrapport("build", "2025", root=skane)
    assert done.returncode == 0, done.stdout + done.stderr
    page = report(skane, 2025)
    assert "61 procent" in page.find("section", id="mal-1").get_text(" ", strip=True).replace("\xa0", " ")
    assert "Egen insamling till lägesrapporten" in page.find("section", id="metod").get_text()
    assert page.find("section", id="mal-2") and _chapters(skane, 2025)[1:3] == ["01_malets_namn_saknas", "02_nytt_mal"]
    assert not HOME.search(page.get_text())


def test_goals_may_be_named_at_once(tmp_path):
    root = tmp_path / "uppsala"
    titles = ["Förebygga", "Skydda: barn"]
    _run("new", "workbook", str(root), "--county", "uppsala", "--goal", titles[0], "--goal", titles[1], root=ROOT)
    strategy = Catalogue(root / "data").strategies["lansstrategi"]
    assert [g.short for g in strategy.goals] == titles
    assert (root / "notebooks/02_skydda_barn.ipynb").exists()


@pytest.mark.parametrize("county", regions.counties(), ids=lambda row: row["code"])
def test_every_county_can_have_a_workbook(tmp_path, county):
    root = tmp_path / "lan"
    _run("new", "workbook", str(root), "--county", county["name"], root=ROOT)
    check_workbook(Workbook(root))
    catalogue = Catalogue(root / "data")
    assert read_observations(catalogue).empty
    assert catalogue.county == county["code"] and catalogue.identity.county == county["name"]
    own = [r["code"] for r in regions.register() if r["parent"] == county["code"]]
    assert [r.code for r in catalogue.regions.values() if r.type == "kommun"] == own
    region = catalogue.region_names[county["police_region"]]
    assert regions.short_name(county["name"]) in region


def test_the_prose_of_a_new_workbook_stands_in_for_cells_that_exist():
    common = ("00", "09", "10", "11")
    paths = [p for p in (ROOT / "notebooks").glob("*.ipynb") if p.name[:2] in common]
    ids = {cell.id for path in paths for cell in nbformat.read(path, as_version=4).cells}
    assert set(yaml.safe_load(PROSE.read_text(encoding="utf-8"))) <= ids


NO_WORKBOOK = {
    "an unknown county": (["--county", "Skåneland"], "there is no county 'Skåneland'; did you mean Skåne län"),
    "a year that has not begun": (["--county", "Skåne län", "--year", "2090"], "choose a year that has begun"),
}


@pytest.mark.parametrize(("arguments", "message"), NO_WORKBOOK.values(), ids=NO_WORKBOOK)
def test_a_workbook_that_cannot_be_is_refused(tmp_path, refused, arguments, message):
    code, error = refused("new", "workbook", str(tmp_path / "ny"), *arguments, root=ROOT)
    assert code == 1 and error.count("\n") == 1 and message in error
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_or_lies_in_a_workbook_is_left_alone(workbook, tmp_path, refused):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/brev.txt").write_text("viktigt", encoding="utf-8")
    for folder, message in ((tmp_path / "full", "is not empty"), (workbook / "skane", "lies inside the workbook")):
        code, error = refused("new", "workbook", str(folder), "--county", "Skåne län", root=workbook)
        assert code == 1 and message in error
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["brev.txt"] and not (workbook / "skane").exists()
