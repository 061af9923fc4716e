"""A company small enough to reckon by hand: deals, contracts, touches and spend of a few weeks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection

from abmhub.accounts.models import Account, Segment, Standing, Tier
from abmhub.campaigns.models import Campaign, Channel, Motion, Spend, Touch
from abmhub.metrics.models import Entry
from abmhub.metrics.models.entry import Kind
from abmhub.pipeline.models import Contract, Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType

ON = date(2026, 3, 4)
Company = Callable[..., None]


def moment(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


@pytest.fixture
def company(db: None) -> Company:
    """Makes so many accounts, deals, touches and the rest, of every kind and on days of the last year and before."""

    def make(seed: int, accounts: int = 8, deals: int = 30) -> None:
        throw = Random(seed)
        made = _accounts(throw, accounts)
        _deals(throw, made, deals)
        _work(throw, made)
        _money(throw, made)

    return make


def _day(throw: Random, back: int = 500) -> date:
    return ON - timedelta(days=throw.choice([0, 1, 3, 4, 62, 63, 364, 365, throw.randint(0, back)]))


def _accounts(throw: Random, number: int) -> list[Account]:
    tiers = list(Tier.objects.all())
    made = Account.objects.bulk_create(
        Account(
            name=f"Account {each}",
            normalized_name=f"account {each}",
            industry=throw.choice(["", "retail", "energy"]),
            segment=throw.choice(["", *Segment.values]),
            acv_amount=throw.choice([None, Decimal(throw.randint(1, 90_000))]),
            currency=throw.choice(["USD", "USD", "JPY"]),
            is_customer=throw.random() < 0.6,
            is_target=throw.random() < 0.8,
        )
        for each in range(number)
    )
    Standing.objects.bulk_create(
        Standing(account=each, tier=throw.choice([None, *tiers]), engagement=throw.choice([0, 40])) for each in made
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET created_at = '2025-01-01 00:00Z'")
    return made


def _deals(throw: Random, accounts: list[Account], number: int) -> None:
    stages = list(Stage.objects.all())
    for each in range(number):
        stage, begun = throw.choice(stages), throw.choice([None, _day(throw)])
        closed = None if stage.kind == Stage.Kind.OPEN else throw.choice([None, _day(throw, 60)])
        if begun and closed and closed < begun:
            begun = closed
        Opportunity.objects.create(
            account=throw.choice([None, *accounts]),
            motion=throw.choice(Motion.values),
            stage=stage,
            amount=throw.choice([None, Decimal(throw.randint(100, 9_999_999)) / 100]),
            currency=throw.choice(["USD", "USD", "EUR"]),
            engaged_on=begun,
            closed_on=closed,
            source="test",
            external_id=str(each),
        )


def _work(throw: Random, accounts: list[Account]) -> None:
    channel = Channel.objects.get(code="email")
    campaign = Campaign.objects.create(name="One", motion=Motion.ABM, channel=channel, started_on=date(2025, 1, 1))
    Touch.objects.bulk_create(
        Touch(
            account=throw.choice(accounts),
            channel=channel,
            campaign=throw.choice([None, campaign]),
            occurred_at=moment(_day(throw)),
            source=throw.choice(["crm", "orders"]),
            external_id=str(each),
        )
        for each in range(25)
    )
    types = list(EventType.objects.all())
    EngagementEvent.objects.bulk_create(
        EngagementEvent(
            account=throw.choice(accounts),
            event_type=throw.choice(types),
            occurred_at=moment(_day(throw)),
            source="test",
            external_id=str(each),
        )
        for each in range(40)
    )
    days = {_day(throw) for _ in range(6)}
    Spend.objects.bulk_create(
        Spend(campaign=campaign, spent_on=day, amount=throw.randint(1, 900), currency=throw.choice(["USD", "EUR"]))
        for day in sorted(days)
    )


def _money(throw: Random, accounts: list[Account]) -> None:
    for each in range(8):
        starts, term = _day(throw), throw.choice([1, 6, 12, 36])
        Contract.objects.create(
            account=throw.choice(accounts),
            kind=throw.choice(Contract.Kind.values),
            value_amount=Decimal(throw.randint(1_000, 999_999)) / 100,
            one_time_amount=throw.choice([0, 5]),
            starts_on=starts,
            term_months=term,
            churned_on=throw.choice([None, max(starts, _day(throw))]),
            source="test",
            external_id=str(each),
        )
    for kind, value in ((Kind.SALARIES, 900), (Kind.GROSS_MARGIN, Decimal("0.75")), (Kind.LIFESPAN_MONTHS, 24)):
        for month in (date(2026, 3, 1), date(2026, 2, 1), date(2025, 6, 1)):
            Entry.objects.create(kind=kind, month_on=month, value=value, source="books")
