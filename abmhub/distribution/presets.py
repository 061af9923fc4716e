"""When missed days are filled in. An administrator may change or switch off the schedule; a deleted one comes back."""

from django_celery_beat.models import IntervalSchedule

from abmhub.core import schedules

NAME = "Fill in missed days"
JOB = "distribution.back_fill_gaps"
HOURS = 6


def load() -> None:
    """Add the schedule if it is missing."""
    schedules.add(
        NAME,
        JOB,
        every=HOURS,
        period=IntervalSchedule.HOURS,
        expire_seconds=HOURS * 60 * 60,
        description="Makes the snapshots of the days on which no night ran, by what was known on them.",
    )
