"""The outbox, delivered: each message at least once, and a reader notices only one of them."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from abmhub.core.models import OutboxMessage
from abmhub.integrations import notices

log = structlog.get_logger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """How long a message rests after so many failures: doubling from FIRST_PAUSE to LONGEST_PAUSE."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


def sweep(*, at: datetime, limit: int = 500) -> int:
    """Deliver what is due, oldest first, and return how many messages were tried.

    Each message has a transaction of its own, so that a killed worker leaves only the one it was at.
    """
    tried = 0
    while tried < limit and _deliver_next(at):
        tried += 1
    return tried


@transaction.atomic
def _deliver_next(at: datetime) -> bool:
    """Claim the oldest due message that nobody else is at; False when there is none."""
    message = OutboxMessage.objects.due(at).select_for_update(skip_locked=True).first()
    if message is None:
        return False
    try:
        with transaction.atomic():
            notices.write(message)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message must not hold up the others
        message.attempts += 1
        message.error = f"{type(error).__name__}: {error}"
        message.next_attempt_at = at + pause_after(message.attempts)
        log.warning("outbox_delivery_failed", key=message.key, attempts=message.attempts, error=message.error)
    else:
        message.delivered_at, message.error = at, ""
    message.save(update_fields=["attempts", "error", "next_attempt_at", "delivered_at"])
    return True
