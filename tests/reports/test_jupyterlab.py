"""JupyterLab as ``make lab`` starts it: a chapter runs, completes and is saved in it without leaving a difference in its file."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import ROOT, copy_workbook, needs, needs_chromium
from tests.reports.browser import chromium

OWN = ROOT / ".venv-lab/bin/python"
PYTHON = str(OWN) if OWN.exists() else sys.executable if importlib.util.find_spec("jupyterlab") else None
NOTEBOOK = "notebooks/01_forebygga_vald.ipynb"
#: Milliseconds that nothing takes but a hang.
PATIENCE = 60_000
CELLS = "[...jupyterapp.shell.currentWidget.content.model.cells]"

pytestmark = [pytest.mark.slow, needs("JupyterLab (make lab sets it up)", PYTHON), needs_chromium]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_workbook(tmp_path_factory.mktemp("lab") / "workbook")


@pytest.fixture(scope="module")
def page(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """JupyterLab with the chapter open that it opens by itself."""
    command = [str(PYTHON), "-m", "lib.cli.lab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    environment = os.environ | {"HOME": str(tmp_path_factory.mktemp("home")), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--LabApp.expose_app_in_browser=True"],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+token=\S+", line)))
            # Its log must be read, or it waits for that.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            with chromium() as browser:
                opened = browser.new_page(viewport={"width": 1300, "height": 900})
                opened.goto(address)
                opened.wait_for_function("window.jupyterapp?.shell?.currentWidget?.content?.model", timeout=PATIENCE)
                yield opened
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()  # its kernel ends when it finds itself without it


def _do(page: Page, command: str) -> None:
    # Not waited for: a command that asks something would wait for ever.
    page.evaluate(f"void jupyterapp.commands.execute('{command}')")


def test_a_chapter_runs_completes_and_is_saved_without_a_difference(page: Page, root: Path) -> None:
    stored = (root / NOTEBOOK).read_bytes()
    assert page.evaluate("jupyterapp.shell.currentWidget.context.path") == NOTEBOOK
    idle = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    page.wait_for_function(idle, timeout=PATIENCE)
    _do(page, "notebook:run-all-cells")
    ran = f"{CELLS}.filter((cell) => cell.type === 'code').every((cell) => cell.executionCount)"
    page.wait_for_function(ran, timeout=PATIENCE)
    outputs = page.evaluate(f"{CELLS}.filter((c) => c.type === 'code').flatMap((c) => c.outputs.toJSON())")
    assert len(outputs) > 8 and {output["output_type"] for output in outputs} <= {"display_data", "execute_result"}

    amount = page.evaluate(f"{CELLS}.length")
    _do(page, "notebook:insert-cell-below")
    page.wait_for_function(f"{CELLS}.length === {amount + 1}", timeout=PATIENCE)
    _do(page, "notebook:enter-edit-mode")
    page.wait_for_function("document.activeElement.closest('.jp-CodeCell .cm-content')", timeout=PATIENCE)
    page.keyboard.type("chapter.plan.", delay=50)
    page.wait_for_timeout(500)  # it asks for completions once the typing has stopped
    page.keyboard.press("Tab")
    page.locator(".jp-Completer-item").get_by_text("overlap").wait_for(timeout=PATIENCE)
    page.keyboard.press("Escape")
    _do(page, "notebook:enter-command-mode")
    _do(page, "notebook:delete-cell")
    page.wait_for_function(f"{CELLS}.length === {amount}", timeout=PATIENCE)

    _do(page, "docmanager:save")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=PATIENCE)
    assert (root / NOTEBOOK).read_bytes() == stored


def test_it_has_the_reports_typefaces_the_template_and_no_news(page: Page) -> None:
    page.evaluate("void jupyterapp.shell.currentWidget.content.scrollToItem(0)")
    page.locator(".jp-RenderedMarkdown").locator("h1, h2").first.wait_for(timeout=PATIENCE)
    heading = "getComputedStyle(document.querySelector('.jp-RenderedMarkdown :is(h1, h2)')).fontFamily"
    assert "Source Serif" in page.evaluate(heading)
    page.wait_for_function("document.fonts.check('16px \"Source Sans Pro\"')", timeout=PATIENCE)
    assert page.locator(".Toastify__toast").count() == 0
    _do(page, "launcher:create")
    page.locator(".jp-Launcher").get_by_text("Template", exact=True).wait_for(timeout=PATIENCE)
