"""``lagesrapport new``: what begins anew, such as a year."""

from __future__ import annotations

import argparse

from lib.verbs.common import add_root, opened


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verb and what it can make."""
    new = verbs.add_parser("new", help="begin a new year")
    kinds = new.add_subparsers(required=True, metavar="KIND")
    _year(kinds)


def _year(kinds: argparse._SubParsersAction) -> None:
    parser = kinds.add_parser("year", help="a new year's report, carried over from the one before")
    parser.add_argument("year", type=int)
    parser.add_argument(
        "--after", default="", metavar="REPORT", help="the report to follow (default: the newest before it)"
    )
    parser.add_argument("--name", default="", help="the new report's name (default: the year)")
    add_root(parser)

    def run(options: argparse.Namespace) -> int:
        from lib.new.year import new_year

        print("\n".join(new_year(opened(options), options.year, after=options.after, name=options.name)))
        return 0

    parser.set_defaults(run=run)
