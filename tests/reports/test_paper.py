"""The finished reports on paper: whole, within the sheet, with their marks, their contents and their tags."""

import os
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import outloud
import pikepdf
import pypdfium2
import pytest

from lib.build import paper as pdf
from lib.build.paper.check import faults
from lib.build.paper.tree import Tree
from tests.conftest import REPORTS, report, report_path

pytestmark = pytest.mark.skipif(
    bool(pdf.missing()) and os.environ.get("CI") != "true", reason=f"no PDF on this machine: {pdf.missing()}"
)
MILLIMETRE = 72 / 25.4


def _path(root, name: str) -> Path:
    return report_path(root, name).with_suffix(".pdf")


@cache
def _pages(path: Path) -> list[tuple[str, list[tuple[float, ...]]]]:
    """Return each page's words and the boxes they stand in (left, bottom, right, top, in points)."""
    pages = []
    for page in pypdfium2.PdfDocument(path):
        words = page.get_textpage()
        boxes = [words.get_rect(index) for index in range(words.count_rects())]
        pages.append((words.get_text_bounded().replace("\u00a0", " "), boxes))
    return pages


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_tagged_small_and_in_the_reports_own_type(built, name):
    assert _path(built, name).stat().st_size < 5_000_000
    with pikepdf.open(_path(built, name)) as file:
        assert faults(file) == []
        fonts = {str(font.get("/BaseFont")) for page in file.pages for font in page.Resources.Font.values()}
        assert fonts and all("Source-Sans" in font or "Source-Serif" in font for font in fonts), fonts
        soup, tree = report(built, name), Tree(file)
        assert sum(1 for _ in tree.root.elements("Table")) == len(soup.select("table"))
        assert sum(1 for _ in tree.root.elements("Figure")) == len(soup.select("img"))
        headings = [element.text for element in tree.root.elements("H2")]
        assert len(headings) == len(soup.select("h2"))


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_stands_outside_the_margins(built, name):
    for number, (_, boxes) in enumerate(_pages(_path(built, name))[1:], start=2):
        for left, bottom, right, top in boxes:
            inside = (
                left > 18 * MILLIMETRE
                and right < 192 * MILLIMETRE
                and bottom > 8 * MILLIMETRE
                and top < 290 * MILLIMETRE
            )
            assert inside, f"page {number}: {(left, bottom, right, top)}"


@pytest.mark.parametrize("name", REPORTS)
def test_every_page_carries_its_marks_and_its_number(built, name):
    for number, (words, _) in enumerate(_pages(_path(built, name)), start=1):
        assert "UTKAST" in words
        assert ("EXEMPELDATA" in words) == (name == "exempel")
        assert number == 1 or re.search(rf"(?<!\d){number}(?!\d)", words)


@pytest.mark.parametrize("name", ["2020", "2025", "exempel"])
def test_the_contents_name_the_pages_where_the_chapters_begin(built, name):
    pages = [words for words, _ in _pages(_path(built, name))]
    contents = " ".join(" ".join(words for words in pages[1:4]).split())
    titles = [" ".join(heading.get_text().split()) for heading in report(built, name).select("main > section > h2")]
    assert len(titles) == 12
    for title in titles:
        number = int(re.search(rf"{re.escape(title)} – sida (\d+)", contents)[1])
        assert title.partition(". ")[2] or title in pages[number - 1]
        # What the draft lacks may stand above the summary.
        start = 200 if number > min_page(contents) else 600
        assert (title.partition(". ")[2] or title) in " ".join(pages[number - 1].split())[:start]


def min_page(contents: str) -> int:
    """Return the page on which the first chapter begins."""
    return min(map(int, re.findall(r"– sida (\d+)", contents)))


@pytest.mark.parametrize("name", REPORTS)
def test_the_bookmarks_are_the_headings_in_order(built, name):
    with pikepdf.open(_path(built, name)) as file, file.open_outline() as outline:
        titles = [" ".join(entry.title.split()) for top in outline.root for entry in [top, *top.children]]
    wanted = [
        " ".join(h.get_text().split()) for h in report(built, name).select("h1, h2") if not h.find_parent("footer")
    ]
    places = [titles.index(title) for title in wanted]
    assert all(before < after for before, after in pairwise(places))


@pytest.mark.parametrize("name", ["2022", "exempel"])
def test_an_independent_checker_finds_only_the_claim_we_do_not_make(built, name):
    found = outloud.check(str(_path(built, name)), layers={"conformance"})
    assert found.error is None
    assert {f"{f.rule}: {f.message}" for f in found.findings if f.severity == "error" and f.rule != "DOC-012"} == set()
