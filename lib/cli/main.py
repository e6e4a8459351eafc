"""The command ``lagesrapport``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from lib.base.errors import WorkbookError, one_line
from lib.cli import build, check, compare, imports, new, signing

VERBS = [new, imports, check, build, compare, signing]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 something to mend, 3 a draft that lacks chapters."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except WorkbookError as error:
        return _say(str(error))
    except OSError as error:
        return _say(f"{error.filename or 'the disk'}: {error.strerror or error}; nothing was put in place.")
    # What a damaged file may lead Python into: nothing is put in place before all of it has passed.
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        if os.environ.get("LAGESRAPPORT_DEBUG"):
            raise
        return _say(
            f"something that was not foreseen stopped it ({type(error).__name__}: {str(error)[:200]}); nothing was put in place. "
            "Set LAGESRAPPORT_DEBUG=1 to see where."
        )
    except KeyboardInterrupt:
        print("lagesrapport: interrupted; the former report is untouched.", file=sys.stderr)
        return 130


def _say(message: str) -> int:
    """Print one line, whatever a file or a name put into it, and return the exit code of something to mend."""
    print(f"lagesrapport: {one_line(message)}", file=sys.stderr)
    return 1


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"lagesrapport: {one_line(message)}; see {self.prog} --help.", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lagesrapport",
        description="Make the yearly regional status report from the workbook's notebooks and data.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in VERBS:
        verb.add(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
