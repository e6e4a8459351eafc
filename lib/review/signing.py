"""Signs a draft, seals a final report, and verifies that a sealed report can be rebuilt byte for byte."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lib.analysis.view import open_view
from lib.base import atomic
from lib.base.errors import WorkbookError
from lib.base.swedish import join
from lib.base.workbook import Workbook
from lib.build import final, manifest
from lib.data.commentary import SignOff
from lib.data.parameters import read_parameters
from lib.review.built import build, copied

#: The parts of a build's manifest that a seal records.
SEALED = ("year", "content", "inputs", "outputs", "versions")
HEADER = "# Who has signed the report, and a digest of what was signed.\n"
#: For each of these roles, the role that another person must hold.
CHECKED_BY = {"analytiker": "kvalitetsgranskare", "kvalitetsgranskare": "analytiker"}


def sign(workbook: Workbook, name: str, role: str, holder: str, day: date) -> Path:
    """Record that a role signs the present draft; return the path of the file.

    Raises
    ------
    WorkbookError
        If the draft is out of date or lacks a chapter, something must be decided or answered first, the other roles
        have not signed this draft before ``beslutande``, or one person signs as both analyst and quality reviewer.
    """
    # Signatures and reviews are not part of the content that is signed.
    record = _current_manifest(workbook, name, ignored=("/signoffs/", "/reviews/"))
    view = open_view(workbook, name, "underskrift")
    if points := final.unsettled(view):
        raise WorkbookError(f"The draft of {name} cannot be signed yet. {' '.join(points)}")
    holder = _holder(holder)
    signed = final.signoffs(view)
    newest: dict[str, SignOff] = {entry.role: entry for entry in signed}
    current = [entry.role for entry in newest.values() if entry.content == record["content"]]
    if role == "beslutande" and (missing := [other for other in final.ROLES[:2] if other not in current]):
        raise WorkbookError(f"{join(missing)} must sign this draft before it is decided.")
    other = newest.get(CHECKED_BY.get(role, ""))
    if other and final.person(other.holder) == final.person(holder):
        raise WorkbookError("The quality reviewer must be another person than the analyst; let another person sign.")
    entries = [*signed, SignOff(role=role, holder=holder, date=day, content=record["content"])]
    path = final.place(view, "signoffs")
    content = {"signoffs": [entry.model_dump() for entry in entries]}
    atomic.write(path, HEADER + yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return path


def _holder(holder: str) -> str:
    """Return who signs, as printed in the report.

    Raises
    ------
    WorkbookError
        If it is empty or too long, or holds letters that look like others, so that one person could pass for two.
    """
    plain = " ".join(unicodedata.normalize("NFC", holder).split())
    if not re.fullmatch(r"[A-Za-zÅÄÖåäöÉéÜü0-9][A-Za-zÅÄÖåäöÉéÜü0-9 .,/()&-]{0,79}", plain):
        raise WorkbookError(
            "--holder must be a title or initials of at most 80 Swedish letters, figures and plain signs."
        )
    return plain


def _current_manifest(workbook: Workbook, name: str, ignored: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the manifest of a complete report that is up to date; inputs in the ``ignored`` folders may have changed.

    Raises
    ------
    WorkbookError
        If the report is not built, not complete, or out of date.
    """
    parameters = read_parameters(workbook, name)
    folder = workbook.output / name
    record = manifest.read(folder)
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, parameters.chapters))
    if (
        record is None
        or not isinstance(record.get("content"), str)
        or record["failed"]
        or record["outputs"] != manifest.describe_outputs(folder)
    ):
        raise WorkbookError(
            f"The report {name} is not built, not complete or was changed afterwards; run lagesrapport build {name} first."
        )
    before, now = (
        {file: digest for file, digest in files.items() if not any(part in file for part in ignored)}
        for files in (record["inputs"], inputs)
    )
    if before != now:
        raise WorkbookError(
            f"The report {name} is not built from what the workbook holds now; run lagesrapport build {name} first."
        )
    return record


def seal(workbook: Workbook, name: str) -> Path:
    """Record the hashes of a final report's inputs and outputs in ``parameters/<name>.seal.json``; return its path.

    Raises
    ------
    WorkbookError
        If the report is a draft, is out of date, or is already sealed with other content.
    """
    if read_parameters(workbook, name).status != "fastställd":
        raise WorkbookError(
            f"The report {name} is a draft; set status: fastställd in parameters/{name}.yaml and build it first."
        )
    record = _current_manifest(workbook, name)
    path = _seal_path(workbook, name)
    if path.exists() and _read_seal(workbook, name)["outputs"] != record["outputs"]:
        raise WorkbookError(
            f"{path} already seals other content; a report that has been published is not sealed a second time."
        )
    content = {key: record[key] for key in SEALED} | {"sealed": date.today().isoformat()}
    atomic.write(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return path


def _seal_path(workbook: Workbook, name: str) -> Path:
    return workbook.parameters / f"{name}.seal.json"


def _read_seal(workbook: Workbook, name: str) -> dict[str, dict[str, str]]:
    """Return the hashes of inputs and outputs and the versions that a seal records."""
    path = _seal_path(workbook, name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        parts = {key: content[key] for key in ("outputs", "inputs", "versions")}
        if not all(isinstance(part, dict) for part in parts.values()):
            raise TypeError
        return parts
    except FileNotFoundError:
        raise WorkbookError(f"The report {name} is not sealed; seal it with lagesrapport seal {name}.") from None
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        raise WorkbookError(f"{path} cannot be read; restore it from git.") from None


def verify(workbook: Workbook, name: str) -> list[str]:
    """Rebuild a sealed report in a copy of the workbook, and return what differs from the seal; empty if nothing does.

    Raises
    ------
    WorkbookError
        If the report is not sealed, or cannot be built any more.
    """
    sealed = _read_seal(workbook, name)
    folder = workbook.output / name
    present = manifest.describe_outputs(folder) if folder.is_dir() else {}
    altered = [file for file in sealed["outputs"] if present and present.get(file) != sealed["outputs"][file]]
    lines = [f"output/{name}/{file} is not as it was sealed" for file in altered]
    with copied(workbook) as copy:
        build(copy, name, paper=any(file.endswith(".pdf") for file in sealed["outputs"]))
        rebuilt = manifest.describe_outputs(copy.output / name)
        record = manifest.read(copy.output / name) or {"inputs": {}, "versions": {}}
    if wrong := _differing(sealed["outputs"], rebuilt):
        before, now = sealed["versions"], record["versions"]
        lines += [f"rebuilt, {file} differs" for file in wrong]
        lines += [f"since the seal, {file} has changed" for file in _differing(sealed["inputs"], record["inputs"])]
        lines += [
            f"since the seal, {package} went from {before.get(package)} to {now.get(package)}"
            for package in _differing(before, now)
        ]
    return lines


def _differing(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the keys, sorted, that are in only one of two dictionaries or have another value in it."""
    return sorted(key for key in before.keys() | now if before.get(key) != now.get(key))
