"""The facts of an account that people may change by hand: what they are called, and how they are written down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import formats
from django.utils.text import capfirst

from abmhub.accounts.attributes import shown as shown_attribute
from abmhub.accounts.attributes import value_of
from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, Attribute, Segment

EDIT, TARGET, ASSIGN = "accounts.edit", "accounts.target", "accounts.assign"

Value = str | int | float | Decimal | bool | list[str] | models.Model | None
"""What a fact may be. Unknown is None; of a text it is the empty one."""

ATTRIBUTE_PREFIX = "attributes."


@dataclass(frozen=True)
class Fact:
    """A column of the account, or a custom attribute, whose code then begins with "attributes."."""

    code: str
    label: str
    verb: str = EDIT
    attribute: Attribute | None = None

    @property
    def key(self) -> str:
        """What the journal calls it, and the database."""
        return f"{self.code}_id" if self.code in RELATED else self.code

    def value_of(self, account: Account) -> Any:
        """What we know; of a person or a territory the key."""
        return value_of(account, self.attribute) if self.attribute else getattr(account, self.key)

    def shown(self, value: Any, names: Mapping[tuple[str, int], str] | None = None) -> str:
        """A value of the journal as people read it; empty when it is unknown. `names` are those of people and
        territories, by fact and key."""
        if value is None or value in ("", []):
            return ""
        if self.attribute:
            return shown_attribute(self.attribute, value)
        if self.code in RELATED:
            return (names or {}).get((self.code, value), "somebody who is gone")
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, list):
            return ", ".join(value)
        if isinstance(value, int | float | Decimal):
            return formats.number_format(value, force_grouping=self.code != "founded_year")
        if self.code == "segment":
            return str(Segment(value).label)
        return name_of(value) if self.code == "country" else str(value)


RELATED = frozenset({"owner", "territory"})
VERBS = {"owner": ASSIGN, "territory": ASSIGN, "is_target": TARGET}
COLUMNS = (
    "owner", "territory", "industry", "segment", "country", "headquarters", "employees", "annual_revenue_amount",
    "acv_amount", "currency", "founded_year", "technologies", "is_target", "name",
)  # fmt: skip
LABELS = {"is_target": "Target account", "founded_year": "Founded"}


def _column(code: str) -> Fact:
    label = LABELS.get(code) or capfirst(str(Account._meta.get_field(code).verbose_name))  # type: ignore[union-attr]
    return Fact(code, label.removesuffix(" amount"), VERBS.get(code, EDIT))


def columns() -> dict[str, Fact]:
    """The facts that every installation has, by code."""
    return {code: _column(code) for code in COLUMNS}


def facts() -> dict[str, Fact]:
    """All facts, those that the installation defined last; one query."""
    own = (
        Fact(f"{ATTRIBUTE_PREFIX}{attribute.code}", attribute.label, attribute=attribute)
        for attribute in Attribute.objects.in_use()
    )
    return columns() | {fact.code: fact for fact in own}


def written(value: Value) -> str:
    """A value as JSON, always the same for the same: money and counts without needless zeros."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # Not through a float: sixteen digits and the cents do not fit one.
        plain = format(Decimal(str(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return json.dumps(value)
