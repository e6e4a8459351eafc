"""Entries of lists and tables are checked field by field, and a fault is named with its file, entry and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.data.entry import Day, Entry, Period, by_id, overlay, read_items, read_list, read_rows


class Example(Entry):
    id: str
    day: Day | None = None
    note: str = ""


def test_a_period_may_be_open_at_both_ends() -> None:
    assert Period().covers(1900) and Period(last_year=2020).covers(2020) and not Period(first_year=2021).covers(2020)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="first_year must not be later"):
        Period(first_year=2021, last_year=2020)


LISTS = {
    "no list": ("b: 1\n", "the list 'entries' is missing"),
    "another list": ("entries: []\nothers: []\n", "'others' is no list of this file (entries)"),
    "an unknown field": ("entries: [{id: a, nte: b}]\n", "entries a, nte: there is no field of this name"),
    "a missing id": ("entries: [{note: a}]\n", "entries number 1, id: field required"),
    "a date in words": ("entries: [{id: a, day: våren}]\n", "entries a, day: value error, must be a date such as"),
    "a number as date": ("entries: [{id: a, day: 5}]\n", "entries a, day: input should be a valid date"),
}


@pytest.mark.parametrize("fault", LISTS)
def test_a_fault_in_a_list_is_named(tmp_path: Path, fault: str) -> None:
    text, message = LISTS[fault]
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(WorkbookError) as error:
        read_list(Example, tmp_path / "a.yaml", "entries")
    assert str(error.value).startswith(str(tmp_path / "a.yaml")) and message in str(error.value)


def test_lists_that_share_a_file_are_read_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("plans: [{id: a}]\ncommitments: [{id: b}]\n")
    assert [item for _, item in read_items(tmp_path / "a.yaml", "commitments")] == [{"id": "b"}]


def test_an_empty_cell_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,day,note\na,,\nb,2023-05-30,c\n")
    empty, full = read_rows(Example, tmp_path / "a.csv")
    assert (empty.day, empty.note) == (None, "") and str(full.day) == "2023-05-30"
    (tmp_path / "a.csv").write_text("id,day,note\n,,\n")
    with pytest.raises(WorkbookError, match="row 2, id: input should be a valid string"):
        read_rows(Example, tmp_path / "a.csv")


def test_an_identifier_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="'a' occurs twice"):
        by_id([Example(id="a"), Example(id="a")], tmp_path)


def test_an_indicator_that_is_not_overlaid_has_no_series() -> None:
    base = [("base", {"id": "a", "kinds": [], "family": "bra"}), ("base", {"id": "b", "kinds": [], "family": "bra"})]
    merged = overlay(base, [("example", {"id": "b", "family": "enkat"})])
    assert [(where, item["id"], item["family"]) for where, item in merged] == [
        ("base", "a", None),
        ("example", "b", "enkat"),
    ]
