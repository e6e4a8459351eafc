"""Every figure is drawn whole and can be read."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.conftest import needs_chromium
from tests.reports.browser import CONTRAST, Show, all_reports

pytestmark = needs_chromium

#: Every drawing and a name to find it by: those for a wide place and those for a narrow one.
DRAWINGS = """() => [...document.images].flatMap(image => {
  const figure = image.closest('figure[id]'), narrow = image.parentElement.querySelector('source');
  const name = figure ? figure.id : `${image.closest('section[id]').id}, “${image.alt.slice(0, 120)}”`;
  return narrow ? [[name, image.src], [`${name}, narrow`, narrow.srcset]] : [[name, image.src]];
})"""

#: Faults of drawings. Matplotlib writes the text of each group of letters in a comment before it.
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

  // A level line that only joins the markers at its ends adds nothing.
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
def test_every_figure_is_drawn_whole_and_can_be_read(browser: Browser, show: Show, name: str) -> None:
    drawings = show(name).evaluate(DRAWINGS)
    assert len(drawings) >= (2 if name == "2019" else 20)
    empty = browser.new_page()
    faults = empty.evaluate(FAULTS, drawings)
    empty.close()
    assert not faults, "\n".join(faults)
