"""What a notebook talks to: one object per chapter, one line per thing it shows."""

from __future__ import annotations

from dataclasses import replace
from inspect import Parameter, Signature, signature
from typing import Any

from IPython import get_ipython
from IPython.display import display

from lib.analysis.view import View, open_view
from lib.base.errors import WorkbookError
from lib.base.workbook import find_workbook
from lib.show.blocks import (
    block,
    commitments,
    dots,
    equality,
    goals,
    indicators,
    lines,
    method,
    plans,
    registers,
    summary,
)
from lib.show.blocks.block import Block
from lib.show.facts import MIME
from lib.show.tables import TEMPLATES


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


class Chapter:
    """A chapter of the report for one year.

    Every method shows one thing and records the facts it rests on, so that a person in JupyterLab sees what the reader of the
    report will see.

    Parameters
    ----------
    year : int
        The report's year; ``parameters/<year>.yaml`` must exist.
    goal : int, optional
        The goal the chapter is about.
    name : str, optional
        The chapter's key where it has no goal: ``sammanfattning``, ``handlingsplan``.
    report : str, optional
        The report's name where it is not its year: ``exempel``.

    Raises
    ------
    WorkbookError
        If parameters or data do not pass their checks, or the strategy has no such goal.
    """

    def __init__(self, year: int, *, goal: int | None = None, name: str | None = None, report: str = "") -> None:
        if (goal is None) == (name is None):
            raise ValueError(
                "A chapter has either a goal or a name: Chapter(year, goal=3) or Chapter(year, name='metod')."
            )
        key = f"mal-{goal}" if goal is not None else str(name)
        self.view: View = open_view(find_workbook(), report or year, key, goal)
        if self.view.year != year:
            raise WorkbookError(
                f"The report {report} is for {self.view.year}, not {year}; correct year or report in the parameter cell."
            )
        self._sources: dict[str, None] = {}
        self._definitions: set[str] = set()
        self._shown: set[str] = set()
        self._told: set[str] = set()
        if shell := get_ipython():
            shell.events.register("post_run_cell", self._tell_reads)
        style = (TEMPLATES / "lagesrapport" / "blocks.css").read_text(encoding="utf-8")
        # The style is for JupyterLab alone; the report has its own copy, and leaves out outputs that name a chapter.
        display(
            {
                "text/html": f"<style>{style}</style>",
                "text/plain": "",
                MIME: {"chapter": key, "year": year, "report": self.view.parameters.name},
            },
            raw=True,
        )

        if self.view.synthetic:
            borrowed = (
                "Texten är densamma som i en verklig rapport: de källor den nämner gäller en sådan, inte talen här."
            )
            mark = f"{block.EXAMPLE}. {self.view.catalogue.identity.disclaimer} {borrowed}"
            block.text(mark, css="lr-example").show()

    def __repr__(self) -> str:
        return f"Chapter({self.view.year}, {self.view.chapter!r})"

    def help(self) -> None:
        """List everything that a chapter can show, one line each; remove the call before a build."""
        for name in sorted(name for name in vars(type(self)) if not name.startswith("_")):
            method = getattr(self, name)
            bare = [p.replace(annotation=Parameter.empty) for p in signature(method).parameters.values()]
            print(f"chapter.{name}{Signature(bare)}\n    {_first(method.__doc__)}")  # noqa: T201

    def conditions(self) -> None:
        """Show the goal's conditions and the national goal it serves."""
        self._show(goals.conditions(self.view))

    def assessment(self) -> None:
        """Show the written assessment of the goal, or that there is none."""
        self._show(goals.assessment(self.view))

    def indicator(self, identifier: str) -> None:
        """Show an indicator: definition, newest figures in words, table with source, and how to read it."""
        self._show(indicators.card(self.view, identifier, defined=self._definitions))
        self._shown.add(identifier)
        self._definitions.add(self.view.catalogue.indicator(identifier).definition)

    def other_indicators(self) -> None:
        """Show the goal's indicators that have figures and that the chapter has not shown by name, so that none is forgotten."""
        for indicator in self.view.indicators(self.view.goal.id):
            if indicator.id not in self._shown and self.view.finding(indicator.id).values:
                self.indicator(indicator.id)
                self.figure(indicator.id)

    def figure(self, *identifiers: str, name: str | None = None, split: bool = False) -> None:
        """Show a chart: one indicator as lines over years, several (or the parts of some, with ``split``) as dots for the newest year.

        Where there is too little to draw, nothing is shown: a chart with one bar says less than its number.
        """
        if len(identifiers) == 1 and not split:
            self._show(lines.line_figure(self.view, identifiers[0]))
        else:
            self._show(dots.dot_figure(self.view, identifiers, name=name or "-".join(identifiers), split=split))

    def development(self, *identifiers: str, name: str) -> None:
        """Show several indicators over the years as small charts on common axes."""
        self._show(lines.multiples_figure(self.view, identifiers, name))

    def compared(self, *identifiers: str, name: str) -> None:
        """Show the two newest years of several indicators beside each other."""
        self._show(dots.dumbbell_figure(self.view, identifiers, name))

    def table(self, *identifiers: str, name: str, caption: str) -> None:
        """Show one row per indicator, with years as columns."""
        self._shown |= set(identifiers)
        self._show(indicators.overview(self.view, identifiers, name=name, caption=caption))

    def statements(self, kind: str) -> None:
        """Show what sources say in words: ``framsteg``, ``utmaning`` or ``lucka``; in a goal chapter only of its goal."""
        self._show(goals.quoted(self.view, kind, self.view.goal_number))

    def statements_about(self, *identifiers: str) -> None:
        """Show what sources say in words about some indicators."""
        self._show(goals.statements_about(self.view, identifiers))

    def plan(self) -> None:
        """Show which action plan was in force."""
        self._show(commitments.plan(self.view))

    def commitments(self) -> None:
        """Show the known commitments, in a goal chapter only the goal's, with their status."""
        self._show(commitments.listing(self.view, self.view.goal_number))

    def plan_periods(self) -> None:
        """Show all known plans with their periods, beside the strategy's."""
        self._show(plans.periods(self.view))

    def overlap(self) -> None:
        """Show how many commitments each actor has under each goal."""
        self._show(plans.overlap(self.view))

    def follow_up(self) -> None:
        """Show what status reports said of their own follow-up, beside what the material can follow up."""
        self._show(plans.follow_up(self.view))

    def development_areas(self) -> None:
        """Show what sources say must be developed, and record it as a file that the next plan can start from."""
        self._show(plans.development_areas(self.view))

    def local_register(self) -> None:
        """Show each municipality's and district's local plan and good examples, or that none is known."""
        self._show(plans.local_register(self.view))

    def unit_register(self) -> None:
        """Show how many municipalities and districts there were each year, and what that does to denominators."""
        self._show(equality.unit_register(self.view))

    def support_matrix(self, *identifiers: str) -> None:
        """Show what is known of support per violence type, to adults and children."""
        self._show(equality.support_matrix(self.view, identifiers))

    def spread(self, *identifiers: str) -> None:
        """Show the answers of each municipality and district, or from whom they lack."""
        self._show(equality.spread(self.view, identifiers))

    def person_counts(self) -> None:
        """Show own-collected counts of persons per municipality and district, protected."""
        self._show(equality.person_counts(self.view))

    def indicator_register(self) -> None:
        """Show all indicators with definition, numerator, denominator, direction, source and date."""
        self._show(registers.indicators(self.view))

    def documents(self) -> None:
        """Show the documents the report knows of, and the mandate they answer."""
        self._show(registers.documents(self.view))

    def aims(self) -> None:
        """Show what the strategy sets out to do and for whom."""
        self._show(registers.aims(self.view))

    def vision(self) -> None:
        """Show the strategy's vision and the violence types it covers."""
        self._show(registers.vision(self.view))

    def actors(self) -> None:
        """Show the actors, their roles and since when they take part."""
        self._show(registers.actors(self.view))

    def mandate(self) -> None:
        """Show the platform's mandate and where the report answers it."""
        self._show(registers.mandate(self.view))

    def strategies(self) -> None:
        """Show the strategy beside the one before it."""
        self._show(registers.strategies(self.view))

    def quality(self) -> None:
        """Show the quality declarations of the sources."""
        self._show(registers.quality(self.view))

    def gaps_by_kind(self) -> None:
        """Show how many indicators lack figures, by violence type, target group and source."""
        self._show(registers.gaps_by_kind(self.view))

    def revisions(self) -> None:
        """Show the values that a source has changed in its own table."""
        self._show(registers.revisions(self.view))

    def disagreements(self) -> None:
        """Show the values that two reports, or two kinds of sources, give differently."""
        self._show(registers.disagreements(self.view))

    def states(self) -> None:
        """Show in which state every indicator is, for the county and for its units, and record it for every year."""
        self._show(method.states(self.view))

    def responses(self) -> None:
        """Show how many municipalities and districts were asked, answered and are in the county's share."""
        self._show(method.responses(self.view))

    def rules(self) -> None:
        """Show the limits that text and tables follow."""
        self._show(method.rules(self.view))

    def policies(self) -> None:
        """Show how figures about individuals are protected."""
        self._show(method.policies(self.view))

    def stamp(self) -> None:
        """Show who answers for the texts, when, and a digest of the material."""
        self._show(registers.stamp(self.view))

    def commitment_status(self) -> None:
        """Show how many commitments have each status."""
        self._show(commitments.status_counts(self.view))

    def remaining(self) -> None:
        """Show what remains, and who owns it where a source says so."""
        self._show(goals.remaining(self.view))

    def gaps(self) -> None:
        """Show the goal's indicators without figures, and why; in a chapter without a goal, how many per goal."""
        self._show(goals.gaps(self.view) if self.view.goal_number is not None else method.gap_counts(self.view))

    def sources(self) -> None:
        """Show the sources of what the chapter has shown so far."""
        self._show(goals.sources(self.view, [self.view.catalogue.sources[s] for s in self._sources]))

    def cut_off(self) -> None:
        """Show which figures the report may use, and on how many assumed dates that rests."""
        self._show(method.cut_off(self.view))

    def source_register(self) -> None:
        """Show all sources of the report."""
        self._show(method.source_register(self.view))

    def data_annex(self) -> None:
        """Show what the data annex holds, and record it."""
        self._show(method.annex(self.view))

    def goal_overview(self) -> None:
        """Show goals, assessments and data, from the facts that the other chapters recorded."""
        self._show(summary.overview(self.view))

    def key_figures(self) -> None:
        """Show the newest figure of each indicator, from the facts that the other chapters recorded."""
        self._show(summary.key_figures(self.view))

    def unknown(self) -> None:
        """Show, counted, what the report cannot follow up."""
        self._show(summary.unknown(self.view))

    def english_summary(self) -> None:
        """Show the summary in English."""
        self._show(summary.english(self.view))

    def key_numbers(self, *identifiers: str) -> dict[str, str]:
        """Return the newest figures of indicators as plain text, for the cell that nbval holds the chapter to."""
        found = {}
        for identifier in identifiers:
            finding = self.view.finding(identifier)
            for value in (v for line in (*finding.home[:2], *finding.comparison[:1]) for v in line.known[-2:]):
                fact = block.observed_fact(self.view, value)
                found[f"{identifier} {fact.region} {fact.sex}/{fact.group} {fact.year}"] = fact.text.replace(
                    "\u00a0", " "
                )
        return found

    def _show(self, shown: Block) -> None:
        self._sources |= dict.fromkeys(f.source for f in shown.facts if f.source)
        if shown.html or shown.facts or shown.data:
            shown = replace(shown, reads=self._new_reads())
            (shown.marked() if self.view.synthetic else shown).show()

    def _tell_reads(self, _: Any = None) -> None:
        """Record, when a cell is done, what it read without showing anything for it: that too would be different next time."""
        if reads := self._new_reads():
            display({MIME: {"reads": reads}, "text/plain": ""}, raw=True)

    def _new_reads(self) -> list[str]:
        new = sorted(self.view.reads - self._told)
        self._told |= self.view.reads
        return new
