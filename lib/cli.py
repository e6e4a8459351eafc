"""The command ``lagesrapport``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from lib.errors import WorkbookError
from lib.verbs import build, new

VERBS = [build, new]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 something to mend, 3 a draft that lacks chapters."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except WorkbookError as error:
        print(f"lagesrapport: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"lagesrapport: {error.filename or 'the disk'}: {error.strerror or error}; the former report is untouched.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("lagesrapport: interrupted; the former report is untouched.", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"lagesrapport: {message}; see {self.prog} --help.", file=sys.stderr)
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
