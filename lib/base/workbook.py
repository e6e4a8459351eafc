"""The folders of a workbook: where they are, how they are found, and how they are copied."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.base.errors import WorkbookError, nearest

#: The file that makes a folder a data folder.
REPORT = "report.yaml"
#: Left out of copies: files as publishers sent them, which no report reads, and what Jupyter leaves behind.
NOT_COPIED = ("raw", ".ipynb_checkpoints")


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
        """Return ``path`` as messages and records name it: from the root, with forward slashes.

        >>> Workbook(Path("/w")).relative(Path("/w/data/report.yaml"))
        'data/report.yaml'
        """
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def inside(self, path: Path) -> Path:
        """Return ``path`` if it lies in the workbook.

        Raises
        ------
        WorkbookError
            If it lies outside the workbook or is reached through a link, which could lead anywhere.

        >>> Workbook(Path("/w")).inside(Path("/etc/hosts"))
        Traceback (most recent call last):
        lib.base.errors.WorkbookError: /etc/hosts leads out of the workbook, or through a link; put the file or folder itself into /w.
        """
        if path.resolve() != path or not path.is_relative_to(self.root):
            raise WorkbookError(
                f"{path} leads out of the workbook, or through a link; put the file or folder itself into {self.root}."
            )
        return path

    def data_folders(self) -> list[Path]:
        """Return the workbook's data folders: its own county's and those of example counties inside it.

        >>> with tempfile.TemporaryDirectory() as folder:
        ...     (Path(folder) / "data").mkdir()
        ...     _ = (Path(folder) / "data" / REPORT).write_text("")
        ...     [path.name for path in Workbook(Path(folder)).data_folders()]
        ['data']
        """
        return sorted(path.parent for path in self.root.glob(f"data/**/{REPORT}"))

    def copy_to(self, target: Path) -> Workbook:
        """Copy everything that reports are built from, but neither raw files nor output; return the copy.

        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("notebooks", "parameters", "data", "data/raw", "output"):
        ...         (Path(folder) / "w" / name).mkdir(parents=True)
        ...     copy = Workbook(Path(folder) / "w").copy_to(Path(folder) / "copy")
        ...     sorted(path.relative_to(copy.root).as_posix() for path in copy.root.rglob("*"))
        ['data', 'notebooks', 'parameters']
        """
        for name in ("notebooks", "parameters", "data"):
            shutil.copytree(self.root / name, target / name, ignore=shutil.ignore_patterns(*NOT_COPIED))
        if (lock := self.root / "requirements.lock").exists():
            shutil.copyfile(lock, target / lock.name)
        return Workbook(target)


def open_workbook(root: Path) -> Workbook:
    """Open the workbook in a folder that the user named; folders above it are not searched.

    Raises
    ------
    WorkbookError
        If the folder is not a workbook.

    >>> open_workbook(Path("/"))
    Traceback (most recent call last):
    lib.base.errors.WorkbookError: / is not a workbook (a folder with notebooks/ and parameters/); correct --root.
    """
    root = root.resolve()
    if not _is_workbook(root):
        raise WorkbookError(f"{root} is not a workbook (a folder with notebooks/ and parameters/); correct --root.")
    return Workbook(root)


def find_workbook(start: Path | None = None) -> Workbook:
    """Find the workbook that ``start`` (default: the working directory) lies in.

    A workbook is the nearest folder, from ``start`` upwards, that holds both ``notebooks/`` and ``parameters/``.

    Raises
    ------
    WorkbookError
        If no such folder exists.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("notebooks", "parameters"):
    ...         (Path(folder) / name).mkdir()
    ...     find_workbook(Path(folder) / "notebooks").root == Path(folder).resolve()
    True
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if _is_workbook(folder):
            return Workbook(folder)
    raise WorkbookError(
        f"{here} is not inside a workbook (a folder with notebooks/ and parameters/); go there, or name it with --root."
    )


def _is_workbook(folder: Path) -> bool:
    return (folder / "notebooks").is_dir() and (folder / "parameters").is_dir()


def data_root(data: Path) -> Path:
    """Return the outermost data folder: an example county's folder lies in the one whose strategies and indicators it shares.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for data in (Path(folder) / "data", Path(folder) / "data" / "exempel"):
    ...         data.mkdir()
    ...         _ = (data / REPORT).write_text("")
    ...     data_root(data).name, data_root(data.parent).name
    ('data', 'data')
    """
    return data.parent if (data.parent / REPORT).exists() else data


@dataclass(frozen=True)
class DataCopy:
    """A temporary copy ``root`` of the outermost data folder ``original``; ``data`` is a data folder in it, or itself."""

    data: Path
    root: Path
    original: Path

    def name_originals(self, message: str) -> str:
        """Return a message with the originals' paths in place of the copies'.

        >>> DataCopy(Path("/tmp/x/data"), Path("/tmp/x/data"), Path("/w/data")).name_originals("/tmp/x/data/a.csv, row 2")
        '/w/data/a.csv, row 2'
        """
        return message.replace(str(self.root), str(self.original))


@contextmanager
def copied_data(data: Path, texts: Mapping[Path, str]) -> Iterator[DataCopy]:
    """Copy a data folder for as long as the context lasts, with some files changed, to check what the changes would do.

    Parameters
    ----------
    data : Path
        The data folder; the folder it lies in is copied too if that is a data folder. Raw files are left out.
    texts : mapping
        New text by path in ``data``.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with copied_data(Path(folder), {Path(folder) / "observations" / "a.csv": "1"}) as copy:
    ...         (copy.data / "observations" / "a.csv").read_text()
    '1'
    """
    original = data_root(data)
    with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder:
        root = Path(folder) / original.name
        shutil.copytree(original, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        for path, text in texts.items():
            target = root / path.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        yield DataCopy(root / data.relative_to(original), root, original)


def no_such_file(workbook: Workbook, path: str) -> WorkbookError:
    """Return the error for a path in a notebook at which there is no file: paths start at the workbook's folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "data").mkdir()
    ...     _ = (Path(folder) / "data/own.csv").write_text("")
    ...     for path in ("../data/own.csv", "data/onw.csv", "own.txt"):
    ...         print(no_such_file(Workbook(Path(folder)), path))
    there is no file ../data/own.csv: paths start at the workbook's folder; write data/own.csv.
    there is no file data/onw.csv: paths start at the workbook's folder; did you mean data/own.csv?
    there is no file own.txt: paths start at the workbook's folder; correct it, or add the file.
    """
    inside = path.replace("\\", "/")
    while inside.startswith(("../", "./")):
        inside = inside.partition("/")[2]
    if inside != path and (workbook.root / inside).exists():
        cure = f"write {inside}."
    else:
        folder = (workbook.root / inside).parent
        known = [found.relative_to(workbook.root).as_posix() for found in folder.glob("*")] if folder.is_dir() else []
        cure = nearest(inside, known, cutoff=0.8) or "correct it, or add the file."
    return WorkbookError(f"there is no file {path}: paths start at the workbook's folder; {cure}")
