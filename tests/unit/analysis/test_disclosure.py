"""What is hidden stays hidden: the rules for counts, shares and scores."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lib.analysis.disclosure import protect
from lib.analysis.disclosure_audit import audit
from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.data.indicators import Threshold
from lib.data.observations import COLUMNS, SUBJECT, read_observations
from tests.conftest import ROOT
from tests.persons import (
    COUNTY,
    catalogue_of,
    indicator_of,
    line_of,
    log_of,
    protected_of,
    random_table,
    rows_of,
    shown_of,
    unit_codes,
)


def test_counts_below_the_county_are_shown_hidden_or_rounded_each_on_its_own() -> None:
    counts = [0, 1, 7, 8, 12, 13, 17, 18]
    shown = protected_of(line_of(counts), catalogue_of())
    assert list(shown.values()) == [0, "Q", "Q", 10, 10, 15, 15, 20, 75]
    assert log_of(line_of(counts), catalogue_of())[:4] == ["rounded to 5", "hidden: 1-7", "hidden: 1-7", "rounded to 5"]


@pytest.mark.parametrize("region", [COUNTY, "00"])
def test_a_count_of_the_county_is_exact_only_where_there_is_none_below(region: str) -> None:
    alone, unit = ("a", 2022, region, "T", "T"), ("a", 2019, "0101", "T", "T")
    assert [protected_of({alone: n}, catalogue_of())[alone] for n in (0, 1, 9, 10, 13)] == [0, "Q", "Q", 10, 13]
    assert [protected_of({alone: n, unit: 50}, catalogue_of())[alone] for n in (9, 10, 13)] == ["Q", 10, 15]


def test_a_county_count_is_rounded_where_the_sum_over_years_is_shown_below_the_county() -> None:
    catalogue = catalogue_of(indicator_of("a"), indicator_of("x", years=3, sum_of="a"))
    cell = ("a", 2022, COUNTY, "T", "T")
    assert protected_of({cell: 13, ("x", 2022, "0101", "T", "T"): 20}, catalogue)[cell] == 15


def test_other_classes_stand_as_they_are() -> None:
    figures = line_of([1, 3, 5]) | line_of([2, 4, 6], indicator="b")
    rows = rows_of(figures)
    protected, log = protect(
        rows, catalogue_of(indicator_of("a", "P"), indicator_of("b", "V"), hidden=[next(iter(figures))])
    )
    pd.testing.assert_frame_equal(protected, rows)
    assert log.empty and list(log.columns) == [*SUBJECT, "rule"]


def test_the_workbooks_own_published_figures_stand_as_they_are() -> None:
    catalogue = Catalogue(ROOT / "data")
    rows = read_observations(catalogue)
    public = rows["indicator"].map(lambda i: catalogue.indicators[i].disclosure in ("P", "V"))
    protected, _ = protect(rows, catalogue)
    pd.testing.assert_frame_equal(protected[public], rows[public])
    assert audit(rows, protected, catalogue) == []


def test_index_order_and_input_are_untouched() -> None:
    rows = rows_of(random_table(1, units=4)).sample(frac=1, random_state=1)
    rows.index = [7] * len(rows)
    before = rows.copy(deep=True)
    protected, _ = protect(rows, catalogue_of())
    audit(rows, protected, catalogue_of())
    pd.testing.assert_frame_equal(rows, before)
    assert list(protected.columns) == COLUMNS and protected.index.equals(rows.index)
    assert protected[SUBJECT].equals(rows[SUBJECT]) and (protected.dtypes == rows.dtypes).all()
    assert not protected["value"].equals(rows["value"])


def test_no_rows_are_no_fault() -> None:
    protected, log = protect(rows_of({}), catalogue_of())
    assert protected.empty and log.empty and audit(rows_of({}), protected, catalogue_of()) == []


def test_a_hidden_row_keeps_neither_counts_nor_free_text() -> None:
    protected, _ = protect(
        rows_of({("a", 2022, "0101", "T", "T"): (3, 40)}, "procent"), catalogue_of(indicator_of("a", unit="procent"))
    )
    row = protected.iloc[0]
    assert row["status"] == "Q" and row["note"] == "" and row[["value", "numerator", "denominator"]].isna().all()


def test_a_row_without_value_keeps_its_status() -> None:
    figures = {("a", 2022, unit, "T", "T"): letter for unit, letter in zip(unit_codes(4), "QMLN", strict=True)}
    assert list(protected_of(figures, catalogue_of()).values()) == ["Q", "M", "L", "N"]
    assert log_of(figures, catalogue_of()) == []


SHARES = {
    "from the rounded counts": ((33, 102), 35 * 100 / 100, "rounded to 5"),
    "few in the category": ((7, 100), "Q", "hidden: 1-7"),
    "few outside it": ((95, 100), "Q", "hidden: complement 1-7"),
    "few in all": ((0, 7), "Q", "hidden: denominator 1-7"),
    "none of many": ((0, 50), 0, "rounded to 5"),
    "all of many": ((51, 51), 100, "rounded to 5"),
}


@pytest.mark.parametrize("case", SHARES)
def test_shares_protect_those_in_the_category_and_those_outside_it(case: str) -> None:
    figure, shown, rule = SHARES[case]
    cell, catalogue = ("a", 2022, "0101", "T", "T"), catalogue_of(indicator_of("a", unit="procent"))
    assert protected_of({cell: figure}, catalogue, "procent")[cell] == shown
    assert log_of({cell: figure}, catalogue, "procent") == [rule]


@example(5, 0, (4, 10))
@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from([(7, 5), (4, 5), (4, 10), (3, 3), (0, 1)]))
def test_a_share_says_no_more_than_its_published_counts(inside: int, outside: int, policy: tuple[int, int]) -> None:
    assume(inside + outside)
    catalogue = catalogue_of(indicator_of("a", unit="procent"), hide=(policy[0], policy[0]), step=policy[1])
    rows = rows_of({("a", 2022, "0101", "T", "T"): (inside, inside + outside)}, "procent")
    row = protect(rows, catalogue)[0].iloc[0]
    if row["status"] != "Q":
        assert 0 <= row["numerator"] <= row["denominator"] and row["denominator"] > 0
        assert row["value"] == pytest.approx(100 * row["numerator"] / row["denominator"])
        assert row["numerator"] % policy[1] == row["denominator"] % policy[1] == 0
        assert not any(0 < count <= policy[0] for count in (inside, outside, inside + outside))


def test_a_share_without_counts_is_shown_for_the_county_only() -> None:
    catalogue = catalogue_of(indicator_of("a", unit="procent"))
    figures = {("a", 2022, region, "T", "T"): 12.5 for region in ("0101", COUNTY)}
    assert list(protected_of(figures, catalogue, "procent").values()) == ["Q", 12.5]


def test_a_small_numerator_is_hidden_even_where_the_denominator_is_missing() -> None:
    rows = rows_of({("a", 2022, COUNTY, "T", "T"): 12.5}, "procent").assign(numerator=3.0)
    assert list(shown_of(protect(rows, catalogue_of(indicator_of("a", unit="procent")))[0]).values()) == ["Q"]


def test_a_share_of_the_county_alone_is_exact() -> None:
    rows = rows_of({("a", 2022, COUNTY, "T", "T"): (33, 102)}, "procent")
    protected, _ = protect(rows, catalogue_of(indicator_of("a", unit="procent")))
    assert protected[["value", "numerator", "denominator"]].equals(rows[["value", "numerator", "denominator"]])


@pytest.mark.parametrize(("region", "answers", "shown"), [("0101", 29, "Q"), ("0101", 31, 6.4), ("0101", np.nan, "Q"), (COUNTY, 12, 6.4), (COUNTY, 9, "Q")])  # fmt: skip
def test_a_mean_score_needs_thirty_answers_below_the_county(region: str, answers: float, shown: object) -> None:
    rows = rows_of({("a", 2022, region, "T", "T"): 6.4}, "index_0_10").assign(denominator=float(answers))
    protected, _ = protect(rows, catalogue_of(indicator_of("a", unit="index_0_10")))
    assert list(shown_of(protected).values()) == [shown]


def test_the_most_sensitive_are_shown_below_the_county_as_sums_over_years_only() -> None:
    catalogue = catalogue_of(indicator_of("a", "S"), indicator_of("x", "S", years=3, sum_of="a"))
    places = [("0101", "T", "T"), ("0101", "K", "T"), ("0101", "T", "g"), (COUNTY, "K", "g")]
    figures = {(indicator, 2022, *place): 50 for indicator in "ax" for place in places}
    assert list(protected_of(figures, catalogue).values()) == ["Q", "Q", "Q", 50, 50, "Q", "Q", 50]
    assert set(log_of(figures, catalogue)) == {
        "hidden: fewer years than 3", "hidden: broken down by sex or group", "rounded to 5",
    }  # fmt: skip


def test_all_or_none_of_few_is_to_be_looked_at() -> None:
    catalogue = catalogue_of(indicator_of("a", unit="procent"))
    figures = [(0, 29), (29, 29), (0, 30), (10, 29), (0, 5)]
    looks = [
        "look at: all or none of few" in log_of({("a", 2022, "0101", "T", "T"): f}, catalogue, "procent")
        for f in figures
    ]
    assert looks == [True, True, False, False, False]


def test_the_log_is_the_same_whatever_the_hidden_and_rounded_figures_are() -> None:
    one, other = line_of([0, 1, 8, 16], 25), line_of([0, 6, 12, 22], 40)
    assert log_of(one, catalogue_of()) == log_of(other, catalogue_of())
    assert log_of(one, catalogue_of()) == [
        "rounded to 5",
        "hidden: 1-7",
        "rounded to 5",
        "rounded to 5",
        "rounded to 5",
    ]


def test_a_count_that_is_no_whole_number_is_named() -> None:
    with pytest.raises(WorkbookError, match="a, region 0101, 2022: .* whole number"):
        protect(rows_of({("a", 2022, "0101", "T", "T"): 7.5}), catalogue_of())


def test_a_hidden_cell_of_an_unknown_indicator_is_named() -> None:
    with pytest.raises(WorkbookError, match="data/disclosure.yaml, hidden_cells: there is no indicator 'b'; correct"):
        protect(rows_of(line_of([10])), catalogue_of(hidden=[("b", 2022, "0101", "T", "T")]))


def test_a_share_of_few_is_hidden_where_its_counts_are_rounded_and_the_others_are_about() -> None:
    policy = Threshold(hide_up_to=7, round_to=5, least_denominator=50)
    catalogue = catalogue_of(indicator_of("a", unit="procent"))
    catalogue.policies["K"] = catalogue.policies["K"].model_copy(update={"below_county": policy, "county": policy})
    rows = rows_of({("a", 2022, "0101", "T", "T"): (8, 16), ("a", 2022, "0102", "T", "T"): (33, 102)}, "procent")
    shown, log = protect(rows, catalogue)
    # 8 of 16 would have been shown as 10 of 15, two thirds.
    assert list(shown["status"]) == ["Q", "A"] and list(log["rule"])[0] == "hidden: a share of fewer than 50"
    assert (shown["value"].iloc[1], shown["precision"].iloc[1]) == (35.0, "omkring")


def test_a_policy_that_would_show_somebody_as_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="would be shown as 0"):
        Threshold(hide_up_to=2, round_to=10)


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        ("region: XA9", "data/disclosure.yaml, .*: region 'XA9' does not exist"),
        ('region: "00"', "hidden_cells: .*, 00,.* is no figure of a protected indicator"),
    ],
)
def test_a_hidden_cell_that_is_no_figure_is_refused(workbook: Path, slip: str, message: str) -> None:
    path = workbook / "data/exempel/disclosure.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("region: XA1", slip, 1), encoding="utf-8")
    with pytest.raises(WorkbookError, match=message):
        read_observations(Catalogue(workbook / "data/exempel"))


def test_sums_over_overlapping_years_are_not_shown_and_none_in_all_years_is_none_in_each() -> None:
    catalogue = catalogue_of(indicator_of("a", "S"), indicator_of("x", "S", years=3, sum_of="a", first_year=2021))
    yearly = {("a", year, "0101", "T", "T"): 0 for year in (2022, 2023, 2024)}
    sums = {("x", year, "0101", "T", "T"): 0 for year in (2023, 2024)}
    shown = protected_of(yearly | sums, catalogue)
    # 2021-2023 and 2022-2024 together would give the single years 2021 and 2024 away.
    assert shown[("x", 2023, "0101", "T", "T")] == "Q" and shown[("x", 2024, "0101", "T", "T")] == 0
    # Hidden zeros could be computed from a sum of zero; showing them gives nothing more away.
    assert [shown[cell] for cell in yearly] == [0, 0, 0]
    some = protected_of(yearly | {("a", 2023, "0101", "T", "T"): 12, ("x", 2024, "0101", "T", "T"): 12}, catalogue)
    assert [some[cell] for cell in yearly] == ["Q", "Q", "Q"] and some[("x", 2024, "0101", "T", "T")] == 10
