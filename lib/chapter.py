"""The object that notebooks use: one per chapter, with one method for each thing that a chapter can show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, ParamSpec

from IPython import get_ipython
from IPython.display import display

from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.swedish import NBSP
from lib.base.workbook import find_workbook
from lib.show.blocks import (
    block,
    equality,
    goals,
    method,
    plans,
    registers,
    summary,
)
from lib.show.blocks.block import Block
from lib.show.facts import MIME
from lib.show.fields import fill
from lib.show.figures import Figures, set_style
from lib.show.tables import TEMPLATES

P = ParamSpec("P")


def _shows(make: Callable[Concatenate[View, P], Block]) -> Callable[Concatenate[Chapter, P], None]:
    """Return a method of `Chapter` that shows the block that a function makes of the chapter's view."""

    @wraps(make)
    def show(chapter: Chapter, /, *args: P.args, **kwargs: P.kwargs) -> None:
        chapter._show(make(chapter.view, *args, **kwargs))

    show.__doc__ = (make.__doc__ or "").replace("Return", "Show", 1)
    return show


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
        If parameters or data do not pass their checks, the strategy has no such goal, or the report is for another year.
    """

    def __init__(self, year: int, *, goal: int | None = None, name: str | None = None, report: str = "") -> None:
        if (goal is None) == (name is None):
            raise ValueError(
                "A chapter has either a goal or a name: Chapter(year, goal=3) or Chapter(year, name='metod')."
            )
        key = f"mal-{goal}" if goal is not None else str(name)
        self.view = open_view(find_workbook(), report or year, key, goal)
        if self.view.year != year:
            raise WorkbookError(
                f"The report {report} is for {self.view.year}, not {year}; correct year or report in the parameter cell."
            )
        super().__init__()
        self._sources: dict[str, None] = {}
        self._recorded: set[str] = set()
        if shell := get_ipython():
            shell.events.register("post_run_cell", self._record_reads)
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
        """Print everything that a chapter can show, with a line on each; remove the call before a build."""
        for name in sorted(name for name in dir(type(self)) if not name.startswith("_")):
            function = getattr(type(self), name)
            if isinstance(function, property):
                print(f"chapter.{name}\n    {(function.__doc__ or '').splitlines()[0]}")  # noqa: T201
                continue
            bare = [p.replace(annotation=Parameter.empty) for p in list(signature(function).parameters.values())[1:]]
            summary_line = " ".join((function.__doc__ or "").split("\n\n")[0].split())
            print(f"chapter.{name}{Signature(bare)}\n    {summary_line}")  # noqa: T201

    # What every goal chapter has.
    conditions = _shows(goals.conditions)
    assessment = _shows(goals.assessment)
    statements = _shows(goals.quoted)
    statements_about = _shows(goals.statements_about)
    remaining = _shows(plans.remaining)

    def text(self, text: str) -> None:
        """Show text in Markdown; its fields (``{{ mhv_tillfragade.change }}``) are replaced, as a build does in the text between cells."""
        filled = fill(self.view, text)
        self._show(Block(_markdown(filled.text), filled.text, filled.facts))

    def gaps(self) -> None:
        """Show the goal's indicators without figures, and why; in a chapter without a goal, how many per goal."""
        self._show(goals.gaps(self.view) if self.view.goal_number is not None else method.gap_counts(self.view))

    def sources(self) -> None:
        """Show the sources of what the chapter has shown so far."""
        self._show(goals.sources(self.view, self._sources))

    # The action plan.
    plan = _shows(plans.plan)
    commitments = _shows(plans.listing)
    commitment_status = _shows(plans.status_counts)
    plan_periods = _shows(plans.periods)
    overlap = _shows(plans.overlap)
    follow_up = _shows(plans.follow_up)
    development_areas = _shows(plans.development_areas)
    local_register = _shows(registers.local_plans)

    # Equal support in the whole county.
    person_counts = _shows(equality.person_counts)

    def support_matrix(self, *identifiers: str) -> None:
        """Show what is known of support per violence type, to adults and children."""
        self._show(equality.support_matrix(self.view, identifiers))

    def spread(self, *identifiers: str) -> None:
        """Show the answers of each municipality and district, or which of them have not answered."""
        self._show(equality.spread(self.view, identifiers))

    # Method and registers.
    indicator_register = _shows(registers.indicators)
    documents = _shows(registers.documents)
    aims = _shows(registers.aims)
    vision = _shows(registers.vision)
    actors = _shows(registers.actors)
    mandate = _shows(registers.mandate)
    strategies = _shows(registers.strategies)
    quality = _shows(registers.quality)
    gaps_by_kind = _shows(registers.gaps_by_kind)
    revisions = _shows(registers.revisions)
    disagreements = _shows(registers.disagreements)
    stamp = _shows(registers.stamp)
    cut_off = _shows(method.cut_off)
    source_register = _shows(method.source_register)
    states = _shows(method.states)
    responses = _shows(method.responses)
    rules = _shows(method.rules)
    policies = _shows(method.policies)
    data_annex = _shows(method.annex)

    # The summary.
    goal_overview = _shows(summary.overview)
    key_figures = _shows(summary.key_figures)
    unknown = _shows(summary.unknown)
    english_summary = _shows(summary.english)

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
