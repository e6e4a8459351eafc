"""Where things stand in a workbook: one object for all its paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lib.base.errors import WorkbookError


@dataclass(frozen=True)
class Workbook:
    """The folders of a workbook, all below one root.

    >>> Workbook(Path("/w")).notebooks.as_posix()
    '/w/notebooks'
    """

    root: Path

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def parameters(self) -> Path:
        return self.root / "parameters"

    @property
    def output(self) -> Path:
        return self.root / "output"

    def relative(self, path: Path) -> str:
        """Return ``path`` as it is named in messages and records: from the root, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def inside(self, path: Path) -> Path:
        """Return ``path``, which must stand in the workbook itself.

        Raises
        ------
        WorkbookError
            If it lies outside the workbook, or is reached through a link, which could lead anywhere.
        """
        if path.resolve() != path or not path.is_relative_to(self.root):
            raise WorkbookError(
                f"{path} leads out of the workbook, or through a link; put the file or folder itself into {self.root}."
            )
        return path


def open_workbook(root: Path) -> Workbook:
    """Open the workbook that a person named; nothing above it is taken instead.

    Raises
    ------
    WorkbookError
        If the folder is not a workbook.
    """
    workbook = Workbook(root.resolve())
    if not (workbook.notebooks.is_dir() and workbook.parameters.is_dir()):
        raise WorkbookError(
            f"{workbook.root} is not a workbook (a folder with notebooks/ and parameters/); correct --root."
        )
    return workbook


def find_workbook(start: Path | None = None) -> Workbook:
    """Find the workbook that ``start`` (default: the working directory) lies in.

    A workbook is the nearest folder, from ``start`` upwards, that holds both ``notebooks/`` and ``parameters/``.

    Raises
    ------
    WorkbookError
        If no such folder exists.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "parameters").is_dir():
            return Workbook(folder)
    raise WorkbookError(
        f"{here} is not inside a workbook (a folder with notebooks/ and parameters/); go there, or name it with --root."
    )
