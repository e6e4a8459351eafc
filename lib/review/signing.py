"""Signs a draft, seals a final report, and proves later that it still comes out byte for byte."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from lib.analysis.view import open_view
from lib.base.errors import WorkbookError
from lib.base.swedish import join
from lib.base.workbook import Workbook
from lib.build import final, manifest
from lib.data.judgements import SignOff
from lib.data.parameters import read_parameters
from lib.receive.merge import replace


def sign(workbook: Workbook, name: str, role: str, holder: str, day: date) -> Path:
    """Record that somebody signs the draft as it stands; return the file.

    Raises
    ------
    WorkbookError
        If the draft is not as its inputs make it, lacks a chapter, or something must be decided or answered first.
    """
    record = _current(workbook, name, ("/signoffs/", "/reviews/"))
    view = open_view(workbook, name, "underskrift")
    points = final.unsettled(view)
    if points:
        raise WorkbookError(f"The draft of {name} cannot be signed yet. {' '.join(points)}")
    holder = _holder(holder)
    former = {entry.role: entry for entry in final.signoffs(view)}
    if role == "beslutande" and (missing := [r for r in final.ROLES[:2] if _other(former.get(r), record["content"])]):
        raise WorkbookError(f"{join(missing)} must sign this draft before it is decided.")
    pair = {"analytiker": "kvalitetsgranskare", "kvalitetsgranskare": "analytiker"}
    other = former.get(pair.get(role, ""))
    if other and final.person(other.holder) == final.person(holder):
        raise WorkbookError("Whoever checks the quality cannot be the analyst; somebody else must sign.")
    entries = [*final.signoffs(view), SignOff(role=role, holder=holder, date=day, content=record["content"])]
    path = final.place(view, "signoffs")
    title = "# Who has signed the report, and a digest of what was signed.\n"
    told = {"signoffs": [entry.model_dump() for entry in entries]}
    replace(path, title + yaml.safe_dump(told, allow_unicode=True, sort_keys=False))
    return path


def _holder(holder: str) -> str:
    """Return who signs as it shall be printed.

    Raises
    ------
    WorkbookError
        If it is empty, long, or holds letters by which two writings of one name would look like two persons.
    """
    plain = " ".join(unicodedata.normalize("NFC", holder).split())
    if not re.fullmatch(r"[A-Za-zÅÄÖåäöÉéÜü0-9][A-Za-zÅÄÖåäöÉéÜü0-9 .,/()&-]{0,79}", plain):
        raise WorkbookError(
            "--holder must be a title or initials of at most 80 Swedish letters, figures and plain signs."
        )
    return plain


def _other(entry: SignOff | None, content: str) -> bool:
    return entry is None or entry.content != content


def _content_inputs(inputs: dict[str, str], beside: tuple[str, ...]) -> dict[str, str]:
    return {name: digest for name, digest in inputs.items() if not any(folder in name for folder in beside)}


def _current(workbook: Workbook, name: str, beside: tuple[str, ...] = ()) -> dict:
    """Return the manifest of a report that is as its inputs make it, but for those ``beside`` its content."""
    parameters = read_parameters(workbook, name)
    place = workbook.output / name
    record = manifest.read(place)
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, parameters.chapters))
    if (
        record is None
        or not isinstance(record.get("content"), str)
        or record["failed"]
        or record["outputs"] != manifest.describe_outputs(place)
    ):
        raise WorkbookError(
            f"The report {name} is not built, not whole or not as it was built; run lagesrapport build {name} first."
        )
    # Who signs and what reviewers say lies beside the content that is signed.
    if _content_inputs(record["inputs"], beside) != _content_inputs(inputs, beside):
        raise WorkbookError(
            f"The report {name} is not built from what the workbook holds now; run lagesrapport build {name} first."
        )
    return record


def seal_path(workbook: Workbook, name: str) -> Path:
    """Return where the seal of a report stands."""
    return workbook.parameters / f"{name}.seal.json"


def seal(workbook: Workbook, name: str) -> Path:
    """Record the hashes of what a final report was made from and of what it is; return the file.

    Raises
    ------
    WorkbookError
        If the report is no final one, is not as its inputs make it, or is sealed already with another content.
    """
    if read_parameters(workbook, name).status != "fastställd":
        raise WorkbookError(
            f"The report {name} is a draft; set status: fastställd in parameters/{name}.yaml and build it first."
        )
    record = _current(workbook, name)
    path = seal_path(workbook, name)
    sealed = {key: record[key] for key in ("year", "content", "inputs", "outputs", "versions")}
    if path.exists() and _read_seal(workbook, name)["outputs"] != sealed["outputs"]:
        raise WorkbookError(
            f"{path} already seals another content; a report that has been published is not sealed anew."
        )
    replace(path, json.dumps(sealed | {"sealed": date.today().isoformat()}, ensure_ascii=False, indent=1) + "\n")
    return path


def _read_seal(workbook: Workbook, name: str) -> dict:
    path = seal_path(workbook, name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if all(isinstance(content[key], dict) for key in ("outputs", "inputs", "versions")):
            return {key: content[key] for key in ("outputs", "inputs", "versions", "sealed")}
        raise TypeError
    except FileNotFoundError:
        raise WorkbookError(f"The report {name} is not sealed; seal it with lagesrapport seal {name}.") from None
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        raise WorkbookError(f"{path} cannot be read; restore it from git.") from None


@dataclass
class Verdict:
    """Whether a sealed report comes out again, and what differs if not."""

    same: bool
    lines: list[str]


def verify(workbook: Workbook, name: str, build) -> Verdict:
    """Rebuild a sealed report in a copy of the workbook and compare every file with the seal.

    Parameters
    ----------
    build : callable
        Builds a report: given a workbook, its name and whether to make the PDF.
    """
    sealed = _read_seal(workbook, name)
    lines = []
    kept = manifest.describe_outputs(workbook.output / name) if (workbook.output / name).is_dir() else {}
    altered = [file for file in sealed["outputs"] if kept and kept.get(file) != sealed["outputs"][file]]
    lines += [f"output/{name}/{file} is not as it was sealed" for file in altered]
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder:
        copy = copied(workbook, Path(folder) / "workbook")
        # With a PDF if that was sealed, and without if not.
        build(copy, name, paper=any(file.endswith(".pdf") for file in sealed["outputs"]))
        made = manifest.describe_outputs(copy.output / name)
        record = manifest.read(copy.output / name) or {"inputs": {}, "versions": {}}
    wrong = sorted(file for file in made.keys() | sealed["outputs"] if made.get(file) != sealed["outputs"].get(file))
    lines += [f"rebuilt, {file} differs" for file in wrong]
    if wrong:
        lines += _why(sealed, record)
    return Verdict(not wrong and not altered, lines)


def _why(sealed: dict, record: dict) -> list[str]:
    before, now = sealed["inputs"], record["inputs"]
    files = [
        f"since the seal, {name} has changed"
        for name in sorted(before.keys() | now)
        if before.get(name) != now.get(name)
    ]
    old, new = sealed["versions"], record["versions"]
    return files + [
        f"since the seal, {p} went from {old.get(p)} to {new.get(p)}"
        for p in sorted(old.keys() | new)
        if old.get(p) != new.get(p)
    ]


def copied(workbook: Workbook, target: Path) -> Workbook:
    """Return a copy of a workbook without its output and raw files, to build in."""
    for folder in ("notebooks", "parameters", "data"):
        shutil.copytree(
            workbook.root / folder, target / folder, ignore=shutil.ignore_patterns("raw", ".ipynb_checkpoints")
        )
    for name in ("requirements.lock",):
        if (workbook.root / name).exists():
            shutil.copyfile(workbook.root / name, target / name)
    return Workbook(target)
