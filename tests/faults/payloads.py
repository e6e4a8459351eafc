"""Payloads for the text fields of ``data/``: text that would run, load, calculate or format something if any part took it for more than text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

#: HIT is replaced by the address of a server that must never be called, pwn() is a function that must never run.
PAYLOADS = [
    "<script>pwn()</script>",
    "<ScRiPt >pwn()</sCrIpT>",
    "<scr<script>ipt>pwn()</scr</script>ipt>",
    '"><script>pwn()</script>',
    "'><script>pwn()</script>",
    "</script><script>pwn()</script>",
    "</title><script>pwn()</script>",
    "</style><script>pwn()</script>",
    "</textarea><script>pwn()</script>",
    "--><script>pwn()</script><!--",
    "]]><script>pwn()</script>",
    "<img src=x onerror=pwn()>",
    "<img/src=x/onerror=pwn()>",
    "<img src=HIT>",
    "<svg onload=pwn()>",
    "<svg><script>pwn()</script></svg>",
    "<svg><animate onbegin=pwn() attributeName=x dur=1s>",
    "<svg><foreignObject><body onload=pwn()>",
    "<svg><image href=HIT></svg>",
    "<iframe src=HIT></iframe>",
    "<iframe srcdoc='<script>parent.pwn()</script>'></iframe>",
    "<object data=HIT></object>",
    "<embed src=HIT>",
    "<link rel=stylesheet href=HIT>",
    "<style>@import url(HIT);</style>",
    "<meta http-equiv=refresh content='0;url=HIT'>",
    "<base href=HIT>",
    "<form action=HIT><input autofocus onfocus=pwn()></form>",
    "<details open ontoggle=pwn()>x</details>",
    "<video><source onerror=pwn()></video>",
    "<marquee onstart=pwn()>x</marquee>",
    "<math><mtext><script>pwn()</script></mtext></math>",
    "<template><script>pwn()</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=pwn()>">',
    '" onfocus=pwn() autofocus tabindex=0 x="',
    "' onmouseover=pwn() style='position:fixed;inset:0' x='",
    '" style="background:url(HIT)" x="',
    "<a href=javascript:pwn()>x</a>",
    "javascript:pwn()",
    "data:text/html,<script>pwn()</script>",
    "[x](javascript:pwn())",
    "![x](HIT)",
    "<HIT>",
    "&lt;script&gt;pwn()&lt;/script&gt;",
    "&#60;script&#62;pwn()&#60;/script&#62;",
    "%3Cscript%3Epwn()%3C/script%3E",
    "\\u003cscript\\u003epwn()\\u003c/script\\u003e",
    "');pwn();//",
    '";pwn();"',
    "`${pwn()}`",
    "{{ 7*7 }} {% raw %} {# x #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{0} {x.__class__} %s %(x)s \\1 \\g<0>",
    "$\\frac{1$ $x^2$",
    "=1+1",
    '=HYPERLINK("HIT","x")',
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(1+1)",
    "# Rubrik **fet** _kursiv_ `kod` | rad | > citat",
    "../../etc/passwd",
    "'; DROP TABLE x; --",
    "<b>fet</b><h1>rubrik</h1><br>",
]
#: Fields that hold no free text but names, words of a list, numbers and days; a full run checks that they refuse a
#: payload, or that another text would mean another county.
FIXED = {
    "id", "source", "strategy", "plan", "actors", "indicator", "key_indicators", "national_goals", "family", "sum_of", "population",
    "predecessor", "region", "home_regions", "country", "kind", "basis", "national_basis", "goal_basis",
    "actors_basis", "cut_off_basis", "type", "direction", "level", "disclosure", "sex", "group", "status", "precision",
    "published", "synthetic", "number", "url", "due", "base", "assessment", "violence_types", "target_groups", "deadline",
    "implies", "cells", "counts_source", "follow_up_source", "commitment", "unit", "code", "parent", "police_region",
}  # fmt: skip
#: In tables most columns are fixed; these are free.
FREE_COLUMNS = {
    "observations/*": {"note"},
    "statements.csv": {"text"},
    "local_plans.csv": {"title"},
    "good_examples.csv": {"text"},
    "regions.csv": {"name", "note"},
    "strategy/follow_ups.csv": {"note"},
}
#: Files that no report reads.
UNREAD = {"datapackage.json", "figures.yaml"}


#: A text longer than this is not a label.
LABEL = 60


@dataclass(frozen=True)
class Field:
    """A text field of a kind of record: ``strategy/strategies.yaml strategies.goals.wording``."""

    file: str
    name: str

    def __str__(self) -> str:
        return f"{self.file} {self.name}"


def fields(data: Path) -> dict[Field, int]:
    """Return the fields that hold text, and in how many places."""
    found: dict[Field, int] = {}
    for path in sorted(p for p in data.rglob("*") if p.suffix in (".yaml", ".csv") and p.name not in UNREAD):
        if {"raw", "mappings"} & set(path.relative_to(data).parts):
            continue
        for field, _ in _texts(data, path):
            found[field] = found.get(field, 0) + 1
    return found


def is_free(field: Field) -> bool:
    """Return whether a field holds text that a reader sees as it is written."""
    if field.file.endswith((".csv", "observations/*")):
        return field.name in FREE_COLUMNS[field.file.removeprefix("exempel/")]
    last = field.name.rpartition(".")[2]
    return field.name.endswith(("documents.published", "conditions.id")) or not (
        last in FIXED or ".service." in field.name or field.name.endswith("breaks.groups")
    )


def planted(data: Path, chosen: dict[Field, str], *, labels: int = 4) -> None:
    """Put a field's payload before each of its texts; in a list, only one label in ``labels`` gets it."""
    for file in {field.file for field in chosen}:
        for path in _paths(data, file):
            by_name = {field.name: payload for field, payload in chosen.items() if field.file == file}
            if path.suffix == ".yaml":
                content = yaml.safe_load(path.read_text(encoding="utf-8"))
                path.write_text(
                    yaml.safe_dump(_replaced(content, (), by_name, labels), allow_unicode=True, sort_keys=False),
                    encoding="utf-8",
                )
            else:
                rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
                out = io.StringIO()
                writer = csv.DictWriter(out, rows[0] if rows else [], lineterminator="\n")
                writer.writeheader()
                writer.writerows(
                    {k: _before(by_name[k], v) if k in by_name and v else v for k, v in row.items()} for row in rows
                )
                path.write_text(out.getvalue(), encoding="utf-8")


def _paths(data: Path, file: str) -> list[Path]:
    return sorted(p for p in data.rglob("*") if p.is_file() and _name(data, p) == file)


def _name(data: Path, path: Path) -> str:
    """Return a file's path, the same for all files of indicators, of observations and of assessments."""
    parts = path.relative_to(data).as_posix()
    return re.sub(r"(indicators|observations|assessments)/[^/]+", r"\1/*", parts)


def _texts(data: Path, path: Path) -> Iterator[tuple[Field, str]]:
    file = _name(data, path)
    if path.suffix == ".csv":
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
            yield from ((Field(file, name), text) for name, text in row.items() if text)
        return
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    yield from ((Field(file, name), text) for name, text in _leaves(content, ()))


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            # A mapping with keys of any name, such as groups, counts as one field.
            yield from _leaves(each, (*path, "*" if path and path[-1] in ("groups", "sex_labels") else str(key)))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path)
    elif isinstance(value, str) and value:
        yield ".".join(path), value


def _replaced(value: Any, path: tuple[str, ...], by_name: dict[str, str], every: int, here: bool = True) -> Any:
    """Plant payloads, but only in some labels: many long ones would make the alt text of a figure too long."""
    if isinstance(value, dict):
        any_name = bool(path) and path[-1] in ("groups", "sex_labels")
        keys = {key: "*" if any_name else str(key) for key in value}
        return {
            key: _replaced(each, (*path, keys[key]), by_name, every, here and not (any_name and number % every))
            for number, (key, each) in enumerate(value.items())
        }
    if isinstance(value, list):
        return [
            _replaced(each, path, by_name, every, here and number % every == 0) for number, each in enumerate(value)
        ]
    fits = isinstance(value, str) and value and ".".join(path) in by_name and (here or len(value) > LABEL)
    return _before(by_name[".".join(path)], value) if fits else value


def _before(payload: str, text: str) -> str:
    """Return a payload before a text; a label is cut, as no real one would be so long."""
    return f"{payload} {text if len(text) > LABEL else text[:12]}"
