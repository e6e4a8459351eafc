"""The page as Typst mark-up: words, spaces, numbers and what is left out."""

from __future__ import annotations

import pytest

from lib.build.paper.markup import markup


def contents(body: str) -> str:
    """Return the mark-up of a page's contents, without the design."""
    text = markup(f"<html lang='sv'><head><title>T</title></head><body>{body}</body></html>").text
    return text.rpartition("marks: ())\n")[2]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("<p> Ett\n två </p>", '#par[#"Ett två"]\n'),
        ("<p>Ett <b> två</b> tre</p>", '#par[#"Ett"#" "#strong[#"två"]#" tre"]\n'),
        ("<p>Ett \u2028\x1ctvå\u00a0</p>", '#par[#"Ett två\u00a0"]\n'),
        ("<p>Ett<br> två</p>", '#par[#"Ett"#linebreak()#"två"]\n'),
        ("<p>5\u00a0000 <span class='lr-count'>1 av 9</span> slut</p>", '#par[#"5\u00a0000"#lr-count[#"1 av 9"]#"slut"]\n'),
        ("<div>Löst <i>ord</i><p>Stycke</p> </div>", '#par[#"Löst"#" "#emph[#"ord"]]\n#par[#"Stycke"]\n'),
        ('<p>"\\n" #x</p>', '#par[#"\\"\\\\n\\" #x"]\n'),
        ("<p class='lr-text lr-small'>Ord</p>", '#lr-small[#"Ord"]\n'),
        ("<p><!-- nej -->Ord<!-- nej --></p>", '#par[#"Ord"]\n'),
        ("<p class='where'>Här</p><ul class='sections'><li>A</li></ul><summary>B</summary>", ""),
        ("<p><span lang='en'>safe house</span></p>", '#par[#text(lang: "en")[#"safe house"]]\n'),
        ("<ol><li>A<ul><li>B</li></ul></li></ol>", '#enum([#"A"#list([#"B"])\n])\n'),
    ],
)  # fmt: skip
def test_elements_become_calls_and_text_becomes_literals(body: str, wanted: str) -> None:
    assert contents(body) == wanted


def test_only_the_addresses_of_a_list_of_sources_are_links() -> None:
    item = "<li>Se https://a.se/b.</li>"
    assert contents(f"<ul class='lr-sources'>{item}</ul>") == '#lr-sources([#"Se "#link("https://a.se/b")#"."])\n'
    assert contents(f"<ul>{item}</ul>") == '#list([#"Se https://a.se/b."])\n'


def test_a_link_to_a_chapter_leads_to_its_heading() -> None:
    section = "<section id='a' aria-labelledby='b'><h2 id='b'>A</h2></section>"
    made = contents(f"<main><p><a href='#a'>Till A</a></p>{section}</main>")
    assert '#_to("b")[#"Till A"]' in made and '[#"A"]#label("b")' in made and '#_chapter("A")' in made


def test_numbers_with_fewer_decimals_leave_room_for_them() -> None:
    row = "<tr><th scope='row'>A</th><td class='lr-num'>{}</td></tr>"
    rows = "".join(
        row.format(number) for number in ("1", "12,5", "3,25", "..", "4 <span class='lr-count'>4 av 9</span>")
    )
    made = contents(f"<table><caption>T</caption><tbody>{rows}</tbody></table>")
    cells = [line.partition("], ")[2] for line in made.splitlines()[1:]]
    assert cells[:4] == ['_n[#"1"#hide[,00]],', '_n[#"12,5"#hide[0]],', '_n[#"3,25"],', '_n[#".."],']
    assert cells[4].startswith('_n[#"4"#hide[,00]#lr-count[')


def test_only_long_words_in_cells_are_hyphenated() -> None:
    row = "<tr><th>Kommun</th><td>Alla Länsstyrelsernas rutiner</td></tr>"
    made = contents(f"<table><caption>T</caption><tbody>{row}</tbody></table>")
    assert '[#"Kommun"], [#"Alla "#_long("Länsstyrelsernas")#" rutiner"]' in made
    assert contents("<p>Länsstyrelsernas</p>") == '#par[#"Länsstyrelsernas"]\n'
