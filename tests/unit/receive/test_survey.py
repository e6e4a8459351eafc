"""The survey's questions are checked against the catalogue; units and agencies are asked once each."""

from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.data.catalogue import Catalogue
from lib.receive.survey import promised, read_survey, units
from tests.conftest import ROOT

EXAMPLE = Catalogue(ROOT / "data/exempel")
SURVEY = (EXAMPLE.data / "survey.yaml").read_text(encoding="utf-8")
FIRST = read_survey(EXAMPLE).questions[0].indicator
COUNTED = read_survey(EXAMPLE).counts[0].indicator
WRONG = {
    "a day that does not exist": ("deadline: ", "deadline: 02-30 #", "must be a month and a day"),
    "an unknown indicator": (f"indicator: {FIRST}", "indicator: finns_inte", "no indicator 'finns_inte'"),
    "a count asked with yes or no": (f"indicator: {FIRST}", f"indicator: {COUNTED}", "is not measured in procent"),
    "an unknown source": ("\nsource: ", "\nsource: finns_inte #", "no source 'finns_inte'"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_survey_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    old, new, message = WRONG[kind]
    assert old in SURVEY
    (tmp_path / "survey.yaml").write_text(SURVEY.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(EXAMPLE, "data", tmp_path)
    with pytest.raises(WorkbookError, match=message):
        read_survey(EXAMPLE)


def test_a_county_without_a_survey_is_told_how_to_begin_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EXAMPLE, "data", tmp_path)
    with pytest.raises(WorkbookError, match="survey.yaml is missing: .* begin one with lagesrapport new survey"):
        read_survey(EXAMPLE)


def test_a_town_with_districts_answers_through_them() -> None:
    codes = [unit.code for unit in units(EXAMPLE, 2024)]
    assert len(codes) == 28 and "XA" not in codes and {"XA1", "XA2", "XA5"} < set(codes)


def test_an_agency_is_asked_about_its_commitments_in_the_years_plans() -> None:
    asked = promised(EXAMPLE, 2024)
    assert asked and all(actor in c.actors for actor, commitments in asked.items() for c in commitments)
    assert "omnämnande" not in {c.kind for commitments in asked.values() for c in commitments}
