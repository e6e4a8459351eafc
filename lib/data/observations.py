"""Observations: read from CSV, checked cell by cell and row by row, and filtered to what a report may see."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lib.base.errors import WorkbookError
from lib.base.files import files_in, read_table
from lib.data.catalogue import Catalogue
from lib.data.indicators import PER, UNITS, Indicator

KEY = ["indicator", "year", "region", "sex", "group", "source", "published"]
#: The key without source and date: rows that share it are about the same thing.
SUBJECT = ["indicator", "year", "region", "sex", "group"]

#: Status letters of SDMX's CL_OBS_STATUS, with the words the report uses.
STATUS = {
    "A": "normal",
    "P": "preliminär",
    "E": "beräknad",
    "B": "första värdet efter ett brott i serien",
    "U": "låg tillförlitlighet",
    "Q": "dold för att skydda enskilda",
    "M": "uppgift saknas",
    "L": "mättes inte",
    "N": "kan inte förekomma",
}
WITHOUT_VALUE = ["Q", "M", "L", "N"]
#: 'exakt', or the source's word before an approximate figure, which the text must keep.
PRECISION = ["exakt", "omkring", "drygt", "knappt"]

COLUMNS = [
    "indicator", "year", "region", "sex", "group", "value", "unit", "numerator", "denominator",
    "status", "precision", "source", "published", "published_basis", "note", "synthetic",
]  # fmt: skip
NUMBERS = ["value", "numerator", "denominator"]
UNCOUNTED = "cannot be written in words: give the indicator a numerator and a denominator_unit in data/indicators/"
#: The columns that hold one of a few words: the words, and how a message lists them.
WORDS = {
    "sex": (["T", "K", "M"], "T, K or M"),
    "unit": (list(UNITS), f"one of {', '.join(UNITS)}"),
    "status": (list(STATUS), f"one of {', '.join(STATUS)}"),
    "precision": (PRECISION, f"one of {', '.join(PRECISION)}"),
    "published_basis": (["känd", "antagen"], "känd or antagen"),
    "synthetic": (["true", "false"], "true or false"),
}


class Rule(NamedTuple):
    """A check of a column: in which rows it holds, and what to say of the others."""

    column: str
    holds: pd.Series
    message: str


class Fault(NamedTuple):
    """Something wrong in a cell; ``row`` counts from 0, the header not included."""

    row: int
    column: str
    content: str
    message: str

    def sentence(self, path: Path) -> str:
        """Return the fault as a sentence that names file, row and column."""
        return f"{path}, row {self.row + 2}, column {self.column}: '{self.content}' {self.message}; correct the cell."


def read_observations(catalogue: Catalogue) -> pd.DataFrame:
    """Read all of ``data/observations/*.csv``.

    Returns
    -------
    DataFrame
        One row per observation with the columns `COLUMNS`; ``published`` is a date, ``synthetic`` a bool. Percentages are 0-100.

    Raises
    ------
    WorkbookError
        Names the file, row and column of the first fault.
    """
    folder = catalogue.data / "observations"
    paths = files_in(folder, "*.csv")
    if not paths:
        raise WorkbookError(f"{folder} holds no CSV file; put the observations there.")
    frames = [_read_file(path, catalogue) for path in paths]
    _refuse_duplicates(frames)
    _refuse_lost_series(frames, catalogue)
    _refuse_unmatched_hidden_cells(frames, catalogue)
    table = pd.concat([frame.drop(columns=["file", "row"]) for frame in frames], ignore_index=True)
    return table.assign(published=table["published"].dt.date, synthetic=table["synthetic"] == "true")


def faults(path: Path, catalogue: Catalogue) -> list[str]:
    """Return everything that is wrong in a file of observations, a sentence per fault, in the order of the rows.

    Whether rows make sense together is checked only if every cell of the file can be read.
    """
    return [fault.sentence(path) for fault in _read(path, catalogue)[1]]


def _read_file(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    frame, found = _read(path, catalogue)
    if found:
        raise WorkbookError(found[0].sentence(path))
    return frame.assign(file=path.name, row=frame.index + 2)


def _read(path: Path, catalogue: Catalogue) -> tuple[pd.DataFrame, list[Fault]]:
    """Return a file's rows and their faults; if there is any fault, the rows must not be used.

    Raises
    ------
    WorkbookError
        If the file is named after no family of sources, as a copy is: every one of its rows would be at fault.
    """
    families = {source.family for source in catalogue.sources.values()}
    if path.stem not in families:
        original = next(
            (family for family in sorted(families, key=len, reverse=True) if path.stem.startswith(family)), ""
        )
        copied = f" (a copy of {original}.csv?)" if original else ""
        raise WorkbookError(
            f"{path}: no source in data/sources.yaml is of the family '{path.stem}'{copied}; remove or rename the file."
        )
    text = pd.DataFrame(read_table(path, COLUMNS), columns=COLUMNS, dtype=str)
    frame = text.assign(
        **{name: _numbers(text[name]) for name in ["year", *NUMBERS]}, published=_dates(text["published"])
    )
    found = _broken(_cell_rules(text, frame), text)
    if not found:
        frame["year"] = frame["year"].astype(int)
        meaning = [*_reference_rules(frame, path, catalogue), *_value_rules(frame), *_count_rules(frame)]
        found = _broken(meaning, text)
    return frame, found


def _broken(rules: list[Rule], text: pd.DataFrame) -> list[Fault]:
    found = [
        Fault(row, rule.column, str(text[rule.column][row]), rule.message)
        for rule in rules
        for row in text.index[~rule.holds.astype(bool)]
    ]
    return sorted(found, key=lambda fault: fault.row)


def _numbers(column: pd.Series) -> pd.Series:
    """Return numbers, NaN where a cell is not a plain one: pandas would also accept " 2022", 2_022, 0x7e6 and 1e999."""
    form = r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?"
    numbers = pd.to_numeric(column.where(column.str.fullmatch(form)), errors="coerce").astype(float)
    return numbers.where(numbers.abs() != float("inf"))


def _dates(column: pd.Series) -> pd.Series:
    dated = column.where(column.str.fullmatch(r"(19|20)\d\d-\d\d-\d\d"))
    return pd.to_datetime(dated, format="%Y-%m-%d", errors="coerce").astype("datetime64[ns]")


def _cell_rules(text: pd.DataFrame, frame: pd.DataFrame) -> list[Rule]:
    """Return the rules for single cells, which do not depend on other cells."""
    number = "must be a number with a decimal point and no spaces"
    year, four_digits = frame["year"], text["year"].str.fullmatch("[0-9]{4}")
    return [
        *(Rule(name, (text[name] == "") | frame[name].notna(), number) for name in NUMBERS),
        Rule("year", four_digits, number),
        Rule("published", frame["published"].notna(), "must be a date such as 2023-05-30"),
        Rule("indicator", text["indicator"].str.fullmatch("[a-z0-9][a-z0-9_]*"), "must be an id of a-z, 0-9 and _"),
        Rule("year", ~four_digits | year.between(1990, 2100), "must be a year such as 2022"),
        Rule("region", text["region"] != "", "must be a region code from data/regions.csv"),
        Rule("group", text["group"] != "", "must be a group code, T for all"),
        *(Rule(name, ~(frame[name] < 0), "must be a number from 0 up") for name in ("numerator", "denominator")),
        Rule("source", text["source"] != "", "must be a source from data/sources.yaml"),
        *(Rule(name, text[name].isin(words), f"must be {said}") for name, (words, said) in WORDS.items()),
    ]


def _reference_rules(frame: pd.DataFrame, path: Path, catalogue: Catalogue) -> list[Rule]:
    indicators = frame["indicator"].map(catalogue.indicators)
    known = indicators.notna()
    units = indicators.map(lambda i: getattr(i, "unit", None))
    families = frame["source"].map({i: source.family for i, source in catalogue.sources.items()})
    here = f"is no source of the family '{path.stem}', which this file is for"
    return [
        Rule("indicator", known, "is not in data/indicators/"),
        Rule("source", frame["source"].isin(catalogue.sources), "is not in data/sources.yaml"),
        Rule("source", families == path.stem, here),
        Rule("region", frame["region"].isin(catalogue.region_names), "is not in data/regions.csv"),
        Rule("unit", frame["unit"] == units, "is not the indicator's unit"),
        Rule("denominator", frame["denominator"].isna() | indicators.map(_says_what_is_counted), UNCOUNTED),
        Rule("group", ~known | _known_groups(frame, indicators), "is not among the indicator's groups"),
        _synthetic_rule(frame, catalogue),
        Rule("published", frame["published"].dt.year >= frame["year"], "lies before the year that is measured"),
    ]


def _says_what_is_counted(indicator: object) -> bool:
    """Return whether counts of an indicator can be written in words: 65 personuppklarade brott of 491 handlagda brott."""
    if not isinstance(indicator, Indicator) or indicator.annex_only or indicator.unit != "procent":
        return True
    return bool(indicator.numerator and indicator.denominator_unit)


def _synthetic_rule(frame: pd.DataFrame, catalogue: Catalogue) -> Rule:
    """Rows are either all invented or all real, as the data folder's county is."""
    if catalogue.identity.synthetic:
        return Rule("synthetic", frame["synthetic"] == "true", "must be true in the data folder of an invented county")
    return Rule(
        "synthetic", frame["synthetic"] != "true", "is for an example workbook; a real one holds no invented row"
    )


def _value_rules(frame: pd.DataFrame) -> list[Rule]:
    value, unit = frame["value"], frame["unit"]
    empty = frame["status"].isin(WITHOUT_VALUE)
    return [
        Rule("value", value.isna() == empty, "must be empty exactly when the status is Q, M, L or N"),
        Rule("value", (unit != "procent") | value.isna() | value.between(0, 100), "must be a percentage from 0 to 100"),
        Rule("value", (unit != "index_0_10") | value.isna() | value.between(0, 10), "must be an index from 0 to 10"),
        Rule("value", ~((unit == "antal") & (value < 0)), "must be a count from 0 up"),
        Rule("value", ~(unit.isin(PER) & (value < 0)), "must be a rate from 0 up"),
    ]


def _count_rules(frame: pd.DataFrame) -> list[Rule]:
    value, numerator, denominator = (frame[name] for name in ("value", "numerator", "denominator"))
    whole = ((frame[["numerator", "denominator"]] % 1).fillna(0) == 0).all(axis=1)
    unreported = frame["status"].isin(["Q", "M", "L"]) & (numerator.notna() | denominator.notna())
    share = (frame["unit"] == "procent") & value.notna()
    ratio = 100 * numerator / denominator.where(denominator > 0)
    return [
        Rule("numerator", whole, "must be a whole number, as the denominator must"),
        Rule("numerator", ~unreported, "must be empty where the value is hidden or missing"),
        Rule("numerator", ~(numerator > denominator), "must not exceed the denominator"),
        Rule("denominator", ~(share & (denominator == 0)), "must be above zero where there is a share"),
        Rule("value", ~(share & ((value - ratio).abs() > 0.5)), "does not agree with numerator/denominator"),
    ]


def _known_groups(frame: pd.DataFrame, indicators: pd.Series) -> pd.Series:
    pairs = (
        (group, i) if isinstance(i, Indicator) else ("T", i)
        for group, i in zip(frame["group"], indicators, strict=True)
    )
    return pd.Series([group == "T" or group in i.group_codes for group, i in pairs], index=frame.index)


def _refuse_duplicates(frames: list[pd.DataFrame]) -> None:
    rows = pd.concat(frames, ignore_index=True)
    twice = rows[rows.duplicated(KEY, keep=False)]
    if len(twice):
        first = twice.iloc[0]
        same = twice[(twice[KEY] == first[KEY]).all(axis=1)].iloc[1]
        raise WorkbookError(
            f"{same['file']}, row {same['row']}: the same observation is already in {first['file']}, row {first['row']} "
            f"(same {', '.join(KEY)}); remove one of them."
        )


def _refuse_lost_series(frames: list[pd.DataFrame], catalogue: Catalogue) -> None:
    """Refuse if an indicator's series has no row: a file that is gone would look like missing data.

    A development indicator may be waiting for its first figures, and one in the data annex alone is shown nowhere.
    """
    rows = pd.concat(frames, ignore_index=True)
    held = set(zip(rows["indicator"], rows["source"].map(lambda s: catalogue.sources[s].family), strict=True))
    for indicator in catalogue.indicators.values():
        waits = indicator.annex_only or indicator.kinds[-1].kind == "utvecklingsindikator"
        if indicator.family and not waits and (indicator.id, indicator.family) not in held:
            raise WorkbookError(
                f"{catalogue.data / 'observations'}: there is no row of {indicator.id} from a source of the family "
                f"'{indicator.family}', where its series comes from; restore the file, or remove 'family' in data/indicators/."
            )


def _refuse_unmatched_hidden_cells(frames: list[pd.DataFrame], catalogue: Catalogue) -> None:
    """Refuse a hidden cell that matches no figure: a misspelling there would leave the figure visible."""
    subjects = set(pd.concat(frames)[SUBJECT].itertuples(index=False, name=None))
    for cell in catalogue.hidden_cells:
        subject = tuple(getattr(cell, name) for name in SUBJECT)
        protects = catalogue.policies[catalogue.indicators[cell.indicator].disclosure].county is not None
        if subject not in subjects or not protects:
            raise WorkbookError(
                f"data/disclosure.yaml, hidden_cells: {', '.join(map(str, subject))} is no figure of a protected indicator; "
                "correct the cell or remove it."
            )


def as_of(observations: pd.DataFrame, year: int, cut_off: date) -> pd.DataFrame:
    """Return the rows a report may see: measured in or before ``year`` and published by ``cut_off``.

    A later publication therefore never changes an earlier report.
    """
    return observations[(observations["year"] <= year) & (observations["published"] <= cut_off)]
