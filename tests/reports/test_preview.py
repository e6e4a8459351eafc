"""A preview follows edits on an open page, shows errors on it, lets nobody else in, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.bench.preview import previewed
from tests.conftest import change, copy_workbook, needs_chromium
from tests.reports.browser import chromium

NOTEBOOK = "notebooks/03_upptacka_tidigt.ipynb"
SENTENCE = "Upptäckt går inte att mäta direkt"
#: Seconds that nothing takes but a hang.
PATIENCE = 120


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files; its path is short, because sockets in it have few characters for theirs."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.fixture
def root(tmp_path: Path, temporary: Path) -> Path:
    return copy_workbook(tmp_path / "workbook")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def _get(address: str, path: str = "", **headers: str) -> tuple[int, str]:
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE)
    connection.request("GET", path or place.path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _changes(address: str) -> Iterator[dict[str, Any]]:
    """Yield the updates that an open page receives; the first, empty, once it is connected."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.netloc, timeout=PATIENCE)
    connection.request("GET", f"{place.path}changes")
    for line in connection.getresponse():
        if line.startswith(b": open"):
            yield {}
        elif line.startswith(b"data: "):
            yield json.loads(line[6:])


def test_a_preview_follows_edits_shows_errors_and_leaves_nothing_behind(root: Path, temporary: Path) -> None:
    before = sorted(path.name for path in root.iterdir())
    with previewed(root, "--only", "3") as (address, process):
        status, page = _get(address)
        assert status == 200 and SENTENCE in page and "Content-Security-Policy" not in page
        updates = _changes(address)
        assert next(updates) == {}

        change(root / NOTEBOOK, SENTENCE, f"En ny mening. {SENTENCE}")
        update = next(u for u in updates if u["sections"])
        assert list(update["sections"]) == ["mal-3"] and "En ny mening." in update["sections"]["mal-3"]
        # A link to a chapter that is not shown is text, as in the preview of a build.
        assert 'href="11_metod' not in update["sections"]["mal-3"]

        change(root / NOTEBOOK, "En ny mening.", "Andelen är {{ mhv_tillfragad }}.")
        update = next(u for u in updates if u["error"])
        assert "cell 5, the field mhv_tillfragad: there is no indicator" in update["error"] and not update["sections"]
        page = _get(address)[1]
        assert "En ny mening." in page and "the field mhv_tillfragad" in page

        change(root / NOTEBOOK, "{{ mhv_tillfragad }}.", "{{ mhv_tillfragade }}.")
        update = next(u for u in updates if u["sections"])
        assert "Andelen är 95 procent." in update["sections"]["mal-3"]

        change(root / NOTEBOOK, 'chapter.statements(\\"framsteg\\")', "1 / 0")
        assert "ZeroDivisionError" in next(u for u in updates if u["error"])["error"]
    assert process.returncode == 0
    place = urlsplit(address)
    with pytest.raises(ConnectionRefusedError), socket.create_connection((str(place.hostname), int(place.port or 0))):
        pass
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in root.iterdir()) == before


def test_only_the_page_that_knows_the_token_and_the_host_is_let_in(root: Path) -> None:
    with previewed(root, "--only", "3") as (address, _):
        place = urlsplit(address)
        assert place.hostname == "127.0.0.1" and len(place.path) > 20
        assert _get(address, "/")[0] == _get(address, "/wrong/")[0] == _get(address, "/wrong/changes")[0] == 403
        assert _get(address, Host=f"evil.example:{place.port}")[0] == 403


@needs_chromium
def test_the_reader_stays_where_she_was(root: Path, browser: Browser) -> None:
    with previewed(root, "--only", "3") as (address, _):
        page = browser.new_page(viewport={"width": 900, "height": 700})
        page.goto(address)
        place = "document.getElementById('mal-3-brister-i-underlaget').getBoundingClientRect().top"
        page.evaluate("document.getElementById('mal-3-brister-i-underlaget').scrollIntoView()")
        page.evaluate("document.querySelector('#mal-3 details').open = true")
        page.evaluate("document.getElementById('mal-3-brister-i-underlaget').scrollIntoView()")
        before = page.evaluate(place)
        change(root / NOTEBOOK, "Barn och våldsutövare nämns i målet", "Barn och vuxna nämns i målet")
        page.wait_for_function("document.body.textContent.includes('Barn och vuxna nämns')", timeout=PATIENCE * 1000)
        assert abs(page.evaluate(place) - before) < 5
        assert page.evaluate("document.querySelector('#mal-3 details').open")
        change(root / NOTEBOOK, "Barn och vuxna nämns", "Barn {{ barn }} nämns")
        bar = page.locator("#lr-preview")
        bar.wait_for(state="visible", timeout=PATIENCE * 1000)
        assert re.search("senaste version som gick att framställa.*the field barn", bar.inner_text(), re.DOTALL)
        assert "Barn och vuxna nämns" in page.inner_text("body")
        change(root / NOTEBOOK, "Barn {{ barn }} nämns", "Barn nämns")
        bar.wait_for(state="hidden", timeout=PATIENCE * 1000)
