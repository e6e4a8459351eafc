"""Comments hold only safe Markdown, and judgements say why, who and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.data import commentary
from lib.data.commentary import MOST_CHARACTERS, Assessment, comment_path, faults


def _write(data: Path, text: str) -> Path:
    path = comment_path(data, 2025, 3)
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "<!-- ATT BESLUTA",
        "a <!-- b --> c -->",
        "# Rubrik",
        "![bild](https://a.se/x)",
        "[x](javascript:alert(1))",
        "[x](https://a:b@c.se)",
        "```\nkod\n```",
        "x" * (MOST_CHARACTERS + 1),
    ],
)
def test_a_comment_holds_no_more_than_it_should(tmp_path: Path, text: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(WorkbookError, match="mal-3.md"):
        commentary.html(commentary.read(tmp_path, 2025, 3), path)
    assert len(list(faults(tmp_path))) == 1


def test_notes_to_the_writer_are_left_out_and_html_is_text(tmp_path: Path) -> None:
    path = _write(tmp_path, "\ufeff<!-- note -->\r\nA <b> and [a link](https://a.se).\u200b\n")
    text = commentary.read(tmp_path, 2025, 3)
    assert text == "A <b> and [a link](https://a.se)."
    assert commentary.html(text, path) == '<p>A &lt;b&gt; and <a href="https://a.se">a link</a>.</p>\n'
    assert list(faults(tmp_path)) == []


def test_a_link_definition_is_shown(tmp_path: Path) -> None:
    assert "[1]: https://a.se" in commentary.html("[1]: https://a.se", tmp_path)


def test_no_file_is_no_comment(tmp_path: Path) -> None:
    assert commentary.read(tmp_path, 2025, 3) == ""


@pytest.mark.parametrize("name", ["2025/mal-03.md", "2025/goal-3.md", "mal-3.md", "2025/mal-3.txt"])
def test_a_file_that_no_report_reads_is_a_fault(tmp_path: Path, name: str) -> None:
    path = tmp_path / "commentary" / name
    path.parent.mkdir(parents=True)
    path.write_text("a")
    assert [str(path) in sentence for sentence in faults(tmp_path)] == [True]


def test_an_assessment_says_why_who_and_when() -> None:
    with pytest.raises(ValueError, match="'role' is missing"):
        Assessment(goal=1, assessment="Nära", reason="a")
    decided = Assessment(goal=1, assessment="Nära", reason="a", role="b", date=date(2025, 1, 1))
    assert decided.decided and not Assessment(goal=1, assessment="ATT BESLUTA").decided
