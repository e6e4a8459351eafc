"""Generate the figures of Exempellän, an openly invented county, from ``data/exempel/figures.yaml``.

``python -m tests.example.generate`` rewrites four tables in ``data/exempel/observations`` (the survey, the counts that the
county collects, the crime register, the municipalities in published tables) and the tile map in ``data/exempel/geo``. Everything else in ``data/exempel`` is written by
hand, including the short tables ``exempelstatistik.csv`` and ``lagesrapporter.csv``.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_uppercase
from typing import Any

from lib.base.files import read_yaml
from lib.base.workbook import find_workbook
from lib.data.observations import COLUMNS

Row = dict[str, Any]
Figures = dict[str, Any]
#: A region, a sex and a group.
Cell = tuple[str, str, str]
#: Numbers of persons by cell.
Cells = dict[Cell, int]

SEED = 2024
YEARS = range(2020, 2025)
COUNTY, POLICE, COUNTRY, MEAN = "X1", "RnX", "00", "X1G"
TOWNS = ["X" + letter for letter in ascii_uppercase]
#: Two districts of Kommun A became one in the middle of a year.
MERGED, PARTS, WHOLE = 2023, ["XA3", "XA4"], "XA5"
#: The day of the next year on which each source publishes, and whether that is known.
DAYS = {
    "exempelenkat": ("04-15", "känd"),
    "exempelenkat_jamforelse": ("04-15", "känd"),
    "exempel_insamling": ("04-30", "känd"),
    "exempelregister_brott": ("07-01", "antagen"),
    "exempelkommuner": ("03-31", "antagen"),
}


def row(source: str, indicator: str, year: int, region: str, value: Any = "", **fields: Any) -> Row:
    """Return an observation; a share with ``counts`` gets its value from them."""
    numerator, denominator = fields.pop("counts", ("", ""))
    value = round(100 * numerator / denominator, 4) if denominator else value
    day, basis = DAYS[source]
    return {
        "indicator": indicator,
        "year": year,
        "region": region,
        "sex": "T",
        "group": "T",
        "value": "" if value == "" else f"{value:.10g}",
        "unit": "procent",
        "numerator": numerator,
        "denominator": denominator,
        "status": "A",
        "precision": "exakt",
        "source": source,
        "published": f"{year + 1}-{day}",
        "published_basis": basis,
        "note": "",
        "synthetic": "true",
    } | fields


def units(year: int) -> list[str]:
    """Return the units that answer at the end of a year: the municipalities, and Kommun A's districts in its place.

    >>> units(2022)[-4:], units(2023)[-3:]
    (['XA1', 'XA2', 'XA3', 'XA4'], ['XA1', 'XA2', 'XA5'])
    """
    return [*TOWNS[1:], "XA1", "XA2", *([WHOLE] if year >= MERGED else PARTS)]


def survey(figures: Figures) -> Iterator[Row]:
    """Yield the units' answers (1 for yes, 0 for no), the county's share of yes, and the country's values to compare with."""
    for indicator, shares in figures["survey"].items():
        for year, share in zip(YEARS, shares, strict=False):
            yield from _not_asked(indicator, year) if share is None else _answers(figures, indicator, year, share)
    for indicator, values in figures["country"].items():
        for year, value in zip(YEARS, values, strict=True):
            yield row("exempelenkat_jamforelse", indicator, year, COUNTRY, value)
    yield from _agreements(**figures["agreements"])


def _not_asked(indicator: str, year: int) -> Iterator[Row]:
    for unit in [*units(year), COUNTY]:
        yield row("exempelenkat", indicator, year, unit, status="L")


def _answers(figures: Figures, indicator: str, year: int, share: float) -> Iterator[Row]:
    silent = figures["silent_on"].get(indicator, {}).get(year, figures["silent"][year])
    not_for = figures["not_for"].get(indicator, {})
    answered = [u for u in _ranked(indicator) if u in units(year) and u not in silent and u not in not_for]
    yes = answered[: round(share * len(answered))]
    for unit in units(year):
        fields = {"counts": (int(unit in yes), 1)} if unit in answered else {"status": "M"}
        if unit in not_for:
            fields = {"status": "N", "note": not_for[unit]}
        yield row("exempelenkat", indicator, year, unit, **fields)
    yield row("exempelenkat", indicator, year, COUNTY, counts=(len(yes), len(answered)))
    if indicator == figures["unweighted"]:
        yield row("exempelenkat", indicator, year, MEAN, _mean(answered, yes), note="Varje kommun väger lika.")


def _ranked(indicator: str) -> list[str]:
    """Return the units in a fixed order of saying yes, so that a unit rarely changes its answer between years."""
    rng = Random(f"{SEED} {indicator}")
    place = {unit: rng.random() for unit in [*units(MERGED), *PARTS]}
    return sorted(place, key=place.__getitem__)


def _mean(answered: list[str], yes: list[str]) -> float:
    """Return the unweighted mean of the municipalities; Kommun A counts with the mean of its districts."""
    towns: dict[str, list[int]] = {}
    for unit in answered:
        towns.setdefault(unit[:2], []).append(100 * (unit in yes))
    return round(sum(sum(values) / len(values) for values in towns.values()) / len(towns), 4)


def _agreements(asked: list[int], **groups: list[int]) -> Iterator[Row]:
    for group, yes in groups.items():
        for year, *counts in zip(YEARS, yes, asked, strict=True):
            yield row("exempelenkat", "overenskommelser_samverkan", year, COUNTY, group=group, counts=counts)


def collected(figures: Figures) -> Iterator[Row]:
    """Yield the counts of persons that the county collects: per unit with all sums, and for the county alone."""
    for year in YEARS:
        for indicator in figures["persons"]:
            yield from _persons(figures, indicator, year)
        yield from _completed(figures, "exempel_fullfoljt_insats", year)
    yield from _sensitive(figures, "exempel_barn_hedersvald")
    for indicator, values in figures["programmes"].items():
        for year, value in zip(YEARS, values, strict=True):
            yield _count(indicator, year, (COUNTY, "T", "T"), value)


def _count(indicator: str, year: int, cell: Cell, value: Any, **fields: Any) -> Row:
    region, sex, group = cell
    return row(
        "exempel_insamling", indicator, year, region, value, **{"sex": sex, "group": group, "unit": "antal"} | fields
    )


def _drawn(figures: Figures, rng: Random, year: int, rates: dict[str, float], absent: str = "") -> Cells:
    """Draw a number for each unit, sex and group; the means grow by five per cent a year."""
    growth = 1 + 0.05 * (year - YEARS[0])
    sizes = {unit: growth * figures["sizes"][unit] for unit in units(year) if unit != absent}
    drawn: Cells = {}
    for unit, size in sizes.items():
        for key, rate in rates.items():
            sex, group = key.split("/")
            drawn[unit, sex, group] = poisson(rng, size * rate)
    return drawn


def poisson(rng: Random, mean: float) -> int:
    """Draw from a Poisson distribution by Knuth's method, which needs only ``random()`` and so gives the same everywhere.

    >>> poisson(Random(1), 4.0)
    4
    """
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product, number = product * rng.random(), number + 1
    return number


def _summed(cells: Cells) -> Cells:
    """Add up districts to Kommun A, units to the county, and sexes and groups to their totals."""
    sums: Counter[Cell] = Counter()
    for (unit, sex, group), number in cells.items():
        for region in {unit, unit[:2], COUNTY}:
            for part in {(sex, group), ("T", group), (sex, "T"), ("T", "T")}:
                sums[region, part[0], part[1]] += number
    return sums


def _persons(figures: Figures, indicator: str, year: int) -> Iterator[Row]:
    rng, absent = Random(f"{SEED} {indicator} {year}"), figures["uncounted"].get(year, "")
    sums = _summed(_drawn(figures, rng, year, figures["persons"][indicator], absent))
    for cell, number in sums.items():
        incomplete = absent and cell[0] == COUNTY
        yield _count(indicator, year, cell, number, note="En kommun lämnade ingen uppgift." if incomplete else "")
    for part in {cell[1:] for cell in sums} if absent else ():
        yield _count(indicator, year, (absent, *part), "", status="M")


def _completed(figures: Figures, indicator: str, year: int) -> Iterator[Row]:
    """Yield the share of persons who completed a programme among those whose programme ended that year, with counts."""
    rng = Random(f"{SEED} {indicator} {year}")
    ended = _drawn(figures, rng, year, {"T/T": figures["ended"]})
    finished = {cell: sum(rng.random() < figures["completed"] for _ in range(n)) for cell, n in ended.items()}
    completed = _summed(finished)
    for cell, number in _summed(ended).items():
        fields = {} if number else {"status": "N", "note": "Ingen insats avslutades."}
        yield _count(indicator, year, cell, "", unit="procent", counts=(completed[cell], number), **fields)


def _sensitive(figures: Figures, indicator: str) -> Iterator[Row]:
    """Yield yearly counts and sums over three years; a merged district gets the sums of its former parts."""
    drawn = {}
    for year in YEARS:
        rng = Random(f"{SEED} {indicator} {year}")
        drawn[year] = _drawn(figures, rng, year, {"T/T": figures["sensitive"]})
        yield from (_count(indicator, year, cell, number) for cell, number in _summed(drawn[year]).items())
    for year in YEARS[2:]:
        three: Counter[Cell] = Counter()
        for earlier in range(year - 2, year + 1):
            for (unit, sex, group), number in drawn[earlier].items():
                three[unit if unit in units(year) else WHOLE, sex, group] += number
        yield from (_count(f"{indicator}_trear", year, cell, number) for cell, number in _summed(three).items())


def register(figures: Figures) -> Iterator[Row]:
    """Yield processed and cleared offences of the police region and the country, with earlier editions of changed values."""
    for name, parts in figures["crimes"].items():
        for year in YEARS:
            for fact in _crimes(name, parts, year, POLICE, 1):
                yield from _editions(_marked(fact, figures["unsure"].get(name)), figures["changed"].get(name))
            yield from _crimes(name, parts, year, COUNTRY, 5)


def _crimes(name: str, parts: dict[str, Any], year: int, region: str, size: int) -> Iterator[Row]:
    rng = Random(f"{SEED} {name} {region} {year}")
    cleared: Counter[str] = Counter()
    handled: Counter[str] = Counter()
    for key, part in parts.items():
        number, shares = round(size * part["handled"] * rng.uniform(0.95, 1.05)), part["cleared"]
        share = shares[year - YEARS[0]] if region == POLICE else sum(shares) / len(shares)
        for total in (key, *part["part_of"]):
            handled[total] += number
            cleared[total] += round(number * share)
    for key, number in handled.items():
        sex, group = key.split("/")
        counts = (cleared[key], number)
        yield row("exempelregister_brott", f"personuppkl_{name}", year, region, sex=sex, group=group, counts=counts)


def _marked(fact: Row, unsure: dict[str, Any] | None) -> Row:
    if unsure and (fact["year"], f"{fact['sex']}/{fact['group']}") == (unsure["year"], unsure["key"]):
        return fact | {"status": "U", "note": unsure["note"]}
    return fact


def _editions(fact: Row, change: dict[str, Any] | None) -> Iterator[Row]:
    """Yield a row, preceded by its first edition where the register later changed the value."""
    if change is None or (fact["year"], fact["sex"], fact["group"]) != (change["year"], "T", "T"):
        yield fact
        return
    counts = (fact["numerator"] - change["fewer_cleared"], fact["denominator"])
    earlier = row(fact["source"], fact["indicator"], fact["year"], POLICE, counts=counts, status=change["status"])
    yield earlier | {"published": str(change["first"]), "published_basis": "känd"}
    yield fact | {"published": str(change["last"]), "published_basis": "känd"}


def municipal(figures: Figures) -> Iterator[Row]:
    """Yield what published tables say of each municipality: people, rates of cases, and shares of a municipality's units."""
    figures = figures | figures["municipalities"]
    districts = [figures["sizes"][unit] for unit in ("XA1", "XA2", "XA3", "XA4")]
    people = {town: figures["people"] * figures["sizes"].get(town, sum(districts)) for town in TOWNS}
    for position, year in enumerate(figures["years"]):
        for town, number in people.items():
            yield row("exempelkommuner", "folkmangd", year, town, number, unit="antal")
        for name, rate in (figures["rates"] | figures["social"]).items():
            unit = f"per_{rate['per']}"
            for town in (town for town in TOWNS if town not in rate.get("without", [])):
                value = (
                    _cases(name, town, year, people[town] * rate["level"] / rate["per"]) * rate["per"] / people[town]
                )
                yield row("exempelkommuner", name, year, town, round(value, 4), unit=unit)
            if "country" in rate:
                yield row("exempelkommuner", name, year, COUNTRY, rate["country"][position], unit=unit)
        for name, share in figures["units"].items():
            for town in TOWNS:
                amount = max(2, people[town] // 10000)
                yes = min(amount, _cases(name, town, year, share["share"] * amount))
                yield row("exempelkommuner", name, year, town, round(100 * yes / amount, 4))
            yield row("exempelkommuner", name, year, COUNTRY, share["country"][position])


def _cases(name: str, town: str, year: int, expected: float) -> int:
    """Return a number of cases: a municipality's own level, and a little chance each year."""
    own, chance = Random(f"{SEED} {name} {town}"), Random(f"{SEED} {name} {town} {year}")
    return round(expected * own.uniform(0.5, 1.5) * chance.uniform(0.85, 1.15))


def tiles() -> dict[str, Any]:
    """Return the municipalities as GeoJSON squares of a made-up grid, six in a row."""
    features = []
    for number, code in enumerate(TOWNS):
        west, north = 18 + 0.2 * (number % 6), 59.5 - 0.1 * (number // 6)
        corners = [(0, 0), (0, -0.09), (0.18, -0.09), (0.18, 0), (0, 0)]
        ring = [[round(west + east, 2), round(north + up, 2)] for east, up in corners]
        names = {"region_code": code, "region_name": f"Kommun {code[1:]}"}
        square = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": names, "geometry": square})
    description = "A made-up tile grid: the squares are not the outlines of any place."
    return {"type": "FeatureCollection", "description": description, "features": features}


def write(figures: Figures, data: Path) -> None:
    """Write the tables and the map below ``data``."""
    order = ["indicator", "region", "group", "sex", "year", "published"]
    tables = {
        "exempelenkat": survey,
        "egen_insamling": collected,
        "exempelregister": register,
        "exempelkommuner": municipal,
    }
    for family, made in tables.items():
        with (data / "observations" / f"{family}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(sorted(made(figures), key=lambda fact: [fact[name] for name in order]))
    text = json.dumps(tiles(), ensure_ascii=False, separators=(",", ":"))
    (data / "geo" / "municipalities.geojson").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    folder = find_workbook().root / "data" / "exempel"
    write(read_yaml(folder / "figures.yaml"), folder)
