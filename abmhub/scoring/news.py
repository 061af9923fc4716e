"""What an action has to tell the world, as a row of the outbox in the action's own transaction."""

from datetime import datetime
from typing import Any

from abmhub.core.models import OutboxMessage
from abmhub.users.models import User


def tell(topic: str, subject: int, /, *, by: User, at: datetime, **payload: Any) -> OutboxMessage:
    """Write the news of `topic` about the row `subject`, which the payload names too, with who did it.

    Topics: tier.overridden and override.ended name the override, tier.appealed and appeal.decided the appeal,
    policy.submitted, policy.approved and policy.published the policy. Of a policy it is told each time.
    """
    return OutboxMessage.objects.create(
        topic=topic,
        key=f"{topic}/{subject}/{at.isoformat()}",
        payload={"by": by.pk, **payload},
        created_at=at,
        next_attempt_at=at,
    )
