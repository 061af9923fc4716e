"""What a campaign, its cost and its touches cannot be."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Motion, Spend, Touch


@pytest.fixture
def channel(db: None) -> Channel:
    return Channel.objects.get(code="mail")


def test_a_campaign_does_not_end_before_it_starts(channel: Channel, today: date) -> None:
    with pytest.raises(IntegrityError):
        Campaign.objects.create(
            name="Spring", motion=Motion.ABM, channel=channel, started_on=today, ended_on=today - timedelta(days=1)
        )


def test_a_day_of_a_campaign_has_one_cost_a_currency(channel: Channel, today: date) -> None:
    campaign = Campaign.objects.create(name="Spring", motion=Motion.ABM, channel=channel, started_on=today)
    for currency in ("USD", "EUR"):
        Spend.objects.create(campaign=campaign, spent_on=today, amount=Decimal(5), currency=currency)
    with pytest.raises(IntegrityError):
        Spend.objects.create(campaign=campaign, spent_on=today, amount=Decimal(6), currency="USD")


def test_a_touch_that_comes_twice_is_one(account: Account, channel: Channel, now: datetime) -> None:
    touch = {"account": account, "channel": channel, "occurred_at": now, "source": "CRM", "external_id": "1"}
    Touch.objects.create(summary="A letter", **touch)
    with pytest.raises(IntegrityError):
        Touch.objects.create(summary="The letter", **touch)
