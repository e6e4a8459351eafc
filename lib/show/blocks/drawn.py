"""Figures that a notebook draws with matplotlib or seaborn, in the frame of the report's figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from lib.analysis.tidy import COLUMNS, NAMES
from lib.analysis.value import Value
from lib.analysis.view import View
from lib.base.errors import WorkbookError
from lib.base.swedish import join, lower_first, number, period, upper_first
from lib.show import prose, tables
from lib.show.blocks import given as givens
from lib.show.blocks.block import Block
from lib.show.blocks.dataframes import Grid
from lib.show.blocks.frame import LONGEST_ALT, basis, check_alt, mark
from lib.show.blocks.given import YEARS, Given, heading

FORMS = {"line": "Linjediagram", "bar": "Stapeldiagram", "dot": "Punktdiagram"}
#: The most rows or lines that a computed alt text names one by one; of more, it names the highest and the lowest.
MOST_NAMED = 8
COMPUTED = "Beräknat i kapitlet ur källans tal."
#: Columns that count what a value is a share of.
PARTS = ("numerator", "denominator")


def figure(
    view: View, drawn: Any, given: Given, *, name: str, caption: str, alt: str | None, more: Sequence[str] = ()
) -> tuple[Block, str]:
    """Return a drawn figure in its frame, and the alt text that was computed for it (empty if ``alt`` is given).

    Parameters
    ----------
    drawn : Axes, Figure, FacetGrid or Plot
        It is fitted to the report, so it cannot be used afterwards.
    given : Given
        The rows that are drawn.
    more : sequence of str
        Numbers that the caption may say although they are not in the data.

    Raises
    ------
    WorkbookError
        If the figure draws a value that the data does not have, the caption says one, or the alt text is missing for a form for which
        it cannot be computed, or does not describe the figure.
    """
    from lib.show.charts import adapt, marks, svg  # slow to import, and many chapters draw nothing

    figure = adapt.figure_of(drawn)
    try:
        givens.check_numbers(caption, given, more, f"The caption of the figure {name}")
        if given.data.empty:
            return Block("", ""), ""
        found = marks.read(figure, len(given.data))
        column = _column(given, found.values, name)
        computed = "" if alt is not None else describe(given, found.form, column, name)
        text = alt if alt is not None else computed
        _check(name, text, caption, given)
        adapt.prepare(figure, _words(given))
        wide = svg(figure, mark(view))
        adapt.reflow(figure)
        drawings = wide, svg(figure, mark(view))
    finally:
        adapt.close(figure)
    table, derived, columns = _table(view, given, name)
    notes = [*givens.notes(view, given), _basis(given, column)]
    parts = name, caption, givens.source_line(given), *drawings, text, Markup(table), [note for note in notes if note]
    facts = givens.facts(view, given, f"figur {name}", derived | _amounts_said(computed))
    html = str(tables.fragments().figure(*parts))
    return Block(html, f"[Figur: {text}]", facts, {f"figur-{name}": givens.csv(given, columns)}), computed


def _amounts_said(computed: str) -> dict[str, float]:
    """Return the numbers of lines or values that a computed alt text says."""
    return {word: float(amount) for amount, word in re.findall(r"\b(\d+) (linjer|värden)\b", computed)}


def _check(name: str, alt: str, caption: str, given: Given) -> None:
    try:
        check_alt(name, alt, caption, [*given.amounts, len(given.data)])
    except ValueError as error:
        raise WorkbookError(str(error)) from None


def _column(given: Given, drawn: Sequence[float], name: str) -> Any:
    """Return the column that is drawn; None if several are, or if the values of such a figure cannot be read."""
    numbers = {column: {_rounded(x) for x in given.data[column]} for column in given.numeric}
    wanted = {_rounded(value) for value in drawn}
    ordered = sorted(numbers, key=lambda column: column != "value")
    for column in ordered if wanted else ():
        if wanted <= numbers[column]:
            return column
    known = set().union(*numbers.values())
    if strange := [value for value in drawn if _rounded(value) not in known]:
        raise WorkbookError(
            f"The figure {name} draws {strange[0]:g}, which its data does not have; give data= the rows that are drawn, with computed values as a column."
        )
    return None


def _rounded(value: Any) -> str:
    return f"{float(value):.6g}"


def _words(given: Given) -> dict[str, str]:
    """Return what to write for the columns' names: units for numbers, nothing for what a label says by itself."""
    return {str(c): heading(given, c) if c in given.numeric else "" for c in given.data.columns}


def _basis(given: Given, column: Any) -> str:
    """Return the line on the unit and N of what is drawn."""
    if not given.values:
        return ""
    if column in PARTS:
        return f"Enhet: antal {lower_first(heading(given, column))}."
    if column is None or (given.by_row and column == "value"):
        return basis(given.values)
    return f"Enhet: {lower_first(heading(given, column))}. {COMPUTED}"


class _Row(NamedTuple):
    """A row as an alt text says it: what it is about, its year and its number."""

    name: str
    year: int | None
    amount: float
    text: str


def describe(given: Given, form: str | None, column: Any, name: str) -> str:
    """Return an alt text in Swedish for lines, bars or dots: form, unit, what about, and the ends of lines or the highest and lowest.

    Raises
    ------
    WorkbookError
        For a figure of another form.
    """
    if form is None or column is None:
        raise WorkbookError(
            f'The figure {name} is not only lines, bars or dots of one column, so its alt text cannot be computed; write alt="…": at least 20 characters, what the figure shows.'
        )
    rows = _rows(given, column)
    subjects = {v.indicator.subject for v in given.values} - {None}
    years = sorted({row.year for row in rows if row.year is not None})
    over = f", över {subjects.pop()}" if len(subjects) == 1 and column == "value" else ""
    span = f", {period(years[0], years[-1])}" if years else ""
    word = "över antal" if column in PARTS else "i" if column == "value" else "över"
    by = "" if given.by_row else f" efter {join(lower_first(heading(given, c)) for c in _naming(given, column))}"
    unit = f"{word} {lower_first(heading(given, column))}{by}"
    said = _lines(rows) if form == "line" and len(years) > 1 else _each(rows, len(years) > 1)
    text = f"{FORMS[form]} {unit}{span}{over}. {upper_first(said)}."
    # Names from data may be of any length; nobody can listen to them all.
    return text if len(text) <= LONGEST_ALT else f"{text[: LONGEST_ALT - 2].rpartition(' ')[0]} …"


def _rows(given: Given, column: Any) -> list[_Row]:
    data = given.data
    naming = _naming(given, column)
    year = next((c for c in data.columns if str(c) in YEARS), None)
    found = []
    for place, row in enumerate(data.to_dict("records")):
        amount = row[column]
        if pd.isna(amount):
            continue
        value = given.values[place] if given.by_row and column == "value" else None
        text = prose.short(value) if value else _number(amount)
        words = ", ".join(_number(row[c]) if c in given.numeric else str(row[c]) for c in naming)
        found.append(_Row(words, int(row[year]) if year is not None else None, float(amount), text))
    return found


def _naming(given: Given, column: Any = None) -> list[Any]:
    """Return the columns that say what each row is about, where rows differ; a column of the chapter's instead of the one it rewords."""
    data = given.data
    words = [c for c in data.columns if c not in given.numeric and str(c) not in YEARS and data[c].nunique() > 1]
    if not given.by_row:
        return words or [c for c in given.numeric if c != column][:1]
    naming = [c for c in words if c in NAMES]
    for more in (c for c in words if c not in COLUMNS):
        naming = [more if _same_groups(data, c, more) else c for c in naming]
    return list(dict.fromkeys(naming))


def _same_groups(data: pd.DataFrame, one: Any, other: Any) -> bool:
    pairs = data[[one, other]].drop_duplicates()
    return bool(pairs[one].is_unique and pairs[other].is_unique)


def _number(amount: float) -> str:
    return number(amount, 0 if float(amount).is_integer() else 1)


def _lines(rows: Sequence[_Row]) -> str:
    """Write the first and the last value of each line."""
    lines: dict[str, list[_Row]] = {}
    for row in sorted(rows, key=lambda row: row.year or 0):
        lines.setdefault(row.name, []).append(row)
    if len(lines) > MOST_NAMED:
        last = max(row.year or 0 for row in rows)
        return f"{len(lines)} linjer. {_extremes([row for row in rows if row.year == last], years=True)}"
    parts = []
    for name, line in lines.items():
        ends = [line[0], line[-1]] if len(line) > 1 else line
        parts.append(_named(name, ", ".join(f"{row.text} år {row.year}" for row in ends)))
    return "; ".join(parts)


def _each(rows: Sequence[_Row], years: bool) -> str:
    if len(rows) > MOST_NAMED:
        return f"{len(rows)} värden. {_extremes(rows, years)}"
    return "; ".join(_named(row.name, row.text + (f" år {row.year}" if years else "")) for row in rows)


def _extremes(rows: Iterable[_Row], years: bool) -> str:
    ordered = sorted(rows, key=lambda row: row.amount)
    parts = []
    for word, end in (("högst", ordered[-1].amount), ("lägst", ordered[0].amount)):
        same = [row for row in ordered if row.amount == end]
        who = join(dict.fromkeys(row.name for row in same if row.name)) if len(same) <= 3 else f"{len(same)} värden"
        parts.append(_named(f"{word} {who}".strip(), same[0].text + (f" år {same[0].year}" if years else "")))
    return upper_first("; ".join(parts))


def _named(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text


def _table(view: View, given: Given, name: str) -> tuple[str, dict[str, float], list[Any]]:
    """Return the figure's numbers as a table, the numbers among them that are not values of `chapter.data`, and their columns."""
    grid = Grid(given)
    years = sorted({value.year for value in given.values})
    derived = list(grid.derived_columns)
    title = _title(view, given)
    if not given.by_row:
        return grid.html(f"{name}-figur", title, []), grid.derived, derived
    kept = _naming(given)
    if derived or len(years) < 2:
        shown = [*kept, *(c for c in given.data.columns if str(c) in YEARS and len(years) > 1), "value", *derived]
        grid_rows = [[row[list(given.data.columns).index(c)] for c in shown] for row in grid.rows]
        return _html(name, title, [heading(given, c) for c in shown], grid_rows, len(kept)), grid.derived, derived
    rows: dict[tuple[str, ...], dict[int, Value]] = {}
    for value, words in zip(given.values, given.data[kept].itertuples(index=False, name=None), strict=True):
        rows.setdefault(tuple(map(str, words)), {})[value.year] = value
    headings = [*(heading(given, c) for c in kept), *map(str, years)] if kept else ["Område", *map(str, years)]
    cells = [
        [*(words or (given.values[0].area,)), *(tables.value_cell(by_year.get(year)) for year in years)]
        for words, by_year in rows.items()
    ]
    return _html(name, title, headings, cells, len(kept)), grid.derived, derived


def _title(view: View, given: Given) -> str:
    """Return the caption of the table of the figure's numbers; before it stands "Siffrorna i figur 3.1"."""
    indicators = {value.indicator.id: value.indicator for value in given.values}
    if not given.by_row:
        return f"{upper_first(join(lower_first(heading(given, c)) for c in given.data.columns))}."
    if len(indicators) == 1:
        return prose.caption(view.finding(next(iter(indicators))))
    units = {upper_first(prose.unit(indicator).name) for indicator in indicators.values()}
    counted = {f", med {i.numerator} av {i.denominator_unit}" if i.numerator else "" for i in indicators.values()}
    return f"{join(sorted(units))}{counted.pop() if len(counted) == 1 else ''}."


def _html(name: str, title: str, headings: Sequence[str], rows: list[list[Any]], texts: int) -> str:
    """Return a table whose first columns, as many as ``texts``, hold text."""
    numeric, groups = [place >= texts for place in range(len(headings))], [tables.Group("", rows)]
    return tables.html_table(f"{name}-figur", caption=title, columns=headings, groups=groups, numeric=numeric)
