"""The worker's sweep: files that somebody confirmed come in, and the figures follow."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.console import figures, presets
from abmhub.console.jobs import carry_budgets_over, preview_policies, take_files_in
from abmhub.core.days import business_day
from abmhub.core.models import Run
from abmhub.imports import actions
from abmhub.imports.models import ImportRun
from abmhub.scoring.actions import ask_preview, copy_policy
from abmhub.scoring.models import TierPolicy
from abmhub.users.models import User
from tests.imports.conftest import uploaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def confirmed(now: datetime) -> ImportRun:
    return actions.confirm(run=uploaded("accounts", "account,employees\nDelta,900\n", now), at=now)


def test_it_takes_in_what_waits_and_computes_the_figures_once(confirmed: ImportRun) -> None:
    take_files_in()
    run = ImportRun.objects.get()
    assert run.status == ImportRun.Status.DONE
    assert run.figures_at is not None
    assert Account.objects.get().standing.computed_on is not None
    attempts = Run.objects.get(job="nightly").attempts
    take_files_in()
    assert Run.objects.get(job="nightly").attempts == attempts


def test_a_draft_stays_a_draft(now: datetime) -> None:
    uploaded("accounts", "account\nDelta\n", now)
    take_files_in()
    assert not Account.objects.exists()
    assert not Run.objects.exists()


def test_figures_that_another_night_computes_are_asked_for_again(
    confirmed: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, stdout: object, **__: object) -> None:
        stdout.write('{"status": "already running"}\n')  # type: ignore[attr-defined]

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(figures, "call_command", busy)
        take_files_in()
    assert ImportRun.objects.without_figures().count() == 1
    take_files_in()
    assert not ImportRun.objects.without_figures().exists()


def test_the_schedule_is_there_and_a_deleted_one_comes_back() -> None:
    PeriodicTask.objects.all().delete()
    presets.load()
    presets.load()
    for name, job in ((presets.NAME, take_files_in), (presets.PREVIEWS, preview_policies)):
        (schedule,) = PeriodicTask.objects.filter(name=name)
        assert (schedule.task, schedule.interval and schedule.interval.every) == (job.name, presets.SECONDS)


def test_a_preview_that_was_asked_for_is_worked_out(admin: User, now: datetime) -> None:
    policy = TierPolicy.objects.get()
    preview = ask_preview(policy=copy_policy(policy=policy), by=admin, at=now)
    preview_policies()
    preview.refresh_from_db()
    assert preview.finished_at is not None
    assert preview.error == ""


def test_budgets_are_carried_over_by_a_job_that_is_scheduled(tier1: Tier) -> None:
    today = business_day(timezone.now())
    last, following = (
        Envelope.objects.create(
            name=name, tier=tier1, total_amount=100, carry_percent=100, starts_on=today + timedelta(days=first),
            ends_on=today + timedelta(days=first + 9),
        )
        for name, first in (("Last", -10), ("Following", 0))
    )  # fmt: skip
    carry_budgets_over()
    carry_budgets_over()
    following.refresh_from_db()
    assert following.total_amount == 200
    assert PeriodicTask.objects.get(name="Carry budgets over").task == carry_budgets_over.name
    assert last.ledger.get().kind == "carry_out"
