"""Files are read strictly, and a fault is named with its file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from lib.base.errors import WorkbookError
from lib.base.files import MOST_NESTED, fingerprint, read_json, read_table, read_text, read_yaml, refuse_links


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


PLAIN = {
    "a code with a leading zero": ("0180", "0180"),
    "a time in base 60": ("190:20:30", "190:20:30"),
    "a Norwegian country code": ("no", "no"),
    "hexadecimal": ("0x7e6", "0x7e6"),
    "an infinite number": (".inf", ".inf"),
    "a whole number": ("-12", -12),
    "a decimal": ("0.5", 0.5),
    "nothing": ("~", None),
    "truth": ("true", True),
}


@pytest.mark.parametrize("case", PLAIN)
def test_plain_yaml_means_what_it_says(file: Path, case: str) -> None:
    text, value = PLAIN[case]
    file.write_text(f"a: {text}\n")
    assert read_yaml(file) == {"a": value}


YAML_FAULTS = {
    "a duplicate key": ("a: 1\nb: 2\na: 3\n", "line 3: not valid YAML (duplicate key 'a')"),
    "a duplicate key inside a list": ("a:\n  - b: 1\n    b: 2\n", "line 3: not valid YAML (duplicate key 'b')"),
    "a tag": ("a: 1\nb: !!python/object/apply:os.getcwd []\n", "line 2: the tag tag:yaml.org,2002:python/object"),
    "an alias inside an anchored part": ("a: &a [1]\nb: &b [*a]\n", "line 2: a repetition (& or *) within"),
    "deep nesting": ("[" * (MOST_NESTED + 1) + "]" * (MOST_NESTED + 1), f"nested more than {MOST_NESTED} deep"),
    "an open bracket": ("a: [1,\nb: 2\n", "not valid YAML"),
    "an impossible date": ("a: 2023-02-30\n", "a value that cannot be read (day is out of range for month)"),
    "a key that is a list": ("? [a]\n: 1\n", "line 1: not valid YAML (a list or mapping as key)"),
}


@pytest.mark.parametrize("fault", YAML_FAULTS)
def test_a_fault_in_yaml_is_named_with_its_line(file: Path, fault: str) -> None:
    text, message = YAML_FAULTS[fault]
    file.write_text(text)
    with pytest.raises(WorkbookError) as error:
        read_yaml(file)
    assert str(error.value).startswith(str(file)) and message in str(error.value)


def test_a_part_may_be_repeated(file: Path) -> None:
    file.write_text("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\n")
    assert read_yaml(file) == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}


def test_yaml_is_read_in_c() -> None:
    assert yaml.__with_libyaml__


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "[NaN]", "[-Infinity]", "[1,]", "[" * 100_000])
def test_what_is_not_strict_json_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(WorkbookError, match="is not valid JSON"):
        read_json(file)


def test_json_is_read(file: Path) -> None:
    content = {"å": [1, 2.5, None, True, {"b": "c"}]}
    file.write_text(json.dumps(content))
    assert read_json(file) == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "is not UTF-8 text"),
        ("a\nb\u202ec".encode(), r"line 2: the invisible character U\+202E"),
        (b"a\x00", r"line 1: the invisible character U\+0000"),
    ],
)
def test_what_is_not_plain_text_is_refused(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(WorkbookError, match=message):
        read_text(file)


def test_a_missing_file_a_folder_and_a_link_are_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="file is missing; restore it"):
        read_text(file)
    with pytest.raises(WorkbookError, match="is not a file"):
        read_text(tmp_path)
    file.symlink_to(tmp_path)
    with pytest.raises(WorkbookError, match="is a link to another place"):
        read_text(file)
    with pytest.raises(WorkbookError, match="file is a link to another place"):
        refuse_links(tmp_path)


def test_a_large_file_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.base.files.MOST_BYTES", 3)
    file.write_text("1234")
    with pytest.raises(WorkbookError, match="is larger than"):
        read_text(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a;b\n", "row 1: the columns must be a,b"),
        ("a,b\n1,2\n1,2,3\n", "row 3: 3 cells where 2 belong"),
        ('a,b\n"1,2\n', "is not a UTF-8 CSV file"),
        ("", "row 1: the columns must be a,b"),
        ("\ufeffa,b\n", "row 1: the file begins with a byte order mark"),
    ],
)
def test_another_table_is_refused(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(WorkbookError, match=message):
        read_table(file, ["a", "b"])


def test_a_fingerprint_ignores_raw_files_alone(tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/a").write_text("1")
    assert fingerprint(tmp_path) == before
    (tmp_path / "b").write_text("1")
    named_b = fingerprint(tmp_path)
    (tmp_path / "b").rename(tmp_path / "c")
    assert len({before, named_b, fingerprint(tmp_path)}) == 3
