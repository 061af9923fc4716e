"""When the night runs. An administrator may change or switch off the schedule, but a deleted one comes back."""

from django.conf import settings
from django_celery_beat.models import CrontabSchedule, PeriodicTask

NAME = "Run the night"
JOB = "nightly.nightly"


def load() -> None:
    """Add the schedule if it is missing: from two in the morning, every minute until it is done.

    Every minute, because the next call is what takes over from a worker that died. It costs one small query.
    """
    hours = {
        "minute": "*",
        "hour": "2-23",
        "day_of_week": "*",
        "day_of_month": "*",
        "month_of_year": "*",
        "timezone": settings.TIME_ZONE,
    }
    known = PeriodicTask.objects.filter(name=NAME)
    is_as_once_shipped = known.filter(crontab__minute="*/15", crontab__hour="2-23", expire_seconds=14 * 60).exists()
    if known.exists() and not is_as_once_shipped:
        return
    crontab = CrontabSchedule.objects.filter(**hours).first() or CrontabSchedule.objects.create(**hours)
    PeriodicTask.objects.update_or_create(
        name=NAME,
        defaults={
            "task": JOB,
            "crontab": crontab,
            # The next call does the same; calls that piled up while no worker was there need not all be answered.
            "expire_seconds": 50,
            "description": "Recomputes scores, tiers and funnels once a business day; a failed night is tried again.",
        },
    )
