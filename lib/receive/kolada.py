"""Kolada's values of key figures (API v3) as a long table with the columns `COLUMNS`, which the mappings of Kolada read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Literal

from pydantic import BaseModel

from lib.base.errors import WorkbookError
from lib.receive.web import NOTHING, Web

COLUMNS = ["kpi", "region", "gender", "year", "value"]
#: The most ids of a kind that a call may name.
MOST_IDS = 25
#: Kolada's code of the country; a county's code has two zeros before it.
COUNTRY = "0000"


class Figure(BaseModel):
    """A value for one sex; None where there is none."""

    gender: Literal["T", "K", "M"]
    value: float | None
    isdeleted: bool = False


class Figures(BaseModel):
    """The values of a key figure for a municipality, county or the country in one year."""

    kpi: str
    municipality: str
    period: int
    values: list[Figure]


class Page(BaseModel):
    values: list[Figures]
    next_url: str | None = None


def long_table(web: Web, key_figures: Sequence[str], regions: Sequence[str]) -> list[list[Any]]:
    """Ask Kolada for all years of some key figures, and return the values, one per row under `COLUMNS`.

    Parameters
    ----------
    regions : sequence of str
        SCB's codes: 00 for the country, two digits for a county, four for a municipality.

    Raises
    ------
    WorkbookError
        If a call fails, an answer has another shape than the documented one, or a key figure has no value at all.
    """
    names = {_kolada_code(region): region for region in regions}
    rows = [
        [figures.kpi, names[figures.municipality], figure.gender, figures.period, figure.value]
        for kpis, places in product(_chunks(key_figures), _chunks(list(names)))
        for figures in _pages(web, f"data/kpi/{','.join(kpis)}/municipality/{','.join(places)}")
        for figure in figures.values
        if figures.municipality in names and not figure.isdeleted
    ]
    known = {row[0] for row in rows if row[4] is not None}
    if lacking := [kpi for kpi in key_figures if kpi not in known]:
        raise WorkbookError(
            f"{web.address} gives no value of {', '.join(lacking)}; has the key figure been replaced or withdrawn? {NOTHING}"
        )
    return rows


def _kolada_code(region: str) -> str:
    return COUNTRY if region == "00" else region.zfill(4)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS))


def _pages(web: Web, path: str) -> Iterator[Figures]:
    """Yield the contents of all pages of an answer."""
    seen = set()
    address: str | None = path
    while address:
        if address in seen:
            raise WorkbookError(f"{web.address} gives the page {address[:200]} as the next one again. {NOTHING}")
        seen.add(address)
        page = web.ask(address, Page)
        yield from page.values
        address = page.next_url
