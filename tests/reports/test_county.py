"""Another county goes from nothing to a report with survey answers by the commands of docs/another-county.md."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT, lagesrapport, report
from tests.forms import fill

PAGE = (ROOT / "docs/another-county.md").read_text(encoding="utf-8")
BLOCK = next(block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "new workbook" in block)
COMMANDS = [shlex.split(line)[1:] for line in BLOCK.splitlines() if line.startswith("lagesrapport ")]


@pytest.mark.slow
@pytest.mark.parametrize(("county", "municipalities"), [("Skåne län", 33), ("Västra Götalands län", 49)])
def test_a_county_has_a_report_with_answers(tmp_path: Path, county: str, municipalities: int) -> None:
    root = tmp_path / "lan"
    for command in COMMANDS:
        forms = root / "output/enkat/2025"
        own = {"../skane": str(root), "Skåne län": county, "output/enkat/2025": str(forms)}
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
    assert "Förebygga våld" in page.select("section#mal-1 h2")[0].get_text() and "Åtagandets text" in page.get_text()


def _show_answers(path: Path) -> None:
    """Add, as an analyst would, the cell that the page names."""
    notebook = nbformat.read(path, as_version=4)
    cell = re.search(r"`(chapter\.support\.spread\(.*?\))`", PAGE)
    assert cell is not None
    notebook.cells.append(nbformat.v4.new_code_cell(cell[1]))
    nbformat.write(notebook, path)
