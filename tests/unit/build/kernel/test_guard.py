"""A guarded process writes only temporary files, starts no program and uses no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

FILE = "a chapter may not write, move or remove files"
PROGRAM = "a chapter may not start other programs; remove the call"
NETWORK = "a chapter may not use the network; put the figures into data/"
FORBIDDEN = {
    "open('x.csv', 'w')": f"{FILE} (x.csv); show it with a method of chapter",
    "open('kept.csv', 'a')": f"{FILE} (kept.csv)",
    "os.open('x.csv', os.O_CREAT | os.O_WRONLY)": f"{FILE} (x.csv)",
    "os.remove('kept.csv')": f"{FILE} (kept.csv)",
    "os.rename('kept.csv', tempfile.gettempdir() + '/x')": f"{FILE} (kept.csv)",
    "os.rename(temporary, 'x.csv')": f"{FILE} (x.csv)",
    "os.mkdir('x')": f"{FILE} (x)",
    "os.symlink('kept.csv', 'x')": FILE,
    "shutil.rmtree('folder')": f"{FILE} (folder)",
    "sqlite3.connect('x.db')": f"{FILE} (x.db)",
    "subprocess.run(['true'])": PROGRAM,
    "os.system('true')": PROGRAM,
    "socket.create_connection(('127.0.0.1', 9))": NETWORK,
    "socket.getaddrinfo('scb.se', 80)": NETWORK,
}
ALLOWED = [
    "open('kept.csv').read()",
    "open(temporary, 'w').write('x')",
    "open(os.devnull, 'w').write('x')",
    "sqlite3.connect(':memory:')",
    "tempfile.TemporaryDirectory().cleanup()",
]
RUN = """
import json, os, shutil, socket, sqlite3, subprocess, sys, tempfile
from lib.build.kernel.guard import guard
tempfile.tempdir = sys.argv[1]
temporary = tempfile.gettempdir() + "/x.txt"
guard()
found = {}
for code in json.loads(sys.argv[2]):
    try:
        exec(code)
        found[code] = ""
    except PermissionError as error:
        found[code] = str(error)
print(json.dumps(found))
"""


def test_what_goes_beyond_showing_figures_is_an_error_and_has_no_effect(tmp_path: Path) -> None:
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    (work / "folder").mkdir(parents=True)
    temporary.mkdir()
    (work / "kept.csv").write_text("kept")
    codes = json.dumps([*FORBIDDEN, *ALLOWED])
    command = [sys.executable, "-c", RUN, str(temporary), codes]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {code: found[code] for code in ALLOWED} == dict.fromkeys(ALLOWED, "")
    assert [code for code, sentence in FORBIDDEN.items() if not found[code].startswith(sentence)] == []
    assert {path.name for path in work.iterdir()} == {"kept.csv", "folder"}
    assert (work / "kept.csv").read_text() == "kept"
