"""A page with a fault, made by mistake or by intent, is not published."""

from __future__ import annotations

import pytest

from lib.base.errors import WorkbookError
from lib.build import gates

PAGE = "<html lang='sv'><body><h1>Rapport</h1><main><section id='mal-1'><h2>Mål 1</h2>{}</section></main></body></html>"


def test_a_sound_page_passes() -> None:
    gates.check(PAGE.format("<p>Text med <a href='#mal-1'>länk till målet</a>.</p><h3>Avsnitt</h3>"))


FAULTS = [
    "<script>1</script>",
    "<img src='bild.png' alt='En bild av något som syns tydligt här'>",
    "<img src='https://x.se/a.png' alt='En bild av något som syns tydligt här'>",
    "<p onclick='x()'>a</p>",
    "<a href='javascript:x()'>a</a>",
    "<iframe srcdoc='x'></iframe>",
    "<object data='x'></object>",
    "<form></form>",
    "<template>göm</template>",
    "<div hidden>göm</div>",
    "<p style='background:url(http://x)'>a</p>",
    "<video poster='http://x'></video>",
    "<svg><image xlink:href='http://x'/></svg>",
    "<h2>Ett till</h2>",
    "<h4>Hopp</h4>",
    "<p>TODO: skriv</p>",
    "<p>Todo: skriv</p>",
    "<table><tr><td>1</td></tr></table>",
    "<img src='data:image/png;base64,AA' alt=''>",
    "<img src='data:image/png;base64,AA' alt='No description has been provided for this image'>",
    "<a href='#mal-1'>Läs mer</a>",
    "<a href='#mal-1'></a>",
    "<h3> </h3>",
    "<p>漢</p>",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_stops_the_page_and_says_where(fault: str) -> None:
    with pytest.raises(WorkbookError) as error:
        gates.check(PAGE.format(fault))
    assert "mal-1" in str(error.value) or "Hopp" in str(error.value)


def test_a_fault_is_reported_with_its_notebook_and_cell() -> None:
    """The mark nearest before the fault counts, and never one of another chapter."""
    marks = "<!--place 03_tidigt.ipynb, cell 4 (“Text”)--><p>Bra</p><!--place 03_tidigt.ipynb, cell 5 (“## Bild”)-->{}"
    fault = "<img src='data:image/png;base64,AA' alt=''>"
    with pytest.raises(WorkbookError, match=r"A picture in 03_tidigt.ipynb, cell 5 \(“## Bild”\) has no alt text"):
        gates.check(PAGE.format(marks.format(fault)))
    two = marks.format("") + f"</section><section id='mal-2'><h2>Mål 2</h2>{fault}"
    with pytest.raises(WorkbookError, match="A picture in chapter mal-2 has no alt text"):
        gates.check(PAGE.format(two))
    assert "place" not in gates.without_marks(PAGE.format(marks.format("")))
