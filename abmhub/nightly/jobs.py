"""The job that beat calls: often, because it does nothing when the night is done."""

from celery import shared_task
from django.utils import timezone

from abmhub.nightly import after, steps
from abmhub.scoring.actions import settle


@shared_task(name="nightly.nightly")
def nightly() -> None:
    """Run tonight's night if nobody has: also after a failure, and for a beat that was dead in time.

    What was said by hand while a night worked is settled also if that night's worker died right after publishing.
    What only pages read follows when it is published.
    """
    steps.run_if_due(at=timezone.now())
    settle(at=timezone.now())
    after.follow_if_due(at=timezone.now())
