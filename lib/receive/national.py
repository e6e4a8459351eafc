"""A new county's rows from the tables of the whole country that another county's workbook has received."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lib.base.files import files_in, read_table, read_yaml
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.receive import mapped, merge
from lib.receive.mapping import Mapping, read_mapping


def bring(begun_from: Workbook, made: Workbook) -> int:
    """Import a new county's rows from the national tables that the begun-from workbook has received, and return how many.

    The tables are kept in the new workbook's ``data/raw/`` too. Those that hold nothing of the county give nothing.
    """
    raw, data, amount = begun_from.root / "data/raw", made.root / "data", 0
    received = read_table(raw / "received.csv", merge.RECEIVED) if (raw / "received.csv").exists() else []
    tables = [raw / row["file"] for row in received]
    paths = [path for path in files_in(data / "mappings", "*.yaml") if read_yaml(path).get("region_types")]
    found, catalogue = [read_mapping(path) for path in paths], Catalogue(data)
    for table in tables:
        frames = [rows for m in found if m.folder == table.parent.name for rows in _rows(table, m, catalogue)]
        if frames:
            rows = pd.concat(frames, ignore_index=True)
            merge.take_in(data, rows, [table], agree=lambda _: True, keep=table.parent.name)
            amount += len(rows)
    return amount


def _rows(table: Path, mapping: Mapping, catalogue: Catalogue) -> list[pd.DataFrame]:
    try:
        rows = mapped.observations(table, mapping, catalogue)[0]
    except mapped.NoRowsError:
        return []
    return [rows] if set(rows["region"]) - {catalogue.identity.country} else []
