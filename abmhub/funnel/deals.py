"""The deals behind a figure: the same rule as funnel/sql/deals.sql, as a QuerySet that can be paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from psycopg.sql import SQL

from abmhub.campaigns.models import Motion
from abmhub.core import sql
from abmhub.funnel.figures import dimension_of, keyed
from abmhub.pipeline.models import Opportunity, OpportunityQuerySet, Stage
from abmhub.users.models import User

LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True)
class DealSums:
    """How many deals, of how many the money is known, and that money in the business currency."""

    count: int
    known: int
    amount: Decimal


def deals_behind(
    deals: OpportunityQuerySet, *, as_of: date, kind: Stage.Kind, motion: Motion | None = None
) -> OpportunityQuerySet:
    """Those of `deals` that were won, lost or open on a day.

    Each row carries `known_amount`, its money if that is in the business currency, and `told_on`, the day
    it ended or, while open, began; a deal without that day comes as from LONG_AGO.
    """
    had_begun = Q(engaged_on=None) | Q(engaged_on__lte=as_of)
    if kind == Stage.Kind.OPEN:
        day = F("engaged_on")
        found = deals.filter(Q(stage__kind=kind) & had_begun | Q(engaged_on__lte=as_of, closed_on__gt=as_of))
    else:
        day = F("closed_on")
        found = deals.filter(Q(closed_on__lte=as_of) | Q(closed_on=None) & had_begun, stage__kind=kind)
    if motion:
        found = found.filter(motion=motion)
    return found.annotate(
        known_amount=Case(When(currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("amount"))),
        told_on=Coalesce(day, Value(LONG_AGO)),
    )


def sums_of(deals: OpportunityQuerySet) -> DealSums:
    """What the deals of `deals_behind` come to, in one query."""
    sums = deals.aggregate(
        count=Count("pk"), known=Count("known_amount"), amount=Coalesce(Sum("known_amount"), Decimal(0))
    )
    return DealSums(**sums)


def deals_in(
    kind: Stage.Kind,
    *,
    as_of: date,
    since: date | None,
    until: date | None,
    motion: Motion | None,
    by: Sequence[str],
    identity: str | None,
    user: User,
    limit: int,
    offset: int = 0,
) -> list[Opportunity | None]:
    """The won, lost or open deals of a slice of `deal_figures`, cut as it is, newest first.

    All of them count; None stands for one whose account this person may not see. Raises UnknownDimension.
    """
    chosen = SQL("identity::text IS NOT DISTINCT FROM %(identity)s") if by else SQL("TRUE")
    found = sql.rows(
        "funnel/deal_rows",
        _parts={"keyed": keyed(dimension_of(by)), "chosen": chosen},
        as_of=as_of,
        since=since,
        until=until,
        motion=motion,
        currency=settings.ABMHUB_BUSINESS_CURRENCY,
        outcome=kind.value,
        identity=identity,
        limit=limit,
        offset=offset,
    )
    seen = (
        Opportunity.objects.visible_to(user)
        .select_related("account", "product", "owner", "stage")
        .in_bulk([row["id"] for row in found])
    )
    return [seen.get(row["id"]) for row in found]
