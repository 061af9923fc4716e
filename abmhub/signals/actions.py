"""Recording what accounts do."""

from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.accounts.models import Account
from abmhub.committee.models import Contact
from abmhub.core.refusals import Refused
from abmhub.signals.models import EngagementEvent, EventType, UnplacedEvent
from abmhub.signals.months import EVENTS
from abmhub.signals.retention import require


class ContactOfAnotherAccount(Refused):
    """The person does not belong to the account."""


class DomainOfNobody(Refused):
    """No one company is known by this domain."""


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
    Raises ContactOfAnotherAccount, NotKept.
    """
    if contact is not None and contact.account_id != account.pk:
        raise ContactOfAnotherAccount(f"{contact} is not at {account}.")
    told = EngagementEvent.objects.told_as(source, external_id)
    if recorded := told.first():
        return recorded
    require(EVENTS, at.astimezone(UTC).date())
    try:
        with transaction.atomic():
            return EngagementEvent.objects.create(
                account=account,
                contact=contact,
                event_type=event_type,
                occurred_at=at,
                detail=detail,
                source=source,
                external_id=external_id,
            )
    except IntegrityError:
        # Somebody else recorded it this moment; if not, something else is wrong with it.
        if recorded := told.first():
            return recorded
        raise


def record_event_of_domain(
    *, domain: str, event_type: EventType, at: datetime, source: str, external_id: str, detail: str = ""
) -> EngagementEvent | UnplacedEvent:
    """Record what somebody of a domain did: of its account, or, when no account has it, for the one that will.

    As `record_event`, told again it is the one recorded first. Raises DomainOfNobody, NotKept.
    """
    known = registrable(domain)
    if known is None or not identifies_a_company(known):
        raise DomainOfNobody(f"“{domain[:60]}” is no domain of one company, such as example.com.")
    key: dict[str, Any] = {"source": source, "external_id": external_id}
    said: dict[str, Any] = {"event_type": event_type, "detail": detail}
    if account := Account.objects.filter(domain=known).first():
        return record_event(account=account, at=at, **key, **said)
    if recorded := EngagementEvent.objects.told_as(**key).first():
        return recorded
    require(EVENTS, at.astimezone(UTC).date())
    waiting, _ = UnplacedEvent.objects.get_or_create(**key, defaults={"domain": known, "occurred_at": at, **said})
    return waiting
