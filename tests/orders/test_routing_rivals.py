"""Sixteen orders at once: the sweeps that follow give everybody the same; without their lock they do not."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.actions import LineRequest
from abmhub.orders.models import Order, RoutingRule, Task
from abmhub.orders.routing import Crew
from abmhub.users.models import Role, Team, User
from tests.at_once import at_once, meeting_point
from tests.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS, PEOPLE = 16, 4


@pytest.fixture
def studio(db: None) -> Team:
    team = Team.objects.create(name="Studio")
    for number in range(PEOPLE):
        person(f"M{number} Marketer", Role.MARKETER, team)
    RoutingRule.objects.create(name="Letters", position=1, goes_to=RoutingRule.GoesTo.TEAM, team=team)
    return team


@pytest.fixture
def place_at_once(
    studio: Team, rep: User, tier1: Tier, tactic: Tactic, envelope: Envelope, now: datetime
) -> Callable[[Callable[[], object]], list[object]]:
    """Sixteen reps order a letter each, for an account each, and do something right after."""
    Envelope.objects.update(total_amount=5000)
    accounts = Account.objects.bulk_create(
        Account(name=f"Account {number}", normalized_name=f"account {number}", owner=rep) for number in range(ORDERS)
    )
    Standing.objects.filter(account__in=accounts).update(tier=tier1, fit=90)
    contacts = Contact.objects.bulk_create(
        Contact(account=each, name="Kim", email=f"kim@{each.pk}.example") for each in accounts
    )

    def order(contact: Contact, then: Callable[[], object]) -> Order:
        placed = actions.place_order(
            account=contact.account,
            by=rep,
            at=now,
            lines=[LineRequest(tactic.pk, [contact.pk])],
            idempotency_key=uuid4(),
        )
        then()
        return placed

    def act(then: Callable[[], object]) -> list[object]:
        return list(at_once([lambda contact=each: order(contact, then) for each in contacts]))  # type: ignore[misc]

    return act


def shares() -> list[int]:
    """How many tasks each has, the most first."""
    return sorted(Counter(Task.objects.exclude(assignee=None).values_list("assignee", flat=True)).values())[::-1]


def test_sixteen_orders_at_once_are_shared_evenly(
    place_at_once: Callable[[Callable[[], object]], list[object]], now: datetime
) -> None:
    outcomes = place_at_once(lambda: actions.route_tasks(at=now, limit=1))
    assert all(isinstance(outcome, Order) for outcome in outcomes), outcomes
    while actions.route_tasks(at=now, limit=1):
        pass
    assert shares() == [ORDERS // PEOPLE] * PEOPLE


def test_without_its_lock_all_take_the_same_for_the_least_loaded(
    place_at_once: Callable[[Callable[[], object]], list[object]], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, on = meeting_point(ORDERS), Crew.on

    def as_all_see_it(*args: Any) -> Crew:
        crew = on(*args)
        together.wait()
        return crew

    monkeypatch.setattr("abmhub.orders.actions.routing.is_alone", lambda: True)
    monkeypatch.setattr(Crew, "on", as_all_see_it)
    place_at_once(lambda: actions.route_tasks(at=now, limit=1))
    assert shares() == [ORDERS]


def test_a_claim_at_the_same_moment_is_left_alone(
    studio: Team, order: Order, marketer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody claims what the sweep has just read: one of the two has it, and the other knows."""
    task = Task.objects.get()
    outcomes = at_once(
        [
            lambda: actions.claim_task(task=task, by=marketer, at=now),
            lambda: actions.route_tasks(at=now),
        ]
    )
    task = Task.objects.get()
    if isinstance(outcomes[0], Task):
        assert (task.assignee, task.state) == (marketer, Task.State.IN_PROGRESS)
    else:
        assert isinstance(outcomes[0], actions.AlreadyClaimed)
        assert task.assignee is not None
        assert task.assignee.team == studio
