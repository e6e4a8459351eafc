"""The action plan's blocks show what is known of plans and commitments at the cut-off, and no more."""

from __future__ import annotations

from lib.show.blocks import plans
from tests.unit.show.blocks.views import view_of


def test_a_plan_is_known_only_once_it_is_published() -> None:
    assert [p.first_year for p in plans.known_plans(view_of(2022))] == [2020]
    assert [p.first_year for p in plans.known_plans(view_of(2023))] == [2020, 2024]
    assert "Handlingsplan 2024–2027 | 2024–2027 | gällde" in plans.periods(view_of(2024), caption="Rubrik.").plain


def test_a_year_without_a_plan_says_so() -> None:
    assert plans.plan(view_of(2019)).plain == "Underlaget innehåller ingen handlingsplan för 2019."
    assert plans.listing(view_of(2019)).plain.startswith("Utan gällande plan")
    assert plans.listing(view_of(2019, 1)).plain == plans.plan(view_of(2019)).plain
    assert plans.overlap(view_of(2019), caption="Rubrik.").plain.startswith("Utan gällande plan")
    assert plans.status_counts(view_of(2019), caption="Rubrik.").html == ""


def test_commitments_are_listed_with_owner_and_status() -> None:
    view = view_of(2022)
    shown = plans.listing(view)
    for commitment in view.commitments():
        row = next(line for line in shown.plain.splitlines() if line.startswith(f"{commitment.text} | "))
        assert row.endswith(plans._status_shown(view, commitment))
    assert {f.status for f in shown.facts if f.kind == "quoted"} <= {"A", "M"}


def test_the_status_counts_add_up() -> None:
    view = view_of(2022)
    amounts = [f.value or 0 for f in plans.status_counts(view, caption="Rubrik.").facts]
    assert len(amounts) == len(plans.STATUSES) and sum(amounts) == len(view.promises())
    assert amounts[-1] == len(plans.unreported(view))


def test_what_remains_counts_commitments_without_status_and_owner() -> None:
    view = view_of(2022, 3)
    unknown = plans.unreported(view, 3)
    facts = {f.id.partition("/")[2]: f.value for f in plans.remaining(view).facts}
    assert facts["åtaganden utan uppgift"] == len(unknown)
    assert facts["åtaganden utan ansvarig"] == sum(not c.actors for c in unknown)


def test_the_overlap_counts_a_joint_measure_for_each_actor() -> None:
    view = view_of(2022)
    total = sum(f.value or 0 for f in plans.overlap(view, caption="Rubrik.").facts)
    assert total == sum(max(1, len(c.actors)) for c in view.promises())


def test_the_next_plan_can_start_from_the_development_areas() -> None:
    view = view_of(2022)
    data = plans.development_areas(view, caption="Rubrik.").data["utvecklingsomraden"]
    assert data["columns"] == ["mål", "utvecklingsområde", "källa", "slag"]
    assert len(data["rows"]) == len(view.statements(kinds=["utmaning", "lucka"])) + len(view.promises())


def test_follow_up_says_how_many_commitments_have_a_status() -> None:
    shown = plans.follow_up(view_of(2022), lead="De sade:")
    known, every = (f.value for f in shown.facts if f.kind == "computed")
    assert known == 0 and every and "Underlaget säger inget om hur de" in shown.plain
    assert "Arbetsboken har ingen plan att följa upp för året." in plans.follow_up(view_of(2019), lead="De sade:").plain
