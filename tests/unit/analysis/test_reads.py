"""Look-ups in a recorded mapping are noted by name."""

from __future__ import annotations

from lib.analysis.reads import Recorded


def test_each_way_to_look_is_noted() -> None:
    reads: set[str] = set()
    goals = Recorded({3: "upptäcka", 5: "bekämpa"}, "goal", reads)
    assert goals.get(4) is None and goals[3] == "upptäcka" and reads == {"goal 4", "goal 3"}
    assert list(goals.values()) == ["upptäcka", "bekämpa"] and reads == {"goal 4", "goal 3", "goal 5", "goal *"}
