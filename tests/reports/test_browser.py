"""The finished reports in a real browser: accessible, alone, readable at every width, by keyboard and on paper."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pypdfium2
import pytest

from tests.conftest import REPORTS, report_path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true", reason="no Chromium on this machine: apt-get install chromium"
)

#: A desk, the narrowest screen that WCAG asks for, and A4 between the margins; in CSS pixels, with their heights.
WIDE, NARROW, SHEET = 1400, 320, 642
HEIGHTS = {WIDE: 900, NARROW: 640, SHEET: 950}
#: A real year, and the invented county, which shows every feature and has one more bar that stays on screen.
BOTH = ["2022", "exempel"]
#: How many stops of the keyboard are walked: past the contents and through the first chapters.
STOPS = 60

all_reports = pytest.mark.parametrize("name", REPORTS)
both_reports = pytest.mark.parametrize("name", BOTH)
both_widths = pytest.mark.parametrize("width", [WIDE, NARROW])


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield running
        running.close()


#: Says on the console what the page's security policy refuses.
SAY_WHAT_IS_REFUSED = (
    "addEventListener('securitypolicyviolation', e => console.error('refused', e.effectiveDirective, e.blockedURI))"
)
#: The page as it was when loaded, but for its details.
AT_REST = """unfolded => {
  for (const one of document.querySelectorAll('details')) one.open = unfolded;
  document.activeElement.blur();
  history.replaceState(null, '', location.pathname);
  scrollTo(0, 0);
}"""


def _load(browser, path):
    page = browser.new_page(viewport={"width": WIDE, "height": HEIGHTS[WIDE]})
    page.heard = []
    page.on("request", lambda request: page.heard.append(f"request: {request.url[:200]}"))
    page.on("console", lambda message: page.heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: page.heard.append(f"error: {error}"))
    page.add_init_script(SAY_WHAT_IS_REFUSED)
    page.goto(path.as_uri())
    return page


@pytest.fixture(scope="module")
def show(built, browser) -> Callable:
    """Show a report at a width and in a medium; each is loaded once, since loading takes longer than looking."""
    loaded = {}

    def shown(name: str, width: int = WIDE, medium: str = "screen", unfolded: bool = False):
        page = loaded.get(name) or loaded.setdefault(name, _load(browser, report_path(built, name)))
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(media=medium, forced_colors="none")
        page.evaluate(AT_REST, unfolded)
        return page

    return shown


@pytest.fixture
def fresh(built, browser) -> Callable:
    """Load a report anew, for tests that need the keyboard at the start of the page or that change the page."""
    loaded = []

    def opened(name: str, width: int = WIDE):
        loaded.append(_load(browser, report_path(built, name)))
        loaded[-1].set_viewport_size({"width": width, "height": HEIGHTS[width]})
        return loaded[-1]

    yield opened
    for page in loaded:
        page.close()


@contextmanager
def _styled(page, css: str) -> Iterator[None]:
    """Lay further style over a page for a while."""
    style = page.add_style_tag(content=css)
    yield
    style.evaluate("style => style.remove()")


# The page stands alone


@all_reports
def test_the_page_loads_nothing_and_says_nothing(built, show, name):
    page = show(name, unfolded=True)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    own = f"request: {report_path(built, name).as_uri()}"
    assert [line for line in page.heard if line != own and not line.startswith("request: data:")] == []
    assert page.evaluate("[...document.images].filter(i => !i.complete || i.naturalWidth < 100).map(i => i.alt)") == []


def test_the_page_refuses_scripts_and_what_stands_elsewhere(fresh):
    page = fresh("exempel")
    page.evaluate(
        """async () => {
          for (const [tag, key, value] of [
            ['script', 'textContent', 'window.ran = true'],
            ['img', 'src', 'http://localhost:9/x.png'],
            ['link', 'href', 'http://localhost:9/x.css'],
            ['iframe', 'src', 'http://localhost:9/'],
          ]) document.body.append(Object.assign(document.createElement(tag), {rel: 'stylesheet', [key]: value}));
          await new Promise(done => setTimeout(done, 100));
        }"""
    )
    refused = {line.split()[2] for line in page.heard if line.startswith("console: refused")}
    assert refused == {"script-src-elem", "img-src", "style-src-elem", "frame-src"}
    assert not page.evaluate("'ran' in window")


# Accessibility, as far as a machine can tell

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Begins two looks with axe. The second, for contrast, is at one text of each kind: those of the same colour and size on the same
#: grounds have the same contrast, and it takes long. What it cannot tell counts as found: a person would have to look.
LOOK = """([tags, off]) => {
  const mark = () => {
    const known = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const holder = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !holder.checkVisibility()) continue;
      const {color, fontSize, fontWeight} = getComputedStyle(holder);
      const kind = [color, fontSize, fontWeight];
      for (let around = holder; around; around = around.parentElement) {
        const {backgroundColor, backgroundImage, opacity, position} = getComputedStyle(around);
        kind.push(backgroundColor, backgroundImage, opacity, position);
      }
      if (!known.has(kind.join())) holder.dataset.kind = '';
      known.add(kind.join());
    }
  };
  const contrast = async () => {
    mark();
    const style = document.createElement('style');
    // What one must scroll sideways to is there all the same.
    style.textContent = '.lr-scroll { overflow: visible !important }';
    document.head.append(style);
    const found = await axe.run({include: [['[data-kind]']]}, {
      runOnly: ['color-contrast'],
      // Arrows and other signs are text, too.
      checks: {'color-contrast': {options: {ignoreUnicode: false}}},
    });
    style.remove();
    for (const holder of document.querySelectorAll('[data-kind]')) delete holder.dataset.kind;
    return found;
  };
  const look = async () => {
    const rules = Object.fromEntries(['color-contrast', ...off].map(rule => [rule, {enabled: false}]));
    const {violations} = await axe.run({runOnly: tags, rules, resultTypes: ['violations']});
    const faint = await contrast();
    if (!faint.passes.length) throw new Error('no text was looked at');
    return [...violations, ...faint.violations, ...faint.incomplete].flatMap(rule => rule.nodes.map(node =>
      `${rule.id}: ${node.target} ${node.html.slice(0, 120)}: ${node.failureSummary}`));
  };
  window.looked = look();
}"""


@pytest.mark.parametrize(
    ("names", "width", "medium"),
    [(REPORTS, WIDE, "screen"), (BOTH, NARROW, "screen"), (BOTH, SHEET, "print")],
    ids=["wide", "narrow", "print"],
)
def test_axe_finds_nothing_to_remark_on(show, names, width, medium):
    from axe_playwright_python.sync_playwright import Axe

    # On paper there is nothing to press.
    off = ["target-size"] if medium == "print" else []
    pages = {name: show(name, width, medium, unfolded=True) for name in names}
    # All begin before the first is waited for: every core looks at one.
    for page in pages.values():
        page.evaluate(f"window.axe || (() => {{ {Axe().axe_script} }})()")
        page.evaluate(LOOK, [TAGS, off])
    remarks = [f"{name}: {remark}" for name, page in pages.items() for remark in page.evaluate("() => window.looked")]
    assert not remarks, "\n".join(remarks)


#: Contrast by WCAG's formula, of colours as the browser writes them; what is part transparent lies on white.
CONTRAST = r"""
  const WHITE = 'rgb(255, 255, 255)';
  const channels = colour => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return [red, green, blue].map(c => (c * alpha + 255 * (1 - alpha)) / 255);
  };
  const luminance = colour => {
    const [red, green, blue] = channels(colour).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
"""
#: axe does not know of these colours.
FAINT_IN_OWN_COLOURS = f"""() => {{
  {CONTRAST}
  const ground = e => {{
    if (!e) return WHITE;
    const colour = getComputedStyle(e).backgroundColor;
    return colour.endsWith(', 0)') ? ground(e.parentElement) : colour;
  }};
  return [...document.body.querySelectorAll('*')]
    .filter(e => [...e.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()))
    .filter(e => e.checkVisibility() && contrast(getComputedStyle(e).color, ground(e)) < 4.5)
    .map(e => e.outerHTML.slice(0, 120));
}}"""


@both_reports
def test_the_text_can_be_read_in_the_readers_own_colours(show, name):
    page = show(name, unfolded=True)
    page.emulate_media(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(FAINT_IN_OWN_COLOURS) == []


# Width and size

#: Spacing that a reader may choose (WCAG 1.4.12).
SPACING = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }
"""
TOO_FAR_RIGHT = """() => [...document.querySelectorAll('body *')]
  .filter(() => document.documentElement.scrollWidth > innerWidth)
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement.closest('.lr-scroll'))
  .map(e => e.outerHTML.slice(0, 120))"""


@both_reports
@pytest.mark.parametrize("css", [":root {}", SPACING], ids=["as it is", "spaced"])
def test_nothing_needs_sideways_scrolling_on_a_narrow_screen(show, name, css):
    page = show(name, NARROW, unfolded=True)
    with _styled(page, css):
        beside, width = page.evaluate(TOO_FAR_RIGHT), page.evaluate("document.documentElement.scrollWidth")
    assert (beside, width) == ([], NARROW)


@pytest.mark.parametrize("name", ["2025", "exempel"])
@pytest.mark.parametrize(("width", "medium"), [(WIDE, "screen"), (SHEET, "print")])
def test_no_table_is_wider_than_the_column_or_the_sheet(show, name, width, medium):
    """The report with the most years: its newest column was once cut off."""
    too_wide = show(name, width, medium, unfolded=True).evaluate(
        """() => [...document.querySelectorAll('.lr-scroll')]
          .filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => `${e.parentElement.id}: ${e.scrollWidth} in ${e.clientWidth}`)"""
    )
    assert too_wide == []


@both_reports
@both_widths
def test_links_and_switches_are_large_enough_to_press(show, name, width):
    small = show(name, width).evaluate(
        """() => [...document.querySelectorAll('.contents a, .where a, .sections a, .support a, summary')]
          .filter(e => e.checkVisibility())
          .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 100)])
          .filter(([box]) => box.height < 24 || box.width < 24)
          .map(([box, what]) => `${what}: ${box.width.toFixed(1)} by ${box.height.toFixed(1)}`)"""
    )
    assert small == []


# By keyboard

#: How much of an element can be seen: the share of nine points in each of its lines that nothing foreign lies over.
SEEN = """
  const seen = e => {
    const own = (x, y) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && (e.contains(top) || top.contains(e));
    };
    const points = [...e.getClientRects()].filter(line => line.width && line.height).flatMap(line =>
      [0.02, 0.5, 0.98].flatMap(x =>
        [0.05, 0.5, 0.95].map(y => own(line.left + x * line.width, line.top + y * line.height))));
    return points.filter(Boolean).length / points.length;
  };
"""
#: What the keyboard stands on, and its place among all that it can reach, in the order of the page.
STOP = f"""() => {{
  {SEEN}
  const stop = document.activeElement, style = getComputedStyle(stop);
  const all = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter(e => e.checkVisibility());
  return {{
    what: stop.outerHTML.slice(0, 140),
    place: all.indexOf(stop),
    seen: seen(stop),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    tall: stop.getBoundingClientRect().height > innerHeight / 2,
  }};
}}"""


def _walk(page, key: str) -> list[dict]:
    walked = []
    for _ in range(STOPS):
        page.keyboard.press(key)
        walked.append(page.evaluate(STOP))
    return walked


@both_reports
@both_widths
def test_every_stop_of_the_keyboard_is_seen_and_in_the_order_of_the_page(show, name, width):
    """Backwards too, since that is how one comes to stand beneath a bar at the top (WCAG 2.4.3, 2.4.7, 2.4.11)."""
    page = show(name, width)
    page.evaluate("document.querySelector('.skip').focus()")
    walked = _walk(page, "Tab") + _walk(page, "Shift+Tab")
    assert [stop["place"] for stop in walked] == [*range(1, STOPS + 1), *range(STOPS - 1, -1, -1)]
    assert [stop["what"] for stop in walked if not stop["outlined"]] == []
    # Of one taller than half the screen, something is seen; of all others, everything.
    assert [stop for stop in walked if stop["seen"] < (0.1 if stop["tall"] else 1)] == []


@pytest.mark.parametrize(("name", "width"), [("2022", NARROW), ("exempel", WIDE)])
def test_the_first_stop_skips_to_the_text(fresh, name, width):
    page = fresh(name, width)
    page.keyboard.press("Tab")
    stop = page.evaluate(STOP)
    assert 'class="skip"' in stop["what"] and stop["seen"] == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@both_reports
@both_widths
def test_the_contents_lead_to_a_chapter_and_the_chapter_leads_back(show, name, width):
    page = show(name, width)
    page.get_by_role("navigation").get_by_role("link", name="Mål 5. Effektiv brottsbekämpning").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#mal-5"
    page.keyboard.press("Tab")
    stop = page.evaluate(STOP)
    assert "Till innehållet" in stop["what"] and stop["seen"] == 1
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#innehallsforteckning"
    assert page.evaluate(f"() => {{ {SEEN} return seen(document.querySelector('.contents h2')); }}") == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sammanfattning"


#: Follows every link within the page, and tells whose goal does not come to stand in the screen's upper half, in sight.
LED_ASTRAY = f"""() => {{
  {SEEN}
  const astray = [];
  for (const hash of new Set([...document.querySelectorAll('a[href^="#"]')].map(link => link.hash))) {{
    const goal = document.getElementById(decodeURIComponent(hash.slice(1)));
    const heading = goal.querySelector(goal.matches('section, main') ? 'h2' : 'caption, figcaption') ?? goal;
    location.hash = hash;
    const top = heading.getBoundingClientRect().top;
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    if (seen(heading) < 1 || top > innerHeight / 2 && !atEnd)
      astray.push(`${{hash}}: ${{seen(heading)}} seen, at ${{top}}`);
  }}
  return astray;
}}"""


@both_reports
@both_widths
def test_what_a_link_leads_to_is_not_beneath_a_bar(show, name, width):
    assert show(name, width, unfolded=True).evaluate(LED_ASTRAY) == []


@both_reports
def test_a_figures_numbers_open_beneath_it(show, name):
    page = show(name)
    figure = page.locator("#mal-3 figure").first
    assert not figure.locator("table").is_visible()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    assert figure.locator("table").is_visible()
    cells = figure.locator("td").all_inner_texts()
    assert any(re.search(r"\d", text) for text in cells), cells


# Where one is

#: For each chapter, scrolled to its middle: what the contents mark, and which chapter the line at the top names.
WHERE = f"""async () => {{
  {SEEN}
  const told = [];
  for (const chapter of document.querySelectorAll('main > section:has(> .where)')) {{
    const box = chapter.getBoundingClientRect();
    scrollBy(0, box.top + box.height / 2);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const marked = [...document.querySelectorAll('.contents a:target-current')].filter(link => link.checkVisibility());
    const lines = [...document.querySelectorAll('.where > *')].filter(part => seen(part) === 1);
    told.push([
      [marked.map(link => link.textContent).join(), lines.map(part => part.textContent)],
      [document.querySelector(`.contents a[href="#${{chapter.id}}"]`).textContent, chapter.id],
    ]);
  }}
  return told;
}}"""


@both_reports
@both_widths
def test_the_contents_and_the_line_above_the_text_say_where_one_is(show, name, width):
    told = show(name, width).evaluate(WHERE)
    assert len(told) == 12
    for (marked, line), (title, chapter) in told:
        assert line == [title, "Till innehållet"], chapter
        # Where the contents do not stand beside the text, no mark of theirs is seen.
        assert marked == title or width == NARROW, chapter


# Figures

#: Every drawing and a name to find it by: those for a wide place and those for a narrow one.
DRAWINGS = """() => [...document.images].flatMap(image => {
  const figure = image.closest('figure[id]'), narrow = image.parentElement.querySelector('source');
  const name = figure ? figure.id : `${image.closest('section[id]').id}, “${image.alt.slice(0, 120)}”`;
  return narrow ? [[name, image.src], [`${name}, narrow`, narrow.srcset]] : [[name, image.src]];
})"""

#: What is wrong with drawings. Matplotlib writes the words of each line of letters in a comment before it.
FAULTS = f"""async drawings => {{
  {CONTRAST}
  const box = e => e.getBoundingClientRect();
  const meet = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
  const inside = (one, frame) =>
    one.left >= frame.left && one.top >= frame.top && one.right <= frame.right && one.bottom <= frame.bottom;
  const paints = e => {{
    const {{fill, stroke}} = getComputedStyle(e);
    return [fill, stroke].filter(paint => paint !== 'none');
  }};

  // The share of a drawing that is not white, and in how many colours.
  const ink = async address => {{
    const image = Object.assign(new Image(), {{src: address}});
    await image.decode();
    const {{naturalWidth: width, naturalHeight: height}} = image;
    const canvas = Object.assign(document.createElement('canvas'), {{width, height}});
    const pen = canvas.getContext('2d', {{willReadFrequently: true}});
    pen.fillStyle = WHITE;
    pen.fillRect(0, 0, width, height);
    pen.drawImage(image, 0, 0);
    const pixels = new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);
    const inked = pixels.filter(pixel => (pixel & 0xf0f0f0) !== 0xf0f0f0);
    return [inked.length / pixels.length, new Set(inked.map(pixel => pixel & 0xe0e0e0)).size];
  }};

  const words = svg => [...svg.querySelectorAll('[id^=text_]')].flatMap(group => [...group.childNodes])
    .filter(node => node.nodeType === Node.COMMENT_NODE && node.data.trim())
    .map(note => [`“${{note.data.trim()}}”`, note.nextElementSibling]);

  // Lines, markers and areas, and the keys to them; not ticks and their grid, nor the white ground.
  const marks = svg =>
    [...svg.querySelectorAll('[id^=line2d_] :is(path, use), [id*=Collection_] :is(path, use), [id^=patch_] > path')]
      .filter(e => !e.closest('defs, [id^=xtick_], [id^=ytick_], [id^=text_]'))
      .filter(e => !e.closest('[id^=patch_]') || paints(e).some(paint => paint !== WHITE));

  // A level line that only joins the markers at its ends says nothing of its own.
  const joins = (mark, points) => {{
    const {{left, right, top, bottom}} = box(mark);
    return mark.matches('[id^=line2d_] > path:only-child') && bottom - top < 1 && [left, right].every(x =>
      points.some(point => point.left <= x + 1 && x - 1 <= point.right && point.top <= top && top <= point.bottom));
  }};

  const found = [];
  for (const [name, address] of drawings) {{
    const say = what => found.push(`${{name}}: ${{what}}`);
    const bytes = Uint8Array.from(atob(address.split(',')[1]), sign => sign.charCodeAt(0));
    document.body.innerHTML = new TextDecoder().decode(bytes);
    const svg = document.querySelector('svg'), drawn = marks(svg);
    const texts = words(svg).map(([says, letters]) => [says, box(letters), getComputedStyle(letters).fill]);
    const points = drawn.filter(mark => mark.matches('use, [id^=PathCollection_] *')).map(box);
    const data = drawn.filter(mark => !mark.matches('[id^=legend_] *, [id^=patch_] > [style*="fill: none"]'));

    const [share, colours] = await ink(address);
    if (share < 0.01 || colours < 8) say(`is as good as blank: ${{100 * share}} % ink, ${{colours}} colours`);
    if (!data.length) say('shows no data');
    if (!texts.length) say('has no words');
    texts.forEach(([says, place, colour], i) => {{
      if (!inside(place, box(svg))) say(`${{says}} is cut`);
      if (contrast(colour, WHITE) < 4.5) say(`${{says}} is too faint: ${{colour}}`);
      for (const [other, its] of texts.slice(i + 1))
        if (meet(place, its)) say(`${{says}} and ${{other}} lie over each other`);
      if (points.some(point => meet(place, point))) say(`a marker lies over ${{says}}`);
    }});
    for (const mark of drawn) {{
      const solid = paints(mark).filter(paint => paint.startsWith('rgb'));
      if (solid.every(paint => contrast(paint, WHITE) < 3) && !joins(mark, points))
        say(`${{mark.closest('[id]').id}} is too faint: ${{paints(mark)}}`);
    }}
  }}
  return found;
}}"""


@all_reports
def test_every_figure_is_drawn_whole_and_can_be_read(browser, show, name):
    drawings = show(name).evaluate(DRAWINGS)
    assert len(drawings) >= (2 if name == "2019" else 20)
    empty = browser.new_page()
    faults = empty.evaluate(FAULTS, drawings)
    empty.close()
    assert not faults, "\n".join(faults)


# On paper, printed by the browser


def _letters(text: str) -> str:
    """Return what is the same wherever lines and pages are broken."""
    return re.sub(r"\W", "", text)


def _numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


@both_reports
def test_the_browser_prints_every_figures_numbers_and_marks_every_page(show, name):
    page = show(name, SHEET, "print")
    tables = page.evaluate(
        """() => [...document.querySelectorAll('details table')].map(table =>
          [table.caption.textContent, [...table.querySelectorAll('td')].map(cell => cell.textContent).join(' ')])"""
    )
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in document]
    marks = ["UTKAST", "EXEMPELDATA"] if name == "exempel" else ["UTKAST"]
    unmarked = [place for place, text in enumerate(sheets, 1) if not all(mark in _letters(text) for mark in marks)]
    assert (unmarked, bool(tables)) == ([], True)
    for caption, cells in tables:
        # A caption may be drawn after its table, and a long table goes on overleaf.
        places = [place for place, text in enumerate(sheets) if _letters(caption) in _letters(text)]
        assert len(places) == 1, caption
        printed = _numbers("".join(sheets[places[0] : places[0] + 2]))
        assert _numbers(cells) <= printed, (caption, _numbers(cells) - printed)
