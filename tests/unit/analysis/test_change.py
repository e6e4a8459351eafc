"""A change is said only where the interval of the difference leaves no zero, never across a break."""

from lib.analysis import change
from lib.analysis.series import IndicatorSeries
from lib.analysis.view import open_view
from lib.base.swedish import NBSP
from lib.base.workbook import Workbook
from lib.show import prose
from tests.conftest import ROOT


def _told(year: int, identifier: str) -> tuple[change.Change, str]:
    view = open_view(Workbook(ROOT), year, "test")
    series = view.series(identifier)
    text = " ".join(prose.describe(series, year, view.parameters.cut_off)).replace(NBSP, " ")
    return change.of_line(series, series.home[0]), text


def test_a_small_difference_of_counts_is_no_change():
    told, text = _told(2022, "personuppkl_grov_kvinnofridskrankning")
    assert told.tested and told.verdict == "ingen säkerställd förändring"
    assert "Det är ingen säkerställd förändring (95-procentigt intervall för skillnaden −4," in text
    assert "ökade" not in text and "minskade" not in text


def test_a_clear_difference_of_counts_is_told_with_its_interval():
    told, text = _told(2023, "personuppkl_grov_kvinnofridskrankning")
    assert told.verdict == "rätt håll" and told.interval[0] > 0
    assert "Andelen ökade (95-procentigt intervall" in text


def test_without_counts_there_is_a_direction_but_no_test():
    told, text = _told(2022, "rutin_vid_indikation_vuxen")
    assert told.verdict == "rätt håll" and not told.tested and told.difference == 22
    assert "(+22 procentenheter; osäkerhet kan inte beräknas). Det är åt rätt håll, utan test." in text


def test_nothing_is_judged_across_a_break_or_of_an_approximate_figure():
    assert _told(2025, "personuppkl_kop_av_sexuell_tjanst")[0].verdict == "går inte att bedöma"
    assert _told(2023, "stodsamtal_med_bistandsbeslut")[0].verdict == "går inte att bedöma"


def test_what_has_no_desired_direction_is_never_right_or_wrong():
    view = open_view(Workbook(ROOT), 2024, "test")
    for indicator in view.catalogue.indicators.values():
        series = view.series(indicator.id)
        for line in series.home:
            if line.has_value and indicator.direction == "none":
                assert change.of_line(series, line).verdict not in ("rätt håll", "fel håll")


def test_few_units_are_compared_only_where_the_same_ones_answered():
    view = open_view(Workbook(ROOT), "exempel", "test")
    series = view.series("rutin_vid_indikation_vuxen")
    told = change.of_line(series, series.home[0])
    assert (told.verdict, told.units) == ("rätt håll", 1) and not told.tested
    # Kommun D answers in place of Kommun B: as many answered, but others.
    rows = series.rows.copy()
    rows.loc[(rows["year"] == 2024) & (rows["region"] == "XB"), ["value", "status"]] = [None, "M"]
    rows.loc[(rows["year"] == 2024) & (rows["region"] == "XD"), ["value", "status"]] = [100.0, "A"]
    other = IndicatorSeries(series.indicator, rows, series.catalogue)
    assert change.of_line(other, other.home[0]).verdict == "går inte att bedöma"
    sentences = " ".join(prose.describe(other, 2024, view.parameters.cut_off))
    assert "Det är inte samma enheter som har svarat båda åren, så ingen riktning anges." in sentences
