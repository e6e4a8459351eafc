"""Working pages: accessible, escaped, free of identifiers, and readable in a terminal as well."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lib.base.errors import WorkbookError
from lib.review import pages
from lib.review.pages import Section

TABLE = Section("Källor & svar", ["Två <av> tre."], ["Källa", "Läge"], [["Brå", "har kommit"], ["SCB", "väntad"]])


def test_a_page_is_accessible_and_escaped() -> None:
    html = pages.page("Läget <2024>", [TABLE, Section("Text", html="<p><ins>ny</ins></p>")])
    page = BeautifulSoup(html, "html.parser")
    assert page.html and page.html["lang"] == "sv"
    assert [heading.get_text() for heading in page.find_all(["h1", "h2"])] == ["Läget <2024>", "Källor & svar", "Text"]
    (table,) = page.find_all("table")
    assert table.caption and table.caption.get_text() == "Tabell 1.1. Källor & svar."
    assert [th.get_text() for th in table.select("tbody th[scope=row]")] == ["Brå", "SCB"]
    assert page.find("p", string="Två <av> tre.") and page.find("ins")


def test_a_page_is_written_whole_and_over_a_former_one(tmp_path: Path) -> None:
    path = tmp_path / "output/status/2024.html"
    for title in ("Först", "Sedan"):
        assert pages.write(path, title, [TABLE], tmp_path) == path
    assert "Sedan" in path.read_text(encoding="utf-8") and [p.name for p in path.parent.iterdir()] == ["2024.html"]


def test_a_page_with_an_identifier_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "output/status/2024.html"
    with pytest.raises(WorkbookError, match="an e-mail address"):
        pages.write(path, "Läget", [Section("Svar", ["Skriv till kontakt@exempel.se."])], tmp_path)
    assert not path.exists()


def test_a_section_is_lined_up_in_a_terminal() -> None:
    assert pages.lines(TABLE, widest=6) == [
        "Källor & svar",
        "  Två <av> tre.",
        "  Källa  Läge",
        "  Brå    har ko",
        "  SCB    väntad",
        "",
    ]
    assert pages.lines(Section("Klart", ["Ja."])) == ["Klart", "  Ja.", ""]
