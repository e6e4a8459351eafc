"""``lagesrapport status``: what has come in, what is overdue and what is next."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from lib.analysis.view import View, open_view
from lib.base.workbook import Workbook
from lib.review import status
from lib.review.pages import Section
from lib.review.status import SourceState, UnitAnswers
from tests.conftest import ROOT, change
from tests.unit.review.reports import write_report

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def view() -> View:
    return open_view(Workbook(ROOT), "exempel", "status")


def _sections(view: View, today: date = TODAY) -> dict[str, Section]:
    return {section.title: section for section in status.status_sections(view, today)}


def test_a_source_is_complete_with_the_reports_year(view: View) -> None:
    states = {state.name: state for state in status.source_states(view, TODAY)}
    assert states["Exempelläns enkät till kommuner och stadsdelar (påhittad)"] == SourceState(
        "Exempelläns enkät till kommuner och stadsdelar (påhittad)", None, 2024, complete=True, overdue=False
    )
    register = states["Exempelregistret (påhittat)"]
    # It is due after the report's cut-off: not overdue, however late it is.
    assert (register.due, register.newest, register.complete) == (date(2025, 7, 1), 2023, False)
    assert register.due and view.parameters.cut_off < register.due and not register.overdue


def test_a_source_is_overdue_from_the_day_it_was_due(workbook: Path) -> None:
    path = workbook / "data/observations/bra.csv"
    path.write_text("".join(x for x in path.open(encoding="utf-8") if ",2025," not in x), encoding="utf-8")
    view = open_view(Workbook(workbook), "2025", "status")

    def overdue(today: date) -> list[str]:
        return [state.name for state in status.source_states(view, today) if state.overdue and "Brå" in state.name]

    assert not overdue(date(2026, 6, 30)) and overdue(date(2026, 7, 1))
    steps = _sections(view)["Nästa steg"].sentences
    assert steps[0].startswith("Hämta ") and steps[0].endswith(" för 2025.")


def test_answers_are_counted_for_each_unit(view: View) -> None:
    answers = {unit.name: unit for unit in status.unit_answers(view)}
    assert answers["Kommun A"] == UnitAnswers("Kommun A", 5, 5) and answers["Kommun D"] == UnitAnswers(
        "Kommun D", 6, 16
    )
    section = _sections(view)["Kommuner och stadsdelar"]
    assert section.sentences == ["26 av 29 har svarat på alla frågor som finns för 2024."]
    assert ["Kommun D", "6 av 16"] in section.rows and len(section.rows) == 3


def test_units_without_any_answer_are_to_be_reminded(view: View) -> None:
    silent = [UnitAnswers(f"Kommun {letter}", 0, 4) for letter in "ABCDEFG"]
    some = [UnitAnswers("Kommun X", 1, 4), UnitAnswers("Kommun Y", 0, 0)]
    (step,) = [s for s in status._next_steps(view, [], silent + some).sentences if s.startswith("Påminn")]
    assert step == "Påminn Kommun A, Kommun B, Kommun C, Kommun D och Kommun E med flera om enkäten."
    (step,) = [s for s in status._next_steps(view, [], silent[:1] + some).sentences if s.startswith("Påminn")]
    assert step == "Påminn Kommun A om enkäten."


def test_the_next_step_depends_on_the_last_build(workbook: Path) -> None:
    view = open_view(Workbook(workbook), "exempel", "status")
    assert "Bygg ett utkast: lagesrapport build exempel." in _sections(view)["Nästa steg"].sentences
    write_report(workbook / "output/exempel", failed={"01_forebygga_vald": "1/0"})
    assert "Åtgärda ett kapitel som inte gick att framställa." in _sections(view)["Nästa steg"].sentences
    write_report(workbook / "output/exempel")
    (step,) = _sections(view)["Nästa steg"].sentences
    assert step.startswith("Underskrift saknas av ")
    signed = "".join(
        f"  - {{role: {role}, holder: {holder}, date: 2025-05-01, content: 0123456789abcdef}}\n"
        for role, holder in (("analytiker", "AB"), ("kvalitetsgranskare", "CD"), ("beslutande", "EF"))
    )
    (workbook / "data/exempel/signoffs").mkdir()
    (workbook / "data/exempel/signoffs/exempel.yaml").write_text(f"signoffs:\n{signed}", encoding="utf-8")
    sections = _sections(view)
    assert sections["Nästa steg"].sentences == ["Sätt status: fastställd i parameters/exempel.yaml, bygg och försegla."]
    assert ["Beslutande", "EF", "1 maj 2025"] in sections["Underskrifter"].rows
    change(workbook / "parameters/exempel.yaml", "status: utkast", "status: fastställd")
    final = open_view(Workbook(workbook), "exempel", "status")
    assert _sections(final)["Nästa steg"].sentences == ["Allt är klart."]


def test_goals_and_actors_are_listed(view: View) -> None:
    sections = _sections(view)
    assert ["1. Förebygga våld", "2 av 3", "2 av 3", "Inte nära", "nej"] in sections["Målen"].rows
    assert ["Polisen, region Exempel", "2 av 2"] in sections["Aktörerna"].rows


def test_a_year_without_a_plan_or_answers_says_so() -> None:
    sections = _sections(open_view(Workbook(ROOT), "2019", "status"))
    texts = [sentence for section in sections.values() for sentence in section.sentences]
    assert any("2019" in text for text in texts)


def test_the_status_is_a_page_and_lines_for_the_terminal(tmp_path: Path) -> None:
    for folder in ("parameters", "data", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("raw"))
    page, lines = status.write(Workbook(tmp_path), "exempel", TODAY)
    assert page == tmp_path / "output/status/exempel.html" and "EXEMPELDATA" in page.read_text(encoding="utf-8")
    assert lines[0].startswith("EXEMPELDATA. Läget för ") and lines[0].endswith(" (22 november 2026)")
    assert lines[2] == "Nästa steg"
