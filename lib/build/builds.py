"""Builds reports one after another: while one is joined and laid out, the chapters of the next already run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.build import assemble, publish
from lib.build import paper as pdf
from lib.build.publish import Job, Result
from lib.build.run import Runner
from lib.data.parameters import Parameters


def build_all(
    workbook: Workbook,
    reports: Sequence[Parameters],
    open_runner: Callable[[], AbstractContextManager[Runner]],
    *,
    only: Sequence[int] = (),
    fresh: bool = False,
    paper: bool | None = None,
    tell: Callable[[str, Result | WorkbookError, float], None],
    progress: Callable[[str], None] = print,
) -> None:
    """Build reports into ``output/<name>/``, or previews of some chapters into ``output/<name>/preview/``.

    Everything is made beside the present report, which is replaced in one step at the very end and otherwise left alone.

    Parameters
    ----------
    only, fresh
        As for `lib.build.publish.begin`.
    paper : bool, optional
        As for `lib.build.publish.finish`.
    tell : callable
        Told of each report that is done: its name, where it stands or why it could not be built, and the seconds it took.
    progress : callable
        Told one line at a time.

    Raises
    ------
    WorkbookError
        If the cluster does not answer.
    """

    def run(parameters: Parameters) -> tuple[Job, float]:
        start = time.perf_counter()
        progress(f"{parameters.name}: {'preview' if only else 'building'}")
        job = publish.begin(workbook, parameters, only=only, fresh=fresh, progress=progress)
        try:
            publish.run(job, runner)
        except BaseException:
            job.close()
            raise
        return job, start

    with open_runner() as runner, ThreadPoolExecutor(1) as ahead:
        begun = [(parameters.name, ahead.submit(run, parameters)) for parameters in reports]
        try:
            # The chapters run in processes of their own, and this one would only wait for them.
            assemble.warm()
            if paper or (paper is None and not only):
                pdf.warm()
            for name, future in begun:
                start = time.perf_counter()
                try:
                    job, start = future.result()
                    result: Result | WorkbookError = publish.finish(job, paper=paper)
                except WorkbookError as error:
                    result = error
                tell(name, result, time.perf_counter() - start)
        except BaseException:
            # Ctrl-C among them: what has not begun never does.
            ahead.shutdown(wait=False, cancel_futures=True)
            runner.executor.shutdown(wait=False, cancel_futures=True)
            raise
