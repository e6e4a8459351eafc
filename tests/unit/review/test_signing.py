"""Signing a draft, sealing a final report, and verifying it: each refusal says what to do first."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import manifest
from lib.data.parameters import read_parameters
from lib.review import signing
from tests.conftest import change
from tests.unit.review.reports import write_report

NAME = "exempel"
DAY = date(2025, 5, 1)
PARAMETERS = f"parameters/{NAME}.yaml"
SIGNOFFS = f"data/exempel/signoffs/{NAME}.yaml"


def _build(workbook: Workbook, name: str = NAME, *, paper: bool = False, content: str = "0123456789abcdef") -> None:
    """Write a report that is up to date."""
    folder = workbook.output / name
    write_report(folder)
    (folder / "manifest.json").unlink()
    parameters = read_parameters(workbook, name)
    inputs = manifest.describe_inputs(workbook, manifest.input_files(workbook, parameters, parameters.chapters))
    outputs = manifest.describe_outputs(folder)
    write_report(folder, inputs=inputs, outputs=outputs, versions={"pandas": "2.2"}, content=content)


@pytest.fixture
def draft(workbook: Path) -> Workbook:
    """A workbook with an up-to-date draft."""
    _build(Workbook(workbook))
    return Workbook(workbook)


@pytest.fixture
def final(draft: Workbook) -> Workbook:
    """A workbook with an up-to-date final report."""
    change(draft.root / PARAMETERS, "status: utkast", "status: fastställd")
    _build(draft)
    return draft


def _sign(workbook: Workbook, role: str, holder: str) -> Path:
    return signing.sign(workbook, NAME, role, holder, DAY)


def test_three_roles_sign_in_order(draft: Workbook) -> None:
    with pytest.raises(WorkbookError, match="analytiker och kvalitetsgranskare must sign this draft before"):
        _sign(draft, "beslutande", "EF")
    assert _sign(draft, "analytiker", " A  B ") == draft.root / SIGNOFFS
    for holder in ("AB", "ab", "A.B."):
        with pytest.raises(WorkbookError, match="must be another person"):
            _sign(draft, "kvalitetsgranskare", holder)
    _sign(draft, "kvalitetsgranskare", "CD")
    _sign(draft, "beslutande", "EF")
    entries = yaml.safe_load((draft.root / SIGNOFFS).read_text(encoding="utf-8"))["signoffs"]
    assert [(e["role"], e["holder"]) for e in entries] == [("analytiker", "A B"), ("kvalitetsgranskare", "CD"), ("beslutande", "EF")]  # fmt: skip
    # A new draft must be signed again.
    _build(draft, content="f" * 16)
    with pytest.raises(WorkbookError, match="must sign this draft before"):
        _sign(draft, "beslutande", "EF")


@pytest.mark.parametrize("holder", ["", "   ", "\u0410\u0412", "AB\u200b", "x" * 81, "-AB"])
def test_a_holder_that_could_pass_for_another_is_refused(draft: Workbook, holder: str) -> None:
    with pytest.raises(WorkbookError, match="--holder must be"):
        _sign(draft, "analytiker", holder)
    assert not (draft.root / SIGNOFFS).exists()


def test_what_must_be_decided_or_answered_stops_a_signature(draft: Workbook) -> None:
    reviews = draft.root / f"data/exempel/reviews/{NAME}.yaml"
    reviews.parent.mkdir()
    comment = "comments:\n  - {anchor: a, role: R, comment: Stämmer det?, date: 2025-05-01, resolved: false}\n"
    reviews.write_text(comment, encoding="utf-8")
    with pytest.raises(WorkbookError, match="cannot be signed yet. En kommentar från granskningen är inte besvarad"):
        _sign(draft, "analytiker", "AB")
    reviews.write_text(comment.replace("false", "true"), encoding="utf-8")
    _sign(draft, "analytiker", "AB")


def test_only_a_current_and_complete_draft_is_signed(draft: Workbook) -> None:
    page = draft.output / NAME / f"lagesrapport-{NAME}.html"
    page.write_text("<p>ändrad</p>", encoding="utf-8")
    with pytest.raises(WorkbookError, match="is not built, not complete or was changed afterwards"):
        _sign(draft, "analytiker", "AB")
    _build(draft)
    change(draft.root / "data/exempel/statements.csv", "a", "b")
    with pytest.raises(WorkbookError, match="is not built from what the workbook holds now"):
        _sign(draft, "analytiker", "AB")


def test_a_final_report_is_sealed_once(final: Workbook) -> None:
    path = signing.seal(final, NAME)
    assert path == final.root / f"parameters/{NAME}.seal.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    assert set(content) == {"year", "content", "inputs", "outputs", "versions", "sealed"}
    assert signing.seal(final, NAME) == path
    content["outputs"]["facts.json"] = "0" * 64
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(WorkbookError, match="already seals other content"):
        signing.seal(final, NAME)


def test_a_draft_is_not_sealed(draft: Workbook) -> None:
    with pytest.raises(WorkbookError, match="is a draft; set status: fastställd"):
        signing.seal(draft, NAME)


def test_a_sealed_report_is_rebuilt_byte_for_byte(final: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "build", _build)
    with pytest.raises(WorkbookError, match="is not sealed"):
        signing.verify(final, NAME)
    seal = signing.seal(final, NAME)
    assert signing.verify(final, NAME) == []
    # A published report that is no longer kept here can still be verified.
    (final.output / NAME).rename(final.output / "moved")
    assert signing.verify(final, NAME) == []
    seal.write_text("{", encoding="utf-8")
    with pytest.raises(WorkbookError, match="cannot be read; restore it from git"):
        signing.verify(final, NAME)


def test_what_differs_from_the_seal_is_named_with_its_causes(final: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    def build_otherwise(workbook: Workbook, name: str, *, paper: bool) -> None:
        _build(workbook)
        folder = workbook.output / name
        (folder / "facts.json").write_text("[1]", encoding="utf-8")
        record = manifest.read(folder)
        assert record
        record["versions"]["pandas"] = "3.0"
        (folder / "manifest.json").write_text(json.dumps(record), encoding="utf-8")

    signing.seal(final, NAME)
    monkeypatch.setattr(signing, "build", build_otherwise)
    change(final.root / "data/exempel/statements.csv", "a", "b")
    (final.output / NAME / f"lagesrapport-{NAME}.html").write_text("<p>ändrad</p>", encoding="utf-8")
    assert signing.verify(final, NAME) == [
        f"output/{NAME}/lagesrapport-{NAME}.html is not as it was sealed",
        "rebuilt, facts.json differs",
        "since the seal, data/exempel/statements.csv has changed",
        "since the seal, pandas went from 2.2 to 3.0",
    ]
