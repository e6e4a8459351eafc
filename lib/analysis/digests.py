"""Digests of the data that chapters read: a chapter whose digests are the same would show the same."""

from __future__ import annotations

import hashlib

from lib.analysis.reads import ALL
from lib.analysis.view import View


def digest(view: View, read: str) -> str:
    """Return a digest of the content behind a name in `View.reads`; it differs as soon as a chapter would read other content.

    Computed once for a view.

    Raises
    ------
    ValueError
        For a name that `View.reads` never holds.

    >>> from lib.analysis.view import open_view
    >>> from lib.base.workbook import find_workbook
    >>> view = open_view(find_workbook(), "exempel", "metod")
    >>> digest(view, "indicator mhv_tillfragade") == digest(view, "indicator mhv_tillfragade")
    True
    """
    if read not in view.digests:
        content = repr(_content(view.unrecorded(), read))
        view.digests[read] = hashlib.sha256(content.encode()).hexdigest()[:32]
    return view.digests[read]


def _content(view: View, read: str) -> list[object]:
    kind, _, key = read.rpartition(" ")
    match kind:
        case "indicator" if key != ALL:
            rows = view.rows[view.rows["indicator"] == key]
            return [view.known.indicators.get(key), rows.to_csv(index=False)]
        case "indicator":
            return list(view.known.indicators.items())
        case "observation":
            return [view.rows.to_csv(index=False)]
        case "statement":
            return [(i, s) for i, s in view.known.statements.items() if key in (ALL, i)]
        case "assessment":
            return [(g, a) for g, a in view.assessments.items() if key in (ALL, str(g))]
        case "earlier assessment":
            return [(g, a) for g, a in view.earlier_assessments.items() if key in (ALL, str(g))]
        case "comment":
            return [view.comment(int(key))]
        case "indicators of goal":
            return list(view.indicators(int(key)))
        case "statements of goal":
            return list(view.statements(int(key)))
    raise ValueError(f"'{read}' is not the name of anything that a view reads")
