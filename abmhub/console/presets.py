"""How often the worker looks for files. An administrator may change the schedule, but a deleted one comes back."""

from django_celery_beat.models import IntervalSchedule, PeriodicTask

NAME = "Take files in"
JOB = "console.take_files_in"
SECONDS = 5


def load() -> None:
    """Add the schedule if it is missing."""
    if PeriodicTask.objects.filter(name=NAME).exists():
        return
    every, _ = IntervalSchedule.objects.get_or_create(every=SECONDS, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(
        name=NAME,
        task=JOB,
        interval=every,
        # The next call does the same; calls that piled up while no worker was there need not all be answered.
        expire_seconds=2 * SECONDS,
        description="Takes in the files that somebody confirmed, then recomputes scores, tiers and funnels.",
    )
