"""Services on loopback: Kolada and SCB as they are documented, made from the figures that the workbook has, and their faults.

Kolada's answers are constructed from the shape of its API v3; no recorded answer with values is known. SCB's have the shape of
its recorded answers in JSON-stat 2.
"""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.conftest import ROOT

RAW = ROOT / "data/raw"
PER_PAGE = 700


@dataclass
class Service:
    """A service: its figures, what it was asked, and a fault that it makes instead of some answers.

    ``fault`` is given the handler and the number of the call, and returns whether it has answered.
    """

    fault: Callable[[BaseHTTPRequestHandler, int], bool] = lambda _, __: False
    kolada: dict[tuple[str, str, str, int], float | None] = field(default_factory=dict)
    population: dict[tuple[str, int], int | None] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    #: Key figures, regions and years whose values are marked as deleted.
    deleted: set[tuple[str, str, int]] = field(default_factory=set)
    address: str = ""

    def __post_init__(self) -> None:
        with (RAW / "kolada/kolada-f5ca89d7.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                place = "0000" if row["region"] == "0" else row["region"].zfill(4)
                key = row["kpi"], place, row["gender"].upper(), int(row["year"])
                self.kolada[key] = float(row["value"])
        with (RAW / "scb/folkmangd-351d95e0.csv").open(encoding="utf-8", newline="") as lines:
            self.population = {(r["region_code"], int(r["year"])): int(r["value"]) for r in csv.DictReader(lines)}

    def values(self, kpis: list[str], places: list[str], page: int) -> dict[str, Any]:
        """Return a page of Kolada's answer."""
        assert len(kpis) <= 25 and len(places) <= 25, "Kolada answers 400 to more than 25 ids"
        found: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
        for (kpi, place, gender, year), value in self.kolada.items():
            if kpi in kpis and place in places:
                gone = (kpi, place, year) in self.deleted
                figure = {"gender": gender, "count": 1, "status": "", "value": value, "isdeleted": gone}
                found.setdefault((kpi, place, year), []).append(figure)
        rows = [{"kpi": k, "municipality": p, "period": y, "values": v} for (k, p, y), v in sorted(found.items())]
        shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
        more = f"{self.address}data/kpi/{','.join(kpis)}/municipality/{','.join(places)}?page={page + 1}"
        return {"values": shown, "count": len(shown), "next_url": more if len(rows) > page * PER_PAGE else None}

    def table(self, name: str, selection: dict[str, list[str]]) -> dict[str, Any]:
        """Return SCB's answer to a query of its population tables, sparse for the later one."""
        regions = selection["Region"]
        years = [y for y in sorted({y for _, y in self.population}) if (y < 2025) == (name == "TAB638")]
        cells = [self.population.get((region, year)) for region in regions for year in years]
        signs = {str(i): ".." for i, cell in enumerate(cells) if cell is None}
        sparse = {str(i): cell for i, cell in enumerate(cells) if cell is not None}
        dimension = {"Region": regions, "ContentsCode": selection["ContentsCode"], "Tid": [str(year) for year in years]}
        return {
            "version": "2.0",
            "class": "dataset",
            "id": list(dimension),
            "size": [len(codes) for codes in dimension.values()],
            "dimension": {
                d: {"label": d, "category": {"index": {code: i for i, code in enumerate(codes)}}}
                for d, codes in dimension.items()
            },
            "value": cells if name == "TAB638" else sparse,
            "status": signs,
        }


CONFIG = {"apiVersion": "2.2.0", "maxDataCells": 150000, "maxCallsPerTimeWindow": 30, "timeWindow": 1}


def send(
    handler: BaseHTTPRequestHandler, content: bytes, status: int = 200, kind: str = "application/json", **more: str
) -> None:
    """Answer a call."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    for name, value in {"Content_Length": str(len(content)), **more}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """Serve on loopback, and give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: dict[str, Any] | None) -> None:
            service.calls.append(self.path)
            if service.fault(self, len(service.calls)):
                return
            address = urlsplit(self.path)
            parts = address.path.strip("/").split("/")
            if parts == ["config"]:
                answer: Any = CONFIG
            elif parts[0] == "tables" and body is not None:
                answer = service.table(parts[1], {s["variableCode"]: s["valueCodes"] for s in body["selection"]})
            else:
                page = int(parse_qs(address.query).get("page", ["1"])[0])
                answer = service.values(parts[2].split(","), parts[4].split(","), page)
            send(self, json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service.address
    finally:
        server.shutdown()
        server.server_close()


def at(root: Path, address: str) -> Path:
    """Let the sources of a copied workbook be asked at another address, and return its data folder."""
    sources = root / "data/sources.yaml"
    text = sources.read_text(encoding="utf-8")
    for real in ("https://api.kolada.se/v3/", "https://statistikdatabasen.scb.se/api/v2/"):
        assert real in text
        text = text.replace(real, address)
    sources.write_text(text, encoding="utf-8")
    return root / "data"
