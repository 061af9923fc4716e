"""How each tactic does: how often it is ordered, what it costs, whether promises are kept, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import TruncDate

from abmhub.core.days import first_moment
from abmhub.core.statistics import Difference, difference_of_shares
from abmhub.menus.models import Tactic
from abmhub.metrics.models import TacticScore
from abmhub.orders.models import FollowUp, OrderLine
from abmhub.pipeline.models import Opportunity

LOOK_BACK, OUTCOME_WITHIN = timedelta(days=365), timedelta(days=90)
ENOUGH = 20
"""From so many deliveries on, whose time is over, an outcome is told."""
KEPT_WELL = 0.8


class Verdict(StrEnum):
    KEEP = "Keep"
    WATCH = "Watch"
    RETIRE = "Retire"
    NOT_YET = "Not enough yet"


RULE = (
    f"Keep: more deals began within {OUTCOME_WITHIN.days} days than after other tactics, and the 95% interval of the "
    f"difference is above nothing; or no worse, with {KEPT_WELL:.0%} of promises kept. Retire: the whole interval lies "
    f"below nothing. Watch: the rest. Under {ENOUGH} deliveries of {OUTCOME_WITHIN.days} days ago: not enough yet."
)


@dataclass(frozen=True)
class Score:
    """One tactic over a year. Outcomes are of deliveries old enough for one."""

    tactic: Tactic
    ordered: int
    cost: Decimal | None
    delivered: int
    kept: int
    followed_up: int
    judged: int
    began: int
    others_judged: int
    others_began: int

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.delivered if self.delivered else None

    @property
    def followed_up_share(self) -> float | None:
        return self.followed_up / self.delivered if self.delivered else None

    @property
    def cost_each(self) -> Decimal | None:
        """What a delivery cost in the end, on average."""
        return self.cost / self.delivered if self.cost is not None and self.delivered else None

    @property
    def outcome(self) -> float | None:
        """The share of its deliveries after which a deal began."""
        return self.began / self.judged if self.judged else None

    @property
    def lift(self) -> Difference | None:
        """How much larger that share is than after other tactics; None until there is enough of both."""
        if self.judged < ENOUGH or self.others_judged < ENOUGH:
            return None
        return difference_of_shares(self.began, self.judged, self.others_began, self.others_judged)

    @property
    def verdict(self) -> Verdict:
        """By RULE."""
        lift = self.lift
        if lift is None:
            return Verdict.NOT_YET
        if lift.high < 0:
            return Verdict.RETIRE
        is_reliable = lift.value >= 0 and (self.kept_share or 0) >= KEPT_WELL
        return Verdict.KEEP if lift.low > 0 or is_reliable else Verdict.WATCH


def keep(*, on: date) -> int:
    """Freeze the figures of every tactic that was ordered in the year before a day; returns how many there are."""
    TacticScore.objects.filter(snapshot_on=on).delete()
    made = TacticScore.objects.bulk_create(
        TacticScore(snapshot_on=on, tactic_id=row.pop("tactic"), **row) for row in _counted(on)
    )
    return len(made)


def scorecard(*, on: date) -> list[Score]:
    """Every tactic as the last night up to a day counted it, the most popular first; in one query."""
    newest = TacticScore.objects.filter(snapshot_on__lte=on).order_by("-snapshot_on").values("snapshot_on")[:1]
    rows = TacticScore.objects.filter(snapshot_on=newest).select_related("tactic__category", "tactic__channel")
    judged, began = (sum(getattr(row, name) for row in rows) for name in ("judged", "began"))
    scores = [_score(row, judged, began) for row in rows]
    return sorted(scores, key=lambda each: (-each.ordered, each.tactic.name))


def _counted(on: date) -> Iterator[dict[str, Any]]:
    """The rows of a night, by the names of their columns."""
    since, until = first_moment(on - LOOK_BACK), first_moment(on + timedelta(days=1))
    is_delivered = Q(delivered_at__gte=since, delivered_at__lt=until)
    old_enough = is_delivered & Q(delivered_at__lt=first_moment(on + timedelta(days=1) - OUTCOME_WITHIN))
    lines = OrderLine.objects.filter(order__placed_at__gte=since, order__placed_at__lt=until)
    known = Case(When(order__currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("actual_cost")))
    counted = (
        lines.annotate(day=TruncDate("delivered_at"), last_day=TruncDate(F("delivered_at") + OUTCOME_WITHIN))
        .annotate(followed=Exists(_follow_ups()), led=Exists(_deals()))
        .order_by()
        .values("tactic")
        .annotate(
            ordered=Count("pk"),
            cost=Sum(known, filter=is_delivered),
            delivered=Count("pk", filter=is_delivered),
            kept=Count("pk", filter=is_delivered & Q(day__lte=F("promised_on"))),
            followed_up=Count("pk", filter=is_delivered & Q(followed=True)),
            judged=Count("pk", filter=old_enough),
            began=Count("pk", filter=old_enough & Q(led=True)),
        )
    )
    return ({**row} for row in counted)


def _score(row: TacticScore, judged: int, began: int) -> Score:
    return Score(
        tactic=row.tactic,
        ordered=row.ordered,
        cost=row.cost,
        delivered=row.delivered,
        kept=row.kept,
        followed_up=row.followed_up,
        judged=row.judged,
        began=row.began,
        others_judged=judged - row.judged,
        others_began=began - row.began,
    )


def _follow_ups() -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(line=OuterRef("pk"), done_at__lte=F("due_at"))


def _deals() -> QuerySet[Opportunity]:
    """Deals of the account that began after the delivery, and soon."""
    return Opportunity.objects.filter(
        account=OuterRef("order__account"), engaged_on__gt=OuterRef("day"), engaged_on__lte=OuterRef("last_day")
    )
