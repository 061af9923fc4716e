"""Where the next money brings most: what slices cost and what they led to.

    gain = SQLs (or won deals) of a slice : money spent on its campaigns

It is what the money has brought so far, on the average; the interval is that of the count. Slices are ranked by its
lower end, so that luck with few of them does not win. Of fewer than ENOUGH nothing is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from abmhub.campaigns.models import Spend
from abmhub.core.statistics import count_interval
from abmhub.funnel import cells
from abmhub.funnel.cell import Cells, Key
from abmhub.funnel.cells import Question
from abmhub.funnel.models import FunnelStage

ENOUGH = 10
KEYS = {
    "channel": "campaign__channel",
    "campaign": "campaign",
    "content": "campaign__content",
    "program": "campaign__program",
    "motion": "campaign__motion",
}
"""What money can be told apart by: that of campaigns."""


@dataclass(frozen=True)
class Gain:
    """How many came of some money, and what the next one is to be expected to cost."""

    count: int
    spent: Decimal

    @property
    def is_enough(self) -> bool:
        return self.count >= ENOUGH and self.spent > 0

    @property
    def next_cost(self) -> Decimal | None:
        return self.spent / self.count if self.count and self.spent > 0 else None

    @property
    def cost_interval(self) -> tuple[Decimal, Decimal] | None:
        """Between what the next one costs, at 95%; None where nothing can be told."""
        if not self.is_enough:
            return None
        low, high = count_interval(self.count)
        return self.spent / Decimal(high), self.spent / Decimal(low)

    @property
    def rank(self) -> float:
        """The lower end of the gain for a unit of money."""
        return count_interval(self.count)[0] / float(self.spent) if self.is_enough else -1.0


@dataclass(frozen=True)
class Option:
    """A slice that one may put money in."""

    name: str
    spent: Decimal
    sql: Gain
    won: Gain

    def gain(self, stage: FunnelStage) -> Gain:
        return self.won if stage == FunnelStage.WON else self.sql


def options(question: Question, by: str, *, stage: FunnelStage) -> list[Option]:
    """Every slice that cost anything, the most certain gain first; those with not enough yet come last."""
    spent = spend_by(question, by)
    found = cells.count(question, (by,))
    names = cells.names_of([(key, None) for key in spent], (by,))
    made = [
        Option(
            name=names[key, None][0] or "(none)",
            spent=amount,
            sql=Gain(_volume(found, (key, None), FunnelStage.SQL), amount),
            won=Gain(_volume(found, (key, None), FunnelStage.WON), amount),
        )
        for key, amount in spent.items()
    ]
    return sorted(made, key=lambda each: (-each.gain(stage).rank, -each.spent, each.name))


def spend_by(question: Question, by: str) -> dict[str | None, Decimal]:
    """What the campaigns of each slice cost in the period, in the business currency."""
    rows = Spend.objects.filter(currency=settings.ABMHUB_BUSINESS_CURRENCY, spent_on__lte=question.as_of)
    if question.since:
        rows = rows.filter(spent_on__gte=question.since)
    if question.until:
        rows = rows.filter(spent_on__lte=question.until)
    if question.motion:
        rows = rows.filter(campaign__motion=question.motion)
    sums = rows.order_by().values_list(KEYS[by]).annotate(amount=Sum("amount"))
    return {None if key is None else str(key): amount for key, amount in sums}


def _volume(found: Mapping[Key, Cells], key: Key, stage: FunnelStage) -> int:
    return sum(cell.volume for (_, its), cell in found.get(key, {}).items() if its == stage)


def finding(found: list[Option], stage: FunnelStage, written: str) -> str:
    """The best option in a sentence; `written` is its cost as the page writes money."""
    best = next((each for each in found if each.gain(stage).is_enough), None)
    what = "won deal" if stage == FunnelStage.WON else "SQL"
    if best is None:
        return f"Not enough yet: no slice that cost money led to {ENOUGH} {what}s"
    return f"The next {what} is surest to come from {best.name}, for about {written}"
