"""The ways of making the report of 2022 from the same notebooks; each runs in a fresh copy of the workbook."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from tests.conftest import ROOT, change, copy_workbook

YEAR = "2022"
HERE = Path(__file__).parent
SCRIPTS = Path(sys.executable).parent
#: The row whose value is changed.
ROW = "personuppkl_valdtakt,2021,Rn03,T,T,"
#: Jupyter Book 1 has a separate environment, made by ``make bench``.
BOOK = ROOT / ".venv-bench/bin"


@dataclass(frozen=True)
class Way:
    """A way of making the report: a preparation that is not timed, and the run that is."""

    name: str
    run: Callable[[Path], None]
    prepare: Callable[[Path], None] = lambda root: None
    #: Whether the report must have been built before.
    warm: bool = False


def call(*command: object, root: Path, **environment: str) -> None:
    """Run a command in a workbook, silently; a failure is an error."""
    done = subprocess.run(
        [str(word) for word in command], cwd=root, capture_output=True, text=True, env=os.environ | environment
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


def notebooks(root: Path) -> list[Path]:
    """Return the chapters' notebooks, the summary last."""
    first, *others = sorted((root / "notebooks").glob("[0-9]*.ipynb"))
    return [*others, first]


def _empty(root: Path) -> None:
    shutil.rmtree(root / "output", ignore_errors=True)
    (root / "output/plain").mkdir(parents=True)


def _papermill(root: Path, at_a_time: int) -> None:
    """Run papermill's command for each notebook, as one would in a shell."""
    names = "\0".join(path.name for path in notebooks(root))
    command = f"{SCRIPTS}/papermill --no-progress-bar notebooks/{{}} output/plain/{{}} -p year {YEAR}"
    done = subprocess.run(
        ["xargs", "-0", "-P", str(at_a_time), "-I", "{}", *command.split()],
        cwd=root,
        input=names,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def _join(root: Path) -> None:
    call(sys.executable, HERE / "join.py", "output/plain", root=root)
    call(SCRIPTS / "jupyter-nbconvert", "--to", "html", "--no-input", "output/plain/joined.ipynb", root=root)


def plain(root: Path) -> None:
    """Run papermill's command in a loop, then join and nbconvert, as a user would."""
    _papermill(root, 1)
    _join(root)


def plain_two(root: Path) -> None:
    """Do the same, two notebooks at a time."""
    _papermill(root, 2)
    _join(root)


def nbclient(root: Path) -> None:
    """Run two kernels at a time in one process, then join and nbconvert."""
    call(sys.executable, HERE / "two_kernels.py", root=root)
    _join(root)


def jupyter_book(root: Path) -> None:
    """Let Jupyter Book 1 execute the notebooks and make its site of them."""
    call(BOOK / "jupyter-book", "build", "notebooks", "--path-output", "output/book", root=root)


def limit(root: Path) -> None:
    """Run a plain Python program that reads, draws and renders the same on two cores, without any notebook machinery."""
    call(sys.executable, HERE / "limit.py", YEAR, root=root, PYTHONPATH=str(ROOT))


def build(*options: str) -> Callable[[Path], None]:
    """Return a run of the workbook's own command."""
    return lambda root: call(SCRIPTS / "lagesrapport", "build", YEAR, *options, root=root)


def one_row(root: Path) -> None:
    """Change a published value that the report sees, of goal 5."""
    path = root / "data/observations/bra.csv"
    row = next(line for line in path.read_text(encoding="utf-8").splitlines() if ROW in line)
    cells = row.split(",")
    # One more case that led to a decision, and the share that follows from it.
    numerator, denominator = int(cells[7]) + 1, int(cells[8])
    cells[5], cells[7] = f"{100 * numerator / denominator:.4f}", str(numerator)
    change(path, row, ",".join(cells))


def one_sentence(root: Path) -> None:
    """Add a sentence to a chapter's prose."""
    path = root / "notebooks/03_upptacka_tidigt.ipynb"
    notebook = nbformat.read(path, as_version=4)
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown" and len(cell.source) > 200]
    prose[0].source += " En mening till."
    nbformat.write(notebook, path)


def _book(root: Path) -> None:
    _empty(root)
    (root / "notebooks/_config.yml").write_text(
        "title: Rapport\nonly_build_toc_files: true\nexecute:\n  execute_notebooks: force\n  timeout: 300\n"
    )
    first, *others = sorted(path.stem for path in notebooks(root))
    chapters = "".join(f"- file: {name}\n" for name in others)
    (root / "notebooks/_toc.yml").write_text(f"format: jb-book\nroot: {first}\nchapters:\n{chapters}")


WAYS = [
    Way("papermill in a loop", plain, _empty),
    Way("nbclient, two at a time", nbclient, _empty),
    Way("Jupyter Book 1", jupyter_book, _book),
    Way("limit: plain Python, two cores", limit, _empty),
    Way("lagesrapport, cold", build("--no-pdf"), _empty),
    Way("lagesrapport, one row changed", build("--no-pdf"), one_row, warm=True),
    Way("lagesrapport, one sentence changed", build("--no-pdf"), one_sentence, warm=True),
    Way("lagesrapport, nothing changed", build("--no-pdf"), warm=True),
    Way("lagesrapport, cold, with PDF", build(), _empty),
    Way("lagesrapport, one row changed, with PDF", build(), one_row, warm=True),
    Way("lagesrapport, nothing changed, with PDF", build(), warm=True),
]
MEMORY = [
    Way("papermill, two at a time", plain_two, _empty),
    Way("lagesrapport, cold", build("--no-pdf"), _empty),
    Way("lagesrapport, cold, with PDF", build(), _empty),
]


def workbook(folder: Path, way: Way, built: Path) -> Path:
    """Return a fresh copy of the workbook, ready for a way; ``built`` holds copies that have been built, made when first asked for."""
    if not way.warm:
        root = copy_workbook(folder)
        (root / "output").mkdir()
    else:
        kind = "pdf" if "PDF" in way.name else "page"
        if not (built / kind).exists():
            first = copy_workbook(built / kind)
            build(*([] if kind == "pdf" else ["--no-pdf"]))(first)
        root = Path(shutil.copytree(built / kind, folder))
    way.prepare(root)
    return root
