"""The finished page in a real browser: nothing loaded, nothing said on the console, nothing wider than a narrow screen."""

import os
import shutil

import pytest

from tests.conftest import report_path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true", reason="no Chromium on this machine: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield running
        running.close()


def _open(browser, path, width: int):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.requests, page.messages = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.messages.append(message.text))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", [1400, 320])
def test_the_page_stands_alone_and_fits(built, browser, width):
    page = _open(browser, report_path(built, 2022), width)
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
    assert page.messages == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 100)")


def test_the_keyboard_reaches_the_text_and_the_contents_lead_to_chapters(built, browser):
    page = _open(browser, report_path(built, 2022), 1400)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    page.get_by_role("navigation").get_by_role("link", name="Mål 5. Effektiv brottsbekämpning").click()
    assert page.url.endswith("#mal-5")
    assert abs(page.evaluate("document.getElementById('mal-5').getBoundingClientRect().top")) < 60


def test_a_figures_numbers_open_beneath_it(built, browser):
    page = _open(browser, report_path(built, 2022), 1400)
    figure = page.locator("#mal-3 figure").first
    assert not figure.locator("table").is_visible()
    figure.locator("summary").click()
    assert figure.locator("table").is_visible()
    assert "54" in figure.locator("table").inner_text()


@pytest.mark.parametrize(("width", "medium"), [(1400, "screen"), (658, "print")])
def test_no_table_is_wider_than_the_column_or_the_sheet(built, browser, width, medium):
    """The report with the most years: its newest column was once cut off. 658 CSS pixels are A4 between the margins."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.emulate_media(media=medium)
    page.goto(report_path(built, 2025).as_uri())
    too_wide = "[...document.querySelectorAll('.lr-scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.parentElement.id)"
    assert page.evaluate(too_wide) == []
