"""Subsets of the typefaces are small, complete and the same each time."""

import io

from fontTools.ttLib import TTFont

from lib.show import fonts


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


def test_each_face_becomes_a_rule_with_its_font() -> None:
    rules = fonts.css("Å").splitlines()
    assert len(rules) == len(fonts.FACES) and all("url(data:font/woff;base64," in rule for rule in rules)
