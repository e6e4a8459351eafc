"""``lagesrapport fetch``: get figures from the services that keep them; the only verb that uses the network."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from lib.base.workbook import Workbook
from lib.cli import options
from lib.cli.imports import confirm, only_show, print_end


@click.command()
@click.argument("service", type=click.Choice(["kolada", "scb"]))
@click.option("--dry-run", is_flag=True, help="Show what is new, changed and gone, and write nothing.")
@click.option("--vanished", is_flag=True, help="Record values that the service no longer has as missing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@options.with_data
def fetch(workbook: Workbook, data: Path, *, service: str, dry_run: bool, vanished: bool, yes: bool) -> None:
    """Get new figures from Kolada or SCB.

    The only verb that uses the network. It names each address before it asks it, and shows what is new, changed and gone before anything is written.
    """
    from lib.receive import fetch as fetching

    agree = only_show if dry_run else partial(confirm, yes)
    done = fetching.fetch(data, service, today=date.today(), say=print, agree=agree, vanished=vanished)
    print_end(done, workbook, data)
