"""The PDF: everybody can read it, a torn tag tree is mended, a broken one is refused, and nothing is fetched."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import outloud
import pikepdf
import pypdfium2
import pytest
import weasyprint
from bs4 import BeautifulSoup
from pikepdf import Array, Dictionary, Name

from lib.base.errors import WorkbookError
from lib.build import paper as pdf
from lib.build.paper.check import faults
from lib.build.paper.repair import repair
from lib.build.paper.tree import Annotation, Element, Tree

RED = "<rect x='10' y='5' width='80' height='30' fill='red'/>"
SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='100' height='40'>{}</svg>"
COLUMNS = ["Grupp", "2020", "2021", "2022"]
LONG = "Kommunerna och regionen arbetar vidare med rutiner för samverkan"


def rows(label: str, amount: int) -> str:
    cells = "<td>{0},1 procent</td><td>{0},2 <span>av tio</span></td><td>{0},3</td>"
    return "".join(f"<tr><th scope=row>{label} {n}</th>{cells.format(n)}</tr>" for n in range(1, amount + 1))


def table(caption: str, bodies: str) -> str:
    head = "".join(f"<th scope=col>{column}</th>" for column in COLUMNS)
    return f"<div><div><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>{bodies}</table></div></div>"


def group(label: str, amount: int) -> str:
    return f"<tbody><tr><th scope=rowgroup colspan=4>{label}</th></tr>{rows(label, amount)}</tbody>"


def page(body: str, style: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="sv"><head><meta charset="utf-8"><title>Rapport för prov</title>
<meta name="description" content="Allt som en rapport har."><style>@page {{ size: 110mm 130mm; margin: 15mm;
@top-left {{ content: "Löpande rubrik med flera ord" }} @bottom-right {{ content: counter(page) }} }}
html {{ font-size: 9pt }} {style}</style></head><body>{body}</body></html>"""


STYLE = """.contents span::after { content: " – sida " target-counter(attr(data-ref url), page) }
tr, p, li { break-inside: avoid } h2, h3, caption { break-after: avoid } main > section { break-before: page }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap } a { text-decoration: none }"""
EVERYTHING = page(
    f"""<header><p>Utkast</p><h1>Rapport för prov</h1></header>
<nav class="contents"><p>Innehåll</p><ol><li><a href="#ett">Mål <em>ett</em></a><span data-ref="#ett"></span>
<ol><li><a href="#siffror">Siffror i en lång tabell som går över flera sidor i rapporten</a><span data-ref="#siffror"></span></li>
</ol></li><li><a href="#tva">Mål två</a><span data-ref="#tva"></span></li></ol></nav>
<main><section id="ett"><h2>Mål ett</h2><blockquote><p>Ingen ska utsättas för våld.</p></blockquote>
<p><span style="display: block">Indikator</span> Andelen med rutiner</p><p>Se <a href="https://www.bra.se">Brå</a>
<img alt="" src="{SVG.format("<circle cx='9' cy='9' r='9'/>")}">.</p>
<h3 id="siffror">Siffror</h3>{table("Tabell 1. Andelar i procent", group("Länet", 30) + group("Riket", 30))}<p>Källa: Brå.</p>
<ul>{"".join(f"<li>{LONG} {n}.<p>Mer om det.</p></li>" for n in range(40))}</ul></section>
<section id="tva"><h2>Mål två</h2><figure><figcaption>Figur 1. Andelen ökade.</figcaption>
<img alt="Linje från fyra procent 2020 till nio procent 2022." src="{SVG.format(RED)}"><p>Källa: Brå.</p>
<details><summary>Figurens siffror</summary>{table("Siffrorna i figur 1", f"<tbody>{rows('Kommun', 3)}</tbody>")}</details></figure>
<table><caption>Tabell 2. Luckor</caption><thead><tr><th scope=col>Mått</th><th scope=col>2021</th><th scope=col>2022</th></tr></thead>
<tbody>{"".join(f'<tr><th scope=row>Mått {n}</th><td><span aria-hidden="true">..</span><span class="hidden">uppgift saknas</span></td><td>7</td></tr>' for n in range(4))}</tbody></table>
<section lang="en"><h3>Summary in English</h3><p>{"The agencies report on violence. " * 9}</p><p>It is a test.</p></section>
</section></main>""",
    STYLE,
)


def laid_out(html: str) -> pikepdf.Pdf:
    """Return WeasyPrint's own PDF."""
    return pikepdf.open(io.BytesIO(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")))


def repaired(html: str) -> pikepdf.Pdf:
    file = laid_out(html)
    repair(file)
    return file


def the(tree: Tree, kind: str, text: str = "") -> Element:
    """Return the one tag of a kind that begins with a text."""
    (found,) = [e for e in tree.root.elements(kind) if e.text.startswith(text)]
    return found


def outline(element: Element) -> object:
    """Return a tag as its kind and what it holds; what it says if it holds no tags."""
    inner = [kid for kid in element.kids if isinstance(kid, Element)]
    return (element.kind, [outline(kid) for kid in inner] if inner else element.text)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "allt.pdf"
    pdf.write(EVERYTHING, path)
    return path


@pytest.fixture(scope="module")
def tree(written: Path) -> Tree:
    return Tree(pikepdf.open(written))


# ---------------------------------------------------------------------------------------------------- what is written


def test_an_independent_checker_finds_no_error(written):
    # Of all it asks, only the mark of conformity is left out, on purpose.
    skipped = {"DOC-012"}
    result = outloud.check(str(written), skip=skipped)
    assert result.error is None
    assert [f"{f.rule} page {f.page}: {f.message}" for f in result.findings if f.severity == "error"] == []
    conformance = outloud.check(str(written), layers={"conformance"}, skip=skipped)
    assert [f"{f.rule} page {f.page}: {f.message}" for f in conformance.findings] == []


def test_it_claims_no_conformity(written):
    with pikepdf.open(written) as file:
        metadata = bytes(file.Root.Metadata.read_bytes()).decode()
    assert "dc:title" in metadata and "Rapport för prov" in metadata
    assert "pdfuaid:part" not in metadata


def test_the_gate_passes_it_and_would_not_have_passed_what_weasyprint_made(written):
    with pikepdf.open(written) as file:
        assert faults(file) == []
    found = " ".join(faults(laid_out(EVERYTHING)))
    for words in [
        "goes on as a table of its own",
        "head a column or a row",
        "no alternative text",
        "no tag holds",
        "printed",
    ]:
        assert words in found


def test_what_is_read_is_the_page_in_its_order(tree):
    soup = BeautifulSoup(EVERYTHING, "html.parser")
    for unread in soup.select("[aria-hidden], head"):
        unread.decompose()
    heard = re.sub(r"– sida \d+", "", tree.root.text)
    assert re.sub(r"\s", "", heard) == re.sub(r"\s", "", soup.get_text())


def test_it_looks_as_it_did(written):
    before, after = io.BytesIO(), pypdfium2.PdfDocument(written)
    laid_out(EVERYTHING).save(before)
    pages = pypdfium2.PdfDocument(before)
    assert len(pages) == len(after) > 8
    for one, other in zip(pages, after, strict=True):
        assert one.render().to_numpy().tobytes() == other.render().to_numpy().tobytes()


def test_a_table_over_several_pages_is_one_with_its_groups_and_headers(tree):
    long = the(tree, "Table", "Tabell 1")
    assert len({leaf.page for leaf in long.leaves()}) > 2
    assert [kid.kind for kid in long.kids] == ["Caption", "THead", "TBody", "TBody"]
    assert [len(body.children("TR")) for body in long.children("TBody")] == [31, 31]
    names = {str(cell.item.ID): cell.text for cell in long.elements("TH")}
    last = list(long.elements("TD"))[-1]
    assert (last.text, [names[str(header)] for header in last.item.A.Headers]) == (
        "30,3",
        ["2022", "Riket", "Riket 30"],
    )
    heading = long.children("TBody")[1].children("TR")[0].children("TH")[0]
    assert (heading.text, heading.item.A.Scope, heading.item.A.ColSpan) == ("Riket", Name.Column, 4)
    assert {str(row.children("TH")[0].item.A.Scope) for row in long.elements("TR") if len(row.kids) > 1} == {
        "/Column",
        "/Row",
    }


def test_all_identifiers_are_listed_in_order(tree):
    names = [str(n) for n in tree.pdf.Root.StructTreeRoot.IDTree.Names[::2]]
    assert names == sorted(str(cell.item.ID) for cell in tree.root.elements("TH"))


def test_chapters_and_lists_over_several_pages_are_whole(tree):
    assert [e.text[:7] for e in tree.root.children("Part")[0].children("Sect")] == ["Mål ett", "Mål två"]
    items = the(tree, "L", LONG).children("LI")
    assert len(items) == 40
    assert {tuple(kid.kind for kid in entry.kids) for entry in items} == {("Lbl", "LBody")}
    assert the(tree, "L", LONG).item.A.ListNumbering == Name.Disc


def test_contents_are_a_list_in_a_list_and_each_link_is_one_and_says_where_it_leads(tree):
    assert outline(the(tree, "L", "Mål ett")) == (
        "L",
        [
            ("LI", [("Lbl", ""), ("LBody", [("Link", "Mål ett"), ("Span", "– sida 2"), ("L", [outline(the(tree, "LI", "Siffror"))])])]),
            ("LI", [("Lbl", ""), ("LBody", [("Link", "Mål två"), ("Span", f"– sida {the(tree, 'H2', 'Mål två').page}")])]),
        ],
    )  # fmt: skip
    torn = the(tree, "Link", "Siffror")
    places = [leaf for leaf in torn.kids if isinstance(leaf, Annotation)]
    assert len(places) == 2
    assert {str(place.item.Contents) for place in places} == {torn.text}
    assert str(the(tree, "Link", "Brå").kids[0].item.Contents) == "https://www.bra.se"


def test_a_figure_has_its_caption_beside_it_and_its_place(tree, written):
    figure = the(tree, "Figure")
    assert [kid.kind for kid in figure.parent.kids] == ["Caption", "Figure", "P", "P", "Table"]
    left, bottom, right, top = map(float, figure.item.A.BBox)
    sheet = pypdfium2.PdfDocument(written)[figure.page - 1]
    picture = sheet.render(scale=1).to_pil().convert("RGB")
    height = picture.height
    red = [
        (x, y) for x in range(picture.width) for y in range(picture.height) if picture.getpixel((x, y)) == (255, 0, 0)
    ]
    assert left < min(x for x, _ in red) and max(x for x, _ in red) < right
    assert top > height - min(y for _, y in red) and height - max(y for _, y in red) > bottom
    assert (right - left, top - bottom) == pytest.approx((75, 30))


def test_details_are_open_and_decoration_is_not_read(tree):
    assert the(tree, "Table", "Siffrorna i figur 1")
    assert the(tree, "P", "Figurens siffror")
    assert the(tree, "P", "Se Brå").text == "Se Brå ."


def test_a_symbol_is_read_as_its_words(tree):
    assert {row.children("TD")[0].text for row in list(the(tree, "Table", "Tabell 2").elements("TR"))[1:]} == {
        "uppgift saknas"
    }


def test_another_language_is_marked(tree):
    assert str(the(tree, "Sect", "Summary").item.Lang) == "en"
    assert len([e for e in tree.root.elements() if "/Lang" in e.item]) == 1


def test_it_says_what_it_is_and_nothing_about_who_and_when(tree):
    file = tree.pdf
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        assert (metadata["dc:title"], metadata["dc:description"]) == ("Rapport för prov", "Allt som en rapport har.")
        assert not [key for key in metadata if "creator" in key or "Date" in key]
    assert {str(key) for key in file.docinfo} == {"/Title", "/Subject", "/Producer"}
    assert (str(file.Root.Lang), file.Root.ViewerPreferences.DisplayDocTitle) == ("sv", True)
    with file.open_outline() as bookmarks:
        assert [entry.title for entry in bookmarks.root] == ["Rapport för prov"]
        assert [entry.title for entry in bookmarks.root[0].children] == ["Mål ett", "Mål två"]


def test_the_same_page_gives_the_same_bytes_in_any_process(written, tmp_path):
    code = "import sys; from pathlib import Path; from lib import pdf; pdf.write(sys.stdin.read(), Path(sys.argv[1]))"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", code, str(tmp_path / "igen.pdf")]
    subprocess.run(command, input=EVERYTHING, text=True, encoding="utf-8", check=True, env=environment, timeout=60)
    assert (tmp_path / "igen.pdf").read_bytes() == written.read_bytes()


# ------------------------------------------------------------------------------------------- what goes over a page break

SHORT = "@page { size: 100mm 60mm; margin: 10mm } p, li { orphans: 2; widows: 2 }"


def test_a_paragraph_and_an_item_that_are_broken_are_whole_again():
    tree = Tree(
        repaired(page(f"<h1>Prov</h1><p>{'och åter ' * 80}slut.</p><ol><li>{'eller inte ' * 90}slut.</li></ol>", SHORT))
    )
    assert [e.kind for e in tree.root.kids] == ["H1", "P", "L"]
    assert len({leaf.page for leaf in the(tree, "P").leaves()}) > 1
    assert [[kid.kind for kid in entry.kids] for entry in tree.root.elements("LI")] == [["Lbl", "LBody"]]
    assert the(tree, "L").item.A.ListNumbering == Name.Decimal


def test_a_paragraph_that_begins_a_page_is_not_taken_for_the_one_before():
    tree = Tree(repaired(page("<h1>Prov</h1><p>Ett stycke</p><p style='break-before: page'>ett annat.</p>", SHORT)))
    assert [e.text for e in tree.root.kids] == ["Prov", "Ett stycke", "ett annat."]


def test_a_caption_and_a_row_that_are_broken_are_whole_again():
    words = "många ord i en lång rubrik " * 12
    body = (
        f"<tbody>{rows('Kommun', 1)}<tr><th scope=row>Lång</th><td>{'ord ' * 150}</td><td>1</td><td>2</td></tr></tbody>"
    )
    html = page(f"<h1>Prov</h1><p>{'Text. ' * 30}</p>{table(words, body)}", SHORT)
    file = repaired(html)
    assert faults(file) == []
    whole = the(Tree(file), "Table")
    assert [kid.kind for kid in whole.kids] == ["Caption", "THead", "TBody"]
    assert whole.children("Caption")[0].text == words.strip()
    assert [row.children("TH")[0].text for row in whole.children("TBody")[0].children("TR")] == ["Kommun 1", "Lång"]


def test_two_tables_with_captions_stay_two_and_one_without_is_reported():
    one = table("Tabell 1", f"<tbody>{rows('Kommun', 5)}</tbody>")
    style = "body > div + div { break-before: page }"
    tree = Tree(repaired(page(f"<h1>Prov</h1>{one}{one.replace('Tabell 1', 'Tabell 2')}", style)))
    assert [e.text[:8] for e in tree.root.elements("Table")] == ["Tabell 1", "Tabell 2"]
    alone = one.replace("<caption>Tabell 1</caption>", "")
    assert faults(repaired(page(f"<h1>Prov</h1>{one}{alone}", style))) == []
    other = alone.replace("2020", "2019")
    assert faults(repaired(page(f"<h1>Prov</h1>{one}{other}", style))) == ["A table on page 2 has no caption."]


def test_a_group_of_rows_that_begins_a_page_is_a_group_of_its_own():
    bodies = group("Länet", 2) + group("Riket", 2)
    tree = Tree(repaired(page(f"<h1>Prov</h1>{table('Tabell 1', bodies)}", "tbody + tbody { break-before: page }")))
    assert [body.text[:5] for body in the(tree, "Table").children("TBody")] == ["Länet", "Riket"]
    assert tree.root.kids[1].page != the(tree, "Table").children("TBody")[1].page


# ---------------------------------------------------------------------------------------------------- small structures


def test_headers_over_two_rows_head_their_own_columns():
    head = "<tr><th rowspan=2>Grupp</th><th colspan=2>År</th></tr><tr><th>2021</th><th>2022</th></tr>"
    body = "<tr><th>Länet</th><td>1</td><td>2</td></tr>"
    whole = f"<table><caption>Tabell</caption><thead>{head}</thead><tbody>{body}</tbody></table>"
    tree = Tree(repaired(page(f"<h1>Prov</h1>{whole}")))
    names = {str(cell.item.ID): cell.text for cell in tree.root.elements("TH")}
    assert [[names[str(h)] for h in cell.item.A.Headers] for cell in tree.root.elements("TD")] == [
        ["År", "2021", "Länet"],
        ["År", "2022", "Länet"],
    ]
    assert faults(tree.pdf) == []


def test_words_broken_at_a_line_end_are_read_whole():
    style = "p { width: 20mm; hyphens: auto }"
    file = repaired(page("<h1>Prov</h1><p>Länsstyrelsernas handläggningsrutiner och EU-stöd</p>", style))
    paragraph = the(Tree(file), "P")
    assert len(paragraph.kids) > 3
    assert paragraph.text == "Länsstyrelsernas handläggningsrutiner och EU-stöd"
    assert sum(leaf.text.endswith("\u00ad") for leaf in paragraph.kids) > 1


def test_text_directly_in_a_group_becomes_paragraphs_and_blocks_in_an_item_one_body():
    body = "<header><p style='display: inline-block'>Utkast</p>\n</header><h1>Prov</h1><div>Ett <b>fett</b> ord</div><div>Två</div><ul><li>Punkt<p>Stycke</p><ul><li>Inre</li></ul></li></ul>"
    tree = Tree(repaired(page(body)))
    assert outline(tree.root)[1] == [
        ("P", "Utkast"),
        ("H1", "Prov"),
        ("P", "Ett fett ord"),
        ("P", "Två"),
        ("L", [("LI", [("Lbl", ""), ("LBody", [("Span", "Punkt"), ("P", "Stycke"), ("L", [("LI", [("Lbl", ""), ("LBody", "Inre")])])])])]),
    ]  # fmt: skip


def test_a_phrase_in_another_language_is_marked_and_a_whole_paragraph_rather_than_its_line(tmp_path):
    body = "<h1>Prov</h1><p>De kallar det <span lang='en'>a safe house</span> där.</p><p lang='en'>English</p>"
    pdf.write(page(body), tmp_path / "a.pdf")
    tree = Tree(pikepdf.open(tmp_path / "a.pdf"))
    marked = [(e.kind, e.text) for e in tree.root.elements() if "/Lang" in e.item]
    assert marked == [("Span", "a safe house"), ("P", "English")]


def test_a_symbol_that_nothing_else_stands_for_is_still_read(tmp_path):
    pdf.write(page("<h1>Prov</h1><p>Text</p><p><span aria-hidden='true'>..</span></p>"), tmp_path / "a.pdf")
    tree = Tree(pikepdf.open(tmp_path / "a.pdf"))
    assert [e.text for e in tree.root.elements("P")] == ["Text", ".."]


def test_repairing_twice_changes_nothing():
    file = repaired(EVERYTHING)
    once = io.BytesIO()
    file.save(once, deterministic_id=True)
    repair(file)
    twice = io.BytesIO()
    file.save(twice, deterministic_id=True)
    assert once.getvalue() == twice.getvalue()


# ---------------------------------------------------------------------------------------------------- what is refused


def first(file: pikepdf.Pdf, kind: str) -> Element:
    return next(Tree(file).root.elements(kind))


def replace_in_page(file: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    content = file.pages[0].Contents
    text = content.read_bytes()
    assert old in text
    content.write(text.replace(old, new, 1))


def without(key: str) -> Callable[[pikepdf.Pdf], None]:
    def change(file: pikepdf.Pdf) -> None:
        place = file.Root
        *path, last = key.split(".")
        for step in path:
            place = place[f"/{step}"]
        del place[f"/{last}"]

    return change


def kind(old: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def change(file: pikepdf.Pdf) -> None:
        first(file, old).item.S = Name(f"/{new}")

    return change


def untitled(file: pikepdf.Pdf) -> None:
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        del metadata["dc:title"]


def set_on(kind: str, key: str, value: object) -> Callable[[pikepdf.Pdf], None]:
    def change(file: pikepdf.Pdf) -> None:
        item = first(file, kind).item
        if value is None:
            del item[key]
        else:
            item[key] = value

    return change


def second_table(file: pikepdf.Pdf) -> None:
    """Let the second half of a table be a table of its own, as WeasyPrint does at a page break."""
    table = first(file, "Table")
    head, body = table.children("THead")[0], table.children("TBody")[-1]
    rest = file.make_indirect(Dictionary(S=Name.Table, P=table.parent.item, K=Array([head.item, body.item])))
    table.item.K = Array([kid.item for kid in table.kids if kid is not body])
    # The header would otherwise be the same tag twice.
    copy = file.make_indirect(Dictionary(S=Name.THead, P=table.item, K=Array([])))
    table.item.K[1] = copy
    kids = table.parent.item.K
    kids.insert([k.objgen if isinstance(k, Dictionary) else k for k in kids].index(table.item.objgen) + 1, rest)


def unscoped(file: pikepdf.Pdf) -> None:
    del first(file, "TH").item.A.Scope


def wrong_headers(file: pikepdf.Pdf) -> None:
    first(file, "TD").item.A.Headers = Array([pikepdf.String("ingen")])


def caption_last(file: pikepdf.Pdf) -> None:
    item = first(file, "Table").item
    item.K = Array([*item.K[1:], item.K[0]])


def fewer_cells(file: pikepdf.Pdf) -> None:
    row = list(first(file, "TBody").elements("TR"))[-1]
    cell = row.children("TD")[-1]
    row.item.K = Array([kid.item for kid in row.kids if kid is not cell])
    row.children("TD")[0].item.K.extend(cell.item.K)


def unread(file: pikepdf.Pdf) -> None:
    first(file, "H1").item.K = Array([])


def nowhere(file: pikepdf.Pdf) -> None:
    first(file, "H1").item.K.append(999)


def read_twice(file: pikepdf.Pdf) -> None:
    first(file, "H1").item.K.append(first(file, "P").item.K[0])


def misled(file: pikepdf.Pdf) -> None:
    numbers = file.Root.StructTreeRoot.ParentTree.Nums
    owners = numbers[1]
    owners[0] = owners[1]


def link(key: str) -> Callable[[pikepdf.Pdf], None]:
    def change(file: pikepdf.Pdf) -> None:
        del file.pages[0].Annots[0][key]

    return change


def no_font_file(file: pikepdf.Pdf) -> None:
    font = next(iter(file.pages[0].Resources.Font.values()))
    descriptor = font.DescendantFonts[0].FontDescriptor
    for key in [key for key in descriptor if key.startswith("/FontFile")]:
        del descriptor[key]


def stray_item(file: pikepdf.Pdf) -> None:
    entry = first(file, "LI").item
    entry.S = Name.P


GOOD = page(
    f"""<h1>Prov</h1><p>Se <a href="#tal">talen</a>.</p><h2 id="tal">Tal</h2><ul><li>Ett</li><li>Två</li></ul>
{table("Tabell 1. Andelar", f"<tbody>{rows('Län', 2)}</tbody><tbody>{rows('Riket', 2)}</tbody>")}
<img alt="Linje från fyra procent 2020 till nio procent 2022." src="{SVG.format(RED)}">"""
)
MUTATIONS: list[tuple[str, Callable[[pikepdf.Pdf], None], str]] = [
    ("title", untitled, "The PDF has no title; give the page a <title>."),
    ("language", without("Lang"), "does not say its language"),
    ("marked", without("MarkInfo.Marked"), "does not say that it is tagged"),
    ("file name", without("ViewerPreferences.DisplayDocTitle"), "shows its file name instead of its title"),
    ("bookmarks", without("Outlines"), "has no bookmarks"),
    ("tags", without("StructTreeRoot"), "The PDF has no tags."),
    ("fonts", no_font_file, r"The font \S+ is not embedded\."),
    ("no main heading", kind("H1", "P"), "exactly one main heading, but the PDF has 0"),
    ("two main headings", kind("H2", "H1"), "exactly one main heading, but the PDF has 2"),
    ("skipped level", kind("H2", "H3"), "The heading “Tal” on page 1 skips a level."),
    ("unknown tag", kind("P", "Stycke"), "The tag Stycke on page 1 is none that readers know."),
    ("no alt", set_on("Figure", "/Alt", None), "A picture on page 1 has no alternative text"),
    ("short alt", set_on("Figure", "/Alt", pikepdf.String("Bild")), "A picture on page 1 has no alternative text"),
    ("no caption", kind("Caption", "TBody"), "A table on page 1 has no caption."),
    ("caption last", caption_last, "The table “Tabell 1. Andelar” on page 1 has its caption elsewhere than first."),
    ("no scope", unscoped, "“Tabell 1. Andelar” on page 1 has header cells that do not say whether they head"),
    ("wrong headers", wrong_headers, "“Tabell 1. Andelar” on page 1 has cells whose headers do not exist"),
    ("fewer cells", fewer_cells, "“Tabell 1. Andelar” on page 1 has rows of 3 and of 4 columns"),
    ("list item", stray_item, "A list on page 1 holds something else than items."),
    ("item body", kind("LBody", "P"), "A list item on page 1 stands outside a list or has no body."),
    ("unread", unread, "Page 1 has content that no tag holds: “Prov”."),
    (
        "untagged",
        lambda f: replace_in_page(f, b"/Artifact <</Type /Pagination>> BDC", b"/Span BMC"),
        "neither tagged nor an artifact",
    ),
    ("nowhere", nowhere, "The tag H1 on page 1 points to content that does not exist."),
    ("twice", read_twice, "Two tags on page 1 point to the same content"),
    ("parent tree", misled, "The parent tree leads from content on page 1 to another tag than holds it."),
    ("link without tag", link("/StructParent"), "The link to #tal on page 1 does not belong to a tag."),
    ("link without words", link("/Contents"), "The link to #tal on page 1 has no description."),
    ("link off paper", link("/F"), "The link to #tal on page 1 would not be printed."),
]


@pytest.fixture(scope="module")
def good() -> bytes:
    data = io.BytesIO()
    repaired(GOOD).save(data)
    return data.getvalue()


def test_a_good_one_passes(good):
    with pikepdf.open(io.BytesIO(good)) as file:
        assert faults(file) == []


@pytest.mark.parametrize(("change", "sentence"), [m[1:] for m in MUTATIONS], ids=[m[0] for m in MUTATIONS])
def test_the_gate_says_what_is_wrong_and_where(good, change, sentence):
    with pikepdf.open(io.BytesIO(good)) as file:
        change(file)
        assert re.search(sentence, "\n".join(faults(file)))


def test_the_gate_knows_a_table_that_goes_on_as_another():
    one = table("Tabell 1", f"<tbody>{rows('Kommun', 30)}</tbody>")
    found = faults(laid_out(page(f"<h1>Prov</h1>{one}")))
    assert "The table “Tabell 1” on page 1 goes on as a table of its own on page 2." in found


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<h1>Prov</h1><p><a href='#borta'>Länk</a></p>", "No anchor #borta"),
        ("<h1>Prov</h1><p>\ue123</p>", "notdef glyph"),
        ("<h1>Prov</h1><h3>För djupt</h3>", "skips a level"),
        ("<h1>Prov</h1><p style='opacity: 0.5'>Blek</p>", "no opacity"),
        ("<h1>Prov</h1><p>Text</p><p lang='en'>English <i style='display: none'>text</i></p>", "language of its own"),
    ],
)  # fmt: skip
def test_what_would_be_lost_stops_the_pdf_and_leaves_no_file(tmp_path, body, words):
    with pytest.raises(WorkbookError, match=words):
        pdf.write(page(body), tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------------------------------------- surroundings


@pytest.fixture
def server():
    """A web server on this machine, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "body",
    [
        "<img alt='En bild av något som syns' src='{}/a.png'>",
        "<link rel='stylesheet' href='{}/a.css'>",
        "<p style='background: url({}/a.svg)'>Text</p>",
        "<svg width='9' height='9'><title>En bild</title><image href='{}/a.png' width='9' height='9'/></svg>",
    ],
)
def test_nothing_is_fetched(server, tmp_path, body):
    address, asked = server
    with pytest.raises(WorkbookError, match="disallowed protocol"):
        pdf.write(page("<h1>Prov</h1>" + body.format(address)), tmp_path / "a.pdf")
    assert asked == []


def test_no_file_of_the_computer_gets_in(tmp_path):
    secret = tmp_path / "a.svg"
    secret.write_text(SVG.format(RED).partition(",")[2], encoding="utf-8")
    with pytest.raises(WorkbookError, match="disallowed protocol"):
        pdf.write(page(f"<h1>Prov</h1><img alt='En bild av något' src='{secret.as_uri()}'>"), tmp_path / "a.pdf")


class NoPango:
    """Stands for a system without Pango, where importing WeasyPrint fails and prints."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "weasyprint":
            print("WeasyPrint could not import some external libraries.")  # noqa: T201
            raise OSError("cannot load library 'libpango-1.0-0'")


def test_without_pango_one_sentence_says_what_to_install(monkeypatch, capsys, tmp_path):
    assert pdf.missing() == ""
    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [NoPango, *sys.meta_path])
    assert (
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango"
        in pdf.missing()
    )
    with pytest.raises(WorkbookError, match="no Pango"):
        pdf.write(GOOD, tmp_path / "a.pdf")
    assert capsys.readouterr() == ("", "")


def test_other_commands_do_not_wait_for_the_libraries():
    code = "import sys, lib.build.paper; sys.exit(bool({'weasyprint', 'pikepdf', 'fontTools'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_nothing_is_printed(tmp_path, capfd):
    pdf.write(GOOD.replace("html {", "html { text-wrap: balance;"), tmp_path / "a.pdf")
    assert capfd.readouterr() == ("", "")
