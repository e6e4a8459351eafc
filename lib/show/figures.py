"""What a chapter does with figures: indicators by their ids, values as DataFrames, and what a notebook draws or tabulates itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from lib.analysis import tidy
from lib.analysis.known import Known
from lib.analysis.view import View
from lib.base.errors import WorkbookError
from lib.show.blocks import dataframes, dots, drawn, indicators, lines
from lib.show.blocks.block import Block
from lib.show.blocks.frame import NUMBERS
from lib.show.blocks.given import Given, check_name
from lib.show.blocks.given import read as read_given
from lib.show.fields import Filled, fill


class Figures:
    """The methods of a chapter that show figures or give them to pandas; `lib.chapter.Chapter` has the rest."""

    view: View

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._shown: set[str] = set()

    def _show(self, shown: Block) -> None:
        raise NotImplementedError

    def _tell(self, message: str) -> None:
        raise NotImplementedError

    def indicator(self, identifier: str) -> None:
        """Show an indicator: definition, newest figures in words, table with source, and how to read it."""
        self._show(indicators.card(self.view, identifier, said=self._said))
        self._shown.add(identifier)
        indicator = self.view.catalogue.indicator(identifier)
        self._said |= {indicator.definition, indicators.reading(self.view, indicator)}

    def other_indicators(self) -> None:
        """Show the goal's indicators that have figures and that the chapter has not shown by name, so that none is forgotten."""
        for indicator in self.view.indicators(self.view.goal.id):
            if indicator.id not in self._shown and self.view.finding(indicator.id).values:
                self.indicator(indicator.id)
                self.figure(indicator.id)

    def figure(
        self,
        *shown: Any,
        name: str | None = None,
        split: bool = False,
        data: Any = None,
        caption: str | None = None,
        alt: str | None = None,
        rows: pd.DataFrame | None = None,
        source: str | None = None,
    ) -> None:
        """Show a chart: of one indicator as lines over years, of several as dots for the newest year, or one that you have drawn.

        Parameters
        ----------
        shown : str, or Axes, Figure, FacetGrid or Plot
            Ids of indicators, or what seaborn or matplotlib returned.
        name, split
            The figure's address, in small letters; whether to show the parts of an indicator (sexes, groups).
        data : DataFrame
            The rows that are drawn, from `data` (or with a ``source``); they become the table under the figure.
        caption : str
            What the figure shows, as a sentence; its numbers must be in ``data``, or fields: ``{mhv_tillfragade.change}``.
        alt : str, optional
            The alt text. Without one, it is computed for lines, bars and dots, and printed for you to read.
        rows, source
            Where ``data`` is from, as in `table`.

        Raises
        ------
        WorkbookError
            If something is missing, or the figure or a text says a number that ``data`` does not have.
        """
        if not shown or isinstance(shown[0], str):
            if len(shown) == 1 and not split:
                self._show(lines.line_figure(self.view, shown[0]))
            else:
                self._show(dots.dot_figure(self.view, shown, name=name or "-".join(shown), split=split))
        else:
            self._figure(shown[0], data, rows, source, name, caption, alt)

    def _figure(
        self,
        shown: Any,
        data: Any,
        rows: Any,
        source: str | None,
        name: str | None,
        caption: str | None,
        alt: str | None,
    ) -> None:
        call = "chapter.figure(ax, data=df, name=…, caption=…)"
        given, said = self._given(data, rows, source, caption, call)
        anchor, more = check_name(name, call), NUMBERS.findall(said.inserted)
        figure, computed = drawn.figure(self.view, shown, given, name=anchor, caption=said.text, alt=alt, more=more)
        self._show(replace(figure, facts=figure.facts + said.facts) if figure.html else figure)
        if not figure.html:
            self._tell(f"The figure {anchor} is not shown: its data has no rows.")
        if computed:
            self._tell(
                f"Alt text of {anchor}, computed; write alt=… if it does not say what the figure shows: {computed}"
            )

    def table(
        self,
        *shown: Any,
        name: str,
        caption: str,
        rows: pd.DataFrame | None = None,
        source: str | None = None,
        numeric: Sequence[Any] | None = None,
    ) -> None:
        """Show a table: one row per indicator with years as columns, or a DataFrame that you have made.

        Parameters
        ----------
        shown : str or DataFrame
            Ids of indicators, or a table made of what `data` returned: ``chapter.table(df, name="…", caption="…")``.
        name : str
            Part of the table's address: small letters, digits, hyphens.
        caption : str
            What is shown, for whom and in which unit; it may have fields (`lib.show.fields`).
        rows : DataFrame, optional
            The rows of `data` that the table was computed from, where pandas has lost them (after ``groupby``, say).
        source : str, optional
            An id of data/sources.yaml, for figures that did not come from `data`.
        numeric : sequence, optional
            The columns to align to the right; without it, those of numbers.

        Raises
        ------
        WorkbookError
            If something is missing, or the caption says a number that the data does not have.
        """
        if not shown or isinstance(shown[0], str):
            self._shown |= set(shown)
            self._show(indicators.overview(self.view, shown, name=name, caption=caption))
            return
        call = "chapter.table(df, name=…, caption=…)"
        given, said = self._given(shown[0], rows, source, caption, call)
        anchor, more = check_name(name, call), NUMBERS.findall(said.inserted)
        table = dataframes.table(self.view, given, name=anchor, caption=said.text, more=more, numeric=numeric)
        self._show(replace(table, facts=table.facts + said.facts))

    def data(
        self,
        *identifiers: str,
        regions: str | Iterable[str] | None = None,
        units: bool = False,
        wide: str | None = None,
    ) -> pd.DataFrame:
        """Return the values of indicators as a tidy DataFrame, protected and as of the cut-off: one row per value.

        Columns: indicator, title, year, region, region_name, sex, group, label (sex or group in Swedish), value, unit, numerator,
        denominator, low, high (95 per cent interval), status, source, published (`lib.analysis.tidy`).

        Parameters
        ----------
        identifiers : str
            Ids of indicators.
        regions : str or iterable of str, optional
            Only these regions, by name or code; ``"home"`` is the county or its police region, ``"country"`` the country. Otherwise both.
        units : bool
            Also the municipalities and districts.
        wide : str, optional
            A column, such as ``"year"``, whose contents become columns: a pivot of ``value``.
        """
        set_style()
        found = tidy.tidy(self.view, identifiers, regions, units=units)
        return found if wide is None else tidy.widened(found, wide)

    @property
    def known(self) -> Known:
        """What the chapter knows apart from figures, as DataFrames: goals, indicators, plan, statements, gaps."""
        return Known(self.view)

    def _given(self, shown: Any, rows: Any, source: str | None, caption: str | None, call: str) -> tuple[Given, Filled]:
        """Check the data of a figure or table; return it with the caption, its fields replaced."""
        if not caption:
            raise WorkbookError(f'{call} needs caption="…": what is shown, for whom and in which unit.')
        return read_given(self.view, shown, source, call, rows), fill(self.view, caption, "{", "}")


def set_style() -> None:
    """Set the report's style for what the notebook draws from now on."""
    from lib.show.charts.style import apply_style  # slow to import, and many chapters draw nothing

    apply_style()
