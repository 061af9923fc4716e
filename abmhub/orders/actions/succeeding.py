"""An account goes to another owner: what sales still owes there is the new owner's to do."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from abmhub.accounts.models import Reassignment
from abmhub.orders.models import FollowUp
from abmhub.orders.news import tell


@transaction.atomic
def pass_on_follow_ups(*, at: datetime, limit: int = 500) -> int:
    """Give follow-ups of whoever lost the account since the order to its owner now; return how many.

    Somebody who never owned the account, a manager who ordered, keeps theirs.
    """
    lost = Reassignment.objects.filter(
        pgh_obj=OuterRef("account"), owner=OuterRef("owner"), pgh_created_at__gt=OuterRef("line__order__placed_at")
    )
    owed = FollowUp.objects.owed().filter(Exists(lost), account__owner__is_active=True)
    owed = owed.exclude(account__owner=F("owner")).select_related("account").select_for_update(of=("self",))
    passed = list(owed.order_by("pk")[:limit])
    for follow_up in passed:
        before = follow_up.owner_id
        follow_up.owner_id = follow_up.account.owner_id  # type: ignore[assignment]  # those without are left out
        follow_up.save(update_fields=["owner"])
        subject = f"{follow_up.pk}/{at.isoformat()}"
        tell("follow_up.passed_on", subject, at=at, follow_up=follow_up.pk, before=before)
    return len(passed)
