"""How far the talks with an account are, as tactics and menus ask for it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from abmhub.accounts.models import Account
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent

ENGAGED_FOR = timedelta(days=90)
"""How long a meaningful event makes an account an engaged one."""


class FunnelStage(models.TextChoices):
    TARGET = "target", "Target account"
    ENGAGED = "engaged", "Engaged"
    SQL = "sql", "SQL"
    OPPORTUNITY = "opportunity", "Opportunity"
    LATE = "late", "Late stage"
    CUSTOMER = "customer", "Customer"


def stage_of(account: Account, *, at: datetime) -> FunnelStage:
    """The stage of one account, as `stages_of` says it."""
    return stages_of([account.pk], at=at)[account.pk]


def stages_of(account_ids: Collection[int], *, at: datetime) -> dict[int, FunnelStage]:
    """The stage of each account's deepest open opportunity, or else what it is without one; in one query.

    Late is the last stage in which a deal is still open. A customer with an open opportunity is at that stage.
    """
    open_ones = Opportunity.objects.filter(account=OuterRef("pk"), stage__kind=Stage.Kind.OPEN)
    deepest = open_ones.order_by("-stage__position", "-stage__pk")
    last = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("-position", "-pk")
    meaningful = EngagementEvent.objects.filter(
        Q(occurred_at__gt=at - ENGAGED_FOR, occurred_at__lte=at),
        account=OuterRef("pk"),
        event_type__is_meaningful=True,
    )
    found = (
        Account.objects.filter(pk__in=account_ids)
        .annotate(
            deal_stage=Subquery(deepest.values("stage_id")[:1]),
            deal_is_qualified=Subquery(deepest.values("stage__is_qualified")[:1]),
            last_stage=Subquery(last.values("pk")[:1]),
            is_engaged=Exists(meaningful),
        )
        .values("pk", "deal_stage", "deal_is_qualified", "last_stage", "is_engaged", "is_customer")
    )
    return {account["pk"]: _stage(account) for account in found}


def _stage(found: Mapping[str, Any]) -> FunnelStage:
    if found["deal_stage"] is not None:
        if not found["deal_is_qualified"]:
            return FunnelStage.SQL
        return FunnelStage.LATE if found["deal_stage"] == found["last_stage"] else FunnelStage.OPPORTUNITY
    if found["is_customer"]:
        return FunnelStage.CUSTOMER
    return FunnelStage.ENGAGED if found["is_engaged"] else FunnelStage.TARGET
