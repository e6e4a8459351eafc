"""``lagesrapport new``: a year, a goal, an indicator, a commitment, or a workbook for another county."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lib.cli.common import add_root, opened, year

Tell = Callable[[argparse.Namespace], list[str]]


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verb and what it can make: each of `KINDS` adds one."""
    new = verbs.add_parser(
        "new", help="begin a year, add a goal, an indicator or a commitment, or begin another county's workbook"
    )
    kinds = new.add_subparsers(required=True, metavar="KIND")
    for kind in KINDS:
        kind(kinds)


def made(parser: argparse.ArgumentParser, make: Tell) -> None:
    """Let a subverb do its work with ``make``, which returns the lines to print."""

    def run(options: argparse.Namespace) -> int:
        print("\n".join(make(options)))
        return 0

    parser.set_defaults(run=run)


def _goal(kinds: argparse._SubParsersAction) -> None:
    parser = kinds.add_parser("goal", help="a goal with its notebook, in the report on its first build")
    parser.add_argument("number", type=_number, metavar="N", help="the goal's number in the strategy")
    parser.add_argument("--title", type=_words, required=True, help="the goal's short name")
    parser.add_argument("--wording", type=_words, help="the goal as the strategy words it")
    _add_source(parser)
    _add_report(parser)

    def make(options: argparse.Namespace) -> list[str]:
        from lib.scaffold.goals import new_goal

        return new_goal(
            opened(options),
            options.number,
            title=options.title,
            wording=options.wording or "",
            source=options.source,
            report=options.report,
        )

    made(parser, make)


def _indicator(kinds: argparse._SubParsersAction) -> None:
    parser = kinds.add_parser("indicator", help="a development indicator of a goal, shown as missing until it has data")
    parser.add_argument("id", metavar="ID", help="its name in the workbook: a-z, 0-9 and _")
    parser.add_argument("--goal", type=_number, required=True, metavar="N")
    parser.add_argument("--title", type=_words, required=True)
    parser.add_argument("--unit", choices=["procent", "antal", "index_0_10"], default="procent")
    parser.add_argument(
        "--direction", choices=["up", "down", "none"], default="none", help="which way is better (default: none)"
    )
    _add_source(parser)
    _add_report(parser)

    def make(options: argparse.Namespace) -> list[str]:
        from lib.scaffold.records import new_indicator

        return new_indicator(
            opened(options),
            options.id,
            goal=options.goal,
            title=options.title,
            unit=options.unit,
            direction=options.direction,
            source=options.source,
            report=options.report,
        )

    made(parser, make)


def _commitment(kinds: argparse._SubParsersAction) -> None:
    parser = kinds.add_parser("commitment", help="a commitment or a joint measure of an action plan")
    parser.add_argument("--plan", required=True, help="the plan's id in data/strategy/plans.yaml")
    parser.add_argument("--goal", type=_number, metavar="N", help="leave it out where the plan names no goal")
    parser.add_argument(
        "--actor", action="append", default=[], help="an id in data/strategy/actors.yaml; may be given again"
    )
    parser.add_argument("--text", type=_words, required=True)
    parser.add_argument("--kind", choices=["åtagande", "gemensam satsning"], default="åtagande")
    _add_source(parser)
    _add_report(parser)

    def make(options: argparse.Namespace) -> list[str]:
        from lib.scaffold.records import new_commitment

        return new_commitment(
            opened(options),
            plan=options.plan,
            goal=options.goal,
            actors=options.actor,
            text=options.text,
            kind=options.kind,
            source=options.source,
            report=options.report,
        )

    made(parser, make)


def _workbook(kinds: argparse._SubParsersAction) -> None:
    parser = kinds.add_parser("workbook", help="a workbook for another county, with everything shown as missing")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is new or empty")
    parser.add_argument("--county", type=_words, required=True, help="such as 'Skåne län'")
    parser.add_argument("--year", type=_number, default=None, help="the report's year (default: last year)")
    parser.add_argument(
        "--goal",
        type=_words,
        action="append",
        default=[],
        metavar="TITLE",
        help="a goal's short name; may be given again",
    )
    add_root(parser)

    def make(options: argparse.Namespace) -> list[str]:
        from lib.scaffold.workbook import new_workbook

        return new_workbook(opened(options), options.folder, options.county, year=options.year, goals=options.goal)

    made(parser, make)


def _year(kinds: argparse._SubParsersAction) -> None:
    parser = kinds.add_parser("year", help="a new year's report, carried over from the one before")
    parser.add_argument("year", type=year)
    parser.add_argument(
        "--after", default="", metavar="REPORT", help="the report to follow (default: the newest before it)"
    )
    parser.add_argument("--name", default="", help="the new report's name (default: the year)")
    add_root(parser)

    def make(options: argparse.Namespace) -> list[str]:
        from lib.scaffold.year import new_year

        return new_year(opened(options), options.year, after=options.after, name=options.name)

    made(parser, make)


KINDS = [_year, _goal, _indicator, _commitment, _workbook]


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", default="", help="an id in data/sources.yaml; without one the source stands as missing"
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    for name, what in (("--year", "the report's year"), ("--report", "the report's name, such as exempel")):
        which.add_argument(name, dest="report", default="", help=f"{what} (default: the newest year)")
    add_root(parser)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' must be a number from 1 up")
    return int(text)


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise argparse.ArgumentTypeError("it must not be empty")
    return words
