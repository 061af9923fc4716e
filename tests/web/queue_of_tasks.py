"""Many tasks, written at once, and which of them a page of the queue shows."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.urls import reverse

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.menus.models import Tactic
from abmhub.orders.models import Order, OrderLine, Task, TaskStep
from abmhub.users.models import User

LIST, BOARD = reverse("task-list"), reverse("task-board")


def more_tasks(count: int, *, account: Account, tactic: Tactic, rep: User, **fields: object) -> list[Task]:
    """Tasks of as many orders, written at once; each has two steps, the first of them ticked."""
    tier, envelope = Tier.objects.get(level=1), Envelope.objects.earliest("pk")
    at = datetime(2026, 3, 4, 10, tzinfo=UTC)
    orders = Order.objects.bulk_create(
        Order(
            account=account,
            tier=tier,
            envelope=envelope,
            placed_by=rep,
            placed_at=at,
            total_amount=0,
            currency="USD",
            idempotency_key=uuid4(),
            fingerprint="",
        )
        for _ in range(count)
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(order=order, tactic=tactic, quantity=1, unit_cost=0, line_cost=0, promised_on=date(2026, 3, 11))
        for order in orders
    )
    tasks = Task.objects.bulk_create(
        Task(**{"line": line, "name": tactic.name, "due_on": date(2026, 3, 11) + timedelta(days=number), **fields})
        for number, line in enumerate(lines)
    )
    TaskStep.objects.bulk_create(
        TaskStep(task=task, position=position, name="Step", due_on=task.due_on, done_at=at if position == 1 else None)
        for task in tasks
        for position in (1, 2)
    )
    return tasks


def names(response: object) -> list[int]:
    """The tasks that a list shows, in its order."""
    return [task.pk for task in response.context["page"].rows]  # type: ignore[attr-defined]
