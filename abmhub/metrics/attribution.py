"""To which touches a won deal is due: at account level, so that nobody has to name the person of a deal.

The shares of a deal come to exactly its money, to the cent, under every model. And whether marketing sourced a deal or
influenced it, by three rules that people take for the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import models


class Model(models.TextChoices):
    """How a deal is shared among the touches before it, oldest first."""

    FIRST = "first", "First touch"
    LAST = "last", "Last touch"
    EVEN = "even", "Even"
    POSITION = "position", "Position 40-20-40"


def weights(model: Model, touches: int) -> list[Fraction]:
    """The share of each touch; they sum to 1.

    By position the first and the last have 40% each and those between share 20%; two touches have half each.
    """
    if model == Model.FIRST:
        return [Fraction(int(place == 0)) for place in range(touches)]
    if model == Model.LAST:
        return [Fraction(int(place == touches - 1)) for place in range(touches)]
    if model == Model.EVEN or touches < 3:
        return [Fraction(1, touches)] * touches
    return [Fraction(2, 5), *[Fraction(1, 5) / (touches - 2)] * (touches - 2), Fraction(2, 5)]


def shares(cents: int, model: Model, touches: int) -> list[int]:
    """So many cents shared among the touches of a deal: 90,000 even among three are 30,000 each.

    What cannot be shared goes, a cent each, to the largest remainders, the earliest first (Hamilton's method).
    """
    exact = [cents * weight for weight in weights(model, touches)]
    found = [int(share) for share in exact]
    by_remainder = sorted(range(touches), key=lambda place: (found[place] - exact[place], place))
    for place in by_remainder[: cents - sum(found)]:
        found[place] += 1
    return found


@dataclass(frozen=True)
class Before:
    """A touch before a deal."""

    on: date
    is_marketing: bool
    with_person: bool = True


@dataclass(frozen=True)
class Sourced:
    """Three rules for one deal, and whether marketing influenced it at all."""

    by_lead_source: bool
    by_first_touch: bool
    before_sales: bool
    influenced: bool

    @property
    def rules(self) -> int:
        """By how many of the three rules marketing sourced it: 0 to 3."""
        return self.by_lead_source + self.by_first_touch + self.before_sales


def sourced(touches: Sequence[Before], *, has_marketing_source: bool) -> Sourced:
    """Whether marketing sourced a deal, given the touches before it, oldest first.

    By its lead source: a lead or a campaign led to it. By first touch: the first of all touches was marketing's.
    Before sales: marketing touched the account on a day before sales first talked to a person, or sales never did.
    Influenced: any touch of marketing before it.
    """
    marketing = [each.on for each in touches if each.is_marketing]
    sales = [each.on for each in touches if not each.is_marketing and each.with_person]
    return Sourced(
        by_lead_source=has_marketing_source,
        by_first_touch=bool(touches) and touches[0].is_marketing,
        before_sales=bool(marketing) and (not sales or min(marketing) < min(sales)),
        influenced=bool(marketing),
    )
