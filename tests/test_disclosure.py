"""What is hidden stays hidden: the rules for counts, shares and scores, and an audit that other attacks cannot outdo."""

import os
import time
from collections import Counter
from datetime import date
from itertools import product
from math import isnan
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lib.catalogue import Catalogue
from lib.disclosure import protect
from lib.disclosure_audit import audit, check
from lib.errors import WorkbookError
from lib.observations import COLUMNS, SUBJECT, read_observations
from lib.policies import HiddenCell, Policy, Threshold
from lib.records import Indicator, Region
from tests.conftest import ROOT

MANY = int(os.environ.get("LAGESRAPPORT_EXAMPLES", "30"))
COUNTY = "01"
TYPES = {"antal": "antal", "procent": "andel", "index_0_10": "index"}


def _units(number: int) -> list[str]:
    return [str(101 + i).zfill(4) for i in range(number)]


def _indicator(identifier: str, disclosure: str = "K", unit: str = "antal", **fields) -> Indicator:
    kinds = [{"kind": "indikator"}]
    return Indicator(
        id=identifier, title="x", kinds=kinds, type=TYPES[unit], unit=unit, direction="none", source="x",
        disclosure=disclosure, **fields,
    )  # fmt: skip


def _catalogue(*indicators, hide=(7, 9), step=5, least_values=2, hidden=(), units=30, districts=()) -> SimpleNamespace:
    below, county = (Threshold(hide_up_to=up_to, round_to=step) for up_to in hide)
    levels = {"below_county": below, "county": county, "least_values": least_values}
    regions = [
        Region(code="00", name="Riket", type="riket"),
        Region(code=COUNTY, name="Länet", type="län", parent="00"),
        *(Region(code=code, name=code, type="kommun", parent=COUNTY) for code in _units(units)),
        *districts,
    ]
    policies = [Policy(id="P", name="P"), Policy(id="V", name="V"), Policy(id="K", name="K", **levels)]
    policies.append(Policy(id="S", name="S", least_years=3, **levels))
    return SimpleNamespace(
        indicators={i.id: i for i in indicators or [_indicator("a")]},
        policies={policy.id: policy for policy in policies},
        hidden_cells=[HiddenCell(**dict(zip(SUBJECT, cell, strict=True)), reason="x") for cell in hidden],
        region_types={region.code: region.type for region in regions},
        regions={(region.code, region.valid_from): region for region in regions},
    )


def _rows(figures: dict[tuple, object], unit: str = "antal") -> pd.DataFrame:
    """Make observations of cells; a figure is a value, a status letter, or for a share (numerator, denominator)."""
    rows = []
    for cell, figure in figures.items():
        counts = figure if isinstance(figure, tuple) else (np.nan, np.nan)
        value = 100 * counts[0] / counts[1] if isinstance(figure, tuple) else figure
        status, value = (value, np.nan) if isinstance(value, str) else ("A", float(value))
        rows.append(
            (*cell, value, unit, *map(float, counts), status, "exakt", "x", date(2023, 1, 1), "känd", "fritext", False)
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _line(counts: list[int], total: object = None, indicator: str = "a", year: int = 2022) -> dict[tuple, object]:
    """Municipalities with these counts, and the county."""
    cells = {(indicator, year, unit, "T", "T"): n for unit, n in zip(_units(len(counts)), counts, strict=True)}
    return cells | {(indicator, year, COUNTY, "T", "T"): sum(counts) if total is None else total}


def _with_margins(cells: dict[tuple, int]) -> dict[tuple, int]:
    """Add the totals over sexes, groups and municipalities."""
    table = Counter(cells)
    for total in (lambda c: (*c[:3], "T", c[4]), lambda c: (*c[:4], "T"), lambda c: (*c[:2], COUNTY, *c[3:])):
        for cell, count in list(table.items()):
            if total(cell) != cell:
                table[total(cell)] += count
    return dict(table)


def _random(seed: int, units: int = 26, sexes: str = "KM", groups: str = "abc", years=(2022,), mean: float = 6) -> dict:
    random = np.random.default_rng(seed)
    sizes = {unit: random.gamma(1, mean) for unit in _units(units)}
    cells = product(["a"], years, sizes, sexes or "T", groups or "T")
    return _with_margins({cell: int(random.poisson(sizes[cell[2]])) for cell in cells})


def _shown(protected: pd.DataFrame) -> dict[tuple, object]:
    """What a reader sees: a value, or the status letter."""
    cells = zip(*(protected[name] for name in SUBJECT), strict=True)
    figures = zip(protected["value"], protected["status"], strict=True)
    return {cell: status if isnan(value) else value for cell, (value, status) in zip(cells, figures, strict=True)}


def _protected(figures: dict, catalogue, unit: str = "antal") -> dict[tuple, object]:
    return _shown(protect(_rows(figures, unit), catalogue)[0])


def _leaks(figures: dict, catalogue, unit: str = "antal") -> set[tuple]:
    rows = _rows(figures, unit)
    leaks = audit(rows, protect(rows, catalogue)[0], catalogue)
    return {tuple(getattr(leak, name) for name in SUBJECT) for leak in leaks}


def _log(figures: dict, catalogue, unit: str = "antal") -> list[str]:
    return list(protect(_rows(figures, unit), catalogue)[1]["rule"])


# The rules


def test_counts_below_the_county_are_shown_hidden_or_rounded_each_on_its_own():
    counts = [0, 1, 7, 8, 12, 13, 17, 18]
    shown = _protected(_line(counts), _catalogue())
    assert list(shown.values()) == [0, "Q", "Q", 10, 10, 15, 15, 20, 75]
    assert _log(_line(counts), _catalogue())[:4] == ["rounded to 5", "hidden: 1-7", "hidden: 1-7", "rounded to 5"]


@pytest.mark.parametrize("region", [COUNTY, "00"])
def test_a_count_of_the_county_is_exact_only_where_there_is_none_below(region):
    alone, unit = ("a", 2022, region, "T", "T"), ("a", 2019, "0101", "T", "T")
    assert [_protected({alone: n}, _catalogue())[alone] for n in (0, 1, 9, 10, 13)] == [0, "Q", "Q", 10, 13]
    assert [_protected({alone: n, unit: 50}, _catalogue())[alone] for n in (9, 10, 13)] == ["Q", 10, 15]


def test_a_county_count_is_rounded_where_the_sum_over_years_is_shown_below_the_county():
    catalogue = _catalogue(_indicator("a"), _indicator("x", years=3, sum_of="a"))
    cell = ("a", 2022, COUNTY, "T", "T")
    assert _protected({cell: 13, ("x", 2022, "0101", "T", "T"): 20}, catalogue)[cell] == 15


def test_other_classes_stand_as_they_are():
    figures = _line([1, 3, 5]) | _line([2, 4, 6], indicator="b")
    rows = _rows(figures)
    protected, log = protect(rows, _catalogue(_indicator("a", "P"), _indicator("b", "V"), hidden=[next(iter(figures))]))
    pd.testing.assert_frame_equal(protected, rows)
    assert log.empty and list(log.columns) == [*SUBJECT, "rule"]


def test_the_workbooks_own_published_figures_stand_as_they_are():
    catalogue = Catalogue(ROOT / "data")
    rows = read_observations(catalogue)
    public = rows["indicator"].map(lambda i: catalogue.indicators[i].disclosure in ("P", "V"))
    protected, _ = protect(rows, catalogue)
    pd.testing.assert_frame_equal(protected[public], rows[public])
    check(rows, protected, catalogue)


def test_index_order_and_input_are_untouched():
    rows = _rows(_random(1, units=4)).sample(frac=1, random_state=1)
    rows.index = [7] * len(rows)
    before = rows.copy(deep=True)
    protected, _ = protect(rows, _catalogue())
    audit(rows, protected, _catalogue())
    pd.testing.assert_frame_equal(rows, before)
    assert list(protected.columns) == COLUMNS and protected.index.equals(rows.index)
    assert protected[SUBJECT].equals(rows[SUBJECT]) and (protected.dtypes == rows.dtypes).all()
    assert not protected["value"].equals(rows["value"])


def test_no_rows_are_no_fault():
    protected, log = protect(_rows({}), _catalogue())
    assert protected.empty and log.empty and audit(_rows({}), protected, _catalogue()) == []


def test_a_hidden_row_keeps_neither_counts_nor_free_text():
    protected, _ = protect(
        _rows({("a", 2022, "0101", "T", "T"): (3, 40)}, "procent"), _catalogue(_indicator("a", unit="procent"))
    )
    row = protected.iloc[0]
    assert row["status"] == "Q" and row["note"] == "" and row[["value", "numerator", "denominator"]].isna().all()


def test_a_row_without_value_keeps_its_status():
    figures = {("a", 2022, unit, "T", "T"): letter for unit, letter in zip(_units(4), "QMLN", strict=True)}
    assert list(_protected(figures, _catalogue()).values()) == ["Q", "M", "L", "N"]
    assert _log(figures, _catalogue()) == []


SHARES = {
    "from the rounded counts": ((33, 102), 35 * 100 / 100, "rounded to 5"),
    "few in the category": ((7, 100), "Q", "hidden: 1-7"),
    "few outside it": ((95, 100), "Q", "hidden: complement 1-7"),
    "few in all": ((0, 7), "Q", "hidden: denominator 1-7"),
    "none of many": ((0, 50), 0, "rounded to 5"),
    "all of many": ((51, 51), 100, "rounded to 5"),
}


@pytest.mark.parametrize("case", SHARES)
def test_shares_protect_those_in_the_category_and_those_outside_it(case):
    figure, shown, rule = SHARES[case]
    cell, catalogue = ("a", 2022, "0101", "T", "T"), _catalogue(_indicator("a", unit="procent"))
    assert _protected({cell: figure}, catalogue, "procent")[cell] == shown
    assert _log({cell: figure}, catalogue, "procent") == [rule]


@example(5, 0, (4, 10))
@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from([(7, 5), (4, 5), (4, 10), (3, 3), (0, 1)]))
def test_a_share_says_no_more_than_its_published_counts(inside, outside, policy):
    assume(inside + outside)
    catalogue = _catalogue(_indicator("a", unit="procent"), hide=(policy[0],) * 2, step=policy[1])
    rows = _rows({("a", 2022, "0101", "T", "T"): (inside, inside + outside)}, "procent")
    row = protect(rows, catalogue)[0].iloc[0]
    if row["status"] != "Q":
        assert 0 <= row["numerator"] <= row["denominator"] and row["denominator"] > 0
        assert row["value"] == pytest.approx(100 * row["numerator"] / row["denominator"])
        assert row["numerator"] % policy[1] == row["denominator"] % policy[1] == 0
        assert not any(0 < count <= policy[0] for count in (inside, outside, inside + outside))


def test_a_share_without_counts_is_shown_for_the_county_only():
    catalogue = _catalogue(_indicator("a", unit="procent"))
    figures = {("a", 2022, region, "T", "T"): 12.5 for region in ("0101", COUNTY)}
    assert list(_protected(figures, catalogue, "procent").values()) == ["Q", 12.5]


def test_a_small_numerator_is_hidden_even_where_the_denominator_is_missing():
    rows = _rows({("a", 2022, COUNTY, "T", "T"): 12.5}, "procent").assign(numerator=3.0)
    assert list(_shown(protect(rows, _catalogue(_indicator("a", unit="procent")))[0]).values()) == ["Q"]


def test_a_share_of_the_county_alone_is_exact():
    rows = _rows({("a", 2022, COUNTY, "T", "T"): (33, 102)}, "procent")
    protected, _ = protect(rows, _catalogue(_indicator("a", unit="procent")))
    assert protected[["value", "numerator", "denominator"]].equals(rows[["value", "numerator", "denominator"]])


@pytest.mark.parametrize(("region", "answers", "shown"), [("0101", 29, "Q"), ("0101", 31, 6.4), ("0101", np.nan, "Q"), (COUNTY, 12, 6.4), (COUNTY, 9, "Q")])  # fmt: skip
def test_a_mean_score_needs_thirty_answers_below_the_county(region, answers, shown):
    rows = _rows({("a", 2022, region, "T", "T"): 6.4}, "index_0_10").assign(denominator=float(answers))
    protected, _ = protect(rows, _catalogue(_indicator("a", unit="index_0_10")))
    assert list(_shown(protected).values()) == [shown]


def test_the_most_sensitive_are_shown_below_the_county_as_sums_over_years_only():
    catalogue = _catalogue(_indicator("a", "S"), _indicator("x", "S", years=3, sum_of="a"))
    places = [("0101", "T", "T"), ("0101", "K", "T"), ("0101", "T", "g"), (COUNTY, "K", "g")]
    figures = {(indicator, 2022, *place): 50 for indicator in "ax" for place in places}
    assert list(_protected(figures, catalogue).values()) == ["Q", "Q", "Q", 50, 50, "Q", "Q", 50]
    assert set(_log(figures, catalogue)) == {
        "hidden: fewer years than 3", "hidden: broken down by sex or group", "rounded to 5",
    }  # fmt: skip


def test_all_or_none_of_few_is_to_be_looked_at():
    catalogue = _catalogue(_indicator("a", unit="procent"))
    figures = [(0, 29), (29, 29), (0, 30), (10, 29), (0, 5)]
    looks = [
        "look at: all or none of few" in _log({("a", 2022, "0101", "T", "T"): f}, catalogue, "procent") for f in figures
    ]
    assert looks == [True, True, False, False, False]


def test_the_log_is_the_same_whatever_the_hidden_and_rounded_figures_are():
    one, other = _line([0, 1, 8, 16], 25), _line([0, 6, 12, 22], 40)
    assert _log(one, _catalogue()) == _log(other, _catalogue())
    assert _log(one, _catalogue()) == ["rounded to 5", "hidden: 1-7", "rounded to 5", "rounded to 5", "rounded to 5"]


def test_a_count_that_is_no_whole_number_is_named():
    with pytest.raises(WorkbookError, match="a, region 0101, 2022: .* whole number"):
        protect(_rows({("a", 2022, "0101", "T", "T"): 7.5}), _catalogue())


def test_a_hidden_cell_of_an_unknown_indicator_is_named():
    with pytest.raises(WorkbookError, match="data/disclosure.yaml, hidden_cells: there is no indicator 'b'; correct"):
        protect(_rows(_line([10])), _catalogue(hidden=[("b", 2022, "0101", "T", "T")]))


# The audit: known attacks


def test_hiding_one_to_four_beside_exact_totals_protects_little():
    """Three groups in 26 municipalities: half of the hidden cells follow, with 1-7 and rounding to 5 none does."""
    figures = _random(1, sexes="", mean=15)
    exact = _catalogue(hide=(4, 4), step=1)
    shown, leaks = _protected(figures, exact), _leaks(figures, exact)
    by_subtraction = set()
    for unit in [*_units(26), COUNTY]:
        hidden = [cell for cell in shown if cell[2] == unit and cell[4] != "T" and shown[cell] == "Q"]
        by_subtraction |= set(hidden) if len(hidden) == 1 and shown["a", 2022, unit, "T", "T"] != "Q" else set()
    assert by_subtraction and by_subtraction <= leaks
    assert len(leaks) == 10 and list(shown.values()).count("Q") == 20
    assert _leaks(figures, _catalogue()) == set()


@pytest.mark.parametrize("counts", [[7] * 4, [1] * 12])
def test_rounded_totals_that_leave_one_way_are_found(counts):
    figures = _line(counts)
    assert _leaks(figures, _catalogue()) == {cell for cell, n in figures.items() if 0 < n <= 7 and cell[2] != COUNTY}


def test_rounded_totals_that_leave_two_ways_are_no_leak():
    assert _leaks(_line([6] * 4), _catalogue()) == set()
    assert _leaks(_line([6] * 4), _catalogue(least_values=8)) != set()


def test_zeros_are_no_secret_but_what_they_leave_over_is():
    assert _leaks(_line([0, 0, 0]), _catalogue()) == set()
    assert _leaks(_line([0, 3, 0], 3), _catalogue(hide=(7, 0), step=1)) == {("a", 2022, "0102", "T", "T")}
    years = {("a", year, "0101", "T", "T"): 0 for year in (2020, 2021, 2022)} | {("x", 2022, "0101", "T", "T"): 0}
    assert _leaks(years, _catalogue(_indicator("a", "S"), _indicator("x", "S", years=3, sum_of="a"))) == set()


@pytest.mark.parametrize("parts", [[("K", "T"), ("M", "T")], [("T", "a"), ("T", "b")]])
def test_a_part_that_is_the_rest_of_an_exact_total_is_found(parts):
    cells = [("a", 2022, COUNTY, *part) for part in parts]
    figures = {cells[0]: 25, cells[1]: 5, ("a", 2022, COUNTY, "T", "T"): 30}
    assert _leaks(figures, _catalogue(step=1)) == {cells[1]}
    assert _leaks(figures, _catalogue(hidden=[cells[0]], step=1)) == set()


def test_the_difference_of_years_is_found():
    catalogue = _catalogue(_indicator("a"), _indicator("x", years=3, sum_of="a"), hide=(4, 4), step=1)
    figures = {("a", year, "0101", "T", "T"): n for year, n in [(2020, 12), (2021, 3), (2022, 20)]}
    total = ("x", 2022, "0101", "T", "T")
    assert _leaks(figures, catalogue) == set()
    assert _leaks(figures | {total: 35}, catalogue) == {("a", 2021, "0101", "T", "T")}
    # Two rolling sums, three years apart, and a year that nobody has told us.
    apart = {
        total: 30,
        ("x", 2021, "0101", "T", "T"): 28,
        ("a", 2019, "0101", "T", "T"): 10,
        ("a", 2022, "0101", "T", "T"): 12,
    }
    assert _leaks(apart | {("a", 2022, "0101", "T", "T"): 4, total: 22}, catalogue) == {("a", 2022, "0101", "T", "T")}


def test_old_and_new_boundaries_are_subtracted_from_each_other():
    old, new = {"valid_to": date(2022, 6, 30)}, {"valid_from": date(2022, 7, 1)}
    names = {"d1": old, "d2": old, "d12": new, "d3": {}}
    districts = [Region(code=c, name=c, type="stadsdel", parent="0101", **valid) for c, valid in names.items()]
    catalogue = _catalogue(hide=(4, 4), step=1, districts=districts)
    figures = {("a", 2022, c, "T", "T"): n for c, n in {"d1": 3, "d2": 9, "d12": 12, "d3": 20, "0101": 32}.items()}
    small = ("a", 2022, "d1", "T", "T")
    assert _leaks(figures, catalogue) == {small}
    later = {(*cell[:1], 2023, *cell[2:]): n for cell, n in figures.items()}
    assert _leaks(later, catalogue) == set()  # in 2023 the old districts were no part of anything


def test_districts_municipality_and_county_are_one_table():
    districts = [Region(code=c, name=c, type="stadsdel", parent="0101") for c in ("d1", "d2")]
    catalogue = _catalogue(hide=(4, 4), step=1, districts=districts)
    figures = {("a", 2022, c, "T", "T"): n for c, n in {"d1": 3, "d2": 9, "0102": 20, COUNTY: 32}.items()}
    assert _leaks(figures, _catalogue(hide=(4, 4), step=1, districts=districts, units=2)) == {
        ("a", 2022, "d1", "T", "T")
    }
    assert _leaks(figures, catalogue) == set()  # other municipalities, of which nothing is known, may have any number


def test_shares_leak_by_their_counts():
    catalogue = _catalogue(_indicator("a", unit="procent"), hide=(4, 4), step=1)
    cells = [("a", 2022, COUNTY, sex, "T") for sex in "KMT"]
    inside = dict(zip(cells, [(20, 50), (3, 50), (23, 100)], strict=True))
    outside = dict(zip(cells, [(30, 50), (47, 50), (77, 100)], strict=True))
    assert _leaks(inside, catalogue, "procent") == _leaks(outside, catalogue, "procent") == {cells[1]}
    below = {(*cell[:2], "0101", *cell[3:]): figure for cell, figure in inside.items()}
    assert _leaks(below, _catalogue(_indicator("a", unit="procent"), hide=(4, 4)), "procent") == set()


def test_a_hidden_share_is_a_share_of_somebody():
    figures = {("a", 2022, COUNTY, sex, "T"): share for sex, share in {"K": (1, 1), "M": (1, 1), "T": (2, 2)}.items()}
    leaks = _leaks(figures, _catalogue(_indicator("a", unit="procent"), hide=(1, 1), step=1), "procent")
    assert leaks == {cell for cell in figures if cell[3] != "T"}


def test_parts_that_count_persons_twice_are_not_added_up():
    groups = {("a", 2022, COUNTY, "T", g): n for g, n in {"a": 25, "b": 5}.items()}
    assert _leaks(groups | {("a", 2022, COUNTY, "T", "T"): 28}, _catalogue()) == set()


def test_sums_that_only_unknown_figures_could_save_are_left_out():
    """Persons of both sexes are 12, women 5 and men 6, in a county of whose municipalities one is unknown."""
    figures = {("a", 2022, r, s, "T"): n for r, s, n in [("0101", "K", 2), ("0101", "M", 3), ("0101", "T", 5)]}
    figures |= {("a", 2022, COUNTY, s, "T"): n for s, n in {"K": 15, "M": 16, "T": 32}.items()}
    assert _leaks(figures, _catalogue(units=2)) == set()


def test_missing_figures_are_not_taken_for_zero():
    catalogue = _catalogue(hide=(4, 4), step=1, units=3)
    known = _line([3, 20, 9], 32)
    hole = ("a", 2022, "0103", "T", "T")
    assert _leaks(known, catalogue) == {("a", 2022, "0101", "T", "T")}
    assert [_leaks(known | {("a", 2022, COUNTY, "T", "T"): 40}, _catalogue(hide=(4, 4), step=1))] == [set()]
    assert [_leaks(known | {hole: status}, catalogue) for status in "MLQ"] == [set()] * 3
    assert _leaks(known | {hole: "N", ("a", 2022, COUNTY, "T", "T"): 23}, catalogue) == {("a", 2022, "0101", "T", "T")}


def test_only_the_newest_publication_of_a_cell_counts():
    catalogue = _catalogue(hide=(4, 4), step=1, units=2)
    old, new = _rows(_line([3, 20])), _rows(_line([3, 20])).assign(published=date(2024, 1, 1))
    revised = pd.concat([new.assign(value=[12.0, 20, 32]), old])
    assert audit(revised, protect(revised, catalogue)[0], catalogue) == []
    revised = pd.concat([new, old.assign(value=[12.0, 20, 32])])
    assert [leak.region for leak in audit(revised, protect(revised, catalogue)[0], catalogue)] == ["0101"]


def test_a_policy_that_hides_one_value_only_hides_nothing():
    assert _leaks({("a", 2022, "0101", "T", "T"): 1}, _catalogue(hide=(1, 1), step=1)) == {
        ("a", 2022, "0101", "T", "T")
    }


def test_the_check_names_a_cell_and_what_to_do():
    figures = _line([7] * 4)
    rows = _rows(figures)
    with pytest.raises(WorkbookError) as error:
        check(rows, protect(rows, _catalogue())[0], _catalogue())
    for words in ("a, 2022, region 0101, sex T, group T", "in all: 4", "hidden_cells in data/disclosure.yaml"):
        assert words in str(error.value)
    safe = _catalogue(hidden=[("a", 2022, COUNTY, "T", "T")])
    check(rows, protect(rows, safe)[0], safe)


# The audit against other attacks


@given(st.integers(0, 10**6), st.sampled_from([2, 6, 15]))
@settings(max_examples=MANY, deadline=None)
def test_no_small_count_is_published_and_the_audit_finds_what_subtraction_finds(seed, mean):
    figures = _random(seed, mean=mean)
    shown = _protected(figures, _catalogue())
    for cell, figure in figures.items():
        limit = 9 if cell[2] == COUNTY else 7
        assert (shown[cell] == "Q") == (0 < figure <= limit)
        assert shown[cell] == "Q" or (shown[cell] % 5 == 0 and abs(shown[cell] - figure) <= 2)
    assert _by_intervals(shown) <= _leaks(figures, _catalogue())


def _by_intervals(shown: dict[tuple, object]) -> set[tuple]:
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


def _fitting(shown: object, region: str) -> range:
    limit = 9 if region == COUNTY else 7
    if shown == "Q":
        return range(1, limit + 1)
    return range(max(limit + 1, int(shown) - 2), int(shown) + 3) if shown else range(1)


#: Where each of four counts stands, as (unit, sex, group).
SHAPES = {
    "four units": [(unit, "T", "T") for unit in _units(4)],
    "units and sexes": list(product(_units(2), "KM", "T")),
    "units and groups": list(product(_units(2), "T", "ab")),
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
@settings(max_examples=4 * MANY, deadline=None)
def test_the_audit_finds_exactly_what_trying_all_tables_finds(counts, shape, policy):
    """Publish every table there is: what looks the same from outside may be the true one."""
    *hide, step = policy
    catalogue = _catalogue(hide=tuple(hide), step=step, units=4 if shape == "four units" else 2)
    figures = _with_margins({("a", 2022, *place): n for place, n in zip(SHAPES[shape], counts, strict=True)})
    memberships = {cell: _members(cell, SHAPES[shape]) for cell in figures}
    exact = shape == "sexes and groups" and not any(0 < figure <= hide[1] for figure in figures.values())
    pictures = {
        c: _picture(EVERY[:, m].sum(axis=1), hide[c[2] == COUNTY], 1 if exact else step) for c, m in memberships.items()
    }
    true = int(np.flatnonzero((counts == EVERY).all(axis=1))[0])
    alike = np.logical_and.reduce([picture == picture[true] for picture in pictures.values()])
    certain = {
        cell
        for cell, picture in pictures.items()
        if picture[true] == -1 and len(set(EVERY[alike][:, memberships[cell]].sum(axis=1))) == 1
    }
    assert _leaks(figures, catalogue) == certain
    assert {cell for cell, value in _protected(figures, catalogue).items() if value == "Q"} == {
        cell for cell, picture in pictures.items() if picture[true] == -1
    }


def _members(cell: tuple, places: list[tuple]) -> list[int]:
    """Which of the four counts a cell adds up; the totals are named T, the county 01."""
    wanted = [None if code == total else code for code, total in zip(cell[2:], (COUNTY, "T", "T"), strict=True)]
    return [
        i for i, place in enumerate(places) if all(w in (None, code) for w, code in zip(wanted, place, strict=True))
    ]


def _picture(counts: np.ndarray, hide: int, step: int) -> np.ndarray:
    return np.where((counts > 0) & (counts <= hide), -1, np.floor(counts / step + 0.5) * step)


@pytest.mark.parametrize("seed", range(4))
def test_cells_hidden_by_hand_mend_a_table(seed):
    """Beside each cell that is found, the smallest shown one of its unit or its sex is hidden, until none is found."""
    figures, hidden, found = _random(seed, units=6, groups="", mean=15), [], []
    for _ in range(20):
        catalogue = _catalogue(hide=(4, 4), step=1, hidden=hidden, units=6)
        shown, leaks = _protected(figures, catalogue), _leaks(figures, catalogue)
        found.append(len(leaks))
        if not leaks:
            break
        near = [c for c in shown if shown[c] not in ("Q", 0) and (c[2] == min(leaks)[2] or c[3] == min(leaks)[3])]
        hidden.append(min(near, key=shown.get))
    assert found[0] > 0 and found[-1] == 0


def test_a_full_table_of_three_years_is_audited_in_seconds():
    figures = _random(7, units=30, years=(2020, 2021, 2022))
    begun = time.perf_counter()
    for catalogue in (_catalogue(), _catalogue(hide=(4, 4), step=1)):
        _leaks(figures, catalogue)
    assert time.perf_counter() - begun < 20


def test_a_share_of_few_is_hidden_where_its_counts_are_rounded_and_the_others_are_about():
    policy = Threshold(hide_up_to=7, round_to=5, least_denominator=50)
    catalogue = _catalogue(_indicator("a", unit="procent"))
    catalogue.policies["K"] = catalogue.policies["K"].model_copy(update={"below_county": policy, "county": policy})
    rows = _rows({("a", 2022, "0101", "T", "T"): (8, 16), ("a", 2022, "0102", "T", "T"): (33, 102)}, "procent")
    shown, log = protect(rows, catalogue)
    # 8 of 16 would have been shown as 10 of 15, two thirds.
    assert list(shown["status"]) == ["Q", "A"] and list(log["rule"])[0] == "hidden: a share of fewer than 50"
    assert (shown["value"].iloc[1], shown["precision"].iloc[1]) == (35.0, "omkring")


def test_a_county_table_that_hides_a_figure_is_rounded_as_a_whole():
    figures = {("a", 2022, COUNTY, sex, "T"): n for sex, n in (("K", 33), ("M", 4), ("T", 37))}
    assert list(_protected(figures, _catalogue()).values()) == [35, "Q", 35]
    assert _leaks(figures, _catalogue()) == set()


def test_a_policy_that_would_show_somebody_as_nobody_is_refused():
    with pytest.raises(ValueError, match="would be shown as 0"):
        Threshold(hide_up_to=2, round_to=10)


def test_a_hidden_cell_that_is_no_figure_is_refused(workbook):
    path = workbook / "data/exempel/disclosure.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("region: XA1", "region: XA9", 1), encoding="utf-8")
    with pytest.raises(WorkbookError, match="hidden_cells: .*XA9.* is no figure of a protected indicator"):
        read_observations(Catalogue(workbook / "data/exempel"))


def test_sums_over_overlapping_years_are_not_shown_and_none_in_all_years_is_none_in_each():
    catalogue = _catalogue(_indicator("a", "S"), _indicator("x", "S", years=3, sum_of="a", first_year=2021))
    yearly = {("a", year, "0101", "T", "T"): 0 for year in (2022, 2023, 2024)}
    sums = {("x", year, "0101", "T", "T"): 0 for year in (2023, 2024)}
    shown = _protected(yearly | sums, catalogue)
    # 2021-2023 beside 2022-2024 would tell of the single years 2021 and 2024.
    assert shown[("x", 2023, "0101", "T", "T")] == "Q" and shown[("x", 2024, "0101", "T", "T")] == 0
    # Hidden zeros beside a sum of zero could be computed; shown, they tell nothing new.
    assert [shown[cell] for cell in yearly] == [0, 0, 0]
    some = _protected(yearly | {("a", 2023, "0101", "T", "T"): 12, ("x", 2024, "0101", "T", "T"): 12}, catalogue)
    assert [some[cell] for cell in yearly] == ["Q", "Q", "Q"] and some[("x", 2024, "0101", "T", "T")] == 10
