"""Blocks on equal support: the units that answer, support per violence type, and the spread between units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lib.analysis.finding import Finding, Response
from lib.analysis.value import Value, newest
from lib.analysis.view import View
from lib.base.swedish import count, join, number, sort_key, upper_first
from lib.data.regions import Region
from lib.show import prose, tables
from lib.show.blocks import block
from lib.show.blocks.block import Block, counted, observed_fact
from lib.show.blocks.frame import draw, frame, not_on_map
from lib.show.blocks.indicators import protection_note, response_facts
from lib.show.facts import Fact

TARGETS = {"vuxna": "Vuxna", "barn": "Barn"}


def support_matrix(view: View, *identifiers: str, caption: str) -> Block:
    """Return the known support per violence type, to adults and to children, for the county as a whole."""
    findings = [view.finding(identifier) for identifier in identifiers]
    rows: list[list[object]] = []
    facts: dict[str, Fact] = {}
    for kind in view.strategy.violence_types:
        cells = []
        for target in TARGETS:
            kinds = [(f, f.indicator) for f in findings if f.home_known]
            of_kind = [f for f, i in kinds if kind in i.violence_types and target in i.target_groups]
            found = [finding.home_known[0].latest for finding in of_kind]
            facts.update({fact.id: fact for fact in (observed_fact(view, value) for value in found)})
            cells.append(_shaded(found[0], f"år {found[0].year}") if found else tables.value_cell(None))
        rows.append([upper_first(kind), *cells])
    return block.table(
        "stod-per-valdstyp",
        caption=caption,
        columns=["Våldstyp", *TARGETS.values()],
        rows=rows,
        numeric=[1, 2],
        facts=list(facts.values()),
    )


def _shaded(value: Value | None, remark: str = "") -> dict[str, object]:
    """Return a value's cell with a shade if it is a share: five steps of twenty per cent each."""
    cell = tables.value_cell(value)
    if remark:
        cell["count"] = remark
    if value is None or not value.known or value.indicator.unit != "procent":
        return cell
    return tables.shaded(cell, min(int(value.value // 20), 4))


def spread(view: View, *identifiers: str) -> Block:
    """Return the answers of each municipality and district and their range; without answers, which units have not answered."""
    units = view.units()
    rows = view.observations[view.observations["region"].isin([unit.code for unit in units])]
    asked = [identifier for identifier in identifiers if (rows["indicator"] == identifier).any()]
    if not asked:
        return _without_answers(view, units)
    codes = {unit.code for unit in units}
    answers = [_answers(view.finding(identifier), codes) for identifier in asked]
    shown = [part for question in answers for part in (_spread_text(view, question), _map(view, question))]
    return block.join([*shown, _answer_table(view, "svar-per-enhet", answers)])


def _without_answers(view: View, units: Sequence[Region]) -> Block:
    towns = [unit.name for unit in units if unit.type == "kommun"]
    districts = [unit.name for unit in units if unit.type == "stadsdel"]
    sentences = [
        f"Inga svar per kommun eller stadsdel finns i arbetsbokens underlag för {view.year} eller tidigare, så spridningen kan inte visas. "
        "En andel för länet kan dölja att stödet saknas på vissa håll.",
        f"Svar saknas från {count(len(towns), 'kommun', 'kommuner')}: {join(sorted(towns, key=sort_key))}.",
    ]
    if districts:
        sentences.append(
            f"Svar saknas från {count(len(districts), 'stadsdel', 'stadsdelar')}: {join(sorted(districts, key=sort_key))}."
        )
    facts = counted(view, **{"kommuner utan svar": len(towns), "stadsdelar utan svar": len(districts)})
    return block.text(*sentences, facts=facts)


class Answers(NamedTuple):
    """The answers of municipalities and districts to one question, in the newest year with any answer."""

    finding: Finding
    title: str
    year: int
    values: list[Value]


def _answers(finding: Finding, codes: set[str]) -> Answers:
    whole = [value for value in finding.answers if value.whole and value.region.code in codes]
    year = max(value.year for value in whole)
    return Answers(finding, prose.plain_title(finding.indicator), year, [v for v in whole if v.year == year])


def _yes_or_no(values: Sequence[Value]) -> bool:
    """Return whether the values are answers of yes or no: each a share of one unit, itself."""
    return all(value.denominator == 1 for value in values)


def _cells(view: View, answers: Answers) -> dict[str, object]:
    """Return each unit's cell; one that answers through its districts is not counted as silent."""
    values = {value.region.code: value for value in answers.values}
    units = view.units(answers.year)
    through = {unit.parent for unit in units if unit.type == "stadsdel" and unit.code in values} - set(values)
    return {
        unit.name: "genom stadsdelarna" if unit.code in through else _shaded(values.get(unit.code)) for unit in units
    }


def _answer_table(view: View, name: str, answers: Sequence[Answers]) -> Block:
    columns = [_cells(view, question) for question in answers]
    names = list(dict.fromkeys(unit for cells in columns for unit in cells))
    absent = {"symbol": ".", "spoken": "fanns inte"}
    notes = [note for question in answers for note in protection_note(question.finding)]
    return block.table(
        name,
        caption="Svar per kommun och stadsdel, det senaste året för varje fråga.",
        columns=["Kommun eller stadsdel", *(f"{question.title} {question.year}" for question in answers)],
        rows=[[unit, *(cells.get(unit, absent) for cells in columns)] for unit in names],
        notes=list(dict.fromkeys(notes)),
    )


def _spread_text(view: View, answers: Answers) -> Block:
    """Write how many answered and the range of the answers; yes and no are counted."""
    indicator, known = answers.finding.indicator, [value.value for value in answers.values if value.known]
    asked, answered, own = answers.finding.responses.get(answers.year, Response(0, 0))
    facts = response_facts(view, indicator, asked, answered)
    text = f"{answers.title}: {answered} av {asked} tillfrågade enheter har svarat för {answers.year}."
    if not own:
        text = f"{answers.title}. {prose.table_covers(asked, answered, answers.year)}"
    if _yes_or_no([value for value in answers.values if value.known]):
        yes, no = known.count(100), known.count(0)
        facts += counted(view, **{f"{indicator.id} ja": yes, f"{indicator.id} nej": no})
        text = f"{text} {yes} svarar ja och {no} nej."
    else:
        low, high = (number(end, indicator.decimals) for end in (min(known), max(known)))
        text = f"{text} Värdena går från {low} till {high}."
    facts += [observed_fact(view, value) for value in answers.values]
    return block.text(text, facts=facts)


def person_counts(view: View) -> Block:
    """Return the agencies' counts of persons or cases per municipality and district, protected, by sex; or that there are none."""
    findings = [view.finding(indicator.id) for indicator in view.catalogue.indicators.values()]
    shown = [
        _person_table(view, finding)
        for finding in findings
        if finding.protected and finding.indicator.unit == "antal" and view.goals_of(finding.indicator)
    ]
    if not shown:
        return block.text(
            "Inga egeninsamlade antal personer eller ärenden per kommun eller stadsdel finns i underlaget."
        )
    return block.join(shown)


def _person_table(view: View, finding: Finding) -> Block:
    indicator = finding.indicator
    everyone = newest(value for value in finding.values if value.group == "T")
    year = max(value.year for value in everyone)
    current = [value for value in everyone if value.year == year]
    by_place = {(value.region.code, value.sex): value for value in current}
    sexes = [sex for sex in "TKM" if any(value.sex == sex for value in current)]
    county = view.catalogue.county
    names = {county: view.catalogue.region_names[county], **{unit.code: unit.name for unit in view.units(year)}}
    span = f"{year - indicator.years + 1}–{year}" if indicator.years > 1 else str(year)
    return block.table(
        f"{indicator.id}-enheter",
        caption=f"{prose.plain_title(indicator)}, per kommun och stadsdel {span}. Antal.",
        columns=["Område", *(indicator.label(sex, "T") for sex in sexes)],
        rows=[[name, *(tables.value_cell(by_place.get((code, sex))) for sex in sexes)] for code, name in names.items()],
        numeric=range(1, len(sexes) + 1),
        notes=[*protection_note(finding), prose.source_line(current)],
        facts=[observed_fact(view, value) for value in current],
    )


def _map(view: View, answers: Answers) -> Block:
    """Return a map of the municipalities' values; districts have no outlines, so a town is shown only by an answer for the whole town."""
    shapes, indicator = view.catalogue.outlines, answers.finding.indicator
    towns = [unit.code for unit in view.units(answers.year) if unit.type == "kommun"]
    values = [value for value in answers.values if value.known and value.region.code in towns]
    if sum(value.region.code in shapes for value in values) < 2:
        return Block("", "")
    lacking, facts = len(towns) - len(values), []
    if _yes_or_no(values):
        yes = sum(value.value == 100 for value in values)
        words = {value.region.code: "ja" if value.value == 100 else "nej" for value in values}
        drawings = draw(view, "area_map", shapes, values=words, unit="svar", lacking="inget eget svar")
        outcome = f": {yes} kommuner svarar ja, {len(values) - yes} nej och {lacking} saknar eget svar."
        ends = outcome.removeprefix(":")
        amounts = {"kommuner": len(towns), "kommuner ja": yes, "kommuner nej": len(values) - yes}
        amounts["kommuner utan svar"] = lacking
        facts = counted(view, **{f"{indicator.id} {key}": amount for key, amount in amounts.items()})
    else:
        lowest, highest = (end(values, key=lambda value: value.value) for end in (min, max))
        low, high = (number(value.value, indicator.decimals) for value in (lowest, highest))
        shares, unit = {value.region.code: value.value for value in values}, prose.unit(indicator).name
        drawings = draw(view, "area_map", shapes, values=shares, unit=unit, lacking="uppgift saknas")
        outcome = f", från {low} till {high}."
        ends = f" Lägst värde har {lowest.region.name}, {low}, högst {highest.region.name}, {high}."
        ends += f" {lacking} kommuner saknar uppgift."
    caption = f"{answers.title} {answers.year}{outcome}"
    alt = f"Karta över {len(towns)} kommuner {answers.year}: {answers.title}.{ends}"
    name = f"karta-{indicator.id}"
    table = _answer_table(view, name, [answers]).html
    notes = not_on_map(view, answers.year)
    shown = frame(view, name, drawings, caption=caption, alt=alt, values=values, data_table=table, notes=notes)
    shown.facts += facts
    return shown
