"""The proposed cells cure a stop, and no smaller set does, by τ-ARGUS and by trying all sets."""

from collections.abc import Sequence
from contextlib import chdir
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.disclosure import protect
from lib.analysis.disclosure_audit import audit
from lib.analysis.disclosure_cure import check, cure
from lib.base.errors import WorkbookError
from lib.data.observations import SUBJECT
from tests.conftest import needs
from tests.persons import (
    COUNTY,
    MANY,
    Cell,
    catalogue_of,
    indicator_of,
    leaks_of,
    line_of,
    random_table,
    rows_of,
)

#: The code of τ-ARGUS for a problem without a solution.
ARGUS_FINDS_NONE = 5009
needs_argus = needs("pytauargus", find_spec("pytauargus"))


def cured(figures: dict[Cell, int], **policy: Any) -> list[Cell]:
    """Return the proposed cells, none if there is no cure."""
    cells = cure(rows_of(figures), catalogue_of(**policy)) or []
    return [tuple(getattr(cell, name) for name in SUBJECT) for cell in cells]


def test_the_stop_names_a_cell_and_what_to_do() -> None:
    rows, catalogue = rows_of(line_of([7] * 4)), catalogue_of()
    with pytest.raises(WorkbookError) as error:
        check(rows, protect(rows, catalogue)[0], catalogue, "data/x/disclosure.yaml", "2024")
    for words in (
        "a, 2022, region 0101, sex T, group T: the hidden figure",
        "in all: 4",
        "are 1 (a, 2022, region 01, sex T, group T)",
        "lagesrapport check 2024 --accept writes them under hidden_cells in data/x/disclosure.yaml",
    ):
        assert words in str(error.value)
    safe = catalogue_of(hidden=[("a", 2022, COUNTY, "T", "T")])
    check(rows, protect(rows, safe)[0], safe, "", "")


def test_of_sets_of_one_size_the_smallest_count_is_hidden() -> None:
    assert cured(line_of([3, 20, 9]), hide=(4, 4), step=1, units=3) == [("a", 2022, "0103", "T", "T")]


def test_a_count_of_zero_is_not_proposed() -> None:
    assert cured(line_of([3, 20, 0]), hide=(4, 4), step=1, units=3) == [("a", 2022, "0102", "T", "T")]


def test_where_no_further_cell_helps_the_stop_says_so() -> None:
    """A policy that hides one value only hides nothing."""
    rows, catalogue = rows_of({("a", 2022, "0101", "T", "T"): 1}), catalogue_of(hide=(1, 1), step=1)
    assert cure(rows, catalogue) is None
    with pytest.raises(WorkbookError, match="no set of further cells for hidden_cells in f.yaml was found"):
        check(rows, protect(rows, catalogue)[0], catalogue, "f.yaml", "2024")


def test_many_cells_are_not_all_listed() -> None:
    figures = {c: n for year in range(2010, 2020) for c, n in line_of([3, 20, 9], year=year).items()}
    rows, catalogue = rows_of(figures), catalogue_of(hide=(4, 4), step=1, units=3)
    with pytest.raises(WorkbookError, match=r"are 10 \(.*2014.*; and 5 more\)") as error:
        check(rows, protect(rows, catalogue)[0], catalogue, "f.yaml", "2024")
    assert "2015" not in str(error.value).partition("fewest")[2]


def test_a_share_is_cured_too() -> None:
    cells = [("a", 2022, COUNTY, sex, "T") for sex in "KMT"]
    rows = rows_of(dict(zip(cells, [(20, 50), (3, 50), (23, 100)], strict=True)), "procent")
    catalogue = catalogue_of(indicator_of("a", unit="procent"), hide=(4, 4), step=1)
    assert audit(rows, protect(rows, catalogue)[0], catalogue)
    assert [(cell.region, cell.sex) for cell in cure(rows, catalogue) or []] == [(COUNTY, "K")]


# Against other ways to find the smallest set


@given(st.integers(0, 10**6), st.sampled_from([6, 15]), st.sampled_from([(4, 1, 2), (7, 5, 2), (7, 5, 3)]))
@pytest.mark.many
@settings(max_examples=MANY, deadline=None)
def test_no_smaller_set_cures_of_all_there_are(seed: int, mean: int, policy: tuple[int, int, int]) -> None:
    hide, step, least = policy
    figures = random_table(seed, units=3, groups="", mean=mean)
    rules: dict[str, Any] = {"hide": (hide, hide), "step": step, "least_values": least, "units": 3}
    cells = cured(figures, **rules)
    if not leaks_of(figures, catalogue_of(**rules)):
        assert cells == []
        return
    published = [cell for cell, figure in figures.items() if figure > hide]
    for size in range(len(cells) if cells else min(3, len(published))):
        for few in combinations(published, size):
            assert leaks_of(figures, catalogue_of(**rules, hidden=few))
    assert not cells or leaks_of(figures, catalogue_of(**rules, hidden=cells)) == set()


@needs_argus
@given(
    st.integers(0, 10**6),
    st.integers(2, 7),
    st.sampled_from([("KM", ""), ("", "abc"), ("", "abcd")]),
    st.sampled_from([6, 15, 40]),
)
@pytest.mark.many
@settings(max_examples=MANY, deadline=None)
def test_no_more_cells_are_hidden_than_by_argus(
    tmp_path_factory: pytest.TempPathFactory, seed: int, units: int, breakdown: tuple[str, str], mean: int
) -> None:
    """Exact tables of municipalities by sex or group, in which 1 to 4 is hidden and a secret needs two possible values."""
    figures = random_table(seed, units=units, sexes=breakdown[0], groups=breakdown[1], mean=mean)
    rules: dict[str, Any] = {"hide": (4, 4), "step": 1, "units": units}
    cells = cured(figures, **rules)
    left = leaks_of(figures, catalogue_of(**rules, hidden=cells))
    if left:
        # No set cures: the same can be computed with everything else hidden.
        every = [cell for cell, figure in figures.items() if figure > 4]
        assert cells == [] and leaks_of(figures, catalogue_of(**rules, hidden=every)) - set(every)
        return
    argus = hidden_by_argus(figures, 4, tmp_path_factory.mktemp("argus"))
    # It protects below and above each figure, so it may find none; and it overlooks that four counts of 1 to 4 that make 4 are 1.
    assert argus is None or len(cells) <= len(argus) or leaks_of(figures, catalogue_of(**rules, hidden=argus))


def hidden_by_argus(figures: dict[Cell, int], hide: int, folder: Path) -> Sequence[Cell] | None:
    """Return the further cells that τ-ARGUS hides at the least, asked in its own file format; None if no set is enough.

    A line is a cell: value, weight, status (u to protect, z to show, s either), what a reader knows of it (between),
    and how far below and above the value a reader must think possible, which is nothing at the end of what is known.
    """
    from pytauargus import HiTaSCtrl

    number = {cell: i for i, cell in enumerate(figures)}
    lines = ["0", str(len(figures))]
    for cell, n in figures.items():
        small = 0 < n <= hide
        status, low, high = ("u", 1, hide) if small else ("z" if n == 0 else "s", 0, 10_000)
        margins = (0.1 if n > low else 0, 0.1 if n < high else 0) if small else (0, 0)
        lines.append(f"{number[cell]} {n} 1 {status} {low} {high} {margins[0]} {margins[1]} 0")
    sums = []
    for position, total in ((2, COUNTY), (3, "T"), (4, "T")):
        for cell in (cell for cell in figures if cell[position] == total):
            parts = [c for c in figures if c != cell and all(c[i] == cell[i] for i in range(5) if i != position)]
            if parts:
                sums.append(f"0 {len(parts) + 1} : {number[cell]} (-1) " + " ".join(f"{number[c]} (1)" for c in parts))
    (folder / "in").write_text("\n".join([*lines, str(len(sums)), *sums]) + "\n", encoding="ascii")
    with chdir(folder):  # it leaves logs in the working directory
        answer = HiTaSCtrl().full_jj(in_file_jj=str(folder / "in"), out_file=str(folder / "out"), max_time=1)
    if answer == ARGUS_FINDS_NONE:
        return None
    assert answer <= 1
    cells = list(figures)
    return [cells[int(line)] for line in (folder / "out").read_text(encoding="ascii").split()]
