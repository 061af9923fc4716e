"""Which customers are "the best", and which accounts they are compared with: a person chooses."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from psycopg.sql import Composable

from abmhub.accounts.models import Territory
from abmhub.core import sql
from abmhub.core.sql import Values


class Meaning(models.TextChoices):
    REPEAT = "repeat", "Won two or more deals in different cycles"
    AMOUNT = "amount", "Won deals of at least an amount"
    SINCE = "since", "Customers for at least some years"
    MARKED = "marked", "Marked as customers"


MOST_COMPARED = 100_000
"""Of the best, and of the others. Of more these many are drawn: a share of a hundred thousand is known to a third of
a percentage point, and a million accounts would take seconds."""
WHOLE = 2**32
"""What the keys of accounts are spread over, evenly, before a share of them is drawn."""


@dataclass(frozen=True)
class Sample:
    """How many accounts there are on either side; of many only a share is compared, always the same ones."""

    best: int
    rest: int

    @property
    def share_of_best(self) -> float:
        return _share_of(self.best)

    @property
    def share_of_rest(self) -> float:
        return _share_of(self.rest)

    @property
    def is_whole(self) -> bool:
        """Whether everybody is compared."""
        return max(self.best, self.rest) <= MOST_COMPARED


EVERYBODY = Sample(0, 0)
"""For counting: nobody is left out."""


def _share_of(number: int) -> float:
    return min(1.0, MOST_COMPARED / number) if number else 1.0


@dataclass(frozen=True)
class Best:
    """What "best" means as of a day.

    Two cycles: the second deal began after the first was closed. An amount is in the business currency, deals in
    others are not counted. Years are counted from the first won deal. With a territory only its accounts are
    compared.
    """

    as_of: date
    meaning: Meaning = Meaning.REPEAT
    amount: Decimal = Decimal(100_000)
    years: int = 2
    territory: Territory | None = None

    @property
    def sentence(self) -> str:
        """For example: accounts that won two or more deals in different cycles."""
        words = {
            Meaning.REPEAT: "accounts that won two or more deals in different cycles",
            Meaning.AMOUNT: f"accounts whose won deals come to {self.amount:,.0f} or more",
            Meaning.SINCE: f"accounts that won their first deal {self.years} years ago or earlier",
            Meaning.MARKED: "accounts that are marked as customers",
        }[self.meaning]
        return f"{words}, in {self.territory}" if self.territory else words

    @property
    def since(self) -> date:
        """The last day on which the first deal of a customer of that many years was won."""
        year = self.as_of.year - self.years
        is_leap_day = (self.as_of.month, self.as_of.day) == (2, 29)
        return self.as_of.replace(year=year, day=28) if is_leap_day else self.as_of.replace(year=year)

    def population(self, values: Values, sample: Sample) -> Composable:
        """The accounts that are compared as part of a statement, which is handed the business currency."""
        territory = values.hold(self.territory.pk if self.territory else None)
        return sql.part(
            "scoring/population",
            best=self._best(values),
            territory=territory,
            of_best=values.hold(int(sample.share_of_best * WHOLE)),
            of_rest=values.hold(int(sample.share_of_rest * WHOLE)),
        )

    def _best(self, values: Values) -> Composable:
        """The keys of the best as part of a statement."""
        return sql.part(
            f"scoring/best_{self.meaning}",
            **{
                Meaning.REPEAT: {"as_of": values.hold(self.as_of)},
                Meaning.AMOUNT: {"as_of": values.hold(self.as_of), "amount": values.hold(self.amount)},
                Meaning.SINCE: {"since": values.hold(self.since)},
                Meaning.MARKED: {},
            }[self.meaning],
        )

    def others(self) -> "list[tuple[Best, int]]":
        """What else "best" may mean, with how many accounts it is true of, the most first; a statement for each."""
        rivals = [replace(self, meaning=meaning) for meaning in Meaning if meaning != self.meaning]
        return sorted(((rival, rival.sample().best) for rival in rivals), key=lambda each: -each[1])

    def sample(self) -> Sample:
        """How many are on either side, and so which share of them is compared; in one statement."""
        values = Values("sample")
        parts = {"population": self.population(values, EVERYBODY)}
        currency = settings.ABMHUB_BUSINESS_CURRENCY
        [row] = sql.rows("scoring/sample", parts, currency=currency, **values.parameters)
        return Sample(**row)
