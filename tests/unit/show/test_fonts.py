"""The typefaces travel with the report: small, the same each time, and complete."""

import io

from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from lib.show import fonts
from tests.conftest import REPORTS, report


def test_a_face_is_cut_down_to_what_a_page_uses_and_is_the_same_each_time():
    face = fonts.FACES[0]
    first = fonts.subset(face, "Åkeri 12−3")
    assert first == fonts.subset(face, "Åkeri 12−3")
    assert len(first) < 8000
    cut = TTFont(io.BytesIO(first))
    assert {chr(code) for code in cut.getBestCmap()} == set("Åkeri 12−3")
    # Figures of equal width, so that columns of numbers stand straight.
    assert len({cut["hmtx"][cut.getBestCmap()[ord(figure)]][0] for figure in "123"}) == 1


def test_what_no_face_can_write_is_known():
    assert fonts.lacking("Åsa sa: 12,5 procent → ”nej” …\u00a0\n") == set()
    assert fonts.lacking("漢字 och 漢") == {"漢", "字"}


def test_every_report_holds_its_typefaces_and_names_no_other(built):
    for name in REPORTS:
        soup: BeautifulSoup = report(built, name)
        style = soup.style.string
        assert style.count("@font-face") == len(fonts.FACES)
        assert style.count("data:font/woff;base64,") == len(fonts.FACES)
        assert len(style) < 180_000
        assert not fonts.lacking(soup.body.get_text())
