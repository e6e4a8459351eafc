"""Accessibility, as far as a program can check it: axe, and contrast in a reader's own colours."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import REPORTS, needs_chromium
from tests.reports.browser import BOTH, CONTRAST, NARROW, SHEET, WIDE, Medium, Show, both_reports

pytestmark = needs_chromium

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Runs axe twice. The second run, for contrast, takes long, so it sees one text of each kind: texts of the same colour
#: and size on the same backgrounds have the same contrast. What axe cannot decide counts as a fault, for a person to
#: look at.
LOOK = """async ([tags, off]) => {
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
  return look();
}"""


@pytest.mark.parametrize(
    ("name", "width", "medium"),
    [
        *((name, WIDE, "screen") for name in REPORTS),
        *((name, NARROW, "screen") for name in BOTH),
        *((name, SHEET, "print") for name in BOTH),
    ],
)
def test_axe_finds_nothing(show: Show, name: str, width: int, medium: Medium) -> None:
    # On paper there is nothing to press.
    off = ["target-size"] if medium == "print" else []
    page = show(name, width, medium, unfolded=True)
    page.evaluate(f"window.axe || (() => {{ {Axe().axe_script} }})()")
    remarks = page.evaluate(LOOK, [TAGS, off])
    assert not remarks, "\n".join(remarks)


#: Texts with too little contrast; axe does not know a reader's own colours.
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
def test_the_text_can_be_read_in_the_readers_own_colours(show: Show, name: str) -> None:
    page = show(name, unfolded=True)
    page.emulate_media(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(FAINT_IN_OWN_COLOURS) == []
