"""The job that beat calls: often, because it does nothing when the night is done."""

from celery import shared_task
from django.utils import timezone

from abmhub.funnel.preparing import prepare
from abmhub.metrics.returns import keep_returns
from abmhub.metrics.stages import keep_stages
from abmhub.metrics.tiles import newest_night
from abmhub.nightly import steps
from abmhub.scoring.actions import settle


@shared_task(name="nightly.nightly")
def nightly() -> None:
    """Run tonight's night if nobody has: also after a failure, and for a beat that was dead in time.

    What was said by hand while a night worked is settled also if that night's worker died right after publishing.
    Returns and stages follow when it is published: only their pages read them.
    """
    steps.run_if_due(at=timezone.now())
    settle(at=timezone.now())
    if on := newest_night():
        keep_returns(on=on)
        keep_stages(on=on)
    # After the night, which shall not wait for what only pages read.
    prepare()
