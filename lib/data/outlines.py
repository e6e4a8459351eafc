"""Municipalities' outlines: ``data/geo/municipalities.geojson`` (RFC 7946), checked before anything is drawn of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictFloat

from lib.base.errors import WorkbookError
from lib.base.files import read_json
from lib.data.reading import check

#: More points than any outline needs on paper.
MOST_POINTS = 200_000

Point = tuple[Annotated[StrictFloat, Field(ge=-180, le=180)], Annotated[StrictFloat, Field(ge=-90, le=90)]]
Ring = Annotated[list[Point], Field(min_length=4)]
Shape = Annotated[list[Ring], Field(min_length=1)]


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
    """Return outlines by region code: polygons as lists of rings of (longitude, latitude); empty where there is no file.

    Raises
    ------
    WorkbookError
        If it is no GeoJSON of polygons in degrees, has too many points, or outlines an unknown area or one twice.
    """
    if not path.exists():
        return {}
    # Strict in numbers alone: JSON has lists where Python has tuples.
    collection: Features = check(Features, read_json(path), str(path), strict=None)
    outlines: dict[str, list[Shape]] = {}
    for feature in collection.features:
        code = feature.properties.region_code
        if code not in known or code in outlines:
            what = "stands there twice" if code in outlines else "is not in data/regions.csv"
            raise WorkbookError(f"{path}: the area '{code[:40]}' {what}; correct region_code.")
        outlines[code] = feature.geometry.polygons
    points = sum(len(ring) for shapes in outlines.values() for shape in shapes for ring in shape)
    if points > MOST_POINTS:
        raise WorkbookError(f"{path} has more than {MOST_POINTS} points; simplify the outlines.")
    return outlines
