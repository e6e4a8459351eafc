"""A workbook for another county, whose report shows everything as missing until the county enters its data."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from string import Template

import yaml

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.base.workbook import Workbook
from lib.data import regions
from lib.data.catalogue import Catalogue
from lib.data.entry import Entry
from lib.data.observations import COLUMNS
from lib.data.parameters import ChapterEntry, read_parameters
from lib.data.records import GoodExample, LocalPlan, Statement
from lib.data.regions import Region
from lib.scaffold import national
from lib.scaffold.bra import handled_crimes
from lib.scaffold.draft import NO_SOURCE, check_workbook, newest
from lib.scaffold.notebooks import common_notebook, goal_notebook, stem
from lib.scaffold.records import NO_INDICATOR, goal_entry, has_goal, indicator_entry
from lib.scaffold.yaml_text import with_item

TEMPLATE = Path(__file__).parent / "template"
PROSE = TEMPLATE / "prose.yaml"
STRATEGY = "lansstrategi"
#: The support lines that hold for the whole country.
NATIONAL = ("sos", "kvinnofridslinjen", "valj_att_sluta", "bris")
UNNAMED = "Målets namn saknas"
#: The text of each file, by its path in the new workbook.
Texts = dict[str, str]


def new_workbook(
    begun_from: Workbook,
    folder: Path,
    county: str,
    *,
    bring: Callable[[Workbook, Workbook], int],
    year: int | None = None,
    goals: list[str] | None = None,
) -> list[str]:
    """Make a workbook for a county, and return messages for the terminal.

    Parameters
    ----------
    begun_from : Workbook
        The workbook with the template, the chapters that every county has, the support lines and the policies.
    folder : Path
        New or empty.
    county : str
        Its name or code.
    bring : callable
        Brings figures from the workbook it is begun from into the one that is made, and returns how many (`lib.receive.national`).
    year : int, optional
        The year of the first report; by default last year.
    goals : list of str, optional
        Short names; by default one goal whose name is missing.

    Raises
    ------
    WorkbookError
        For an unknown county, a folder that is not empty, or a year that has not begun; nothing is then written.
    """
    row = regions.county(county)
    target = _free(folder, begun_from)
    today = date.today()
    year = year or today.year - 1
    if not 2000 <= year <= today.year:
        raise WorkbookError(
            f"--year: a report for {year} cannot be made in {today.year}; choose a year that has begun."
        )
    texts = _texts(begun_from, row, year, today, goals or [UNNAMED])
    brought = _write(texts, target, partial(bring, begun_from))
    municipalities = texts["data/regions.csv"].count(",kommun,")
    police_region = regions.police_region(row["police_region"])["name"]
    return [
        f"{target}: a workbook for {row['name']} ({municipalities} municipalit{'y' if municipalities == 1 else 'ies'}; {police_region}).",
        f"It has {brought} figures from published tables of the whole country; the rest is not known yet, and its report says so.",
        "Its README.md lists what to fill in.",
        f"Build it with: lagesrapport build {year} --root {target}",
    ]


def _free(folder: Path, begun_from: Workbook) -> Path:
    target = folder.expanduser().resolve()
    if target.is_relative_to(begun_from.root):
        raise WorkbookError(f"{target} lies inside the workbook {begun_from.root}; choose a folder outside it.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WorkbookError(f"{target} is there already and is not empty; choose a folder that is new or empty.")
    return target


def _write(texts: Texts, target: Path, bring: Callable[[Workbook], int]) -> int:
    """Write the workbook in a scratch folder, check it, move it to its place, and return how many figures were brought."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as scratch:
        made = Path(scratch) / "workbook"
        for name, text in texts.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8", newline="")
        check_workbook(Workbook(made))
        brought = bring(Workbook(made))
        if target.exists():
            target.rmdir()
        os.rename(made, target)
    return brought


def _texts(begun_from: Workbook, county: regions.Row, year: int, today: date, goals: list[str]) -> Texts:
    parameters = read_parameters(begun_from, newest(begun_from))
    catalogue = Catalogue(begun_from.root / parameters.data)
    texts = _filled(county, year, today)
    texts |= {
        "data/regions.csv": _regions(county),
        "output/.gitkeep": "",
    }
    outlines = regions.outlines_in(county["code"])
    texts["data/geo/municipalities.geojson"] = json.dumps(outlines, ensure_ascii=False, separators=(",", ":")) + "\n"
    texts |= _tables()
    texts["data/support.yaml"] = _support(begun_from.root / "data" / "support.yaml")
    texts["data/disclosure.yaml"] = _policies(begun_from.root / "data" / "disclosure.yaml")
    handled_crimes(begun_from, county, texts)
    brought = national.describe(begun_from, texts)
    chapters = _goals(texts, begun_from.notebooks / "mall.ipynb", goals, year)
    common = _common(texts, begun_from, parameters.chapters, set(catalogue.indicators) - brought, year)
    _list_chapters(texts, year, chapters, common)
    return texts


def _filled(county: regions.Row, year: int, today: date) -> Texts:
    """Return the texts of the files in ``template/``, filled in for a county."""
    region = regions.police_region(county["police_region"])
    words = {
        "county": county["name"],
        "code": county["code"],
        "region": region["code"],
        "police": region["name"],
        "municipalities": sum(
            row["type"] == "kommun" and row["parent"] == county["code"] for row in regions.register()
        ),
        "english": f"{regions.short_name(county['name'])} County",
        "year": year,
        "today": today.isoformat(),
    }
    names = {"gitignore": ".gitignore", "parameters/report.yaml": f"parameters/{year}.yaml"}
    names["data/assessments/assessments.yaml"] = f"data/assessments/{year}.yaml"
    files = [path for path in sorted(TEMPLATE.rglob("*")) if path.is_file() and path != PROSE]
    texts = {path.relative_to(TEMPLATE).as_posix(): Template(path.read_text(encoding="utf-8")) for path in files}
    return {names.get(name, name): text.substitute(words) for name, text in texts.items()}


def _regions(county: regions.Row) -> str:
    """Return the table of the country, the county's police region, the county and its municipalities."""
    register = regions.register()
    rows = [row for row in register if row["type"] == "riket"]
    rows += [regions.police_region(county["police_region"]), county]
    rows += [row for row in register if row["parent"] == county["code"]]
    return _csv(Region, rows)


def _tables() -> Texts:
    """Return the tables that a county fills in, with their headers only."""
    return {
        "data/local_plans.csv": _csv(LocalPlan, []),
        "data/good_examples.csv": _csv(GoodExample, []),
        "data/statements.csv": _csv(Statement, []),
        "data/observations/egen_insamling.csv": ",".join(COLUMNS) + "\n",
    }


def _csv(record: type[Entry], rows: list[regions.Row]) -> str:
    """Return a table with a record's fields as columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(record.model_fields), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _support(path: Path) -> str:
    head = (
        "# Vart den som behöver hjälp kan vända sig: nationella linjer; lägg till länets egna. En linje utan utgivare (publisher) visas inte.\n"
        "# checked är den dag då källan säger det. Är den äldre än ett år varnar bygget: ring numret och ändra dagen.\n"
    )
    lines = [line for line in read_yaml(path)["support"] if line["id"] in NATIONAL]
    text = head + "support: []\n"
    for line in lines:
        text = with_item(text, path, ["support"], line)
    return text


def _policies(path: Path) -> str:
    """Return the policies of disclosure control, which all counties share, without the cells hidden by hand."""
    content = {"policies": read_yaml(path)["policies"], "hidden_cells": []}
    head = (
        "# Hur uppgifter skyddas innan de publiceras, efter indikatorernas röjandeklass (P, V, K, S; utan klass räknas en indikator som S).\n"
        "# hidden_cells: celler som döljs för hand när granskningen säger till (indicator, year, region, sex, group, reason).\n"
    )
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=118)


def _goals(texts: Texts, template: Path, goals: list[str], year: int) -> list[str]:
    """Add goals, each with a development indicator and a notebook, and return the notebooks' names."""
    names = []
    strategies = "data/strategy/strategies.yaml"
    for number, title in enumerate(goals, 1):
        entry = goal_entry(number, title, "", source=NO_SOURCE["id"])
        texts[strategies] = with_item(texts[strategies], Path(strategies), ["strategies", 0, "goals"], entry)
        indicator = f"mal_{number}_utvecklingsindikator"
        first = indicator_entry(indicator, number, NO_INDICATOR, strategy=STRATEGY, source=NO_SOURCE["id"])
        path = f"data/indicators/mal_{number}.yaml"
        texts[path] = with_item("", Path(path), ["indicators"], first)
        names.append(stem(number, title))
        texts[f"notebooks/{names[-1]}.ipynb"] = goal_notebook(
            template, goal=number, title=title, wording=entry["wording"], indicator=indicator, year=year
        )
    texts["notebooks/mall.ipynb"] = goal_notebook(
        template,
        goal=1,
        title="Målets namn",
        wording="Målets lydelse, ordagrant ur strategin.",
        indicator="mal_1_utvecklingsindikator",
        year=year,
    )
    return names


def _common(
    texts: Texts, begun_from: Workbook, entries: list[ChapterEntry], foreign: set[str], year: int
) -> list[ChapterEntry]:
    """Add the chapters that are about no goal, and return their entries."""
    paths = {entry.notebook: begun_from.notebooks / f"{entry.notebook}.ipynb" for entry in entries}
    common = [entry for entry in entries if not has_goal(paths[entry.notebook])]
    prose = read_yaml(PROSE)
    for entry in common:
        text = common_notebook(paths[entry.notebook], year=year, foreign=foreign, prose=prose)
        texts[f"notebooks/{entry.notebook}.ipynb"] = text
    return common


def _list_chapters(texts: Texts, year: int, goals: list[str], common: list[ChapterEntry]) -> None:
    """List the chapters in the parameters: the summary, which runs last, then the goals, then the others."""
    path = f"parameters/{year}.yaml"
    summaries = [{"notebook": e.notebook, "runs_last": True} for e in common if e.runs_last]
    for chapter in [*summaries, *goals, *(e.notebook for e in common if not e.runs_last)]:
        texts[path] = with_item(texts[path], Path(path), ["chapters"], chapter)
