"""Brå's table 300, "Handlagda brott – utredning och beslut", as it was transcribed by hand, as observations.

``python -m lib.receive.bra`` rewrites ``data/observations/bra.csv`` from ``data/raw/bra`` and ``data/mappings/bra_handlagda.csv``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lib.base.errors import WorkbookError
from lib.base.workbook import find_workbook
from lib.data.entry import Entry, Identifier, Text, read_list
from lib.data.observations import COLUMNS

#: Groups that rest on the relation codes, which were phased in during 2019: that year's counts are too low.
RELATION_GROUPS = ["parrelation", "slakt", "annan_relation", "obekant"]
RELATION_NOTE = "Relationskoderna infördes under 2019, så årets antal är för låga."
NOT_TRANSCRIBED = "Raden finns i Brås tabell men är inte införd i arbetsboken."
NONE_HANDLED = "Inga brott handlades under året."
#: Which rows also give lagföringsprocent, an indicator of the strategy's first annex.
PROSECUTION = {"valdtakt_totalt": "lagforing_valdtakt"}


class BraTable(Entry):
    """One of Brå's tables 300: what the area is called inside the file, and here.

    ``transcribed`` is the CSV that was copied by hand before the Excel file could be read; ``incomplete`` if it lacks rows.
    """

    names: list[Text]
    code: Text
    region: Text
    source: Identifier
    transcribed: str = ""
    incomplete: bool = False


def tables(data: Path) -> list[BraTable]:
    """Return the tables that the workbook reads (``data/mappings/bra_tables.yaml``)."""
    return read_list(BraTable, data / "mappings" / "bra_tables.yaml", "tables")


def observations(data: Path) -> pd.DataFrame:
    """Turn Brå's tables into observations of person-based clearance (personuppklaring).

    Parameters
    ----------
    data : Path
        The data folder, with ``raw/bra`` and ``mappings/bra_handlagda.csv``.

    Returns
    -------
    DataFrame
        The columns of `lib.data.observations.COLUMNS`; ``value`` in per cent with Brå's four decimals, ``numerator`` person-based
        cleared offences, ``denominator`` processed offences. Sorted, one row per crime, area and year.

    Raises
    ------
    WorkbookError
        If a file speaks of another region than expected, or a row has no mapping, or processed offences are not the sum of
        investigated and closed without investigation.
    """
    mapping = pd.read_csv(data / "mappings" / "bra_handlagda.csv").set_index("row_id")
    absent = pd.read_csv(data / "mappings" / "bra_ej_inforda.csv")
    frames = [
        _table(data, mapping, absent if table.incomplete else absent.head(0), table)
        for table in tables(data)
        if table.transcribed
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows.sort_values(["indicator", "region", "group", "sex", "year"], ignore_index=True)[COLUMNS]


def _table(data: Path, mapping: pd.DataFrame, absent: pd.DataFrame, table: BraTable) -> pd.DataFrame:
    path = data / "raw" / "bra" / table.transcribed
    raw = pd.read_csv(path, dtype={"region_code": str})
    _check(raw, path, table.code, mapping)
    handled = raw["handlagda_brott"]
    clearance = pd.DataFrame(
        {
            "indicator": raw["row_id"].map(mapping["indicator"]),
            "sex": raw["row_id"].map(mapping["sex"]),
            "group": raw["row_id"].map(mapping["group"]),
            "year": raw["year"],
            "value": raw["personuppklaringsprocent"].where(handled > 0),
            "numerator": raw["personuppklarade_brott"],
            "denominator": handled,
            "status": (handled > 0).map({True: "A", False: "N"}),
            "note": (handled > 0).map({True: "", False: NONE_HANDLED}),
        }
    )
    uncertain = clearance["group"].isin(RELATION_GROUPS) & (clearance["year"] == 2019) & (handled > 0)
    clearance.loc[uncertain, ["status", "note"]] = ["U", RELATION_NOTE]
    rows = pd.concat([clearance, _prosecution(raw), _missing(absent, mapping)], ignore_index=True)
    return rows.assign(
        region=table.region,
        unit="procent",
        precision="exakt",
        source=table.source,
        published=(rows["year"] + 1).astype(str) + "-07-01",
        published_basis="antagen",
        synthetic="false",
    )


def _missing(absent: pd.DataFrame, mapping: pd.DataFrame) -> pd.DataFrame:
    """Return a row without value for each that Brå prints but the raw file lacks: missing is said, not left out."""
    keys = mapping.loc[absent["row_id"]].reset_index(drop=True)
    blank = {"value": float("nan"), "numerator": float("nan"), "denominator": float("nan")}
    return keys.assign(year=absent["year"], **blank, status="M", note=NOT_TRANSCRIBED)


def _prosecution(raw: pd.DataFrame) -> pd.DataFrame:
    chosen = raw[raw["row_id"].isin(PROSECUTION)]
    return pd.DataFrame(
        {
            "indicator": chosen["row_id"].map(PROSECUTION),
            "sex": "T",
            "group": "T",
            "year": chosen["year"],
            "value": chosen["lagforingsprocent"],
            # Brå prints the share but not its base, so the base stays empty rather than being worked out backwards.
            "numerator": chosen["personuppklarade_brott"],
            "denominator": float("nan"),
            "status": "A",
            "note": "",
        }
    )


def _check(raw: pd.DataFrame, path: Path, bra_code: str, mapping: pd.DataFrame) -> None:
    rules = [
        (raw["region_code"] == bra_code, f"region_code must be {bra_code}; this is another area's table"),
        (raw["row_id"].isin(mapping.index), "the row is not in data/mappings/bra_handlagda.csv; add it there"),
        (
            raw["handlagda_brott"] == raw["utredda_brott"] + raw["direktavskrivna_brott"],
            "handlagda_brott must be utredda_brott + direktavskrivna_brott; compare with Brå's table",
        ),
    ]
    for holds, message in rules:
        if not holds.all():
            raise WorkbookError(f"{path}, row {(~holds).idxmax() + 2}: {message}.")


def write(data: Path) -> Path:
    """Write `observations` to ``data/observations/bra.csv`` and return its path."""
    path = data / "observations" / "bra.csv"
    rows = observations(data)
    made = set(zip(rows["source"], rows["year"].astype(str), strict=True))
    counts = {c: rows[c].astype("Int64") for c in ["year", "numerator", "denominator"]}
    # What was imported from Excel since then (lib.receive.bra_excel) has no transcription and stays.
    imported = pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame(columns=COLUMNS)
    kept = [(s, y) not in made for s, y in zip(imported["source"], imported["year"], strict=True)]
    rows = pd.concat([rows.assign(**counts), imported[kept]], ignore_index=True)
    rows.to_csv(path, index=False, lineterminator="\n")
    return path


if __name__ == "__main__":
    write(find_workbook().root / "data")
