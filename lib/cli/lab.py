"""Sets up JupyterLab for the workbook, as ``make lab`` starts it: everything is written into its own environment.

It opens a chapter from the workbook's root, in the report's typefaces and without news; its launcher has the template of a chapter;
notebooks are saved without outputs, and git compares them cell by cell.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from lib.base.workbook import Workbook, find_workbook
from lib.show import fonts

SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineNumbers": True}},
}
CONFIG = """# Written by make lab.
from lib.cli.lab import clean

c.FileContentsManager.pre_save_hook = clean
c.LabApp.custom_css = True
c.LabApp.news_url = None
c.JupyterLabTemplates.include_default = False
c.JupyterLabTemplates.include_core_paths = True
"""
#: JupyterLab's configuration, in its environment.
CONFIG_FOLDER = "etc/lagesrapport"
#: What a notebook's cells keep in their metadata; JupyterLab adds the times at which they ran, and what is folded.
KEPT = ("tags",)


def clean(model: dict[str, Any], **_: Any) -> None:
    """Remove from a notebook that is being saved what running it has left there, so that only edits are a difference in git.

    The outputs of cells tagged ``keep_output`` stay, with a fixed number: tests compare them.
    """
    if model.get("type") != "notebook" or not model.get("content"):
        return
    notebook = model["content"]
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.get("cells", []):
        cell["metadata"] = {name: cell["metadata"][name] for name in KEPT if cell.get("metadata", {}).get(name)}
        if cell.get("cell_type") != "code":
            continue
        kept = "keep_output" in cell["metadata"].get("tags", [])
        cell["outputs"] = cell["outputs"] if kept else []
        # nbval takes a cell without a number for one that has not run.
        cell["execution_count"] = 1 if cell["outputs"] else None
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = 1


def prepare(workbook: Workbook, environment: Path) -> None:
    """Write JupyterLab's settings for a workbook into the environment that it is installed in.

    Parameters
    ----------
    environment : Path
        The environment's folder (``sys.prefix``).
    """
    written = {
        f"{CONFIG_FOLDER}/jupyter_lab_config.py": CONFIG,
        "share/jupyter/lab/settings/overrides.json": json.dumps(SETTINGS, indent=1),
    }
    for name, text in written.items():
        path = environment / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    templates = environment / "share/jupyter/notebook_templates/lagesrapport"
    templates.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(workbook.root / "notebooks/mall.ipynb", templates / "nytt_kapitel.ipynb")
    _typefaces(environment / CONFIG_FOLDER / "custom")
    _compare_cell_by_cell(workbook.root, environment)


def _typefaces(folder: Path) -> None:
    """Write the report's typefaces and the style sheet that names them, which JupyterLab loads with each page."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = []
    for face in fonts.FACES:
        shutil.copyfile(face.path, folder / face.file)
        style = f"font-weight: {face.weight}; font-style: {face.style}"
        rules.append(f'@font-face {{ font-family: "{face.family}"; {style}; src: url({face.file}); }}')
    text = f'.jp-RenderedMarkdown, .jp-RenderedHTMLCommon {{ --jp-content-font-family: "{fonts.SANS}", sans-serif; }}'
    heading = f'.jp-RenderedMarkdown :is(h1, h2, h3) {{ font-family: "{fonts.SERIF}", serif; }}'
    (folder / "custom.css").write_text("\n".join([*rules, text, heading, ""]), encoding="utf-8")


def _compare_cell_by_cell(root: Path, environment: Path) -> None:
    """Let git in this clone compare and merge notebooks with nbdime; the driver is named with its path, so that it is found."""
    driver = environment / "bin"
    if not (root / ".git").exists() or not (driver / "git-nbdiffdriver").exists() or shutil.which("git") is None:
        return
    settings = {
        "diff.jupyternotebook.command": f"'{driver}/git-nbdiffdriver' diff",
        "merge.jupyternotebook.driver": f"'{driver}/git-nbmergedriver' merge %O %A %B %L %P",
        "merge.jupyternotebook.name": "notebooks cell by cell",
    }
    for name, value in settings.items():
        subprocess.run(["git", "-C", str(root), "config", "--local", name, value], check=True)


def main() -> None:
    """Set JupyterLab up and start it at the workbook's root, with the first goal's chapter open."""
    workbook, environment = find_workbook(), Path(sys.prefix)
    prepare(workbook, environment)
    # The user's own settings, such as the theme, stay where JupyterLab keeps them.
    home = Path(os.environ.get("JUPYTER_CONFIG_DIR", Path.home() / ".jupyter"))
    os.environ.setdefault("JUPYTERLAB_SETTINGS_DIR", str(home / "lab/user-settings"))
    os.environ["JUPYTER_CONFIG_DIR"] = str(environment / CONFIG_FOLDER)
    first = sorted((workbook.root / "notebooks").glob("[0-9]*.ipynb"))[1:2]
    opened = [f"--LabApp.default_url=/lab/tree/notebooks/{path.name}" for path in first]
    lab = str(environment / "bin/jupyter-lab")
    os.execv(
        lab, [lab, f"--ServerApp.root_dir={workbook.root}", *opened, *sys.argv[1:]]
    )  # the program replaces this one


if __name__ == "__main__":
    main()
