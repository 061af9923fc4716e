"""The night: signals, scores, tiers, snapshots, books; published together.

All steps run in one transaction, so readers see the figures of the last night until these are complete, and
a worker that is killed leaves nothing behind. Whoever holds the lock of that transaction is the only night;
the lock dies with its connection, so another can take over at once.

Each step sees what was committed when it began (READ COMMITTED), not one frozen moment: a night that froze
the moment would fail whenever somebody deletes an account or imports deals while it runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from abmhub.accounts import freshness
from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.core.refusals import Refused
from abmhub.funnel import actions as funnel
from abmhub.nightly import news, verify
from abmhub.nightly.ledger import Ledger
from abmhub.scoring import scores, tiers
from abmhub.scoring.actions import settle
from abmhub.signals import coverage, unplaced

JOB = "nightly"
RETRY_AFTER = timedelta(minutes=15)
"""So long after a night began that failed, beat tries it again; one whose worker died, at once."""


class NotYet(Refused):
    """The business day has not begun."""


class AlreadyRunning(Refused):
    """Another night is running."""


@dataclass(frozen=True)
class Step:
    """One part of the night; `run(as_of)` returns how many rows it was about."""

    name: str
    run: Callable[[date], int]


def _tiers(as_of: date) -> int:
    tiers.find(as_of)
    return tiers.publish(as_of)


def _snapshots(as_of: date) -> int:
    return tiers.snapshot(as_of, is_over=False) + funnel.snapshot(on=as_of)


def _missing_snapshots(as_of: date) -> int:
    return tiers.snapshot(as_of, is_over=True) + funnel.snapshot(on=as_of, is_over=True)


SIGNALS = Step("signals", scores.gather_signals)
SCORES = Step("scores", scores.gather)

TONIGHT: tuple[Step, ...] = (
    Step("unknown domains", unplaced.tend),
    SIGNALS,
    SCORES,
    Step("tiers", _tiers),
    Step("sources", freshness.read_clocks),
    Step("committees", coverage.count_roles),
    Step("snapshots", _snapshots),
)
BACK_FILL: tuple[Step, ...] = (
    SIGNALS,
    SCORES,
    Step("tiers of the day", tiers.find),
    Step("snapshots", _missing_snapshots),
)
"""For a day before the last night: standings and history stay as they are, snapshots that are missing are made."""


def run(as_of: date, *, at: datetime, again: bool = True) -> Run | None:
    """Run the night of a business day and publish it; returns its row in the ledger.

    Unless `again`, a night that is already published is left alone and None is returned. A day before the
    last published night is back-filled. A failure is written to the ledger and raised; the figures stay.
    Raises NotYet for a day that has not begun at `at`, and AlreadyRunning when another night is at work.
    """
    if as_of > business_day(at):
        raise NotYet(f"{as_of} has not begun: a night runs on its day, or later to catch up.")
    with transaction.atomic(durable=True):
        if not sql.rows("nightly/only_one_night")[0]["granted"]:
            raise AlreadyRunning("Another night is running; its progress is in the run ledger.")
        # Asked under the lock: whoever held it before may just have published this very day.
        if not again and Run.objects.is_published(JOB, as_of):
            return None
        with Ledger(JOB, as_of, at=at) as ledger:
            for step in steps_for(as_of):
                with ledger.step(step.name) as progress:
                    progress.rows = step.run(as_of)
            with ledger.step("verify") as progress:
                errors = [error for found in verify.errors().values() for error in found]
                progress.rows = len(errors)
            news.tell(ledger.run, errors, at=timezone.now())
            ledger.publish(at=timezone.now(), error="\n".join(errors))
    settle(at=timezone.now())
    ledger.run.refresh_from_db()
    return ledger.run


def run_if_due(*, at: datetime) -> Run | None:
    """Run the night of the business day unless that is done, being done, or has just failed: safe to call any time."""
    day = business_day(at)
    if Run.objects.is_published(JOB, day) or Run.objects.has_failed(JOB, day, since=at - RETRY_AFTER):
        return None
    try:
        return run(day, at=at, again=False)
    except AlreadyRunning:
        return None


def compute(as_of: date) -> None:
    """The steps of the night alone, in the transaction of the caller: no lock, no ledger, nothing published."""
    for step in steps_for(as_of):
        step.run(as_of)


def steps_for(as_of: date) -> tuple[Step, ...]:
    """The steps for that day: those of tonight, or of a back-fill when a later night is published."""
    last = Run.objects.last_finished(JOB)
    return BACK_FILL if last and as_of < last.business_day else TONIGHT
