"""Takes the README's two pictures of the example report: ``make pictures``."""

from __future__ import annotations

from tests.conftest import ROOT, report_path
from tests.reports.browser import chromium

TARGET = ROOT / ".github" / "pictures"


def take() -> None:
    """Write the title page and a page with an indicator, as on a screen of 1,280 by 860 pixels."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(report_path(ROOT, "exempel").as_uri())
        page.screenshot(path=TARGET / "title.png")
        page.locator("#mal-3 .lr-indicator").first.evaluate(
            "e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 110)"
        )
        page.screenshot(path=TARGET / "indicator.png")


if __name__ == "__main__":
    take()
