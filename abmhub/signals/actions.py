"""Recording what accounts do."""

from datetime import datetime

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.core.refusals import Refused
from abmhub.signals.models import EngagementEvent, EventType


class ContactOfAnotherAccount(Refused):
    """The person does not belong to the account."""


def record_event(
    *,
    account: Account,
    event_type: EventType,
    at: datetime,
    source: str,
    external_id: str,
    contact: Contact | None = None,
    detail: str = "",
) -> EngagementEvent:
    """Record an engagement event that happened at a moment; without a contact it is anonymous.

    A source that tells the same event again, by its `external_id`, gets the one recorded first, unchanged.
    Raises ContactOfAnotherAccount.
    """
    if contact is not None and contact.account_id != account.pk:
        raise ContactOfAnotherAccount(f"{contact} is not at {account}.")
    event, _ = EngagementEvent.objects.get_or_create(
        source=source,
        external_id=external_id,
        defaults={
            "account": account,
            "contact": contact,
            "event_type": event_type,
            "occurred_at": at,
            "detail": detail,
        },
    )
    return event
