"""What keeps a report from being final: missing signatures, and content that is not what was signed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from lib.build import final
from lib.data.commentary import SignOff
from tests.unit.build.notebooks import executed

#: The signatures are given by the test; nothing else of a view is read.
VIEW: Any = SimpleNamespace()
SIGNED = "a" * 16


def _sign(monkeypatch: pytest.MonkeyPatch, *signed: tuple[str, str]) -> None:
    entries = [
        SignOff(role=role, holder=holder, date=date(2023, 6, day), content=SIGNED)
        for day, (role, holder) in enumerate(signed, 1)
    ]
    monkeypatch.setattr(final, "signoffs", lambda view: entries)


def test_missing_signatures_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _sign(monkeypatch)
    assert final.unsigned(VIEW) == ["Underskrift saknas av analytiker, kvalitetsgranskare och beslutande."]
    _sign(monkeypatch, ("analytiker", "A"), ("kvalitetsgranskare", "B"), ("beslutande", "C"))
    assert final.unsigned(VIEW) == []


def test_analyst_and_reviewer_must_be_two_people(monkeypatch: pytest.MonkeyPatch) -> None:
    _sign(monkeypatch, ("analytiker", "A. B."), ("kvalitetsgranskare", "a b"), ("beslutande", "A. B."))
    (point,) = final.unsigned(VIEW)
    assert "samma person" in point


def test_the_newest_signature_of_a_role_counts_and_is_for_one_content(monkeypatch: pytest.MonkeyPatch) -> None:
    _sign(monkeypatch, ("analytiker", "A"), ("analytiker", "B"))
    assert final.signatures(VIEW) == ["Framställd den 2 juni 2023 av B (analytiker)."]
    assert final.signed_otherwise(VIEW, SIGNED) == []
    (sentence,) = final.signed_otherwise(VIEW, "b" * 16)
    assert "have changed since analytiker signed on 2023-06-02" in sentence


def test_the_content_is_what_a_reader_sees() -> None:
    shown = final.content([executed("<p>1</p>", "<p>2</p>")])
    silent = executed("<p>1</p>", "<p>2</p>")
    silent.cells[0].source = "another()"
    silent.cells[0].outputs[0].data["text/plain"] = "1"
    assert final.content([silent]) == shown
    assert final.content([executed("<p>1</p>", "<p>3</p>")]) != shown
