"""The intervals are those of the literature: held against an independent library, and against what an interval must do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson

from lib.analysis.intervals import byar, count_difference, newcombe, wilson

shares = st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
numbers = st.integers(0, 5000)


@given(shares)
def test_wilson_is_the_librarys(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert (low, high) == pytest.approx(proportion_confint(*share, method="wilson"), abs=1e-9)
    assert 0 <= low <= share[0] / share[1] + 1e-12 and share[0] / share[1] - 1e-12 <= high <= 1


@given(shares, shares)
def test_newcombe_is_the_librarys_and_turns_with_its_arguments(
    later: tuple[int, int], earlier: tuple[int, int]
) -> None:
    low, high = newcombe(later, earlier)
    assert (low, high) == pytest.approx(confint_proportions_2indep(*later, *earlier, method="newcomb"), abs=1e-6)
    assert low <= later[0] / later[1] - earlier[0] / earlier[1] <= high
    assert newcombe(earlier, later) == pytest.approx((-high, -low))


@pytest.mark.parametrize("count", range(10))
def test_a_count_below_ten_has_the_exact_interval(count: int) -> None:
    low, high = confint_poisson(count, 1, method="exact-c")
    assert byar(count) == pytest.approx((0.0 if count == 0 else low, high), rel=1e-9)


@given(st.integers(10, 100_000))
def test_byar_comes_close_to_the_exact_interval(count: int) -> None:
    assert byar(count) == pytest.approx(confint_poisson(count, 1, method="exact-c"), rel=0.003)


@given(numbers, numbers)
def test_the_interval_of_a_difference_of_counts_holds_it_and_turns_with_it(later: int, earlier: int) -> None:
    low, high = count_difference(later, earlier)
    assert low <= later - earlier <= high
    assert count_difference(earlier, later) == pytest.approx((-high, -low))
