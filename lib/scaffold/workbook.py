"""A workbook for another county: everything is shown as missing, and its own figures need nothing of ``lib`` changed."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from datetime import date
from pathlib import Path
from string import Template

import yaml

from lib.base.errors import WorkbookError
from lib.base.files import read_yaml
from lib.base.workbook import Workbook
from lib.data import regions
from lib.data.catalogue import Catalogue
from lib.data.parameters import ChapterEntry
from lib.data.records import GoodExample, LocalPlan, Statement
from lib.data.regions import Region
from lib.scaffold.draft import check_workbook
from lib.scaffold.goals import NO_INDICATOR, goal_entry, has_goal
from lib.scaffold.home import NO_SOURCE, home
from lib.scaffold.notebooks import common_notebook, goal_notebook, stem
from lib.scaffold.records import indicator_entry
from lib.scaffold.yaml_text import with_item

TEMPLATE = Path(__file__).parent / "template"
PROSE = TEMPLATE / "prose.yaml"
STRATEGY = "lansstrategi"
#: The support lines that hold for the whole country.
NATIONAL = ("sos", "kvinnofridslinjen", "valj_att_sluta", "bris")
UNNAMED = "Målets namn saknas"
Texts = dict[str, str]


def new_workbook(
    begun_from: Workbook, folder: Path, county: str, *, year: int | None = None, goals: list[str] | None = None
) -> list[str]:
    """Make a workbook for a county, and return what to tell.

    Parameters
    ----------
    begun_from : Workbook
        Where the template, the chapters that every county has, the support lines and the policies are taken from.
    folder : Path
        New or empty.
    county : str
        Its name or code.
    year : int, optional
        The first report's; without it last year.
    goals : list of str, optional
        Short names; without any there is one goal whose name is missing.

    Raises
    ------
    WorkbookError
        For an unknown county, a folder that holds something, or a year that has not begun; nothing is then written.
    """
    own = regions.county(county)
    place = _free(folder, begun_from)
    today = date.today()
    year = year or today.year - 1
    if not 2000 <= year <= today.year:
        raise WorkbookError(
            f"--year: a report for {year} cannot be made in {today.year}; choose a year that has begun."
        )
    texts = _texts(begun_from, own, year, today, goals or [UNNAMED])
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=place.parent) as scratch:
        beside = Path(scratch) / "workbook"
        for name, text in texts.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_text(text, encoding="utf-8", newline="")
        check_workbook(Workbook(beside))
        if place.exists():
            place.rmdir()
        os.rename(beside, place)
    return _told(place, own, year, texts)


def _free(folder: Path, begun_from: Workbook) -> Path:
    place = folder.expanduser().resolve()
    if place.is_relative_to(begun_from.root):
        raise WorkbookError(f"{place} lies inside the workbook {begun_from.root}; choose a folder outside it.")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise WorkbookError(f"{place} is there already and is not empty; choose a folder that is new or empty.")
    return place


def _told(place: Path, own: regions.Row, year: int, texts: Texts) -> list[str]:
    municipalities = texts["data/regions.csv"].count(",kommun,")
    region = regions.police_region(own["police_region"])["name"]
    return [
        f"{place}: a workbook for {own['name']} ({municipalities} municipalit{'y' if municipalities == 1 else 'ies'}; {region}).",
        "Nothing is known in it yet, and its report says so. What to fill in stands in its README.md.",
        f"Build it with: lagesrapport build {year} --root {place}",
    ]


def _texts(begun_from: Workbook, own: regions.Row, year: int, today: date, goals: list[str]) -> Texts:
    """Return the text of each file of the new workbook, by its name."""
    source = home(begun_from)
    texts = _filled(own, year, today)
    texts |= {"data/regions.csv": _regions(own), "output/.gitkeep": "", "data/assessments/.gitkeep": ""}
    texts |= _tables()
    texts["data/support.yaml"] = _support(begun_from.root / "data" / "support.yaml")
    texts["data/disclosure.yaml"] = _policies(begun_from.root / "data" / "disclosure.yaml")
    chapters = _goals(texts, begun_from.notebooks / "mall.ipynb", goals, year)
    common = _common(texts, begun_from, source.parameters.chapters, source.catalogue, year)
    _list_chapters(texts, year, chapters, common)
    return texts


def _filled(own: regions.Row, year: int, today: date) -> Texts:
    """Return the texts of the files in ``template/``, filled in for a county."""
    region = regions.police_region(own["police_region"])
    words = {
        "county": own["name"],
        "code": own["code"],
        "region": region["code"],
        "police": region["name"],
        "municipalities": sum(row["type"] == "kommun" and row["parent"] == own["code"] for row in regions.register()),
        "english": f"{regions.short_name(own['name'])} County",
        "year": year,
        "today": today.isoformat(),
    }
    names = {"gitignore": ".gitignore", "parameters/report.yaml": f"parameters/{year}.yaml"}
    files = [path for path in sorted(TEMPLATE.rglob("*")) if path.is_file() and path != PROSE]
    texts = {path.relative_to(TEMPLATE).as_posix(): Template(path.read_text(encoding="utf-8")) for path in files}
    return {names.get(name, name): text.substitute(words) for name, text in texts.items()}


def _regions(own: regions.Row) -> str:
    """Return the country, the county's police region, the county and its municipalities."""
    code = own["code"]
    rows = [row for row in regions.register() if row["type"] == "riket"]
    rows += [regions.police_region(own["police_region"]), own]
    rows += [row for row in regions.register() if row["parent"] == code]
    return _csv(list(Region.model_fields), rows)


def _tables() -> Texts:
    """Return the tables that a county fills in: their columns alone."""
    from lib.data.observations import COLUMNS

    tables = {"local_plans": LocalPlan, "good_examples": GoodExample, "statements": Statement}
    texts = {f"data/{name}.csv": _csv(list(kind.model_fields), []) for name, kind in tables.items()}
    return texts | {"data/observations/egen_insamling.csv": _csv(COLUMNS, [])}


def _csv(columns: list[str], rows: list[regions.Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
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
    """Return the policies of disclosure control, which are the same everywhere, without cells that were hidden by hand."""
    content = {"policies": read_yaml(path)["policies"], "hidden_cells": []}
    head = (
        "# Hur uppgifter skyddas innan de publiceras, efter indikatorernas röjandeklass (P, V, K, S; utan klass räknas en indikator som S).\n"
        "# hidden_cells: celler som döljs för hand när granskningen säger till (indicator, year, region, sex, group, reason).\n"
    )
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=118)


def _goals(texts: Texts, template: Path, goals: list[str], year: int) -> list[str]:
    """Add goals, each with an indicator that is still to be found and a notebook, and return the notebooks' names."""
    names = []
    strategies = "data/strategy/strategies.yaml"
    for number, title in enumerate(goals, 1):
        entry = goal_entry(number, title, "", source=NO_SOURCE["id"])
        place = ["strategies", 0, "goals"]
        texts[strategies] = with_item(texts[strategies], Path(strategies), place, entry)
        indicator = f"mal_{number}_utvecklingsindikator"
        first = indicator_entry(indicator, number, NO_INDICATOR, strategy=STRATEGY, source=NO_SOURCE["id"])
        path = f"data/indicators/mal_{number}.yaml"
        texts[path] = with_item("", Path(path), ["indicators"], first)
        names.append(stem(number, title))
        filled = {"goal": number, "indicator": indicator, "year": year}
        texts[f"notebooks/{names[-1]}.ipynb"] = goal_notebook(template, title=title, wording=entry["wording"], **filled)
    wording = {"title": "Målets namn", "wording": "Målets lydelse, ordagrant ur strategin."}
    first = {"goal": 1, "indicator": "mal_1_utvecklingsindikator", "year": year}
    texts["notebooks/mall.ipynb"] = goal_notebook(template, **wording, **first)
    return names


def _common(
    texts: Texts, begun_from: Workbook, entries: list[ChapterEntry], catalogue: Catalogue, year: int
) -> list[ChapterEntry]:
    """Add the chapters that are about no goal, and return their entries."""
    common = [e for e in entries if not has_goal(begun_from.notebooks / f"{e.notebook}.ipynb")]
    for entry in common:
        path = begun_from.notebooks / f"{entry.notebook}.ipynb"
        texts[f"notebooks/{entry.notebook}.ipynb"] = common_notebook(
            path, year=year, foreign=catalogue.indicators, prose=read_yaml(PROSE)
        )
    return common


def _list_chapters(texts: Texts, year: int, goals: list[str], common: list[ChapterEntry]) -> None:
    """List the chapters: what runs last, which is the summary, stands first, then the goals, then the others."""
    path = f"parameters/{year}.yaml"
    summaries = [{"notebook": e.notebook, "runs_last": True} for e in common if e.runs_last]
    for chapter in [*summaries, *goals, *(e.notebook for e in common if not e.runs_last)]:
        texts[path] = with_item(texts[path], Path(path), ["chapters"], chapter)
