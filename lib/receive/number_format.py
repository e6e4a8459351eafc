"""What a number of Excel means to a person who sees it: its format can show it in per cent, in thousands, or not at all."""

from __future__ import annotations

import re

#: Text that a format shows as it is: in quotes, after a backslash; and what only makes room: _x, *x.
LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].')
#: What is in brackets: a condition, or a colour or language, which change nothing.
CONDITION, BRACKETS = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]"), re.compile(r"\[[^\]]*\]")
#: Commas after the last digit of a number, each of which divides it by a thousand.
THOUSANDS = re.compile(r"[0#?](,+)(?=\.|[^0#?,.]*$)")
#: A sign or a digit next to the number, by which it looks like another one.
DISGUISED = re.compile(r"[-−0-9]\ue000|\ue000[0-9]")


class Percent(float):
    """A number that is shown in per cent: 76 for 0.76 shown as 76 %."""


def shown(number: float, form: str) -> float | str | None:
    """Return a number as its format shows it, but not rounded; the text that is shown instead, or None for nothing.

    A number that looks like another one becomes a text that names both, which no reader takes for a number.

    >>> [shown(0.76, form) for form in ("0.0%", '0.00" %"', "General", "0.0;;", ";;;", '[<1]"..";0')]
    [76.0, 0.76, 0.76, 0.76, None, '..']
    >>> shown(12345, "#,##0"), shown(12345, "#,##0,"), shown(0, '0;-0;"-"??'), shown(5, '"1"0')
    (12345, 12.345, 0, '5 in the format "1"0')
    """
    if form.casefold() in ("", "general", "@"):
        return number
    section = _section(number, form)
    words = LITERAL.sub(lambda text: text[1] or text[2] or "", section)
    bare = BRACKETS.sub("", LITERAL.sub("", section))
    if number == 0 and words.strip(" ?_") in ("-", "–"):
        # The dash of Excel's formats for accounts.
        return number
    if not re.search(r"[0#?]|general|@", bare, re.IGNORECASE):
        # A zero that is shown as nothing may be one, or a link to an empty cell.
        return BRACKETS.sub("", words).strip() or (f"{number} in the format {form}" if number == 0 else None)
    # The place of the number among the words around it.
    seen = LITERAL.sub(lambda text: (text[1] or text[2] or "").replace("\ue000", ""), _digits_marked(section))
    if DISGUISED.search(seen) and number >= 0:
        return f"{number} in the format {form}"
    if "%" in bare:
        return Percent(round(number * 100 ** bare.count("%"), 10))
    scale = THOUSANDS.search(bare)
    return round(number / 1000 ** len(scale[1]), 10) if scale else number


def _section(number: float, form: str) -> str:
    """Return the part of a format that applies to a number: parts are for positive numbers, negative ones, zero and text."""
    parts = re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)|^(?=;)', form)[:4] or [form]
    if any(CONDITION.search(part) for part in parts):
        return next((part for part in parts if _holds(number, part)), "General")
    if number < 0 and len(parts) > 1:
        return str(parts[1])
    return str(parts[2]) if number == 0 and len(parts) > 2 else str(parts[0])


def _holds(number: float, part: str) -> bool:
    found = CONDITION.search(part)
    if not found:
        return True
    limit, less, same = float(found[2]), "<" in found[1], "=" in found[1]
    if found[1] == "<>":
        return number != limit
    return (same and number == limit) or (number < limit if less else found[1] != "=" and number > limit)


def _digits_marked(section: str) -> str:
    """Return a part of a format with its run of digits as a single sign."""
    pieces = re.split(r'("[^"]*"|\\.|[_*].)', BRACKETS.sub("", section))
    return "".join(
        piece if place % 2 else re.sub(r"[0#?][0#?,.]*", "\ue000", piece) for place, piece in enumerate(pieces)
    )
