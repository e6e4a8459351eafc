"""Brå's table 300, "Handlagda brott – utredning och beslut": the areas read, and the years transcribed by hand.

``python -m lib.receive.bra`` rewrites ``data/observations/bra.csv`` from ``data/raw/bra`` and the mappings in
``data/mappings``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lib.base.errors import WorkbookError
from lib.base.workbook import find_workbook
from lib.data.entry import Entry, Identifier, Text, read_list
from lib.data.observations import COLUMNS

#: Groups by relation to the suspect. The relation codes were phased in during 2019, so that year's counts are too low.
RELATION_GROUPS = ["parrelation", "slakt", "annan_relation", "obekant"]
RELATION_NOTE = "Relationskoderna infördes under 2019, så årets antal är för låga."
NOT_TRANSCRIBED = "Raden finns i Brås tabell men är inte införd i arbetsboken."
NONE_HANDLED = "Inga brott handlades under året."
#: Rows that also give the prosecution rate (lagföringsprocent) of the strategy's first annex, with its indicator.
PROSECUTION = {"valdtakt_totalt": "lagforing_valdtakt"}


class BraTable(Entry):
    """One area's table 300: its ``names`` in Excel files, ``code`` in the transcription and ``region`` in the workbook.

    ``transcribed`` is the CSV file in ``data/raw/bra`` that was copied by hand; it lacks rows if it is ``incomplete``.
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
    """Turn the transcribed tables into observations of person-based clearance (personuppklaring).

    Parameters
    ----------
    data : Path
        The data folder, with ``raw/bra`` and ``mappings/bra_handlagda.csv``.

    Returns
    -------
    DataFrame
        The columns of `lib.data.observations.COLUMNS`; ``value`` in per cent with Brå's four decimals, ``numerator``
        person-based cleared offences, ``denominator`` processed offences. Sorted, one row per offence, region and year.

    Raises
    ------
    WorkbookError
        If a file is about another region than expected, a row has no mapping, or the processed offences are not the sum
        of those investigated and those closed without investigation.
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
    rows = pd.concat([_clearance(raw, mapping), _prosecution(raw), _missing(absent, mapping)], ignore_index=True)
    return rows.assign(
        region=table.region,
        unit="procent",
        precision="exakt",
        source=table.source,
        published=(rows["year"] + 1).astype(str) + "-07-01",
        published_basis="antagen",
        synthetic="false",
    )


def _clearance(raw: pd.DataFrame, mapping: pd.DataFrame) -> pd.DataFrame:
    handled = raw["handlagda_brott"]
    keys = {name: raw["row_id"].map(mapping[name]) for name in ("indicator", "sex", "group")}
    rows = pd.DataFrame(keys).assign(
        year=raw["year"],
        value=raw["personuppklaringsprocent"].where(handled > 0),
        numerator=raw["personuppklarade_brott"],
        denominator=handled,
        status=(handled > 0).map({True: "A", False: "N"}),
        note=(handled > 0).map({True: "", False: NONE_HANDLED}),
    )
    uncertain = rows["group"].isin(RELATION_GROUPS) & (rows["year"] == 2019) & (handled > 0)
    rows.loc[uncertain, ["status", "note"]] = ["U", RELATION_NOTE]
    return rows


def _missing(absent: pd.DataFrame, mapping: pd.DataFrame) -> pd.DataFrame:
    """Return a row without value for each row of Brå's table that was not transcribed."""
    keys = mapping.loc[absent["row_id"]].reset_index(drop=True)
    nothing = float("nan")
    return keys.assign(
        year=absent["year"], value=nothing, numerator=nothing, denominator=nothing, status="M", note=NOT_TRANSCRIBED
    )


def _prosecution(raw: pd.DataFrame) -> pd.DataFrame:
    chosen = raw[raw["row_id"].isin(PROSECUTION)]
    return pd.DataFrame(
        {
            "indicator": chosen["row_id"].map(PROSECUTION),
            "sex": "T",
            "group": "T",
            "year": chosen["year"],
            "value": chosen["lagforingsprocent"],
            # Brå publishes the share without its denominator, which is not computed backwards.
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
            raise WorkbookError(f"{path}, row {holds.tolist().index(False) + 2}: {message}.")


def write(data: Path) -> Path:
    """Write `observations` to ``data/observations/bra.csv`` and return its path; years imported from Excel stay."""
    path = data / "observations" / "bra.csv"
    rows = observations(data)
    transcribed = set(zip(rows["source"], rows["year"].astype(str), strict=True))
    counts = {c: rows[c].astype("Int64") for c in ["year", "numerator", "denominator"]}
    present = pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame(columns=COLUMNS)
    imported = [(s, y) not in transcribed for s, y in zip(present["source"], present["year"], strict=True)]
    rows = pd.concat([rows.assign(**counts), present[imported]], ignore_index=True)
    rows.to_csv(path, index=False, lineterminator="\n")
    return path


if __name__ == "__main__":
    write(find_workbook().root / "data")
