"""What administrators hear of a night: what came of it, once for each business day."""

from datetime import datetime

import structlog
from django.db.models import Count, F, Q, Sum
from django.urls import reverse

from abmhub.accounts.models import HeldBy, Standing, TierChange
from abmhub.core.models import Run
from abmhub.nightly import verify
from abmhub.scoring import failures
from abmhub.users.models import Notification, Role, User

LONGEST = 300
log = structlog.get_logger(__name__)


def tell(run: Run, errors: list[str], *, at: datetime) -> None:
    """Tell it within the transaction of the night: a night that is rolled back has told nothing.

    A night that is repeated tells nothing new, nor does one of a day before the last night. Only when books do not
    balance there is an alarm then, too. The figures are published all the same: an envelope that is wrong makes no tier
    wrong, and holding back the night would repair nothing.
    """
    day = run.business_day
    if errors:
        log.error("books_do_not_balance", business_day=str(day), errors=verify.shortened(errors))
    last = Run.objects.last_finished(run.job)
    if last is None or last.business_day < day:
        _notify(run, f"night:{day}", summary(run, errors), at=at)
    elif errors:
        found = f"The night of {day} found {verify.counted(len(errors))} in the books: {errors[0]}"
        _notify(run, f"verify:{day}", found, at=at)


def summary(run: Run, errors: list[str]) -> str:
    """The night in a sentence: moves, who waits, who could not be computed, how long it took; then what is wrong."""
    moves = TierChange.objects.filter(changed_on=run.business_day).aggregate(
        up=Count("pk", Q(to_tier__level__lt=F("from_tier__level")) | Q(from_tier=None)),
        down=Count("pk", Q(to_tier__level__gt=F("from_tier__level")) | Q(to_tier=None)),
    )
    waiting = Standing.objects.filter(held_by=HeldBy.CAPACITY).count()
    failed = len(failures.sentences())
    parts = [f"{moves['up']:,} up, {moves['down']:,} down"]
    if waiting:
        parts.append(f"{waiting:,} wait{'s' if waiting == 1 else ''} for a place")
    if failed:
        parts.append(f"{failed:,} could not be computed")
    said = f"The night of {run.business_day} took {_took(run)}: {', '.join(parts)}."
    if wrong := len(errors) - failed:
        said += f" It found {verify.counted(wrong)} in the books: {errors[0]}"
    return said


def _took(run: Run) -> str:
    """By the ledger, which is written beside the night's transaction and so is there already."""
    seconds = round(run.steps.aggregate(seconds=Sum("seconds", default=0.0))["seconds"])
    return f"{seconds} second{'' if seconds == 1 else 's'}" if seconds < 120 else f"{seconds // 60} minutes"


def _notify(run: Run, key: str, text: str, *, at: datetime) -> None:
    path = reverse("admin:core_run_change", args=[run.pk])
    Notification.objects.bulk_create(
        [
            Notification(user=admin, key=key, text=text[:LONGEST], path=path, created_at=at)
            for admin in User.objects.filter(role=Role.ADMIN, is_active=True)
        ],
        ignore_conflicts=True,
    )
