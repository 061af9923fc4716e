"""The night: signals, scores, tiers, snapshots, books; published together.

All steps run in one transaction, so readers see the figures of the last night until these are complete, and
a worker that is killed leaves nothing behind. Whoever holds the lock of that transaction is the only night;
the lock dies with its connection, so another can take over at once.

Each step sees what was committed when it began (READ COMMITTED), not one frozen moment: a night that froze
the moment would fail whenever somebody deletes an account or imports deals while it runs.
"""

from collections.abc import Callable, Collection
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
from abmhub.funnel import market
from abmhub.metrics import actions as metrics
from abmhub.metrics.returns import keep_returns
from abmhub.nightly import news, verify
from abmhub.nightly.ledger import Ledger
from abmhub.scoring import changes, scores, tiers
from abmhub.scoring.actions import settle
from abmhub.scoring.changes import Scope
from abmhub.signals import retention, unplaced

JOB = "nightly"
RETRY_AFTER = timedelta(minutes=15)
"""So long after a night began that failed, beat tries it again; one whose worker died, at once."""


class NotYet(Refused):
    """The business day has not begun."""


class AlreadyRunning(Refused):
    """Another night is running."""


@dataclass(frozen=True)
class Step:
    """One part of the night; `run(scope)` returns how many rows it was about."""

    name: str
    run: Callable[[Scope], int]


def _unknown_domains(scope: Scope) -> int:
    return unplaced.tend(scope.as_of)


def _weigh_everybody(scope: Scope) -> int:
    return scores.gather_signals(scope.as_of)


def _score_everybody(scope: Scope) -> int:
    return scores.gather(scope.as_of)


def _find_past_tiers(scope: Scope) -> int:
    return tiers.find_past(scope.as_of)


def _tiers(scope: Scope) -> int:
    tiers.find(scope.as_of)
    return tiers.publish(scope.as_of)


def _sources(scope: Scope) -> int:
    return freshness.read_clocks(scope.as_of)


def _market(scope: Scope) -> int:
    if scope.changed is None:
        return market.keep(on=scope.as_of)
    return market.carry_on(on=scope.as_of, changed=scope.changed, moved=scope.judged)


def _snapshots(scope: Scope) -> int:
    frozen = tiers.snapshot(scope.as_of, is_over=False)
    return frozen + funnel.snapshot(on=scope.as_of, news=scope.events, changed=scope.changed, potential=market.KEPT)


def _missing_snapshots(scope: Scope) -> int:
    return tiers.snapshot(scope.as_of, is_over=True) + funnel.snapshot(on=scope.as_of, is_over=True)


def _metrics(scope: Scope) -> int:
    return metrics.snapshot(on=scope.as_of, news=scope.events, has_market=True)


def _missing_metrics(scope: Scope) -> int:
    return metrics.snapshot(on=scope.as_of, is_over=True)


def _missing_returns(scope: Scope) -> int:
    return keep_returns(on=scope.as_of, is_over=True)


TONIGHT: tuple[Step, ...] = (
    Step("unknown domains", _unknown_domains),
    Step("changes", Scope.take),
    Step("signals", Scope.weigh),
    Step("scores", Scope.score),
    Step("tiers", _tiers),
    Step("sources", _sources),
    Step("committees", Scope.count_roles),
    Step("market", _market),
    Step("snapshots", _snapshots),
    Step("metrics", _metrics),
)
BACK_FILL: tuple[Step, ...] = (
    Step("signals", _weigh_everybody),
    Step("scores", _score_everybody),
    Step("tiers of the day", _find_past_tiers),
    Step("snapshots", _missing_snapshots),
    Step("metrics", _missing_metrics),
    Step("returns", _missing_returns),
)
"""For a day before the last night: standings and history stay as they are, snapshots that are missing are made."""


def run(as_of: date, *, at: datetime, again: bool = True, full: bool = False) -> Run | None:
    """Run the night of a business day and publish it; returns its row in the ledger.

    It looks at what changed, or at everybody if `full`: what it finds is the same. Unless `again`, a night that is
    already published is left alone and None is returned. A day before the last published night is back-filled.
    A failure is written to the ledger and raised; the figures stay.

    Raises NotYet for a day that has not begun at `at`, NotKept for one whose signals were dropped, and
    AlreadyRunning when another night is at work.
    """
    if as_of > business_day(at):
        raise NotYet(f"{as_of} has not begun: a night runs on its day, or later to catch up.")
    with transaction.atomic(durable=True):
        if not sql.rows("nightly/only_one_night")[0]["granted"]:
            raise AlreadyRunning("Another night is running; its progress is in the run ledger.")
        # Asked under the lock: whoever held it before may just have published this very day.
        if not again and Run.objects.is_published(JOB, as_of):
            return None
        steps = steps_for(as_of)
        if steps is BACK_FILL:
            retention.require_night(as_of)
        with Ledger(JOB, as_of, at=at) as ledger:
            scope = changes.scope_of(as_of, full=full)
            for step in steps:
                with ledger.step(step.name) as progress:
                    progress.rows = step.run(scope)
            with ledger.step("verify") as progress:
                errors = [error for found in verify.errors(scope).values() for error in found]
                progress.rows = len(errors)
            news.tell(ledger.run, errors, at=timezone.now())
            ledger.publish(at=timezone.now(), error="\n".join(verify.shortened(errors)))
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


def compute(as_of: date, *, without: Collection[str] = ()) -> None:
    """The steps of the night alone, in the transaction of the caller: no lock, no ledger, nothing published.

    `without` names steps to leave out, whose figures the caller makes otherwise.
    """
    scope = changes.scope_of(as_of, full=True)
    for step in steps_for(as_of):
        if step.name not in without:
            step.run(scope)


def steps_for(as_of: date) -> tuple[Step, ...]:
    """The steps for that day: those of tonight, or of a back-fill when a later night is published."""
    last = Run.objects.last_finished(JOB)
    return BACK_FILL if last and as_of < last.business_day else TONIGHT
