"""The page at every width: nothing cut off, no scrolling sideways, links large enough to press."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.conftest import needs_chromium
from tests.reports.browser import NARROW, SHEET, WIDE, Medium, Show, both_reports, both_widths

pytestmark = needs_chromium

#: Spacing that a reader may choose (WCAG 1.4.12).
SPACING = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }
"""
TOO_FAR_RIGHT = """() => [...document.querySelectorAll('body *')]
  .filter(() => document.documentElement.scrollWidth > innerWidth)
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement.closest('.lr-scroll'))
  .map(e => e.outerHTML.slice(0, 120))"""


@contextmanager
def _styled(page: Page, css: str) -> Iterator[None]:
    """Add a style to a page for a while."""
    style = page.add_style_tag(content=css)
    yield
    style.evaluate("style => style.remove()")


@both_reports
@pytest.mark.parametrize("css", [":root {}", SPACING], ids=["as it is", "spaced"])
def test_nothing_needs_sideways_scrolling_on_a_narrow_screen(show: Show, name: str, css: str) -> None:
    page = show(name, NARROW, unfolded=True)
    with _styled(page, css):
        beside, width = page.evaluate(TOO_FAR_RIGHT), page.evaluate("document.documentElement.scrollWidth")
    assert (beside, width) == ([], NARROW)


@pytest.mark.parametrize("name", ["2025", "exempel"])
@pytest.mark.parametrize(("width", "medium"), [(WIDE, "screen"), (SHEET, "print")])
def test_no_table_is_wider_than_the_column_or_the_sheet(show: Show, name: str, width: int, medium: Medium) -> None:
    """The report with the most years: its newest column was once cut off."""
    too_wide = show(name, width, medium, unfolded=True).evaluate(
        """() => [...document.querySelectorAll('.lr-scroll')]
          .filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => `${e.parentElement.id}: ${e.scrollWidth} in ${e.clientWidth}`)"""
    )
    assert too_wide == []


@both_reports
@both_widths
def test_links_and_switches_are_large_enough_to_press(show: Show, name: str, width: int) -> None:
    small = show(name, width).evaluate(
        """() => [...document.querySelectorAll('.contents a, .where a, .sections a, .support a, summary')]
          .filter(e => e.checkVisibility())
          .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 100)])
          .filter(([box]) => box.height < 24 || box.width < 24)
          .map(([box, what]) => `${what}: ${box.width.toFixed(1)} by ${box.height.toFixed(1)}`)"""
    )
    assert small == []
