"""When the night runs. An administrator may change or switch off the schedule, but a deleted one comes back."""

from django.conf import settings
from django_celery_beat.models import CrontabSchedule, PeriodicTask

NAME = "Run the night"
JOB = "nightly.nightly"


def load() -> None:
    """Add the schedule if it is missing: from two in the morning, every quarter of an hour until it is done."""
    if PeriodicTask.objects.filter(name=NAME).exists():
        return
    hours = {
        "minute": "*/15",
        "hour": "2-23",
        "day_of_week": "*",
        "day_of_month": "*",
        "month_of_year": "*",
        "timezone": settings.TIME_ZONE,
    }
    crontab = CrontabSchedule.objects.filter(**hours).first() or CrontabSchedule.objects.create(**hours)
    PeriodicTask.objects.create(
        name=NAME,
        task=JOB,
        crontab=crontab,
        # The next call does the same; calls that piled up while no worker was there need not all be answered.
        expire_seconds=14 * 60,
        description="Recomputes scores, tiers and funnels once a business day; a failed night is tried again.",
    )
