"""Text as people's programs write it, made comparable: what looks the same is the same."""

from __future__ import annotations

import re
import unicodedata

#: Characters without width, which no reader sees: soft hyphen, joiners, marks of direction, a byte order mark.
UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
#: Hyphens that look alike: the one that does not break, and the one that typesetters use.
HYPHENS = re.compile("[\u2010\u2011]")
#: Ends of lines and paragraphs that are not a line feed.
LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\u000b\u000c]")


def comparable(text: str) -> str:
    """Return text by which two names that look the same are the same: composed letters, single ordinary spaces, nothing unseen.

    >>> comparable("Upplands\\u00a0Va\\u0308sby "), comparable("Upplands\\u2011Bro")
    ('Upplands Väsby', 'Upplands-Bro')
    """
    seen = HYPHENS.sub("-", UNSEEN.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(seen.split())


def readable(text: str) -> str:
    """Return text with every kind of space and line end kept as an ordinary one, and without what nobody sees.

    A non-breaking space stays: a writer may have meant it.

    >>> readable("Av\\u2009100\\rettt\\u2028två")
    'Av 100\\nettt\\ntvå'
    """
    lines = LINE_ENDS.sub("\n", unicodedata.normalize("NFC", UNSEEN.sub("", text)))
    kept = (c if c in "\n\t\u00a0" or c.isprintable() else " " if c.isspace() else "" for c in lines)
    return "".join(kept)
