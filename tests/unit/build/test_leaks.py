"""Texts that identify a person or a computer are not published."""

from __future__ import annotations

import socket
from pathlib import Path

import nbformat
import pytest

from lib.base.errors import WorkbookError
from lib.build.leaks import check, check_folder, scrub_message, write_scrubbed
from tests.unit.build.notebooks import executed


@pytest.mark.parametrize(
    "text",
    [
        "https://scb.se/tmp/x",
        "@media print",
        "811218-9875",
        "2022-06-30",
        "8112189876",
        "tel 020-50 50 50",
        "0180-0114",
        "20220630-1234",
        "url(data:font/woff2;base64,811218+9876)",
    ],
)
def test_what_only_looks_like_an_identifier_is_published(text: str, tmp_path: Path) -> None:
    check(text, "x", tmp_path)


@pytest.mark.parametrize(
    "text", ["811218-9876", "19811218-9876", "198112189876", "811278-9873", "a.b@c.se", "{home}/x", "file://{home}/x"]
)
def test_an_identifier_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with pytest.raises(WorkbookError, match="was not published"):
        check(f"ord {text.format(home=tmp_path / 'home')} ord", "x", tmp_path / "root")


def test_names_of_user_and_computer_and_secrets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "dator-417")
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setenv("API_TOKEN", "hemligt-zq81")
    monkeypatch.setenv("SHORT_TOKEN", "ord")
    with pytest.raises(WorkbookError, match=r"the name of the user or the computer \(dator-417\)"):
        check("på dator-417.", "x", tmp_path)
    with pytest.raises(WorkbookError, match="the value of the environment variable API_TOKEN"):
        check("xhemligt-zq81x", "x", tmp_path)
    # Short names and secrets could be any word.
    check("anna säger ett ord på dator-4171", "x", tmp_path)


def test_every_text_file_of_a_report_is_searched_and_named(tmp_path: Path) -> None:
    (tmp_path / "report/data").mkdir(parents=True)
    (tmp_path / "report/picture.png").write_bytes(b"a.b@c.se \xff")
    check_folder(tmp_path / "report", tmp_path)
    (tmp_path / "report/data/figur.csv").write_text("a.b@c.se")
    with pytest.raises(WorkbookError, match=r"data/figur.csv holds an e-mail address \(a.b@c.se\)"):
        check_folder(tmp_path / "report", tmp_path)


def test_messages_name_files_from_the_workbooks_root(tmp_path: Path) -> None:
    assert scrub_message(f"{tmp_path}/data/x.csv in {tmp_path}", tmp_path) == "data/x.csv in the workbook"
    assert scrub_message(f"{Path.home()}/x", tmp_path) == "~/x"


def test_equal_runs_give_equal_notebooks(tmp_path: Path) -> None:
    """Run times, random ids and warnings, which hold paths, are not written."""
    for number in (1, 2):
        made = executed("<p>1</p>")
        made.metadata["papermill"] = {"duration": number}
        made.cells[0].metadata["execution"] = {"started": number}
        made.cells[0].outputs.append(nbformat.v4.new_output("stream", name="stderr", text=f"/home/{number}"))
        write_scrubbed(made, tmp_path / f"{number}/x.ipynb")
    first, second = ((tmp_path / f"{number}/x.ipynb").read_bytes() for number in (1, 2))
    assert first == second and b"<p>1</p>" in first and b"/home/" not in first
