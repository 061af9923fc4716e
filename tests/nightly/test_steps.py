"""The night: published whole, once a business day, whatever is killed meanwhile."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from abmhub.accounts.models import Account, Standing, TierChange
from abmhub.budgets.models import Envelope
from abmhub.committee.models import Contact
from abmhub.core.models import Run, RunStep
from abmhub.funnel.models import DealSnapshot, FunnelSnapshot
from abmhub.menus.models import Tactic
from abmhub.nightly import steps
from abmhub.nightly.steps import AlreadyRunning, NotYet, Step
from abmhub.orders.actions import LineRequest, place_order
from abmhub.scoring.changes import Scope
from abmhub.scoring.models import TierSnapshot
from abmhub.users.models import Notification, User
from tests.at_once import PATIENCE_SECONDS, at_once
from tests.nightly.conftest import AT, TODAY, YESTERDAY, held_night, with_step

pytestmark = pytest.mark.django_db(transaction=True)


def figures() -> list[Any]:
    """Everything that a night publishes."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Standing, TierChange, TierSnapshot, FunnelSnapshot, DealSnapshot)
    ]


def raising(error: BaseException) -> Step:
    def fail(scope: Scope) -> int:
        raise error

    return Step("failing", fail)


def test_a_night_publishes_tiers_and_snapshots(fitting: Account) -> None:
    run = steps.run(TODAY, at=AT)
    assert run is not None
    assert (run.status, run.attempts, run.error) == (Run.Status.DONE, 1, "")
    assert run.published_at is not None
    assert Standing.objects.get(account=fitting).tier_id == 3
    assert FunnelSnapshot.objects.filter(snapshot_on=TODAY).count() == 10
    assert Run.objects.last_finished("nightly") == run


def test_the_ledger_names_every_step_with_rows_and_seconds(fitting: Account) -> None:
    run = steps.run(TODAY, at=AT)
    assert run is not None
    told = list(run.steps.order_by("position"))
    names = "changes signals scores tiers sources committees market snapshots metrics verify"
    assert [step.name for step in told] == ["unknown domains", *names.split()]
    assert [step.rows for step in told[1:5]] == [1, 0, 1, 1]
    assert all(step.finished_at and step.seconds is not None for step in told)


def test_a_second_run_of_the_day_changes_nothing(fitting: Account) -> None:
    steps.run(TODAY, at=AT)
    before = figures()
    again = steps.run(TODAY, at=AT)
    assert again is not None
    assert again.attempts == 2
    assert figures() == before


def test_readers_see_last_night_until_tonight_is_complete(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.run(YESTERDAY, at=AT)
    Account.objects.filter(pk=fitting.pk).update(industry="retail", employees=1)
    before = figures()
    with held_night(monkeypatch) as finish:
        assert figures() == before
        assert Run.objects.last_finished("nightly") == Run.objects.get(business_day=YESTERDAY)
        finish()
    assert Standing.objects.get(account=fitting).tier is None
    assert FunnelSnapshot.objects.filter(snapshot_on=TODAY).exists()
    assert Run.objects.last_finished("nightly") == Run.objects.get(business_day=TODAY)


def test_progress_shows_while_it_runs(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with held_night(monkeypatch, after="tiers"):
        run = Run.objects.get(business_day=TODAY)
        assert (run.status, run.published_at) == (Run.Status.RUNNING, None)
        told = RunStep.objects.filter(run=run).order_by("position")
        assert [(step.name, step.seconds is None) for step in told] == [
            ("unknown domains", False),
            ("changes", False),
            ("signals", False),
            ("scores", False),
            ("tiers", False),
            ("held", True),
        ]


def test_an_order_is_not_held_up_by_the_night(
    account: Account,
    rep: User,
    contacts: Sequence[Contact],
    tactic: Tactic,
    envelope: Envelope,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with held_night(monkeypatch):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        lines = [LineRequest(tactic_id=tactic.pk, contact_ids=[contacts[0].pk])]
        order = place_order(
            account=account, by=rep, at=datetime(2026, 3, 4, 10, tzinfo=UTC), lines=lines, idempotency_key=uuid4()
        )
        assert order.pk
    connection.close()


def test_of_three_beats_at_once_one_runs_the_night(fitting: Account) -> None:
    outcomes = at_once([partial(steps.run_if_due, at=AT)] * 3)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Run]
    assert Run.objects.get().attempts == 1


def test_a_night_that_runs_is_left_alone(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    with held_night(monkeypatch):
        with pytest.raises(AlreadyRunning):
            steps.run(TODAY, at=AT)
        assert steps.run_if_due(at=AT) is None
    assert Run.objects.get().attempts == 1


def test_a_night_that_is_done_is_not_run_again_by_beat(fitting: Account) -> None:
    assert steps.run_if_due(at=AT) is not None
    assert steps.run_if_due(at=AT + timedelta(hours=1)) is None
    assert steps.run(TODAY, at=AT, again=False) is None
    assert Run.objects.get().attempts == 1


def test_after_days_without_beat_one_night_catches_up(fitting: Account) -> None:
    steps.run_if_due(at=AT)
    run = steps.run_if_due(at=AT + timedelta(days=3))
    assert run is not None
    assert run.business_day == TODAY + timedelta(days=3)
    assert Run.objects.count() == 2


def test_a_failure_leaves_the_figures_and_is_tried_again(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.run(YESTERDAY, at=AT)
    Account.objects.filter(pk=fitting.pk).update(industry="retail", employees=1)
    before = figures()
    with monkeypatch.context() as broken:
        broken.setattr(steps, "TONIGHT", with_step(raising(ValueError("Out of luck.")), after="snapshots"))
        with pytest.raises(ValueError, match="Out of luck"):
            steps.run_if_due(at=AT)
    failed = Run.objects.get(business_day=TODAY)
    assert (failed.status, failed.error, failed.published_at) == (Run.Status.FAILED, "ValueError: Out of luck.", None)
    assert figures() == before
    assert steps.run_if_due(at=AT + timedelta(minutes=14)) is None
    healed = steps.run_if_due(at=AT + steps.RETRY_AFTER)
    assert healed is not None
    assert (healed.status, healed.attempts, healed.error) == (Run.Status.DONE, 2, "")
    assert figures() != before


def test_a_repetition_that_fails_leaves_the_day_published(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.run(TODAY, at=AT)
    monkeypatch.setattr(steps, "TONIGHT", with_step(raising(ValueError("Out of luck.")), after="scores"))
    with pytest.raises(ValueError, match="Out of luck"):
        steps.run(TODAY, at=AT)
    run = Run.objects.get()
    assert run.status == Run.Status.FAILED
    assert Run.objects.last_finished("nightly") == run


def test_a_night_whose_connection_breaks_leaves_nothing(fitting: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(scope: Scope) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return 0

    before = figures()
    with monkeypatch.context() as broken:
        broken.setattr(steps, "TONIGHT", with_step(Step("cut off", cut_off), after="snapshots"))
        with pytest.raises(OperationalError):
            steps.run(TODAY, at=AT)
    connection.close()
    assert Run.objects.get().status == Run.Status.FAILED
    assert figures() == before
    assert steps.run_if_due(at=AT + steps.RETRY_AFTER) is not None
    assert Standing.objects.get(account=fitting).tier_id == 3


@pytest.mark.processes
def test_a_killed_worker_leaves_nothing_and_another_takes_over(fitting: Account) -> None:
    before = figures()
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{quote(str(database['HOST']), safe='')}/{database['NAME']}"
    doomed = subprocess.Popen(
        [sys.executable, "-m", "tests.nightly.doomed"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
    )
    with doomed:
        assert doomed.stdout is not None
        assert doomed.stdout.readline() == "written\n"
        assert steps.run_if_due(at=AT) is None
        doomed.kill()
    assert figures() == before
    assert Run.objects.get().status == Run.Status.RUNNING
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (taken_over := steps.run_if_due(at=AT)) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert taken_over is not None
    assert (taken_over.status, taken_over.attempts) == (Run.Status.DONE, 2)
    assert Standing.objects.get(account=fitting).tier_id == 3


def test_a_back_fill_makes_missing_snapshots_and_touches_no_standing(fitting: Account) -> None:
    steps.run(TODAY, at=AT)
    standings, history = figures()[:2]
    Account.objects.filter(pk=fitting.pk).update(industry="retail", employees=1)
    run = steps.run(YESTERDAY, at=AT)
    assert run is not None
    assert (run.status, run.business_day) == (Run.Status.DONE, YESTERDAY)
    assert figures()[:2] == [standings, history]
    assert TierSnapshot.objects.get(snapshot_on=YESTERDAY, tier=None).accounts == 1
    assert FunnelSnapshot.objects.filter(snapshot_on=YESTERDAY).count() == 10
    last = Run.objects.last_finished("nightly")
    assert last is not None
    assert last.business_day == TODAY


def test_what_was_reported_of_a_day_that_is_over_stays(fitting: Account) -> None:
    steps.run(YESTERDAY, at=AT)
    steps.run(TODAY, at=AT)
    reported = list(TierSnapshot.objects.filter(snapshot_on=YESTERDAY).values())
    Account.objects.filter(pk=fitting.pk).update(industry="retail", employees=1)
    steps.run(YESTERDAY, at=AT)
    assert list(TierSnapshot.objects.filter(snapshot_on=YESTERDAY).values()) == reported


def test_a_night_does_not_run_before_its_day(db: None) -> None:
    with pytest.raises(NotYet, match="2026-03-05 has not begun"):
        steps.run(TODAY + timedelta(days=1), at=AT)
    assert not Run.objects.exists()


def test_an_account_deleted_meanwhile_does_not_stop_the_night(
    fitting: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(scope: Scope) -> int:
        [outcome] = at_once([lambda: Account.objects.filter(pk=fitting.pk).delete()])
        assert not isinstance(outcome, Exception), outcome
        return 0

    monkeypatch.setattr(steps, "TONIGHT", with_step(Step("deletion", delete), after="scores"))
    run = steps.run(TODAY, at=AT)
    assert run is not None
    assert run.status == Run.Status.DONE
    assert not Standing.objects.exists()


def test_books_that_do_not_balance_are_published_with_an_alarm(envelope: Envelope, admin: User) -> None:
    Envelope.objects.update(reserved_amount=100)
    run = steps.run(TODAY, at=AT)
    assert run is not None
    assert run.status == Run.Status.DONE
    assert "Tier 1, East, 2026" in run.error
    assert run.steps.get(name="verify").rows == 1
    notice = Notification.objects.get(user=admin)
    assert "It found 1 contradiction in the books: Tier 1, East, 2026" in notice.text


def test_the_figures_tell_how_old_they_are(db: None) -> None:
    run = steps.run(TODAY, at=AT)
    assert run is not None
    assert run.hours_old(timezone.now() + timedelta(hours=53, minutes=30)) == 53
    assert Run(published_at=None).hours_old(AT) is None
