"""Broken and hostile files: each is refused in one sentence that names it, or agrees with a plain reading of the file."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.base.errors import LONGEST, one_line
from tests.conftest import copy_workbook
from tests.faults.all_readers import NAMES, reader
from tests.faults.reader import Reader, refused
from tests.faults.scale import FULL, amount, record

#: Seconds within which any file must be read or refused.
LONGEST_READ = 20


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workbook(tmp_path_factory.mktemp("fuzz") / "workbook")


def read_with(reader: Reader, path: Path, content: bytes) -> tuple[str, object]:
    """Read a file with other contents, and put its own contents back."""
    path.write_bytes(content)
    start = time.monotonic()
    try:
        sentence, value = refused(lambda: reader.read(path))
    finally:
        path.write_bytes(reader.good[path])
    assert time.monotonic() - start < LONGEST_READ
    if sentence:
        assert any(name in sentence for name in (path.name, *reader.also)), f"it does not name the file: {sentence}"
        assert len(one_line(sentence)) <= LONGEST + 2 and sentence.strip().endswith((".", "…", ")", "?")), sentence
    return sentence, value


@pytest.mark.parametrize("name", NAMES)
def test_a_good_file_is_read_as_it_is(home: Path, tmp_path: Path, name: str) -> None:
    one = reader(name, home, tmp_path / "in")
    for path in one.files:
        sentence, value = read_with(one, path, one.good[path])
        assert sentence == ""
        one.agrees(path, one.good[path], value)


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_file_is_refused_or_read_as_it_is(home: Path, tmp_path: Path, name: str) -> None:
    one, outcomes = reader(name, home, tmp_path / "in"), Counter[str]()

    @settings(
        max_examples=amount(25, one.much),
        deadline=None,
        database=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(one.files))
        breaks = one.breaks(path)
        kind = data.draw(st.sampled_from([*sorted(breaks), *["accident"] * len(breaks)]))
        content = (one.damaged if kind == "accident" else breaks[kind])(data.draw, one.good[path])
        sentence, value = read_with(one, path, content)
        if kind != "accident":
            assert sentence, f"accepted, but broken: {kind}"
        if not sentence:
            one.agrees(path, content, value)
        outcomes["refused" if sentence else "taken"] += 1

    attempt()
    record("fuzz", name, **outcomes)
