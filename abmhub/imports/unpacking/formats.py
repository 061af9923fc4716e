"""What the numbers of a workbook are shown as: a date, or a number without the noise of its binary form."""

import re
from datetime import date, timedelta
from decimal import Decimal

# The numbers of formats that every workbook knows without naming them.
DATES = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
SHOWN_DIGITS = 15
MOST_PLACES = 25
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_OF_A_DATE = re.compile(r"[ydmhs]", re.IGNORECASE)
DAY_SECONDS = 86_400
# Day 60 is the 29th of February 1900, which never was; the days after it count from a day earlier.
NO_DAY = 60
FIRST, FIRST_AFTER_IT, FIRST_OF_1904 = date(1899, 12, 31), date(1899, 12, 30), date(1904, 1, 1)
# In the year 9999.
LAST_SERIAL = 2_957_003


def is_date(code: str) -> bool:
    """Whether a format shows a day or a time of day; an elapsed time ([h]:mm) is a number."""
    shown = _NOT_SHOWN.sub("", code.split(";")[0])
    return not _IN_BRACKETS.search(shown) and shown.lower() != "general" and bool(_OF_A_DATE.search(shown))


def shown_date(text: str, *, is_from_1904: bool) -> str:
    """The day, with its time if it has one, as ISO writes it. What is no day of the calendar stays a number."""
    try:
        serial = float(text)
    except ValueError:
        return text
    if not 0 <= serial < LAST_SERIAL:
        return shown_number(text)
    days, seconds = divmod(round(serial * DAY_SECONDS), DAY_SECONDS)
    if days == 0 and seconds and not is_from_1904:
        return str(timedelta(seconds=seconds)).rjust(8, "0")
    if days == NO_DAY and not is_from_1904:
        return shown_number(text)
    first = FIRST_OF_1904 if is_from_1904 else FIRST if days < NO_DAY else FIRST_AFTER_IT
    shown = (first + timedelta(days=days)).isoformat()
    return f"{shown} {str(timedelta(seconds=seconds)).rjust(8, '0')}" if seconds else shown


def shown_number(text: str) -> str:
    """The number with as many digits as a spreadsheet shows, and without an exponent."""
    if len(text) <= SHOWN_DIGITS and "E" not in text and "e" not in text:
        return text
    try:
        rounded = Decimal(format(float(text), f".{SHOWN_DIGITS}g"))
    except (ValueError, ArithmeticError):
        return text
    if not rounded.is_finite() or abs(rounded.adjusted()) > MOST_PLACES:
        return text
    return format(rounded.normalize(), "f")
