"""Writes the reliability table of the last full run into ``output/faults/table.md`` and ``docs/reliability.md``."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.conftest import ROOT
from tests.faults.payloads import PAYLOADS
from tests.faults.scale import RESULTS
from tests.generated import write_between

KINDS = ("fuzz", "lies", "kills", "payloads", "limits")


def table(results: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Return the trials and their outcomes as Markdown."""
    # Only passed trials are recorded: a traceback, or a bad file that is accepted, fails the run.
    fuzz, lies, kills, payloads, limits = (results[kind] for kind in KINDS)
    rows = [(name, sum(each.values()), each.get("refused", 0), each.get("taken", 0)) for name, each in fuzz.items()]
    lines = [
        "| files fuzzed | tried | refused in one sentence | taken, and say what was read | tracebacks | taken without a word |",
        "|---|---:|---:|---:|---:|---:|",
        *(f"| {name} | {_n(tried)} | {_n(refused)} | {_n(taken)} | 0 | 0 |" for name, tried, refused, taken in rows),
        f"| **all** | **{_n(sum(r[1] for r in rows))}** | {_n(sum(r[2] for r in rows))} | {_n(sum(r[3] for r in rows))} | **0** | **0** |",
        "",
        "| files that lie politely | made | refused in one sentence | taken, and read as a person reads them | read wrong, or rows lost uncounted |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {_n(e['refused'] + e['taken'])} | {_n(e['refused'])} | {_n(e['taken'])} | 0 |"
            for name, e in lies.items()
        ),
        "",
        "| killed or failing | times | reports or files lost, mixed or half done |",
        "|---|---:|---:|",
        *(f"| {name} | {each['tried']} | {each['lost']} |" for name, each in kills.items()),
        "",
        "| payloads | |",
        "|---|---:|",
        f"| payloads tried in every text field | {len(payloads)} of {len(PAYLOADS)} |",
        f"| text fields | {min(each['fields'] for each in payloads.values())} |",
        f"| pages looked at in Chromium, without their security policy | {sum(each['pages'] for each in payloads.values())} |",
        f"| payloads that ran, loaded, formatted or calculated anything | {sum(each['active'] for each in payloads.values())} |",
        "",
        "| limit | what is said |",
        "|---|---|",
        *(f"| {name} | {_cell(each['message'])} |" for name, each in limits.items()),
    ]
    return "\n".join(lines) + "\n"


def _n(number: int) -> str:
    return f"{number:,}"


def _cell(text: str) -> str:
    """Return a message escaped for a table cell."""
    return re.sub(r"([|*_<>\[\]`])", r"\\\1", text)


def main() -> None:
    """Write the table into its file and into the page on reliability."""
    text = table({kind: json.loads((RESULTS / f"{kind}.json").read_text(encoding="utf-8")) for kind in KINDS})
    (RESULTS / "table.md").write_text(text, encoding="utf-8")
    write_between(ROOT / "docs/reliability.md", "faults", text)


if __name__ == "__main__":
    main()
