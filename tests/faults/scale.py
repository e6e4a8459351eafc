"""The number of trials, and their outcomes: the figures of the tables in docs/reliability.md."""

from __future__ import annotations

import json
import os
from typing import Any

from tests.conftest import ROOT

FULL = os.environ.get("LAGESRAPPORT_FAULTS") == "full"
RESULTS = ROOT / "output/faults"


def amount(little: int, much: int) -> int:
    """Return how often something is tried: a little in every run of the tests, much in ``make faults``."""
    return much if FULL else little


def record(kind: str, name: str, **figures: Any) -> None:
    """Record the outcome of a full run; a short one is not recorded."""
    if not FULL:
        return
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{kind}.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**results, name: figures}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
