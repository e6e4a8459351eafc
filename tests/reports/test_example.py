"""The report of the invented county: marked everywhere, and no protected figure can be worked out from it."""

from __future__ import annotations

import base64
import csv
import json
import os
import random
import re
from pathlib import Path

import pandas as pd
import pytest

from lib.analysis.disclosure import protect
from lib.analysis.disclosure_audit import audit
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.data.observations import COLUMNS, as_of, read_observations
from lib.data.parameters import read_parameters
from tests.conftest import ROOT, YEARS, Refused, facts, lagesrapport, one, report, report_path

SEEDS = range(int(os.environ.get("LAGESRAPPORT_BUILDS", "1")))
RAW = "data/exempel/observations/egen_insamling.csv"


def test_the_mark_is_on_every_page_figure_table_and_file(built: Path) -> None:
    soup, folder = report(built, "exempel"), built / "output/exempel"
    assert one(soup, "title").get_text().startswith("EXEMPELDATA") and one(soup, "h1").get_text().startswith(
        "EXEMPELDATA"
    )
    assert "EXEMPELDATA" in one(soup, ".example").get_text() and "@top-center" in one(soup, "style").get_text()
    # All features and twice as many figures as a real report, and still small enough to send.
    assert report_path(built, "exempel").stat().st_size < 3_400_000
    for chapter in soup.select("main > section"):
        assert chapter.select_one(".lr-example"), chapter["id"]
    titles = soup.select("caption, figcaption")
    titles += soup.select(".lr-card-what")
    assert len(titles) > 80 and all("EXEMPELDATA. " in title.get_text() for title in titles)
    for image in soup.select("img"):
        assert str(image["alt"]).startswith("EXEMPELDATA. ")
        # The mark is drawn (as paths, in a colour used for nothing else), so that a copied picture carries it.
        assert "fill: #8a3c00" in base64.b64decode(str(image["src"]).partition("base64,")[2]).decode()
    assert all(path.name.startswith("EXEMPELDATA-") for path in (folder / "data").iterdir())
    assert all(fact["synthetic"] for fact in facts(built, "exempel"))
    assert json.loads((folder / "manifest.json").read_text())["synthetic"] is True


def test_a_real_report_carries_no_mark_and_the_example_names_no_real_place(built: Path) -> None:
    for year in YEARS:
        assert "EXEMPELDATA" not in report_path(built, year).read_text(encoding="utf-8")
        assert not any(fact["synthetic"] for fact in facts(built, year))
    text = report(built, "exempel").get_text(" ")
    for name in ("Stockholm", "Gotland", "Botkyrka", "Operation Kvinnofrid"):
        assert name not in text


def test_an_invented_row_cannot_enter_a_real_county_nor_a_real_one_the_example(
    workbook: Path, refused: Refused
) -> None:
    row = (ROOT / "data/exempel/observations/lagesrapporter.csv").read_text(encoding="utf-8").splitlines()[1]
    for folder, value in (("data", "true"), ("data/exempel", "false")):
        path = workbook / folder / "observations/lagesrapporter.csv"
        before = path.read_text(encoding="utf-8")
        first = before.splitlines()[1]
        path.write_text(before.replace(first, first.rpartition(",")[0] + "," + value, 1), encoding="utf-8")
        code, said = refused("build", "2022" if folder == "data" else "exempel", root=workbook)
        assert code == 1 and "row 2, column synthetic" in said and row
        path.write_text(before, encoding="utf-8")


def test_hidden_missing_not_applicable_and_zero_differ_in_data_on_screen_and_aloud(built: Path) -> None:
    soup = report(built, "exempel")
    said: dict[str, set[str]] = {}
    for cell in soup.select("td"):
        shown, spoken = cell.select_one("span[aria-hidden=true]"), cell.select_one(".lr-vh")
        if shown and spoken:
            said.setdefault(shown.get_text(), set()).add(spoken.get_text())
    assert said["x"] == {"dold för att skydda enskilda"}
    assert "uppgift saknas" in said[".."] and "kan inte förekomma" in said["."]
    persons = one(soup, "#likvardighet-tabell-exempel_paborjade_program-enheter")
    assert [td for td in persons.select("td") if td.get_text(strip=True) == "0"]
    with (built / "output/exempel/data/EXEMPELDATA-databilaga.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {r["status"] for r in rows if not r["value"]} == {"Q", "M", "L", "N"}
    assert any(
        r["value"] == "0.0" and r["status"] == "A" for r in rows if r["indicator"] == "exempel_paborjade_program"
    )
    states = built / "output/exempel/data/EXEMPELDATA-lagen.csv"
    with states.open(encoding="utf-8") as lines:
        states_in_use = {row["läge"] for row in csv.DictReader(lines)}
    assert states_in_use >= {
        "uppgift finns",
        "dold för att skydda enskilda",
        "uppgift saknas",
        "mättes inte",
        "källan har upphört",
    }
    assert states_in_use >= {
        "kan inte förekomma",
        "ännu inte publicerad vid brytdatumet",
        "saknar källa eller insamling",
    }


def test_every_indicator_year_and_unit_has_a_state(built: Path) -> None:
    with (built / "output/exempel/data/EXEMPELDATA-lagen.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    keys = [(r["indikator"], r["år"], r["region"]) for r in rows]
    assert len(keys) == len(set(keys)) and all(r["läge"] for r in rows)
    units = {r["region"] for r in rows if r["indikator"] == "rutin_vid_indikation_vuxen" and r["år"] == "2024"}
    assert len(units) == 1 + 26 + 3
    assert {r["år"] for r in rows} == {"2020", "2021", "2022", "2023", "2024"}


def test_commitments_in_every_status_are_counted(built: Path) -> None:
    table = one(report(built, "exempel"), "#handlingsplan-tabell-status")
    counts = {one(r, "th").get_text(): int(one(r, "td").get_text()) for r in table.select("tbody tr")}
    assert (
        set(counts) == {"Genomfört", "Pågår", "Ej påbörjat", "Avbrutet", "Uppgift saknas"} and min(counts.values()) >= 1
    )


def test_the_masking_log_is_for_reviewers_and_holds_no_figure(built: Path) -> None:
    path = built / "output/review/exempel-masking.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 1000 and set(rows[0]) == {"indicator", "year", "region", "sex", "group", "rule"}
    assert not (built / "output/review/2022-masking.csv").exists() or "value" not in rows[0]
    assert not list((built / "output/exempel").rglob("*masking*"))


def _raw_and_shown(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    parameters = read_parameters(Workbook(root), "exempel")
    catalogue = Catalogue(root / "data/exempel")
    rows = as_of(read_observations(catalogue), parameters.year, parameters.cut_off)
    return rows, protect(rows, catalogue)[0]


def _another(value: float, low: int, step: int, rng: random.Random) -> int:
    """Return another number of persons that is published as this one is: hidden, or rounded to the same."""
    if 1 <= value <= low:
        return rng.choice([n for n in range(1, low + 1) if n != value])
    rounded = (int(value) + step // 2) // step * step
    same = [
        n
        for n in range(max(low + 1, rounded - 2), rounded + 3)
        if n != value and (n + step // 2) // step * step == rounded
    ]
    return rng.choice(same) if value and same else int(value)


def _other_persons(root: Path, seed: int) -> int:
    """Change every protected count of the example to another one that is published alike, and add rows of a later day."""
    catalogue = Catalogue(root / "data/exempel")
    path, rng = root / RAW, random.Random(seed)
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    changed = 0
    for row in rows:
        policy = catalogue.policies[catalogue.indicators[row["indicator"]].disclosure]
        below = catalogue.region_types[row["region"]] in ("kommun", "stadsdel")
        if row["unit"] == "antal" and row["value"] and row["indicator"].startswith("exempel_"):
            limit = policy.below_county if below else policy.county
            assert limit is not None
            new = _another(float(row["value"]), limit.hide_up_to, limit.round_to, rng)
            changed += new != float(row["value"])
            row["value"] = str(new)
    later = [{**row, "published": "2025-09-01"} for row in rows[:200]]
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *later])
    return changed


@pytest.mark.many
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_of_a_hidden_figure_survives_anywhere_under_output(built: Path, workbook: Path, seed: int) -> None:
    """With other counts behind every hidden and rounded figure, and later rows, every published byte stays the same.

    The second build is also in another folder, time zone, locale and hash seed, and runs one chapter at a time.
    """
    original = (workbook / RAW).read_bytes()
    for attempt in range(50):
        (workbook / RAW).write_bytes(original)
        assert _other_persons(workbook, 50 * seed + attempt) > 1000
        # The other counts need not add up as the true ones do, so the audit may refuse them; then the next are tried.
        if not audit(*(found := _raw_and_shown(workbook)), Catalogue(workbook / "data/exempel")):
            break
    assert _raw_and_shown(built)[1].reset_index(drop=True).equals(found[1].reset_index(drop=True))
    elsewhere = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    again = lagesrapport("build", "exempel", "--jobs", "1", root=workbook, pdf=True, environment=elsewhere)
    assert again.returncode == 0, again.stderr
    files = {p.relative_to(built / "output") for p in (built / "output/exempel").rglob("*") if p.is_file()}
    files = {f for f in files if f.name != "manifest.json" and "preview" not in f.parts}
    assert len(files) > 60
    files |= {p.relative_to(built / "output") for p in (built / "output/review").glob("exempel*")}
    differing = [str(f) for f in files if (built / "output" / f).read_bytes() != (workbook / "output" / f).read_bytes()]
    assert not differing


def test_no_published_count_of_persons_lies_below_its_threshold(built: Path) -> None:
    """The same from the other side: whatever carries a figure of a protected indicator carries 0, a multiple of five, or none."""
    catalogue = Catalogue(ROOT / "data/exempel")
    protected = {i.id for i in catalogue.indicators.values() if i.id.startswith("exempel_") and i.disclosure in "KS"}
    seen = 0
    for fact in facts(built, "exempel"):
        if fact["indicator"] in protected and fact["kind"] in ("observed", "quoted"):
            amounts = [fact["value"] if fact["unit"] == "antal" else None, fact["numerator"], fact["denominator"]]
            seen += 1
            assert all(a is None or a == 0 or (a >= 10 and a % 5 == 0) for a in amounts), fact
    for path in (built / "output/exempel/data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row.get("indicator") in protected:
                    seen += 1
                    amounts = [row["value"] if row["unit"] == "antal" else "", row["numerator"], row["denominator"]]
                    assert all(not a or float(a) == 0 or (float(a) >= 10 and float(a) % 5 == 0) for a in amounts), row
    assert seen > 2000
    text = one(report(built, "exempel"), "#likvardighet-tabell-exempel_paborjade_program-enheter").get_text(" ")
    assert not re.findall(r"(?<!\w)[1-9](?!\w)", text.partition("Antal.")[2].partition("Antalen är")[0])


def test_a_build_in_which_a_hidden_figure_can_be_computed_is_stopped(workbook: Path, refused: Refused) -> None:
    path = workbook / "data/exempel/disclosure.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("hidden_cells")] + "hidden_cells: []\n", encoding="utf-8")
    code, said = refused("build", "exempel", root=workbook)
    assert code == 1 and "the hidden figure can be computed" in said and "data/exempel/disclosure.yaml" in said
    assert "\n" not in said.strip() and not (workbook / "output/exempel").exists()
