"""The pages of documentation agree with the project: tree, links, pictures, and every example of a cell runs."""

import re
import subprocess
from pathlib import Path

import pytest

from lib import chapter
from lib.show import fields
from tests import pictures
from tests.conftest import ROOT, needs_git
from tests.generated import write_between

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
GALLERY = (ROOT / "docs/notebooks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GALLERY, re.DOTALL)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


@needs_git
def test_the_tree_in_the_readme_is_the_tree() -> None:
    tree = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert tree is not None
    named = {name.rstrip("/") for line in tree[1].splitlines() for name in re.split(r"\s{2,}", line)[0].split() if name}
    listed = ["git", "ls-files", "-co", "--exclude-standard"]
    tracked = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {Path(line).parts[0] for line in tracked.splitlines() if (ROOT / line).exists()}
    assert named == {name for name in top if not name.startswith(".")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_each_page_of_docs_is_linked_from_the_readme() -> None:
    assert [page.name for page in PAGES[2:] if f"(docs/{page.name})" not in README] == []


def test_paths_that_the_pages_name_exist() -> None:
    named = {
        path
        for page in PAGES
        for path in re.findall(r"`((?:lib|tests|docs)/[\w/.]+)`", page.read_text(encoding="utf-8"))
    }
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_readmes_pictures_are_there_and_have_words() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", README)
    assert len(pictures) == 2
    for words, path in pictures:
        assert len(words) > 40 and 10_000 < (ROOT / path).stat().st_size < 300_000


def test_the_gallery_has_every_method_of_a_chapter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chapter, "display", lambda *_, **__: None)
    monkeypatch.chdir(ROOT)
    chapter.Chapter(2022, goal=3).help()
    methods = set(re.findall(r"^chapter\.([\w.]+)(?:\(|$)", capsys.readouterr().out, re.MULTILINE))
    called = set(re.findall(r"(?<!lib\.)\bchapter\.([\w.]+)", "\n".join(EXAMPLES)))
    assert methods - {"help"} == {name.partition(".")[0] if name.startswith("known.") else name for name in called}


def test_the_guide_names_every_word_that_stands_alone_in_a_field() -> None:
    table = GALLERY.partition("These words stand alone")[2].partition("\n## ")[0]
    assert sorted(re.findall("`(.*?)`", table)) == sorted([*fields.REPORT, *fields.COUNTS])


def test_each_cell_of_the_gallery_runs_and_what_it_shows_has_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples, shown = pictures.examples(), pictures.shown()
    assert len(examples) == len(EXAMPLES) > 40
    for example, html in zip(examples, shown, strict=True):
        # The first cell only opens the chapter.
        # The summary shows figures only where the report has been built.
        unbuilt = "chapter.summary." in example.code and not html
        assert bool(html) == bool(example.picture) or unbuilt or example is examples[0], example.code
        assert not example.picture or len(example.words) > 25, example.code
    named = sorted((ROOT / "docs" / example.picture).resolve() for example in examples if example.picture)
    assert named == sorted((pictures.TARGET / "gallery").iterdir())
    assert sum(path.stat().st_size for path in named) < 1_500_000


def test_a_generated_table_replaces_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- bench: written by make bench -->\nold\n<!-- /bench -->\nz\n", encoding="utf-8")
    write_between(page, "bench", "new\n")
    assert page.read_text(encoding="utf-8") == "a\n<!-- bench: written by make bench -->\n\nnew\n\n<!-- /bench -->\nz\n"
    with pytest.raises(ValueError, match=r"page\.md has no place"):
        write_between(page, "faults", "new")
