"""The report as the browser prints it."""

from __future__ import annotations

import re
from collections import Counter

import pypdfium2

from tests.conftest import needs_chromium
from tests.reports.browser import SHEET, Show, both_reports

pytestmark = needs_chromium


def _letters(text: str) -> str:
    """Return the letters and digits alone, which are the same wherever lines and pages are broken."""
    return re.sub(r"\W", "", text)


def _numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


@both_reports
def test_the_browser_prints_every_figures_numbers_and_marks_every_page(show: Show, name: str) -> None:
    page = show(name, SHEET, "print")
    tables = page.evaluate(
        """() => [...document.querySelectorAll('details table')].map(table =>
          [table.caption.textContent, [...table.querySelectorAll('td')].map(cell => cell.textContent).join(' ')])"""
    )
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in document]
    marks = ["UTKAST", "EXEMPELDATA"] if name == "exempel" else ["UTKAST"]
    unmarked = [place for place, text in enumerate(sheets, 1) if not all(mark in _letters(text) for mark in marks)]
    assert (unmarked, bool(tables)) == ([], True)
    for caption, cells in tables:
        # A caption may be drawn after its table, and a long table continues on the next page.
        places = [place for place, text in enumerate(sheets) if _letters(caption) in _letters(text)]
        assert len(places) == 1, caption
        printed = _numbers("".join(sheets[places[0] : places[0] + 2]))
        assert _numbers(cells) <= printed, (caption, _numbers(cells) - printed)
