"""Numbers as publishers write them, with spaces, decimal commas, footnote signs and marks of preliminary values."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A space within a number that separates thousands.
GROUPED = r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))"
#: A number with a sign of a footnote after it: 69,3 2), 69,3*, 69,3¹.
FOOTNOTED = r"(-?[0-9][0-9 \u00a0\u202f.,]*%?)(?:\s*\*{1,3}|\s*[⁰¹²³⁴-⁹]{1,2}|\s+[0-9a-z]{1,2}\))"


class Amounts:
    """Reads numbers of one table; ``habits`` notes what had to be understood.

    Parameters
    ----------
    decimal : str
        The decimal sign, a comma or a point.
    preliminary : sequence of str
        Signs after a number that mean that it is preliminary.
    """

    def __init__(self, decimal: str, preliminary: Sequence[str] = ()) -> None:
        self.point = decimal == "."
        self.preliminary = sorted(preliminary, key=len, reverse=True)
        self.habits: set[str] = set()

    def unmarked(self, text: str) -> tuple[str, bool]:
        """Return a cell's text without the signs of footnotes and preliminary values, and whether it is preliminary.

        >>> Amounts(",", ["p"]).unmarked("69,3 2)"), Amounts(",", ["p"]).unmarked("69,3 p")
        (('69,3', False), ('69,3', True))
        """
        sign = next((s for s in self.preliminary if text.endswith(s) and text.removesuffix(s).strip()), "")
        plain = text.removesuffix(sign).strip()
        if marked := re.fullmatch(FOOTNOTED, plain):
            self.habits.add("signs of footnotes were left out")
            plain = marked[1]
        return plain, bool(sign)

    def number(self, text: str) -> float | None:
        """Return a number, or None for a text that is none, or that can be read in two ways.

        A point could separate thousands: 1.234 has two meanings unless the decimal sign is known to be a point.

        >>> [Amounts(",").number(text) for text in ("1 234,5", "76,5 %", "1.234", "12.5")], Amounts(".").number("1.234")
        ([1234.5, 76.5, None, 12.5], 1.234)
        """
        plain = re.sub(GROUPED, "", text).removesuffix("%").rstrip(" \u00a0")
        if plain != text:
            self.habits.add("numbers held spaces or a per cent sign")
        if not self.point and re.fullmatch(r"-?[0-9]+,[0-9]+", plain):
            self.habits.add("numbers had a decimal comma")
            plain = plain.replace(",", ".")
        thousands = not self.point and re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}", plain)
        if thousands or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", plain):
            return None
        return float(plain)
