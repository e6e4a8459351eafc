"""Every number in a chapter comes from a recorded fact: none is typed into a text or computed apart from the facts.

Exempt are only texts from data/ (wordings, titles, notes, dates, years of plans) and the numbering of goals, figures
and tables. (The name of a unit, index 0–10 or per 100 000, counts as a wording.)
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.dates import format_date
from bs4 import BeautifulSoup

from lib.base.swedish import cardinal, long_date, number, signed
from lib.show.facts import MIME
from tests.conftest import REPORTS, ROOT

NUMBER = re.compile(r"(?<![\w,.−])[+−]?\d+(?:[\u00a0\u202f]\d{3})*(?:,\d+)?(?![\w])")
WORD = re.compile(r"\b(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv)\b", re.IGNORECASE)
NUMBERING = re.compile(
    r"\b[Mm]ål\s\d+(?:, \d+)*(?: och \d+)?\b|^\d+\. |(?<=\s)\d+\. (?=[A-ZÅÄÖ])|\b[Tt]abell \S+\d+\.|\b[Ff]igur \S+\d+\.|\(\d\)|[Ii]ndex 0–10|[Pp]er 100?\u00a0000"
)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


@cache
def _data(folder: str) -> tuple[list[str], set[int], set[str]]:
    """Return the texts with a number in them, the years, and the dates (as they are written) that a data folder holds."""
    home = ROOT / folder
    texts, years, days = set(), set(), set()
    # The invented county takes its wordings from the real county's folder, which contains its folder.
    base = home.parent if home.name == "exempel" else home
    for path in [*base.rglob("*.yaml"), *(ROOT / "parameters").glob("*.yaml")]:
        for leaf in _leaves(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if isinstance(leaf, date):
                days |= {long_date(leaf), leaf.isoformat(), format_date(leaf, "d MMMM y", locale="en_GB")}
            elif isinstance(leaf, int) and 1990 <= leaf <= 2040:
                years.add(leaf)
            elif isinstance(leaf, str):
                texts.add(leaf.strip())
    for path in [home / "statements.csv", home / "regions.csv", home / "local_plans.csv", home / "good_examples.csv"]:
        texts |= _cells(path, days)
    for path in (home / "observations").glob("*.csv"):
        texts |= _cells(path, days, ["note"])
    # Dates are taken out of a page first, so they are taken out here too.
    pattern = re.compile("|".join(sorted(days, key=len, reverse=True)))
    texts = {part for text in texts for part in [pattern.sub(" ", text)]}
    held = {text.rstrip(". ") for text in texts if re.search(r"\d\D|\D\d", text) or WORD.search(text)}
    return sorted((t for t in held if len(t) > 2), key=len, reverse=True), years, days


def _cells(path: Path, days: set[str], columns: list[str] | None = None) -> set[str]:
    found = set()
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get("published"):
                days.add(long_date(date.fromisoformat(row["published"])))
            found |= {cell for name, cell in row.items() if columns is None or name in columns}
    return found


def _numbers(facts: list[dict[str, Any]]) -> set[str]:
    """Return every way in which the facts' numbers may be written."""
    written = set()
    for fact in facts:
        for name in ("value", "numerator", "denominator", "low", "high"):
            amount = fact[name]
            if amount is not None:
                for decimals in (0, 1, 2):
                    written |= {number(amount, decimals), signed(amount, decimals), number(abs(amount), decimals)}
                if amount == int(amount):
                    written.add(cardinal(int(abs(amount))))
    return written


def _unaccounted(text: str, facts: list[dict[str, Any]], folder: str, rules: list[dict[str, Any]]) -> list[str]:
    texts, years, days = _data(folder)
    published = {long_date(date.fromisoformat(f["published"])) for f in facts if f["published"]}
    for day in sorted(days | published, key=len, reverse=True):
        text = text.replace(day, " ")
    for known in texts:
        text = (
            text.replace(known, " ")
            .replace(known[0].lower() + known[1:], " ")
            .replace(known[0].upper() + known[1:], " ")
        )
    text = NUMBERING.sub(" ", text)
    allowed = _numbers([*facts, *rules])
    known_years = years | {f["year"] for f in facts}
    return [
        token
        for token in [*NUMBER.findall(text), *(w.lower() for w in WORD.findall(text))]
        if token not in allowed and not (token.isdigit() and int(token) in known_years)
    ]


def _seen(html: str) -> str:
    """Return the visible and spoken text of a piece of HTML."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup.select("style"):
        hidden.decompose()
    alts = [str(image["alt"]) for image in soup.find_all("img")]
    # A cell ends where the next begins: 12 and 3 are not 123.
    return " ".join([soup.get_text(" "), *alts]).replace("\n", " ")


def _blocks(notebook: dict[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield the source, HTML and facts of each output of an executed notebook."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", []))
            bundle = output.get("data", {}).get(MIME, {})
            if html and "chapter" not in bundle:
                yield "".join(cell["source"]), html, bundle.get("facts", [])


@pytest.mark.parametrize("name", REPORTS)
def test_every_number_in_a_chapter_is_a_facts(built: Path, name: str) -> None:
    folder = yaml.safe_load((ROOT / "parameters" / f"{name}.yaml").read_text(encoding="utf-8"))["data"]
    rules = [f for f in json.loads((built / "output" / name / "facts.json").read_text()) if "/regel: " in f["id"]]
    assert len(rules) == 6
    faults, seen = [], 0
    for path in sorted((built / "output" / name / "notebooks").rglob("*.ipynb")):
        for source, html, facts in _blocks(json.loads(path.read_text(encoding="utf-8"))):
            text = _seen(html)
            seen += len(NUMBER.findall(text))
            wrong = _unaccounted(text, facts, folder, rules)
            faults += [f"{path.stem}, {source[:60]}: {', '.join(wrong[:12])}"] if wrong else []
    assert seen > (500 if name == "2019" else 1000)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").rglob("*.ipynb")), ids=str)
def test_no_number_is_typed_into_the_prose(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            text = re.sub(r"\]\(.*?\)", "]", "".join(cell["source"])).replace("# Mål", "Mål")
            assert not NUMBER.findall(NUMBERING.sub(" ", text)), text
