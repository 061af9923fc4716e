"""What people were told lately, in the words that the integrations room finds for the same events."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from abmhub.core.days import first_moment
from abmhub.core.models import OutboxMessage
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.work import Job
from abmhub.integrations import notices, sweeps
from abmhub.orders.models import Comment, Task
from abmhub.users.models import Notification

LATELY = timedelta(days=6)
READ_AFTER_DAYS = 2
"""What is older than this has been read."""


def tell(throw: Dice, calendar: Calendar, jobs: Sequence[Job]) -> None:
    """Write the notifications of the last days, the older ones read."""
    today = first_moment(calendar.as_of)
    tasks = dict(Task.objects.values_list("line", "pk"))
    for at, topic, subject, payload in sorted(_events(jobs, tasks, today - LATELY), key=lambda event: event[:3]):
        message = OutboxMessage(topic=topic, key=f"{topic}/{subject}", payload=payload)
        notices.write(message)
        Notification.objects.filter(key=message.key).update(
            created_at=at, read_at=at + timedelta(hours=2) if today - at > timedelta(days=READ_AFTER_DAYS) else None
        )
    sweeps.remind_of_follow_ups(at=today, limit=1_000)
    Notification.objects.filter(key__startswith=sweeps.MISSED).update(created_at=today - timedelta(hours=6))


Event = tuple[datetime, str, str, dict[str, object]]


def _events(jobs: Sequence[Job], tasks: dict[int, int], since: datetime) -> Iterator[Event]:
    orders = set()
    for job in jobs:
        line, order = job.line, job.order
        if order.at > since and order.id not in orders:
            orders.add(order.id)
            yield order.at, "order.placed", str(order.id), {"order": order.id}
        if job.finished_at and job.finished_at > since and job.cancelled_by:
            by = job.cancelled_by.pk
            yield job.finished_at, "line.cancelled", str(line.id), {"line": line.id, "by": by}
        elif job.finished_at and job.finished_at > since and job.assignee:
            yield job.finished_at, "line.delivered", str(line.id), {"line": line.id, "by": job.assignee.pk}
        if job.waiting_since and job.waiting_since > since and job.assignee:
            task = tasks[line.id]
            payload = {"task": task, "on": job.waiting_on, "note": job.waiting_note, "by": job.assignee.pk}
            yield job.waiting_since, "task.waiting", f"{task}/{job.waiting_since.isoformat()}", payload
    for comment, at in Comment.objects.filter(at__gt=since).order_by("pk").values_list("pk", "at"):
        yield at, "comment.made", str(comment), {"comment": comment}
