"""The command ``lagesrapport``, with its verbs for review; ``build``, ``import`` and ``new`` have their own modules."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from lib.base.errors import WorkbookError, one_line, unforeseen
from lib.base.workbook import Workbook
from lib.cli.build import build
from lib.cli.fetch import fetch
from lib.cli.imports import imports
from lib.cli.new import new
from lib.cli.options import PATH, day, with_workbook
from lib.cli.preview import preview

#: Exit codes: there is something to correct, the command line is wrong, the user pressed Ctrl-C.
TO_CORRECT, WRONG_USE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0 done, 1 something to correct, 2 wrong use, 3 a draft that lacks chapters, 130 interrupted.
    """
    # An old console has no arrow; what it cannot print must not stop the command.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        words = list(sys.argv[1:] if arguments is None else arguments)
        with lagesrapport.make_context("lagesrapport", words) as context:
            return int(lagesrapport.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        verb = error.ctx.command_path if error.ctx else "lagesrapport"
        _complain(f"{error.format_message().rstrip('.')}; see {verb} --help.")
        return WRONG_USE
    except WorkbookError as error:
        _complain(str(error))
    except OSError as error:
        _complain(f"{error.filename or 'the disk'}: {error.strerror or error}; nothing was put in place.")
    # Errors that a damaged file can cause anywhere. Files are put in place only after all checks, so none was replaced.
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        if os.environ.get("LAGESRAPPORT_DEBUG"):
            raise
        _complain(f"{unforeseen(error)}; nothing was put in place. Set LAGESRAPPORT_DEBUG=1 to see where.")
    except KeyboardInterrupt:
        _complain("interrupted; the former report is untouched.")
        return INTERRUPTED
    return TO_CORRECT


def _complain(message: str) -> None:
    """Print a message on one line, also if a name in it holds line breaks."""
    print(f"lagesrapport: {one_line(message)}", file=sys.stderr)


@click.group(
    no_args_is_help=False, subcommand_metavar="VERB ...", context_settings={"help_option_names": ["-h", "--help"]}
)
def lagesrapport() -> None:
    """Make the yearly regional status report from the workbook's notebooks and data."""


@click.command()
@click.argument("reports", nargs=-1, metavar="[REPORT]...")
@click.option(
    "--repair", is_flag=True, help="Write tables saved by Excel back in the workbook's format, values unchanged."
)
@click.option(
    "--accept",
    is_flag=True,
    help="Hide the cells that the disclosure audit proposes for REPORT: write them to the data.",
)
@with_workbook
def check(workbook: Workbook, reports: Sequence[str], *, repair: bool, accept: bool) -> int:
    """List what to correct, ask for and decide in parameters and data.

    Without REPORT the data of all reports are checked, and the last report closely.
    """
    from lib.review import accept as proposals
    from lib.review import check as checks

    if accept and not reports:
        raise click.UsageError("--accept needs a REPORT, such as 2024")
    if repair:
        for repaired in checks.repair_all(workbook):
            print(f"{repaired.path}: written back ({', '.join(repaired.habits)})")
    for name in reports if accept else ():
        print("\n".join(proposals.accept(workbook, name)))
    found = checks.check(workbook, reports, date.today())
    print("\n".join(checks.lines(found)))
    return TO_CORRECT if any(finding.stops for finding in found) else 0


@click.command()
@click.argument("report")
@with_workbook
def status(workbook: Workbook, report: str) -> None:
    """List what has come in for a report, what is missing and next."""
    from lib.review import status as progress

    page, lines = progress.write(workbook, report, date.today())
    print("\n".join(lines))
    print(f"The same as a page: {page}")


@click.command()
@click.argument("report")
@click.argument("other", required=False)
@click.option("--build", type=PATH, metavar="DIR", help="An earlier build of the report: a copy of its output folder.")
@click.option(
    "--cut-off", type=day, metavar="DAY", help="The same report as it would be with another cut-off, 2023-12-31."
)
@with_workbook
def compare(workbook: Workbook, report: str, *, other: str | None, build: Path | None, cut_off: date | None) -> None:
    """Show what changed between two reports, and write a review sheet.

    OTHER is another report; without it, --build or --cut-off only the review sheet is written.
    """
    from lib.data.catalogue import Catalogue
    from lib.data.parameters import read_parameters
    from lib.review import difference, sheet
    from lib.review.built import build_as_of, read_built

    if build and cut_off:
        raise click.UsageError("--build and --cut-off cannot be given together")
    catalogue = Catalogue(workbook.root / read_parameters(workbook, report).data)
    new = read_built(workbook.output / report, report)
    old = None
    if cut_off:
        old = build_as_of(workbook, report, cut_off)
    elif build:
        old = read_built(build, other or build.name)
    elif other:
        old = read_built(workbook.output / other, other)
    if old:
        page, lines = difference.write(workbook, new, old, catalogue)
        print("\n".join(lines))
        print(f"The page: {page}")
    print(f"Review sheet: {sheet.write(workbook, new, catalogue)}")


@click.command()
@click.argument("report")
@click.option("--role", required=True, type=click.Choice(["analytiker", "kvalitetsgranskare", "beslutande"]))
@click.option("--holder", required=True, help="Who signs: a title or initials, as printed in the report.")
@with_workbook
def sign(workbook: Workbook, report: str, *, role: str, holder: str) -> None:
    """Sign the present draft in a role."""
    from lib.review import signing

    print(f"Signed by {role}, recorded in {signing.sign(workbook, report, role, holder, date.today())}")


@click.command()
@click.argument("report")
@with_workbook
def seal(workbook: Workbook, report: str) -> None:
    """Record hashes of a final report's inputs and outputs."""
    from lib.review import signing

    print(f"Sealed: {signing.seal(workbook, report)}")


@click.command()
@click.argument("report")
@with_workbook
def verify(workbook: Workbook, report: str) -> int:
    """Rebuild a sealed report and compare it byte for byte."""
    from lib.review import signing

    differences = signing.verify(workbook, report)
    if not differences:
        print(f"{report}: rebuilt, every file is byte for byte as it was sealed.")
        return 0
    print(f"{report} is not as it was sealed:\n" + "\n".join(f"  - {line}" for line in differences))
    return TO_CORRECT


for verb in (new, imports, fetch, check, status, build, preview, compare, sign, seal, verify):
    lagesrapport.add_command(verb)

if __name__ == "__main__":
    sys.exit(main())
