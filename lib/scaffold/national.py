"""Publishers' tables of the whole country for another county: their mappings, indicators, sources and quality."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from lib.base.files import files_in, read_yaml
from lib.base.workbook import Workbook
from lib.scaffold.yaml_text import with_item

#: Fields of an indicator that belong to the other county's strategy.
OWN = ("goals", "violence_types", "target_groups", "updated", "fact_checked")
HEAD = """\
# Uppgifter ur publicerade tabeller för hela landet. Den som strategin följer får goals (goal, strategy).
"""


def describe(begun_from: Workbook, texts: dict[str, str]) -> set[str]:
    """Add to a new workbook's texts the mappings, indicators, sources and quality of national tables; return the indicators' ids."""
    data = begun_from.root / "data"
    read = {path: read_yaml(path) for path in files_in(data / "mappings", "*.yaml")}
    found = {path: mapping for path, mapping in read.items() if mapping.get("region_types")}
    texts |= {f"data/mappings/{path.name}": path.read_text(encoding="utf-8") for path in found}
    ids = {value["indicator"] for mapping in found.values() for value in mapping["values"]}
    entries = [e for path in files_in(data / "indicators", "*.yaml") for e in read_yaml(path)["indicators"]]
    indicators = [own(entry) | {"annex_only": True} for entry in entries if entry["id"] in ids]
    if indicators:
        texts["data/indicators/nationella_tabeller.yaml"] = HEAD + dump({"indicators": indicators})
    add_sources(data, texts, (mapping["source"] for mapping in found.values()))
    return ids


def own(indicator: dict[str, Any]) -> dict[str, Any]:
    """Return an indicator's entry without what belongs to the other county's strategy."""
    return {key: value for key, value in indicator.items() if key not in OWN}


def add_sources(data: Path, texts: dict[str, str], sources: Iterable[str]) -> None:
    """Add sources of a data folder, and the quality declarations of their families, to a new workbook's texts."""
    known = {entry["id"]: entry for entry in read_yaml(data / "sources.yaml")["sources"]}
    chosen = [known[source] for source in dict.fromkeys(sources)]
    families = {entry["family"] for entry in chosen}
    declarations = [d for d in read_yaml(data / "quality.yaml")["declarations"] if d["id"] in families]
    for name, key, entries in (("sources.yaml", "sources", chosen), ("quality.yaml", "declarations", declarations)):
        for entry in entries:
            texts[f"data/{name}"] = with_item(texts[f"data/{name}"], Path(name), [key], entry)


def dump(content: Any) -> str:
    """Return content as YAML."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=118)
