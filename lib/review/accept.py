"""The cells that the disclosure audit proposes to hide, written to the data folder of a report."""

from __future__ import annotations

from lib.analysis.disclosure_cure import cure, in_words
from lib.analysis.view import open_view, publishable
from lib.base import atomic
from lib.base.workbook import Workbook
from lib.data.parameters import read_parameters
from lib.scaffold.yaml_text import with_item


def accept(workbook: Workbook, name: str) -> list[str]:
    """Write the fewest further cells that cure a disclosure stop under ``hidden_cells``, and return lines for the terminal.

    All other lines of the file stay as they are. If there is nothing to cure, or nothing that would, nothing is written.

    Parameters
    ----------
    name : str
        The report's name.

    Raises
    ------
    WorkbookError
        If parameters or data do not pass their checks, or the list is written in a way that cannot be added to.

    >>> from lib.base.workbook import find_workbook
    >>> accept(find_workbook(), "2022")
    ['2022: no further cell to hide.']
    """
    path = workbook.root / read_parameters(workbook, name).data / "disclosure.yaml"
    view = open_view(workbook, name, "kontroll")
    cells = cure(publishable(view), view.known)
    if not cells:
        return [
            f"{name}: {'no set of cells was found that cures the stop' if cells is None else 'no further cell to hide'}."
        ]
    # Read as bytes, so that the file keeps its line endings.
    text = path.read_bytes().decode("utf-8")
    for cell in cells:
        text = with_item(text, path, ["hidden_cells"], cell.model_dump())
    atomic.write(path, text)
    return [f"{workbook.relative(path)}: hidden, {in_words(cell)}" for cell in cells]
