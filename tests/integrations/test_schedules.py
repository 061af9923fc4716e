"""The schedules of the sweeps are rows, so that an administrator may change them."""

import pytest
from celery import current_app
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from abmhub.celery import app
from abmhub.integrations import presets

pytestmark = pytest.mark.django_db


def test_every_schedule_calls_a_job_that_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {task.task for task in PeriodicTask.objects.filter(task__startswith="integrations.")}
    assert scheduled == {job for _, job, _ in presets.SCHEDULES}
    assert scheduled <= set(current_app.tasks)


def test_what_an_administrator_changed_stays() -> None:
    sweep = PeriodicTask.objects.get(task="integrations.deliver_outbox")
    minute = IntervalSchedule.objects.create(every=60, period=IntervalSchedule.SECONDS)
    sweep.interval, sweep.enabled = minute, False
    sweep.save()
    PeriodicTask.objects.get(task="integrations.announce_tasks").delete()
    presets.load()
    sweep.refresh_from_db()
    assert (sweep.interval, sweep.enabled) == (minute, False)
    assert PeriodicTask.objects.filter(task="integrations.announce_tasks").count() == 1


def test_sweeps_that_nobody_ran_do_not_pile_up() -> None:
    for sweep in PeriodicTask.objects.filter(task__startswith="integrations."):
        assert sweep.expire_seconds >= 30
