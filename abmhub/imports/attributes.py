"""Custom attributes as columns of a file of accounts, read by their kind."""

import json
import re
from collections.abc import Callable
from decimal import Decimal

from django.core.exceptions import ValidationError

from abmhub.accounts.models import Attribute
from abmhub.accounts.models.attribute import MOST_CHARACTERS, MOST_DIGITS, NO, YES, AttributeValue
from abmhub.imports import cells
from abmhub.imports.kinds.base import CellReader
from abmhub.imports.mapping import Field
from abmhub.imports.suggestion import alike

PREFIX = "attributes."
# A remark names its field in so many letters.
MOST_LETTERS = 40


class AttributeColumns:
    """The attributes of this installation as fields of a file: a header is their label or their code."""

    def __init__(self) -> None:
        self._attributes = {f"{PREFIX}{attribute.code}": attribute for attribute in Attribute.objects.in_use()}
        self.fields = tuple(
            Field(
                name,
                attribute.label,
                f"{_bare(attribute.label)} {_bare(attribute.code)}",
                help=attribute.help_text or attribute.unit,
                is_date=attribute.kind == Attribute.Kind.DATE,
            )
            for name, attribute in self._attributes.items()
        )
        self.columns = {name: (name,) for name in self._attributes}
        self.labels = {name: attribute.label for name, attribute in self._attributes.items()}

    def staged(self, row: CellReader) -> str:
        """The values that the row gives, as JSON; what is empty or in doubt is not among them."""
        said = {
            attribute.code: value
            for name, attribute in self._attributes.items()
            if row.has(name) and (value := _value(row, name, attribute)) is not None
        }
        return json.dumps(said) if said else "{}"


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words.casefold())


def _value(row: CellReader, name: str, attribute: Attribute) -> AttributeValue | None:
    match attribute.kind:
        case Attribute.Kind.NUMBER:
            return row.read(name, _measured(attribute, cells.number))
        case Attribute.Kind.MONEY:
            return row.read(name, _measured(attribute, lambda cell: cells.money(cell, MOST_DIGITS)))
        case Attribute.Kind.DATE:
            day = row.day(name)
            return day.isoformat() if day else None
        case Attribute.Kind.CHOICE:
            return _choice(row, name, attribute)
        case Attribute.Kind.YES_NO:
            return row.read(name, _yes_or_no)
    return row.text(name, MOST_CHARACTERS) or None


def _measured(attribute: Attribute, reader: Callable[[str], Decimal]) -> Callable[[str], int | float]:
    def read(cell: str) -> int | float:
        try:
            return attribute.measured(reader(cell))
        except ValidationError:
            raise cells.BadCell("too large a number") from None

    return read


def _choice(row: CellReader, name: str, attribute: Attribute) -> str | None:
    """A word that is no choice is left out and doubted, with the choice that it is most like."""
    cell = " ".join(row.raw(name).split())
    if not cell:
        return None
    found = next((choice for choice in attribute.choices if choice.casefold() == cell.casefold()), None)
    if found is None:
        reason = f"{attribute.label} knows no such choice, so it was left out."
        row.doubt(name[:MOST_LETTERS], cell, reason, alike(cell, attribute.choices))
    return found


def _yes_or_no(cell: str) -> bool:
    if cell.casefold() not in YES | NO:
        raise cells.BadCell("neither yes nor no")
    return cell.casefold() in YES
