"""A page becomes a PDF that everybody can read, with every word of the page and no other."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import outloud
import pikepdf
import pypdfium2
import pytest

from lib.base.errors import WorkbookError
from lib.build import paper
from tests.tags import faults, read

RED = "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='40'><rect width='80' height='30' fill='red'/></svg>"
PICTURE = f"data:image/svg+xml;base64,{base64.b64encode(RED.encode()).decode()}"
ALT = "Linje från fyra procent 2020 till nio procent 2022."
HEAD = "<tr><th scope='col'>Grupp</th><th class='lr-num' scope='col'>2021</th><th class='lr-num' scope='col'>2022</th></tr>"
ROW = "<tr><th scope='row'>{0}</th><td class='lr-num'>{1},5</td><td class='lr-num lr-heat lr-heat-3'>{1} <span class='lr-count'>1 av 9</span></td></tr>"
HOSTILE = '#[] *fet* _kursiv_ $x$ \\ ` @ " #panic("nej") = Rubrik // kommentar ~ #sys.inputs'
ESCAPED = HOSTILE.replace('"', "&quot;")


def group(label: str, amount: int) -> str:
    rows = "".join(ROW.format(f"{label} {number}", number) for number in range(1, amount + 1))
    return f"<tbody><tr class='lr-group'><th colspan='3' scope='rowgroup'>{label}</th></tr>{rows}</tbody>"


def table(caption: str, bodies: str) -> str:
    return (
        f"<div class='lr-table'><div class='lr-scroll'><table><caption><span class='lr-caption'>{caption}</span></caption>"
        f"<thead>{HEAD}</thead>{bodies}</table></div><p class='lr-note'>Källa: Brå.</p></div>"
    )


def page(main: str, css: str = "draft invented") -> str:
    return f"""<!DOCTYPE html><html lang="sv"><head><meta charset="utf-8"><title>Rapport för prov</title>
<meta name="description" content="Allt som en rapport har."><style>p {{ color: red }}</style></head><body class="{css}">
<a class="skip" href="#innehall">Hoppa</a><header class="title-page"><p class="example"><strong>EXEMPELDATA</strong>: påhittat</p>
<div class="cover"><div class="cover-inner"><p class="status">Utkast</p><h1>Rapport för prov</h1></div></div></header>
<main id="innehall">{main}</main></body></html>"""


def chapter(name: str, body: str) -> str:
    return f"<section id='{name}' aria-labelledby='{name}-rubrik'><h2 id='{name}-rubrik'>{name}</h2>{body}</section>"


EVERYTHING = page(
    chapter(
        "Ett",
        f"""<p class="where"><a href="#Ett">Till innehållet</a></p><blockquote><p>Ingen ska utsättas för våld.</p></blockquote>
<p>Se <a href="https://www.bra.se">Brå</a>, <em>lutat</em>,<strong> fett </strong>och <a href="#Två">kapitel två</a>.<br>Ny rad</p>
<h3>Siffror</h3>{table("Tabell 1. Andelar", group("Länet", 40) + group("Riket", 40))}
<ul class="lr-list lr-sources"><li>Brå. <span class="lr-detail">https://www.bra.se/a_b/c.html</span></li></ul>
<div class="lr-cards"><div class="lr-card"><p class="lr-value">7 <span class="lr-unit">procent</span></p>
<p class="lr-moved lr-open"><span class="lr-arrow" aria-hidden="true">→</span> <span>Oförändrat</span></p>
<img alt="{ALT}" width="100" height="40" src="{PICTURE}"></div><div class="lr-card"><p class="lr-value">8</p></div></div>""",
    )
    + chapter(
        "Två",
        f"""<p>{ESCAPED}</p><ol><li>Ett</li><li>Två<ul><li>Inre</li></ul></li></ol><pre>x = "1"  # kod</pre><hr>
<figure class="lr-figure"><figcaption>Figur 1. {ESCAPED}</figcaption><picture><source srcset="{PICTURE}"><img alt="{ESCAPED}"
width="653" height="600" src="{PICTURE}"></picture><p class="lr-source">Källa: Brå.</p><details><summary>Som tabell</summary>
{table("Siffrorna", f"<tbody>{ROW.format(ESCAPED, 3)}<tr><th scope='row'>B</th><td><span aria-hidden='true'>..</span><span class='lr-vh'>uppgift saknas</span></td><td>4</td></tr></tbody>")}
</details></figure><section lang="en"><h3>Summary</h3><p>The agencies report.</p></section>""",
    )
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "allt.pdf"
    paper.write(EVERYTHING, path)
    return path


def test_it_is_heard_as_the_page_says(written: Path) -> None:
    assert faults(written, EVERYTHING) == []


def test_an_independent_checker_finds_no_error(written: Path) -> None:
    result = outloud.check(str(written), layers={"conformance"})
    assert result.error is None
    assert [f"{f.rule} page {f.page}: {f.message}" for f in result.findings if f.severity == "error"] == []


def test_what_looks_like_mark_up_is_shown_as_it_is(written: Path) -> None:
    root, _ = read(written)
    assert next(tag.text for tag in root.all("P") if "panic" in tag.text) == HOSTILE
    assert [tag.alt for tag in root.all("Figure")] == [ALT, HOSTILE]


def test_every_page_has_its_marks_and_its_number(written: Path) -> None:
    pages = [sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(written)]
    assert len(pages) > 3
    for number, words in enumerate(pages, start=1):
        assert "UTKAST" in words and "EXEMPELDATA" in words
        assert number == 1 or str(number) in words.split()


def test_bookmarks_and_links_lead_where_they_say(written: Path) -> None:
    with pikepdf.open(written) as pdf:
        with pdf.open_outline() as outline:
            assert [(top.title, [kid.title for kid in top.children]) for top in outline.root] == [
                ("Rapport för prov", ["Ett", "Två"])
            ]
        links = [link for sheet in pdf.pages for link in sheet.get("/Annots", [])]
        assert [str(link.A.URI) for link in links if "/A" in link] == [
            "https://www.bra.se",
            "https://www.bra.se/a_b/c.html",
        ]
        assert all(str(link.Contents) for link in links)


def test_it_says_nothing_about_who_and_when(written: Path) -> None:
    with pikepdf.open(written) as pdf:
        assert {str(key) for key in pdf.docinfo} == {"/Title", "/Subject", "/Creator"}
        assert pdf.docinfo["/Subject"] == "Allt som en rapport har."
        assert b"Date" not in pdf.Root.Metadata.read_bytes()


def test_the_same_page_gives_the_same_bytes_elsewhere(written: Path, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from lib.build import paper; paper.write(sys.stdin.read(), Path('igen.pdf'))"
    root = str(Path(paper.__file__).parents[3])
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONPATH": root}
    command = [sys.executable, "-X", "utf8", "-c", code]
    subprocess.run(command, input=EVERYTHING, text=True, encoding="utf-8", check=True, env=environment, cwd=tmp_path)
    assert (tmp_path / "igen.pdf").read_bytes() == written.read_bytes()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>Ett \ue123</p>", r"U\+E123.* in the chapter “Prov”"),
        ("<p>一</p>", r"“一” \(U\+4E00\).* in the chapter “Prov”"),
        (f"<p><img alt='' width='9' height='9' src='{PICTURE}'></p>", "no alternative text, in the chapter “Prov”"),
        ("<video>Film</video>", "<video> has no form on paper, in the chapter “Prov”"),
        (f"<p><img alt='{ALT}' src='https://www.bra.se/a.png'></p>", "not in the page itself, in the chapter “Prov”"),
        (f"<p><img alt='{ALT}' src='file:///etc/passwd'></p>", "not in the page itself, in the chapter “Prov”"),
        ("<p><a href='#borta'>Länk</a></p>", "borta"),
    ],
)
def test_what_would_be_lost_stops_the_pdf_and_leaves_no_file(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(WorkbookError, match=words):
        paper.write(page(chapter("Prov", body)), tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_no_picture_brings_in_another_file(tmp_path: Path) -> None:
    secret = tmp_path / "hemlig.svg"
    secret.write_text(RED, encoding="utf-8")
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='{secret}' width='9' height='9'/></svg>"
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    body = chapter("Prov", f"<p><img alt='{ALT}' width='90' height='90' src='{source}'></p>")
    try:
        paper.write(page(body), tmp_path / "a.pdf")
    except WorkbookError:
        return
    picture = pypdfium2.PdfDocument(tmp_path / "a.pdf")[1].render().to_pil().convert("RGB")
    assert (255, 0, 0) not in {colour for _, colour in picture.getcolors(1 << 24)}


def test_other_commands_do_not_wait_for_the_libraries() -> None:
    code = "import sys, lib.build.paper; sys.exit(bool({'typst', 'pikepdf', 'lxml', 'uharfbuzz'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
