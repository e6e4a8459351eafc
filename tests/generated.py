"""Writes generated tables into the pages of docs/, between their markers."""

from __future__ import annotations

from pathlib import Path


def write_between(page: Path, name: str, text: str) -> None:
    """Replace what a page holds between ``<!-- name: … -->`` and ``<!-- /name -->``.

    Raises
    ------
    ValueError
        If the page lacks one of the markers.
    """
    old = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: written by make {name} -->", f"<!-- /{name} -->"
    if begin not in old or end not in old:
        raise ValueError(f"{page.name} has no place for the table: {begin} … {end}")
    page.write_text(f"{old.partition(begin)[0]}{begin}\n\n{text}\n{end}{old.partition(end)[2]}", encoding="utf-8")
