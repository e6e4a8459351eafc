"""Fetching from services: what is new, changed and gone, history kept; every fault is one sentence and data/ stays as it was."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.receive import kolada, web
from tests.conftest import ROOT, Refused, copy_workbook
from tests.unit.receive.conftest import digest, one_sentence
from tests.unit.receive.services import Service, at, send, serving

Fault = Callable[[BaseHTTPRequestHandler, int], bool]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as briefly as can be: how long is waited is tested by itself."""
    monkeypatch.setattr(web, "PATIENCE", 0.01)
    monkeypatch.setattr(web, "MOST_PATIENCE", 0.02)
    monkeypatch.setattr(web.Web, "pause", 0.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_workbook(tmp_path / "workbook")


@pytest.fixture
def service(root: Path) -> Iterator[Service]:
    made = Service()
    with serving(made) as address:
        at(root, address)
        yield made


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Service]]:
    """A workbook and a service for tests after which nothing may have been written."""
    root, made = copy_workbook(tmp_path_factory.mktemp("faulty") / "workbook"), Service()
    with serving(made) as address:
        at(root, address)
        yield root, made


def _refusal(faulty: tuple[Path, Service], fault: Fault, refused: Refused, name: str) -> str:
    """Return the sentence that a fault of the service ends in, after which everything must be as before."""
    root, service = faulty
    service.fault = fault
    service.calls.clear()
    before = digest(root)
    error = one_sentence(_fetch(refused, root, name))
    assert digest(root) == before
    return error


def _rows(root: Path, family: str) -> list[dict[str, str]]:
    with (root / "data/observations" / f"{family}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _fetch(refused: Refused, root: Path, name: str = "kolada", *more: str) -> tuple[int, str]:
    return refused("fetch", name, "--yes", *more, root=root)


def test_what_the_workbook_has_is_what_the_services_give(
    root: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    from lib.cli.main import main

    before = digest(root / "data/observations")
    for name, rows in (("kolada", 1812), ("scb", 297)):
        assert main(["fetch", name, "--yes", "--root", str(root)]) == 0
        out = capsys.readouterr().out
        assert f"0 new, 0 changed, 0 gone, {rows} as before" in out
        # Each address is named before it is asked.
        assert [call.lstrip("/") for call in service.calls] == re.findall(rf"Asking {service.address}(\S+)", out)
        service.calls.clear()
    assert digest(root / "data/observations") == before


def test_the_answers_are_kept_as_received_with_their_digest(root: Path, service: Service, refused: Refused) -> None:
    assert _fetch(refused, root)[0] == 0
    with (root / "data/raw/received.csv").open(encoding="utf-8", newline="") as lines:
        kept = {row["file"]: row["sha256"] for row in csv.DictReader(lines) if row["file"].endswith(".json")}
    # Four sources in two chunks of municipalities each, and more than one page for reported crimes.
    assert len(kept) > 8
    for name, expected in kept.items():
        content = (root / "data/raw" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == expected
        assert set(json.loads(content)) == {"values", "count", "next_url"}


def test_a_changed_value_is_dated_today_so_that_earlier_reports_keep_theirs(
    root: Path, service: Service, refused: Refused
) -> None:
    service.kolada["N07402", "0180", "T", 2022] = 12.5
    before = [row for row in _rows(root, "kolada_brott") if row["region"] == "0180" and row["year"] == "2022"]
    assert _fetch(refused, root)[0] == 0
    after = [row for row in _rows(root, "kolada_brott") if row["region"] == "0180" and row["year"] == "2022"]
    [new] = [row for row in after if row not in before]
    assert [row for row in before if row not in after] == []
    assert (new["indicator"], new["value"], new["published_basis"]) == (
        "anmald_grov_kvinnofridskrankning",
        "12.5",
        "känd",
    )
    assert new["published"] > "2026-01-01"


def test_a_new_year_comes_in_with_the_day_of_its_rule(root: Path, service: Service, refused: Refused) -> None:
    for place in ("0180", "0000"):
        service.kolada["N07541", place, "T", 2023] = 150.25
    assert _fetch(refused, root)[0] == 0
    new = [row for row in _rows(root, "kolada_brott") if row["year"] == "2023"]
    assert {(row["region"], row["value"], row["published"]) for row in new} == {
        ("0180", "150.25", "2024-03-31"),
        ("00", "150.25", "2024-03-31"),
    }


def test_a_dry_run_shows_and_writes_nothing(root: Path, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    from lib.cli.main import main

    service.kolada["N07541", "0180", "T", 2023] = 150.25
    before = digest(root / "data")
    assert main(["fetch", "kolada", "--dry-run", "--root", str(root)]) == 0
    out = capsys.readouterr().out
    assert "1 new, 0 changed, 0 gone" in out and "Nothing was written." in out
    assert digest(root / "data") == before


@pytest.mark.parametrize("how", ["deleted", "null", "a whole year"])
def test_a_withdrawn_value_stops_the_import_until_it_is_meant(
    root: Path, service: Service, refused: Refused, how: str
) -> None:
    keys = [
        k for k in service.kolada if k[0] == "N07402" and k[3] == 2022 and (how == "a whole year" or k[1] == "0180")
    ]
    for key in keys:
        if how == "deleted":
            service.deleted.add((key[0], key[1], key[3]))
        elif how == "null":
            service.kolada[key] = None
        else:
            del service.kolada[key]
    before = digest(root / "data")
    assert "values that the source had before are not in the input" in one_sentence(_fetch(refused, root))
    assert digest(root / "data") == before
    assert _fetch(refused, root, "kolada", "--vanished")[0] == 0
    rows = [r for r in _rows(root, "kolada_brott") if r["region"] == "0180" and r["year"] == "2022" and not r["value"]]
    assert [(row["status"], row["published"] > "2026") for row in rows] == [("M", True)]


def _answer(content: bytes, status: int = 200, kind: str = "application/json", call: int = 2, **more: str) -> Fault:
    """Return a fault: this answer instead of the one to a call, and to all later ones."""

    def fault(handler: BaseHTTPRequestHandler, number: int) -> bool:
        if number >= call:
            send(handler, content, status, kind, **more)
        return number >= call

    return fault


def _half(handler: BaseHTTPRequestHandler, number: int) -> bool:
    """Say that the answer is long, send the beginning, and hang up."""
    if number < 2:
        return False
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"values": [')
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
    return True


def _large(handler: BaseHTTPRequestHandler, number: int) -> bool:
    """Send 200 MB without saying so."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    try:
        for _ in range(200):
            handler.wfile.write(b" " * 1_000_000)
    except OSError:
        pass
    handler.close_connection = True
    return True


ROW = {"kpi": "N07402", "municipality": "0180", "period": 2022, "values": [{"gender": "T", "value": 1}]}
FAULTS: dict[str, tuple[Fault, str]] = {
    "busy": (_answer(b"{}", 429), "the service is busy (429), 4 times; try again later"),
    "out of order": (_answer(b"{}", 503, Retry_After="1"), "the service is busy (503), 4 times"),
    "half an answer": (_half, "4 times; try again later"),
    "half a document": (_answer(b'{"values": [{"kpi"'), 'did not answer with JSON but with “{"values": [{"kpi"”'),
    "another shape": (_answer(b'{"data": []}'), "values: field required"),
    "a list": (_answer(b"[]"), "should be a valid dictionary"),
    "a number for a value": (
        _answer(json.dumps({"values": [ROW | {"values": [{"gender": "X", "value": 1}]}]}).encode()),
        "gender: input should be 'T', 'K' or 'M'",
    ),
    "a web page": (_answer(b"<html>", kind="text/html; charset=utf-8"), "answers with text/html instead of JSON"),
    "a redirect": (
        _answer(b"", 302, Location="http://example.com/"),
        "sends on to http://example.com/, which is not followed",
    ),
    "a page elsewhere": (
        _answer(b'{"values": [], "next_url": "http://example.com/page2"}'),
        "points on to another place, http://example.com/page2, which is not asked",
    ),
    "the same page again": (_answer(b'{"values": [], "next_url": "data/kpi/1"}'), "as the next one again"),
    "not found": (_answer(b"{}", 404), "answers 404"),
    "gone": (_answer(b"{}", 410), "answers 410"),
    "no value": (_answer(b'{"values": [], "next_url": null}', call=1), "gives no value of N07402"),
    "said to be 200 MB": (_answer(b"", Content_Length="200000000"), "answers with more than 50 MB"),
    "200 MB": (_large, "answers with more than 50 MB"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_the_service_is_one_sentence_and_nothing_is_written(
    faulty: tuple[Path, Service], refused: Refused, kind: str
) -> None:
    fault, message = FAULTS[kind]
    error = _refusal(faulty, fault, refused, "kolada")
    assert message in error and "Nothing was written." in error


SCB_FAULTS: dict[str, tuple[Callable[[dict[str, object]], object], str]] = {
    "too few values": (lambda t: t | {"value": [1, 2]}, "does not hold as many values as its dimensions say"),
    "a position outside": (lambda t: t | {"value": {"99999": 1}}, "does not hold as many values as its dimensions say"),
    "another size": (lambda t: t | {"size": [1, 1, 1]}, "does not hold as many values as its dimensions say"),
    "no region": (lambda t: json.loads(json.dumps(t).replace('"Region"', '"Lan"')), "has no variable Region"),
    "words for numbers": (lambda t: t | {"value": ["many"]}, "should be a valid number"),
    "nothing known": (lambda t: t | {"value": {}}, "has no value for 01, 0114"),
    "an error in JSON": (lambda _: {"type": "Parameter error", "status": 400}, "id: field required"),
}


@pytest.mark.parametrize("kind", SCB_FAULTS)
def test_a_table_that_does_not_fit_is_refused(faulty: tuple[Path, Service], refused: Refused, kind: str) -> None:
    change, message = SCB_FAULTS[kind]
    service = faulty[1]
    regions = sorted({region for region, _ in service.population})
    made = service.table("TAB638", {"Region": regions, "ContentsCode": ["BE0101N1"], "Tid": ["from(2015)"]})
    # The first call asks for the limits, the second for the table.
    assert message in _refusal(faulty, _answer(json.dumps(change(made)).encode()), refused, "scb")


def test_a_busy_service_is_asked_again(root: Path, service: Service, refused: Refused) -> None:
    def fault(handler: BaseHTTPRequestHandler, number: int) -> bool:
        if number in (1, 3):
            send(handler, b"{}", 429, Retry_After="0")
        return number in (1, 3)

    service.fault = fault
    assert _fetch(refused, root) == (0, "")
    assert service.calls[0] == service.calls[1] and service.calls[2] == service.calls[3]


@pytest.mark.parametrize(
    ("said", "waited"), [("7", 7.0), ("86400", 60.0), ("Fri, 27 Nov 2026 10:00:00 GMT", 2.0), ("", 2.0)]
)
def test_a_service_that_names_a_time_is_obeyed_within_reason(
    monkeypatch: pytest.MonkeyPatch, said: str, waited: float
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(web, "PATIENCE", 2.0)
    monkeypatch.setattr(web, "MOST_PATIENCE", 60.0)
    monkeypatch.setattr("time.sleep", slept.append)
    service = Service(fault=_answer(b"{}", 503, call=1, **({"Retry_After": said} if said else {})))
    with serving(service) as address, pytest.raises(WorkbookError, match="busy"):
        web.Web(address, lambda _: None).ask("data", kolada.Page)
    assert max(waited, *slept[:1]) == waited and waited in slept[:2]


def test_no_service_and_no_network_are_a_sentence(root: Path, refused: Refused) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    data = at(root, address)
    assert "no connection" in one_sentence(_fetch(refused, root))
    text = (data / "sources.yaml").read_text(encoding="utf-8")
    (data / "sources.yaml").write_text(text.replace(address, "http://api.kolada.se/v3/"), encoding="utf-8")
    assert "must begin with https://" in one_sentence(_fetch(refused, root))
    (data / "sources.yaml").write_text(text.replace("name: scb", "name: kolada"), encoding="utf-8")
    assert "no source names the service 'scb'" in one_sentence(_fetch(refused, root, "scb"))
    assert "an invented county" in one_sentence(_fetch(refused, root, "kolada", "--data", "data/exempel"))


def test_an_address_without_encryption_is_asked_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(_: web.Web, url: str, __: object) -> bytes:
        asked.append(url)
        return b'{"values": []}'

    monkeypatch.setattr(web.Web, "_tried", answer)
    service = web.Web("https://api.kolada.se/v3/", lambda _: None)
    service.ask("http://api.kolada.se/v3/data?page=2", kolada.Page)
    with pytest.raises(WorkbookError, match="points on to another place"):
        service.ask("https://api.kolada.se.example.com/v3/data", kolada.Page)
    assert asked == ["https://api.kolada.se/v3/data?page=2"]


def test_nothing_else_uses_the_network() -> None:
    # A build never does: `lib.receive.web` is the only module that can.
    libraries = re.compile(
        r"^\s*(?:import|from) (?:requests|httpx|aiohttp|urllib\.request|urllib3|http\.client)\b", re.MULTILINE
    )
    found = {
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "lib").rglob("*.py")
        if libraries.search(p.read_text(encoding="utf-8"))
    }
    assert found == {"lib/receive/web.py"}
