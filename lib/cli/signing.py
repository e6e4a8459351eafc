"""``lagesrapport sign``, ``seal`` and ``verify``: from a draft to a report that can be proved."""

from __future__ import annotations

import argparse
from datetime import date
from functools import partial

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.cli.common import add_root, opened


def add(verbs: argparse._SubParsersAction) -> None:
    """Add the verbs."""
    sign = verbs.add_parser("sign", help="sign the draft as it stands, in a role")
    sign.add_argument("report")
    sign.add_argument("--role", required=True, choices=["analytiker", "kvalitetsgranskare", "beslutande"])
    sign.add_argument("--holder", required=True, help="who signs: a title or initials, as it shall be printed")
    sign.set_defaults(run=_sign)
    seal = verbs.add_parser("seal", help="record hashes of a final report's inputs and outputs")
    seal.add_argument("report")
    seal.set_defaults(run=_seal)
    verify = verbs.add_parser("verify", help="rebuild a sealed report and prove that it comes out byte for byte")
    verify.add_argument("report")
    verify.set_defaults(run=_verify)
    for parser in (sign, seal, verify):
        add_root(parser)


def _sign(options: argparse.Namespace) -> int:
    from lib.review import signing

    path = signing.sign(opened(options), options.report, options.role, options.holder, date.today())
    print(f"Signed by {options.role}, recorded in {path}")
    return 0


def _seal(options: argparse.Namespace) -> int:
    from lib.review import signing

    print(f"Sealed: {signing.seal(opened(options), options.report)}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from lib.review import signing

    verdict = signing.verify(opened(options), options.report, build_quietly)
    if verdict.same:
        print(f"{options.report}: rebuilt, every file is byte for byte as it was sealed.")
        return 0
    print(f"{options.report} is not as it was sealed:\n" + "\n".join(f"  - {line}" for line in verdict.lines))
    return 1


def build_quietly(workbook: Workbook, name: str, *, paper: bool | None = None) -> None:
    """Build a report without a word, or raise why it cannot be built."""
    from lib.build import run
    from lib.build.builds import build_all
    from lib.build.kernel import server
    from lib.data.parameters import read_parameters

    ended: list[object] = []
    if server.available():
        server.start(str(workbook.root), name)
    engine = run.WARM if server.available() else run.KERNEL
    open_runner = partial(run.runner, engine, 2)
    build_all(
        workbook,
        [read_parameters(workbook, name)],
        open_runner,
        paper=paper,
        tell=lambda _, result, __: ended.append(result),
        progress=lambda line: None,
    )
    if isinstance(ended[0], WorkbookError):
        raise ended[0]
