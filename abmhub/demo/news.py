"""What people were told lately, in the words that the integrations room finds for the same events."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from abmhub.core.days import first_moment
from abmhub.core.models import OutboxMessage
from abmhub.demo.books import HEARD_AFTER
from abmhub.demo.dice import Calendar
from abmhub.demo.work import Job
from abmhub.integrations import channels, notices, sweeps
from abmhub.orders.models import Comment, Order, Task
from abmhub.users.models import Notification

LATELY = timedelta(days=5)
OF_TIERS = ("tier.overridden", "tier.appealed", "appeal.decided")
OF_ORDERS = ("order.placed", "approval.asked", "approval.decided", "bulk.finished")
OF_WORK = ("work.inherited", "work.left", "tasks.covered", "tasks.returned", "tasks.late")
READ_AFTER_DAYS = 1
"""What is older than this has been read."""


def since(calendar: Calendar) -> datetime:
    """The moment from which on people were told; what was before is forgotten."""
    return first_moment(calendar.as_of) - LATELY


def tell(calendar: Calendar, jobs: Sequence[Job]) -> None:
    """Write the notifications of the last days, the older ones read."""
    today = first_moment(calendar.as_of)
    tasks = dict(Task.objects.values_list("line", "pk"))
    for at, topic, subject, payload in sorted(_events(jobs, tasks, since(calendar)), key=lambda event: event[:3]):
        message = OutboxMessage(topic=topic, key=f"{topic}/{subject}", payload=payload)
        notices.write(message)
        _date(message.key, at, today)
    _announce_tasks(today)
    sweeps.remind_of_follow_ups(at=today, limit=len(jobs))
    Notification.objects.filter(key__startswith=sweeps.MISSED).update(created_at=today - timedelta(hours=6))


def tell_at_once(calendar: Calendar, topics: Collection[str]) -> None:
    """Tell what the outbox holds of these topics, under keys that every founding gives alike."""
    messages = OutboxMessage.objects.filter(topic__in=topics).order_by("pk")
    for number, message in enumerate(messages, start=1):
        key = f"{message.topic}/{number}"
        notices.tell(notices.HEARERS[message.topic](message.payload), key=key)
        _date(key, message.created_at, first_moment(calendar.as_of))
    messages.delete()


def tell_of_orders(calendar: Calendar) -> None:
    """Tell at once what was ordered, who was asked for approval, and what was decided."""
    messages = OutboxMessage.objects.filter(topic__in=OF_ORDERS, delivered_at=None).order_by("pk")
    for message in messages:
        notices.write(message)
        _date(message.key, message.created_at, first_moment(calendar.as_of))
    messages.delete()
    _announce_tasks(first_moment(calendar.as_of))


def _announce_tasks(today: datetime) -> None:
    """Tell marketing of the tasks that nobody has heard of, as if each order had been heard of soon after it came."""
    unheard = Order.objects.filter(lines__task__in=Task.objects.unannounced()).order_by("pk")
    orders = dict(unheard.values_list("pk", "placed_at"))
    sweeps.announce_tasks(at=today, limit=Task.objects.count())
    for order, placed_at in orders.items():
        Task.objects.filter(line__order=order).update(announced_at=placed_at + HEARD_AFTER)
        _date(f"tasks-of-order/{order}", placed_at + HEARD_AFTER, today)


def forget_mail() -> None:
    """Made-up people read no mail."""
    OutboxMessage.objects.filter(topic__in=channels.SENDERS).delete()


def _date(key: str, at: datetime, today: datetime) -> None:
    """The notifications of this key came at that moment."""
    is_old = today - at > timedelta(days=READ_AFTER_DAYS)
    Notification.objects.filter(key=key).update(created_at=at, read_at=at + timedelta(hours=2) if is_old else None)


Event = tuple[datetime, str, str, dict[str, object]]


def _events(jobs: Sequence[Job], tasks: dict[int, int], after: datetime) -> Iterator[Event]:
    orders = set()
    for job in jobs:
        line, order = job.line, job.order
        if order.at > after and order.id not in orders:
            orders.add(order.id)
            yield order.at, "order.placed", str(order.id), {"order": order.id}
        if job.finished_at and job.finished_at > after and job.cancelled_by:
            by = job.cancelled_by.pk
            yield job.finished_at, "line.cancelled", str(line.id), {"line": line.id, "by": by}
        elif job.finished_at and job.finished_at > after and job.assignee:
            yield job.finished_at, "line.delivered", str(line.id), {"line": line.id, "by": job.assignee.pk}
        if job.waiting_since and job.waiting_since > after and job.assignee:
            task = tasks[line.id]
            payload = {"task": task, "on": job.waiting_on, "note": job.waiting_note, "by": job.assignee.pk}
            yield job.waiting_since, "task.waiting", f"{task}/{job.waiting_since.isoformat()}", payload
    for comment, at in Comment.objects.filter(at__gt=after).order_by("pk").values_list("pk", "at"):
        yield at, "comment.made", str(comment), {"comment": comment}
