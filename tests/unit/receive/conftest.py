"""A copy of the workbook for tests of imports, and what they share."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.data.catalogue import Catalogue
from lib.receive import forms, survey
from tests.conftest import Refused, copy_workbook
from tests.forms import fill

EXAMPLE = "data/exempel"
MAP = """source: exempelstatistik
published: 2026-04-01
published_basis: känd
year: 2025
region_column: Område
values:
  - {indicator: mhv_tillfragade, column: Andel, sex: K}
"""


def digest(folder: Path) -> str:
    """Return a digest of all files in a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return hashlib.sha256(b"".join(str(p).encode() + p.read_bytes() for p in files)).hexdigest()


def one_sentence(result: tuple[int, str]) -> str:
    """Return the error text of a refused command, which must be one line without traceback."""
    code, error = result
    one_line = error.startswith("lagesrapport: ") and error.count("\n") == 1 and "Traceback" not in error
    assert code == 1 and one_line, error
    return error


def two_forms(root: Path, folder: Path) -> Path:
    """Write the forms of Kommun B and Kommun C for 2025, filled in, and return the first."""
    catalogue = Catalogue(root / EXAMPLE)
    forms.write_forms(catalogue, survey.read_survey(catalogue), 2025, folder)
    fill(folder)
    for path in folder.glob("*.xlsx"):
        if "XB" not in path.name and "XC" not in path.name:
            path.unlink()
    return next(folder.glob("*XB*"))


@pytest.fixture(scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workbook(tmp_path_factory.mktemp("imports") / "workbook")


@pytest.fixture
def root(_root: Path, refused: Refused) -> Iterator[Path]:
    """A workbook whose data must be the same after the test as before."""
    before = digest(_root / "data")
    yield _root
    assert digest(_root / "data") == before
