"""The captions of line charts."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import report


def test_a_caption_says_what_has_come_of_it_since_the_first_year_and_by_a_test(built: Path) -> None:
    captions = {
        str(f["id"]): f.select("figcaption")[0].get_text().replace("\u00a0", " ")
        for f in report(built, 2025).select("figure")
    }
    up = captions["mal-5-figur-personuppkl_grov_kvinnofridskrankning"]
    assert up.endswith("ingen säkerställd förändring. Sedan 2019, då den var 9,2 procent, har den ökat säkerställt.")
    down = captions["mal-6-figur-personuppkl_kontaktforbud_overtradelse"]
    assert down.endswith("Sedan 2020, då den var 31,0 procent, har den minskat säkerställt.")
    # Where the newest value cannot be compared with the year before, nothing is said of the longer run either.
    assert captions["mal-2-figur-stodsamtal_med_bistandsbeslut"].endswith("var 80 procent 2023.")
