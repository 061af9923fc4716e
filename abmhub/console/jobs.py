"""Jobs that are often called, because they do nothing when nothing waits: files, previews, ends of periods, months."""

from celery import shared_task
from django.utils import timezone

from abmhub.budgets.carrying import carry_over
from abmhub.console.figures import compute_figures
from abmhub.core.days import business_day
from abmhub.imports.actions import apply_waiting, check_asked, undo_asked
from abmhub.scoring.actions import preview_asked
from abmhub.signals import months, retention


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


@shared_task(name="console.carry_budgets_over")
def carry_budgets_over() -> None:
    """Carry what is left of the periods that ended into the next ones."""
    at = timezone.now()
    carry_over(day=business_day(at), at=at)


@shared_task(name="console.keep_months")
def keep_months() -> None:
    """Make the tables of the months to come, and drop those of months that are not kept any more."""
    day = business_day(timezone.now())
    months.tend(day)
    retention.tend(day)
