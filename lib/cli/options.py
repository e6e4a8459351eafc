"""Options and argument types that several verbs share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from lib.base.errors import WorkbookError
from lib.base.workbook import REPORT, Workbook, find_workbook, open_workbook

#: A verb: returns its exit code, or None for 0.
Verb = Callable[..., int | None]

PATH = click.Path(path_type=Path)


def with_workbook(verb: Verb) -> Verb:
    """Give a verb the option ``--root`` and, as its first argument, the workbook.

    Writes that a killed command had committed are finished first (`lib.base.atomic.recover`).
    """

    @click.option("--root", type=PATH, metavar="DIR", help="The workbook's folder (default: the one you are in).")
    @functools.wraps(verb)
    def run(*, root: Path | None, **options: Any) -> int | None:
        from lib.base.atomic import recover

        workbook = open_workbook(root) if root else find_workbook()
        recover(workbook.root)
        return verb(workbook, **options)

    return run


def with_data(verb: Verb) -> Verb:
    """Give a verb the options ``--root`` and ``--data``; its first arguments are the workbook and the data folder.

    The verb raises `WorkbookError` if the folder is not a data folder of the workbook.
    """

    @with_workbook
    @click.option(
        "--data", default="data", metavar="DIR", help="The data folder (default: data; the example's is data/exempel)."
    )
    @functools.wraps(verb)
    def run(workbook: Workbook, *, data: str, **options: Any) -> int | None:
        folder = (workbook.root / data).resolve()
        if not folder.is_relative_to(workbook.root) or not (folder / REPORT).is_file():
            raise WorkbookError(
                f"{folder} is not a data folder of this workbook (it has no report.yaml); correct --data."
            )
        return verb(workbook, folder, **options)

    return run


def day(text: str) -> date:
    """Return the day that an argument names, such as 2025-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"'{text}' is not a day such as 2025-03-31") from None


def year(text: str) -> int:
    """Return the year that an argument names, such as 2025."""
    if not (text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100):
        raise click.BadParameter(f"'{text}' is not a year such as 2025")
    return int(text)


def number(text: str) -> int:
    """Return the positive number that an argument names."""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise click.BadParameter(f"'{text}' must be a number from 1 up")
    return int(text)


def words(text: str) -> str:
    """Return the text of an argument with single spaces between words; an empty text is a usage error."""
    if not text.strip():
        raise click.BadParameter("it must not be empty")
    return " ".join(text.split())
