"""What agencies answered about their commitments: ``data/strategy/follow_ups.csv``, beside what plans.yaml quotes."""

from __future__ import annotations

from pathlib import Path

from lib.base.files import read_table
from lib.receive.merge import table
from lib.receive.survey import FOLLOW_UPS


def merged(data: Path, rows: list[dict[str, str]]) -> tuple[Path, str]:
    """Return the file and its text with new answers; one of the same commitment, year and day replaces the former."""
    path = data / "strategy" / "follow_ups.csv"
    present = read_table(path, FOLLOW_UPS) if path.exists() else []
    key = ("commitment", "year", "source", "published")
    by_key = {tuple(row[name] for name in key): row for row in [*present, *rows]}
    return path, table(list(by_key.values()), FOLLOW_UPS)
