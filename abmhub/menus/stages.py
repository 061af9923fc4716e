"""How far the talks with an account are, as tactics and menus ask for it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

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
    facts = ("pk", "deal_stage", "deal_is_qualified", "last_stage", "is_engaged", "is_customer")
    found = _with_facts(Account.objects.filter(pk__in=account_ids), at).values(*facts)
    return {account["pk"]: _stage(account) for account in found}


def with_stage(accounts: models.QuerySet[Account], *, at: datetime) -> models.QuerySet[Account]:
    """The accounts, each with its `funnel_stage` as `stages_of` says it, for statements over many."""
    is_late = Q(deal_stage=F("last_stage"))
    stage = Case(
        When(deal_stage__isnull=False, deal_is_qualified=False, then=Value(FunnelStage.SQL)),
        When(is_late, deal_stage__isnull=False, then=Value(FunnelStage.LATE)),
        When(deal_stage__isnull=False, then=Value(FunnelStage.OPPORTUNITY)),
        When(is_customer=True, then=Value(FunnelStage.CUSTOMER)),
        When(is_engaged=True, then=Value(FunnelStage.ENGAGED)),
        default=Value(FunnelStage.TARGET),
        output_field=models.CharField(),
    )
    return _with_facts(accounts, at).annotate(funnel_stage=stage)


def _with_facts(accounts: models.QuerySet[Account], at: datetime) -> models.QuerySet[Account]:
    open_ones = Opportunity.objects.filter(account=OuterRef("pk"), stage__kind=Stage.Kind.OPEN)
    deepest = open_ones.order_by("-stage__position", "-stage__pk")
    last = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("-position", "-pk")
    meaningful = EngagementEvent.objects.filter(
        Q(occurred_at__gt=at - ENGAGED_FOR, occurred_at__lte=at),
        account=OuterRef("pk"),
        event_type__is_meaningful=True,
    )
    return accounts.annotate(
        deal_stage=Subquery(deepest.values("stage_id")[:1]),
        deal_is_qualified=Subquery(deepest.values("stage__is_qualified")[:1]),
        last_stage=Subquery(last.values("pk")[:1]),
        is_engaged=Exists(meaningful),
    )


def _stage(found: Mapping[str, Any]) -> FunnelStage:
    if found["deal_stage"] is not None:
        if not found["deal_is_qualified"]:
            return FunnelStage.SQL
        return FunnelStage.LATE if found["deal_stage"] == found["last_stage"] else FunnelStage.OPPORTUNITY
    if found["is_customer"]:
        return FunnelStage.CUSTOMER
    return FunnelStage.ENGAGED if found["is_engaged"] else FunnelStage.TARGET
