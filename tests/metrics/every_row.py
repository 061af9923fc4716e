"""What a company lacks for every figure to have rows: committees, orders, talks, leads, renewals, what is entered."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from uuid import uuid4

from abmhub.accounts.models import Account, Standing, Territory, Tier
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import BuyingRole, Contact, RoleCount, Stance
from abmhub.menus.models import Tactic
from abmhub.metrics.models import Entry
from abmhub.metrics.models.entry import REPUTATION, Kind
from abmhub.orders.models import FollowUp, Order, OrderLine
from abmhub.pipeline.models import Contract, Lead, Opportunity, Stage
from abmhub.users.models import User
from tests.metrics.conftest import ON, moment


def add_the_rest(seed: int, *, tactic: Tactic, envelope: Envelope, rep: User) -> None:
    """Of every kind, on days of the last year and before."""
    throw, accounts = Random(seed), list(Account.objects.order_by("pk"))
    territory, _ = Territory.objects.get_or_create(name="East coast")
    some = [each.pk for each in accounts if throw.random() < 0.5]
    Account.objects.filter(pk__in=some).update(territory=territory)
    Opportunity.objects.filter(account__in=some).update(territory=territory)
    _people(throw, accounts)
    for _ in range(14):
        _order(throw, throw.choice(accounts), tactic, envelope, rep)
    _deals(throw, accounts)
    for kind in (*REPUTATION, Kind.TOOLS, Kind.EVENTS, Kind.EXTRA_SUPPORT, Kind.MONTHLY_CHURN):
        Entry.objects.create(kind=kind, month_on=date(2026, 2, 1), value=Decimal("0.02"), source="books")


def _day(throw: Random) -> date:
    return ON - timedelta(days=throw.choice([0, 3, 4, 62, 63, 364, 365, throw.randint(0, 500)]))


def _people(throw: Random, accounts: list[Account]) -> None:
    """Contacts with their stance, talks with them, and how many are known and engaged in each role."""
    people = Contact.objects.bulk_create(
        Contact(account=throw.choice(accounts), name=f"Person {each}", stance=stance)
        for each in range(6)
        for stance in (Stance.CHAMPION, Stance.BLOCKER)
    )
    Touch.objects.bulk_create(
        Touch(
            account=person.account,
            contact=person,
            channel=Channel.objects.get(code="email"),
            occurred_at=moment(_day(throw)),
            source="crm",
            external_id=f"talk {place}",
        )
        for place, person in enumerate(people)
    )
    Contact.objects.update(created_at=moment(date(2025, 1, 1)))
    roles = list(BuyingRole.objects.all())
    for place, account in enumerate(accounts):
        for role in roles:
            # Of every second account everybody is known and engaged.
            known = throw.choice([0, 1, 2]) if place % 2 else 2
            engaged = throw.randint(0, known) if place % 2 else known
            RoleCount.objects.create(
                account=account, buying_role=role, known=known, reachable=known, engaged=engaged
            )  # fmt: skip


def _order(throw: Random, account: Account, tactic: Tactic, envelope: Envelope, rep: User) -> None:
    """A delivered line, late or as promised, followed up in time, late or not."""
    day = _day(throw)
    at = moment(day)
    order = Order.objects.create(
        account=account, tier=throw.choice(Tier.objects.all()), envelope=envelope, placed_by=rep, placed_at=at,
        total_amount=40, currency=throw.choice(["USD", "USD", "EUR"]), idempotency_key=uuid4(), fingerprint="test",
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, tactic=tactic, quantity=1, unit_cost=40, line_cost=40, state=OrderLine.State.DELIVERED,
        promised_on=day + timedelta(days=throw.choice([-1, 0, 3])), delivered_at=at,
        actual_cost=throw.choice([Decimal(0), Decimal("37.50")]),
    )  # fmt: skip
    done_at = throw.choice([None, at, at + timedelta(days=2)])
    FollowUp.objects.create(account=account, line=line, owner=rep, due_at=at + timedelta(days=1), done_at=done_at)


def _deals(throw: Random, accounts: list[Account]) -> None:
    """Leads of deals, deals closed before they began, first deals of customers, contracts that were renewed."""
    Standing.objects.filter(account__in=accounts[:3]).update(engagement=40, tier=Tier.objects.order_by("pk")[0])
    for kind, account in product((Stage.Kind.WON, Stage.Kind.LOST), accounts):
        stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
        Opportunity.objects.create(
            account=account, stage=stage, amount=5, motion="abm", engaged_on=ON - timedelta(days=9), closed_on=ON,
            source=kind, external_id=str(account.pk),
        )  # fmt: skip
    for deal in Opportunity.objects.order_by("pk")[::2]:
        Lead.objects.create(name="Somebody", created_on=ON, opportunity=deal, source="test", external_id=str(deal.pk))
    won = Stage.objects.filter(kind=Stage.Kind.WON).order_by("pk")[0]
    for place in range(3):
        closed_on = _day(throw)
        Opportunity.objects.create(
            account=throw.choice(accounts), stage=won, amount=7, closed_on=closed_on, source="backwards",
            engaged_on=min(closed_on + timedelta(days=5), ON), external_id=str(place),
        )  # fmt: skip
        first = Account.objects.create(
            name=f"New {place}", normalized_name=f"new {place}", is_customer=True, is_target=True
        )
        Opportunity.objects.create(
            account=first, stage=won, amount=9, engaged_on=ON, closed_on=ON, source="first", external_id=str(place)
        )
    for contract in Contract.objects.order_by("pk")[::2]:
        Contract.objects.create(
            account=contract.account, kind=Contract.Kind.RENEWAL, follows=contract, value_amount=100, term_months=12,
            starts_on=contract.starts_on, source="renewed", external_id=str(contract.pk),
        )  # fmt: skip
