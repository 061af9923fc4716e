"""Schedules that the product ships. An administrator may change or switch off each, but a deleted one comes back."""

from django_celery_beat.models import IntervalSchedule, PeriodicTask


def add(
    name: str,
    job: str,
    *,
    every: int,
    period: str = IntervalSchedule.SECONDS,
    expire_seconds: int,
    description: str = "",
) -> None:
    """Have a job called every so many periods, unless there is a schedule of that name.

    The next call does the same: one that nobody took within `expire_seconds` need not be answered.
    """
    if PeriodicTask.objects.filter(name=name).exists():
        return
    interval = {"every": every, "period": period}
    # An administrator may have made the same interval twice, which get_or_create would not survive.
    known = IntervalSchedule.objects.filter(**interval).first() or IntervalSchedule.objects.create(**interval)
    PeriodicTask.objects.create(
        name=name, task=job, interval=known, expire_seconds=expire_seconds, description=description
    )
