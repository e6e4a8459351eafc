"""The figures: read, checked row by row, and seen as they stood at a report's cut-off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from lib.base.errors import WorkbookError
from lib.base.files import read_table
from lib.data.catalogue import Catalogue
from lib.data.records import Indicator

KEY = ["indicator", "year", "region", "sex", "group", "source", "published"]
#: What one figure is about; two rows that share it speak of the same thing.
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
#: 'exakt', or the word that the source puts before an approximate figure and that the text must keep.
PRECISION = ["exakt", "omkring", "drygt", "knappt"]


def _column(kind: type, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(kind, list(checks), nullable=nullable)


SCHEMA = pa.DataFrameSchema(
    {
        "indicator": _column(str, pa.Check.str_matches(r"^[a-z0-9][a-z0-9_]*$", error="an id of a-z, 0-9 and _")),
        "year": _column(int, pa.Check.in_range(1990, 2100, error="a year such as 2022")),
        "region": _column(str, pa.Check.str_length(min_value=1, error="a region code from data/regions.csv")),
        "sex": _column(str, pa.Check.isin(["T", "K", "M"], error="T, K or M")),
        "group": _column(str, pa.Check.str_length(min_value=1, error="a group code, T for all")),
        "value": _column(float, nullable=True),
        "unit": _column(str, pa.Check.isin(["procent", "antal", "index_0_10"], error="procent, antal or index_0_10")),
        "numerator": _column(float, pa.Check.ge(0, error="a number from 0 up"), nullable=True),
        "denominator": _column(float, pa.Check.ge(0, error="a number from 0 up"), nullable=True),
        "status": _column(str, pa.Check.isin(list(STATUS), error=f"one of {', '.join(STATUS)}")),
        "precision": _column(str, pa.Check.isin(PRECISION, error=f"one of {', '.join(PRECISION)}")),
        "source": _column(str, pa.Check.str_length(min_value=1, error="a source from data/sources.yaml")),
        "published": _column("datetime64[ns]"),
        "published_basis": _column(str, pa.Check.isin(["känd", "antagen"], error="känd or antagen")),
        "note": _column(str),
        "synthetic": _column(str, pa.Check.isin(["true", "false"], error="true or false")),
    },
    strict=True,
    ordered=True,
)
COLUMNS = list(SCHEMA.columns)
#: Told of a fault: file, row from 0, column, content, what is wrong.
Told = Callable[[Path, int, str, object, str], None]
NUMBERS = ["value", "numerator", "denominator"]


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
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise WorkbookError(f"{folder} holds no CSV file; put the observations there.")
    frames = [_read_file(path, catalogue) for path in paths]
    _refuse_duplicates(frames)
    _refuse_lost_series(frames, catalogue)
    _refuse_idle_cells(frames, catalogue)
    table = pd.concat([frame.drop(columns=["file", "row"]) for frame in frames], ignore_index=True)
    return table.assign(published=table["published"].dt.date, synthetic=table["synthetic"] == "true")


def faults(path: Path, catalogue: Catalogue) -> list[str]:
    """Return everything that is wrong with a file of observations, a sentence each, in the order of its rows.

    What a row means is only looked at where every cell of the file can be read.
    """
    found: list[tuple[int, str]] = []

    def note(path: Path, index: int, column: str, content: object, message: str) -> None:
        found.append((index, _sentence(path, index, column, content, message)))

    text = pd.DataFrame(read_table(path, COLUMNS), columns=COLUMNS, dtype=str)
    frame = _typed(text, path, note)
    if not found:
        _check_rows(frame, text, path, catalogue, note)
    return [sentence for _, sentence in sorted(found)]


def _read_file(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    text = pd.DataFrame(read_table(path, COLUMNS), columns=COLUMNS, dtype=str)
    frame = _typed(text, path, _fault)
    _check_rows(frame, text, path, catalogue, _fault)
    return frame.assign(file=path.name, row=frame.index + 2)


def _typed(text: pd.DataFrame, path: Path, told: Told) -> pd.DataFrame:
    frame = text.copy()
    for column in [*NUMBERS, "year"]:
        frame[column] = _numbers(text[column], path, column, told)
    frame["year"] = frame["year"].fillna(0).astype(int)
    frame["published"] = _dates(text["published"], path, told)
    try:
        SCHEMA.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        for _, case in error.failure_cases.dropna(subset=["index"]).sort_values("index").iterrows():
            told(
                path, case["index"], case["column"], text.loc[case["index"], case["column"]], f"must be {case['check']}"
            )
    return frame


def _numbers(column: pd.Series, path: Path, name: str, told: Told) -> pd.Series:
    # pandas would take " 2022", 2_022 and 0x7e6 as well.
    form = r"[0-9]{4}" if name == "year" else r"(?:-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?)?"
    numbers = pd.to_numeric(column.where(column.str.fullmatch(form)), errors="coerce")
    wrong = ~column.str.fullmatch(form) | (numbers.abs() == float("inf"))
    for row in column.index[wrong]:
        told(path, row, name, column[row], "must be a number with a decimal point and no spaces")
    return numbers.where(~wrong).astype(float)


def _dates(column: pd.Series, path: Path, told: Told) -> pd.Series:
    dates = pd.to_datetime(
        column.where(column.str.fullmatch(r"(19|20)\d\d-\d\d-\d\d")), format="%Y-%m-%d", errors="coerce"
    )
    dates = dates.astype("datetime64[ns]")
    for row in column.index[dates.isna()]:
        told(path, row, "published", column[row], "must be a date such as 2023-05-30")
    return dates


Rule = tuple[str, pd.Series, str]


def _check_rows(frame: pd.DataFrame, text: pd.DataFrame, path: Path, catalogue: Catalogue, told: Told) -> None:
    """Check what a column alone cannot tell; a rule is a column, where it holds, and what is wrong elsewhere."""
    for column, holds, message in [
        *_reference_rules(frame, path, catalogue),
        *_value_rules(frame),
        *_count_rules(frame),
    ]:
        for row in frame.index[~holds.astype(bool)]:
            told(path, row, column, text.loc[row, column], message)


def _reference_rules(frame: pd.DataFrame, path: Path, catalogue: Catalogue) -> list[Rule]:
    indicators = frame["indicator"].map(catalogue.indicators)
    known = indicators.notna()
    units = indicators.map(lambda i: getattr(i, "unit", None))
    families = frame["source"].map({i: source.family for i, source in catalogue.sources.items()})
    here = f"is no source of the family '{path.stem}', which this file is for"
    return [
        ("indicator", known, "is not in data/indicators/"),
        ("source", frame["source"].isin(catalogue.sources), "is not in data/sources.yaml"),
        ("source", families == path.stem, here),
        ("region", frame["region"].isin(catalogue.region_names), "is not in data/regions.csv"),
        ("unit", frame["unit"] == units, "is not the indicator's unit"),
        ("group", ~known | _known_groups(frame, indicators), "is not among the indicator's groups"),
        _synthetic_rule(frame, catalogue),
        ("published", frame["published"].dt.year >= frame["year"], "lies before the year that is measured"),
    ]


def _synthetic_rule(frame: pd.DataFrame, catalogue: Catalogue) -> Rule:
    """An invented row may stand only where every row is invented, and none is passed off as real."""
    if catalogue.identity.synthetic:
        return "synthetic", frame["synthetic"] == "true", "must be true in the data folder of an invented county"
    return "synthetic", frame["synthetic"] != "true", "is for an example workbook; a real one holds no invented row"


def _value_rules(frame: pd.DataFrame) -> list[Rule]:
    value, unit = frame["value"], frame["unit"]
    empty = frame["status"].isin(WITHOUT_VALUE)
    return [
        ("value", value.isna() == empty, "must be empty exactly when the status is Q, M, L or N"),
        ("value", (unit != "procent") | value.isna() | value.between(0, 100), "must be a percentage from 0 to 100"),
        ("value", (unit != "index_0_10") | value.isna() | value.between(0, 10), "must be an index from 0 to 10"),
        ("value", ~((unit == "antal") & (value < 0)), "must be a count from 0 up"),
    ]


def _count_rules(frame: pd.DataFrame) -> list[Rule]:
    value, numerator, denominator = (frame[name] for name in ("value", "numerator", "denominator"))
    whole = ((frame[["numerator", "denominator"]] % 1).fillna(0) == 0).all(axis=1)
    silent = frame["status"].isin(["Q", "M", "L"]) & (numerator.notna() | denominator.notna())
    share = (frame["unit"] == "procent") & value.notna()
    ratio = 100 * numerator / denominator.where(denominator > 0)
    return [
        ("numerator", whole, "must be a whole number, as the denominator must"),
        ("numerator", ~silent, "must be empty where the value is hidden or missing"),
        ("numerator", ~(numerator > denominator), "must not exceed the denominator"),
        ("denominator", ~(share & (denominator == 0)), "must be above zero where there is a share"),
        ("value", ~(share & ((value - ratio).abs() > 0.5)), "does not agree with numerator/denominator"),
    ]


def _known_groups(frame: pd.DataFrame, indicators: pd.Series) -> pd.Series:
    pairs = (
        (group, i) if isinstance(i, Indicator) else ("T", i)
        for group, i in zip(frame["group"], indicators, strict=True)
    )
    return pd.Series([group == "T" or group in i.group_codes for group, i in pairs], index=frame.index)


def _sentence(path: Path, index: int, column: str, content: object, message: str) -> str:
    return f"{path}, row {index + 2}, column {column}: '{content}' {message}; correct the cell."


def _fault(path: Path, index: int, column: str, content: object, message: str) -> None:
    raise WorkbookError(_sentence(path, index, column, content, message))


def _refuse_duplicates(frames: list[pd.DataFrame]) -> None:
    rows = pd.concat(frames, ignore_index=True)
    twice = rows[rows.duplicated(KEY, keep=False)]
    if len(twice):
        first = twice.iloc[0]
        same = twice[(twice[KEY] == first[KEY]).all(axis=1)].iloc[1]
        raise WorkbookError(
            f"{same['file']}, row {same['row']}: the same observation already stands in {first['file']}, row {first['row']} "
            f"(same {', '.join(KEY)}); remove one of them."
        )


def _refuse_lost_series(frames: list[pd.DataFrame], catalogue: Catalogue) -> None:
    """A file that is gone would pass for missing data, so each series the indicators name must have rows."""
    rows = pd.concat(frames, ignore_index=True)
    held = set(zip(rows["indicator"], rows["source"].map(lambda s: catalogue.sources[s].family), strict=True))
    for indicator in catalogue.indicators.values():
        if indicator.family and (indicator.id, indicator.family) not in held:
            raise WorkbookError(
                f"{catalogue.data / 'observations'}: there is no row of {indicator.id} from a source of the family "
                f"'{indicator.family}', where its series comes from; restore the file, or remove 'family' in data/indicators/."
            )


def _refuse_idle_cells(frames: list[pd.DataFrame], catalogue: Catalogue) -> None:
    """A cell that is to be hidden but matches no figure is a slip of the pen that would leave the figure to be seen."""
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
    """Return the rows a report may see: measured up to its ``year`` and published up to its ``cut_off``.

    A later publication therefore never changes an earlier report.
    """
    return observations[(observations["year"] <= year) & (observations["published"] <= cut_off)]


def newest(observations: pd.DataFrame) -> pd.DataFrame:
    """Keep, of rows about the same thing, the one published last; sorted by indicator, region, group, sex and year."""
    ordered = observations.sort_values([*SUBJECT, "published", "source"])
    return ordered.drop_duplicates(SUBJECT, keep="last").reset_index(drop=True)


def disagreements(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of subjects for which different values have been published, oldest publication first."""
    values = observations.dropna(subset=["value"])
    differ = values.groupby(SUBJECT)["value"].transform("nunique") > 1
    return values[differ].sort_values([*SUBJECT, "published"])
