"""``lagesrapport new``: a year, a strategy's title, a goal, actor, plan, commitment or indicator, a placement, or another county's workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lib.base.workbook import Workbook
from lib.cli import options

#: `lib.data.indicators.UNITS` and the levels of an indicator, which are slow to import.
UNITS = ["procent", "antal", "index_0_10", "per_10000", "per_100000"]
LEVELS = ["kommuner och stadsdelar", "kommuner", "kommun", "län", "polisregion", "enheter"]
source_option = click.option(
    "--source", default="", help="An id in data/sources.yaml; without one the source is shown as missing."
)
report_option = click.option(
    "--report",
    "--year",
    "report",
    default="",
    metavar="REPORT",
    help="The report's year, or its name such as exempel (default: the newest year).",
)


@click.group(no_args_is_help=False, subcommand_metavar="KIND ...")
def new() -> None:
    """Begin a year or a workbook; add goals, indicators, plans."""


@new.command()
@click.argument("year", type=options.year)
@click.option(
    "--after", default="", metavar="REPORT", help="The report to carry over from (default: the newest before it)."
)
@click.option("--name", default="", help="The new report's name (default: the year).")
@options.with_workbook
def year(workbook: Workbook, *, year: int, after: str, name: str) -> None:
    """Begin a new year's report, carried over from the one before."""
    from lib.scaffold.year import new_year

    _print(new_year(workbook, year, after=after, name=name))


@new.command()
@click.argument("number", type=options.number, metavar="N")
@click.option("--title", type=options.words, required=True, help="The goal's short name.")
@click.option("--wording", type=options.words, default=None, help="The goal as the strategy words it.")
@source_option
@report_option
@options.with_workbook
def goal(workbook: Workbook, *, number: int, wording: str | None, **fields: Any) -> None:
    """Add goal N of the strategy and its notebook."""
    from lib.scaffold.records import new_goal

    _print(new_goal(workbook, number, wording=wording or "", **fields))


@new.command()
@click.argument("identifier", metavar="ID")
@click.option("--goal", type=options.number, required=True, metavar="N")
@click.option("--title", type=options.words, required=True)
@click.option("--unit", type=click.Choice(UNITS), default="procent", show_default=True)
@click.option(
    "--direction",
    type=click.Choice(["up", "down", "none"]),
    default="none",
    show_default=True,
    help="Which direction is better.",
)
@click.option(
    "--family", default="", help="The table in data/observations/ that its figures stand in; needs the next two."
)
@click.option("--subject", default="", help="What it measures, as in a sentence: 'andelen som fått frågan'.")
@click.option("--definition", default="", help="What is measured of whom, in a sentence.")
@click.option(
    "--counted",
    nargs=2,
    default=None,
    metavar="PART WHOLE",
    help="What is counted in a share or a rate, such as 'personuppklarade brott' 'handlagda brott'.",
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default=None,
    help="Whose figures it has: kommuner for a survey of them, kommun for a publisher's figure of each.",
)
@click.option(
    "--decimals", type=click.IntRange(0, 4), default=None, help="How many decimals are written (default: none)."
)
@click.option(
    "--disclosure",
    type=click.Choice(["P", "V", "K", "S"]),
    default=None,
    help="How persons are protected (data/disclosure.yaml); without it as strictly as can be.",
)
@source_option
@report_option
@options.with_workbook
def indicator(workbook: Workbook, *, identifier: str, **fields: Any) -> None:
    """Add a development indicator to a goal.

    It is shown as missing until it has data. ID is its name in the workbook: a-z, 0-9 and _.
    """
    from lib.scaffold.records import new_indicator

    _print(new_indicator(workbook, identifier, **fields))


@new.command()
@click.argument("identifier", metavar="ID")
@click.option("--goal", type=options.number, required=True, metavar="N")
@click.option("--reason", type=options.words, required=True, help="Why it belongs there, as the report says it.")
@click.option("--violence-type", "violence_types", multiple=True, type=options.words, help="May be given again.")
@report_option
@options.with_workbook
def placement(workbook: Workbook, *, identifier: str, violence_types: Sequence[str], **fields: Any) -> None:
    """Place an indicator that has figures under a goal.

    ID is one of data/indicators/, such as an indicator from Kolada or from Brå's table.
    """
    from lib.scaffold.placement import place_indicator

    _print(place_indicator(workbook, identifier, violence_types=list(violence_types), **fields))


@new.command()
@click.option("--plan", required=True, help="The plan's id in data/strategy/plans.yaml.")
@click.option("--goal", type=options.number, metavar="N", help="Leave it out where the plan names no goal.")
@click.option("--actor", "actors", multiple=True, help="An id in data/strategy/actors.yaml; may be given again.")
@click.option("--text", type=options.words, required=True)
@click.option("--kind", type=click.Choice(["åtagande", "gemensam satsning"]), default="åtagande", show_default=True)
@source_option
@report_option
@options.with_workbook
def commitment(workbook: Workbook, *, actors: Sequence[str], **fields: Any) -> None:
    """Add a commitment or a joint measure of an action plan."""
    from lib.scaffold.strategy import new_commitment

    _print(new_commitment(workbook, actors=list(actors), **fields))


@new.command()
@click.option("--title", type=options.words, required=True)
@click.option("--first-year", type=options.number, default=None, metavar="YEAR")
@click.option("--last-year", type=options.number, default=None, metavar="YEAR")
@click.option("--vision", default="")
@click.option("--violence-type", "violence_types", multiple=True, type=options.words, help="May be given again.")
@source_option
@report_option
@options.with_workbook
def strategy(workbook: Workbook, **fields: Any) -> None:
    """Give a new workbook's strategy its title, period and vision."""
    from lib.scaffold.strategy import fill_strategy

    _print(fill_strategy(workbook, **fields))


@new.command()
@click.argument("identifier", metavar="ID")
@click.option("--name", type=options.words, required=True)
@click.option("--role", default="", help="What it does in the strategy.")
@click.option(
    "--known-from",
    type=options.day,
    default=None,
    metavar="DAY",
    help="Since when its role is public, such as 2024-05-30.",
)
@source_option
@report_option
@options.with_workbook
def actor(workbook: Workbook, *, identifier: str, **fields: Any) -> None:
    """Add an actor of the strategy."""
    from lib.scaffold.strategy import new_actor

    _print(new_actor(workbook, identifier, **fields))


@new.command()
@click.argument("identifier", metavar="ID")
@click.option("--title", type=options.words, required=True)
@click.option("--first-year", type=options.number, required=True, metavar="YEAR")
@click.option("--last-year", type=options.number, required=True, metavar="YEAR")
@click.option(
    "--published", type=options.day, required=True, metavar="DAY", help="When it was published, such as 2024-05-30."
)
@source_option
@report_option
@options.with_workbook
def plan(workbook: Workbook, *, identifier: str, **fields: Any) -> None:
    """Add an action plan of the strategy."""
    from lib.scaffold.strategy import new_plan

    _print(new_plan(workbook, identifier, **fields))


@new.command()
@click.option("--title", type=options.words, required=True)
@click.option("--sender", type=options.words, required=True, help="Who asks.")
@click.option("--deadline", required=True, metavar="MM-DD", help="Month and day of the following year, such as 03-31.")
@click.option(
    "--question",
    "questions",
    nargs=2,
    multiple=True,
    required=True,
    metavar="INDICATOR TEXT",
    help="A question of yes or no; may be given again.",
)
@source_option
@report_option
@options.with_workbook
def survey(workbook: Workbook, **fields: Any) -> None:
    """Begin the county's survey of municipalities and districts."""
    from lib.scaffold.survey import new_survey

    _print(new_survey(workbook, **fields))


@new.command("workbook")
@click.argument("folder", type=options.PATH, metavar="DIR")
@click.option("--county", type=options.words, required=True, help="Such as 'Skåne län'.")
@click.option(
    "--year", type=options.number, default=None, metavar="YEAR", help="The report's year (default: last year)."
)
@click.option(
    "--goal",
    "goals",
    type=options.words,
    multiple=True,
    metavar="TITLE",
    help="A goal's short name; may be given again.",
)
@options.with_workbook
def county_workbook(workbook: Workbook, *, folder: Path, county: str, year: int | None, goals: Sequence[str]) -> None:
    """Begin a workbook for another county in DIR.

    DIR is a new or empty folder. It gets the county's figures from the tables of the whole country that this workbook has;
    all others are shown as missing.
    """
    from lib.receive.national import bring
    from lib.scaffold.workbook import new_workbook

    _print(new_workbook(workbook, folder, county, bring=bring, year=year, goals=list(goals)))


def _print(lines: Sequence[str]) -> None:
    print("\n".join(lines))
