"""What a chapter shows past the methods of chapter stops it, with the line to write instead."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from lib.build.shown import refused
from lib.show.facts import MIME

FRAME = {"text/html": '<div><table border="1" class="dataframe">', "text/plain": "   year"}
PICTURE = {"image/png": "iVBO", "text/plain": "<Figure size 640x480>"}


def _cell(source: str, *shown: dict[str, Any], **metadata: object) -> nbformat.NotebookNode:
    cell: nbformat.NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)
    cell.outputs = [nbformat.v4.new_output("display_data", data) for data in shown]
    return cell


@pytest.mark.parametrize(
    ("source", "shown", "message"),
    [
        ("df.head()", FRAME, 'write chapter.table(df.head(), name="…", caption="…")'),
        ("display(df)", FRAME, 'write chapter.table(df, name="…", caption="…")'),
        ("x = 1\ndf" + ".assign(a=1)" * 9, FRAME, 'write chapter.table(df, name="…", caption="…")'),
        ("sns.lineplot(wide, x='year')", PICTURE, "write chapter.figure(sns.lineplot(wide, x='year'), data=wide, name="),
        ("sns.lineplot(data=mhv)", PICTURE, "write chapter.figure(sns.lineplot(data=mhv), data=mhv, name="),
        ("ax = df.plot()\nplt.show()", PICTURE, "write chapter.figure(ax, data=df, name="),
        ("%matplotlib inline\nax", PICTURE, "write chapter.figure(ax, data=df, name="),
        ("chart", {"application/vnd.vegalite.v5+json": {}, "text/html": "<div>"}, "shows a chart by Altair, which needs scripts"),
        ("fig", {"application/vnd.plotly.v1+json": {}, "text/html": "<div>"}, "shows a chart by Plotly, which needs scripts"),
        ("HTML(x)", {"text/html": '<div class="lr-table">'}, "shows markup of the report that it has written itself"),
        ("df['value'].mean()", {"text/plain": "3"}, 'remove it, or write chapter.text("…")'),
    ],
)  # fmt: skip
def test_the_message_shows_the_line_to_write(source: str, shown: dict[str, Any], message: str) -> None:
    assert message in refused(_cell(source, shown))


def test_what_chapter_shows_and_what_only_tests_read_is_not_refused() -> None:
    assert refused(_cell("chapter.goal.remaining()", {"text/html": '<p class="lr-text">', MIME: {}})) == ""
    assert refused(_cell("df", FRAME, tags=["keep_output"])) == ""
    assert refused(_cell("HTML('<p>Ord</p>')", {"text/html": "<p>Ord</p>"})) == ""
    assert refused(nbformat.v4.new_markdown_cell("Ord")) == ""
