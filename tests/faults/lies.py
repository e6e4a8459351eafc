"""Lies that tables tell politely: the bytes are right, the meaning is another. Each changes a `Table` and says what may be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.faults.liars import (  # fmt: skip
    ANSWERS,
    COUNTS,
    EITHER,
    MEN,
    NOTHING,
    PEOPLE,
    REFUSE,
    REGION,
    SAME,
    SHARES,
    TOWNS,
    UNKNOWN,
    YEAR,
    YES,
    Row,
    Table,
    column_letter,
    filled,
)

Change = Callable[[Table], Any]


@dataclass(frozen=True)
class Lie:
    """A lie by name; of each group a file tells at most one. ``only`` is "excel" or "csv"; a table of years lacks some columns."""

    group: str
    name: str
    asks: str
    change: Change
    only: str = ""
    long: bool = False

    def fits(self, table: Table) -> bool:
        return self.only in ("", "excel" if table.excel else "csv") and not (self.long and table.wide)

    def tell(self, table: Table) -> None:
        """Change a table; ``refuse`` and ``lack`` note what may be read then."""
        before = {row: row.cells.get(REGION) for row in table.rows}
        self.change(table)
        table.refuse |= self.asks == REFUSE or (self.asks == UNKNOWN and not table.national)
        if self.asks == UNKNOWN:
            touched = {row.region for row, name in before.items() if row.cells.get(REGION) != name}
            table.lack |= {key for key in table.truth if key[0] in touched}


def comma(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def followed_by(sign: str) -> Callable[[float], str]:
    return lambda number: comma(number) + sign


def grouped(sign: str) -> Callable[[float], str]:
    return lambda number: f"{number:,}".replace(",", sign)


def every(heads: tuple[str, ...], write: Callable[[Any], Any]) -> Change:
    """Write all numbers below some headings in another way."""

    def change(table: Table) -> None:
        for row, head in [*table.numbers(heads)]:
            row.cells[head] = write(row.cells[head])

    return change


def shown_as(heads: tuple[str, ...], form: str, write: Callable[[Any], Any] = lambda n: n) -> Change:
    """Give numbers a format of Excel, and change them so that they look the same."""

    def change(table: Table) -> None:
        every(heads, write)(table)
        table.formats += [(None, head, form) for head in heads if head in table.heads]

    return change


def single(
    write: Callable[[Any], Any], heads: tuple[str, ...] = SHARES, figure: float | None = -1, form: str = ""
) -> Change:
    """Write a single number in another way; ``figure`` is what a person reads then, if it is another."""

    def change(table: Table) -> None:
        row = table.one()
        head = table.draw.choice([h for h in heads if h in table.heads])
        row.cells[head] = write(row.cells[head])
        if figure != -1:
            for key in row.keys((head,)):
                table.truth[key] = NOTHING if figure is None else (figure, *table.truth[key][1:])
        if form:
            table.formats.append((row, head, form))

    return change


def missing(sign: str) -> Change:
    """Let a share be missing, and the counts behind it too."""

    def change(table: Table) -> None:
        row = table.one()
        for head in (h for h in (YES, ANSWERS, *SHARES) if h in row.cells):
            row.cells[head] = sign
        table.truth |= dict.fromkeys(row.keys(), NOTHING)

    return change


def named(write: Callable[[str, str], Any], of: str = "") -> Change:
    """Write a municipality's name in another way, given its code and name; ``of`` is a letter that the name must hold."""

    def change(table: Table) -> None:
        found = [
            row
            for row in table.rows
            if row.region in TOWNS and row.cells[REGION] == TOWNS[row.region] and of in TOWNS[row.region]
        ]
        found = [row for row in found if row not in table.pushed]
        row = table.draw.choice(found)
        row.cells[REGION] = write(row.region, TOWNS[row.region])

    return change


def every_year(write: Callable[[int], Any]) -> Change:
    def change(table: Table) -> None:
        for row in table.rows:
            row.cells |= {YEAR: write(row.cells[YEAR])} if row.region else {}

    return change


def one_year(write: Callable[[int], Any], form: str = "") -> Change:
    return single(write, (YEAR,), form=form)


def another_row(code: str, name: Any, *, read: bool = True, year: int = 0) -> Change:
    """Put a row of another area, or a second one of the same, somewhere between the others."""

    def change(table: Table) -> None:
        truth = dict(table.truth)
        row = filled(table, code or table.rows[0].region, name, year or table.rows[0].year)
        if not read or table.national and code not in TOWNS and not code.startswith(("00", "01")):
            table.truth, row.region = truth, ""
        table.rows.insert(table.draw.randint(0, len(table.rows)), row)

    return change


def between(*cells: Any) -> Change:
    """Put a row that holds only some texts between the others, or with nothing at the end."""
    return lambda table: table.rows.insert(
        table.draw.randint(1, len(table.rows)), Row(dict(zip(table.heads, cells, strict=False)))
    )


def below(*lines: list[Any]) -> Change:
    return lambda table: table.below.extend(lines)


def pushed(way: str) -> Change:
    return lambda table: table.pushed.update({table.one(): way + table.draw.choice(table.heads[1:-1])})


def second_table(heads: Callable[[list[str]], list[str]]) -> Change:
    """Put a second table below, with its own headings, about municipalities that the first does not have."""

    def change(table: Table) -> None:
        codes = sorted(TOWNS.keys() - {row.region for row in table.rows})
        truth = dict(table.truth)
        more = [filled(table, code, TOWNS[code], 2022) for code in codes]
        table.truth = truth
        table.below = [[], heads(table.heads), *[[row.cells.get(head) for head in table.heads] for row in more]]

    return change


def heading(write: Callable[[str], str]) -> Change:
    """Write the heading over the shares in another way."""

    def change(table: Table) -> None:
        at = 2 if len(table.heads) > 3 else 1
        head, new = table.heads[at], write(table.heads[at])
        table.heads[at] = new
        for row in table.rows:
            row.cells[new] = row.cells.pop(head, None)
        table.formats = [(row, new if told == head else told, form) for row, told, form in table.formats]
        table.pushed = {row: told.replace(head, new) for row, told in table.pushed.items()}

    return change


def another_heading(write: Callable[[str], str]) -> Change:
    """Write a heading so that it means another column, which must not be read; of columns per year, the others are."""

    def change(table: Table) -> None:
        lost = [key for row in table.rows for key in row.keys(("Andel 2022",))]
        heading(write)(table)
        table.unread, table.refuse = int(table.wide), not table.wide
        for key in lost:
            table.truth.pop(key, None)

    return change


def column(head: str, cell: Any, *, last: bool = False) -> Change:
    """Add a column; a heading that is there already gets a number, which is not written."""

    def change(table: Table) -> None:
        name = f"{head}#2" if head in table.heads else head
        table.heads.insert(len(table.heads) if last else table.draw.randint(1, len(table.heads) - 1), name)
        for row in table.rows:
            row.cells[name] = cell if row.region else None

    return change


def with_points(number: Any) -> Change:
    """Write the shares with a decimal point, which the mapping names, and one count in another way."""

    def change(table: Table) -> None:
        if not table.wide:
            single(lambda _: number, (PEOPLE,))(table)
        every(SHARES, str)(table)
        table.mapping["decimal"] = "."
        table.refuse |= not table.wide

    return change


def swapped_headings(table: Table) -> None:
    """Exchange the headings over two columns of shares, but not what is below: a person reads by the headings."""
    one, two = [head for head in table.heads if head in SHARES]
    for row in table.rows:
        row.cells[one], row.cells[two] = row.cells.get(two), row.cells.get(one)
        if row.region:
            first, second = (table.truth.get(key, NOTHING) for key in row.keys((one, two)))
            table.truth |= {row.keys((one,))[0]: (second[0], *first[1:]), row.keys((two,))[0]: (first[0], *second[1:])}
    table.refuse |= not table.wide  # The counts no longer agree with the shares.


def book(change: Callable[[Any, Any], Any]) -> Change:
    return lambda table: table.shown.append(change)


def part(name: str, pattern: str, new: Any) -> Change:
    return lambda table: table.parts.append((name, lambda xml: re.sub(pattern, new, xml, flags=re.DOTALL)))


def _decoy(book: Any, sheet: Any, state: str = "hidden", at: int = 0) -> None:
    other = book.create_sheet("Gammalt", at)
    for row in sheet.iter_rows(values_only=True):
        other.append([cell / 2 if type(cell) is float else cell for cell in row])
    other.sheet_state = state


def _chart(book: Any, sheet: Any) -> None:
    book.create_chartsheet("Diagram", 0).add_chart(BarChart())


def _hidden_rows(book: Any, sheet: Any) -> None:
    for number in range(4, 6):
        sheet.row_dimensions[number].hidden = True
    sheet.auto_filter.ref = sheet.dimensions


def plain_share(table: Table) -> tuple[Row, str]:
    """Return the place of a share that is shown as it is."""
    if table.formats:
        raise IndexError
    return table.one(), next(head for head in table.heads if head in SHARES)


def superscript(table: Table) -> None:
    """Raise a digit, which is the sign of a footnote; the shared texts have it as a piece of its own."""
    row, head = plain_share(table)
    row.cells[head] = f"{comma(row.cells[head])}~"
    sharing(r"<t>([0-9,]+)~</t>", r'<r><t>\1</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r>')(table)


def superscript_in_place(table: Table) -> None:
    row, head = plain_share(table)
    row.cells[head] = CellRichText(comma(row.cells[head]), TextBlock(InlineFont(vertAlign="superscript"), "2"))


def sharing(pattern: str = "$^", new: str = "") -> Change:
    """Let texts be shared between cells, as Excel does, and change the XML of each."""

    def change(table: Table) -> None:
        table.share = lambda xml: re.sub(pattern, new, xml, flags=re.DOTALL)

    return change


def _computed(match: re.Match[str]) -> str:
    return f"<c{match[1]}><f>1+1</f><v>{match[2]}</v></c>"


def uncomputed(value: str) -> Change:
    """Let a column of shares hold formulas that no program has computed."""

    def change(table: Table) -> None:
        letter = column_letter(table, next(head for head in (MEN, "Andel 2023") if head in table.heads))
        part("SHEET", rf'(<c r="{letter}\d+")[^>]*>.*?</c>', rf"\1><f>1+1</f>{value}</c>")(table)

    return change


def disordered(tag: str) -> Callable[[re.Match[str]], str]:
    """Exchange the last two cells of a row, or the last two rows."""

    def swap(match: re.Match[str]) -> str:
        parts = re.findall(rf"<{tag}\b.*?(?:</{tag}>|/>)", match[0], re.DOTALL)
        return match[0].replace("".join(parts[-2:]), "".join(parts[:-3:-1])) if len(parts) > 3 else match[0]

    return swap


def without_places(table: Table) -> None:
    """Leave out the places of rows and cells, as some programs do where no cell is empty."""
    if any(cell is None for line in table.grid() for cell in line or [None]):
        raise IndexError
    part("SHEET", r'<(row|c) r="\w+"', r"<\1")(table)


def strict(table: Table) -> None:
    table.parts.append((".*", lambda xml: xml.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")))  # fmt: skip


def saved(encode: Callable[[str], bytes], **options: Any) -> Change:
    def change(table: Table) -> None:
        table.csv |= options
        table.encoded = encode

    return change


def misread(encode: Callable[[str], bytes]) -> Change:
    """Write a CSV with a heading that shows whether its letters were read."""

    def change(table: Table) -> None:
        table.heads.append("Ändrad å")
        table.mapping["must_say"] = ["Ändrad å"]
        table.encoded = encode

    return change


def commas_around(table: Table) -> None:
    table.above += [["Tabell, kommuner"], ["Andel, procent"]]
    table.below += [["Källa: Brå, 2024"], ["Se, även"], ["Obs, nu"]]


def sheet_named(table: Table) -> None:
    """Put another sheet in front, and let the mapping name the right one."""
    table.shown.append(partial(_decoy, state="visible"))
    table.mapping["sheet"] = "Tabell"


#: How a text is pronounced, which is no part of it; and a text of which a part is in bold.
SPOKEN = '<rPh sb="0" eb="1"><t>9</t></rPh><phoneticPr fontId="1"/>'
BOLD = r'<r><rPr><b/></rPr><t xml:space="preserve">\1</t></r><r><t xml:space="preserve">\2</t></r>'
NUMBERS = [
    Lie("numbers", "decimal commas in text", SAME, every(SHARES, comma)),
    Lie("numbers", "decimal points in text", SAME, every(SHARES, str)),
    *(Lie("numbers", f"thousands by U+{ord(s):04X}", SAME, every(COUNTS, grouped(s)), long=True) for s in " \u00a0\u2009\u202f"),
    Lie("numbers", "thousands by a point", REFUSE, every(COUNTS, grouped(".")), long=True),
    Lie("numbers", "thousands by a comma", REFUSE, every(COUNTS, grouped(",")), long=True),
    Lie("numbers", "a round thousand by a comma", REFUSE, single(lambda n: "5,000", (PEOPLE, ANSWERS)), long=True),
    *(Lie("numbers", f"decimal points, and {n} of people", EITHER, with_points(n)) for n in ("5.000", "5,000", "12.345")),
    Lie("numbers", "per cent signs", SAME, every(SHARES, lambda n: f"{comma(n)} %")),
    Lie("numbers", "spaces around numbers", SAME, every(SHARES, lambda n: f"\u00a0{comma(n)} ")),
    Lie("numbers", "an exponent in text", EITHER, single(lambda n: f"{n:E}".replace(".", ","))),
    Lie("numbers", "a minus of typographers", REFUSE, single(lambda n: f"\u2212{comma(n)}")),
    Lie("numbers", "a negative zero", SAME, single(lambda n: "-0,0", (MEN, "Andel 2022"), 0)),
    Lie("numbers", "other digits", EITHER, single(lambda n: comma(n).translate({48 + i: 0xFF10 + i for i in range(10)}))),
    *(Lie("numbers", f"a footnote {s}", SAME, single(followed_by(s))) for s in (" 2)", "*", "²", " 1)", "³")),
    Lie("numbers", "a number split by a space", REFUSE, single(lambda n: "6 9,3")),
    Lie("numbers", "a word about a number", REFUSE, single(lambda n: f"ca {comma(n)}")),
    Lie("numbers", "two numbers", REFUSE, single(lambda n: f"{comma(n)}–{comma(n)}")),
    Lie("numbers", "yes", REFUSE, single(lambda n: True)),
    Lie("numbers", "an error of Excel", REFUSE, single(lambda n: "#N/A")),
    Lie("texts", "a raised footnote", SAME, superscript, "excel"),
    Lie("texts", "a raised footnote where it stands", EITHER, superscript_in_place, "excel"),
    *(Lie("numbers", f"shown as {f}", SAME, shown_as(SHARES, f, lambda n: n / 100), "excel") for f in ("0 %", "0.0%", "0.0\\ %", '0.0" "%')),
    *(Lie("numbers", f"shown as {f}", SAME, shown_as(SHARES, f), "excel") for f in ("# ##0", '0.0" %"', "@", "[<1]0.0%;0.0", "0.0E+00")),
    *(Lie("numbers", f"shown as {f}", SAME, shown_as(COUNTS, f), "excel", True) for f in ("# ##0", "#,##0", "0;-0;0;@", "[Red]0")),
    Lie("numbers", "shown in thousands", REFUSE, shown_as(COUNTS, "#,##0,"), "excel", True),
    *(Lie("numbers", f"a count in per cent: {n}", REFUSE, single(f"{{}}{n}".format, (ANSWERS, PEOPLE)), long=True) for n in ("%", " %")),
    Lie("numbers", "people shown in per cent", REFUSE, shown_as((PEOPLE,), "0%", lambda n: n / 100), "excel", True),
    Lie("numbers", "counts shown in per cent", REFUSE, shown_as((YES, ANSWERS), "0%", lambda n: n / 100), "excel", True),
    *(Lie("numbers", f"shown as {f}", EITHER, single(lambda n: n, figure=None, form=f), "excel") for f in (";;;", '".."', '[<200]"..";0.0')),
    Lie("numbers", "shown as another number", REFUSE, single(lambda n: n, form='"5"0'), "excel"),
    *(Lie("numbers", f"shown as {f}", REFUSE, single(lambda n: n, form=f), "excel") for f in ("yyyy-mm-dd", "d/m", "hh:mm", "mmm-yy")),
    Lie("numbers", "an exponent", SAME, part("SHEET", r"<v>(\d)(\d)\.(\d)</v>", r"<v>\1.\2\3E1</v>"), "excel"),
    Lie("numbers", "noise of binary fractions", SAME, part("SHEET", r"(<v>\d\d\.\d)</v>", r"\g<1>0000000000001</v>"), "excel"),
    *(Lie("missing", f"missing: '{sign}'", SAME, missing(sign)) for sign in ("..", "-", "x", ".", "", " ", ".. ", "\u00a0")),
    *(Lie("missing", f"missing: '{sign}'", EITHER, missing(sign)) for sign in ("–", "…", "X", "N/A", "saknas", "#SAKNAS!", "…1)")),
    Lie("missing", "a zero", SAME, single(lambda n: "0", (MEN, "Andel 2023"), 0)),
]  # fmt: skip
NAMES = [
    Lie("names", "parted letters", SAME, named(lambda c, n: unicodedata.normalize("NFD", n), "Ö")),
    Lie("names", "a space that does not break", SAME, named(lambda c, n: n.replace(" ", "\u00a0"), " ")),
    Lie("names", "two spaces", SAME, named(lambda c, n: n.replace(" ", "  "), " ")),
    Lie("names", "nothing within a name", SAME, named(lambda c, n: f"{n[:3]}\u200b{n[3:]}\u00ad")),
    Lie("names", "spaces around a name", SAME, named(lambda c, n: f" {n}\u00a0")),
    Lie("names", "a hyphen that does not break", SAME, named(lambda c, n: n.replace("-", "\u2011"), "-")),
    Lie("names", "a dash for a hyphen", UNKNOWN, named(lambda c, n: n.replace("-", "–"), "-")),
    Lie("names", "a hyphen for a space", UNKNOWN, named(lambda c, n: n.replace(" ", "-"), " ")),
    Lie("names", "capitals", SAME, named(lambda c, n: n.upper())),
    Lie("names", "code and name", SAME, named(lambda c, n: f"{c} {n}")),
    Lie("names", "a code", SAME, named(lambda c, n: c)),
    Lie("names", "a code without its zero", SAME, named(lambda c, n: int(c))),
    Lie("names", "a code as a fraction", SAME, named(lambda c, n: float(c)), "excel"),
    Lie("names", "its kind", SAME, named(lambda c, n: f"{n}s kommun")),
    Lie("names", "a Cyrillic a", UNKNOWN, named(lambda c, n: n.replace("a", "а"), "a")),
    Lie("names", "a Greek o", UNKNOWN, named(lambda c, n: n.replace("o", "ο"), "o")),
    Lie("names", "a wide letter", UNKNOWN, named(lambda c, n: chr(ord(n[0]) + 0xFEE0) + n[1:], "a")),
    Lie("names", "a code of another", UNKNOWN, named(lambda c, n: f"0125 {n}")),
    Lie("names", "a code of nothing", UNKNOWN, named(lambda c, n: f"9{c[1:]}")),
    Lie("names", "wide digits", UNKNOWN, named(lambda c, n: "".join(chr(ord(d) + 0xFEE0) for d in c))),
    Lie("names", "a slip of the pen", UNKNOWN, named(lambda c, n: f"{n}a")),
    Lie("names", "a footnote", UNKNOWN, named(lambda c, n: f"{n}¹")),
    Lie("years", "years as text", SAME, every_year(str), long=True),
    Lie("years", "years as fractions", SAME, every_year(float), "excel", True),
    Lie("years", "spaces around years", SAME, every_year(lambda y: f" {y}\u00a0"), long=True),
    Lie("years", "a school year", REFUSE, one_year(lambda y: f"{y}/{y - 1999}"), long=True),
    Lie("years", "two digits", REFUSE, one_year(lambda y: y - 2000), long=True),
    Lie("years", "a preliminary year", EITHER, one_year(lambda y: f"{y}*"), long=True),
    Lie("years", "half a year", REFUSE, one_year(lambda y: y + 0.5), long=True),
    Lie("years", "a period", REFUSE, one_year(lambda y: f"{y}–{y + 1}"), long=True),
    Lie("years", "a day of the year", EITHER, one_year(lambda y: date(y, 1, 1), "yyyy"), "excel", True),
    Lie("years", "a year shown as a day", REFUSE, one_year(lambda y: y, "yyyy-mm-dd"), "excel", True),
    Lie("years", "a year with a space", EITHER, one_year(lambda y: y, "#,##0"), "excel", True),
]  # fmt: skip
ROWS = [
    Lie("rows", "a row of the county", SAME, another_row("01", "Stockholms län")),
    Lie("rows", "a row of the country", SAME, another_row("00", "Riket")),
    Lie("rows", "a row of another county", SAME, another_row("0305", "Håbo")),
    Lie("rows", "a row of another with a like name", SAME, another_row("03", "Uppsala län")),
    *(Lie("rows", f"a total: {n}", UNKNOWN, another_row("", n, read=False)) for n in ("Totalt", "Summa", "Hela landet", "Länet")),
    Lie("rows", "a town twice", REFUSE, lambda t: another_row(t.rows[0].region, TOWNS.get(t.rows[0].region, "Riket"), read=False)(t)),
    Lie("rows", "a town twice, by its code", REFUSE, lambda t: another_row("", t.rows[0].region, read=False)(t)),
    Lie("rows", "an empty row", SAME, between()),
    Lie("rows", "a heading between", SAME, between("Norra delen")),
    Lie("rows", "headings again", REFUSE, lambda t: between(*t.heads)(t)),
    Lie("rows", "rows in another order", SAME, lambda t: t.draw.shuffle(t.rows)),
    Lie("rows", "a note in two cells", EITHER, below(["Källa:", "Kolada"])),
    Lie("rows", "a note below the figures", EITHER, below(["", "", "Preliminärt"])),
    Lie("rows", "notes", SAME, below([], ["* Preliminärt 2024"], ["2) Andel av 100 000"])),
    Lie("rows", "a second table", REFUSE, second_table(lambda heads: heads)),
    Lie("rows", "a second table, women and men exchanged", REFUSE, second_table(lambda h: [f"{h[0]} 2", *h[2:0:-1], *h[3:]])),
    Lie("rows", "a cell too many", REFUSE, pushed("+"), long=True),
    Lie("rows", "a cell too few", REFUSE, pushed("-"), "csv"),
    Lie("columns", "a column between", SAME, column("Placering", 7)),
    Lie("columns", "a column of words", SAME, column("Kommentar", "ingen", last=True)),
    Lie("columns", "the shares of before", SAME, column("Andel kvinnor, året innan", 50.5)),
    Lie("columns", "columns in another order", SAME, lambda t: t.draw.shuffle(t.heads)),
    Lie("columns", "a heading twice", REFUSE, lambda t: column(t.heads[-1], 1)(t)),
    Lie("columns", "a heading of a year twice", REFUSE, lambda t: column(next(h for h in t.heads if h in SHARES), 1.5)(t)),
    Lie("columns", "headings exchanged", EITHER, swapped_headings),
    Lie("columns", "a heading with unseen signs", SAME, heading(lambda h: f"\ufeff{h[:2]}\u00ad{h[2:]}\u00a0")),
    Lie("columns", "a heading with a Cyrillic e", EITHER, another_heading(lambda h: h.replace("e", "е"))),
    *(Lie("columns", f"a heading in {w}", EITHER, another_heading(f"{{}}, {w}".format)) for w in ("promille", "tusental", "andel 0–1")),
]  # fmt: skip
FILES = [
    *(Lie("sheets", f"a {s} sheet first", SAME, book(partial(_decoy, state=s)), "excel") for s in ("hidden", "veryHidden")),
    Lie("sheets", "another sheet behind", SAME, book(partial(_decoy, state="visible", at=1)), "excel"),
    Lie("sheets", "another sheet in front", SAME, sheet_named, "excel"),
    Lie("sheets", "a chart first", SAME, book(_chart), "excel"),
    Lie("sheets", "hidden rows and a filter", SAME, book(_hidden_rows), "excel"),
    Lie("sheets", "a hidden column", SAME, book(lambda b, p: setattr(p.column_dimensions["C"], "hidden", True)), "excel"),
    Lie("sheets", "days from 1904", SAME, book(lambda b, p: setattr(b, "epoch", CALENDAR_MAC_1904)), "excel"),
    *(Lie("xml", f"a stated size of {d}", SAME, part("SHEET", r'<dimension ref="[^"]+"', f'<dimension ref="{d}"'), "excel") for d in ("A1", "A1:B3", "A1:XFD1048576")),
    Lie("xml", "no stated size", SAME, part("SHEET", r"<dimension [^>]*>", ""), "excel"),
    Lie("xml", "rows without numbers", SAME, without_places, "excel"),
    Lie("xml", "cells in another order", EITHER, part("SHEET", r"<row.*?</row>", disordered("c")), "excel"),
    Lie("xml", "rows in another order", EITHER, part("SHEET", r"<sheetData>.*</sheetData>", disordered("row")), "excel"),
    Lie("xml", "a cell twice", REFUSE, part("SHEET", r'<c r="B(\d+)"[^>]*>.*?</c>', r'\g<0><c r="B\1"><v>1</v></c>'), "excel"),
    Lie("texts", "shared texts", SAME, sharing(), "excel"),
    Lie("texts", "help with reading", SAME, sharing(r"(<t.*</t>)", rf"\1{SPOKEN}"), "excel"),
    Lie("texts", "help with reading where it stands", SAME, part("SHEET", r"(<is><t.*?</t>)", rf"\1{SPOKEN}"), "excel"),
    Lie("texts", "texts in bold", SAME, sharing(r"<t>(&#\d+;|.)(.*)</t>", BOLD), "excel"),
    Lie("texts", "texts in bold where they stand", SAME, part("SHEET", r"<t>(&#\d+;|[^<&])([^<]*)</t>", BOLD), "excel"),
    Lie("xml", "the strict form", EITHER, strict, "excel"),
    Lie("xml", "formulas with other values", SAME, part("SHEET", r'<c([^>]*? t="n"[^>]*)><v>([^<]*)</v></c>', _computed), "excel"),
    Lie("xml", "a formula without its value", REFUSE, uncomputed("<v/>"), "excel"),
    Lie("xml", "a formula without an element for its value", REFUSE, uncomputed(""), "excel"),
    Lie("text", "Windows-1252", SAME, saved(lambda s: unicodedata.normalize("NFC", s.replace("\u2009", " ").replace("\u202f", " ")).encode("cp1252", "ignore")), "csv"),
    Lie("text", "a byte order mark", SAME, saved(lambda s: s.encode("utf-8-sig")), "csv"),
    Lie("text", "UTF-16", SAME, saved(lambda s: s.encode("utf-16")), "csv"),
    Lie("text", "UTF-16 of the other kind", SAME, saved(lambda s: b"\xfe\xff" + s.encode("utf-16-be")), "csv"),
    Lie("text", "UTF-16 that does not say so", REFUSE, saved(lambda s: s.encode("utf-16-le")), "csv"),
    Lie("text", "UTF-8 twice", REFUSE, misread(lambda s: s.encode().decode("latin-1").encode()), "csv"),
    Lie("text", "text of an old Mac", REFUSE, misread(lambda s: s.encode("mac-roman", "replace")), "csv"),
    Lie("text", "separated by commas", SAME, saved(str.encode, delimiter=","), "csv"),
    Lie("text", "separated by tabs", SAME, saved(str.encode, delimiter="\t"), "csv"),
    Lie("text", "separated by bars", REFUSE, saved(str.encode, delimiter="|"), "csv"),
    Lie("text", "quotes everywhere", SAME, saved(str.encode, quoting=1), "csv"),
    Lie("text", "ends of lines of Windows", SAME, saved(str.encode, lineterminator="\r\n"), "csv"),
    Lie("text", "ends of lines of an old Mac", SAME, saved(str.encode, lineterminator="\r"), "csv"),
    Lie("text", "a line for Excel", SAME, saved(lambda s: f"sep=;\n{s}".encode()), "csv"),
    Lie("text", "a line for Excel, and commas", SAME, saved(lambda s: f"sep=,\r\n{s}".encode(), delimiter=",", lineterminator="\r\n"), "csv"),
    Lie("text", "a separator after each line", SAME, saved(lambda s: s.replace("\n", ";\n").encode()), "csv"),
    Lie("text", "commas in the lines around", SAME, commas_around, "csv"),
]  # fmt: skip
LIES = [*NUMBERS, *NAMES, *ROWS, *FILES]
