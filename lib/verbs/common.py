"""What verbs share: which workbook is meant, and types of arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

from lib.workbook import Workbook, find_workbook, open_workbook


def add_root(parser: argparse.ArgumentParser) -> None:
    """Let a verb be told its workbook."""
    parser.add_argument("--root", type=Path, help="the workbook's folder (default: the one you are in)")


def opened(options: argparse.Namespace) -> Workbook:
    """Return the workbook that was named, or the one that the working directory lies in."""
    return open_workbook(options.root) if options.root else find_workbook()
