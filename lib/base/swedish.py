"""Swedish as written in reports: numbers, dates, lists and alphabetical order, independent of the machine's locale."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

MINUS = "\u2212"
NBSP = "\u00a0"
_ALPHABET = {letter: chr(ord("z") + 1 + i) for i, letter in enumerate("åäö")}


def number(value: float, decimals: int = 0) -> str:
    """Format a number with decimal comma, no-break spaces between thousands and a true minus sign; halves are rounded up.

    >>> number(-1234.56, 1)
    '−1\\xa0234,6'
    >>> number(0.5), number(2.5), number(-0.04, 1)
    ('1', '3', '0,0')
    """
    rounded = round_half_up(value, decimals)
    text = format_decimal(abs(rounded), format="#,##0" + ("." + "0" * decimals if decimals else ""), locale="sv_SE")
    return (MINUS if rounded < 0 else "") + text


def round_half_up(value: float, decimals: int = 0) -> float:
    """Round halves away from zero, as readers expect, using the decimal digits that Python prints.

    >>> round_half_up(13.25, 1), round_half_up(1.005, 2)
    (13.3, 1.01)
    """
    scale = 10**decimals
    return math.copysign(math.floor(round(abs(value) * scale, 6) + 0.5) / scale, value) + 0.0


def signed(value: float, decimals: int = 0) -> str:
    """Format a difference with its sign; zero has none.

    >>> signed(22), signed(-0.4, 1), signed(0)
    ('+22', '−0,4', '0')
    """
    text = number(value, decimals)
    return "+" + text if value > 0 and text.strip("0,") else text


def long_date(day: date) -> str:
    """Format a date with the month in letters.

    >>> long_date(date(2023, 5, 30))
    '30 maj 2023'
    """
    return format_date(day, "d MMMM y", locale="sv_SE")


def period(first: int | None, last: int | None) -> str:
    """Format a period of years; an unknown end is left open.

    >>> period(2020, 2026), period(2022, 2022), period(2020, None), period(None, None)
    ('2020–2026', '2022', 'från 2020', 'period saknas i underlaget')
    """
    if first is None or last is None:
        return f"från {first}" if first else f"till och med {last}" if last else "period saknas i underlaget"
    return str(first) if first == last else f"{first}–{last}"


def join(items: Iterable[str], last: str = "och") -> str:
    """Join words as a list in running text.

    >>> join(["kvinnor", "män", "barn"])
    'kvinnor, män och barn'
    """
    words = list(items)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def count(amount: int, singular: str, plural: str, *, neuter: bool = False) -> str:
    """Format an amount with its noun, one to twelve in letters.

    >>> count(1, "indikator", "indikatorer"), count(13, "indikator", "indikatorer")
    ('en indikator', '13 indikatorer')
    >>> count(1, "åtagande", "åtaganden", neuter=True)
    'ett åtagande'
    """
    return f"ett {singular}" if neuter and amount == 1 else f"{cardinal(amount)} {singular if amount == 1 else plural}"


def cardinal(amount: int) -> str:
    """Format a cardinal number, zero to twelve in letters (common gender).

    >>> cardinal(0), cardinal(3), cardinal(13)
    ('noll', 'tre', '13')
    """
    words = ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]
    return words[amount] if 0 <= amount < len(words) else number(amount)


def upper_first(text: str) -> str:
    """Capitalize the first letter and leave the rest.

    >>> upper_first("andelen i Stockholms län")
    'Andelen i Stockholms län'
    """
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Make the first letter lower case unless the second is a capital, as in abbreviations.

    >>> lower_first("Kvinnor"), lower_first("NTU")
    ('kvinnor', 'NTU')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sort_key(text: str) -> str:
    """Return a key that sorts å, ä and ö last.

    >>> sorted(["Örebro", "Ale", "Åre", "Älvsjö", "Zinkgruvan"], key=sort_key)
    ['Ale', 'Zinkgruvan', 'Åre', 'Älvsjö', 'Örebro']
    """
    return "".join(_ALPHABET.get(letter, letter) for letter in text.casefold())


def slug(text: str) -> str:
    """Return an anchor of ASCII letters, digits and hyphens.

    >>> slug("Åtaganden i handlingsplanen – mål 3")
    'ataganden-i-handlingsplanen-mal-3'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "avsnitt"
