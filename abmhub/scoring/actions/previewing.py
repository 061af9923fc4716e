"""Previews of tier policies: asked for by a person, worked out there and then or by a worker."""

from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, transaction

from abmhub.core.refusals import Refusal
from abmhub.scoring.actions.policies import mark_previewed
from abmhub.scoring.actions.refusals import AlreadyPublished
from abmhub.scoring.models import PolicyPreview, TierPolicy
from abmhub.scoring.policy_preview import foretell, next_night
from abmhub.users.models import User
from abmhub.users.verbs import require


@transaction.atomic
def ask_preview(*, policy: TierPolicy, by: User, at: datetime) -> PolicyPreview:
    """Want to know what a draft would do; `preview_policy` or a worker finds out. What was found before is dropped.

    Raises NotAllowed and AlreadyPublished.
    """
    require(by, "scoring.publish_policy")
    if not policy.is_draft:
        raise AlreadyPublished(f"{policy} is {policy.get_status_display().lower()}: copy it to a draft to preview it.")
    preview, _ = PolicyPreview.objects.update_or_create(
        policy=policy,
        defaults={
            "as_of": next_night(at),
            "asked_by": by,
            "asked_at": at,
            "started_at": None,
            "finished_at": None,
            "error": "",
            "figures": {},
        },
    )
    preview.moves.all().delete()
    return preview


def preview_policy(*, preview: PolicyPreview, clock: Callable[[], datetime]) -> bool:
    """Find out what the policy would do in the next night; False if somebody else is at it or it is done.

    A policy that cannot be previewed says why in the `error` of the preview.
    """
    waiting = PolicyPreview.objects.filter(pk=preview.pk, finished_at=None)
    if not waiting.update(started_at=clock()):
        return False
    try:
        with transaction.atomic():
            row = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("asked_by").first()
            if row is None or row.asked_by is None:
                return False
            _work_out(row, row.asked_by, clock)
    except (Refusal, DatabaseError) as error:
        said = error.message if isinstance(error, Refusal) else "The database could not work it out: try it again."
        waiting.update(error=said, finished_at=clock())
    return True


def preview_asked(*, clock: Callable[[], datetime]) -> int:
    """Work out every preview that waits, also one that a dead worker left; returns how many there were."""
    return sum(preview_policy(preview=each, clock=clock) for each in PolicyPreview.objects.filter(finished_at=None))


def _work_out(row: PolicyPreview, by: User, clock: Callable[[], datetime]) -> None:
    # Locked, so that what is marked as previewed is what was worked out.
    policy = TierPolicy.objects.select_for_update().get(pk=row.policy_id)
    mark_previewed(policy=policy, by=by, at=clock())
    row.as_of = next_night(clock())
    row.figures = foretell(row, policy, row.as_of)
    row.finished_at = clock()
    row.save(update_fields=["as_of", "figures", "finished_at"])
