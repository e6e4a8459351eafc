"""Counts of persons for tests of disclosure control: small catalogues, tables with margins, and their protected values."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from math import isnan
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from lib.analysis.disclosure import protect
from lib.analysis.disclosure_audit import audit
from lib.data.catalogue import Catalogue
from lib.data.indicators import HiddenCell, Indicator, Policy, Threshold
from lib.data.observations import COLUMNS, SUBJECT
from lib.data.regions import Region

MANY = int(os.environ.get("LAGESRAPPORT_EXAMPLES", "30"))
COUNTY = "01"
#: An indicator, a year, a region, a sex and a group.
Cell = tuple[Any, ...]
TYPES = {"antal": "antal", "procent": "andel", "index_0_10": "index"}


def unit_codes(number: int) -> list[str]:
    return [str(101 + i).zfill(4) for i in range(number)]


def indicator_of(identifier: str, disclosure: str = "K", unit: str = "antal", **fields: Any) -> Indicator:
    kinds = [{"kind": "indikator"}]
    return Indicator(
        id=identifier, title="x", kinds=kinds, type=TYPES[unit], unit=unit, direction="none", source="x",
        disclosure=disclosure, **fields,
    )  # fmt: skip


def catalogue_of(
    *indicators: Indicator,
    hide: tuple[int, int] = (7, 9),
    step: int = 5,
    least_values: int = 2,
    hidden: Sequence[Cell] = (),
    units: int = 30,
    districts: Sequence[Region] = (),
) -> Catalogue:
    """Return what disclosure control uses of a catalogue: indicators, policies, hidden cells and regions."""
    below, county = (Threshold(hide_up_to=up_to, round_to=step) for up_to in hide)
    levels = {"below_county": below, "county": county, "least_values": least_values}
    regions = [
        Region(code="00", name="Riket", type="riket"),
        Region(code=COUNTY, name="Länet", type="län", parent="00"),
        *(Region(code=code, name=code, type="kommun", parent=COUNTY) for code in unit_codes(units)),
        *districts,
    ]
    policies = [Policy(id="P", name="P"), Policy(id="V", name="V"), Policy(id="K", name="K", **levels)]
    policies.append(Policy(id="S", name="S", least_years=3, **levels))
    made = SimpleNamespace(
        indicators={i.id: i for i in indicators or [indicator_of("a")]},
        policies={policy.id: policy for policy in policies},
        hidden_cells=[HiddenCell(**dict(zip(SUBJECT, cell, strict=True)), reason="x") for cell in hidden],
        region_types={region.code: region.type for region in regions},
        regions={(region.code, region.valid_from): region for region in regions},
    )
    return cast(Catalogue, made)


def rows_of(figures: Mapping[Cell, Any], unit: str = "antal") -> pd.DataFrame:
    """Make observations of cells; a figure is a value, a status letter, or for a share (numerator, denominator)."""
    rows = []
    for cell, figure in figures.items():
        counts = figure if isinstance(figure, tuple) else (np.nan, np.nan)
        value = 100 * counts[0] / counts[1] if isinstance(figure, tuple) else figure
        status, value = (value, np.nan) if isinstance(value, str) else ("A", float(value))
        rows.append(
            (*cell, value, unit, *map(float, counts), status, "exakt", "x", date(2023, 1, 1), "känd", "fritext", False)
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def line_of(counts: list[int], total: object = None, indicator: str = "a", year: int = 2022) -> dict[Cell, Any]:
    """Municipalities with these counts, and the county."""
    cells = {(indicator, year, unit, "T", "T"): n for unit, n in zip(unit_codes(len(counts)), counts, strict=True)}
    return cells | {(indicator, year, COUNTY, "T", "T"): sum(counts) if total is None else total}


def with_margins(cells: dict[Cell, int]) -> dict[Cell, int]:
    """Add the totals over sexes, groups and municipalities."""
    table = Counter(cells)
    for position, total in ((3, "T"), (4, "T"), (2, COUNTY)):
        for cell, count in list(table.items()):
            if cell[position] != total:
                table[(*cell[:position], total, *cell[position + 1 :])] += count
    return dict(table)


def random_table(
    seed: int, units: int = 26, sexes: str = "KM", groups: str = "abc", years: Sequence[int] = (2022,), mean: float = 6
) -> dict[Cell, int]:
    random = np.random.default_rng(seed)
    sizes = {unit: random.gamma(1, mean) for unit in unit_codes(units)}
    cells = product(["a"], years, sizes, sexes or "T", groups or "T")
    return with_margins({cell: int(random.poisson(sizes[cell[2]])) for cell in cells})


def shown_of(protected: pd.DataFrame) -> dict[Cell, Any]:
    """Return the published values: a number, or the status letter."""
    cells = zip(*(protected[name] for name in SUBJECT), strict=True)
    figures = zip(protected["value"], protected["status"], strict=True)
    return {cell: status if isnan(value) else value for cell, (value, status) in zip(cells, figures, strict=True)}


def protected_of(figures: Mapping[Cell, Any], catalogue: Catalogue, unit: str = "antal") -> dict[Cell, Any]:
    return shown_of(protect(rows_of(figures, unit), catalogue)[0])


def leaks_of(figures: Mapping[Cell, Any], catalogue: Catalogue, unit: str = "antal") -> set[Cell]:
    rows = rows_of(figures, unit)
    leaks = audit(rows, protect(rows, catalogue)[0], catalogue)
    return {tuple(getattr(leak, name) for name in SUBJECT) for leak in leaks}


def log_of(figures: Mapping[Cell, Any], catalogue: Catalogue, unit: str = "antal") -> list[str]:
    return list(protect(rows_of(figures, unit), catalogue)[1]["rule"])
