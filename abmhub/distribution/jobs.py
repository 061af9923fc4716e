"""The job that fills in what nights left out. Celery only starts it: the shards are not jobs."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from abmhub.core.days import business_day
from abmhub.distribution.back_fill import back_fill_gaps

LOOKS_BACK = timedelta(days=31)


@shared_task(name="distribution.back_fill_gaps")
def back_fill_missed_days() -> None:
    """Make the snapshots of the days on which no night ran; nothing when every day has them."""
    at = timezone.now()
    back_fill_gaps(at=at, since=business_day(at) - LOOKS_BACK, workers=settings.ABMHUB_DASK_SCHEDULER)
