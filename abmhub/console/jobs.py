"""Jobs that take files in and preview policies: often called, because they do nothing when none waits."""

from celery import shared_task
from django.utils import timezone

from abmhub.console.figures import compute_figures
from abmhub.imports.actions import apply_waiting, check_asked, undo_asked
from abmhub.scoring.actions import preview_asked


@shared_task(name="console.take_files_in")
def take_files_in() -> None:
    """Take in every file that somebody confirmed, also one that a dead worker left, and compute the figures anew.

    Before that, because a person waits for it: show what drafts would do, and take back what shall be undone.
    """
    check_asked(at=timezone.now)
    undo_asked(at=timezone.now)
    apply_waiting(at=timezone.now)
    compute_figures()


@shared_task(name="console.preview_policies")
def preview_policies() -> None:
    """Work out what the drafts of tier policies would do that somebody asked about."""
    preview_asked(clock=timezone.now)
