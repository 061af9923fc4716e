"""The clocks of the sources, as the night reads them."""

from datetime import date

from abmhub.accounts.models import FreshnessClock
from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.core.models import OutboxMessage


def read_clocks(as_of: date) -> int:
    """Count what each source vouches for, and say once of each due date that it has passed without a file."""
    counted = sql.run("accounts/count_confirmed")
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                topic="source.overdue",
                key=f"source-overdue/{clock.source}/{clock.due_on}",
                payload={"source": clock.source, "due_on": f"{clock.due_on}"},
                next_attempt_at=first_moment(as_of),
            )
            for clock in FreshnessClock.objects.order_by("pk")
            if clock.is_overdue(as_of)
        ],
        ignore_conflicts=True,
    )
    return counted
