"""The object that notebooks use: one per chapter, which shows each thing that a chapter can show; rarer things are in groups."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Any

from IPython import get_ipython
from IPython.display import display

from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.swedish import NBSP
from lib.base.workbook import find_workbook, no_such_file
from lib.show import groups
from lib.show.blocks import block, goals, method
from lib.show.blocks.block import Block
from lib.show.facts import MIME
from lib.show.fields import fill
from lib.show.figures import Figures, set_style
from lib.show.tables import TEMPLATES


class Chapter(Figures):
    """A chapter of the report for one year.

    Every method shows one thing and records the facts behind it, so that a person in JupyterLab sees what a reader of the report
    will see.

    Parameters
    ----------
    year : int
        The report's year; ``parameters/<year>.yaml`` must exist.
    goal : int, optional
        The goal that the chapter is about.
    name : str, optional
        The chapter's key where it has no goal: ``sammanfattning``, ``handlingsplan``.
    report : str, optional
        The report's name where it is not its year: ``exempel``.

    Raises
    ------
    ValueError
        If both or neither of goal and name are given.
    WorkbookError
        If the year is text, parameters or data do not pass their checks, the strategy has no such goal, or the report is for another
        year.
    """

    def __init__(self, year: int, *, goal: int | None = None, name: str | None = None, report: str = "") -> None:
        if (goal is None) == (name is None):
            raise ValueError(
                "A chapter has either a goal or a name: Chapter(year, goal=3) or Chapter(year, name='metod')."
            )
        if isinstance(year, str):
            raise WorkbookError(
                f"The year must be a number, not the text '{year}'; give it to papermill with -p year {year}, because -r keeps it as text."
            )
        key = f"mal-{goal}" if goal is not None else str(name)
        self.view = open_view(find_workbook(), report or year, key, goal)
        if self.view.year != year:
            raise WorkbookError(
                f"The report {report} is for {self.view.year}, not {year}; correct year or report in the parameter cell."
            )
        super().__init__()
        self.goal, self.plan, self.strategy = groups.Goal(self), groups.Plan(self), groups.Strategy(self)
        self.support, self.compare = groups.Support(self), groups.Compare(self)
        self.method, self.summary = groups.Method(self), groups.Summary(self)
        self._sources: dict[str, None] = {}
        self._recorded: set[str] = set()
        if shell := get_ipython():
            shell.events.register("post_run_cell", self._record_reads)
            # JupyterLab starts a kernel in the notebook's folder, a build in the workbook's: the same path must mean the same file.
            os.chdir(self.view.workbook.root)
            shell.set_custom_exc((FileNotFoundError,), self._say_no_file)
        if "matplotlib" in sys.modules:
            set_style()
        # The style is for JupyterLab; the report has its own copy and leaves out outputs that name a chapter.
        style = (TEMPLATES / "lagesrapport" / "blocks.css").read_text(encoding="utf-8")
        record = {"chapter": key, "year": year, "report": self.view.parameters.name}
        _display(f"<style>{style}</style>", record)
        if self.view.synthetic:
            _example_mark(self.view).show()

    def __repr__(self) -> str:
        return f"Chapter({self.view.year}, {self.view.chapter!r})"

    def help(self) -> None:
        """Print everything that a chapter can show, with a line and an example on each; remove the call before a build."""
        print("\n".join(groups.described(self)))  # noqa: T201

    def text(self, text: str) -> None:
        """Show text in Markdown; its fields (``{{ mhv_tillfragade.change }}``) are replaced, as a build does in the text between cells."""
        filled = fill(self.view, text)
        self._show(Block(_markdown(filled.text), filled.text, filled.facts))

    def statements(self, kind: str) -> None:
        """Show what sources say in words: ``framsteg``, ``utmaning`` or ``lucka``; in a goal chapter only of its goal."""
        self._show(goals.quoted(self.view, kind))

    def gaps(self) -> None:
        """Show the goal's indicators without figures, and why; in a chapter without a goal, how many per goal."""
        self._show(goals.gaps(self.view) if self.view.goal_number is not None else method.gap_counts(self.view))

    def sources(self) -> None:
        """Show the sources of what the chapter has shown so far."""
        self._show(goals.sources(self.view, self._sources))

    def key_numbers(self, *identifiers: str) -> dict[str, str]:
        """Return the newest figures of indicators as plain text, for the cell whose output nbval checks."""
        found = {}
        for identifier in identifiers:
            finding = self.view.finding(identifier)
            for value in (v for line in (*finding.home[:2], *finding.comparison[:1]) for v in line.known[-2:]):
                fact = block.observed_fact(self.view, value)
                key = f"{identifier} {fact.region} {fact.sex}/{fact.group} {fact.year}"
                found[key] = fact.text.replace(NBSP, " ")
        return found

    def _show(self, shown: Block) -> None:
        self._sources |= dict.fromkeys(fact.source for fact in shown.facts if fact.source)
        if shown.html or shown.facts or shown.data:
            shown = replace(shown, reads=self._new_reads())
            (shown.marked() if self.view.synthetic else shown).show()

    def _tell(self, message: str) -> None:
        """Say something to the author alone: the report leaves it out."""
        _display(None, {}, message)

    def _record_reads(self, _: Any = None) -> None:
        """Record, after a cell, what it read without showing anything: the chapter depends on that too."""
        if reads := self._new_reads():
            _display(None, {"reads": reads})

    def _say_no_file(
        self, shell: Any, kind: type[Exception], error: FileNotFoundError, trace: Any, tb_offset: Any = None
    ) -> None:
        """Show, instead of a traceback, which file is missing and where paths start."""
        said = no_such_file(self.view.workbook, str(error.filename)) if error.filename else error
        shell.showtraceback((type(said), said, trace), tb_offset=tb_offset)

    def _new_reads(self) -> list[str]:
        new = sorted(self.view.reads - self._recorded)
        self._recorded |= self.view.reads
        return new


def _markdown(text: str) -> str:
    import mistune  # few chapters need it

    # Raw HTML is shown as text: what a chapter puts together may hold any characters.
    return str(mistune.create_markdown(escape=True)(text))


def _display(html: str | None, record: dict[str, Any], plain: str = "") -> None:
    bundle = (
        {MIME: record, "text/plain": plain} if html is None else {"text/html": html, "text/plain": plain, MIME: record}
    )
    display(bundle, raw=True)


def _example_mark(view: View) -> Block:
    """Return the note that a report is about an invented county."""
    borrowed = "Texten är densamma som i en verklig rapport: de källor den nämner gäller en sådan, inte talen här."
    return block.text(f"{block.EXAMPLE}. {view.catalogue.identity.disclaimer} {borrowed}", css="lr-example")
