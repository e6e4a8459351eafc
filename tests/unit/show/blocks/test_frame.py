"""Alt texts are held to the data, and figures name their unit, N and source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lib.analysis.value import Value
from lib.analysis.view import open_view
from lib.base.workbook import Workbook
from lib.show.blocks.frame import amounts_of, check_alt
from tests.conftest import REPORTS, ROOT, report


@pytest.fixture(scope="module")
def values() -> list[Value]:
    """Two values, one of them without counts."""
    finding = open_view(Workbook(ROOT), 2022, "test").finding("personuppkl_grov_kvinnofridskrankning")
    latest, nan = finding.home[0].latest, float("nan")
    drawn = (13.2383, 65.0, 491.0), (8.0, nan, nan)
    return [replace(latest, value=v, numerator=n, denominator=of) for v, n, of in drawn]


GOOD = "Linjediagram i procent, 2020–2021, över andelen. Stockholm: 8 år 2020, 13,2 år 2021."


def test_an_alt_text_that_says_what_is_seen_passes(values: list[Value]) -> None:
    check_alt("x", GOOD, "Andelen ökade från 8 till 13,2 procent.", amounts_of(values))


@pytest.mark.parametrize(
    ("alt", "caption", "message"),
    [
        ("", "Andelen ökade.", "has 0 characters"),
        ("Ett diagram", "Andelen ökade.", "has 11 characters"),
        ("x" * 701, "Andelen ökade.", "has 701 characters; say in at least 20 and at most 700 what the figure shows"),
        (GOOD, GOOD.upper(), "is its caption"),
        ("Linjediagram över hur andelen har ökat i Stockholm, år för år.", "Andelen", "mentions no value"),
        (GOOD.replace("13,2", "14,2").replace(": 8 ", ": 9 "), "Andelen", "mentions no value"),
    ],
)
def test_an_alt_text_that_does_not_is_refused(alt: str, caption: str, message: str, values: list[Value]) -> None:
    with pytest.raises(ValueError, match=message):
        check_alt("x", alt, caption, amounts_of(values))


def test_every_figure_names_unit_n_and_source(built: Path) -> None:
    for name in REPORTS:
        for figure in report(built, name).select("figure.lr-figure"):
            words = figure.get_text(" ", strip=True)
            assert "Enhet: " in words and ("Källa: " in words or "Källor: " in words), figure["id"]
