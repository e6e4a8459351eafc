"""The typefaces embedded in a report are small, complete and the same each time."""

import io
from pathlib import Path

from fontTools.ttLib import TTFont

from lib.show import fonts
from tests.conftest import REPORTS, report


def test_a_face_is_subset_to_what_a_page_uses_and_is_the_same_each_time() -> None:
    face = fonts.FACES[0]
    first = fonts.subset(face, "Åkeri 12−3")
    assert first == fonts.subset(face, "Åkeri 12−3")
    assert len(first) < 8000
    cut = TTFont(io.BytesIO(first))
    assert {chr(code) for code in cut.getBestCmap()} == set("Åkeri 12−3")
    # Figures are of equal width, so that columns of numbers line up.
    assert len({cut["hmtx"][cut.getBestCmap()[ord(figure)]][0] for figure in "123"}) == 1


def test_characters_that_no_face_has_are_found() -> None:
    assert fonts.lacking("Åsa sa: 12,5 procent → ”nej” …\u00a0\n") == set()
    assert fonts.lacking("漢字 och 漢") == {"漢", "字"}


def test_every_report_holds_its_typefaces_and_names_no_other(built: Path) -> None:
    for name in REPORTS:
        soup = report(built, name)
        style = soup.select("style")[0].get_text()
        assert style.count("@font-face") == len(fonts.FACES)
        assert style.count("data:font/woff;base64,") == len(fonts.FACES)
        assert len(style) < 180_000
        assert not fonts.lacking(soup.select("body")[0].get_text())
