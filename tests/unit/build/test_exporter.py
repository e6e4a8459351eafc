"""A page is finished: anchors, numbers, contents and links; a link or an anchor that cannot work is an error."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from lib.base.errors import WorkbookError
from lib.build.exporter import LagesrapportExporter, finish
from tests.unit.build.notebooks import executed

FIGURE = (
    '<figure class="lr-figure" id="x"><figcaption><span class="lr-number" data-kind="Figur"></span>A</figcaption>'
    '<div class="lr-table" id="y"><div class="lr-scroll"><table><caption><span class="lr-number" data-kind="Tabell"></span>B</caption>'
    "</table></div></div></figure>"
)
TABLE = (
    '<div class="lr-table" id="z"><div class="lr-scroll"><table><caption><span class="lr-number" data-kind="Tabell"></span>C</caption>'
    "</table></div></div>"
)


def _chapter(name: str, number: int, title: str, body: str = "") -> str:
    return f'<section id="{name}" data-notebook="{number:02d}_{name}" data-number="{number}"><h1>{title}</h1>{body}</section>'


def _page(*chapters: str, partial: bool = False) -> BeautifulSoup:
    html = f"<html><body><h1>Rapport</h1><!--contents--><main>{''.join(chapters)}</main></body></html>"
    return BeautifulSoup(finish(html, partial=partial), "html.parser")


def test_headings_are_one_level_down_with_anchors_of_their_own() -> None:
    page = _page(_chapter("mal", 1, "Mål 1. Förebygga", "<h2>Åtgärder</h2><h2>Åtgärder</h2>"))
    headings = page.select("main h2, main h3")
    assert [h["id"] for h in headings] == ["mal-mal-1-forebygga", "mal-atgarder", "mal-atgarder-2"]
    section = page.select_one("main section")
    assert section is not None and section["aria-labelledby"] == "mal-mal-1-forebygga"
    assert not section.has_attr("data-notebook") and not section.has_attr("data-number")
    assert [a["href"] for a in page.select("ul.sections a")] == ["#mal-atgarder", "#mal-atgarder-2"]


def test_figures_and_tables_are_numbered_in_their_chapter() -> None:
    """The table of a figure's data has the figure's number and does not count."""
    page = _page(_chapter("a", 3, "A", FIGURE + TABLE + TABLE.replace('"z"', '"w"')), _chapter("b", 4, "B", FIGURE))
    numbers = [label.get_text() for label in page.select(".lr-number")]
    assert numbers == ["Figur 3.1. ", "Siffrorna i figur 3.1. ", "Tabell 3.1. ", "Tabell 3.2. ", "Figur 4.1. "] + [
        "Siffrorna i figur 4.1. "
    ]
    assert [f["id"] for f in page.select("figure")] == ["a-x", "b-x"]
    scroll = page.select_one(".lr-scroll")
    assert scroll is not None and (scroll["tabindex"], scroll["aria-labelledby"]) == ("0", "a-y-rubrik")


def test_the_contents_list_chapters_by_part_and_sections_except_of_goals() -> None:
    """A chapter that failed between two goals is among the goals."""
    page = _page(
        _chapter("s", 0, "Sammanfattning", "<h2>Läget</h2>"),
        _chapter("g1", 1, "Mål 1. Ett", "<h2>Indikatorer</h2>"),
        _chapter("g2", 2, "Kapitel 2 saknas", '<div class="lr-failed"></div>'),
        _chapter("g3", 3, "Mål 3. Tre"),
        _chapter("m", 11, "Metod", "<h2>Källor</h2>"),
    )
    nav = page.select_one("nav.contents")
    assert nav is not None
    assert [p.get_text() for p in nav.select("p.part")] == ["Översikt", "Målen", "Samlad uppföljning och metod"]
    assert [len(ol.find_all("li", recursive=False)) for ol in nav.find_all("ol", recursive=False)] == [1, 3, 1]
    words = [a.get_text() for a in nav.select("a")]
    assert words == ["Sammanfattning", "Läget", "Mål 1. Ett", "Kapitel 2 saknas", "Mål 3. Tre", "Metod", "Källor"]


def test_links_between_notebooks_become_links_within_the_page() -> None:
    page = _page(_chapter("a", 1, "A", '<a href="../02_b.ipynb#x">Se B</a>'), _chapter("b", 2, "B"))
    assert [a["href"] for a in page.select("section#a > a")] == ["#b"]


@pytest.mark.parametrize("address", ["09_saknas.ipynb", "#ingenstans"])
def test_a_dead_link_is_an_error_and_in_a_preview_plain_text(address: str) -> None:
    chapter = _chapter("a", 1, "A", f'<p>Se <a href="{address}">texten</a></p>')
    with pytest.raises(WorkbookError, match="which the report does not have; correct it where the text says “texten”"):
        _page(chapter)
    page = _page(chapter, partial=True)
    assert not page.select("p > a[href]:-soup-contains('texten')") and "Se texten" in page.get_text()


def test_an_anchor_used_twice_is_an_error() -> None:
    with pytest.raises(WorkbookError, match="The anchor u occurs twice"):
        _page(_chapter("a", 1, "A", "<p id='u'></p><p id='u'></p>"))


def test_a_chapter_without_a_heading_is_an_error() -> None:
    with pytest.raises(WorkbookError, match="The chapter a has no heading"):
        _page('<section id="a" data-notebook="01_a" data-number="1"><p>Text</p></section>')


def test_a_single_notebook_becomes_a_page_without_code_or_scripts() -> None:
    made = executed("<h1>Kapitel</h1><p>Ord <a href='#annat'>dit</a></p>")
    html, _ = LagesrapportExporter().from_notebook_node(made)
    page = BeautifulSoup(html, "html.parser")
    assert page.find("script") is None and "show()" not in page.get_text() and "Ord dit" in page.get_text()
    assert page.html is not None and page.html["lang"] == "sv"
