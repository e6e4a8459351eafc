"""A report in Chromium: widths, the page as a test finds it, and JavaScript that several tests use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, REPORTS

#: Widths of a desktop screen, of the narrowest that WCAG asks for, and of A4 between the margins, with their heights;
#: in CSS pixels.
WIDE, NARROW, SHEET = 1400, 320, 642
HEIGHTS = {WIDE: 900, NARROW: 640, SHEET: 950}
#: A real year, and the invented county, which shows every feature and has one more bar that stays on screen.
BOTH = ["2022", "exempel"]

all_reports = pytest.mark.parametrize("name", REPORTS)
both_reports = pytest.mark.parametrize("name", BOTH)
both_widths = pytest.mark.parametrize("width", [WIDE, NARROW])

Medium = Literal["screen", "print"]


class Show(Protocol):
    """Shows a report at a width and in a medium, with its details closed unless unfolded."""

    def __call__(self, name: str, width: int = WIDE, medium: Medium = "screen", unfolded: bool = False) -> Page: ...


class Fresh(Protocol):
    """Loads a report anew."""

    def __call__(self, name: str, width: int = WIDE) -> Page: ...


#: Logs each refusal of the page's security policy to the console.
LOG_REFUSALS = (
    "addEventListener('securitypolicyviolation', e => console.error('refused', e.effectiveDirective, e.blockedURI))"
)
#: Returns the page to how it was when loaded, except for its details.
AT_REST = """unfolded => {
  for (const one of document.querySelectorAll('details')) one.open = unfolded;
  document.activeElement.blur();
  history.replaceState(null, '', location.pathname);
  scrollTo(0, 0);
}"""

#: Contrast by WCAG's formula, of colours as the browser writes them; a partly transparent colour lies on white.
CONTRAST = r"""
  const WHITE = 'rgb(255, 255, 255)';
  const channels = colour => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return [red, green, blue].map(c => (c * alpha + 255 * (1 - alpha)) / 255);
  };
  const luminance = colour => {
    const [red, green, blue] = channels(colour).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
"""
#: How much of an element can be seen: the share of nine points in each of its lines that no other element covers.
SEEN = """
  const seen = e => {
    const uncovered = (x, y) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && (e.contains(top) || top.contains(e));
    };
    const points = [...e.getClientRects()].filter(line => line.width && line.height).flatMap(line =>
      [0.02, 0.5, 0.98].flatMap(x =>
        [0.05, 0.5, 0.95].map(y => uncovered(line.left + x * line.width, line.top + y * line.height))));
    return points.filter(Boolean).length / points.length;
  };
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium for a while."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield running
        running.close()


def load(browser: Browser, path: Path) -> tuple[Page, list[str]]:
    """Load a page; return it with the list into which its requests, console messages and errors are written."""
    page = browser.new_page(viewport={"width": WIDE, "height": HEIGHTS[WIDE]})
    log: list[str] = []
    page.on("request", lambda request: log.append(f"request: {request.url[:200]}"))
    page.on("console", lambda message: log.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: log.append(f"error: {error}"))
    page.add_init_script(LOG_REFUSALS)
    page.goto(path.as_uri())
    return page, log
