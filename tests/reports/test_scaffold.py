"""What ``lagesrapport new`` makes is in the report on its first build: a ninth goal, and another county's workbook."""

import csv
import json
import re
from pathlib import Path

import pytest

from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS
from tests.conftest import ROOT, change, copy_workbook, lagesrapport, report
from tests.unit.scaffold.conftest import GOAL, chapters, hints, run

#: Words of the county that this workbook is about; the national support line is everybody's.
HOME = re.compile(r"Stockholm|Kvinnofrid(?!slinjen)|Storsthlm|\b0180\b|Gotland|\bRn03\b")


@pytest.fixture(scope="module")
def with_goal(tmp_path_factory: pytest.TempPathFactory) -> Path:
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


def test_a_ninth_goal_stands_in_the_report_on_the_first_build(with_goal: Path) -> None:
    page = report(with_goal, 2025)
    chapter = page.select("section#mal-9")[0]
    assert (
        "Värdighet & stöd" in chapter.select("h2")[0].get_text() and chapter.select(".goal-number")[0].get_text() == "9"
    )
    text = chapter.get_text(" ", strip=True)
    assert "Alla bemöts värdigt" in text and "Vad som ska mätas för målet är inte bestämt" in text
    assert "Saknar källa eller insamling" in text
    assert "written assessment: 0 of 9." in page.select("section#sammanfattning")[0].get_text()
    links = [a["href"] for a in page.select("nav.contents a")]
    assert links.index("#mal-8") < links.index("#mal-9") < links.index("#metod")


def test_a_year_before_the_goal_knows_nothing_of_it(with_goal: Path) -> None:
    assert "written assessment: 0 of 8." in report(with_goal, 2024).get_text()
    assert "Värdighet" not in report(with_goal, 2024).get_text()
    assert chapters(with_goal, 2024)[-2:] == ["08_kunskap_och_forskning", "11_metod_och_kvalitet"]


def test_what_the_template_teaches_never_reaches_a_report(with_goal: Path) -> None:
    teaching = hints(with_goal / "notebooks/12_vardighet_stod.ipynb")
    page = report(with_goal, 2025).get_text(" ", strip=True)
    assert len(teaching) == 8 and not [hint for hint in teaching if hint.strip("*")[:40] in page]


@pytest.fixture(scope="module")
def skane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook for Skåne, made from this one and built as it is."""
    root = tmp_path_factory.mktemp("county") / "skane"
    done = lagesrapport("new", "workbook", str(root), "--county", "Skåne län", "--year", "2025", root=ROOT)
    assert done.returncode == 0, done.stderr
    assert "33 municipalities" in done.stdout and "Polisregion Syd" in done.stdout
    done = lagesrapport("build", "2025", root=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_another_countys_workbook_builds_with_everything_missing(skane: Path) -> None:
    page = report(skane, 2025)
    text = page.get_text(" ", strip=True)
    assert "Skåne län" in text and "Målets lydelse saknas i arbetsbokens underlag" in text
    assert re.search(r"Rapporten bygger på [\d\s]+ värden", text) and "Simrishamn" in text
    assert "Våldstyper som strategin omfattar: uppgift saknas." in text
    assert "None" not in text
    facts = json.loads((skane / "output/2025/facts.json").read_text(encoding="utf-8"))
    # Nothing is known but what is published for every municipality of the country.
    observed = [fact for fact in facts if fact["kind"] == "observed"]
    assert {fact["chapter"] for fact in observed} == {"likvardighet"}
    assert {fact["source"] for fact in observed} == {"kolada_brott", "kolada_lss", "kolada_socialtjanst"}
    municipalities = [r for r in Catalogue(skane / "data").regions.values() if r.type == "kommun"]
    assert len(municipalities) == 33


def test_another_countys_workbook_is_free_of_this_county(skane: Path) -> None:
    # A publisher's table of the whole country is kept as it was received.
    raw = skane / "data/raw/kolada"
    for path in (p for p in skane.rglob("*") if p.is_file() and p.parent != raw):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = re.sub(r"data:[^)\"']+", "", text)
        assert not HOME.findall(text), path


def test_another_countys_workbook_takes_its_own_figures(skane: Path) -> None:
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
    run("new", "goal", "2", "--title", "Nytt mål", root=skane)
    done = lagesrapport("build", "2025", root=skane)
    assert done.returncode == 0, done.stdout + done.stderr
    page = report(skane, 2025)
    assert "61 procent" in page.select("section#mal-1")[0].get_text(" ", strip=True).replace("\xa0", " ")
    assert "Egen insamling till lägesrapporten" in page.select("section#metod")[0].get_text()
    assert page.select("section#mal-2") and chapters(skane, 2025)[1:3] == ["01_malets_namn_saknas", "02_nytt_mal"]
    assert not HOME.search(page.get_text())
