"""What a chapter may not show: it would be left out of the page, or stand there without source and number."""

from __future__ import annotations

import ast

import nbformat

from lib.show.facts import MIME

#: Libraries whose charts run scripts, by a part of their output's type.
SCRIPTED = {"vnd.vega": "Altair", "vnd.plotly": "Plotly", "vnd.bokeh": "Bokeh"}
#: The longest expression that a message repeats.
LONGEST = 60


def refused(cell: nbformat.NotebookNode) -> str:
    """Return what is wrong with what an executed cell shows, and the line to write instead; empty if nothing is.

    >>> cell = nbformat.v4.new_code_cell("df.head()")
    >>> cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": '<table class="dataframe">'})]
    >>> refused(cell)
    'shows a DataFrame without caption and source; write chapter.table(df.head(), name="…", caption="…")'
    """
    if cell.cell_type != "code" or {"keep_output", "remove-cell"} & set(cell.metadata.get("tags", [])):
        return ""
    outputs = cell.get("outputs", [])
    shown = [o.data for o in outputs if o.output_type in ("display_data", "execute_result") and MIME not in o.data]
    kinds = {kind for data in shown for kind in data}
    for part, library in SCRIPTED.items():
        if any(part in kind for kind in kinds):
            return f"shows a chart by {library}, which needs scripts that the report cannot hold; draw it with seaborn and show it with chapter.figure"
    value = _last_value(cell.source)
    if any(kind.startswith("image/") for kind in kinds):
        call = f"chapter.figure({_code(value, 'ax')}, data={_first_name(value) or 'df'}"
        return f'shows a figure without caption and source; write {call}, name="…", caption="…")'
    html = "".join("".join(data.get("text/html", "")) for data in shown)
    if 'class="dataframe"' in html:
        call = f"chapter.table({_code(value, 'df')}"
        return f'shows a DataFrame without caption and source; write {call}, name="…", caption="…")'
    if 'class="lr-' in html:
        return "shows markup of the report that it has written itself; show it with a method of chapter"
    if any(output.output_type == "stream" and output.name == "stdout" and output.text.strip() for output in outputs):
        return 'prints text, which the report leaves out; remove it, or write chapter.text("…")'
    if any("text/html" not in data for data in shown):
        return 'shows a value that the report leaves out; remove it, or write chapter.text("…")'
    return ""


def _last_value(source: str) -> ast.expr | None:
    """Return the expression whose value a cell shows."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None  # a cell with a magic command
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        return None
    value = last.value
    called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "display"
    return value.args[0] if called and isinstance(value, ast.Call) and value.args else value


def _code(value: ast.expr | None, otherwise: str) -> str:
    """Return an expression as code, or another where there is none or it is long."""
    code = ast.unparse(value) if value is not None else ""
    return code if 0 < len(code) <= LONGEST and not code.endswith("show()") else otherwise


def _first_name(value: ast.expr | None) -> str:
    """Return the name of the table that a call draws: its first argument or the one called ``data``."""
    if not isinstance(value, ast.Call):
        return ""
    given = [*value.args[:1], *(k.value for k in value.keywords if k.arg == "data")]
    return next((argument.id for argument in given if isinstance(argument, ast.Name)), "")
