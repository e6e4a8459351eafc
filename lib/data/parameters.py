"""Parameters of a report (``parameters/<year>.yaml``) and of its notebooks (their parameter cells), both checked strictly."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator, model_validator

from lib.base.errors import WorkbookError
from lib.base.files import files_in, read_yaml
from lib.base.workbook import Workbook
from lib.data.entry import Day, Entry, check

if TYPE_CHECKING:
    import nbformat

TYPES = {"int": int, "str": str, "float": float, "bool": bool}


class ChapterEntry(Entry):
    """A chapter: its notebook's name without ending, and its parameters in addition to ``year``.

    A chapter that ``runs_last`` reads the facts that the others recorded.
    """

    notebook: str = Field(pattern=r"^([a-z0-9_]+/)?[0-9]{2}_[a-z0-9_]+$")
    parameters: dict[str, StrictInt | StrictFloat | StrictBool | StrictStr] = {}
    runs_last: bool = False

    @field_validator("parameters")
    @classmethod
    def _not_the_reports_parameters(cls, value: dict[str, Any]) -> dict[str, Any]:
        if {"year", "report"} & set(value):
            raise ValueError("year and report are the report's and cannot be given to one chapter")
        return value

    @property
    def number(self) -> int:
        """The number that the notebook's name begins with, as given to ``--only``.

        >>> ChapterEntry(notebook="03_upptacka_tidigt").number
        3
        """
        return int(self.notebook.rpartition("/")[2].partition("_")[0])

    def is_called(self, name: str) -> bool:
        """Return whether ``--only`` means this chapter: by its number, or its notebook's name or path.

        >>> entry = ChapterEntry(notebook="03_upptacka_tidigt")
        >>> [entry.is_called(name) for name in ("3", "03_upptacka_tidigt.ipynb", "../notebooks/03_upptacka_tidigt.ipynb", "5")]
        [True, True, True, False]
        """
        if name.isdecimal():
            return int(name) == self.number
        path = name.replace("\\", "/").removesuffix(".ipynb").rpartition("notebooks/")[2].removeprefix("./")
        return path in (self.notebook, self.notebook.rpartition("/")[2])


class Parameters(Entry):
    """One report. ``cut_off`` is the last publication date whose figures the report may use."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: StrictInt = Field(ge=2000, le=2100)
    #: The name of the parameters' file without ending, and of the report's folder.
    name: str = Field(default="", exclude=True, max_length=0)
    strategy: str
    cut_off: Day
    cut_off_basis: Literal["känd", "antagen"]
    cut_off_reason: str = Field(min_length=1)
    efterhand: bool = False
    status: Literal["utkast", "fastställd"]
    data: str = Field(default="data", pattern=r"^data(/[a-z0-9_]+)*$")
    chapters: list[ChapterEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _cut_off_after_the_year_began(self) -> Parameters:
        if self.cut_off.year < self.year:
            raise ValueError("cut_off lies before the report's year")
        return self

    @field_validator("chapters", mode="before")
    @classmethod
    def _names_alone_are_chapters(cls, value: Any) -> Any:
        return (
            [{"notebook": item} if isinstance(item, str) else item for item in value]
            if isinstance(value, list)
            else value
        )


def read_parameters(workbook: Workbook, name: str | int) -> Parameters:
    """Read ``parameters/<name>.yaml``; a report is named by its year, or by a word such as ``exempel``.

    Raises
    ------
    WorkbookError
        If the file is missing, a field is missing, unknown or of the wrong type, the year is not the file's, or a chapter's
        notebook does not exist or lies outside the workbook.
    """
    path = workbook.inside(workbook.parameters / f"{name}.yaml")
    if not path.exists():
        known = ", ".join(p.stem for p in files_in(workbook.parameters, "*.yaml")) or "none"
        raise WorkbookError(f"{path} is missing: there is no report for {name} (there are: {known}); create the file.")
    parameters = check(Parameters, read_yaml(path), str(path)).model_copy(update={"name": str(name)})
    if str(name).isdigit() and parameters.year != int(name):
        raise WorkbookError(
            f"{path}, year: {parameters.year} does not agree with the file's name; correct one of them."
        )
    _check_chapters(workbook, path, parameters.chapters)
    workbook.inside(workbook.root / parameters.data)
    return parameters


def _check_chapters(workbook: Workbook, path: Path, chapters: list[ChapterEntry]) -> None:
    names, numbers = [chapter.notebook for chapter in chapters], [chapter.number for chapter in chapters]
    for name, number in zip(names, numbers, strict=True):
        if names.count(name) > 1:
            raise WorkbookError(f"{path}, chapters: {name} occurs twice; remove one.")
        if numbers.count(number) > 1:
            raise WorkbookError(f"{path}, chapters: two notebooks have the number {number}; rename one of them.")
        if not workbook.inside(notebook_path(workbook, name)).is_file():
            raise WorkbookError(
                f"{path}, chapters: there is no notebooks/{name}.ipynb; correct the name or restore the notebook."
            )


def notebook_path(workbook: Workbook, name: str) -> Path:
    """Return the path of a chapter's notebook."""
    return workbook.notebooks / f"{name}.ipynb"


def given(parameters: Parameters, entry: ChapterEntry) -> dict[str, Any]:
    """Return the parameters that a report's chapter is run with; ``report`` only where the report is not named by its year."""
    report = {} if parameters.name == str(parameters.year) else {"report": parameters.name}
    return {"year": parameters.year, **report, **entry.parameters}


def goal_of(notebook: nbformat.NotebookNode) -> int | None:
    """Return the number of the goal that a notebook is a chapter about, as its code gives it to ``Chapter``; None without one.

    >>> import nbformat
    >>> cells = [nbformat.v4.new_code_cell("chapter = Chapter(year, goal=3, report=report)")]
    >>> goal_of(nbformat.v4.new_notebook(cells=cells))
    3
    """
    codes = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    found = next((match for code in codes if (match := re.search(r"\bgoal=(\d+)", code))), None)
    return int(found[1]) if found else None


def check_notebook(path: Path, given: dict[str, Any]) -> nbformat.NotebookNode:
    """Check the parameters meant for a notebook against its parameter cell, before any kernel starts.

    papermill only warns about an unknown name, and does not check types.

    Returns
    -------
    NotebookNode
        The notebook as read.

    Raises
    ------
    WorkbookError
        For an unreadable notebook, a missing or malformed parameter cell, an unknown name, a missing one or a wrong type.
    """
    notebook = read_notebook(path)
    declared = _declared(notebook, path)
    for name, value in given.items():
        if name not in declared:
            raise WorkbookError(
                f"{path}: there is no parameter '{name}' in its parameter cell ({', '.join(declared)}); correct the name."
            )
        kind = declared[name]
        if type(value) is not TYPES[kind]:
            raise WorkbookError(
                f"{path}, parameter {name}: {value!r} must be of type {kind}; correct it in parameters/."
            )
    return notebook


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read and validate a notebook, or raise `WorkbookError`."""
    # Imported late because it is slow, and a build of an unchanged report does not need it.
    import nbformat

    try:
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        return notebook
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore the notebook.") from None
    # What nbformat raises depends on how the file is malformed; the user can do the same about all of it.
    except Exception as error:  # noqa: BLE001
        reason = str(error).strip().split("\n")[0][:120]
        raise WorkbookError(f"{path} is not a valid notebook ({reason}); restore it from git.") from None


def _declared(notebook: nbformat.NotebookNode, path: Path) -> dict[str, str]:
    """Return the types of the parameters that a notebook's parameter cell declares, by name."""
    declared: dict[str, str] = {}
    for line in _parameter_lines(notebook, path):
        found = _declaration(line)
        if found is None:
            raise WorkbookError(
                f"{path}: the parameter cell may only hold lines such as 'year: int = 2022'; correct '{ast.unparse(line)}'."
            )
        name, kind, value = found
        if name in declared or type(value) is not TYPES[kind]:
            raise WorkbookError(
                f"{path}: '{ast.unparse(line)}' in the parameter cell occurs twice or its value is no {kind}; correct it."
            )
        declared[name] = kind
    if "year" not in declared:
        raise WorkbookError(f"{path}: the parameter cell lacks 'year: int = …'; add it.")
    return declared


def _parameter_lines(notebook: nbformat.NotebookNode, path: Path) -> list[ast.stmt]:
    cells = [c for c in notebook.cells if c.cell_type == "code" and "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise WorkbookError(
            f"{path}: {len(cells)} cells carry the tag 'parameters', there must be one; add the tag or remove one."
        )
    try:
        return ast.parse(str(cells[0].source)).body
    except (SyntaxError, ValueError) as error:
        raise WorkbookError(f"{path}: the parameter cell is not Python ({error}); correct it.") from None


def _declaration(line: ast.stmt) -> tuple[str, str, object] | None:
    """Return name, type and default of a line such as ``year: int = 2022``, or None for any other line."""
    match line:
        case ast.AnnAssign(ast.Name(name), ast.Name(kind), ast.Constant(value)) if kind in TYPES:
            return name, kind, value
    return None
