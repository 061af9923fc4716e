"""What people read when something happened: for each topic of the outbox, who is told what."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from abmhub.accounts.models import Account, FreshnessClock
from abmhub.core.models import OutboxMessage
from abmhub.integrations import approvals, notices_of_work
from abmhub.integrations.channels import pass_on
from abmhub.menus.models import Play
from abmhub.orders.models import AddressRequest, BulkOrder, Comment, FollowUp, Order, OrderLine, Recipient, Task
from abmhub.scoring.models import TierAppeal, TierOverride, TierPolicy
from abmhub.users.models import MARKETING_ROLES, Notification, Role, User

TEXT_LENGTH = 300


class UnknownTopic(Exception):
    """Nobody has decided who hears of this; the message stays in the outbox until somebody does."""


def write(message: OutboxMessage) -> None:
    """Turn a message into notifications. A second time changes nothing: their key is the message's.

    Raises UnknownTopic.
    """
    hearers = HEARERS.get(message.topic)
    if hearers is None:
        raise UnknownTopic(message.topic)
    tell(hearers(message.payload), key=message.key, topic=message.topic)


def tell(notices: Iterable[Notification], *, key: str, topic: str = "") -> None:
    """Write notices that share a key, also for mail and Slack; whoever has read of it already is not told again."""
    unique: dict[int, Notification] = {}
    for notice in notices:
        notice.key, notice.text = key, Truncator(notice.text).chars(TEXT_LENGTH)
        unique.setdefault(notice.user_id, notice)
    Notification.objects.bulk_create(unique.values(), ignore_conflicts=True)
    pass_on(unique.values(), topic=topic, key=key)


def marketers() -> Iterator[User]:
    """Everyone who may claim a task as part of their job."""
    return User.objects.filter(is_active=True, role__in=MARKETING_ROLES).iterator()


def _people(*people: User | None, without: int | None = None) -> list[User]:
    return [person for person in people if person and person.is_active and person.pk != without]


def _order_path(order: Order) -> str:
    return reverse("order-show", args=[order.pk])


def _task_path(task: Task) -> str:
    return reverse("task-show", args=[task.pk])


def _order_placed(payload: dict[str, Any]) -> Iterator[Notification]:
    order = Order.objects.select_related("account__owner", "placed_by").get(pk=payload["order"])
    count = order.lines.count()
    for person in _people(order.account.owner, without=order.placed_by_id):
        yield Notification(
            user=person,
            text=f"{order.placed_by} ordered {count} {'tactic' if count == 1 else 'tactics'} for {order.account}.",
            path=_order_path(order),
        )


def _bulk_finished(payload: dict[str, Any]) -> Iterator[Notification]:
    bulk: Any = BulkOrder.objects.with_counts().select_related("placed_by").get(pk=payload["bulk"])
    refused = f", {bulk.refused_count} could not be ordered for" if bulk.refused_count else ""
    text = f"{bulk.number} is through: ordered for {bulk.ordered_count} of {bulk.row_count} accounts{refused}."
    for person in _people(bulk.placed_by):
        yield Notification(user=person, text=text, path=reverse("bulk-order-show", args=[bulk.pk]))


def _line(pk: int) -> OrderLine:
    return OrderLine.objects.select_related("tactic", "order__account__owner", "order__placed_by", "task").get(pk=pk)


def _line_delivered(payload: dict[str, Any]) -> Iterator[Notification]:
    line = _line(payload["line"])
    order = line.order
    due = timezone.localtime(line.follow_up.due_at, timezone.get_default_timezone())
    for person in _people(order.placed_by, order.account.owner, without=payload["by"]):
        follow_up = f" Follow up by {due:%-d %B, %H:%M}." if person.pk == line.follow_up.owner_id else ""
        told = f"{line.tactic} is delivered at {order.account}: {line.delivery_note}"
        text = Truncator(told).chars(TEXT_LENGTH - len(follow_up)) + follow_up
        yield Notification(user=person, text=text, path=_order_path(order))


def _line_cancelled(payload: dict[str, Any]) -> Iterator[Notification]:
    line = _line(payload["line"])
    order = line.order
    by = User.objects.get(pk=payload["by"])
    text = f"{by} cancelled {line.tactic} for {order.account}."
    for person in _people(order.placed_by, order.account.owner, without=by.pk):
        yield Notification(user=person, text=text, path=_order_path(order))
    if line.task.announced_at:
        for person in _people(*marketers(), without=by.pk):
            yield Notification(user=person, text=text, path=_task_path(line.task))


def _play_stopped(payload: dict[str, Any]) -> Iterator[Notification]:
    """Also to whoever ordered it: nobody pressed a button."""
    line = _line(payload["line"])
    order, why = line.order, str(Play.StopRule(payload["rule"]).label)
    text = f"{order.play} stopped at {order.account}: {why[0].lower()}{why[1:]}. {line.tactic} is cancelled."
    for person in _people(order.placed_by, order.account.owner):
        yield Notification(user=person, text=text, path=_order_path(order))
    if line.task.announced_at:
        for person in _people(*marketers()):
            yield Notification(user=person, text=text, path=_task_path(line.task))


def _recipient_struck(payload: dict[str, Any]) -> Iterator[Notification]:
    """To whoever works on it, or all marketers while nobody does and they heard of it; and to sales."""
    recipient = Recipient.objects.select_related("contact").get(pk=payload["recipient"])
    line = _line(recipient.line_id)
    order, task = line.order, line.task
    rest = "money and piece went back" if recipient.is_returned else "do not send what was made for them"
    text = f"{recipient.contact} at {order.account} {recipient.struck_because}: struck from {line.tactic}, {rest}."
    makers = [task.assignee] if task.assignee else list(marketers()) if task.announced_at else []
    for person in _people(*makers):
        yield Notification(user=person, text=text, path=_task_path(task))
    for person in _people(order.placed_by, order.account.owner):
        yield Notification(user=person, text=text, path=_order_path(order))


def _follow_up_passed_on(payload: dict[str, Any]) -> Iterator[Notification]:
    follow_up = FollowUp.objects.select_related("account", "owner", "line__tactic").get(pk=payload["follow_up"])
    before = User.objects.get(pk=payload["before"])
    path = reverse("order-show", args=[follow_up.line.order_id])
    due = timezone.localtime(follow_up.due_at, timezone.get_default_timezone())
    what = f"the follow-up on {follow_up.line.tactic}"
    for person in _people(follow_up.owner):
        text = f"{follow_up.account} is yours now, and with it {what}: due by {due:%-d %B, %H:%M}."
        yield Notification(user=person, text=text, path=path)
    for person in _people(before):
        text = f"{follow_up.account} is {follow_up.owner}'s now: {what} is no longer yours."
        yield Notification(user=person, text=text, path=reverse("order-list"))


def _task(pk: int) -> Task:
    return Task.objects.select_related("line__order__account", "line__order__placed_by", "assignee").get(pk=pk)


def _task_waiting(payload: dict[str, Any]) -> Iterator[Notification]:
    task = _task(payload["task"])
    on = Task.WaitingOn(payload["on"])
    by = User.objects.get(pk=payload["by"])
    who = "you" if on == Task.WaitingOn.REP else str(on.label).lower()
    note = f": {payload['note']}" if payload["note"] else "."
    for person in _people(task.line.order.placed_by, without=by.pk):
        yield Notification(user=person, text=f"{by} waits for {who} with {task}{note}", path=_task_path(task))


def _task_resumed(payload: dict[str, Any]) -> Iterator[Notification]:
    task, due_on = _task(payload["task"]), date.fromisoformat(payload["due_on"])
    for person in _people(task.line.order.placed_by, without=payload["by"]):
        yield Notification(
            user=person, text=f"{task} goes on; it is now due on {due_on:%-d %B %Y}.", path=_task_path(task)
        )


def _task_handed_over(payload: dict[str, Any]) -> Iterator[Notification]:
    """To whoever has it now, and to whoever had it."""
    task, by = _task(payload["task"]), User.objects.get(pk=payload["by"])
    to, former = (User.objects.filter(pk=payload[key]).first() for key in ("to", "former"))
    for person in _people(to, without=by.pk):
        text = f"{by} gave you {task}, due on {task.due_on:%-d %B %Y}."
        yield Notification(user=person, text=text, path=_task_path(task))
    for person in _people(former, without=by.pk):
        whom = f"to {to}" if to else "back to the queue"
        yield Notification(user=person, text=f"{by} gave {task} {whom}.", path=_task_path(task))


def _comment_made(payload: dict[str, Any]) -> Iterator[Notification]:
    comment = Comment.objects.select_related("by").get(pk=payload["comment"])
    task = _task(comment.task_id)
    for person in _people(*comment.mentioned.all(), without=comment.by_id):
        text = f"{comment.by} mentioned you on {task}: {comment.text}"
        yield Notification(user=person, text=text, path=_task_path(task))
    said_before = User.objects.filter(comments__task=task, comments__pk__lt=comment.pk).distinct()
    for person in _people(task.line.order.placed_by, task.assignee, *said_before, without=comment.by_id):
        yield Notification(user=person, text=f"{comment.by} on {task}: {comment.text}", path=_task_path(task))


def _address_confirmed(payload: dict[str, Any]) -> Iterator[Notification]:
    asked = AddressRequest.objects.select_related("recipient__contact").get(pk=payload["request"])
    task = _task(asked.task_id)
    text = f"{asked.recipient.contact} confirmed where to send {task}."
    for person in _people(task.assignee):
        yield Notification(user=person, text=text, path=_task_path(task))


def _source_overdue(payload: dict[str, Any]) -> Iterator[Notification]:
    clock, due_on = FreshnessClock.objects.get(source=payload["source"]), date.fromisoformat(payload["due_on"])
    text = f"No new file of {clock.source} came by {due_on:%-d %B %Y}: its accounts grow stale."
    for person in User.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.MARKETING_MANAGER)):
        yield Notification(user=person, text=text, path=reverse("source-list"))


def _account_path(account: Account) -> str:
    return reverse("account-show", args=[account.pk])


def _override(payload: dict[str, Any]) -> tuple[TierOverride, User | None]:
    override = TierOverride.objects.select_related("tier", "account__owner").get(pk=payload["override"])
    return override, User.objects.filter(pk=payload["by"]).first()


def _tier_overridden(payload: dict[str, Any]) -> Iterator[Notification]:
    override, by = _override(payload)
    account, tier = override.account, override.tier or "no tier"
    text = f"{by} put {account} in {tier} through {override.expires_on:%-d %B %Y}: {override.reason}"
    for person in _people(account.owner, without=payload["by"]):
        yield Notification(user=person, text=text, path=_account_path(account))


def _override_ended(payload: dict[str, Any]) -> Iterator[Notification]:
    override, by = _override(payload)
    account = override.account
    text = f"{by} gave {account} back to the rules: it was in {override.tier or 'no tier'} by hand."
    for person in _people(account.owner, without=payload["by"]):
        yield Notification(user=person, text=text, path=_account_path(account))


def _appeal(pk: int) -> TierAppeal:
    return TierAppeal.objects.select_related("tier", "account__owner", "made_by", "decided_by").get(pk=pk)


def _tier_appealed(payload: dict[str, Any]) -> Iterator[Notification]:
    appeal = _appeal(payload["appeal"])
    text = f"{appeal.made_by} asks for {appeal.tier or 'no tier'} for {appeal.account}: {appeal.reason}"
    deciders = User.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.MARKETING_MANAGER))
    for person in _people(*deciders, without=payload["by"]):
        yield Notification(user=person, text=text, path=reverse("appeal-list"))
    for person in _people(appeal.account.owner, without=payload["by"]):
        yield Notification(user=person, text=text, path=_account_path(appeal.account))


def _appeal_decided(payload: dict[str, Any]) -> Iterator[Notification]:
    appeal = _appeal(payload["appeal"])
    verdict = "granted" if appeal.granted else "declined"
    wanted = f"{appeal.tier or 'no tier'} for {appeal.account}"
    text = f"{appeal.decided_by} {verdict} the appeal for {wanted}: {appeal.answer}"
    for person in _people(appeal.made_by, appeal.account.owner, without=payload["by"]):
        yield Notification(user=person, text=text, path=_account_path(appeal.account))


def _policy(words: str, payload: dict[str, Any]) -> Iterator[Notification]:
    """To whoever could have done it too: `words` says who did what, and what is to be done."""
    policy = TierPolicy.objects.get(pk=payload["policy"])
    text = words.format(by=User.objects.get(pk=payload["by"]), policy=policy)
    deciders = User.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.MARKETING_MANAGER))
    for person in _people(*deciders, without=payload["by"]):
        yield Notification(user=person, text=text, path=reverse("policy-show", args=[policy.pk]))


HEARERS: dict[str, Callable[[dict[str, Any]], Iterable[Notification]]] = {
    "order.placed": _order_placed,
    "bulk.finished": _bulk_finished,
    "line.delivered": _line_delivered,
    "line.cancelled": _line_cancelled,
    "recipient.struck": _recipient_struck,
    "follow_up.passed_on": _follow_up_passed_on,
    "play.stopped": _play_stopped,
    "task.waiting": _task_waiting,
    "task.resumed": _task_resumed,
    "task.handed_over": _task_handed_over,
    "comment.made": _comment_made,
    **approvals.HEARERS,
    "address.confirmed": _address_confirmed,
    "source.overdue": _source_overdue,
    "tier.overridden": _tier_overridden,
    "override.ended": _override_ended,
    "tier.appealed": _tier_appealed,
    "appeal.decided": _appeal_decided,
    "policy.submitted": partial(_policy, "{by} asks for your approval of {policy}."),
    "policy.approved": partial(_policy, "{by} approved {policy}: it can be published."),
    "policy.published": partial(_policy, "{by} put {policy} in force, from the next night on."),
    **notices_of_work.HEARERS,
}
