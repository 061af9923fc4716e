"""The funnel stage of an account, by its deals and by what it did."""

from datetime import datetime, timedelta

import pytest

from abmhub.accounts.models import Account
from abmhub.menus.stages import ENGAGED_FOR, FunnelStage, stage_of
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType


@pytest.fixture
def stages(db: None) -> dict[str, Stage]:
    Stage.objects.all().delete()
    rows = (("First talk", "open", False), ("Proposal", "open", True), ("Contract", "open", True), ("Won", "won", True))
    return {
        name: Stage.objects.create(name=name, kind=kind, is_qualified=qualified, position=position)
        for position, (name, kind, qualified) in enumerate(rows)
    }


@pytest.mark.parametrize(
    ("deals", "customer", "expected"),
    [
        ([], False, FunnelStage.TARGET),
        (["First talk"], False, FunnelStage.SQL),
        (["First talk", "Proposal"], False, FunnelStage.OPPORTUNITY),
        (["Contract", "First talk"], False, FunnelStage.LATE),
        (["Won"], True, FunnelStage.CUSTOMER),
        (["Won", "Proposal"], True, FunnelStage.OPPORTUNITY),
    ],
    ids=["nothing", "first talk", "deepest counts", "last open stage", "customer", "customer who buys again"],
)
def test_the_deepest_open_deal_decides(
    account: Account, stages: dict[str, Stage], now: datetime, deals: list[str], customer: bool, expected: str
) -> None:
    Account.objects.filter(pk=account.pk).update(is_customer=customer)
    for number, name in enumerate(deals):
        Opportunity.objects.create(account=account, stage=stages[name], source="test", external_id=str(number))
    assert stage_of(account, at=now) == expected


@pytest.mark.parametrize(
    ("meaningful", "ago", "expected"),
    [
        (True, timedelta(days=1), FunnelStage.ENGAGED),
        (True, ENGAGED_FOR, FunnelStage.TARGET),
        (False, timedelta(days=1), FunnelStage.TARGET),
    ],
    ids=["of late", "long ago", "no meaning"],
)
def test_without_a_deal_only_what_is_meaningful_and_recent_makes_it_engaged(
    account: Account, now: datetime, meaningful: bool, ago: timedelta, expected: str
) -> None:
    kind = EventType.objects.filter(is_meaningful=meaningful).first()
    assert kind
    EngagementEvent.objects.create(
        account=account, event_type=kind, occurred_at=now - ago, source="test", external_id="1"
    )
    assert stage_of(account, at=now) == expected
