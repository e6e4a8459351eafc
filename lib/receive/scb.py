"""SCB's tables (PxWebApi 2) as a long table: a column per variable, and the value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from pydantic import BaseModel, Field

from lib.base.errors import WorkbookError
from lib.data.records import Query
from lib.receive.web import NOTHING, Web

#: No table has more years, or months, than this.
MOST_PERIODS = 1000


class Config(BaseModel):
    """What the service says of its limits."""

    maxDataCells: int = Field(ge=1)  # noqa: N815 (the service's name)
    maxCallsPerTimeWindow: int = Field(ge=1)  # noqa: N815
    timeWindow: float = Field(ge=0)  # noqa: N815


class Category(BaseModel):
    index: dict[str, int] | list[str]

    @property
    def codes(self) -> list[str]:
        """The codes in their order."""
        return self.index if isinstance(self.index, list) else sorted(self.index, key=self.index.__getitem__)


class Dimension(BaseModel):
    category: Category


class Dataset(BaseModel):
    """An answer in JSON-stat 2: values in row-major order of the dimensions, as a list or by position."""

    id: list[str]
    size: list[int]
    dimension: dict[str, Dimension]
    value: list[float | None] | dict[int, float | None]
    status: dict[int, str] | list[str] | None = None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row per cell: each dimension's code, and the value, or the sign that stands in its place."""
        codes = [self.dimension[name].category.codes for name in self.id]
        for position, place in enumerate(product(*codes)):
            yield dict(zip(self.id, place, strict=True)) | {"value": self._cell(position)}

    def _cell(self, position: int) -> float | str:
        value = self.value[position] if isinstance(self.value, list) else self.value.get(position)
        if value is not None:
            return value
        signs = self.status or {}
        return (signs[position] if isinstance(signs, list) else signs.get(position, "")) or ""


def config(web: Web) -> Config:
    """Ask for the service's limits, and keep to its rate from then on."""
    limits = web.ask("config", Config)
    web.pause = max(web.pause, limits.timeWindow / limits.maxCallsPerTimeWindow)
    return limits


def long_table(web: Web, queries: Sequence[Query], regions: Sequence[str], columns: dict[str, str]) -> list[list[Any]]:
    """Ask for some queries of one table after the other, and return the values, one per row.

    Parameters
    ----------
    regions : sequence of str
        Codes for the variable that a query names as ``region``.
    columns : dict
        Dimension to the name that the mapping gives its column; the values of each row are in this order.

    Raises
    ------
    WorkbookError
        If a call fails, or an answer has another shape than JSON-stat 2, lacks a region, or has no value.
    """
    limits, rows = config(web), []
    most = max(1, limits.maxDataCells // MOST_PERIODS)
    for query in queries:
        for start in range(0, len(regions), most):
            rows += _asked(web, query, regions[start : start + most], columns)
    return rows


def _asked(web: Web, query: Query, regions: Sequence[str], columns: dict[str, str]) -> list[list[Any]]:
    path = f"tables/{query.table}/data?lang=sv&outputFormat=json-stat2"
    chosen = {query.region: list(regions)} | {name: [code] for name, code in query.select.items()}
    selection = [{"variableCode": name, "valueCodes": codes} for name, codes in chosen.items()]
    where = f"the answer of {web.address}{path}"
    dataset = web.ask(path, Dataset, {"selection": selection})
    _check(dataset, where, [query.region, *(name for name in columns if name != "value")])
    rows = list(dataset.rows())
    if lacking := set(regions) - {row[query.region] for row in rows if row["value"] != ""}:
        raise WorkbookError(f"{where} has no value for {', '.join(sorted(lacking))}; has a code changed? {NOTHING}")
    return [[row[name] for name in columns] for row in rows]


def _check(dataset: Dataset, where: str, needed: Sequence[str]) -> None:
    """Refuse an answer whose parts do not fit together: a value could otherwise be given to the wrong place."""
    sizes = [len(dataset.dimension[name].category.codes) if name in dataset.dimension else -1 for name in dataset.id]
    cells = math.prod(dataset.size)
    fits = (
        len(dataset.value) == cells if isinstance(dataset.value, list) else all(0 <= p < cells for p in dataset.value)
    )
    if sizes != dataset.size or not fits:
        raise WorkbookError(f"{where} does not hold as many values as its dimensions say. {NOTHING}")
    if lacking := [name for name in needed if name not in dataset.id]:
        raise WorkbookError(f"{where} has no variable {', '.join(lacking)} (it has {', '.join(dataset.id)}). {NOTHING}")
