"""Takes the pictures of the README and of the gallery in docs/notebooks.md, from the example report: ``make pictures``."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import matplotlib.pyplot as plt
from PIL import Image
from playwright.sync_api import Browser

from lib import chapter
from lib.show import fonts
from lib.show.blocks import block
from lib.show.tables import TEMPLATES
from tests.conftest import ROOT, report_path
from tests.reports.browser import chromium

TARGET = ROOT / ".github" / "pictures"
GALLERY = ROOT / "docs" / "notebooks.md"
#: The width of a gallery picture, and the most of its height, in pixels; so many colours keep it small.
WIDTH, MOST_HEIGHT, COLOURS = 760, 620, 64


class Example(NamedTuple):
    """A cell of the gallery, and the picture of what it shows: its alt text and path, empty for a cell that shows nothing."""

    code: str
    words: str
    picture: str


def examples() -> list[Example]:
    """Return the cells of the gallery in their order; a picture belongs to the last cell before it."""
    text = GALLERY.read_text(encoding="utf-8")
    pieces = re.findall(r"```python\n(.*?)```(.*?)(?=```python|\Z)", text, re.DOTALL)
    found = []
    for code, rest in pieces:
        image = re.search(r"!\[(.*?)\]\((.*?)\)", rest)
        found.append(Example(code, image[1] if image else "", image[2] if image else ""))
    return found


def shown() -> list[str]:
    """Run the cells of the gallery, and return the HTML that each shows."""
    bundles: list[dict[str, Any]] = []
    names: dict[str, object] = {}
    found = []
    # As in a new kernel: seaborn draws into the figure that is open.
    plt.close("all")
    with (
        patch.object(chapter, "display", lambda *_, **__: None),
        patch.object(block, "display", lambda b, **_: bundles.append(b)),
    ):
        for example in examples():
            bundles.clear()
            exec(example.code, names)
            found.append("".join(bundle["text/html"] for bundle in bundles))
    return found


def take() -> None:
    """Write all pictures."""
    with chromium() as browser:
        _readme(browser)
        for example, html in zip(examples(), shown(), strict=True):
            if example.picture:
                _gallery(browser, html, (GALLERY.parent / example.picture).resolve())


def _readme(browser: Browser) -> None:
    """Write the title page and a page with an indicator, as on a screen of 1,280 by 860 pixels."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(report_path(ROOT, "exempel").as_uri())
    page.screenshot(path=TARGET / "title.png")
    page.locator("#mal-3 .lr-indicator").first.evaluate(
        "e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 110)"
    )
    page.screenshot(path=TARGET / "indicator.png")


def _gallery(browser: Browser, html: str, path: Path) -> None:
    """Write a picture of what a cell shows, from its top, as the report's page would show it."""
    styles = [(TEMPLATES / "lagesrapport" / name).read_text(encoding="utf-8") for name in ("page.css", "blocks.css")]
    style = "\n".join([fonts.css(html), *styles])
    page = browser.new_page(viewport={"width": WIDTH, "height": MOST_HEIGHT})
    page.set_content(
        f'<!doctype html><html lang="sv"><style>{style}</style><main style="padding: 0 16px; margin: 0">{html}</main>'
    )
    height = min(MOST_HEIGHT, int(page.evaluate("document.documentElement.getBoundingClientRect().height")))
    picture = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    page.close()
    path.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    take()
