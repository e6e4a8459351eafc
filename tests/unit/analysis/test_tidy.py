"""Tables of values for pandas hold what the report shows, no more, and are recognised when they come back."""

from __future__ import annotations

import pandas as pd
import pytest

from lib.analysis.tidy import COLUMNS, noted, tidy, values_of, widened
from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from tests.conftest import REPORTS, ROOT

ASKED = "mhv_tillfragade"


@pytest.fixture(scope="module")
def example() -> View:
    return open_view(Workbook(ROOT), "exempel", "test")


def test_a_row_is_a_value_of_the_lines_with_the_documented_columns(example: View) -> None:
    data, finding = tidy(example, [ASKED]), example.finding(ASKED)
    assert list(data.columns) == list(COLUMNS)
    assert [str(kind) for kind in data.dtypes[["year", "value", "published"]]] == ["int64", "float64", "datetime64[s]"]
    lines = [value for line in (*finding.home, *finding.comparison) for value in line.values]
    assert data["value"].tolist() == [value.value for value in lines]
    assert set(data["region_name"]) == {"Exempellän", "Riket"}


def test_no_hidden_figure_can_be_reached(example: View) -> None:
    protects = {i.id for i in example.known.indicators.values() if example.known.policies[i.disclosure].county}
    data = tidy(example, sorted(protects), units=True)
    hidden = data[data["status"] == "Q"]
    assert len(hidden) > 10 and hidden[["value", "numerator", "low", "high"]].isna().all(axis=None)
    units = {unit.code for unit in example.units()}
    shown = data[(data["unit"] == "antal") & data["value"].notna() & data["region"].isin(units)]
    assert len(shown) > 10 and (shown["value"] % 5 == 0).all() and shown["low"].isna().all()


def test_regions_are_chosen_by_word_name_or_code_and_units_only_when_asked_for(example: View) -> None:
    assert set(tidy(example, [ASKED], "home")["region"]) == {"X1"}
    assert set(tidy(example, [ASKED], "country")["region"]) == {"00"}
    routine = "rutin_vid_indikation_vuxen"
    assert set(tidy(example, [routine], ["Kommun B", "XC"])["region_name"]) == {"Kommun B", "Kommun C"}
    assert len(set(tidy(example, [routine], units=True)["region"])) > 20 > len(set(tidy(example, [routine])["region"]))


@pytest.mark.parametrize(
    ("identifiers", "regions", "message"),
    [
        (["mhv_tillfragad"], None, "no indicator 'mhv_tillfragad'; did you mean mhv_tillfragade"),
        ([ASKED], ["Komun B"], "no region 'Komun B'; did you mean Kommun B"),
        ([], None, "chapter.data needs the id of an indicator"),
    ],
)
def test_unknown_names_are_met_with_the_nearest(
    example: View, identifiers: list[str], regions: list[str] | None, message: str
) -> None:
    with pytest.raises(WorkbookError, match=message):
        tidy(example, identifiers, regions)


def test_a_pivot_has_a_column_for_each_year_and_remembers_what_it_was_made_of(example: View) -> None:
    wide = widened(tidy(example, [ASKED]), "year")
    assert [int(year) for year in wide.columns] == [2020, 2021, 2022] and wide.loc["Riket", 2022] == 95
    assert {value.indicator.id for value in noted(example, wide)} == {ASKED}
    with pytest.raises(WorkbookError, match='wide="years": chapter.data has no such column'):
        widened(tidy(example, [ASKED]), "years")


@pytest.mark.parametrize("name", REPORTS)
def test_each_row_of_each_report_is_recognised(name: str) -> None:
    view = open_view(Workbook(ROOT), name, "test")
    data = tidy(view, list(view.known.indicators), units=True)
    values = values_of(view, data.sample(frac=1, random_state=1)) or []
    assert len(values) == len(data) > 20
    assert sorted(v.value for v in values if v.known) == sorted(data["value"].dropna())


def test_a_changed_or_invented_row_is_refused(example: View) -> None:
    data = tidy(example, [ASKED])
    changed, invented = data.copy(), data.copy()
    changed.loc[0, "value"], invented.loc[0, "year"] = 99.0, 1999
    with pytest.raises(WorkbookError, match="data says 99 for mhv_tillfragade 2020 in X1, the workbook 92"):
        values_of(example, changed)
    with pytest.raises(WorkbookError, match="a row for mhv_tillfragade 1999 in X1 that chapter.data does not have"):
        values_of(example, invented)
    with pytest.raises(WorkbookError, match="the column indicator but not source"):
        values_of(example, data.drop(columns="source"))
    hidden = pd.DataFrame({"indicator": [], "value": []})
    with pytest.raises(WorkbookError, match="but not year"):
        values_of(example, hidden)
