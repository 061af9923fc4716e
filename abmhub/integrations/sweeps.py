"""What nobody has been told yet, found in the rows themselves: new tasks, missed follow-ups."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from abmhub.integrations.notices import marketers, tell
from abmhub.orders.models import FollowUp, Task
from abmhub.users.models import Notification

MISSED = "follow-up-missed/"


@transaction.atomic
def announce_tasks(*, at: datetime, limit: int = 500) -> int:
    """Tell every marketer of the tasks that came with an order, once per order; return how many tasks.

    A task that was cancelled before anybody heard of it is not news.
    """
    tasks = list(
        Task.objects.unannounced()
        .select_related("line__order__account")
        .select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    orders: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.state in Task.UNFINISHED:
            orders[task.line.order_id].append(task)
    people = list(marketers()) if orders else []
    for order_id, news in orders.items():
        first = min(news, key=lambda task: task.due_on)
        path = reverse("task-show", args=[first.pk]) if len(news) == 1 else reverse("task-list")
        what = f"New task: {first}" if len(news) == 1 else f"{len(news)} new tasks for {first.line.order.account}"
        text = f"{what}, {'due' if len(news) == 1 else 'the first due'} {first.due_on:%-d %B}."
        tell((Notification(user=person, text=text, path=path) for person in people), key=f"tasks-of-order/{order_id}")
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(announced_at=at)
    return len(tasks)


@transaction.atomic
def remind_of_follow_ups(*, at: datetime, limit: int = 500) -> int:
    """Tell reps of follow-ups whose hour has passed, once each; return how many."""
    reminded = Notification.objects.filter(
        user=OuterRef("owner"), key=Concat(Value(MISSED), Cast(OuterRef("pk"), CharField()))
    )
    missed = (
        FollowUp.objects.missed(at)
        .filter(~Exists(reminded), owner__is_active=True)
        .select_related("account", "owner", "line__tactic")
        .order_by(F("due_at"), "pk")[:limit]
    )
    for follow_up in missed:
        text = f"Follow up with {follow_up.account} on {follow_up.line.tactic}: it is overdue."
        path = reverse("order-show", args=[follow_up.line.order_id])
        tell([Notification(user=follow_up.owner, text=text, path=path)], key=f"{MISSED}{follow_up.pk}")
    return len(missed)
