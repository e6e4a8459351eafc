"""What changed between two reports: figures by kind, assessments, definitions and text."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.review.difference import changes, write
from lib.show.facts import Fact
from tests.conftest import ROOT
from tests.unit.review.reports import built, fact

REGISTER = """<div id="metod-tabell-indikatorer"><table><thead><tr><th>Indikator</th><th>Nämnare</th><th>Källa</th></tr></thead>
<tbody><tr><th>Tillfrågade</th><td>{}</td><td>SCB</td></tr></tbody></table></div>"""


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([], [fact(80)], "ny"),
        ([fact(80)], [], "borta"),
        ([fact(80)], [fact(81)], "reviderad"),
        ([fact(80)], [fact(81, source="bra")], "ändrad"),
        ([fact(80)], [fact(None, status="Q")], "reviderad"),
        ([fact(80, denominator=10)], [fact(80, denominator=20)], "reviderad"),
        ([fact(80)], [fact(80, source="bra", id="metod/x", text="omkring 80")], None),
        ([fact(80, kind="computed")], [fact(81, kind="computed")], None),
        # Of two figures about the same thing the one published last counts.
        ([fact(80), fact(79, published="2024-04-01")], [fact(80)], None),
    ],
)
def test_a_figure_is_new_gone_revised_or_changed(before: list[Fact], after: list[Fact], kind: str | None) -> None:
    found = changes(built("2024", after), built("2023", before))
    assert [change.kind for change in found] == ([kind] if kind else [])


def test_revised_figures_come_first_and_new_ones_last() -> None:
    old = [fact(1, year=2021), fact(2, year=2022), fact(3, year=2023)]
    new = [fact(9, year=2024), fact(4, year=2023), fact(5, year=2022, source="bra")]
    found = changes(built("2024", new), built("2023", old))
    assert [change.kind for change in found] == ["reviderad", "ändrad", "borta", "ny"]


def _write(tmp_path: Path, new: tuple[list[Fact], str], old: tuple[list[Fact], str]) -> tuple[BeautifulSoup, list[str]]:
    catalogue = Catalogue(ROOT / "data/exempel")
    path, lines = write(Workbook(tmp_path), built("2024", *new), built("2023", *old), catalogue)
    assert path == tmp_path / "output/review/2024-mot-2023.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"), lines


def test_the_page_shows_every_kind_of_change(tmp_path: Path) -> None:
    def judgement(text: str) -> Fact:
        return fact(None, id="mal-3/bedömning", kind="quoted", indicator=None, text=text)

    def page(words: str, denominator: str) -> str:
        nav = "<nav><p>Innehåll</p></nav><figure><p>Diagram</p></figure>"
        return f"<main><section><h2>Mål 3</h2>{nav}<h3>Läget</h3><p>{words}</p>{REGISTER.format(denominator)}</section></main>"

    shown, lines = _write(
        tmp_path,
        ([fact(81), judgement("Nära"), fact(None, id="x", indicator=None, kind="quoted", text="A. Status: klart.")], page("Fler <b>frågar</b> & svarar.", "Kvinnor")),
        ([fact(80), judgement("Inte nära"), fact(None, id="x", indicator=None, kind="quoted", text="A. Status: pågår.")], page("Få frågar.", "Alla")),
    )  # fmt: skip
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in shown.select("tbody tr")]
    title = Catalogue(ROOT / "data/exempel").indicators["mhv_tillfragade"].title
    assert [f"{title}, 2024, Exempellän, Kvinnor", "reviderad", "80 procent", "81 procent"] in rows
    assert ["mal-3/bedömning", "Inte nära", "Nära"] in rows and ["x", "pågår", "klart"] in rows
    assert ["Tillfrågade", "Nämnare", "Alla", "Kvinnor"] in rows
    items = [item.get_text(" ", strip=True) for item in shown.select("ul.lr-list li")]
    assert items == ["Borttaget: Få frågar.", "Tillagt: Fler frågar & svarar."]
    assert shown.find("h2", string="Text: Mål 3 – Läget") and shown.find("ins") and shown.find("del")
    assert lines[0] == "Vad som har ändrats: 2024 jämfört med 2023" and lines[-1] == "  5 changes to look at"


def test_equal_reports_say_so(tmp_path: Path) -> None:
    page = "<main><section><h2>Mål 3</h2><p>Allt.</p></section></main>"
    shown, lines = _write(tmp_path, ([fact()], page), ([fact()], page))
    assert shown.get_text().count("Inga ändringar.") == 3 and not shown.find("table")
    assert "  Text: inga ändringar." in lines and lines[-1] == "  0 changes to look at"
