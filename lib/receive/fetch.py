"""Fetch figures from the services that ``data/sources.yaml`` names, through the same mappings and checks as other imports."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from lib.base.errors import WorkbookError
from lib.base.workbook import data_root
from lib.data.catalogue import Catalogue
from lib.data.records import Service, Source
from lib.receive import changes, kolada, mapped, merge, scb
from lib.receive.mapping import Mapping, check_names, read_mapping, regions_read
from lib.receive.web import Web

Say = Callable[[str], None]


def fetch(
    data: Path, name: str, *, today: date, say: Say, agree: Callable[[changes.Merge], bool], vanished: bool = False
) -> changes.Merge | None:
    """Ask a service for all figures that the data folder follows, show what differs, and write it if ``agree`` says so.

    Each answer is kept as received in ``data/raw/``. A value that has changed is dated ``today``, so that earlier reports
    keep the value that they could see.

    Parameters
    ----------
    name : str
        The service: ``kolada`` or ``scb``.
    say : callable
        Called with each address before it is asked.

    Raises
    ------
    WorkbookError
        If the county is invented, no source names the service, a call fails, or the figures do not pass the checks; nothing is then written.
    """
    catalogue = Catalogue(data)
    sources = [source for source in catalogue.sources.values() if source.service and source.service.name == name]
    if catalogue.identity.synthetic:
        raise WorkbookError(f"{data}: no service has figures of an invented county; fetch them for a real one.")
    if not sources:
        raise WorkbookError(f"{data / 'sources.yaml'}: no source names the service '{name}'; give one its 'service'.")
    with tempfile.TemporaryDirectory() as scratch:
        tables = [_table(catalogue, source, Path(scratch), say) for source in sources]
        rows = pd.concat([rows for rows, *_ in tables], ignore_index=True)
        answers = [path for _, paths, _ in tables for path in paths]
        # No figure was public later than today, whatever the rule for its year says.
        rows["published"] = [min(day, today.isoformat()) for day in rows["published"]]
        return merge.take_in(
            data,
            rows,
            answers,
            agree=agree,
            vanished=vanished,
            scope=changes.EVERY_YEAR,
            keep=tables[0][2],
            changed_on=today,
        )


def _table(catalogue: Catalogue, source: Source, scratch: Path, say: Say) -> tuple[pd.DataFrame, list[Path], str]:
    """Return a source's rows, the files of the answers that they are from, and the folder to keep these in."""
    service = source.service
    assert service is not None
    mappings = _mappings(catalogue, source, service)
    regions = sorted({code for mapping in mappings for code in regions_read(mapping, catalogue)})
    web = Web(service.address, say)
    table = scratch / f"{source.id}.csv"
    if service.name == "kolada":
        columns, lines = kolada.COLUMNS, kolada.long_table(web, _key_figures(mappings), regions)
    else:
        columns = list(service.columns.values())
        lines = scb.long_table(web, service.queries, regions, service.columns)
    _write(table, columns, [line for line in lines if line[-1] is not None])
    rows = pd.concat([mapped.observations(table, mapping, catalogue)[0] for mapping in mappings], ignore_index=True)
    answers = [scratch / f"{source.id}_{number}.json" for number in range(1, len(web.answers) + 1)]
    for path, content in zip(answers, web.answers, strict=True):
        path.write_bytes(content)
    return rows, answers, mappings[0].folder or source.id


def _mappings(catalogue: Catalogue, source: Source, service: Service) -> list[Mapping]:
    found = []
    for name in service.mappings:
        path = data_root(catalogue.data) / "mappings" / f"{name}.yaml"
        mapping = read_mapping(path)
        check_names(path, mapping, catalogue)
        if mapping.source != source.id or not mapping.region_types:
            raise WorkbookError(
                f"{path}: source must be '{source.id}', and region_types given, for data/sources.yaml to use it; correct it."
            )
        found.append(mapping)
    return found


def _key_figures(mappings: Sequence[Mapping]) -> list[str]:
    """Return the ids that the mappings read: ``where: {kpi: N07402}``."""
    return sorted({value.where["kpi"] for mapping in mappings for value in mapping.values if "kpi" in value.where})


def _write(path: Path, columns: Sequence[str], lines: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(lines)
