"""Finding one's way: by keyboard, by links, and by what the page says about where one is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import needs_chromium
from tests.reports.browser import NARROW, SEEN, WIDE, Fresh, Show, both_reports, both_widths

pytestmark = needs_chromium

#: How many stops of the keyboard are walked: past the contents and through the first chapters.
STOPS = 60
#: The element that has the focus, and its position among all that can have it, in the order of the page.
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


def _walk(page: Page, key: str) -> list[dict[str, Any]]:
    walked = []
    for _ in range(STOPS):
        page.keyboard.press(key)
        walked.append(page.evaluate(STOP))
    return walked


@both_reports
@both_widths
def test_every_stop_of_the_keyboard_is_seen_and_in_the_order_of_the_page(show: Show, name: str, width: int) -> None:
    """Backwards too, since that is how the focus comes to lie beneath a bar at the top (WCAG 2.4.3, 2.4.7, 2.4.11)."""
    page = show(name, width)
    page.evaluate("document.querySelector('.skip').focus()")
    walked = _walk(page, "Tab") + _walk(page, "Shift+Tab")
    assert [stop["place"] for stop in walked] == [*range(1, STOPS + 1), *range(STOPS - 1, -1, -1)]
    assert [stop["what"] for stop in walked if not stop["outlined"]] == []
    # An element taller than half the screen is seen in part; all others are seen whole.
    assert [stop for stop in walked if stop["seen"] < (0.1 if stop["tall"] else 1)] == []


@pytest.mark.parametrize(("name", "width"), [("2022", NARROW), ("exempel", WIDE)])
def test_the_first_stop_skips_to_the_text(fresh: Fresh, name: str, width: int) -> None:
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
def test_the_contents_lead_to_a_chapter_and_the_chapter_leads_back(show: Show, name: str, width: int) -> None:
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


#: Follows every link within the page, and lists those whose target is not in sight in the upper half of the screen.
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
def test_what_a_link_leads_to_is_not_beneath_a_bar(show: Show, name: str, width: int) -> None:
    assert show(name, width, unfolded=True).evaluate(LED_ASTRAY) == []


@both_reports
def test_a_figures_numbers_open_beneath_it(show: Show, name: str) -> None:
    page = show(name)
    figure = page.locator("#mal-3 figure").first
    assert not figure.locator("table").is_visible()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    assert figure.locator("table").is_visible()
    cells = figure.locator("td").all_inner_texts()
    assert any(re.search(r"\d", text) for text in cells), cells


#: For each chapter, scrolled to its middle: which entry the contents mark, and which chapter the line at the top names.
#: A mark may come some frames after the scroll, so it is waited for where marks are shown.
WHERE = f"""async marks => {{
  {SEEN}
  const found = [];
  for (const chapter of document.querySelectorAll('main > section:has(> .where)')) {{
    const box = chapter.getBoundingClientRect();
    scrollBy(0, box.top + box.height / 2);
    const title = document.querySelector(`.contents a[href="#${{chapter.id}}"]`).textContent;
    let marked;
    for (let frame = 0; frame < (marks ? 120 : 2) && marked !== title; frame++) {{
      await new Promise(requestAnimationFrame);
      const links = [...document.querySelectorAll('.contents a:target-current')].filter(link => link.checkVisibility());
      marked = links.map(link => link.textContent).join();
    }}
    const lines = [...document.querySelectorAll('.where > *')].filter(part => seen(part) === 1);
    found.push([[marked, lines.map(part => part.textContent)], [title, chapter.id]]);
  }}
  return found;
}}"""


@both_reports
@both_widths
def test_the_contents_and_the_line_above_the_text_say_where_one_is(show: Show, name: str, width: int) -> None:
    found = show(name, width).evaluate(WHERE, width == WIDE)
    assert len(found) == 12
    for (marked, line), (title, chapter) in found:
        assert line == [title, "Till innehållet"], chapter
        # Where the contents are not shown beside the text, neither are their marks.
        assert marked == title or width == NARROW, chapter
