"""The summary repeats the facts that the other chapters recorded, and says which chapters have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.show import facts
from lib.show.blocks import goals, summary
from tests.unit.show.blocks.views import view_of


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a build names for the summary, still without facts."""
    path = tmp_path / "facts.json"
    path.write_text(facts.dump([]), encoding="utf-8")
    monkeypatch.setenv(summary.FACTS_VARIABLE, str(path))
    return path


def test_chapters_that_have_not_run_are_named(recorded: Path) -> None:
    shown = summary.overview(view_of(2022, chapter="sammanfattning"), caption="Rubrik.", note="Not.")
    assert shown.plain.count("Kapitlet är inte kört") == 8
    assert "kör hela rapporten med kommandot lagesrapport build 2022" in shown.html
    assert summary.key_figures(view_of(2022), caption="Rubrik.").html == ""


def test_the_overview_repeats_the_facts_of_a_chapter(recorded: Path) -> None:
    assessed = goals.assessment(view_of(2022, 3))
    recorded.write_text(facts.dump(assessed.facts), encoding="utf-8")
    shown = summary.overview(view_of(2022, chapter="sammanfattning"), caption="Rubrik.", note="Not.")
    assert shown.plain.count("Kapitlet är inte kört") == 7 and goals.NO_ASSESSMENT in shown.plain
    repeated = {f.id for f in shown.facts if f.id.startswith("sammanfattning/mal-3/")}
    assert "sammanfattning/mal-3/beslutade indikatorer" in repeated


def test_what_is_unknown_is_counted() -> None:
    view = view_of(2022, chapter="sammanfattning")
    shown = summary.unknown(view)
    counts = {f.id.partition("/")[2]: f.value for f in shown.facts}
    assert counts["åtaganden"] == len(view.promises())
    assert "Inga svar per kommun eller stadsdel finns i underlaget." in shown.plain
    assert "Inga svar per kommun" not in summary.unknown(view_of("exempel")).plain
