"""The finished reports: golden facts, honest text, sound HTML, and contents whose order cannot change unnoticed."""

from __future__ import annotations

import csv
import difflib
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import html5lib
import nbformat
import pytest
from bs4 import BeautifulSoup

from lib.build.exporter import LagesrapportExporter
from lib.show import fonts
from tests.conftest import REPORTS, ROOT, YEARS, facts, one, report, report_path

GOLDEN = ROOT / "tests" / "golden"
CUT_OFF = {
    2019: "2021-05-31",
    2020: "2024-05-31",
    2021: "2024-05-31",
    2022: "2023-05-30",
    2023: "2024-05-31",
    2024: "2025-05-31",
    2025: "2026-11-22",
}


def _published() -> list[dict[str, str]]:
    """The figures of the earlier status reports, transcribed for this test independently of data/."""
    with (GOLDEN / "published_facts.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("year", YEARS)
def test_every_published_figure_is_in_the_reports_that_may_know_it(built: Path, year: int) -> None:
    shown = {
        (f["indicator"], f["sex"], f["group"], f["year"], f["value"])
        for f in facts(built, year)
        if f["published"] and f["published"] <= CUT_OFF[year]
    }
    due = [r for r in _published() if int(r["year"]) <= year and r["published"] <= CUT_OFF[year]]
    # The first of them came after the cut-off of the report for 2019.
    assert len(due) >= 15 or (year == 2019 and not due)
    missing = [r for r in due if (r["indicator"], r["sex"], r["group"], int(r["year"]), float(r["value"])) not in shown]
    assert not missing


@pytest.mark.parametrize("year", YEARS)
def test_no_report_knows_more_than_its_year_and_cut_off(built: Path, year: int) -> None:
    late = [f for f in facts(built, year) if f["year"] > year or (f["published"] or "") > CUT_OFF[year]]
    assert not late


def _value(
    root: Path, year: int, indicator: str, of: int, region: str, sex: str = "T", group: str = "T"
) -> list[tuple[Any, str, str]]:
    found = {
        (f["value"], f["text"].replace("\u00a0", " "), f["kind"])
        for f in facts(root, year)
        if (f["indicator"], f["year"], f["region"], f["sex"], f["group"]) == (indicator, of, region, sex, group)
        and f["kind"] != "computed"
    }
    return sorted(found)


def test_gross_violation_of_integrity_2021_in_three_reports(built: Path) -> None:
    crime = "personuppkl_grov_kvinnofridskrankning"
    bra = (13.2383, "13,2 procent (65 av 491)", "observed")
    for year in (2022, 2023):
        assert _value(built, year, crime, 2021, "Rn03") == [bra]
    assert _value(built, 2022, crime, 2021, "01") == [(13.0, "13 procent", "quoted")]
    assert _value(built, 2023, crime, 2021, "01") == [(13.0, "13 procent", "quoted"), (14.0, "14 procent", "quoted")]
    assert "Olika uppgift i två lägesrapporter" not in report(built, 2022).get_text()
    assert "Olika uppgift i två lägesrapporter: för 2021 anges 13 procent" in report(built, 2023).get_text().replace(
        "\u00a0", " "
    )


GOLDEN_BRA = [
    (2022, "personuppkl_misshandel_nara_relation", 2021, "K", "parrelation", "11,5 procent (473 av 4 097)"),
    (2025, "personuppkl_misshandel_nara_relation", 2025, "K", "parrelation", "12,5 procent (663 av 5 292)"),
    (2022, "personuppkl_grov_fridskrankning", 2021, "K", "barn", "8,0 procent (14 av 175)"),
    (2025, "personuppkl_valdtakt", 2025, "T", "barn_under_15", "30,5 procent (190 av 622)"),
    (2025, "personuppkl_kop_av_sexuell_tjanst", 2025, "T", "T", "55,8 procent (647 av 1 160)"),
    (2024, "personuppkl_konsstympning", 2023, "T", "T", "0,0 procent (0 av 13; få fall)"),
    (2022, "personuppkl_kontaktforbud_overtradelse", 2021, "T", "T", "30,5 procent (281 av 922)"),
]


@pytest.mark.parametrize(("year", "indicator", "of", "sex", "group", "text"), GOLDEN_BRA)
def test_bra_figures_with_their_counts(
    built: Path, year: int, indicator: str, of: int, sex: str, group: str, text: str
) -> None:
    assert [t for _, t, _ in _value(built, year, indicator, of, "Rn03", sex, group)] == [text]


def test_facts_have_their_fields_and_distinct_ids(built: Path) -> None:
    fields = [
        "id",
        "chapter",
        "indicator",
        "year",
        "region",
        "sex",
        "group",
        "value",
        "unit",
        "status",
        "kind",
        "source",
        "published",
        "text",
        "numerator",
        "denominator",
        "low",
        "high",
        "synthetic",
    ]
    for year in YEARS:
        records = facts(built, year)
        assert all(list(f) == fields for f in records)
        assert len({f["id"] for f in records}) == len(records)
        assert {f["kind"] for f in records} == {"observed", "computed", "quoted"}
        assert all(f["source"] and f["published"] for f in records if f["kind"] == "observed")


@pytest.mark.parametrize("year", YEARS)
def test_the_page_is_sound(built: Path, year: int) -> None:
    html = report_path(built, year).read_text(encoding="utf-8")
    soup = report(built, year)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    assert not parser.errors
    assert one(soup, "html")["lang"] == "sv"
    assert not soup.find_all("script") and not soup.find_all("link")
    assert all(
        str(img["src"]).startswith("data:image/svg+xml;base64,") and len(img["alt"]) >= 40
        for img in soup.find_all("img")
    )
    assert all(
        str(one(p, "source")["srcset"]).startswith("data:image/svg+xml;base64,") for p in soup.find_all("picture")
    )
    assert not soup.find_all(string=lambda text: type(text).__name__ == "Comment")
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", html)
    headings = [int(h.name[1]) for h in soup.find_all(re.compile("^h[1-6]$"))]
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:], strict=False))
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[a-z0-9_-]+", i) for i in ids)
    assert not [
        target
        for a in soup.find_all("a", href=True)
        if (target := str(a["href"])).startswith("#") and target[1:] not in ids
    ]
    for table in soup.find_all("table"):
        assert one(table, "caption").get_text(strip=True) and all(th.get("scope") for th in table.find_all("th"))
        assert len(one(table, "thead").find_all("th")) <= 10
    numbers = [n.get_text(strip=True) for n in soup.select(".lr-number")]
    assert all(re.match(r"(Tabell|Figur) (S|\d+)\.\d+\.|Siffrorna i figur", n) for n in numbers)
    assert len(html) < 2_500_000


@pytest.mark.parametrize("year", YEARS)
def test_the_text_reads_as_text(built: Path, year: int) -> None:
    soup = BeautifulSoup(report_path(built, year).read_text(encoding="utf-8"), "html.parser")
    for hidden in soup.select("style"):
        hidden.decompose()
    text = soup.get_text(" ", strip=True)
    assert not re.findall(r"\bnan\b|\bNone\b|\bTODO\b|\[\]|\{\{|Traceback|<NA>|\bT/T\b|chapter\.", text)
    assert not re.findall(
        r"\b(\w{3,}) \1\b", re.sub(r"Tabell.*?\.", "", " ".join(p.get_text() for p in soup.select("p")))
    )
    assert f"Regional lägesrapport {year}" in text
    assert "Inte utgiven av Länsstyrelsen Stockholm eller Operation Kvinnofrid" in text
    assert ("Sammanställd i efterhand" in text) == (year in (2019, 2020, 2021))
    assert ("ingen handlingsplan" in text) == (year in (2019, 2023))
    # A police region's figures may never be under a heading that names the county.
    for heading in soup.select("tr.lr-group th"):
        if "Polisregion" in heading.get_text():
            assert "Stockholms och Gotlands län" in heading.get_text()


def test_every_chart_shows_at_least_two_years_or_two_rows(built: Path) -> None:
    for year in YEARS:
        for figure in report(built, year).select("figure"):
            rows = figure.select("tbody tr:not(.lr-group)")
            columns = figure.select("thead th")
            assert len(rows) * (len(columns) - 1) >= 2


def test_the_chapters_are_in_order_and_are_linked(built: Path) -> None:
    soup = report(built, 2022)
    assert [s["id"] for s in soup.select("main > section")] == [
        "sammanfattning",
        *[f"mal-{n}" for n in range(1, 9)],
        "handlingsplan",
        "likvardighet",
        "metod",
    ]
    chapters = [a["href"][1:] for a in soup.select("nav.contents > ol > li > a")]
    assert chapters == [s["id"] for s in soup.select("main > section")]
    assert [p.get_text() for p in soup.select("nav.contents .part")] == [
        "Översikt",
        "Målen",
        "Samlad uppföljning och metod",
    ]
    # The chapters without a common order of sections name theirs.
    assert "sammanfattning-sa-laser-du-rapporten" in [a["href"][1:] for a in soup.select("nav.contents ol ol a")]
    assert soup.select('#sammanfattning a[href="#mal-5"]')
    # A link from one notebook to another has become a link within the page.
    assert soup.select('#mal-5 a[href="#mal-6"]') and soup.select('#mal-1 a[href="#mal-3"]')


def test_the_skeleton_of_the_report_is_as_agreed(built: Path) -> None:
    """Headings, captions and card titles in order. If a change is meant, look at the difference and copy the new file."""
    soup = report(built, 2022)
    lines = []
    for tag in soup.select("h1, h2, h3, h4, h5, caption, figcaption, .lr-indicator-title"):
        text = " ".join(tag.get_text().split())
        lines.append(f"{tag.name}: {text}" if tag.name.startswith("h") else f"    {tag.name}: {text}")
    skeleton = "\n".join(lines) + "\n"
    agreed = (GOLDEN / "skeleton-2022.txt").read_text(encoding="utf-8")
    if skeleton != agreed:
        new = ROOT / "output" / "tests" / "skeleton-2022.txt"
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(skeleton, encoding="utf-8")
        difference = "\n".join(
            difflib.unified_diff(agreed.splitlines(), skeleton.splitlines(), "agreed", "now", lineterm="")
        )
        pytest.fail(f"The report's skeleton has changed:\n{difference}\nIf that is meant, copy {new} to tests/golden/.")


@pytest.mark.parametrize("year", YEARS)
def test_the_files_of_a_report(built: Path, year: int) -> None:
    folder = built / "output" / str(year)
    assert {p.name for p in folder.iterdir()} == {
        f"lagesrapport-{year}.html",
        f"lagesrapport-{year}.pdf",
        "facts.json",
        "manifest.json",
        "notebooks",
        "data",
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["failed"] == {} and len(manifest["seconds"]) == (10 if year == 2019 else 12)
    assert f"parameters/{year}.yaml" in manifest["inputs"] and "data/observations/bra.csv" in manifest["inputs"]
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    soup = report(built, year)
    figures = [str(f["id"]).partition("figur-")[2] for f in soup.select("figure")]
    written = {p.name.partition("figur-")[2].removesuffix(".csv") for p in (folder / "data").glob("*figur-*.csv")}
    assert set(figures) == written and figures


@pytest.mark.parametrize("year", YEARS)
def test_executed_notebooks_carry_no_paths_or_times(built: Path, year: int) -> None:
    for path in (built / "output" / str(year) / "notebooks").rglob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert str(built) not in text and "papermill" not in json.loads(text)["metadata"]
        assert '"start_time"' not in text


def test_other_rows_of_bra_go_to_the_data_annex_alone(built: Path) -> None:
    shown = {f["indicator"] for f in facts(built, 2025)}
    annex = (built / "output/2025/data/databilaga.csv").read_text(encoding="utf-8")
    assert "personuppkl_samtliga_brott" not in shown and "personuppkl_samtliga_brott" in annex
    assert "personuppkl_barnfridsbrott" not in shown and "personuppkl_barnfridsbrott" in annex


def test_a_chapter_that_is_missing_between_goals_stays_among_them() -> None:
    titles = {
        1: "<h1>Mål 1. Först</h1>",
        2: '<h1>Kapitel 2 saknas</h1><div class="lr-failed"><p>Fel</p></div>',
        3: "<h1>Mål 3. Sist</h1>",
    }
    cells = [
        nbformat.v4.new_raw_cell(f'<section id="k{n}" data-notebook="0{n}_x" data-number="{n}">{html}</section>')
        for n, html in titles.items()
    ]
    joined = nbformat.v4.new_notebook(cells=cells, metadata={"lagesrapport": {"title": "Rapport"}})
    page, _ = LagesrapportExporter().from_notebook_node(joined)
    contents = one(BeautifulSoup(page, "html.parser"), "nav.contents")
    assert [part.get_text() for part in contents.select("p.part")] == ["Målen"] and len(
        contents.select("ol > li > a")
    ) == 3


def test_every_report_holds_its_typefaces_and_names_no_other(built: Path) -> None:
    for name in REPORTS:
        soup = report(built, name)
        style = soup.select("style")[0].get_text()
        assert style.count("@font-face") == len(fonts.FACES)
        assert style.count("data:font/woff;base64,") == len(fonts.FACES)
        assert len(style) < 180_000
        assert not fonts.lacking(soup.select("body")[0].get_text())
