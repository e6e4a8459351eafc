"""A chapter of the example's report, with what it has displayed."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from lib import chapter as chapter_module
from lib.chapter import Chapter
from lib.show.blocks import block
from lib.show.facts import MIME
from tests.conftest import ROOT

Bundle = dict[str, Any]


class Shown:
    """A chapter of the example's report, with what it has displayed."""

    def __init__(self, bundles: list[Bundle]) -> None:
        self.bundles = bundles
        self.chapter = Chapter(2024, goal=3, report="exempel")
        bundles.clear()

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.bundles[0]["text/html"], "html.parser")

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = self.bundles[0][MIME]
        return found


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    bundles: list[Bundle] = []
    monkeypatch.chdir(ROOT)
    for module in (chapter_module, block):
        monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return Shown(bundles)
