"""What verbs share: which workbook is meant, and types of arguments."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from lib.base import together
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook, find_workbook, open_workbook


def add_root(parser: argparse.ArgumentParser) -> None:
    """Let a verb be told its workbook."""
    parser.add_argument("--root", type=Path, help="the workbook's folder (default: the one you are in)")


def opened(options: argparse.Namespace) -> Workbook:
    """Return the workbook that was named, or the one that the working directory lies in; what a killed command left is finished."""
    workbook = open_workbook(options.root) if options.root else find_workbook()
    together.recover(workbook.root)
    return workbook


def add_data(parser: argparse.ArgumentParser) -> None:
    """Let a verb be told its data folder: an example county has its own."""
    parser.add_argument(
        "--data", default="data", metavar="DIR", help="the data folder (default: data; the example's is data/exempel)"
    )


def data_folder(options: argparse.Namespace, *, root: bool = False) -> Path:
    """Return the data folder that was named, or the workbook's root; a folder outside the workbook is refused.

    Raises
    ------
    WorkbookError
        If it is no data folder of the workbook.
    """
    workbook = opened(options)
    if root:
        return workbook.root
    folder = (workbook.root / options.data).resolve()
    if not folder.is_relative_to(workbook.root) or not (folder / "report.yaml").is_file():
        raise WorkbookError(f"{folder} is not a data folder of this workbook (it has no report.yaml); correct --data.")
    return folder


def day(text: str) -> date:
    """Return the day that an argument names, such as 2025-03-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day such as 2025-03-31") from None


def year(text: str) -> int:
    """Return the year that an argument names, such as 2025."""
    if not (text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100):
        raise argparse.ArgumentTypeError(f"'{text}' is no year such as 2025")
    return int(text)
