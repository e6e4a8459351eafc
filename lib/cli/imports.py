"""``lagesrapport import``: figures from outside into ``data/``, shown and checked before anything is written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base.errors import WorkbookError
from lib.cli.common import add_data, add_root, data_folder, day, year

if TYPE_CHECKING:
    from lib.receive.merge import Merge


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verb and its kinds of input."""
    parser = verbs.add_parser(
        "import", help="take in figures: the own survey, Brå's table 300, any table with a mapping, a review sheet"
    )
    kinds = parser.add_subparsers(required=True, metavar="KIND")

    survey = _kind(kinds, "survey", "send out the own survey's forms (--new), or take in those that came back", _survey)
    survey.add_argument("folder", type=Path, nargs="?", help="the folder of returned forms")
    survey.add_argument("--year", type=year, help="the year that the forms are about")
    survey.add_argument("--new", type=year, metavar="YEAR", help="write empty forms for a year instead")
    survey.add_argument("--to", type=Path, help="where to write them (default: output/enkat/YEAR)")
    survey.add_argument("--published", type=day, help="the day the last answer came, 2025-03-31 (default: today)")

    bra = _kind(kinds, "bra", "take in Brå's table 300 (Excel, layout from 2022)", _bra)
    bra.add_argument("files", type=Path, nargs="+", metavar="FILE")
    bra.add_argument("--year", type=year, help="the year that the files must be about")
    bra.add_argument(
        "--published", type=day, help="the day Brå published it (default: 1 July of the next year, assumed)"
    )

    table = _kind(kinds, "table", "take in any publisher's Excel or CSV by a mapping", _table)
    table.add_argument("file", type=Path)
    table.add_argument("--map", type=Path, required=True, help="the YAML file that says which column is what")
    table.add_argument("--dry-run", action="store_true", help="show how the table would be read, and write nothing")

    review = _kind(kinds, "review", "take in a review sheet that came back", _review)
    review.add_argument("report")
    review.add_argument("file", type=Path)


def _kind(kinds: argparse._SubParsersAction, name: str, text: str, run: Callable) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=text)
    add_root(parser)
    add_data(parser)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument(
        "--vanished", action="store_true", help="record values that the source no longer has as missing"
    )
    parser.set_defaults(run=run)
    return parser


def _agree(options: argparse.Namespace) -> Callable[[Merge], bool]:
    """Return what shows a merge and asks; where nobody can answer, nothing is written without ``--yes``."""

    def agree(merge: Merge) -> bool:
        print("\n".join(merge.lines()))
        if options.yes:
            return True
        if not sys.stdin.isatty():
            raise WorkbookError("Nobody is there to ask; nothing was written. Look at the table above and add --yes.")
        return input("Write this into data/? [y/N] ").strip().casefold() in ("y", "yes", "j", "ja")

    return agree


def _look_only(merge: Merge) -> bool:
    """Show what an import would do, which has passed all checks, and do nothing."""
    print("\n".join(merge.lines()))
    return False


def _said(merge: Merge | None) -> int:
    print(
        "Nothing was written." if merge is None else "Written. See what it changes with lagesrapport check, then build."
    )
    return 0


def _survey(options: argparse.Namespace) -> int:
    from lib.data.catalogue import Catalogue
    from lib.receive import forms, survey

    data = data_folder(options)
    catalogue = Catalogue(data)
    asked = survey.read_survey(catalogue)
    if options.new:
        folder = options.to or data_folder(options, root=True) / "output" / "enkat" / str(options.new)
        written = forms.write_forms(catalogue, asked, options.new, folder)
        print(f"{len(written)} forms for {options.new} are in {folder}")
        return 0
    if not options.folder or not options.year:
        raise WorkbookError("Name the folder of returned forms and --year, or --new YEAR to write empty ones.")
    return _returned(options, data, catalogue, asked)


def _returned(options: argparse.Namespace, data: Path, catalogue, asked) -> int:
    from lib.base.files import read_table
    from lib.data.observations import COLUMNS
    from lib.receive import follow_ups, forms, merge, survey

    returned = forms.read_forms(options.folder, catalogue, asked, options.year)
    result = survey.outcome(catalogue, asked, options.year, returned, options.published or date.today())
    present = data / "observations" / f"{catalogue.sources[asked.source].family}.csv"
    before = read_table(present, COLUMNS) if present.exists() else []
    print(f"Answered ({len(result.answered)}): {', '.join(result.answered) or 'nobody'}")
    print(f"Silent ({len(result.silent)}): {', '.join(result.silent) or 'nobody'}")
    print("Changed since the year before:")
    print("\n".join(f"  {line}" for line in survey.changed_answers(before, result.rows, asked, options.year)))
    for text in result.contradictions:
        print(f"Contradiction: {text}")
    for text in result.comments:
        print(f"Comment, not published: {text}")
    path, content = follow_ups.merged(data, result.follow_ups)
    paths = [form.path for form in returned]
    done = merge.take_in(
        data,
        result.rows,
        paths,
        agree=_agree(options),
        vanished=options.vanished,
        keep=f"survey/{options.year}",
        also={path: content},
    )
    return _said(done)


def _bra(options: argparse.Namespace) -> int:
    import pandas as pd

    from lib.receive import bra_excel, merge

    data = data_folder(options)
    frames = []
    for path in options.files:
        rows = bra_excel.observations(
            path, data, options.year, options.published or date.max, "känd", vanished=options.vanished
        )
        if options.published is None:
            rows = rows.assign(published=(rows["year"] + 1).astype(str) + "-07-01", published_basis="antagen")
        frames.append(rows)
    rows = pd.concat(frames, ignore_index=True)
    return _said(
        merge.take_in(
            data, rows, options.files, agree=_agree(options), vanished=options.vanished, per_region=True, keep="bra"
        )
    )


def _table(options: argparse.Namespace) -> int:
    from lib.data.catalogue import Catalogue
    from lib.receive import mapped, merge

    data = data_folder(options)
    mapping, catalogue = mapped.read_mapping(options.map), Catalogue(data)
    print("\n".join(mapped.shown(options.file, mapping, catalogue)))
    mapped.check_names(options.map, mapping, catalogue)
    rows, habits = mapped.observations(options.file, mapping, catalogue)
    for habit in habits:
        print(f"Understood: {habit}.")
    raw = [options.file, options.map]
    agree = _look_only if options.dry_run else _agree(options)
    return _said(merge.take_in(data, rows, raw, agree=agree, vanished=options.vanished, keep=mapping.source))


def _review(options: argparse.Namespace) -> int:
    from lib.cli.common import opened
    from lib.data.parameters import read_parameters
    from lib.review import sheet as review
    from lib.review.status import require_built

    workbook = opened(options)
    parameters = read_parameters(workbook, options.report)
    require_built(workbook, options.report)
    done = review.take_in(workbook, workbook.root / parameters.data, options.report, options.file, date.today())
    amounts = (
        f"{len(done.confirmations)}, not confirmed: {len(done.rejected)}, comments to answer: {len(done.comments)}"
    )
    print(f"Figures confirmed: {amounts}")
    return 0
