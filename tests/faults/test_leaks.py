"""No personal or machine identifiers in the output: everything that is written is searched for them."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from openpyxl import load_workbook

from tests.conftest import ROOT, change, copy_workbook, lagesrapport, needs_git, whole
from tests.forms import fill

CANARY = "kanariefagel"
TOKEN = "hemligt-zq81-kanarie"
INJECT = str(ROOT / "tests/faults/inject")


def _git(root: Path, *arguments: str) -> None:
    no_configuration = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, env={**os.environ, **no_configuration}
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder, with PDFs and Excel files unpacked."""
    found: dict[str, bytes] = {}
    for path in (p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        found[name] = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                found |= {f"{name}/{part}": archive.read(part) for part in archive.namelist()}
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                found[f"{name}/text"] = "\n".join(f"{key} {value}" for key, value in pdf.docinfo.items()).encode()
                for number, part in enumerate(pdf.objects):
                    if isinstance(part, pikepdf.Stream):
                        try:
                            found[f"{name}/{number}"] = part.read_bytes()
                        except (pikepdf.PdfError, zlib.error):
                            found[f"{name}/{number}"] = part.read_raw_bytes()
                    else:
                        found[f"{name}/{number}"] = repr(part).encode()
    return found


@pytest.mark.slow
@needs_git
def test_a_year_leaves_no_personal_or_machine_identifiers(tmp_path: Path) -> None:
    root = copy_workbook(tmp_path / CANARY / "workbook")
    (home := tmp_path / f"{CANARY}-home").mkdir()
    _git(root, "init", "-q")
    _git(
        root,
        "-c",
        f"user.name={CANARY}",
        "-c",
        f"user.email={CANARY}@exempel.se",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        CANARY,
    )
    # A warning names the file it comes from.
    cell = 'import warnings\\n",\n    "import os\\n",\n    "warnings.warn(os.getcwd())\\n",\n    "'
    change(root / "notebooks/10_likvardighet.ipynb", "chapter = Chapter(", f"{cell}chapter = Chapter(")
    calls = tmp_path / "calls"
    environment = {
        "HOME": str(home), "USER": CANARY, "LOGNAME": CANARY, "API_TOKEN": TOKEN, "LAGESRAPPORT_CALLS": str(calls), "PYTHONPATH": INJECT,
    }  # fmt: skip
    forms = tmp_path / "forms"
    data = ["--data", "data/exempel"]

    def run(*arguments: str, pdf: bool = False) -> subprocess.CompletedProcess[str]:
        return lagesrapport(*arguments, root=root, environment=environment, pdf=pdf)

    assert run("import", "survey", "--new", "2025", "--to", str(forms), *data).returncode == 0
    fill(forms)
    form = next(p for p in sorted(forms.glob("*.xlsx")) if "aktor" not in p.name)
    book = load_workbook(form)
    book["Svar"]["C5"], book["Svar"]["D5"] = "Inte aktuellt", f"Fråga {CANARY} på 811218-9876, {CANARY}@exempel.se"
    book["Antal"]["F5"] = f"{CANARY} var en av dem"
    book.properties.creator = CANARY
    book.save(form)
    imported = run("import", "survey", str(forms), "--year", "2025", "--published", "2026-03-01", "--yes", *data)
    assert imported.returncode == 0 and "Comment, not published: " in imported.stdout, imported.stdout + imported.stderr
    assert run("new", "year", "2025", "--after", "exempel").returncode == 0
    for done in (run("build", "exempel_2025", pdf=True), run("status", "exempel_2025")):
        assert done.returncode == 0, done.stdout + done.stderr
    # The same under another name, for a comparison and its review sheet.
    shutil.copytree(root / "output/exempel_2025", root / "output/exempel")
    for path in (root / "output/exempel").glob("lagesrapport-*"):
        path.rename(path.with_name(f"lagesrapport-exempel{path.suffix}"))
    compared = run("compare", "exempel_2025", "exempel")
    assert compared.returncode == 0, compared.stdout + compared.stderr
    written = contents(root / "output")
    kinds = {".html", ".pdf", ".json", ".csv", ".ipynb", ".xlsx"}
    assert len(written) > 500 and {Path(name).suffix for name in written} >= kinds
    secrets = [CANARY, TOKEN, str(tmp_path), str(ROOT), "811218-9876", "site-packages", sys.prefix]
    secrets += [name for name in (socket.gethostname(),) if re.search(r"[\d-]", name) and len(name) > 5]
    for secret in secrets:
        assert [name for name, content in written.items() if secret.encode() in content] == [], secret
    assert not calls.exists() or calls.read_text() == "", "a server was called over the network"


@needs_git
def test_survey_answers_cannot_get_into_git(tmp_path: Path) -> None:
    """The hook is run as a commit runs it."""
    for name in (".pre-commit-config.yaml", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path / name)
    _git(tmp_path, "init", "-q")
    for folder in ("data/raw/survey/2025", "data/exempel/raw/survey/2025"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "svar.xlsx").write_bytes(b"PK")
        ignored = subprocess.run(
            ["git", "-C", str(tmp_path), "check-ignore", f"{folder}/svar.xlsx"], capture_output=True, text=True
        )
        assert ignored.stdout.strip() == f"{folder}/svar.xlsx"
        _git(tmp_path, "add", "--force", f"{folder}/svar.xlsx")
        hook = [sys.executable, "-m", "pre_commit", "run", "raw-survey-stays-here"]
        environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "hooks")}
        done = subprocess.run(hook, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 1 and f"{folder}/svar.xlsx" in done.stdout, done.stdout + done.stderr
        _git(tmp_path, "rm", "-q", "--cached", f"{folder}/svar.xlsx")


@pytest.mark.slow
def test_an_identifier_shown_by_a_notebook_stops_the_report(small: Path) -> None:
    notebook = small / "notebooks/10_likvardighet.ipynb"
    text = notebook.read_text(encoding="utf-8")
    former = (small / "output/2022/lagesrapport-2022.html").read_bytes()
    for shown, what in {
        "os.environ['API_TOKEN']": "the value of the environment variable API_TOKEN",
        "os.getcwd() + '/data'": "a path of this computer",
        "'anna.andersson@' + 'exempel.se'": "an e-mail address (anna.andersson@exempel.se)",
        "'19811218' + '-9876'": "a personal identity number",
    }.items():
        cell = f'import os\\n",\n    "from IPython.display import HTML, display\\n",\n    "display(HTML(\'<p>\' + {shown} + \'</p>\'))\\n",\n    "chapter = Chapter('
        notebook.write_text(text.replace("chapter = Chapter(", cell, 1), encoding="utf-8")
        done = lagesrapport("build", "2022", root=small, environment={"API_TOKEN": TOKEN})
        assert done.returncode == 1 and what in done.stderr and done.stderr.count("\n") == 1, done.stderr
        assert whole(small) and (small / "output/2022/lagesrapport-2022.html").read_bytes() == former


def test_an_error_names_files_from_the_workbooks_root(small: Path) -> None:
    change(
        small / "notebooks/10_likvardighet.ipynb",
        "chapter = Chapter(",
        "open(__import__('os').getcwd() + '/data/finns_inte.csv')\\n\",\n    \"chapter = Chapter(",
    )
    done = lagesrapport("build", "2022", root=small)
    assert done.returncode == 3 and "data/finns_inte.csv" in done.stderr
    for path in (small / "output/2022").rglob("*"):
        assert not path.is_file() or str(small).encode() not in path.read_bytes(), path
