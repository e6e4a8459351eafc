"""What changed between two reports, or two builds of one: figures, words, statuses and definitions, for those who review."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup

from lib.base.errors import WorkbookError
from lib.base.swedish import count, sort_key
from lib.base.workbook import Workbook
from lib.build import manifest
from lib.data.catalogue import Catalogue
from lib.review import pages
from lib.review.pages import Section
from lib.show.facts import Fact, load

#: What makes two facts be about the same thing, whichever report says them.
Key = tuple[str | None, int, str | None, str | None, str | None]


@dataclass
class Side:
    """A built report: its name and what it says."""

    name: str
    facts: list[Fact]
    page: BeautifulSoup
    record: dict


def read(place: Path, name: str) -> Side:
    """Read a built report.

    Raises
    ------
    WorkbookError
        If nothing is built there, or not the whole of it.
    """
    record = manifest.read(place)
    path = next(place.glob("lagesrapport-*.html"), None)
    if record is None or path is None or not (place / "facts.json").is_file():
        raise WorkbookError(f"{place} holds no built report; build it first (lagesrapport build {name}).")
    try:
        facts = load((place / "facts.json").read_text(encoding="utf-8"))
    except (ValueError, TypeError, AttributeError):
        raise WorkbookError(f"{place / 'facts.json'} is not as a build wrote it; build the report again.") from None
    return Side(name, facts, BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"), record)


def write(workbook: Workbook, new: Side, old: Side, label: str, catalogue: Catalogue) -> tuple[Path, list[str]]:
    """Write ``output/review/<new>-mot-<old>.html`` and return its path, and the counts as lines for the terminal."""
    sections = [_figures(new, old, catalogue), _statuses(new, old), _definitions(new, old), *_texts(new, old)]
    title = f"Vad som har ändrats: {new.name} jämfört med {label}"
    amount = sum(len(s.rows) or bool(s.html) for s in sections)
    for section in sections[:3]:
        section.sentences = [] if section.rows else ["Inga ändringar."]
    intro = Section(
        "Sammanfattning", [f"{s.title}: {_amount(s)}." for s in sections[:3]] + [_text_amount(sections[3:])]
    )
    place = workbook.output / "review" / f"{new.name}-mot-{label}.html"
    path = pages.write(pages.page(title, [intro, *sections]), place, workbook.root)
    return path, [title, *(f"  {sentence}" for sentence in intro.sentences), f"  {amount} places to look at"]


def _amount(section: Section) -> str:
    return count(len(section.rows), "ändring", "ändringar") if section.rows else "inga ändringar"


def _text_amount(sections: list[Section]) -> str:
    return (
        f"Text: {count(len(sections), 'avsnitt har ändrats', 'avsnitt har ändrats', neuter=True)}."
        if sections
        else "Text: inga ändringar."
    )


def key(fact: Fact) -> Key:
    """Return what a fact is about."""
    return fact.indicator, fact.year, fact.region, fact.sex, fact.group


def observed(side: Side) -> dict[Key, Fact]:
    """Return a report's figures by what they are about; the one published last where a report gives several."""
    own = [fact for fact in side.facts if fact.kind == "observed" and fact.indicator]
    return {key(fact): fact for fact in sorted(own, key=lambda f: f.published or "")}


def kinds(new: Side, old: Side) -> list[tuple[str, Fact | None, Fact | None]]:
    """Return each figure that differs: ny, borta, reviderad (the same source changed it) or ändrad, before and after."""
    before, after = observed(old), observed(new)
    found: list[tuple[str, Fact | None, Fact | None]] = []
    for about in sorted(before.keys() | after, key=str):
        was, now = before.get(about), after.get(about)
        if was is None or now is None:
            found.append(("ny" if was is None else "borta", was, now))
        elif (was.value, was.status, was.numerator, was.denominator) != (
            now.value,
            now.status,
            now.numerator,
            now.denominator,
        ):
            found.append(("reviderad" if was.source == now.source else "ändrad", was, now))
    return found


def _figures(new: Side, old: Side, catalogue: Catalogue) -> Section:
    order = ["reviderad", "ändrad", "borta", "ny"]
    rows = [
        [", ".join(about(fact, catalogue)), kind, shown(was), shown(now)]
        for kind, was, now in sorted(kinds(new, old), key=lambda k: order.index(k[0]))
        if (fact := now or was)
    ]
    columns = ["Uppgift", "Slag", "Förut", "Nu"]
    return Section("Siffror", [], columns, rows, "Siffror som är nya, borta, reviderade av samma källa eller ändrade.")


def about(fact: Fact, catalogue: Catalogue) -> list[str]:
    """Return what a figure is about in words: indicator, year, area, and sex and group where it is not everybody."""
    indicator = catalogue.indicators.get(fact.indicator or "")
    title = indicator.title if indicator else fact.indicator or ""
    where = catalogue.region_names.get(fact.region or "", fact.region or "")
    whole = (fact.sex, fact.group) == ("T", "T") or indicator is None
    return [title, str(fact.year), where, *([] if whole else [indicator.label(fact.sex or "T", fact.group or "T")])]


def shown(fact: Fact | None) -> str:
    """Return a figure as the report says it."""
    if fact is None:
        return "–"
    return fact.text or f"inget värde ({fact.status})"


def _statuses(new: Side, old: Side) -> Section:
    """Compare assessments and commitments: quoted and computed facts whose words have changed."""

    def said(side: Side) -> dict[str, str]:
        wanted = [f for f in side.facts if f.id.endswith("/bedömning") or (f.kind == "quoted" and "Status: " in f.text)]
        return {f.id: f.text for f in wanted if not f.id.startswith("sammanfattning/")}

    before, after = said(old), said(new)
    rows = [
        [name, _status(before.get(name, "–")), _status(after.get(name, "–"))]
        for name in sorted(before.keys() | after, key=sort_key)
        if before.get(name) != after.get(name)
    ]
    return Section(
        "Bedömningar och åtaganden", [], ["Vad", "Förut", "Nu"], rows, "Bedömningar och status som är andra."
    )


def _status(text: str) -> str:
    return text.rpartition("Status: ")[2].rstrip(".") if "Status: " in text else text


def _definitions(new: Side, old: Side) -> Section:
    """Compare the register of indicators as the two reports print it."""
    before, after = _register(old.page), _register(new.page)
    rows = [
        [title, heading, before.get(title, {}).get(heading, "–"), after.get(title, {}).get(heading, "–")]
        for title in sorted(before.keys() & after, key=sort_key)
        for heading in before[title].keys() | after[title].keys()
        if before[title].get(heading) != after[title].get(heading)
    ]
    return Section(
        "Definitioner",
        [],
        ["Indikator", "Uppgift", "Förut", "Nu"],
        rows,
        "Definitioner, täljare, nämnare och källor som är andra.",
    )


def _register(page: BeautifulSoup) -> dict[str, dict[str, str]]:
    table = page.select_one("[id$=tabell-indikatorregister] table, [id$=tabell-indikatorer] table")
    if table is None:
        return {}
    heads = [th.get_text(" ", strip=True) for th in table.select("thead th")]
    found = {}
    for row in table.select("tbody tr"):
        cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        if len(cells) == len(heads):
            found[cells[0]] = dict(zip(heads[1:], cells[1:], strict=True))
    return found


def _texts(new: Side, old: Side) -> list[Section]:
    """Compare prose heading by heading: what was added and what was taken away, marked in words as well."""
    before, after = _prose(old.page), _prose(new.page)
    names = [*after, *(name for name in before if name not in after)]
    return [
        Section(f"Text: {name}", html=_difference(before.get(name, []), after.get(name, [])))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _prose(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return the paragraphs and list items under each heading of the chapters, without tables, figures and numbers' details."""
    found: dict[str, list[str]] = {}
    for chapter in page.select("main > section"):
        where = title = ""
        for tag in chapter.find_all(["h2", "h3", "h4", "p", "li"]):
            if (
                tag.find_parent(["table", "figure", "details", "nav"])
                or "where" in tag.get("class", [])
                or tag.find_parent(class_="sections")
            ):
                continue
            text = " ".join(tag.get_text(" ", strip=True).split())
            if tag.name == "h2":
                where = title = text
            elif tag.name in ("h3", "h4"):
                title = f"{where} – {text}"
            elif text:
                found.setdefault(title, []).append(text)
    return found


def _difference(before: list[str], after: list[str]) -> str:
    pieces = []
    for line in difflib.ndiff(before, after):
        mark, text = line[:2], escape(line[2:])
        if mark == "- ":
            pieces.append(f"<li><strong>Borttaget:</strong> <del>{text}</del></li>")
        elif mark == "+ ":
            pieces.append(f"<li><strong>Tillagt:</strong> <ins>{text}</ins></li>")
    return f'<ul class="lr-list">{"".join(pieces)}</ul>'


def sheet(workbook: Workbook, side: Side, catalogue: Catalogue) -> Path:
    """Write the review sheet ``output/review/<name>-granskning.xlsx``: one line per figure, with room for who confirms and a comment."""
    from openpyxl import Workbook as Book
    from openpyxl.worksheet.datavalidation import DataValidation

    from lib.receive import excel

    book = Book()
    page = book.active
    page.title = "Granskning"
    excel.head(page, 1, list(HEADS), list(HEADS.values()))
    facts = [fact for fact in side.facts if fact.kind == "observed" and not fact.id.startswith("sammanfattning/")]
    for number, fact in enumerate(facts, 2):
        title, year, where, *who = about(fact, catalogue)
        base = [
            fact.id,
            fact.chapter,
            title,
            int(year),
            where,
            *(who or ["Alla"]),
            shown(fact),
            fact.denominator,
            fact.source,
            fact.published,
        ]
        for column, value in enumerate(base, 1):
            excel.put(page, number, column, value)
    rule = DataValidation(type="list", formula1='"ja,nej"', allow_blank=True)
    page.add_data_validation(rule)
    column = chr(64 + list(HEADS).index("Bekräftad") + 1)
    rule.add(f"{column}2:{column}{len(facts) + 1}")
    meta = book.create_sheet("Om arket")
    excel.put(
        meta, 1, 1, json.dumps({"form": SHEET_FORM, "report": side.name, "content": side.record.get("content", "")})
    )
    meta.sheet_state = "veryHidden"
    path = workbook.output / "review" / f"{side.name}-granskning.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


SHEET_FORM = "lagesrapport-granskning-1"
#: The columns of the review sheet, and their widths.
HEADS = {
    "Ankare": 60, "Kapitel": 16, "Indikator": 50, "År": 8, "Område": 30, "Kön och grupp": 16, "Uppgift": 34, "N": 10, "Källa": 22,
    "Publicerad": 12, "Roll": 20, "Bekräftad": 11, "Kommentar": 50,
}  # fmt: skip
