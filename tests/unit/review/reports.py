"""Small finished reports for tests of the review layer."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from lib.review.built import Built
from lib.show.facts import Fact

CONTENT = "0123456789abcdef"
PAGE = "<main><section><h2>Mål 3</h2><p>Allt fler frågar.</p></section></main>"


def fact(value: float | None = 80, **fields: Any) -> Fact:
    """Return a figure of the invented county; by default the share of women asked in antenatal care in 2024."""
    defaults: dict[str, Any] = {
        "id": "mal-3/mhv_tillfragade", "chapter": "mal-3", "indicator": "mhv_tillfragade", "year": 2024, "region": "X1", "sex": "K",
        "group": "T", "unit": "procent", "status": "A", "kind": "observed", "source": "exempelstatistik", "published": "2025-04-01",
        "text": "" if value is None else f"{value:g} procent",
    }  # fmt: skip
    return Fact(value=value, **{**defaults, **fields})


def built(name: str, facts: Sequence[Fact] = (), page: str = PAGE) -> Built:
    """Return a report as it is read."""
    return Built(name, list(facts), BeautifulSoup(page, "html.parser"), CONTENT)


def write_report(folder: Path, facts: Sequence[Fact] = (), **manifest: Any) -> None:
    """Write a report's page, facts and manifest as a build does."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"lagesrapport-{folder.name}.html").write_text(PAGE, encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps([asdict(fact) for fact in facts]), encoding="utf-8")
    empty: dict[str, Any] = {part: {} for part in ("failed", "inputs", "outputs", "chapters", "seconds", "versions")}
    record = {**empty, "year": 2024, "content": CONTENT, **manifest}
    (folder / "manifest.json").write_text(json.dumps(record), encoding="utf-8")
