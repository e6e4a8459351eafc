"""The cure of a disclosure stop: the fewest further cells that must be hidden, so that the audit finds nothing.

The method is that of M. Fischetti and J. J. Salazar (Management Science 47 (2001) 1008). As long as a secret has too few
possible values, the dual solutions of the attack name the published cells that hold it there, and one of these must be
hidden. A master programme chooses the fewest cells that meet all such demands; the attack on its choice makes new ones,
also for the chosen cells, which are then secrets themselves. When the attack finds nothing, no smaller set can do.

A count of 0 stays shown: it is no secret, and many readers know it.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from lib.analysis.disclosure import Cell, Rules, cell_of, protect, read_rows
from lib.analysis.disclosure_audit import TOLERANCE, Leak, Numbers, Programme, audit, programme_of, solve, tables_of
from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.indicators import HiddenCell
from lib.data.observations import SUBJECT

#: A table is given up after so many attacks; tables of a county need fewer than a tenth of them.
MOST_ATTACKS = 200
#: How many proposed cells a message lists.
MOST_LISTED = 5


def check(rows: pd.DataFrame, protected: pd.DataFrame, catalogue: Catalogue, file: str, report: str) -> None:
    """Audit the rows that are published.

    Parameters
    ----------
    rows, protected : DataFrame
        The argument and the result of `protect`.
    file : str
        The path of the file with the hidden cells, as messages name it.
    report : str
        The report's name.

    Raises
    ------
    WorkbookError
        Names the first cell that can be computed, how many there are, and the cells that would have to be hidden.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), 2022, "metod")
    >>> check(view.rows, view.rows, view.known, "data/disclosure.yaml", "2022")
    """
    if not (leaks := audit(rows, protected, catalogue)):
        return
    cells = cure(rows, catalogue)
    if cells:
        listed = "; ".join(map(in_words, cells[:MOST_LISTED]))
        more = f"; and {len(cells) - MOST_LISTED} more" if len(cells) > MOST_LISTED else ""
        what = (
            f"the fewest further cells to hide are {len(cells)} ({listed}{more}): lagesrapport check {report} --accept "
            f"writes them under hidden_cells in {file}; or drop a breakdown, or use a coarser one"
        )
    else:
        what = f"no set of further cells for hidden_cells in {file} was found that cures it; drop a breakdown, or use a coarser one"
    raise WorkbookError(
        f"{in_words(leaks[0])}: the hidden figure can be computed from published totals and parts, exactly or nearly "
        f"(such cells in all: {len(leaks)}); {what}."
    )


def in_words(cell: Leak | HiddenCell) -> str:
    """Return a cell's subject as messages name it.

    >>> in_words(HiddenCell(indicator="a", year=2022, region="01", reason="x"))
    'a, 2022, region 01, sex T, group T'
    """
    return f"{cell.indicator}, {cell.year}, region {cell.region}, sex {cell.sex}, group {cell.group}"


def cure(rows: pd.DataFrame, catalogue: Catalogue) -> list[HiddenCell] | None:
    """Return the fewest further cells, and of these the smallest counts, with which the audit finds nothing.

    The list is empty if there is nothing to cure; the result is None if no set of further cells was found that cures it.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), 2022, "metod")
    >>> cure(view.rows, view.known)
    []
    """
    shown, _ = protect(rows, catalogue)
    rules = Rules(rows, catalogue)
    published = {
        cell_of(row)
        for row, public in zip(read_rows(rows), read_rows(shown), strict=True)
        if public.value > 0 and rules.policy(row).county
    }
    every = hiding(catalogue, [_hidden(cell, "x") for cell in published])
    now, then = tables_of(rows, shown, catalogue), tables_of(rows, protect(rows, every)[0], every)
    cells: list[HiddenCell] = []
    for table, hidden in zip(now, then, strict=True):
        if not any(variable.least for variable in table.values()):
            continue
        known = programme_of(table, catalogue)
        if not (leaks := known.leaks()):
            continue
        chosen = _Choice(known, programme_of(hidden, every), published).fewest()
        if chosen is None:
            return None
        first = min(cell for cell, _ in leaks)
        cells += [_hidden(cell, _reason(first)) for cell in sorted(chosen)]
    # Each table was solved on its own, and in the data's own terms this must be true of all together.
    safe = hiding(catalogue, cells)
    return None if audit(rows, protect(rows, safe)[0], safe) else cells


def hiding(catalogue: Catalogue, cells: Sequence[HiddenCell]) -> Catalogue:
    """Return a copy of a catalogue that hides further cells.

    >>> from lib.base.workbook import find_workbook
    >>> cell = HiddenCell(indicator="a", year=2022, region="01", reason="x")
    >>> hiding(Catalogue(find_workbook().root / "data"), [cell]).hidden_cells == [cell]
    True
    """
    other = copy.copy(catalogue)
    other.hidden_cells = [*catalogue.hidden_cells, *cells]
    return other


def _hidden(cell: Cell, reason: str) -> HiddenCell:
    return HiddenCell(**dict(zip(SUBJECT, cell, strict=True)), reason=reason)


def _reason(cell: Cell) -> str:
    indicator, year, region, sex, group = cell
    return f"Komplement som skyddar dolda tal i {indicator} {year}, bland dem {region} (kön {sex}, grupp {group})."


class _Choice:
    """The published cells of a table of which some are to be hidden; one of them is called by its number.

    Parameters
    ----------
    known, hidden : Programme
        What an attacker knows now, and would know if all ``published`` cells were hidden.
    """

    def __init__(self, known: Programme, hidden: Programme, published: Collection[Cell]) -> None:
        self.known, self.hidden = known, hidden
        self.cells = sorted({cell for cell, _ in known.keys} & set(published))
        number = {cell: i for i, cell in enumerate(self.cells)}
        #: For each number of persons, the number of its cell among those that may be hidden, or -1.
        self.owner = np.array([number.get(cell, -1) for cell, _ in known.keys])
        #: How many persons each cell is about.
        self.persons = np.zeros(len(self.cells))
        np.maximum.at(self.persons, self.owner[self.owner >= 0], known.start[self.owner >= 0])
        #: Of each demand, the cells of which one must be hidden, and the cell for whose sake, if it is hidden itself, or -1.
        self.demands: list[tuple[list[int], int]] = []

    def fewest(self) -> list[Cell] | None:
        """Return the fewest cells that protect all secrets, or None if there are none, or none were found."""
        chosen: set[int] = set()
        index = {key: i for i, key in enumerate(self.known.keys)}
        for _ in range(MOST_ATTACKS):
            leaks = self._knowing(chosen).leaks()
            if not leaks:
                return [self.cells[i] for i in chosen]
            self.demands += [self._demand(chosen, index[key]) for key in leaks]
            found = self._master()
            if found is None:
                return None
            chosen = found
        return None

    def _knowing(self, chosen: Collection[int]) -> Programme:
        """Return what an attacker knows if cells are hidden."""
        away = np.isin(self.owner, list(chosen))
        pairs = {n: (getattr(self.hidden, n), getattr(self.known, n)) for n in ("low", "high", "least")}
        return replace(self.known, **{name: np.where(away, *pair) for name, pair in pairs.items()})

    def _demand(self, chosen: Collection[int], secret: int) -> tuple[list[int], int]:
        """Return as few cells as can be of which one must be hidden, lest a secret be computed."""
        holding = self._holding(chosen, secret)
        everything = set(range(len(self.cells)))
        for cell in sorted(holding or ()):
            if holding and cell in holding:
                # With all others hidden, and this one too: do the rest still hold the secret?
                fewer = self._holding(everything - holding | {cell}, secret)
                holding = holding if fewer is None else fewer
        return sorted(holding or ()), int(self.owner[secret])

    def _holding(self, chosen: Collection[int], secret: int) -> set[int] | None:
        """Return the published cells that hold a secret where it is, if cells are hidden; None if it is protected.

        They are those whose bounds have a price in the programmes that seek the secret's least and greatest value: with
        all other bounds gone, the same dual solutions still prove the same range.
        """
        attack, holding, ends = self._knowing(chosen), set[int](), []
        for sign in (1.0, -1.0):
            objective = np.zeros(len(attack.keys))
            objective[secret] = sign
            found = solve(objective, attack.matrix, attack.low, attack.high)
            prices = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
            holding |= set(self.owner[prices > TOLERANCE].tolist())
            ends.append(sign * found.fun)
        possible = math.floor(ends[1] + TOLERANCE) - math.ceil(ends[0] - TOLERANCE) + 1
        return None if possible >= attack.least[secret] else holding - {-1} - set(chosen)

    def _master(self) -> set[int] | None:
        """Return the fewest cells that meet all demands so far, and of these the smallest; None if nothing meets them."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        if not self.cells:
            return None
        rows: Numbers = np.zeros((len(self.demands), len(self.cells)))
        for row, (cells, sake) in zip(rows, self.demands, strict=True):
            row[cells] = 1
            if sake >= 0:
                row[sake] = -1
        least = [0 if sake >= 0 else 1 for _, sake in self.demands]
        # All persons together weigh less than one cell.
        cost = 1 + self.persons / (1 + self.persons.sum())
        found = milp(
            cost,
            constraints=LinearConstraint(rows, least, np.inf),
            integrality=np.ones(len(cost), int),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0},
        )
        return None if found.x is None else set(np.flatnonzero(found.x > 0.5).tolist())
