"""What a chapter shows stands in groups that help, completion and signatures reach into."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from lib import chapter as chapters
from lib.chapter import Chapter
from lib.show.blocks import block
from lib.show.groups import Group
from tests.conftest import ROOT


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in the workbook, and display nothing."""
    monkeypatch.chdir(ROOT)
    for module in (chapters, block):
        monkeypatch.setattr(module, "display", lambda *_, **__: None)


def test_help_lists_every_method_with_a_line_and_an_example(
    displayed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = Chapter(2024, goal=3, report="exempel")
    chapter.help()
    lines = capsys.readouterr().out.splitlines()
    heads = [line for line in lines if line.startswith("chapter.")]
    assert "chapter.table(*shown, name, caption, rows=None, source=None, numeric=None)" in heads
    assert "chapter.known" in heads and "chapter.statements(kind)" in heads and "chapter.plan.in_force()" in heads
    assert "chapter.support.matrix(*identifiers, caption)" in heads
    assert "    Show which action plan was in force in the report's year, or that none was." in lines
    examples = [line.removeprefix("    > ") for line in lines if line.startswith("    > ")]
    assert len(examples) == sum("(" in line for line in heads) > 40
    for example in examples:
        exec(example, {"chapter": chapter})


def test_few_names_stand_directly_on_a_chapter(displayed: None) -> None:
    chapter = Chapter(2022, goal=3)
    names = [name for name in dir(chapter) if not name.startswith("_") and name != "view"]
    assert len([name for name in names if not isinstance(getattr(chapter, name), Group)]) <= 12 and len(names) <= 19


def test_completion_and_signatures_reach_into_the_groups(displayed: None) -> None:
    shell = InteractiveShell()
    shell.user_ns["chapter"] = chapter = Chapter(2022, goal=3)

    def completed(text: str) -> set[str]:
        with provisionalcompleter():
            return {found.text for found in shell.Completer.completions(text, len(text))}

    assert any(text.endswith("plan") for text in completed("chapter.pl"))
    in_plan = {text.lstrip(".") for text in completed("chapter.plan.")}
    assert {"overlap", "commitments"} <= in_plan
    definition = shell.inspector.info(chapter.support.matrix, oname="chapter.support.matrix")["definition"]
    assert definition and "(*identifiers" in definition and "view" not in definition
    assert "in_force, periods, commitments" in repr(chapter.plan)
