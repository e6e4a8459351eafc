"""Another county goes from nothing to a report with survey answers by the commands of docs/another-county.md."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import ROOT, lagesrapport, report
from tests.forms import bra_table, fill

PAGE = (ROOT / "docs/another-county.md").read_text(encoding="utf-8")
BLOCK = next(block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "new workbook" in block)
COMMANDS = [shlex.split(line)[1:] for line in BLOCK.splitlines() if line.startswith("lagesrapport ")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("county", "code", "municipalities", "region", "area"),
    [
        ("Skåne län", "12", 33, "Rn06", "Polisregion Syd"),
        ("Västra Götalands län", "14", 49, "Rn05", "Polisregion Väst"),
    ],
)
def test_a_county_has_a_report_with_answers(
    tmp_path: Path, county: str, code: str, municipalities: int, region: str, area: str
) -> None:
    root = tmp_path / "lan"
    table = bra_table(tmp_path / "bra.xlsx", area=area, year=2025)
    for command in COMMANDS:
        forms = root / "output/enkat/2025"
        own = {"../skane": str(root), "Skåne län": county, "output/enkat/2025": str(forms)}
        own["300Rn06-2025.xlsx"] = str(table)
        words = [own.get(word, word) for word in command]
        if words[:2] == ["import", "survey"] and "--new" not in words:
            fill(forms)
            words.append("--yes")
        if words[0] == "build":
            _show_answers(root / "notebooks/10_likvardighet.ipynb")
        done = lagesrapport(*words, root=ROOT if words[:2] == ["new", "workbook"] else root)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    page = report(root, 2025)
    chapter = page.select("section#likvardighet")[0].get_text(" ", strip=True)
    assert f"{municipalities} av {municipalities} tillfrågade enheter har svarat för 2025." in chapter
    assert page.select("section#likvardighet figure img[alt^='Karta över']")
    facts = json.loads((root / "output/2025/facts.json").read_text(encoding="utf-8"))
    values = {f["region"]: f["value"] for f in facts if f["indicator"] == "rutin_vuxna" and f["kind"] == "observed"}
    yes = sum(value == 100 for region, value in values.items() if len(region) == 4)
    assert len([region for region in values if len(region) == 4]) == municipalities
    assert f"{yes} svarar ja och {municipalities - yes} nej." in chapter
    _has_figures_of_every_municipality(facts, code, municipalities)
    assert f"i länets {municipalities} kommuner; medianen var" in chapter
    placed = page.select("section#mal-2")[0].get_text(" ", strip=True)
    assert "Anmälda brott: våld inomhus mot barn" in placed
    assert "Skäl till placeringen: Anmälningarna visar vad som blir känt." in page.get_text()
    cleared = [
        f for f in facts if f["indicator"] == "personuppkl_grov_kvinnofridskrankning" and f["chapter"] == "mal-4"
    ]
    assert {(f["region"], f["year"]) for f in cleared} >= {(region, 2025)}
    assert "Förebygga våld" in page.select("section#mal-1 h2")[0].get_text() and "Åtagandets text" in page.get_text()


def _has_figures_of_every_municipality(facts: list[dict[str, Any]], code: str, municipalities: int) -> None:
    """Check the report's municipal figures against the table that Kolada's values were received in."""
    with (ROOT / "data/raw/kolada/kolada-f5ca89d7.csv").open(encoding="utf-8", newline="") as lines:
        raw = {
            r["region"]: float(r["value"]) for r in csv.DictReader(lines) if (r["kpi"], r["year"]) == ("N07549", "2022")
        }
    crimes = [f for f in facts if f["indicator"] == "anmald_misshandel_kvinna_inomhus" and f["kind"] == "observed"]
    shown = {f["region"]: f["value"] for f in crimes if f["year"] == 2022 and f["region"].startswith(code)}
    assert len(shown) == municipalities
    assert shown == {region: pytest.approx(raw[region], abs=0.000051) for region in shown}


def _show_answers(path: Path) -> None:
    """Add, as an analyst would, the cell that the page names."""
    notebook = nbformat.read(path, as_version=4)
    cell = re.search(r"`(chapter\.support\.spread\(.*?\))`", PAGE)
    assert cell is not None
    notebook.cells.append(nbformat.v4.new_code_cell(cell[1]))
    nbformat.write(notebook, path)
