"""An order of one letter to Dana, and what becomes of it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.menus.models import Tactic
from abmhub.orders import actions
from abmhub.orders.actions import LineRequest
from abmhub.orders.models import Order, Task
from abmhub.users.models import User

Place = Callable[..., Order]


@pytest.fixture
def place(account: Account, rep: User, envelope: Envelope, now: datetime) -> Place:
    """Order for Acme as its rep: `place((tactic, people), ...)`."""

    def place(*boxes: tuple[Tactic, Iterable[Contact]], key: UUID | None = None, **fields: object) -> Order:
        lines = [LineRequest(tactic.pk, [contact.pk for contact in people]) for tactic, people in boxes]
        wish = {"account": account, "by": rep, "at": now, "lines": lines, "idempotency_key": key or uuid4()}
        return actions.place_order(**{**wish, **fields})  # type: ignore[arg-type]

    return place


@pytest.fixture
def order(place: Place, tactic: Tactic, contacts: list[Contact]) -> Order:
    return place((tactic, contacts[:1]))


@pytest.fixture
def task(order: Order) -> Task:
    return Task.objects.get(line__order=order)


@pytest.fixture
def claimed(task: Task, marketer: User, now: datetime) -> Task:
    return actions.claim_task(task=task, by=marketer, at=now)
