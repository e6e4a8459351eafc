"""A preview follows edits on an open page, shows errors on it, lets nobody else in, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from lib.base.workbook import Workbook
from lib.build.preview import Preview, Update
from lib.build.run import Runner
from lib.cli.preview import _follow, _Server
from tests.bench.preview import previewed
from tests.conftest import ROOT, change, copy_workbook, lagesrapport, needs_chromium
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


@pytest.mark.slow
@needs_chromium
def test_a_new_heading_is_in_the_contents_and_the_reader_stays_inside_the_chapter(root: Path, browser: Browser) -> None:
    notebook, sentence = (
        root / "notebooks/09_handlingsplan.ipynb",
        "En plan och en strategi behöver inte gälla samma år.",
    )
    with previewed(root, "--only", "9") as (address, _):
        page = browser.new_page(viewport={"width": 900, "height": 700})
        page.goto(address)
        place = "document.getElementById('handlingsplan-utvecklingsomraden').getBoundingClientRect().top"
        page.evaluate("document.getElementById('handlingsplan-utvecklingsomraden').scrollIntoView()")
        before = page.evaluate(place)
        change(notebook, sentence, f"{'En lång ny mening. ' * 60}{sentence}")
        page.wait_for_function("document.body.textContent.includes('En lång ny')", timeout=PATIENCE * 1000)
        assert abs(page.evaluate(place) - before) < 5
        change(notebook, "## Planer och perioder", "## Planer och deras år")
        contents = "document.querySelector('nav.contents').textContent.includes('Planer och deras år')"
        page.wait_for_function(contents, timeout=PATIENCE * 1000)
        page.wait_for_function(f"Math.abs({place} - {before}) < 5", timeout=PATIENCE * 1000)


@pytest.mark.slow
def test_a_changed_style_is_on_the_page(root: Path) -> None:
    shutil.copytree(ROOT / "lib", root / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    style = root / "lib/show/templates/lagesrapport/blocks.css"
    with previewed(root, "--only", "3") as (address, _):
        updates = _changes(address)
        assert next(updates) == {}
        style.write_text(style.read_text(encoding="utf-8") + "\n.lr-ny { color: #123456; }\n", encoding="utf-8")
        assert next(u for u in updates if u["whole"])
        assert "#123456" in _get(address)[1]


def test_a_page_is_told_what_it_lacks() -> None:
    server = _Server()
    for number in range(3):
        server.tell(Update({"mal-3": str(number)}, False, ""))
    assert [m["sections"]["mal-3"] for m in server.missed(1)] == ["1", "2"] and server.missed(3) == []
    server.settle()
    server.tell(Update({"mal-3": "3"}, False, ""))
    assert [m["sections"]["mal-3"] for m in server.missed(3)] == ["3"]
    # What it lacks is not kept any more: it must load the page again.
    assert [m["whole"] for m in server.missed(2)] == [True]
    server.server_close()


def test_what_is_edited_while_the_page_is_first_made_is_seen(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Made:
        """Edits a notebook while it first makes the page; ends at the third look."""

        looks = 0

        def page(self) -> str:
            return ""

        def refresh(self) -> None:
            self.looks += 1
            if self.looks == 1:
                change(root / NOTEBOOK, SENTENCE, "En ny mening.")
            elif self.looks == 2:
                change(root / NOTEBOOK, "En ny mening.", SENTENCE)
            else:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _follow(Workbook(root), cast(Preview, Made()), _Server(), browser=False)
    assert "The preview is at http://127.0.0.1:" in capsys.readouterr().out


def test_an_unforeseen_error_is_told_and_the_preview_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Update] = []
    made = Preview(Workbook(root), "2022", ["3"], cast(Runner, None), root, told.append)
    monkeypatch.setattr("lib.build.preview.read_parameters", lambda *_: dict[str, str]()["år"])
    made.refresh()
    assert told == [Update({}, False, "stopped by an unforeseen error (KeyError: 'år'); the page stays as it was.")]
    assert made.page() == ""


def test_a_chapter_that_is_not_in_the_report_stops_a_preview_before_it_starts(root: Path) -> None:
    done = lagesrapport("preview", "2022", "--only", "77", "--no-browser", root=root)
    assert done.returncode == 1 and "There is no chapter 77" in done.stderr
