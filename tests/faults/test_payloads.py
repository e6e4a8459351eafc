"""Payloads in every text field, built into a report, and looked at in a browser: none runs, loads, calculates or formats anything."""

from __future__ import annotations

import csv
import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from playwright.sync_api import Browser

from lib.base.errors import WorkbookError
from lib.base.files import FORMULA_STARTS
from lib.build.gates import FORBIDDEN
from lib.data import commentary
from lib.data.catalogue import Catalogue
from lib.data.observations import read_observations
from lib.receive.survey import read_survey
from tests.conftest import ROOT, copy_workbook, lagesrapport, needs_chromium
from tests.faults.payloads import PAYLOADS, Field, fields, is_free, planted
from tests.faults.scale import FULL, amount, record
from tests.reports.browser import chromium

YEAR, HOME = 2024, "data/exempel"
#: Rounds of a full run, which moves each payload one field on in each round; a short run has one.
ROUNDS = range(len(PAYLOADS)) if FULL else [0]
TOO_LONG = re.compile(r"The alt text of figure [\w-]+ has \d+ characters")
#: Lists active content, which no page may hold.
AUDIT = """() => {
  const found = [...(window.ran || [])];
  for (const e of document.querySelectorAll('*')) {
    if (FORBIDDEN.includes(e.localName) || ['foreignobject', 'animate', 'math', 'marquee', 'input', 'textarea'].includes(e.localName.toLowerCase()))
      found.push('<' + e.localName + '>');
    if (e.localName === 'meta' && e.httpEquiv && e.httpEquiv !== 'Content-Security-Policy') found.push('meta ' + e.httpEquiv);
    for (const a of e.attributes) {
      if (a.name.startsWith('on') || ['srcdoc', 'autofocus', 'formaction'].includes(a.name)) found.push(e.localName + ' ' + a.name);
      if (['href', 'src', 'srcset', 'xlink:href'].includes(a.name) && /^\\s*(javascript|vbscript|data:text)/i.test(a.value)) found.push(a.value);
      if (a.value.includes('HIT') && ['href', 'src', 'style', 'action'].includes(a.name)) found.push(e.localName + ' ' + a.name + ' ' + a.value);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this computer that nothing should ever call, and the calls it received."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/x", heard
    running.shutdown()


@pytest.fixture(scope="module")
def free() -> list[Field]:
    return [field for field in fields(ROOT / "data") if is_free(field)]


def test_every_other_field_refuses_a_payload(tmp_path: Path) -> None:
    fixed = [each for each in fields(ROOT / "data") if not is_free(each)]
    taken = []
    for number, field in enumerate(fixed[:: amount(12, 1)]):
        copy = tmp_path / str(number)
        shutil.copytree(ROOT / "data", copy, ignore=shutil.ignore_patterns("raw"))
        planted(copy, {field: "<b>x</b>"}, labels=1)
        taken += [str(field)] if _taken(copy) else []
        shutil.rmtree(copy)
    # These say which county a municipality lies in: another text moves it to another county.
    assert [
        name
        for name in taken
        if not name.endswith(("regions.csv parent", "regions.csv code", "regions.csv police_region"))
    ] == []


def _taken(data: Path) -> bool:
    try:
        for home in (data, data / "exempel"):
            catalogue = Catalogue(home)
            read_observations(catalogue)
            _ = catalogue.outlines, [catalogue.assessments(year) for year in range(2020, 2026)]
        read_survey(catalogue)
    except WorkbookError:
        return False
    return True


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_every_kind_of_record_has_its_fields_tried(free: list[Field]) -> None:
    files = {field.file for field in free}
    assert len(free) > 120 and len(PAYLOADS) >= 50
    for file in (
        "report.yaml",
        "statements.csv",
        "observations/*",
        "indicators/*",
        "strategy/plans.yaml",
        "assessments/*",
        "survey.yaml",
    ):
        assert any(name.endswith(file) for name in files), file


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("number", ROUNDS)
def test_text_stays_text(
    tmp_path: Path, free: list[Field], browser: Browser, server: tuple[str, list[str]], number: int
) -> None:
    address, heard = server
    root = copy_workbook(tmp_path / "workbook")
    chosen = {
        field: PAYLOADS[(number + place) % len(PAYLOADS)].replace("HIT", address) for place, field in enumerate(free)
    }
    planted(root / "data", chosen)
    _comment(root / HOME, [PAYLOADS[(number + k) % len(PAYLOADS)].replace("HIT", address) for k in range(8)])
    first = number == ROUNDS[0]
    made = [lagesrapport("build", "exempel", root=root, pdf=first), lagesrapport("status", "exempel", root=root)]
    if first or number % 10 == 0:
        # Other files for readers: the real county's page, a comparison with a review sheet, forms.
        made += [
            lagesrapport("build", "2022", root=root),
            lagesrapport("compare", "exempel", "2022", root=root),
            lagesrapport("import", "survey", "--new", "2025", "--data", HOME, root=root),
        ]
    for done in made:
        assert done.returncode in (0, 3) and "Traceback" not in done.stderr, done.stdout + done.stderr
        # Such long labels may make the alt text of a figure too long: then only its chapter is missing, and says why.
        failed = re.findall(r"failed \((.*)\); the draft", done.stderr)
        assert all(TOO_LONG.search(reason) for reason in failed) and (done.returncode == 3) == bool(failed), done.stderr
    pages = sorted((root / "output").rglob("*.html"))
    assert len(pages) == (4 if len(made) > 2 else 2)
    for page in pages:
        assert _active(browser, page, address) == []
    assert heard == []
    _files_are_inert(root / "output")
    shown = BeautifulSoup(
        (root / "output/exempel/lagesrapport-exempel.html").read_text(encoding="utf-8"), "html5lib"
    ).get_text(" ")
    plain = " ".join(shown.split())
    seen = [field for field, payload in chosen.items() if " ".join(payload.split()) in plain]
    assert len(seen) > 40, "the payloads are not on the page, so that nothing was tried"
    record("payloads", str(number), fields=len(free), seen=len(seen), pages=len(pages), active=0)


def _comment(data: Path, payloads: list[str]) -> None:
    """Write comments that hold payloads, where a comment with one is not refused; comments are Markdown."""
    for goal, payload in enumerate(payloads, 1):
        path = commentary.comment_path(data, YEAR, goal)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Ord före {payload} ord efter.\n", encoding="utf-8")
        try:
            commentary.html(commentary.read(data, YEAR, goal), path)
        except WorkbookError:
            path.write_text("Kommentaren hade något som vägrades.\n", encoding="utf-8")


def _active(browser: Browser, path: Path, address: str) -> list[str]:
    """Return the active content of a page: scripts that ran, addresses it loads, forbidden elements; without its security policy."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.add_init_script("window.ran = []; window.pwn = () => window.ran.push('pwn'); window.alert = window.pwn")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url[:200]))
    page.goto(path.as_uri())
    page.evaluate(
        "for (const d of document.querySelectorAll('details')) d.open = true; scrollTo(0, document.body.scrollHeight)"
    )
    page.mouse.move(200, 200)
    found: list[str] = page.evaluate(AUDIT.replace("FORBIDDEN", str(FORBIDDEN)).replace("HIT", address))
    context.close()
    return found + [url for url in requests if url != path.as_uri() and not url.startswith("data:")]


def _files_are_inert(output: Path) -> None:
    """Check the other files: no cell of a table is a formula, and notebooks hold no foreign markup."""
    for path in output.rglob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8", newline="")):
            for cell in row:
                assert not cell.startswith(FORMULA_STARTS) or re.fullmatch(r"-?[\d.,]+(e-?\d+)?", cell), (
                    f"{path.name}: {cell}"
                )
    for path in output.rglob("*.xlsx"):
        book = load_workbook(path)
        kinds = Counter(cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row)
        assert "f" not in kinds, path.name
    for path in output.rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for shown in cell.get("outputs", []):
                page = BeautifulSoup(str(shown.get("data", {}).get("text/html", "")), "html5lib")
                assert not page.find(["script", "iframe", "object", "embed", "form", "base", "link"]), path.name
                assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")], (
                    path.name
                )
    for path in output.rglob("*.pdf"):
        content = path.read_bytes()
        assert not re.search(rb"/(JavaScript|JS|Launch|SubmitForm|EmbeddedFile)\b", content)
