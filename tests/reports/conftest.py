"""Chromium and the reports in it, opened once for the browser tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import report_path
from tests.reports.browser import AT_REST, HEIGHTS, WIDE, Fresh, Medium, Show, chromium, load


# Not for the whole session: while Playwright runs, nothing else in the process can use asyncio.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def pages(built: Path, browser: Browser) -> dict[str, tuple[Page, list[str]]]:
    """The reports that have been loaded, by name, with what each has logged."""
    return {}


@pytest.fixture
def show(built: Path, browser: Browser, pages: dict[str, tuple[Page, list[str]]]) -> Show:
    """Show a report that is loaded once."""

    def shown(name: str, width: int = WIDE, medium: Medium = "screen", unfolded: bool = False) -> Page:
        if name not in pages:
            pages[name] = load(browser, report_path(built, name))
        page, _ = pages[name]
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(media=medium, forced_colors="none")
        page.evaluate(AT_REST, unfolded)
        return page

    return shown


@pytest.fixture
def fresh(built: Path, browser: Browser) -> Iterator[Fresh]:
    """Load a report anew, for tests that need the keyboard at the start of the page or that change the page."""
    loaded: list[Page] = []

    def opened(name: str, width: int = WIDE) -> Page:
        page, _ = load(browser, report_path(built, name))
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        loaded.append(page)
        return page

    yield opened
    for page in loaded:
        page.close()
