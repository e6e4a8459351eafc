"""Brå's table of handled crimes for another county: what is read of it, its indicators, and the figures for the whole country."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from lib.base.files import files_in, read_yaml
from lib.base.workbook import Workbook
from lib.data import regions
from lib.scaffold.national import dump, own
from lib.scaffold.yaml_text import with_item

HEAD = """\
# Brås tabell 300, handlagda brott. Alla står i databilagan. Den som strategin följer får goals (goal, strategy) i stället för annex_only.
"""


def handled_crimes(begun_from: Workbook, county: regions.Row, texts: dict[str, str]) -> None:
    """Add to a new workbook's texts what ``lagesrapport import bra`` needs for the county's police region, and riket's figures.

    A workbook that has no such table gives none on.
    """
    data = begun_from.root / "data"
    mappings = data / "mappings"
    if not (mappings / "bra_tables.yaml").exists():
        return
    tables = read_yaml(mappings / "bra_tables.yaml")["tables"]
    country = next(table for table in tables if table["region"] == "00")
    region = regions.police_region(county["police_region"])
    name = region["name"].partition(" (")[0]
    source = f"bra_300_{region['code'].lower()}"
    area = {"names": [name, f"Region {name.rpartition(' ')[2]}"], "code": region["code"], "region": region["code"]}
    read = {"tables": [area | {"source": source}, {k: v for k, v in country.items() if k in (*area, "source")}]}
    texts["data/mappings/bra_tables.yaml"] = dump(read)
    for file in ("bra_handlagda.csv", "bra_labels.csv"):
        texts[f"data/mappings/{file}"] = (mappings / file).read_text(encoding="utf-8")
    texts["data/indicators/bra.yaml"] = HEAD + dump({"indicators": _indicators(data, source)})
    texts["data/observations/bra.csv"] = _rows(data / "observations" / "bra.csv", country["source"])
    known = {entry["id"]: entry for entry in read_yaml(data / "sources.yaml")["sources"]}
    title = f"Handlagda brott, tabell 300, {region['name']}"
    for entry in (known[country["source"]] | {"id": source, "title": title}, known[country["source"]]):
        texts["data/sources.yaml"] = with_item(texts["data/sources.yaml"], Path("sources.yaml"), ["sources"], entry)
    [quality] = [entry for entry in read_yaml(data / "quality.yaml")["declarations"] if entry["id"] == "bra"]
    quality["comparability"] = "Nya lagar och brottskoder bryter serier; brotten står vid tabellerna."
    texts["data/quality.yaml"] = with_item(texts["data/quality.yaml"], Path("quality.yaml"), ["declarations"], quality)


def _indicators(data: Path, source: str) -> list[dict[str, Any]]:
    """Return the indicators that rest on the table, without goals, and with the county's own source."""
    entries = [entry for path in files_in(data / "indicators", "*.yaml") for entry in read_yaml(path)["indicators"]]
    return [own(entry) | {"source": source, "annex_only": True} for entry in entries if entry.get("family") == "bra"]


def _rows(path: Path, source: str) -> str:
    """Return the rows of one source in a table of observations."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows = [row for row in reader if row["source"] == source]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(reader.fieldnames or ()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
