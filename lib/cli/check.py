"""``lagesrapport check`` and ``status``: what must be corrected, asked for and decided, and what has come in."""

from __future__ import annotations

import argparse
import os
from datetime import date

from lib.cli.common import add_root, opened


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verbs."""
    check = verbs.add_parser("check", help="check parameters and data, and say what to correct, ask for and decide")
    check.add_argument(
        "reports",
        nargs="*",
        metavar="REPORT",
        help="reports to look at closely (default: the data of all, and the last)",
    )
    check.add_argument(
        "--repair",
        action="store_true",
        help="write tables that Excel has saved back in the workbook's form; no value changes",
    )
    check.set_defaults(run=_check)
    status = verbs.add_parser(
        "status", help="say what has come in for a report, from whom, what is missing and what is next"
    )
    status.add_argument("report")
    status.set_defaults(run=_status)
    for parser in (check, status):
        add_root(parser)


def _check(options: argparse.Namespace) -> int:
    from lib.review import check as checks

    workbook = opened(options)
    if options.repair:
        for data in sorted(path.parent for path in workbook.root.glob("data/**/report.yaml")):
            for path, text, habits in checks.repairs(data):
                beside = path.with_name(f".{path.name}.new")
                beside.write_text(text, encoding="utf-8")
                os.replace(beside, path)
                print(f"{path}: written back ({', '.join(habits)})")
    found = checks.check(workbook, options.reports, date.today())
    print("\n".join(checks.told(found)))
    return 1 if any(finding.group in (checks.CORRECT, checks.REPAIR) for finding in found) else 0


def _status(options: argparse.Namespace) -> int:
    from lib.review import status

    page, lines = status.write(opened(options), options.report, date.today())
    print("\n".join(lines))
    print(f"The same as a page: {page}")
    return 0
