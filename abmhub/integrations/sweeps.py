"""What nobody has been told yet, found in the rows themselves: new tasks, missed follow-ups, accounts given away."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from abmhub.core import sql
from abmhub.integrations.notices import marketers, tell
from abmhub.orders.models import FollowUp, Task
from abmhub.users.models import Notification, User

MISSED = "follow-up-missed/"
GIVEN = "accounts-given/"
GIVEN_LATELY = timedelta(days=2)
"""Whom nobody could tell for so long has seen it by themselves."""


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


@transaction.atomic
def tell_of_given_accounts(*, at: datetime) -> int:
    """Tell people of accounts that others gave them, once for all that came at once; return how many times.

    Read from the history of the accounts, so that it makes no difference who gave them, on what page or by what
    file; what was taken back before anybody heard of it is not news.
    """
    gifts = sql.rows("accounts/given", since=at - GIVEN_LATELY)
    told = set(Notification.objects.filter(key__in={_key(gift) for gift in gifts}).values_list("user_id", "key"))
    news = [gift for gift in gifts if (gift["owner_id"], _key(gift)) not in told and gift["by_id"] != gift["owner_id"]]
    people = User.objects.in_bulk({gift[side] for gift in news for side in ("owner_id", "by_id")})
    for gift in news:
        owner = people[gift["owner_id"]]
        if not owner.is_active:
            continue
        if gift["accounts"] == 1:
            what, path = gift["name"], reverse("account-show", args=[gift["account_id"]])
        else:
            what, path = f"{gift['accounts']:,} accounts", f"{reverse('account-list')}?owner={owner.pk}"
        text = f"{what} {'is' if gift['accounts'] == 1 else 'are'} yours now{_by_whom(gift, people)}."
        tell([Notification(user=owner, text=text, path=path)], key=_key(gift))
    return len(news)


def _key(gift: dict[str, Any]) -> str:
    return f"{GIVEN}{gift['given_at'].isoformat()}"


def _by_whom(gift: dict[str, Any], people: dict[int, User]) -> str:
    if giver := people.get(gift["by_id"]):
        return f": {giver} gave {'it' if gift['accounts'] == 1 else 'them'} to you"
    return f", by a file of {gift['source']}" if gift["source"] else ""
