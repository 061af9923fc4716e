"""What nobody has been told yet, found in the rows themselves: new tasks, missed follow-ups, accounts given away."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.core.models import OutboxMessage
from abmhub.integrations import approvals, channels
from abmhub.integrations.notices import marketers, tell
from abmhub.orders.actions import escalate_approvals
from abmhub.orders.approvals import Deciders
from abmhub.orders.models import Approval, FollowUp, Task, TaskStep
from abmhub.users.models import MailChoice, Notification, Role, User

PATIENCE = timedelta(minutes=1)
"""How long a new task waits for the rules to say whose it is, before everybody hears of it."""
MISSED = "follow-up-missed/"
GIVEN = "accounts-given/"
LEFT = "accounts-of-leaver/"
MORNING, A_DAY = 8, timedelta(days=1)
"""The hour from which digests are written, where the installation is, and how far back they look."""
GIVEN_LATELY = timedelta(days=2)
"""Whom nobody could tell for so long has seen it by themselves."""


@transaction.atomic
def announce_tasks(*, at: datetime, limit: int = 500) -> int:
    """Tell people of the tasks that came with an order, once per order; return how many tasks.

    Whoever a task or a step of it fell to hears of it, and every marketer of what is anybody's to claim. A task waits
    a moment for the rules to say whose it is; one that was cancelled before anybody heard of it is not news.
    """
    undecided = Task.objects.unrouted().filter(line__order__placed_at__gt=at - PATIENCE)
    tasks = list(
        Task.objects.unannounced()
        .exclude(pk__in=undecided.values("pk"))
        .select_related("line__order__account")
        .select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    for order_id, news in _news_by_order(tasks).items():
        tell(
            (_announcement(person, theirs) for person, theirs in news.items()),
            key=f"tasks-of-order/{order_id}",
        )
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(announced_at=at)
    return len(tasks)


def _news_by_order(tasks: Sequence[Task]) -> dict[int, dict[User, list[Task]]]:
    """For each order who hears of which of its tasks."""
    news: dict[int, dict[User, list[Task]]] = defaultdict(lambda: defaultdict(list))
    unfinished = [task for task in tasks if task.state in Task.UNFINISHED]
    steps = TaskStep.objects.filter(task__in=unfinished, assignee__isnull=False).values_list("task", "assignee")
    doers: dict[int, set[int]] = defaultdict(set)
    for task_id, person_id in steps.distinct():
        doers[task_id].add(person_id)
    people = User.objects.filter(is_active=True).in_bulk(
        {task.assignee_id for task in unfinished}.union(*doers.values())
    )
    everybody = list(marketers()) if any(task.assignee_id is None for task in unfinished) else []
    for task in unfinished:
        theirs = doers[task.pk] | {task.assignee_id}
        hearers = [people[pk] for pk in theirs if pk in people]
        for person in dict.fromkeys([*hearers, *(everybody if task.assignee_id is None else ())]):
            news[task.line.order_id][person].append(task)
    return news


def _announcement(person: User, tasks: Sequence[Task]) -> Notification:
    first = min(tasks, key=lambda task: task.due_on)
    if len(tasks) > 1:
        text = f"{len(tasks)} new tasks for {first.line.order.account}, the first due {first.due_on:%-d %B}."
        return Notification(user=person, text=text, path=reverse("task-list"))
    whose = "Yours to do" if first.assignee_id == person.pk else "New task"
    text = f"{whose}: {first}, due {first.due_on:%-d %B}."
    return Notification(user=person, text=text, path=reverse("task-show", args=[first.pk]))


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
        notice = Notification(user=follow_up.owner, text=text, path=path)
        tell([notice], key=f"{MISSED}{follow_up.pk}", topic="follow-up.missed")
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


@transaction.atomic
def tell_of_leavers_accounts() -> int:
    """Tell whoever managed somebody who left of the accounts that they still own, once; return of how many people."""
    owners = User.objects.filter(is_active=False).annotate(accounts=Count("owned_accounts")).filter(accounts__gt=0)
    keys = {f"{LEFT}{owner.pk}": owner for owner in owners.select_related("team__manager").order_by("pk")}
    told = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    news = {key: owner for key, owner in keys.items() if key not in told}
    others = list(User.objects.filter(is_active=True, role=Role.SALES_MANAGER)) if news else []
    for key, owner in news.items():
        own = owner.team.manager if owner.team else None
        count = owner.accounts
        what = "1 account" if count == 1 else f"{count:,} accounts"
        text = f"{owner} has left and still owns {what}: give {'it' if count == 1 else 'them'} to somebody."
        path = f"{reverse('account-list')}?owner={owner.pk}"
        hearers = [own] if own and own.is_active else others
        tell((Notification(user=person, text=text, path=path) for person in hearers), key=key)
    return len(news)


def _key(gift: dict[str, Any]) -> str:
    return f"{GIVEN}{gift['given_at'].isoformat()}"


def _by_whom(gift: dict[str, Any], people: dict[int, User]) -> str:
    if giver := people.get(gift["by_id"]):
        return f": {giver} gave {'it' if gift['accounts'] == 1 else 'them'} to you"
    return f", by a file of {gift['source']}" if gift["source"] else ""


def ask_for_approval(*, at: datetime) -> int:
    """Tell whoever may decide about an order and was not told of it yet; return how many orders wait.

    Most were told when it was placed. The others came into it since: somebody went away, left or let time pass.
    """
    escalate_approvals(at=at)
    pending = list(Approval.objects.pending().for_list().oldest_first())
    deciders = Deciders(pending, day=business_day(at))
    keys = {f"{approvals.ASKED}/{approval.pk}": approval for approval in pending}
    told = set(Notification.objects.filter(key__in=keys).values_list("user_id", "key"))
    for key, approval in keys.items():
        news = [notice for notice in approvals.asked(approval, deciders) if (notice.user_id, key) not in told]
        tell(news, key=key, topic=approvals.ASKED)
    return len(pending)


@transaction.atomic
def write_digests(*, at: datetime) -> int:
    """Once a day, in the morning, for everybody who chose so and has something to read; return how many."""
    here = timezone.localtime(at, timezone.get_default_timezone())
    if here.hour < MORNING:
        return 0
    unread = Notification.objects.unread().filter(user=OuterRef("user"), created_at__gt=at - A_DAY)
    choices = MailChoice.objects.filter(Exists(unread), when=MailChoice.When.DAILY, user__is_active=True)
    digests = [
        OutboxMessage(
            topic=channels.DIGEST,
            key=f"{channels.DIGEST}/{choice.user_id}/{here.date()}",
            payload={"user": choice.user_id, "since": (at - A_DAY).isoformat()},
        )
        for choice in choices
    ]
    known = set(OutboxMessage.objects.filter(key__in=[each.key for each in digests]).values_list("key", flat=True))
    new = [each for each in digests if each.key not in known]
    OutboxMessage.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
