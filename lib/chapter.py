"""What a notebook talks to: one object per chapter, one line per thing it shows."""

from __future__ import annotations

from IPython.display import display

from lib import block, commitments, figures, goals, indicators, method, summary
from lib.block import Block
from lib.facts import MIME
from lib.tables import TEMPLATES
from lib.view import View, open_view
from lib.workbook import find_workbook


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

    Raises
    ------
    WorkbookError
        If parameters or data do not pass their checks, or the strategy has no such goal.
    """

    def __init__(self, year: int, *, goal: int | None = None, name: str | None = None) -> None:
        if (goal is None) == (name is None):
            raise ValueError(
                "A chapter has either a goal or a name: Chapter(year, goal=3) or Chapter(year, name='metod')."
            )
        key = f"mal-{goal}" if goal is not None else str(name)
        self.view: View = open_view(find_workbook(), year, key, goal)
        self._sources: dict[str, None] = {}
        self._definitions: set[str] = set()
        style = (TEMPLATES / "lagesrapport" / "blocks.css").read_text(encoding="utf-8")
        # The style is for JupyterLab alone; the report has its own copy, and leaves out outputs that name a chapter.
        display({"text/html": f"<style>{style}</style>", "text/plain": "", MIME: {"chapter": key}}, raw=True)

    def __repr__(self) -> str:
        return f"Chapter({self.view.year}, {self.view.chapter!r})"

    def conditions(self) -> None:
        """Show the goal's conditions and the national goal it serves."""
        self._show(goals.conditions(self.view))

    def assessment(self) -> None:
        """Show the written assessment of the goal, or that there is none."""
        self._show(goals.assessment(self.view))

    def indicator(self, identifier: str) -> None:
        """Show an indicator: definition, newest figures in words, table with source, and how to read it."""
        self._show(indicators.card(self.view, identifier, defined=self._definitions))
        self._definitions.add(self.view.catalogue.indicator(identifier).definition)

    def figure(self, *identifiers: str, name: str | None = None, split: bool = False) -> None:
        """Show a chart: one indicator as lines over years, several (or the parts of some, with ``split``) as dots for the newest year.

        Where there is too little to draw, nothing is shown: a chart with one bar says less than its number.
        """
        if len(identifiers) == 1 and not split:
            self._show(figures.line_figure(self.view, identifiers[0]))
        else:
            self._show(figures.dot_figure(self.view, identifiers, name=name or "-".join(identifiers), split=split))

    def table(self, *identifiers: str, name: str, caption: str) -> None:
        """Show one row per indicator, with years as columns."""
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

    def key_numbers(self, *identifiers: str) -> dict[str, str]:
        """Return the newest figures of indicators as plain text, for the cell that nbval holds the chapter to."""
        found = {}
        for identifier in identifiers:
            series = self.view.series(identifier)
            lines = [x for x in (*series.home[:2], *series.comparison[:1]) if x.has_value]
            for row in (row for line in lines for _, row in line.rows.dropna(subset=["value"]).tail(2).iterrows()):
                fact = block.observed_fact(self.view, row)
                found[f"{identifier} {fact.region} {fact.sex}/{fact.group} {fact.year}"] = fact.text.replace(
                    "\u00a0", " "
                )
        return found

    def _show(self, shown: Block) -> None:
        self._sources |= dict.fromkeys(f.source for f in shown.facts if f.source)
        if shown.html or shown.facts or shown.data:
            shown.show()
