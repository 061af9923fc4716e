"""How numbers, money and shares are written, wherever there is no markup."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
WITHOUT_CENTS = frozenset({"JPY", "KRW", "CLP", "VND", "HUF"})


def money_text(amount: Decimal | float | None, currency: str = "USD", *, short: bool = False) -> str:
    """Money with its currency; cents only where there are any. `short` gives $1.2M."""
    if amount is None:
        return "–"
    if short and abs(float(amount)) >= 10_000:
        return _with_currency(compact(amount), currency)
    return _written(amount, currency)


def _written(amount: Decimal | float, currency: str) -> str:
    exact = _rounded(amount, 0 if currency in WITHOUT_CENTS else 2)
    cents = 0 if exact == exact.to_integral_value() else 2
    return _with_currency(formats.number_format(exact, cents, force_grouping=True), currency)


def _rounded(number: Decimal | float, places: int) -> Decimal:
    """Half up, as people round; Django's own formatting cuts off."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _with_currency(number: str, currency: str) -> str:
    sign, digits = ("−", number[1:]) if number.startswith("-") else ("", number)
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{currency}\u00a0{digits}"


def compact(number: Decimal | float | None) -> str:
    """1,234,567 as 1.2M: for charts and headlines, never where people reckon."""
    if number is None:
        return "–"
    size = Decimal(str(abs(number)))
    for power, letter in enumerate(("", "k", "M", "B")):
        scaled = size.scaleb(-3 * power)
        shown = _rounded(scaled, 1 if letter and scaled < 100 else 0)
        if shown < 1000 or letter == "B":
            break
    written = f"{shown:f}".removesuffix(".0")
    places = len(written.partition(".")[2])
    return f"{'-' if number < 0 else ''}{formats.number_format(shown, places, force_grouping=True)}{letter}"


def percent(ratio: Decimal | float | None, places: int = 1) -> str:
    """A ratio (0.333) as 33.3%; unknown as a dash."""
    if ratio is None:
        return "–"
    return f"{formats.number_format(_rounded(Decimal(str(ratio)) * 100, places), places)}%"
