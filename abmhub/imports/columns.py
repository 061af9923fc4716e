"""What the values of a column look like: their type, how many are empty, the least and the greatest."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from abmhub.accounts.countries import code_of
from abmhub.accounts.domains import registrable
from abmhub.imports import cells
from abmhub.imports.cells import NOTHING, BadCell, DateOrder

# A column is of a type when this share of its values is.
SHARE_OF_A_TYPE = 0.9
# So many different values tell the type.
VALUES_LOOKED_AT = 200
SAMPLES_SHOWN = 3
DIGITS = 25

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
_WEB_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?:[:/?#]\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\(|0|\d{3}[-. ])[\d\s()./-]{4,20}(?: ?(?:x|ext\.?) ?\d{1,6})?", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥₹]|\b[A-Z]{3}\b")
_YES_NO = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f"})


class Type(StrEnum):
    """What a person would call the values."""

    EMPTY = "Empty"
    EMAIL = "Email address"
    WEB_ADDRESS = "Web address"
    DATE = "Date"
    YES_NO = "Yes or no"
    NUMBER = "Number"
    MONEY = "Money"
    PHONE = "Phone number"
    COUNTRY = "Country"
    TEXT = "Text"


@dataclass(frozen=True)
class Facts:
    """What the first rows tell about a column. `least` and `most` are as the file writes them."""

    name: str
    type: Type
    empty_percent: int
    distinct: int
    samples: tuple[str, ...]
    least: str = ""
    most: str = ""


def facts_of(columns: Sequence[str], rows: Sequence[Sequence[str]], order: DateOrder | None = None) -> list[Facts]:
    """The facts of every column, by the rows that could be read."""
    return [_facts(name, [row[position].strip() for row in rows], order) for position, name in enumerate(columns)]


def _facts(name: str, values: Sequence[str], order: DateOrder | None) -> Facts:
    said = [value for value in values if value.lower() not in NOTHING]
    different = list(dict.fromkeys(said))
    kind = type_of(different[:VALUES_LOOKED_AT])
    least, most = _ends(different, kind, order)
    empty = round(100 * (len(values) - len(said)) / len(values)) if values else 0
    return Facts(name, kind, empty, len(different), tuple(different[:SAMPLES_SHOWN]), least, most)


def type_of(values: Sequence[str]) -> Type:
    """The first type that nearly all of the values, none of them empty, are of."""
    if not values:
        return Type.EMPTY
    for kind, is_one in _TESTS:
        if sum(map(is_one, values)) >= SHARE_OF_A_TYPE * len(values):
            return kind
    return Type.TEXT


def _ends(values: Iterable[str], kind: Type, order: DateOrder | None) -> tuple[str, str]:
    read = _READERS.get(kind)
    if read is None:
        return "", ""
    ranked: list[tuple[Decimal | date, str]] = []
    for value in values:
        try:
            ranked.append((read(value, order), value))
        except BadCell:
            continue
    if not ranked:
        return "", ""
    return min(ranked, key=lambda one: one[0])[1], max(ranked, key=lambda one: one[0])[1]


def _is_date(value: str) -> bool:
    try:
        cells.day(value, DateOrder.DAY_FIRST)
    except BadCell:
        try:
            cells.day(value, DateOrder.MONTH_FIRST)
        except BadCell:
            return False
    return True


def _is_number(value: str) -> bool:
    try:
        cells.number(value)
    except BadCell:
        return False
    return True


def _is_money(value: str) -> bool:
    try:
        cells.money(value, DIGITS)
    except BadCell:
        return False
    return bool(_MONEY.search(value))


def _is_web_address(value: str) -> bool:
    return bool(_WEB_ADDRESS.fullmatch(value)) and registrable(value) is not None


def _is_country(value: str) -> bool:
    return bool(code_of(value)) and not value.isdigit()


_TESTS: tuple[tuple[Type, Callable[[str], bool]], ...] = (
    (Type.EMAIL, lambda value: bool(_EMAIL.fullmatch(value))),
    (Type.WEB_ADDRESS, _is_web_address),
    (Type.DATE, _is_date),
    (Type.YES_NO, lambda value: value.lower() in _YES_NO),
    (Type.NUMBER, _is_number),
    (Type.MONEY, lambda value: _is_money(value) or _is_number(value)),
    (Type.PHONE, lambda value: bool(_PHONE.fullmatch(value))),
    (Type.COUNTRY, _is_country),
)
_READERS: dict[Type, Callable[[str, DateOrder | None], Decimal | date]] = {
    Type.DATE: cells.day,
    Type.NUMBER: lambda value, _: cells.number(value),
    Type.MONEY: lambda value, _: cells.money(value, DIGITS),
}
