"""The sentences that are computed from figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from lib.analysis.view import View, open_view
from lib.base.swedish import NBSP
from lib.base.workbook import Workbook
from lib.show import prose
from tests.conftest import ROOT, YEARS


def _view(year: int | str) -> View:
    return open_view(Workbook(ROOT), year, "test")


def _text(year: int, identifier: str) -> str:
    return " ".join(prose.describe(_view(year).finding(identifier))).replace(NBSP, " ")


def test_two_status_reports_that_differ_are_both_quoted_and_not_called_a_revision() -> None:
    assert "Olika uppgift" not in _text(2022, "personuppkl_grov_kvinnofridskrankning")
    text = _text(2023, "personuppkl_grov_kvinnofridskrankning")
    assert "Olika uppgift i två lägesrapporter: för 2021 anges 13 procent" in text
    assert "och 14 procent" in text
    assert "[r]" not in text


def test_a_publisher_that_changes_its_table_is_marked_as_revised() -> None:
    view = _view(2022)
    rows = view.rows.query("indicator == 'personuppkl_koppleri' and region == 'Rn03' and year == 2021")
    later = rows.assign(value=20.0, published=date(2023, 1, 1))
    found = replace(view, rows=pd.concat([view.rows, later], ignore_index=True)).finding("personuppkl_koppleri")
    assert "Källan har ändrat uppgiften [r]" in prose.conflict(found.conflicts[0])


def test_routine_from_54_to_76() -> None:
    text = _text(2022, "rutin_vid_indikation_vuxen")
    assert "År 2022 var andelen" in text and "närstående 76 procent." in text
    assert "från 54 till 76 procent (+22 procentenheter; osäkerhet kan inte beräknas). Det är åt rätt håll, " in text
    assert "utan test" in text and "ökade" not in text


def test_a_difference_has_its_interval_and_a_verb_only_where_it_is_certain() -> None:
    small, clear = (_text(year, "personuppkl_grov_kvinnofridskrankning") for year in (2022, 2023))
    assert "Det är ingen säkerställd förändring (95-procentigt intervall för skillnaden −4," in small
    assert "ökade" not in small and "minskade" not in small
    assert "Andelen ökade (95-procentigt intervall" in clear


def test_a_figure_older_than_the_report_says_so() -> None:
    text = _text(2022, "mhv_tillfragade")
    assert "År 2021 var andelen" in text
    assert (
        "För 2022 fanns inget tal för Stockholms län i arbetsbokens underlag vid brytdatumet den 30 maj 2023." in text
    )


def test_approximate_figures_keep_their_word_and_are_never_subtracted() -> None:
    assert "drygt 74 procent" in _text(2022, "stodsamtal_utan_bistandsbeslut")
    assert "procentenheter" not in _text(2023, "stodsamtal_med_bistandsbeslut")


def test_no_change_is_described_across_a_break() -> None:
    text = _text(2025, "personuppkl_kop_av_sexuell_tjanst")
    assert "Tidigare år är inte jämförbara. Från 2025 heter brottet köp av sexuell handling" in text
    assert "Året före" not in text
    assert "Året före, 2022" in _text(2024, "personuppkl_kop_av_sexuell_tjanst")


def test_a_national_figure_is_never_the_countys() -> None:
    text = _text(2022, "fortbildning_handlaggare_vuxna")
    assert text.startswith("För Stockholms län saknas uppgift i arbetsbokens underlag. I hela riket var andelen")
    assert "96 procent år 2020" in text


def test_an_indicator_without_any_figure_says_so() -> None:
    assert _text(2022, "ntu_misshandel") == "Inget tal finns i arbetsbokens underlag för 2022 eller tidigare."


def test_whole_numbers_of_a_status_report_get_no_decimals() -> None:
    finding = _view(2023).finding("personuppkl_grov_kvinnofridskrankning")
    assert {prose.text(value) for value in finding.quoted} == {"9 procent", "13 procent", "14 procent", "19 procent"}
    assert prose.text(finding.home[0].latest) == "18,9 procent"


def test_other_units_in_a_share_of_few_give_no_direction() -> None:
    view = _view("exempel")
    rows = view.rows.copy()
    asked = (rows["indicator"] == "rutin_vid_indikation_vuxen") & (rows["year"] == 2024)
    for region, value, status in (("XB", float("nan"), "M"), ("XD", 100.0, "A")):
        rows.loc[asked & (rows["region"] == region), "value"] = value
        rows.loc[asked & (rows["region"] == region), "status"] = status
    sentences = " ".join(prose.describe(replace(view, rows=rows).finding("rutin_vid_indikation_vuxen")))
    assert "Det är inte samma enheter som har svarat båda åren, så ingen riktning anges." in sentences


@pytest.mark.parametrize("year", YEARS)
def test_every_indicator_can_be_described_in_every_year(year: int) -> None:
    view = _view(year)
    for identifier in view.known.indicators:
        for sentence in prose.describe(view.finding(identifier)):
            assert sentence.endswith((".", ")."))
            assert "nan" not in sentence and "None" not in sentence and "  " not in sentence


def test_a_figure_of_another_publication_is_said_where_the_series_has_none() -> None:
    view = open_view(Workbook(ROOT), "exempel", "metod")
    known = view.finding("kontaktforbud_beviljade")
    values = tuple(v for v in known.values if v.source.family != "exempelstatistik" or v.year < 2022)
    text = " ".join(prose.describe(replace(known, values=values, year=2022)))
    assert "Serien har inget tal för 2022; ”" in text and "anger omkring 31 procent." in text
    assert "fanns inget tal" not in text
