"""The channel ladder: how many channels an account is reached through, and how many it takes."""

from datetime import datetime, timedelta

import pytest

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Channel, Touch
from abmhub.menus.models import ChannelStep
from abmhub.menus.stages import FunnelStage
from abmhub.orders.actions import cancel_line
from abmhub.orders.ladder import ladder_of
from abmhub.orders.models import Order
from abmhub.users.models import User


@pytest.mark.parametrize(("days_ago", "is_counted"), [(1, True), (89, True), (90, False), (-1, False)])
def test_touches_of_the_last_90_days_count(account: Account, now: datetime, days_ago: int, is_counted: bool) -> None:
    event = Channel.objects.get(code="event")
    Touch.objects.create(
        account=account,
        channel=event,
        occurred_at=now - timedelta(days=days_ago),
        summary="Dinner",
        source="test",
        external_id="1",
    )
    ladder = ladder_of(account, FunnelStage.OPPORTUNITY, at=now)
    assert (ladder.wanted, ladder.channels) == (4, (event,) if is_counted else ())
    assert ladder.missing == (3 if is_counted else 4)


def test_what_is_ordered_counts_until_it_is_cancelled(account: Account, order: Order, rep: User, now: datetime) -> None:
    mail = Channel.objects.get(code="mail")
    assert ladder_of(account, FunnelStage.ENGAGED, at=now).channels == (mail,)
    cancel_line(line=order.lines.get(), by=rep, at=now)
    assert ladder_of(account, FunnelStage.ENGAGED, at=now).channels == ()


def test_only_a_channel_that_is_missing_adds_to_it(account: Account, now: datetime) -> None:
    mail, event = Channel.objects.get(code="mail"), Channel.objects.get(code="event")
    ladder = ladder_of(account, FunnelStage.ENGAGED, at=now)
    assert ladder.adds(mail)
    one = ladder.also([mail, mail])
    assert (one.missing, one.adds(mail), one.adds(event)) == (1, False, True)
    assert not one.also([event]).adds(Channel.objects.get(code="web"))
    ChannelStep.objects.all().delete()
    assert ladder_of(account, FunnelStage.ENGAGED, at=now).missing == 0
