"""What an action has to tell the world, as a row of the outbox in the action's own transaction."""

from datetime import datetime
from typing import Any

from abmhub.core.models import OutboxMessage


def tell(topic: str, subject: object, /, *, at: datetime, **payload: Any) -> OutboxMessage:
    """Write the news of `topic` about `subject`; told once, however often the action is repeated.

    Topics: approval.asked, .decided, .escalated and .withdrawn, order.placed, bulk.finished, line.delivered,
    line.cancelled, recipient.struck, follow_up.passed_on, task.waiting, task.resumed, task.handed_over,
    tasks.covered, tasks.returned, tasks.late, work.inherited, work.left, comment.made.
    """
    return OutboxMessage.objects.create(
        topic=topic, key=f"{topic}/{subject}", payload=payload, created_at=at, next_attempt_at=at
    )
