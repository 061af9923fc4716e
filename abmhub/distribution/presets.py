"""When missed days are filled in. An administrator may change or switch off the schedule; a deleted one comes back."""

from django_celery_beat.models import IntervalSchedule, PeriodicTask

NAME = "Fill in missed days"
JOB = "distribution.back_fill_gaps"
HOURS = 6


def load() -> None:
    """Add the schedule if it is missing."""
    if PeriodicTask.objects.filter(name=NAME).exists():
        return
    every, _ = IntervalSchedule.objects.get_or_create(every=HOURS, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.create(
        name=NAME,
        task=JOB,
        interval=every,
        expire_seconds=HOURS * 60 * 60,
        description="Makes the snapshots of the days on which no night ran, by what was known on them.",
    )
