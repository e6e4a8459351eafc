"""The register of Sweden's regions is complete, and outlines are checked before anything is drawn from them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.base.errors import WorkbookError
from lib.data import regions
from lib.data.catalogue import Catalogue
from lib.data.regions import Region, read_outlines
from tests.conftest import ROOT


def test_the_register_is_complete_and_agrees_with_the_shipped_data() -> None:
    rows = regions.register()
    kinds = {kind: [r for r in rows if r["type"] == kind] for kind in ("län", "kommun", "polisregion")}
    assert {kind: len(units) for kind, units in kinds.items()} == {"län": 21, "kommun": 290, "polisregion": 7}
    assert {r["parent"] for r in kinds["kommun"]} == {r["code"] for r in kinds["län"]}
    assert {r["police_region"] for r in kinds["län"]} == {r["code"] for r in kinds["polisregion"]}
    shipped = {r.code: (r.name, r.parent) for r in Catalogue(ROOT / "data").regions.values()}
    assert all(shipped[r["code"]] == (r["name"], r["parent"]) for r in [*kinds["län"], *kinds["kommun"]])
    assert regions.police_region("Rn03")["name"] == shipped["Rn03"][0]


@pytest.mark.parametrize("name", ["Skåne län", "skåne", "12"])
def test_a_county_is_found_by_name_and_code(name: str) -> None:
    assert regions.county(name)["name"] == "Skåne län"


def test_a_misspelt_county_gets_a_hint() -> None:
    with pytest.raises(WorkbookError, match="did you mean Skåne län"):
        regions.county("Skane län")
    with pytest.raises(WorkbookError, match="the counties are Stockholms län"):
        regions.county("xyz")


def test_a_merged_district_exists_until_its_last_day() -> None:
    district = Region(code="1", name="a", type="stadsdel", valid_from=date(2010, 1, 1), valid_to=date(2020, 6, 30))
    assert district.exists(date(2020, 1, 1), date(2020, 12, 31))
    assert not district.exists(date(2009, 1, 1), date(2009, 12, 31))


SQUARE = [[[18.0, 59.0], [18.0, 59.1], [18.1, 59.1], [18.0, 59.0]]]


def _outlines(path: Path, kind: str = "Polygon", coordinates: Any = SQUARE, codes: tuple[str, ...] = ("0180",)) -> Path:
    geometry = {"type": kind, "coordinates": coordinates}
    features = [{"type": "Feature", "properties": {"region_code": code}, "geometry": geometry} for code in codes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_outlines_are_lists_of_polygons(tmp_path: Path) -> None:
    assert read_outlines(tmp_path / "a", set()) == {}
    square = [[tuple(point) for point in ring] for ring in SQUARE]
    assert read_outlines(_outlines(tmp_path / "a"), {"0180"}) == {"0180": [square]}
    assert read_outlines(_outlines(tmp_path / "a", "MultiPolygon", [SQUARE]), {"0180"}) == {"0180": [square]}


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown region": ({"codes": ("9999",)}, "'9999' is not in data/regions.csv"),
    "a region twice": ({"codes": ("0180", "0180")}, "'0180' occurs twice"),
    "metres": ({"coordinates": [[[674000.0, 6580000.0]] * 4]}, "less than or equal to 180"),
    "a line": ({"kind": "LineString"}, "geometry"),
    "too few points": ({"coordinates": [SQUARE[0][:3]]}, "at least 4 items"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_outlines_is_named(tmp_path: Path, fault: str) -> None:
    fields, message = FAULTS[fault]
    with pytest.raises(WorkbookError, match="a, |a: ") as error:
        read_outlines(_outlines(tmp_path / "a", **fields), {"0180"})
    assert message in str(error.value)


def test_a_height_in_an_outline_is_left_out(tmp_path: Path) -> None:
    ring = [[18.0, 59.0, 12.5], [18.1, 59.0, 12.5], [18.1, 59.1, 12.5], [18.0, 59.0, 12.5]]
    feature = {
        "type": "Feature",
        "properties": {"region_code": "X"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (tmp_path / "o.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    outlines = regions.read_outlines(tmp_path / "o.geojson", {"X"})
    assert outlines["X"][0][0] == [(18.0, 59.0), (18.1, 59.0), (18.1, 59.1), (18.0, 59.0)]
