"""``lagesrapport import``: take in figures and reviews; figures are checked and shown before they are written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lib.base.errors import WorkbookError
from lib.base.files import files_in
from lib.base.workbook import Workbook
from lib.cli import options

if TYPE_CHECKING:
    from lib.data.catalogue import Catalogue
    from lib.receive.answers import Outcome
    from lib.receive.changes import Merge
    from lib.receive.survey import Survey


@click.group("import", no_args_is_help=False, subcommand_metavar="KIND ...")
def imports() -> None:
    """Take in survey answers, Brå's table 300, other tables, reviews."""


def _import_options(verb: options.Verb) -> options.Verb:
    """Give a verb the options of all imports; its first arguments are the workbook and the data folder."""
    vanished = click.option("--vanished", is_flag=True, help="Record values that the source no longer has as missing.")
    return click.option("--yes", is_flag=True, help="Write without asking.")(vanished(options.with_data(verb)))


@imports.command()
@click.argument("folder", type=options.PATH, required=False)
@click.option("--year", type=options.year, metavar="YEAR", help="The year that the forms are about.")
@click.option("--new", type=options.year, metavar="YEAR", help="Write empty forms for a year instead.")
@click.option("--to", type=options.PATH, metavar="DIR", help="Where to write them (default: output/enkat/YEAR).")
@click.option("--published", type=options.day, help="The day the last answer came, 2025-03-31 (default: today).")
@_import_options
def survey(
    workbook: Workbook,
    data: Path,
    *,
    folder: Path | None,
    year: int | None,
    new: int | None,
    to: Path | None,
    published: date | None,
    yes: bool,
    vanished: bool,
) -> None:
    """Write empty survey forms (--new), or take in returned ones.

    FOLDER is the folder of returned forms.
    """
    from lib.data.catalogue import Catalogue
    from lib.receive import answers, forms, merge, returned
    from lib.receive import survey as surveys

    catalogue = Catalogue(data)
    form = surveys.read_survey(catalogue)
    if new:
        to = to or workbook.output / "enkat" / str(new)
        written = forms.write_forms(catalogue, form, new, to)
        print(f"{len(written)} forms for {new} are in {to}")
        return
    if not folder or not year:
        raise WorkbookError("Name the folder of returned forms and --year, or --new YEAR to write empty ones.")
    came_back = returned.read_forms(folder, catalogue, form, year)
    outcome = answers.outcome(catalogue, form, year, came_back, published or date.today())
    _print_outcome(outcome, catalogue, form, year)
    path, content = answers.merged_follow_ups(data, outcome.follow_ups)
    done = merge.take_in(
        data,
        outcome.rows,
        [answer.path for answer in came_back],
        agree=partial(confirm, yes),
        vanished=vanished,
        keep=f"survey/{year}",
        also={path: content},
    )
    print_end(done, workbook, data)


def _print_outcome(outcome: Outcome, catalogue: Catalogue, form: Survey, year: int) -> None:
    """Print who has answered, what has changed since the year before, and what the forms contradict or comment on."""
    from lib.base.files import read_table
    from lib.data.observations import COLUMNS
    from lib.receive.answers import changed_answers

    present = catalogue.data / "observations" / f"{catalogue.sources[form.source].family}.csv"
    before = read_table(present, COLUMNS) if present.exists() else []
    print(f"Answered ({len(outcome.answered)}): {', '.join(outcome.answered) or 'none'}")
    print(f"Silent ({len(outcome.silent)}): {', '.join(outcome.silent) or 'none'}")
    print("Changed since the year before:")
    for line in changed_answers(before, outcome.rows, form, year):
        print(f"  {line}")
    for text in outcome.contradictions:
        print(f"Contradiction: {text}")
    for text in outcome.comments:
        print(f"Comment, not published: {text}")


@imports.command()
@click.argument("files", type=options.PATH, nargs=-1, required=True, metavar="FILE...")
@click.option("--year", type=options.year, metavar="YEAR", help="The year that the files must be about.")
@click.option("--area", default="", help="The area of a CSV that does not name it, such as 'Polisregion Syd'.")
@click.option(
    "--published", type=options.day, help="The day Brå published it (default: 1 July of the next year, assumed)."
)
@_import_options
def bra(
    workbook: Workbook,
    data: Path,
    *,
    files: Sequence[Path],
    year: int | None,
    area: str,
    published: date | None,
    yes: bool,
    vanished: bool,
) -> None:
    """Take in Brå's table 300, Excel or CSV (layout from 2022)."""
    import pandas as pd

    from lib.receive import bra_excel, changes, merge

    frames = []
    for path in files:
        rows = bra_excel.observations(path, data, year, published or date.max, "känd", area=area, vanished=vanished)
        if published is None:
            rows = rows.assign(published=(rows["year"] + 1).astype(str) + "-07-01", published_basis="antagen")
        frames.append(rows)
    done = merge.take_in(
        data,
        pd.concat(frames, ignore_index=True),
        files,
        agree=partial(confirm, yes),
        vanished=vanished,
        scope=changes.ONE_REGION,
        keep="bra",
    )
    print_end(done, workbook, data)


@imports.command()
@click.argument("file", type=options.PATH)
@click.option(
    "--map",
    "map_files",
    type=options.PATH,
    multiple=True,
    help="The YAML file that says which column is what; several for a table of several sources.",
)
@click.option("--new-map", type=options.PATH, help="Guess a mapping of the table instead, and write it to this file.")
@click.option("--dry-run", is_flag=True, help="Show how the table would be read, and write nothing.")
@_import_options
def table(
    workbook: Workbook,
    data: Path,
    *,
    file: Path,
    map_files: Sequence[Path],
    new_map: Path | None,
    dry_run: bool,
    yes: bool,
    vanished: bool,
) -> None:
    """Take in any publisher's Excel or CSV by a mapping."""
    import pandas as pd

    from lib.data.catalogue import Catalogue
    from lib.receive import mapped, merge
    from lib.receive.mapping import check_names, read_mapping

    if new_map:
        _guess(file, new_map, Catalogue(data))
        return
    if not map_files:
        raise WorkbookError("Name the mapping with --map, or let one be guessed: --new-map mapping.yaml.")
    catalogue, frames, understood = Catalogue(data), [], dict[str, None]()
    mappings = {path: read_mapping(path) for path in map_files}
    for path, mapping in mappings.items():
        print("\n".join(mapped.shown(file, mapping, catalogue)))
        check_names(path, mapping, catalogue)
        rows, habits = mapped.observations(file, mapping, catalogue)
        frames.append(rows)
        understood |= dict.fromkeys(habits)
    for habit in understood:
        print(f"Understood: {habit}.")
    agree: Callable[[Merge], bool] = only_show if dry_run else partial(confirm, yes)
    # A mapping in data/ is kept there.
    received = [file, *(path for path in mappings if not path.resolve().is_relative_to(data.resolve()))]
    first = next(iter(mappings.values()))
    rows = pd.concat(frames, ignore_index=True)
    done = merge.take_in(data, rows, received, agree=agree, vanished=vanished, keep=first.folder or first.source)
    print_end(done, workbook, data)


def _guess(file: Path, new_map: Path, catalogue: Catalogue) -> None:
    """Write a first mapping of a table, and say what is left to do."""
    from lib.base import atomic
    from lib.receive.guess import UNKNOWN, new_mapping

    if new_map.exists():
        raise WorkbookError(f"{new_map} is there already; choose another name, or remove it.")
    text = new_mapping(file, catalogue)
    atomic.write(new_map, text)
    lines = [number for number, line in enumerate(text.splitlines(), 1) if f": {UNKNOWN}" in line]
    print(
        f"{new_map}: a first mapping of {file.name}; correct line {', '.join(map(str, lines))}, and look at the others."
    )
    print(f"Then see how it is read: lagesrapport import table {file} --map {new_map} --dry-run")


@imports.command()
@click.argument("report")
@click.argument("file", type=options.PATH)
@_import_options
def review(workbook: Workbook, data: Path, *, report: str, file: Path, yes: bool, vanished: bool) -> None:
    """Take in a review sheet: confirmations and comments."""
    from lib.review import sheet

    done = sheet.take_in(workbook, report, file, date.today())
    print(
        f"Figures confirmed: {len(done.confirmations)}, not confirmed: {len(done.rejected)}, "
        f"comments to answer: {len(done.comments)}"
    )


def confirm(yes: bool, merge: Merge) -> bool:
    """Show an import and ask whether to write it; without a terminal, ``--yes`` is required."""
    only_show(merge)
    if yes:
        return True
    if not sys.stdin.isatty():
        raise WorkbookError(
            "Nothing was written: the command is not interactive. Look at the table above and run it again with --yes."
        )
    return input("Write this into data/? [y/N] ").strip().casefold() in ("y", "yes", "j", "ja")


def only_show(merge: Merge) -> bool:
    """Show an import that has passed all checks, and do not write it."""
    print("\n".join(merge.lines()))
    return False


def print_end(merge: Merge | None, workbook: Workbook, data: Path) -> None:
    """Print whether an import was written, and which of its rows the newest report does not show."""
    if merge is None:
        print("Nothing was written.")
        return
    print("Written. See what it changes with lagesrapport check, then build.")
    for sentence in _unseen(merge, workbook, data):
        print(f"Not shown: {sentence}")


def _unseen(merge: Merge, workbook: Workbook, data: Path) -> list[str]:
    from lib.analysis.unseen import unseen
    from lib.analysis.view import open_view
    from lib.data.parameters import read_parameters

    reports = [read_parameters(workbook, path.stem) for path in files_in(workbook.parameters, "*.yaml")]
    here = [report for report in reports if (workbook.root / report.data).resolve() == data.resolve()]
    rows = [*merge.new, *(after for _, after in (*merge.changed, *merge.redated))]
    if not here or not rows:
        return []
    newest = max(here, key=lambda report: report.year)
    return unseen(open_view(workbook, newest.name, "import"), {row["source"] for row in rows})
