"""How often the worker looks for files and for drafts of policies that somebody asked about.

An administrator may change the schedules, but a deleted one comes back.
"""

from django_celery_beat.models import IntervalSchedule, PeriodicTask

NAME = "Take files in"
JOB = "console.take_files_in"
PREVIEWS = "Preview policies"
SECONDS = 5
SCHEDULES = (
    (NAME, JOB, "Takes in the files that somebody confirmed, then recomputes scores, tiers and funnels."),
    (PREVIEWS, "console.preview_policies", "Works out what a draft of the tier policy would do, once it is asked."),
)


def load() -> None:
    """Add the schedules that are missing."""
    for name, job, description in SCHEDULES:
        if PeriodicTask.objects.filter(name=name).exists():
            continue
        every, _ = IntervalSchedule.objects.get_or_create(every=SECONDS, period=IntervalSchedule.SECONDS)
        PeriodicTask.objects.create(
            name=name,
            task=job,
            interval=every,
            # The next call does the same; calls that piled up while no worker was there need not all be answered.
            expire_seconds=2 * SECONDS,
            description=description,
        )
