"""The audit finds what can be computed, and other attacks cannot outdo it."""

import time
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.analysis.disclosure import protect
from lib.analysis.disclosure_audit import audit
from lib.data.regions import Region
from tests.persons import (
    COUNTY,
    MANY,
    Cell,
    catalogue_of,
    indicator_of,
    leaks_of,
    line_of,
    protected_of,
    random_table,
    rows_of,
    unit_codes,
    with_margins,
)


def test_hiding_one_to_four_beside_exact_totals_protects_little() -> None:
    """Three groups in 26 municipalities: half of the hidden cells follow, with 1-7 and rounding to 5 none does."""
    figures = random_table(1, sexes="", mean=15)
    exact = catalogue_of(hide=(4, 4), step=1)
    shown, leaks = protected_of(figures, exact), leaks_of(figures, exact)
    by_subtraction = set()
    for unit in [*unit_codes(26), COUNTY]:
        hidden = [cell for cell in shown if cell[2] == unit and cell[4] != "T" and shown[cell] == "Q"]
        by_subtraction |= set(hidden) if len(hidden) == 1 and shown["a", 2022, unit, "T", "T"] != "Q" else set()
    assert by_subtraction and by_subtraction <= leaks
    assert len(leaks) == 10 and list(shown.values()).count("Q") == 20
    assert leaks_of(figures, catalogue_of()) == set()


@pytest.mark.parametrize("counts", [[7] * 4, [1] * 12])
def test_rounded_totals_that_leave_one_way_are_found(counts: list[int]) -> None:
    figures = line_of(counts)
    assert leaks_of(figures, catalogue_of()) == {
        cell for cell, n in figures.items() if 0 < n <= 7 and cell[2] != COUNTY
    }


def test_rounded_totals_that_leave_two_ways_are_no_leak() -> None:
    assert leaks_of(line_of([6] * 4), catalogue_of()) == set()
    assert leaks_of(line_of([6] * 4), catalogue_of(least_values=8)) != set()


def test_zeros_are_no_secret_but_what_they_leave_over_is() -> None:
    assert leaks_of(line_of([0, 0, 0]), catalogue_of()) == set()
    assert leaks_of(line_of([0, 3, 0], 3), catalogue_of(hide=(7, 0), step=1)) == {("a", 2022, "0102", "T", "T")}
    years = {("a", year, "0101", "T", "T"): 0 for year in (2020, 2021, 2022)} | {("x", 2022, "0101", "T", "T"): 0}
    assert leaks_of(years, catalogue_of(indicator_of("a", "S"), indicator_of("x", "S", years=3, sum_of="a"))) == set()


@pytest.mark.parametrize("parts", [[("K", "T"), ("M", "T")], [("T", "a"), ("T", "b")]])
def test_a_part_that_is_the_rest_of_an_exact_total_is_found(parts: list[tuple[str, str]]) -> None:
    cells = [("a", 2022, COUNTY, *part) for part in parts]
    figures = {cells[0]: 25, cells[1]: 5, ("a", 2022, COUNTY, "T", "T"): 30}
    assert leaks_of(figures, catalogue_of(step=1)) == {cells[1]}
    assert leaks_of(figures, catalogue_of(hidden=[cells[0]], step=1)) == set()


def test_the_difference_of_years_is_found() -> None:
    catalogue = catalogue_of(indicator_of("a"), indicator_of("x", years=3, sum_of="a"), hide=(4, 4), step=1)
    figures = {("a", year, "0101", "T", "T"): n for year, n in [(2020, 12), (2021, 3), (2022, 20)]}
    total = ("x", 2022, "0101", "T", "T")
    assert leaks_of(figures, catalogue) == set()
    assert leaks_of(figures | {total: 35}, catalogue) == {("a", 2021, "0101", "T", "T")}
    # Two rolling sums, three years apart, and a year that is not published.
    apart = {
        total: 30,
        ("x", 2021, "0101", "T", "T"): 28,
        ("a", 2019, "0101", "T", "T"): 10,
        ("a", 2022, "0101", "T", "T"): 12,
    }
    assert leaks_of(apart | {("a", 2022, "0101", "T", "T"): 4, total: 22}, catalogue) == {("a", 2022, "0101", "T", "T")}


def test_old_and_new_boundaries_are_subtracted_from_each_other() -> None:
    old, new = {"valid_to": date(2022, 6, 30)}, {"valid_from": date(2022, 7, 1)}
    names = {"d1": old, "d2": old, "d12": new, "d3": {}}
    districts = [Region(code=c, name=c, type="stadsdel", parent="0101", **valid) for c, valid in names.items()]
    catalogue = catalogue_of(hide=(4, 4), step=1, districts=districts)
    figures = {("a", 2022, c, "T", "T"): n for c, n in {"d1": 3, "d2": 9, "d12": 12, "d3": 20, "0101": 32}.items()}
    small = ("a", 2022, "d1", "T", "T")
    assert leaks_of(figures, catalogue) == {small}
    later = {(*cell[:1], 2023, *cell[2:]): n for cell, n in figures.items()}
    assert leaks_of(later, catalogue) == set()  # in 2023 the old districts were no part of anything


def test_districts_municipality_and_county_are_one_table() -> None:
    districts = [Region(code=c, name=c, type="stadsdel", parent="0101") for c in ("d1", "d2")]
    catalogue = catalogue_of(hide=(4, 4), step=1, districts=districts)
    figures = {("a", 2022, c, "T", "T"): n for c, n in {"d1": 3, "d2": 9, "0102": 20, COUNTY: 32}.items()}
    assert leaks_of(figures, catalogue_of(hide=(4, 4), step=1, districts=districts, units=2)) == {
        ("a", 2022, "d1", "T", "T")
    }
    assert leaks_of(figures, catalogue) == set()  # other municipalities, of which nothing is known, may have any number


def test_shares_leak_by_their_counts() -> None:
    catalogue = catalogue_of(indicator_of("a", unit="procent"), hide=(4, 4), step=1)
    cells = [("a", 2022, COUNTY, sex, "T") for sex in "KMT"]
    inside = dict(zip(cells, [(20, 50), (3, 50), (23, 100)], strict=True))
    outside = dict(zip(cells, [(30, 50), (47, 50), (77, 100)], strict=True))
    assert leaks_of(inside, catalogue, "procent") == leaks_of(outside, catalogue, "procent") == {cells[1]}
    below = {(*cell[:2], "0101", *cell[3:]): figure for cell, figure in inside.items()}
    assert leaks_of(below, catalogue_of(indicator_of("a", unit="procent"), hide=(4, 4)), "procent") == set()


def test_a_hidden_share_is_a_share_of_somebody() -> None:
    figures = {("a", 2022, COUNTY, sex, "T"): share for sex, share in {"K": (1, 1), "M": (1, 1), "T": (2, 2)}.items()}
    leaks = leaks_of(figures, catalogue_of(indicator_of("a", unit="procent"), hide=(1, 1), step=1), "procent")
    assert leaks == {cell for cell in figures if cell[3] != "T"}


def test_parts_that_count_persons_twice_are_not_added_up() -> None:
    groups = {("a", 2022, COUNTY, "T", g): n for g, n in {"a": 25, "b": 5}.items()}
    assert leaks_of(groups | {("a", 2022, COUNTY, "T", "T"): 28}, catalogue_of()) == set()


def test_sums_that_only_unknown_figures_could_save_are_left_out() -> None:
    """Persons of both sexes are 12, women 5 and men 6, in a county of whose municipalities one is unknown."""
    figures = {("a", 2022, r, s, "T"): n for r, s, n in [("0101", "K", 2), ("0101", "M", 3), ("0101", "T", 5)]}
    figures |= {("a", 2022, COUNTY, s, "T"): n for s, n in {"K": 15, "M": 16, "T": 32}.items()}
    assert leaks_of(figures, catalogue_of(units=2)) == set()


def test_missing_figures_are_not_taken_for_zero() -> None:
    catalogue = catalogue_of(hide=(4, 4), step=1, units=3)
    known = line_of([3, 20, 9], 32)
    hole = ("a", 2022, "0103", "T", "T")
    assert leaks_of(known, catalogue) == {("a", 2022, "0101", "T", "T")}
    assert [leaks_of(known | {("a", 2022, COUNTY, "T", "T"): 40}, catalogue_of(hide=(4, 4), step=1))] == [set()]
    assert [leaks_of(known | {hole: status}, catalogue) for status in "MLQ"] == [set()] * 3
    assert leaks_of(known | {hole: "N", ("a", 2022, COUNTY, "T", "T"): 23}, catalogue) == {
        ("a", 2022, "0101", "T", "T")
    }


def test_only_the_newest_publication_of_a_cell_counts() -> None:
    catalogue = catalogue_of(hide=(4, 4), step=1, units=2)
    old, new = rows_of(line_of([3, 20])), rows_of(line_of([3, 20])).assign(published=date(2024, 1, 1))
    revised = pd.concat([new.assign(value=[12.0, 20, 32]), old])
    assert audit(revised, protect(revised, catalogue)[0], catalogue) == []
    revised = pd.concat([new, old.assign(value=[12.0, 20, 32])])
    assert [leak.region for leak in audit(revised, protect(revised, catalogue)[0], catalogue)] == ["0101"]


def test_a_policy_that_hides_one_value_only_hides_nothing() -> None:
    assert leaks_of({("a", 2022, "0101", "T", "T"): 1}, catalogue_of(hide=(1, 1), step=1)) == {
        ("a", 2022, "0101", "T", "T")
    }


# The audit against other attacks


@given(st.integers(0, 10**6), st.sampled_from([2, 6, 15]))
@pytest.mark.many
@settings(max_examples=MANY, deadline=None)
def test_no_small_count_is_published_and_the_audit_finds_what_subtraction_finds(seed: int, mean: int) -> None:
    figures = random_table(seed, mean=mean)
    shown = protected_of(figures, catalogue_of())
    for cell, figure in figures.items():
        limit = 9 if cell[2] == COUNTY else 7
        assert (shown[cell] == "Q") == (0 < figure <= limit)
        assert shown[cell] == "Q" or (shown[cell] % 5 == 0 and abs(shown[cell] - figure) <= 2)
    assert _by_intervals(shown) <= leaks_of(figures, catalogue_of())


def _by_intervals(shown: dict[Cell, Any]) -> set[Cell]:
    """Attack by hand: for the sexes of each cell alone, the whole numbers that fit a hidden one."""
    found = set()
    for cell in (cell for cell in shown if cell[3] == "T"):
        three = [(*cell[:3], sex, cell[4]) for sex in "KMT"]
        total, *parts = (_fitting(shown[c], c[2]) for c in reversed(three))
        ways = [(k, m, t) for m, k in product(*parts) for t in [k + m] if t in total]
        for i, c in enumerate(three):
            if shown[c] == "Q" and len({way[i] for way in ways}) == 1:
                found.add(c)
    return found


def _fitting(shown: Any, region: str) -> range:
    limit = 9 if region == COUNTY else 7
    if shown == "Q":
        return range(1, limit + 1)
    return range(max(limit + 1, int(shown) - 2), int(shown) + 3) if shown else range(1)


#: The cells of four counts, as (unit, sex, group).
SHAPES = {
    "four units": [(unit, "T", "T") for unit in unit_codes(4)],
    "units and sexes": list(product(unit_codes(2), "KM", "T")),
    "units and groups": list(product(unit_codes(2), "T", "ab")),
    "sexes and groups": list(product([COUNTY], "KM", "ab")),
}
LARGEST = 12
#: All tables of four counts; what looks like 12 may be 14.
EVERY = np.array(list(product(range(LARGEST + 3), repeat=4)))


@example([2, 2, 2, 7], "units and groups", (2, 3, 4))
@given(
    counts=st.lists(st.integers(0, LARGEST), min_size=4, max_size=4),
    shape=st.sampled_from(list(SHAPES)),
    policy=st.sampled_from([(7, 9, 5), (4, 4, 5), (4, 4, 1), (7, 7, 1), (2, 3, 4)]),
)
@pytest.mark.many
@settings(max_examples=4 * MANY, deadline=None)
def test_the_audit_finds_exactly_what_trying_all_tables_finds(
    counts: list[int], shape: str, policy: tuple[int, int, int]
) -> None:
    """Publish every table there is: what looks the same from outside may be the true one."""
    hide, step = policy[:2], policy[2]
    catalogue = catalogue_of(hide=hide, step=step, units=4 if shape == "four units" else 2)
    figures = with_margins({("a", 2022, *place): n for place, n in zip(SHAPES[shape], counts, strict=True)})
    memberships = {cell: _members(cell, SHAPES[shape]) for cell in figures}
    exact = shape == "sexes and groups" and not any(0 < figure <= hide[1] for figure in figures.values())
    pictures = {
        c: _picture(EVERY[:, m].sum(axis=1), hide[c[2] == COUNTY], 1 if exact else step) for c, m in memberships.items()
    }
    true = int(np.flatnonzero((np.array(counts) == EVERY).all(axis=1))[0])
    alike = np.logical_and.reduce([picture == picture[true] for picture in pictures.values()])
    certain = {
        cell
        for cell, picture in pictures.items()
        if picture[true] == -1 and len(set(EVERY[alike][:, memberships[cell]].sum(axis=1))) == 1
    }
    assert leaks_of(figures, catalogue) == certain
    assert {cell for cell, value in protected_of(figures, catalogue).items() if value == "Q"} == {
        cell for cell, picture in pictures.items() if picture[true] == -1
    }


def _members(cell: Cell, places: list[Cell]) -> list[int]:
    """Which of the four counts a cell adds up; the totals are named T, the county 01."""
    wanted = [None if code == total else code for code, total in zip(cell[2:], (COUNTY, "T", "T"), strict=True)]
    return [
        i for i, place in enumerate(places) if all(w in (None, code) for w, code in zip(wanted, place, strict=True))
    ]


def _picture(counts: np.ndarray, hide: int, step: int) -> np.ndarray:
    return np.where((counts > 0) & (counts <= hide), -1, np.floor(counts / step + 0.5) * step)


@pytest.mark.parametrize("seed", range(4))
def test_cells_hidden_by_hand_mend_a_table(seed: int) -> None:
    """Beside each cell that is found, the smallest shown one of its unit or its sex is hidden, until none is found."""
    figures = random_table(seed, units=6, groups="", mean=15)
    hidden: list[Cell] = []
    found: list[int] = []
    for _ in range(20):
        catalogue = catalogue_of(hide=(4, 4), step=1, hidden=hidden, units=6)
        shown, leaks = protected_of(figures, catalogue), leaks_of(figures, catalogue)
        found.append(len(leaks))
        if not leaks:
            break
        near = [c for c in shown if shown[c] not in ("Q", 0) and (c[2] == min(leaks)[2] or c[3] == min(leaks)[3])]
        hidden.append(min(near, key=lambda cell: shown[cell]))
    assert found[0] > 0 and found[-1] == 0


def test_a_full_table_of_three_years_is_audited_in_seconds() -> None:
    figures = random_table(7, units=30, years=(2020, 2021, 2022))
    begun = time.perf_counter()
    for catalogue in (catalogue_of(), catalogue_of(hide=(4, 4), step=1)):
        leaks_of(figures, catalogue)
    assert time.perf_counter() - begun < 20


def test_a_county_table_that_hides_a_figure_is_rounded_as_a_whole() -> None:
    figures = {("a", 2022, COUNTY, sex, "T"): n for sex, n in (("K", 33), ("M", 4), ("T", 37))}
    assert list(protected_of(figures, catalogue_of()).values()) == [35, "Q", 35]
    assert leaks_of(figures, catalogue_of()) == set()
