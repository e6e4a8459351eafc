"""``lagesrapport compare``: what changed, as a page, and a review sheet with one line per figure."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from lib.cli.common import add_root, day, opened


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "compare", help="show what changed between two reports, builds or cut-offs, and write a review sheet"
    )
    parser.add_argument("report")
    parser.add_argument("other", nargs="?", help="another report (default: only the review sheet)")
    other = parser.add_mutually_exclusive_group()
    other.add_argument(
        "--build", type=Path, metavar="DIR", help="an earlier build of the report: a copy of its output folder"
    )
    other.add_argument(
        "--cut-off", type=day, metavar="DAY", help="the same report as it would be with another cut-off, 2023-12-31"
    )
    add_root(parser)
    parser.set_defaults(run=_compare)


def _compare(options: argparse.Namespace) -> int:
    from lib.analysis.view import open_view
    from lib.data.parameters import read_parameters
    from lib.review import compare

    workbook = opened(options)
    read_parameters(workbook, options.report)
    new = compare.read(workbook.output / options.report, options.report)
    catalogue = open_view(workbook, options.report, "granskning").known
    if options.cut_off:
        with tempfile.TemporaryDirectory(prefix="lagesrapport-") as folder:
            old = _as_of(workbook, options.report, options.cut_off, Path(folder))
            _told(compare.write(workbook, new, old, options.cut_off.isoformat(), catalogue))
    elif options.build or options.other:
        place = options.build or workbook.output / options.other
        label = options.other or options.build.name
        _told(compare.write(workbook, new, compare.read(place, label), label, catalogue))
    print(f"Review sheet: {compare.sheet(workbook, new, catalogue)}")
    return 0


def _told(written: tuple[Path, list[str]]) -> None:
    path, lines = written
    print("\n".join(lines))
    print(f"The page: {path}")


def _as_of(workbook, name: str, cut_off, folder: Path):
    """Build the report in a copy of the workbook, with another cut-off."""
    import re

    from lib.base.errors import WorkbookError
    from lib.cli.signing import build_quietly
    from lib.review import compare, signing

    copy = signing.copied(workbook, folder / "workbook")
    path = copy.parameters / f"{name}.yaml"
    text, changed = re.subn(r"(?m)^cut_off: .*$", f"cut_off: {cut_off}", path.read_text(encoding="utf-8"))
    if changed != 1:
        raise WorkbookError(f"parameters/{name}.yaml has no line 'cut_off: …' of its own; write it so.")
    path.write_text(re.sub(r"(?m)^status: .*$", "status: utkast", text), encoding="utf-8")
    build_quietly(copy, name, paper=False)
    return compare.read(copy.output / name, name)
