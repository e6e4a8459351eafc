"""How tests of the verb ``new`` run it, and what they look up."""

from pathlib import Path

import yaml

from lib.cli.main import main
from lib.data.parameters import read_notebook

GOAL = ["new", "goal", "9", "--title", "Värdighet & stöd"]
COMMITMENT = [
    *("new", "commitment", "--plan", "handlingsplan_2024_2027", "--goal", "3"),
    *("--actor", "polisen", "--actor", "kommun", "--text", "Fråga alla."),
]


def run(*arguments: str, root: Path) -> None:
    assert main([*arguments, "--root", str(root)]) == 0


def chapters(root: Path, name: str | int) -> list[str]:
    """Return the notebooks of a report, in its order."""
    entries = yaml.safe_load((root / f"parameters/{name}.yaml").read_text(encoding="utf-8"))["chapters"]
    return [entry if isinstance(entry, str) else entry["notebook"] for entry in entries]


def hints(path: Path) -> list[str]:
    """Return the cells of a notebook that are for authors."""
    cells = read_notebook(path).cells
    return [c.source for c in cells if c.cell_type == "markdown" and "remove-cell" in c.metadata.get("tags", [])]
