"""One cell of a file to one value, or a reason why not. Each reader is given text that is not empty."""

import re
from collections.abc import Container, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

# What systems write where they know nothing.
NOTHING = frozenset({
    "", "-", "--", "n/a", "null", "none", "nan", "(none)", "(blank)", "(no value)",
    "#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!",
})  # fmt: skip

# Yes and no, as systems write them.
YES = frozenset({"true", "yes", "y", "t", "1"})
FLAGS = YES | {"false", "no", "n", "f", "0"}

_THOUSANDS_BY_COMMA = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_THOUSANDS_BY_DOT = re.compile(r"[1-9]\d{0,2}((\.\d{3}){2,}(,\d+)?|(\.\d{3})+,\d+)")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}|\d+,\d{4,}")
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")
_BLANKS = re.compile(r"[\s'’\u00a0\u202f]")
_SIGN = re.compile(r"^\((.*)\)$|^[+\-\u2212](.*)$")
_WITH_MULTIPLE = re.compile(r"(.*?[\d.])(k|mm|mn|m|bn|b|tsd|mio|mrd)\.?")
_CENT = Decimal("0.01")
MAX_DIGITS = 25
# With all that may stand around them.
MOST_OF_A_NUMBER = 60
_MULTIPLES = {
    "k": 1_000, "tsd": 1_000, "m": 1_000_000, "mm": 1_000_000, "mn": 1_000_000, "mio": 1_000_000, "b": 1_000_000_000,
    "bn": 1_000_000_000, "mrd": 1_000_000_000,
}  # fmt: skip
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:.*)?")
_DAY_OF_THREE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ,]+\d{1,2}:.*)?")
_SIGN_OF_MONEY = r"(?:US|A|C|NT|HK|S)?\$|[€£¥₹]"
_SIGNS = rf"(?!TSD|MIO|MRD)[A-Z]{{3}}|{_SIGN_OF_MONEY}"
# A minus sign or a bracket may stand before the currency or after it.
_MONEY_AROUND = re.compile(rf"^([(+\-\u2212]?)\s*({_SIGNS})?\s*(.*?)\s*({_SIGNS})?(\)?)$")
_CODES = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "NT$": "TWD",
    "HK$": "HKD",
    "S$": "SGD",
}
_SHARED_SIGNS = {"$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"), "¥": ("JPY", "CNY")}
_NAMED_MONTH = re.compile(
    r"(?:[a-z]{3,9},? )?(?:(\d{1,2})[ -]([a-z]{3,9})|([a-z]{3,9}) (\d{1,2}))[ ,-]+(\d{4}|\d{2})(?:,? \d{1,2}:.*)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


# Keys of Salesforce come with 15 characters in reports and with 18 elsewhere. They begin with what they are keys of.
_SHORT_KEY = re.compile(r"(?:00[1356Qv]|01t|701)(?=[0-9]*[A-Za-z])[0-9A-Za-z]{12}")
_CHECK_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


class BadCell(ValueError):
    """The text cannot be what the field wants; the message says what it wants, as the end of a sentence."""


class DateOrder(StrEnum):
    """How a date like 10/11/2016 is meant. ISO dates (2016-10-11) need no order."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def text(cell: str, limit: int) -> str:
    """The words, one space apart. A short key of Salesforce is read as the long one."""
    words = " ".join(cell.split())
    if len(words) > limit:
        raise BadCell(f"longer than {limit} characters")
    return long_key(words) if len(words) == 15 and _SHORT_KEY.fullmatch(words) else words


def long_key(short: str) -> str:
    """A key of Salesforce with the three characters that tell which of its 15 are capitals: the same record."""
    fives = (short[start : start + 5] for start in (0, 5, 10))
    return short + "".join(
        _CHECK_CHARACTERS[sum(1 << place for place, char in enumerate(five) if char.isascii() and char.isupper())]
        for five in fives
    )


def plain_word(cell: str) -> str:
    """Vice President, vice-president and VICE_PRESIDENT are one word."""
    return re.sub(r"[\s-]+", "_", cell.strip().casefold())


def number(cell: str) -> Decimal:
    """A number as people write it: 1100.04, 1,100.04, 1.100,04, 1 100.04, 12.5k, (100)."""
    if len(cell) <= MAX_DIGITS and _PLAIN.fullmatch(cell):
        return Decimal(cell)
    bare = _BLANKS.sub("", cell)
    negative = bare.startswith(("-", "\u2212")) or (bare.startswith("(") and bare.endswith(")"))
    bare = _SIGN.sub(r"\1\2", bare).lower()
    multiple = 1
    if match := _WITH_MULTIPLE.fullmatch(bare):
        bare, multiple = match[1], _MULTIPLES[match[2]]
    if _THOUSANDS_BY_COMMA.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _THOUSANDS_BY_DOT.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    if len(bare) > MAX_DIGITS or not _PLAIN.fullmatch(bare):
        raise BadCell("not a number")
    found = Decimal(bare) * multiple
    return -found if negative else found


def whole(cell: str, limit: int = 2_147_483_647) -> int:
    """A whole number, 0 or more; "1,200.0" is one."""
    found = number(cell)
    if found != found.to_integral_value():
        raise BadCell("not a whole number")
    if not 0 <= found <= limit:
        raise BadCell(f"not between 0 and {limit:,}")
    return int(found)


def money(cell: str, digits: int, factor: int = 1) -> Decimal:
    """An amount in cents, with or without its currency's sign; at most `digits` digits in all."""
    if not (len(cell) <= MAX_DIGITS and _PLAIN.fullmatch(cell)):
        cell = _MONEY_AROUND.sub(_without_its_sign, text(cell, MOST_OF_A_NUMBER), count=1)
    found = number(cell) * factor
    if abs(found) >= Decimal(10) ** (digits - 2):
        raise BadCell("too large an amount")
    return found.quantize(_CENT, ROUND_HALF_UP)


def _without_its_sign(match: re.Match[str]) -> str:
    return "".join(filter(None, match.group(1, 3, 5)))


def currency_beside(cell: str, business: str) -> str:
    """The code of the currency that an amount names before or behind its number; empty where it names none.

    A sign that several currencies share means the `business` currency where that is one of them, else the best known.
    """
    if cell[:1].isdigit() and cell[-1:].isdigit():
        return ""
    match = _MONEY_AROUND.match(text(cell, MOST_OF_A_NUMBER))
    return _code_of((match[2] or match[4] or "") if match else "", business)


def currency_in_heading(heading: str, known: Container[str], business: str) -> str:
    """The same of the heading of a column, as "Deal Value, $" or "Amount (EUR)"; a code has to be `known`."""
    words = (word.upper() for word in re.findall(rf"{_SIGN_OF_MONEY}|[A-Za-z]+", heading.replace("_", " ")))
    named = (word for word in words if not word.isalpha() or word in known)
    return _code_of(next(named, ""), business)


def _code_of(sign: str, business: str) -> str:
    if sharing := _SHARED_SIGNS.get(sign):
        return business if business in sharing else sharing[0]
    return _CODES.get(sign, sign)


def year(cell: str) -> int:
    """A year; what is in brackets behind it, as in "2013 (1888)", tells of another."""
    found = whole(cell.partition("(")[0].strip())
    if not 1000 <= found <= 2200:
        raise BadCell("not a year")
    return found


def day(cell: str, order: DateOrder | None) -> date:
    """A date; a time of day after it is left out. Raises BadCell for 10/11/2016 when no order is given."""
    words = cell.strip()
    if match := _ISO_DAY.fullmatch(words):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _DAY_OF_THREE.fullmatch(words):
        first, second, in_year = int(match[1]), int(match[2]), _four_digits(int(match[3]))
        order = order or (DateOrder.DAY_FIRST if first > 12 else DateOrder.MONTH_FIRST if second > 12 else None)
        if order is None:
            raise BadCell("not clear: say whether day or month comes first")
        parts = (in_year, second, first) if order == DateOrder.DAY_FIRST else (in_year, first, second)
    else:
        parts = _with_a_named_month(words.casefold())
    try:
        return date(*parts)
    except ValueError:
        raise BadCell("not a date") from None


def _with_a_named_month(words: str) -> tuple[int, int, int]:
    """Year, month and day of 3 Mar 2026, 03-March-26 or Tuesday, March 3, 2026."""
    match = _NAMED_MONTH.fullmatch(words.replace(".", ""))
    month = (match[2] or match[3])[:3] if match else ""
    if match is None or month not in _MONTHS:
        raise BadCell("not a date")
    return _four_digits(int(match[5])), _MONTHS.index(month) + 1, int(match[1] or match[4])


def _four_digits(in_year: int) -> int:
    """A year of two digits lies within 1970 and 2069, as everywhere."""
    return in_year + (0 if in_year > 99 else 1900 if in_year >= 70 else 2000)


def date_orders(values: Iterable[str]) -> set[DateOrder]:
    """The orders in which every one of these dates makes sense; both when no date tells."""
    orders = set(DateOrder)
    for value in values:
        if match := _DAY_OF_THREE.fullmatch(value.strip()):
            if int(match[1]) > 12:
                orders.discard(DateOrder.MONTH_FIRST)
            if int(match[2]) > 12:
                orders.discard(DateOrder.DAY_FIRST)
    return orders


def has_dates_that_need_an_order(values: Iterable[str]) -> bool:
    return any(_DAY_OF_THREE.fullmatch(value.strip()) for value in values)
