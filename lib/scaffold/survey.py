"""The county's survey of municipalities and districts, begun from the indicators that it asks about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.indicators import UNIT_LEVELS
from lib.scaffold.draft import Draft, require
from lib.scaffold.yaml_text import index_of

#: The source of a new workbook for what the county's actors answer themselves.
OWN = "egen_insamling"
HEAD = """\
# Länets enkät: vad varje kommun och stadsdel tillfrågas om en gång om året. deadline är månad och dag året efter. Formulären görs med
# lagesrapport import survey --new <år>. Sådant som kan läggas till:
# implies: par av frågor där ett ja på den första kräver ett ja på den andra.
#   - [stod_till_vuxna_hedersrelaterat_vald, stod_till_vuxna_nara_relation]
# counts: antal personer eller ärenden (indikatorer med unit: antal), i de celler av kön och grupp som frågas efter.
#   - indicator: vuxna_stodinsats
#     text: Hur många vuxna har under året fått en stödinsats på grund av våld?
#     cells: [K/T, M/T]
# counts_source: källan för dem.
"""


def new_survey(
    workbook: Workbook,
    *,
    title: str,
    sender: str,
    deadline: str,
    questions: Sequence[tuple[str, str]],
    source: str = "",
    report: str = "",
) -> list[str]:
    """Write ``data/survey.yaml``, and return messages for the terminal.

    Parameters
    ----------
    deadline : str
        The month and day of the following year: ``03-31``.
    questions : sequence of (str, str)
        Indicators, and what is asked about each; yes or no is answered.

    Raises
    ------
    WorkbookError
        If there is a survey already, or for a malformed deadline, an unknown source, or an indicator that is unknown or not one of
        municipalities and districts that answer; nothing is then written.
    """
    draft = Draft(workbook, report)
    path = draft.data / "survey.yaml"
    if path.exists():
        raise WorkbookError(f"{draft.name(path)}: there is a survey already; change it there.")
    if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", deadline):
        raise WorkbookError(f"--deadline: '{deadline}' is not a month and day such as 03-31.")
    source = draft.source(draft.data, source or (OWN if OWN in draft.catalogue.sources else ""))
    _mark_as_survey(draft, source)
    for identifier, _ in questions:
        _check(draft, identifier)
    content = {
        "title": title,
        "sender": sender,
        "deadline": deadline,
        "source": source,
        "follow_up_source": source,
        "questions": [{"indicator": identifier, "text": text} for identifier, text in questions],
    }
    draft.texts[path] = HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=130)
    draft.put()
    return [
        f"{draft.name(path)}: a survey with {len(questions)} question{'s' if len(questions) != 1 else ''}.",
        "Make its forms with: lagesrapport import survey --new <year>",
    ]


def _mark_as_survey(draft: Draft, source: str) -> None:
    """Note in the source's entry that it is the county's own survey, whose units are asked."""
    path = draft.data / "sources.yaml"
    if source in draft.catalogue.sources and not draft.catalogue.sources[source].survey:
        draft.change(path, ["sources", index_of(path, "sources", source)], {"survey": True})


def _check(draft: Draft, identifier: str) -> None:
    """Refuse an indicator that a survey of municipalities and districts cannot ask about."""
    require("indicator", identifier, draft.catalogue.indicators, "data/indicators/")
    indicator = draft.catalogue.indicator(identifier)
    if not (indicator.counts_units and indicator.family):
        raise WorkbookError(
            f"data/indicators/: {identifier} is no share of municipalities that answer; give it unit: procent, disclosure: V, a family and "
            f"level: one of {', '.join(sorted(UNIT_LEVELS))}."
        )
