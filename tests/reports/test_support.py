"""Where a reader can turn for help: each number with its source, a warning for old sources, and no number without a source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lib.analysis.view import open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import assemble, final
from lib.data.catalogue import Catalogue
from lib.data.records import SupportLine
from tests.conftest import REPORTS, ROOT, change, one, report


def _line(**fields: Any) -> SupportLine:
    return SupportLine(id="x", name="X", number="020-1 2", text="T", **fields)


def test_a_source_is_old_after_a_year_or_without_a_date() -> None:
    today = date(2026, 11, 22)
    assert not _line(checked="2025-11-22").stale(today)
    assert _line(checked="2025-11-21").stale(today)
    assert _line().stale(today)


@pytest.mark.parametrize("name", REPORTS)
def test_the_numbers_come_first_and_last_each_with_its_source(built: Path, name: str) -> None:
    soup = report(built, name)
    lines = yaml.safe_load((ROOT / "data/support.yaml").read_text(encoding="utf-8"))["support"]
    for place in (one(soup, "header"), one(soup, "footer")):
        shown = [item.get_text(" ", strip=True).replace("\u00a0", " ") for item in place.select(".support li")]
        assert len(shown) == len(lines) == 4
        for text, line in zip(shown, lines, strict=True):
            assert line["name"] in text and str(line["number"]) in text and f"Källa: {line['publisher']}" in text
        assert [a["href"] for a in place.select(".support a")] == [
            "tel:112",
            "tel:020505050",
            "tel:020555666",
            "tel:116111",
        ]
    assert "10 juli 2023" in one(soup, "header").get_text() and "sidan saknar datum" in one(soup, "header").get_text()


def test_old_sources_are_reported(workbook: Path) -> None:
    (warning,) = final.old_numbers(open_view(Workbook(workbook), 2022, "rapport"), date.today())
    assert "valj_att_sluta (2021-02-15)" in warning and "sos (no date)" in warning and "data/support.yaml" in warning


def test_a_line_without_a_source_is_not_printed(workbook: Path) -> None:
    change(workbook / "data/support.yaml", "publisher: 8 Sidor", 'publisher: ""')
    printed: Any = assemble._title_page(open_view(Workbook(workbook), 2022, "rapport"), [], False)["support"]
    assert [line["name"] for line in printed] == ["Vid akut fara", "Kvinnofridslinjen", "Välj att sluta"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("checked: 2023-07-10", "checked: snart", "support.yaml"), ('number: "112"', "number: ring", "number")],
)
def test_a_wrong_line_is_one_sentence(workbook: Path, old: str, new: str, message: str) -> None:
    change(workbook / "data/support.yaml", old, new)
    with pytest.raises(WorkbookError, match=message):
        Catalogue(workbook / "data")
