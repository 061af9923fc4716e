"""What follows a night once it is published, because only pages read it: returns, stages, answers of the funnel.

It is a job of its own in the run ledger. A night that is published again is followed again; a worker that dies over it
leaves it to the next call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from abmhub.core.models import Run
from abmhub.funnel.preparing import prepare
from abmhub.metrics.returns import keep_returns
from abmhub.metrics.stages import keep_stages
from abmhub.nightly import steps
from abmhub.nightly.ledger import Ledger

JOB = "after the night"
RETRY_AFTER = timedelta(minutes=15)
FOLLOWING = 0x1AF
"""The first half of an advisory lock; the second is nothing. It dies with the connection, as the worker does."""

STEPS: tuple[tuple[str, Callable[[date], int]], ...] = (
    ("returns", lambda day: keep_returns(on=day)),
    ("stages", lambda day: keep_stages(on=day)),
    ("answers of the funnel", lambda _: prepare()),
)


def follow(*, at: datetime) -> Run | None:
    """Reckon what follows the newest night, unless that is done since it was published, or being done.

    Each part is there as soon as it is reckoned: a page that counts the same answer meanwhile waits for nobody.
    Returns its row in the ledger.
    """
    with _only_one() as is_mine:
        day = _to_follow() if is_mine else None
        if day is None:
            return None
        with Ledger(JOB, day, at=at) as ledger:
            for name, reckon in STEPS:
                with ledger.step(name) as progress:
                    progress.rows = reckon(day)
            ledger.publish(at=timezone.now())
    ledger.run.refresh_from_db()
    return ledger.run


def follow_if_due(*, at: datetime) -> Run | None:
    """The same, but not at once again after it has failed: safe to call any time. One query when there is nothing."""
    day = _to_follow()
    if day is None or Run.objects.has_failed(JOB, day, since=at - RETRY_AFTER):
        return None
    return follow(at=at)


def _to_follow() -> date | None:
    """The day of the newest night, when nothing has followed it that began after it was published."""
    done = Run.objects.filter(
        job=JOB,
        business_day=OuterRef("business_day"),
        status=Run.Status.DONE,
        started_at__gte=OuterRef("published_at"),
    )
    nights = Run.objects.finished(steps.JOB).annotate(is_followed=Exists(done))
    newest = nights.values_list("business_day", "is_followed").first()
    return newest[0] if newest and not newest[1] else None


@contextmanager
def _only_one() -> Iterator[bool]:
    """Whether nobody else is at it; nobody will be meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [FOLLOWING])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [FOLLOWING])
