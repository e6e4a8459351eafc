"""Which rows form a series, and the sentences that are computed from them."""

from datetime import date

import pytest

from lib.analysis.series import few_cases
from lib.analysis.view import open_view
from lib.base.swedish import NBSP
from lib.base.workbook import Workbook
from lib.show import prose
from tests.conftest import ROOT


def _view(year: int, goal: int | None = None):
    return open_view(Workbook(ROOT), year, f"mal-{goal}", goal)


def _text(year: int, identifier: str) -> str:
    view = _view(year)
    return " ".join(prose.describe(view.series(identifier), year, view.parameters.cut_off)).replace(NBSP, " ")


def test_bra_is_the_series_and_the_status_report_stands_beside_it():
    series = _view(2022).series("personuppkl_grov_kvinnofridskrankning")
    assert [line.region for line in series.home] == ["Rn03"]
    assert series.home[0].latest["year"] == 2021
    assert (series.home[0].latest["numerator"], series.home[0].latest["denominator"]) == (65, 491)
    assert set(series.beside["region"]) == {"01"}
    assert series.conflicting.empty


def test_two_status_reports_that_differ_are_both_quoted_and_not_called_a_revision():
    assert "Olika uppgift" not in _text(2022, "personuppkl_grov_kvinnofridskrankning")
    text = _text(2023, "personuppkl_grov_kvinnofridskrankning")
    assert "Olika uppgift i två lägesrapporter: för 2021 anges 13 procent" in text
    assert "och 14 procent" in text
    assert "[r]" not in text


def test_a_publisher_that_changes_its_table_is_marked_as_revised():
    view = _view(2022)
    rows = view.observations.query("indicator == 'personuppkl_koppleri' and region == 'Rn03' and year == 2021")
    later = rows.assign(value=20.0, published=date(2023, 1, 1))
    import pandas as pd

    from lib.analysis.series import IndicatorSeries

    series = IndicatorSeries(
        view.catalogue.indicator("personuppkl_koppleri"), pd.concat([rows, later], ignore_index=True), view.catalogue
    )
    assert "Källan har ändrat uppgiften [r]" in prose.conflicts(series)[0]


def test_routine_from_54_to_76():
    text = _text(2022, "rutin_vid_indikation_vuxen")
    assert "År 2022 var andelen" in text and "närstående 76 procent." in text
    assert "från 54 till 76 procent (+22 procentenheter; osäkerhet kan inte beräknas)" in text
    assert "utan test" in text and "ökade" not in text


def test_a_figure_older_than_the_report_says_so():
    text = _text(2022, "mhv_tillfragade")
    assert "År 2021 var andelen" in text
    assert (
        "För 2022 fanns inget tal för Stockholms län i arbetsbokens underlag vid brytdatumet den 30 maj 2023." in text
    )


def test_approximate_figures_keep_their_word_and_are_never_subtracted():
    text = _text(2022, "stodsamtal_utan_bistandsbeslut")
    assert "drygt 74 procent" in text
    assert "procentenheter" not in _text(2023, "stodsamtal_med_bistandsbeslut")


def test_no_change_is_told_across_a_break():
    text = _text(2025, "personuppkl_kop_av_sexuell_tjanst")
    assert "Tidigare år är inte jämförbara. Från 2025 heter brottet köp av sexuell handling" in text
    assert "Året före" not in text
    assert "Året före, 2022" in _text(2024, "personuppkl_kop_av_sexuell_tjanst")


def test_a_national_figure_is_never_the_countys():
    text = _text(2022, "fortbildning_handlaggare_vuxna")
    assert text.startswith("För Stockholms län saknas uppgift i arbetsbokens underlag. I hela riket var andelen")
    assert "96 procent år 2020" in text


def test_nothing_known_is_said_in_so_many_words():
    assert _text(2022, "ntu_misshandel") == "Inget tal finns i arbetsbokens underlag för 2022 eller tidigare."


def test_whole_numbers_of_a_status_report_get_no_decimals():
    view = _view(2023)
    series = view.series("personuppkl_grov_kvinnofridskrankning")
    shown = {prose.value(row, series.indicator) for _, row in series.beside.iterrows()}
    assert shown == {"9 procent", "13 procent", "14 procent", "19 procent"}
    assert prose.value(series.home[0].latest, series.indicator) == "18,9 procent"


@pytest.mark.parametrize(("cleared", "handled", "few"), [(9, 500, True), (10, 30, False), (10, 29, True), (0, 0, True)])
def test_few_cases(cleared, handled, few):
    import pandas as pd

    assert few_cases(pd.Series({"numerator": cleared, "denominator": handled})) is few


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022, 2023, 2024, 2025])
def test_every_indicator_can_be_described_in_every_year(year):
    view = _view(year)
    for identifier in view.catalogue.indicators:
        for sentence in prose.describe(view.series(identifier), year, view.parameters.cut_off):
            assert sentence.endswith((".", ")."))
            assert "nan" not in sentence and "None" not in sentence and "  " not in sentence
