"""The spread between municipalities: range, median, all together, and which lie apart from the country by more than chance."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.spread import Cases, Spread, spread
from lib.analysis.view import View
from tests.unit.show.blocks.views import view_of

CRIME = "anmald_misshandel_kvinna_inomhus"
#: N07549 of 2022 in Kolada's file, and SCB's population of the county on 31 December 2022.
LOWEST, HIGHEST, COUNTRY, PEOPLE = 58.8285, 310.468, 184.8871, 2_440_027


@pytest.fixture(scope="module")
def view() -> View:
    return view_of(2022, chapter="likvardighet")


def _found(view: View, identifier: str = CRIME) -> Spread:
    found = spread(view, identifier)
    assert found is not None
    return found


def test_the_spread_of_a_year_is_the_files(view: View) -> None:
    found = _found(view)
    assert (found.year, len(found.values), found.lacking) == (2022, 26, ())
    assert (found.lowest, found.highest) == (LOWEST, HIGHEST)
    assert found.country is not None and found.country.value == COUNTRY
    ordered = sorted(value.value for value in found.values)
    assert found.median == pytest.approx((ordered[12] + ordered[13]) / 2)


def test_cases_are_whole_numbers_of_people(view: View) -> None:
    # A rate times the population must give whole cases; otherwise the wrong population would be used.
    found = _found(view)
    for value in found.values:
        cases = found.cases[value.region.code]
        assert cases.amount == pytest.approx(value.value * cases.population / 100_000, abs=0.01)
    assert found.together is not None
    assert found.together.population == PEOPLE
    assert found.together.rate == pytest.approx(100_000 * found.together.amount / PEOPLE)


def test_those_who_do_not_take_part_are_named_and_nothing_is_summed() -> None:
    found = _found(view_of(2023, chapter="likvardighet"), "socialtjanst_aktualiserade_vald")
    assert (len(found.values), len(found.lacking)) == (12, 14)
    assert {value.region.code for value in found.values}.isdisjoint(region.code for region in found.lacking)
    assert (found.together, found.apart, found.country, found.cases) == (None, None, None, {})


def test_a_figure_published_after_the_cut_off_is_not_there(view: View) -> None:
    # Published on 5 June 2023, after the cut-off of the report for 2022.
    assert spread(view, "socialtjanst_aktualiserade_vald") is None


def test_one_municipality_without_a_figure_prevents_the_sum(view: View) -> None:
    found = _found(view)
    code = found.values[0].region.code
    fewer = replace(
        found,
        values=found.values[1:],
        lacking=(found.values[0].region,),
        cases={c: v for c, v in found.cases.items() if c != code},
    )
    assert fewer.together is None
    unknown = replace(found, cases={c: v for c, v in found.cases.items() if c != code})
    assert unknown.together is None


@given(st.integers(0, 5000), st.integers(1000, 1_000_000))
def test_an_interval_holds_its_rate_and_narrows_with_people(amount: int, people: int) -> None:
    cases = Cases(amount, people, 100_000)
    low, high = cases.interval
    assert low <= cases.rate <= high
    wider = Cases(amount, 2 * people, 100_000).interval
    assert math.isclose(2 * (wider[1] - wider[0]), high - low, rel_tol=1e-9)


def test_apart_counts_only_municipalities_whose_interval_excludes_the_country(view: View) -> None:
    found = _found(view)
    assert found.apart is not None
    above = [v for v in found.values if found.cases[v.region.code].interval[0] > COUNTRY]
    below = [v for v in found.values if found.cases[v.region.code].interval[1] < COUNTRY]
    assert found.apart == (len(above), len(below)) == (10, 9)
    assert all(v.value > COUNTRY for v in above) and all(v.value < COUNTRY for v in below)
