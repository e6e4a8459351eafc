"""The finished reports on paper: whole, within the sheet, with their marks, their contents and their tags."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import outloud
import pikepdf
import pypdfium2
import pytest

from tests.conftest import REPORTS, report, report_path
from tests.tags import faults

MILLIMETRE = 72 / 25.4


def _path(root: Path, name: str) -> Path:
    return report_path(root, name).with_suffix(".pdf")


@cache
def _pages(path: Path) -> list[tuple[str, list[tuple[float, ...]]]]:
    """Return each page's words and the boxes they fill (left, bottom, right, top, in points)."""
    pages = []
    for page in pypdfium2.PdfDocument(path):
        words = page.get_textpage()
        boxes = [words.get_rect(index) for index in range(words.count_rects())]
        pages.append((words.get_text_bounded().replace("\u00a0", " "), boxes))
    return pages


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_heard_as_the_page_says(built: Path, name: str) -> None:
    assert faults(_path(built, name), report_path(built, name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_small_and_in_the_reports_own_type(built: Path, name: str) -> None:
    assert _path(built, name).stat().st_size < 5_000_000
    with pikepdf.open(_path(built, name)) as file:
        fonts = {str(font.get("/BaseFont")) for page in file.pages for font in page.Resources.get("/Font", {}).values()}
    assert fonts and all("SourceSans" in font or "SourceSerif" in font for font in fonts), fonts


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_outside_the_margins(built: Path, name: str) -> None:
    for number, (_, boxes) in enumerate(_pages(_path(built, name))[1:], start=2):
        for left, bottom, right, top in boxes:
            inside = left > 18 * MILLIMETRE and right < 192 * MILLIMETRE
            inside &= bottom > 8 * MILLIMETRE and top < 290 * MILLIMETRE
            assert inside, f"page {number}: {(left, bottom, right, top)}"


@pytest.mark.parametrize("name", REPORTS)
def test_every_page_carries_its_marks_and_its_number(built: Path, name: str) -> None:
    for number, (words, _) in enumerate(_pages(_path(built, name)), start=1):
        assert "UTKAST" in words
        assert ("EXEMPELDATA" in words) == (name == "exempel")
        assert number == 1 or re.search(rf"(?<!\d){number}(?!\d)", words)


@pytest.mark.parametrize("name", ["2020", "2025", "exempel"])
def test_the_contents_name_the_pages_where_the_chapters_begin(built: Path, name: str) -> None:
    pages = [" ".join(words.split()) for words, _ in _pages(_path(built, name))]
    titles = [" ".join(heading.get_text().split()) for heading in report(built, name).select("main > section > h2")]
    assert len(titles) == 12
    for title in titles:
        number = int(re.findall(rf"{re.escape(title)}[ .]*(\d+)", pages[1])[0])
        # The running head is the chapter's title; the page before has another.
        assert pages[number - 1].startswith(title) and not pages[number - 2].startswith(title)


@pytest.mark.parametrize("name", REPORTS)
def test_the_bookmarks_are_the_headings_in_order(built: Path, name: str) -> None:
    with pikepdf.open(_path(built, name)) as file, file.open_outline() as outline:
        titles = [" ".join(entry.title.split()) for top in outline.root for entry in [top, *top.children]]
    wanted = [" ".join(h.get_text().split()) for h in report(built, name).select("h1, h2")]
    places = [titles.index(title) for title in wanted]
    assert all(before < after for before, after in pairwise(places))


@pytest.mark.parametrize("name", ["2022", "exempel"])
def test_an_independent_checker_finds_no_error(built: Path, name: str) -> None:
    found = outloud.check(str(_path(built, name)), layers={"conformance"})
    assert found.error is None
    assert [f"{f.rule}: {f.message}" for f in found.findings if f.severity == "error"] == []
