"""A page for reviewers on what changed between two reports or builds: figures, assessments, definitions and text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

from bs4 import BeautifulSoup, Tag

from lib.base.swedish import count, sort_key
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.review import pages
from lib.review.built import Built, figure, subject
from lib.review.pages import Section
from lib.show.facts import Fact

#: What a figure is about: indicator, year, region, sex and group.
Key = tuple[str | None, int, str | None, str | None, str | None]
Kind = Literal["reviderad", "ändrad", "borta", "ny"]
KINDS: list[Kind] = ["reviderad", "ändrad", "borta", "ny"]


@dataclass(frozen=True)
class Change:
    """A figure that differs: revised by the same source, changed, gone or new, with the facts before and after."""

    kind: Kind
    before: Fact | None
    after: Fact | None


def write(workbook: Workbook, new: Built, old: Built, catalogue: Catalogue) -> tuple[Path, list[str]]:
    """Write ``output/review/<new>-mot-<old>.html``; return its path, and the numbers of changes as terminal lines."""
    tables = [_figure_section(new, old, catalogue), _judgement_section(new, old), _definition_section(new, old)]
    texts = _text_sections(new, old)
    title = f"Vad som har ändrats: {new.name} jämfört med {old.name}"
    summary = Section(
        "Sammanfattning", [*(f"{table.title}: {_amount(table)}." for table in tables), _text_amount(texts)]
    )
    for table in tables:
        table.sentences = [] if table.rows else ["Inga ändringar."]
    path = workbook.output / "review" / f"{new.name}-mot-{old.name}.html"
    pages.write(path, title, [summary, *tables, *texts], workbook.root)
    changes = sum(len(table.rows) for table in tables) + len(texts)
    return path, [title, *(f"  {sentence}" for sentence in summary.sentences), f"  {changes} changes to look at"]


def _amount(section: Section) -> str:
    return count(len(section.rows), "ändring", "ändringar") if section.rows else "inga ändringar"


def _text_amount(sections: list[Section]) -> str:
    if not sections:
        return "Text: inga ändringar."
    return f"Text: {count(len(sections), 'avsnitt har ändrats', 'avsnitt har ändrats', neuter=True)}."


def changes(new: Built, old: Built) -> list[Change]:
    """Return the figures that differ in value, status or counts, ordered by kind and then by what they are about."""
    before, after = _figures(old), _figures(new)
    found = []
    for key in sorted(before.keys() | after, key=str):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            found.append(Change("ny" if was is None else "borta", was, now))
        elif _content(was) != _content(now):
            found.append(Change("reviderad" if was.source == now.source else "ändrad", was, now))
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def _figures(report: Built) -> dict[Key, Fact]:
    """Return a report's figures by what they are about; of several about the same, the one published last."""
    figures = [fact for fact in report.facts if fact.kind == "observed" and fact.indicator]
    figures.sort(key=lambda fact: fact.published or "")
    return {(fact.indicator, fact.year, fact.region, fact.sex, fact.group): fact for fact in figures}


def _content(fact: Fact) -> tuple[float | None, str, float | None, float | None]:
    return fact.value, fact.status, fact.numerator, fact.denominator


def _figure_section(new: Built, old: Built, catalogue: Catalogue) -> Section:
    rows = []
    for change in changes(new, old):
        before, after = (figure(fact) if fact else "–" for fact in (change.before, change.after))
        if fact := change.after or change.before:
            rows.append([", ".join(subject(fact, catalogue)), change.kind, before, after])
    caption = "Siffror som är nya, borta, reviderade av samma källa eller ändrade."
    return Section("Siffror", [], ["Uppgift", "Slag", "Förut", "Nu"], rows, caption)


def _judgement_section(new: Built, old: Built) -> Section:
    """Compare the assessments of goals and the statuses of commitments."""
    before, after = _judgements(old), _judgements(new)
    rows = [
        [name, _status(before.get(name, "–")), _status(after.get(name, "–"))]
        for name in sorted(before.keys() | after, key=sort_key)
        if before.get(name) != after.get(name)
    ]
    caption = "Bedömningar och status som är andra."
    return Section("Bedömningar och åtaganden", [], ["Vad", "Förut", "Nu"], rows, caption)


def _judgements(report: Built) -> dict[str, str]:
    return {
        fact.id: fact.text
        for fact in report.facts
        if (fact.id.endswith("/bedömning") or (fact.kind == "quoted" and "Status: " in fact.text))
        and not fact.id.startswith("sammanfattning/")
    }


def _status(text: str) -> str:
    return text.rpartition("Status: ")[2].rstrip(".") if "Status: " in text else text


def _definition_section(new: Built, old: Built) -> Section:
    """Compare the register of indicators as the two reports print it."""
    before, after = _register(old.page), _register(new.page)
    rows = [
        [title, heading, before[title].get(heading, "–"), after[title].get(heading, "–")]
        for title in sorted(before.keys() & after, key=sort_key)
        for heading in before[title] | after[title]
        if before[title].get(heading) != after[title].get(heading)
    ]
    caption = "Definitioner, täljare, nämnare och källor som är andra."
    return Section("Definitioner", [], ["Indikator", "Uppgift", "Förut", "Nu"], rows, caption)


def _register(page: BeautifulSoup) -> dict[str, dict[str, str]]:
    """Return the printed register: by an indicator's title, the other cells of its row by column heading."""
    table = page.select_one("[id$=tabell-indikatorregister] table, [id$=tabell-indikatorer] table")
    if table is None:
        return {}
    headings = [th.get_text(" ", strip=True) for th in table.select("thead th")]
    found = {}
    for row in table.select("tbody tr"):
        cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        if len(cells) == len(headings):
            found[cells[0]] = dict(zip(headings[1:], cells[1:], strict=True))
    return found


def _text_sections(new: Built, old: Built) -> list[Section]:
    """Compare prose heading by heading; added and removed text is marked in words as well as in markup."""
    before, after = _prose(old.page), _prose(new.page)
    return [
        Section(f"Text: {heading}", html=_marked(before.get(heading, []), after.get(heading, [])))
        for heading in after | before
        if before.get(heading) != after.get(heading)
    ]


def _prose(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return the paragraphs and list items under each heading of the chapters, without tables, figures and details."""
    found: dict[str, list[str]] = {}
    for section in page.select("main > section"):
        chapter = heading = ""
        for tag in section.find_all(["h2", "h3", "h4", "p", "li"]):
            if _is_apparatus(tag):
                continue
            text = " ".join(tag.get_text(" ", strip=True).split())
            if tag.name == "h2":
                chapter = heading = text
            elif tag.name in ("h3", "h4"):
                heading = f"{chapter} – {text}"
            elif text:
                found.setdefault(heading, []).append(text)
    return found


def _is_apparatus(tag: Tag) -> bool:
    """Return whether a tag belongs to a table, a figure, details or navigation."""
    inside = tag.find_parent(["table", "figure", "details", "nav"]) or tag.find_parent(class_="sections")
    return inside is not None or "where" in tag.get_attribute_list("class")


def _marked(before: list[str], after: list[str]) -> str:
    items = []
    for line in difflib.ndiff(before, after):
        text = escape(line[2:])
        if line.startswith("- "):
            items.append(f"<li><strong>Borttaget:</strong> <del>{text}</del></li>")
        elif line.startswith("+ "):
            items.append(f"<li><strong>Tillagt:</strong> <ins>{text}</ins></li>")
    return f'<ul class="lr-list">{"".join(items)}</ul>'
