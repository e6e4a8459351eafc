"""A report that is kept up to date while its notebooks and data are edited, chapter by chapter and without publishing anything."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from bs4 import BeautifulSoup

from lib.analysis.digests import digest
from lib.analysis.reads import ALL
from lib.analysis.view import View
from lib.base.errors import WorkbookError, unforeseen
from lib.base.workbook import Workbook
from lib.build import assemble, gates
from lib.build.builds import checked_view, chosen
from lib.build.run import Attempt, ChapterRun, Runner, Task, run_tasks, wrong_report
from lib.build.stale import key, reads, with_prose
from lib.data.parameters import ChapterEntry, check_notebook, given, notebook_path, read_parameters
from lib.show import fields, tables
from lib.show.blocks.summary import FACTS_VARIABLE
from lib.show.facts import chapter_key


class Update(NamedTuple):
    """What has changed on the page: chapters' HTML by their anchors, whether the whole page has, and what is wrong (or empty)."""

    sections: dict[str, str]
    whole: bool
    error: str


class _Chapter(NamedTuple):
    """A chapter as it was last run: its executed notebook, the digests of what it was made from, and the seconds it took."""

    executed: nbformat.NotebookNode
    made_from: dict[str, Any]
    seconds: float


class Preview:
    """The page of a report, or of some of its chapters.

    Parameters
    ----------
    workbook : Workbook
    name : str
        The report's name.
    only : sequence of str
        Chapters, by number or notebook; empty for the whole report.
    runner : Runner
    folder : Path
        A folder for executed notebooks that is the preview's alone.
    tell : callable
        Called with each update as soon as there is one.
    """

    def __init__(
        self,
        workbook: Workbook,
        name: str,
        only: Sequence[str],
        runner: Runner,
        folder: Path,
        tell: Callable[[Update], None],
    ) -> None:
        self.workbook, self.name, self.only = workbook, name, only
        self.runner, self.folder, self.tell = runner, folder, tell
        self._chapters: dict[str, _Chapter] = {}
        self._failed: dict[str, str] = {}
        self._shown: dict[str, object] = {}
        self._anchors: dict[str, str] = {}
        self._headings: dict[str, list[str]] = {}
        self._frame: object = None
        self._templates: object = None
        self._runs: list[ChapterRun] = []
        # Together, since another thread asks for the page.
        self._good: tuple[View, list[ChapterRun]] | None = None

    def refresh(self) -> None:
        """Run the chapters that are stale, and tell of each that reads differently; after an error, the last good page stays."""
        try:
            self._refresh()
        except WorkbookError as error:
            self.tell(Update({}, False, str(error)))
        except Exception as error:  # noqa: BLE001  # a file may be damaged in any way while it is edited; the next edit may mend it
            self.tell(Update({}, False, f"{unforeseen(error)}; the page stays as it was."))

    def page(self) -> str:
        """Return the whole page as it last was good; empty if it never was."""
        if self._good is None:
            return ""
        view, runs = self._good
        return assemble.page(view, copy.deepcopy(runs), partial=bool(self.only))

    def _refresh(self) -> None:
        parameters = read_parameters(self.workbook, self.name)
        entries = chosen(parameters, self.only)
        paths = {entry.notebook: notebook_path(self.workbook, entry.notebook) for entry in entries}
        sources = {entry.notebook: check_notebook(paths[entry.notebook], given(parameters, entry)) for entry in entries}
        self._follow_templates()
        view = checked_view(self.workbook, parameters, preview=True)
        for name, source in sources.items():
            fields.check(view, source, f"notebooks/{name}.ipynb")
        self._run(view, [entry for entry in entries if not entry.runs_last], "", sources)
        facts = self._facts(entries)
        self._run(view, [entry for entry in entries if entry.runs_last], facts, sources)
        runs = [self._chapter(view, entry, sources[entry.notebook]) for entry in entries]
        sections = self._sections(view, [run for run in runs if run.entry.notebook not in self._failed])
        # What the cover and the list of contents show.
        frame = (parameters, view.catalogue.identity, self._templates, dict(self._headings))
        whole, self._frame = frame != self._frame, frame
        self._runs, self._good = runs, (view, runs)
        wrong = [f"{name}: {error}" for name, error in self._failed.items() if name in sources]
        self.tell(Update(sections, whole, " ".join(wrong)))

    def _follow_templates(self) -> None:
        """Run every chapter again where a template or style has changed."""
        now = {path: path.read_bytes() for path in sorted(tables.TEMPLATES.rglob("*")) if path.is_file()}
        if self._templates not in (None, now):
            tables.fragments.cache_clear()
            self._chapters.clear()
            self._shown.clear()
        self._templates = now

    def _run(
        self, view: View, entries: Sequence[ChapterEntry], facts: str, sources: Mapping[str, nbformat.NotebookNode]
    ) -> None:
        """Run the chapters that would show something else than when they last ran, and tell of each."""
        stale = sorted((entry for entry in entries if self._stale(view, entry, facts)), key=self._place)
        attempts = self.folder / "attempts"
        attempts.mkdir(exist_ok=True)
        environment = {FACTS_VARIABLE: str(self.folder / "facts.json")} if facts and not self.only else {}
        tasks = [Task(e, given(view.parameters, e), self.workbook, attempts, environment) for e in stale]

        def done(task: Task, attempt: Attempt) -> None:
            self._ran(view, task.entry, facts, attempt)
            if self._runs and task.entry.notebook not in self._failed:
                run = self._chapter(view, task.entry, copy.deepcopy(sources[task.entry.notebook]))
                self.tell(Update(self._sections(view, [run]), False, ""))

        run_tasks(self.runner, tasks, done)
        shutil.rmtree(attempts)

    def _place(self, entry: ChapterEntry) -> tuple[bool, float]:
        """Return what to sort chapters by: those that read all figures last, since an editor rarely looks at them; then seconds."""
        last = self._chapters.get(entry.notebook)
        if last is None:
            return False, 0.0
        return any(read.endswith(ALL) for read in last.made_from["reads"]), last.seconds

    def _stale(self, view: View, entry: ChapterEntry, facts: str) -> bool:
        last = self._chapters.get(entry.notebook)
        if last is None or entry.notebook in self._failed:
            return True
        if {name: last.made_from[name] for name in ("code", "parameters", "facts")} != key(view, entry, facts):
            return True
        return any(digest(view, read) != former for read, former in last.made_from["reads"].items())

    def _ran(self, view: View, entry: ChapterEntry, facts: str, attempt: Attempt) -> None:
        executed = None if attempt.error else nbformat.read(attempt.path, as_version=4)
        error = attempt.error or (wrong_report(executed, view.parameters) if executed else "")
        if error or executed is None:
            self._failed[entry.notebook] = error
            return
        self._failed.pop(entry.notebook, None)
        made_from = {**key(view, entry, facts), "reads": reads(view, executed)}
        self._chapters[entry.notebook] = _Chapter(executed, made_from, attempt.seconds)

    def _facts(self, entries: Sequence[ChapterEntry]) -> str:
        """Write what the chapters have shown, for the summary; in a preview of some chapters it reads the last build's."""
        if self.only or not any(entry.runs_last for entry in entries):
            return ""
        ran = [(e, self._chapters[e.notebook]) for e in entries if e.notebook in self._chapters and not e.runs_last]
        return assemble.write_facts([ChapterRun(e, c.executed, 0.0) for e, c in ran], self.folder).read_text(
            encoding="utf-8"
        )

    def _chapter(self, view: View, entry: ChapterEntry, source: nbformat.NotebookNode) -> ChapterRun:
        """Return a chapter with its present prose; one that never ran without error is a placeholder."""
        last = self._chapters.get(entry.notebook)
        if last is None:
            return ChapterRun(entry, None, 0.0, self._failed[entry.notebook])
        if entry.notebook in self._failed:
            return next((run for run in self._runs if run.entry == entry), ChapterRun(entry, last.executed, 0.0))
        notebook = with_prose(copy.copy(last.executed), source)
        fields.fill_notebook(view.of_chapter(chapter_key(notebook)), notebook)
        return ChapterRun(entry, notebook, 0.0)

    def _sections(self, view: View, runs: Sequence[ChapterRun]) -> dict[str, str]:
        """Return the HTML of the chapters that read differently than before, by their anchors."""
        changed = [run for run in runs if self._signature(run) != self._shown.get(run.entry.notebook)]
        found: dict[str, str] = {}
        for run in changed:
            html = assemble.page(view, [copy.deepcopy(run)], partial=True, elsewhere=self._anchors)
            gates.check(html)
            section = BeautifulSoup(html, "html.parser").select("main > section")[-1]
            found[str(section["id"])] = str(section)
            self._headings[run.entry.notebook] = [h.get_text() for h in section.select("h2, h3")]
            self._anchors[run.entry.notebook.rpartition("/")[2]] = str(section["id"])
            self._shown[run.entry.notebook] = self._signature(run)
        return found

    def _signature(self, run: ChapterRun) -> object:
        last = self._chapters.get(run.entry.notebook)
        texts = (
            tuple(cell.source for cell in run.notebook.cells if cell.cell_type == "markdown") if run.notebook else ()
        )
        return id(last.executed) if last else 0, texts
