"""The outbox, delivered: each message at least once, and a reader notices only one of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from abmhub.core.models import OutboxMessage, OutboxQuerySet
from abmhub.integrations import channels, notices

log = structlog.get_logger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
LEASE = timedelta(minutes=15)
"""For so long a post that was begun is left alone: longer than a whole sweep of a Slack that does not answer."""
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER, FOR_GOOD = 20, timedelta(days=365 * 100)
"""Mail and Slack are tried for half a day."""

Deliver = Callable[[OutboxMessage], None]


def pause_after(attempts: int) -> timedelta:
    """How long a message rests after so many failures: doubling from FIRST_PAUSE to LONGEST_PAUSE."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


def sweep(*, at: datetime, limit: int = 500) -> int:
    """Tell people on the pages what is due, oldest first, and return how many messages were tried.

    Each message has a transaction of its own, so that a killed worker leaves only the one it was at. A post to Slack
    has two, one before it and one after: Slack keeps every post, so whoever comes by later must know of it.
    """
    return _sweep(OutboxMessage.objects.exclude(topic__in=channels.SENDERS), notices.write, at, limit)


def sweep_outgoing(*, at: datetime, limit: int = 100) -> int:
    """Send what is due by mail and Slack, as `sweep` does; apart from it, so that a slow server delays no page.

    What failed GIVEN_UP_AFTER times rests until an administrator tries it again.
    """
    return _sweep(OutboxMessage.objects.filter(topic__in=channels.SENDERS), channels.send, at, limit)


def _sweep(messages: OutboxQuerySet, deliver: Deliver, at: datetime, limit: int) -> int:
    tried = 0
    while tried < limit and _deliver_next(messages, deliver, at):
        tried += 1
    return tried


def _deliver_next(messages: OutboxQuerySet, deliver: Deliver, at: datetime) -> bool:
    """Claim the oldest due message that nobody else is at; False when there is none."""
    with transaction.atomic():
        message = messages.due(at).select_for_update(skip_locked=True).first()
        if message is None:
            return False
        if message.topic not in channels.KEPT_TWICE:
            _attempt(message, deliver, at)
            return True
        _begin(message, at)
    # What is written is known to whoever comes by after this worker was killed.
    _attempt(message, deliver, at)
    return True


def _begin(message: OutboxMessage, at: datetime) -> None:
    """Say that it may be on its way from now on; what an earlier attempt that ended unknown said stays."""
    message.may_be_there = message.begun_at is not None
    message.begun_at, message.next_attempt_at = message.begun_at or at, at + LEASE
    message.save(update_fields=["begun_at", "next_attempt_at"])


def _attempt(message: OutboxMessage, deliver: Deliver, at: datetime) -> None:
    try:
        with transaction.atomic():
            deliver(message)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message must not hold up the others
        message.attempts += 1
        message.error = f"{type(error).__name__}: {error}"
        if isinstance(error, channels.NotSent) and not message.may_be_there:
            message.begun_at = None
        message.next_attempt_at = at + pause_after(message.attempts)
        if message.topic in channels.SENDERS and message.attempts >= GIVEN_UP_AFTER:
            message.next_attempt_at = at + FOR_GOOD
        log.warning("outbox_delivery_failed", key=message.key, attempts=message.attempts, error=message.error)
    else:
        message.delivered_at, message.error, message.begun_at = at, "", None
    message.save(update_fields=["attempts", "error", "next_attempt_at", "delivered_at", "begun_at"])
