"""The job that takes files in: often called, because it does nothing when none waits."""

from celery import shared_task
from django.utils import timezone

from abmhub.console.figures import compute_figures
from abmhub.imports.actions import apply_waiting


@shared_task(name="console.take_files_in")
def take_files_in() -> None:
    """Take in every file that somebody confirmed, also one that a dead worker left, and compute the figures anew."""
    apply_waiting(at=timezone.now)
    compute_figures()
